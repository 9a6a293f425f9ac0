//! The pages, one file each: what it asks the app, its handlers, its view.

pub mod account;
pub mod alerts;
pub mod asset;
pub mod assets;
pub mod checkouts;
pub mod company;
pub mod conflicts;
pub mod employees;
pub mod fields;
pub mod handover;
pub mod home;
pub mod mine;
pub mod nouns;
pub mod reports;
pub mod run;
pub mod setup;
pub mod sign_in;
pub mod source;
pub mod sources;
pub mod tenants;
pub mod tokens;
pub mod users;
pub mod views;

mod answers;
mod at;
pub mod done;
mod history;
mod roles;
mod values;
mod visitor;
pub use visitor::Visitor;
mod words;
