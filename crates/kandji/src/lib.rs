//! Kandji (Iru Endpoint Management) as a source: fetch what it says, never write to it.
//! Order of reading: client → endpoints → wire, then fetch → observe; `sim` is a tenant to try it on.

pub mod client;
pub mod endpoints;
pub mod fault;
pub mod fetch;
pub mod host;
pub mod kept;
pub mod limits;
pub mod observe;
pub mod panel;
pub mod permission;
pub mod probe;
pub mod properties;
pub mod sim;
pub mod wire;

pub use client::Client;
pub use fault::Fault;
pub use fetch::{Fetched, Wants, fetch};
pub use host::{ApiUrl, ExtraHosts, HostError};
pub use limits::Limits;
pub use observe::observe;
pub use permission::{Permission, PrismCategory};
