//! The web server's rooms: pages, the HTTP API, and what they are made of.

pub mod assets;
pub mod components;
pub mod layout;
