//! What only tests use.

pub mod hooks;
pub mod postgres;
pub mod smtp;
