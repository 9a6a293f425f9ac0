//! Kandji (Iru Endpoint Management) as a source: fetch what it says, never write to it.
//! Order of reading: host → client → endpoints → wire; `sim` is a tenant to try it all against.

pub mod client;
pub mod endpoints;
pub mod fault;
pub mod host;
pub mod limits;
pub mod permission;
pub mod probe;
pub mod sim;
pub mod wire;

pub use client::Client;
pub use fault::Fault;
pub use host::{ApiUrl, ExtraHosts, HostError};
pub use limits::Limits;
pub use permission::{Permission, PrismCategory};
