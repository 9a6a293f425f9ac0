//! Tests of the register, each on both databases.

mod activity;
mod apply;
mod attachments;
mod counting;
mod disk;
mod feed;
mod fields;
mod filters;
mod inventory;
mod isolation;
mod laws;
mod ledger;
mod lists;
mod many;
pub mod mentions;
mod merging;
mod merging_assets;
mod merging_fields;
mod nouns;
mod people;
mod register;
mod reports;
mod said;
mod serials;
mod tallies;
mod undo;
pub mod world;
