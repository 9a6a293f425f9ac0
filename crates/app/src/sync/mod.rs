//! One run, eight moves: begin, fetch, observe, recall, reconcile, guard, keep, apply.
//! A run takes no hint about what changed, so the common path and the path after a crash are one.

mod apply;
mod begin;
mod fetch;
mod heart;
mod moves;
mod opened;
mod review;
mod schedule;

pub(crate) use apply::skipped;
pub use begin::{run_here, run_watched, start};
pub(crate) use fetch::{client, connect, token_place};
pub use heart::Progress;
pub(crate) use opened::Trouble;
pub use review::{Approved, approve, cause, reject, undo, undo_patiently};
pub use schedule::background;
pub(crate) use schedule::{backed_off, spread};
