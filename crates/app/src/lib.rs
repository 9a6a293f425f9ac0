//! Use cases: one file each. Who may, what happens, in which transaction; the moves of a run.
//! Above it stand web and cli, which only translate; below it the core and the store.

pub mod account;
mod ade_tokens;
pub mod alerts;
pub mod assets;
pub mod caller;
pub mod catalog;
pub mod clock;
pub mod columns;
pub mod company;
pub mod custody;
pub mod details;
pub mod enrollments;
pub mod fields;
pub mod filters;
mod health;
pub mod home;
pub mod idempotency;
pub mod installation;
pub mod jobs;
pub mod mail;
pub mod names;
pub mod nouns;
pub mod passwords;
pub mod people;
pub mod previews;
pub mod questions;
pub mod refusal;
pub mod reports;
pub mod runs;
pub mod secrets;
pub mod settings;
pub mod setup;
pub mod sign_in;
pub mod sources;
pub mod sync;
pub mod tenants;
pub mod tokens;
pub mod users;
pub mod views;
pub mod visit;

pub use caller::Caller;
pub use clock::Clock;
pub use installation::{App, Options};
pub use mail::Mail;
pub use refusal::Refusal;
