//! What only tests use.

pub mod postgres;
pub mod smtp;
