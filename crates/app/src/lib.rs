//! Use cases: one file each. Who may, what happens, in which transaction; the moves of a run.
//! Above it stand web and cli, which only translate; below it the core and the store.

pub mod caller;
pub mod clock;
pub mod passwords;
pub mod refusal;
pub mod secrets;

pub use caller::Caller;
pub use clock::Clock;
pub use refusal::Refusal;
