//! What the installation remembers: the only room with SQL, the same on SQLite and PostgreSQL.
//! Functions take a transaction and answer with the domain's types; the ledger alone changes assets.

mod seam;

pub mod ledger;

pub mod assets;
pub mod attachments;
pub mod bulks;
pub mod custody;
pub mod departed;
pub mod events;
pub mod everything;
pub mod home;
pub mod undos;

pub mod catalog;
pub mod changes;
pub mod employees;
pub mod fields;
pub mod locations;
pub mod names;
pub mod nouns;
pub mod picks;
pub mod products;
pub mod statuses;
pub mod useful_lives;

pub mod alerts;
pub mod conflicts;
pub mod device_details;
pub mod devices;
pub mod inventory;
pub mod jobs;
pub mod links;
pub mod metrics;
pub mod notes;
pub mod outcomes;
pub mod plans;
pub mod reports;
pub mod runs;
pub mod saved_reports;
pub mod settlements;
pub mod sources;
pub mod webhooks;

pub mod attempts;
pub mod idempotency;
pub mod imports;
pub mod leases;
pub mod nodes;
pub mod preferences;
pub mod sessions;
pub mod tenants;
pub mod tokens;
pub mod users;
pub mod views;

mod derived;
pub mod former_names;
mod ids;
mod members;
mod mentions;
pub mod page;
mod read;
mod search;
mod tallies;
mod texts;
mod word;

pub use page::{Count, Cursor, Page};
pub use seam::{
    DatabaseUrl, NoRestore, Restored, Settings, Store, StoreError, SystemTx, Tx, bring_up_to_date,
    restore,
};

#[cfg(test)]
mod stage;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
