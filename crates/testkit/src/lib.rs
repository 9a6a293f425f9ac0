//! What only tests use.

pub mod postgres;
