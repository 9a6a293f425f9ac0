//! The reconciling core: survey + inventory + rules → plan. Pure: no IO, no clock, no async.
//! Odd input never fails here; it becomes a note, a conflict or a reason.

mod absence;
mod catalog;
mod contest;
pub mod custody;
mod device;
pub mod diff;
pub mod explain;
mod fields;
pub mod guard;
pub mod identify;
mod index;
pub mod inventory;
mod people;
pub mod plan;
mod planner;
pub mod preset;
pub mod reason;
mod rows;
pub mod rules;
pub mod survey;

pub use inventory::Inventory;
pub use plan::Plan;
pub use planner::reconcile;
pub use reason::Reason;
pub use rules::Rules;
pub use survey::{Observation, Survey};
