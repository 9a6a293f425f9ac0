//! Tests of the register, each on both databases.

mod apply;
mod attachments;
mod disk;
mod fields;
mod inventory;
mod isolation;
mod laws;
mod ledger;
mod lists;
mod merging;
mod nouns;
mod register;
mod reports;
mod undo;
pub mod world;
