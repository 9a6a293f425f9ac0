//! Tests of the register, each on both databases.

mod apply;
mod disk;
mod fields;
mod filters;
mod inventory;
mod isolation;
mod laws;
mod ledger;
mod lists;
mod merging;
mod nouns;
mod register;
mod reports;
mod said;
mod undo;
pub mod world;
