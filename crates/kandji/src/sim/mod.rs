//! A simulated Kandji tenant: deterministic by seed, alive, and ill-behaved on demand.
//! Served on loopback, in the process of a test or alone; everything in it is invented.

mod answer;
mod catalog;
mod control;
mod details;
mod device_list;
mod enrollment;
mod fleet;
mod foreign;
mod gate;
mod levers;
mod life;
mod lists;
mod prism;
mod row;
mod serve;
mod tally;
mod tenant;
mod trouble;
mod when;

pub use fleet::{Awaiting, Device, User};
pub use levers::{DeviceSpec, NoSuch};
pub use serve::{Running, serve, start};
pub use tally::{Seen, Tally};
pub use tenant::{Dated, SimConfig, Tenant};
pub use trouble::{Misbehaviour, Trouble};
