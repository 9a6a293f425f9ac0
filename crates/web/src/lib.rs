//! The web server's rooms: pages, the HTTP API, and what they are made of.

mod error;
mod pages;
mod proxies;
mod requests;
mod router;
mod security;
mod serve;
mod slow;
mod state;
mod table_upload;
mod upload;

pub mod api;
pub mod assets;
pub mod components;
mod download;
pub mod layout;

pub use proxies::Proxies;
pub use router::router;
pub use serve::serve;
pub use state::{DemoHint, Web};
