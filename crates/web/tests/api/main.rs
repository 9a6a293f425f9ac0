//! The HTTP API from outside: one installation a test, asked as programs ask it.

mod assets;
mod company;
mod custody;
mod doors;
mod employees;
mod fields;
mod house;
mod idempotency;
mod lists;
mod nouns;
mod openapi;
mod people;
mod reports;
mod runs;
mod sources;
mod views;
