//! The HTTP API from outside: one installation a test, asked as programs ask it.

mod assets;
mod bulks;
mod company;
mod custody;
mod doors;
mod employees;
mod events;
mod fields;
mod house;
mod idempotency;
mod imports;
mod labels;
mod lists;
mod merging;
mod metrics;
mod nouns;
mod openapi;
mod orders;
mod papers;
mod people;
mod reports;
mod runs;
mod since;
mod sources;
mod views;
mod webhooks;
