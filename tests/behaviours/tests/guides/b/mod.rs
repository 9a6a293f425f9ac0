//! BlueTally's guide, with its preset.

mod assignment;
mod connection;
mod details;
mod enrollment;
mod lifecycle;
mod mapping;
mod merging;
mod precedence;
mod presumed;
mod products;
mod reports;
mod schedule;
