//! A world for tests that tell what a customer sees: the running server, spoken to over HTTP, over
//! a real database; a simulated Kandji tenant, over HTTP too; and a clock that moves when told.

mod answer;
mod devices;
mod process;
mod register;
mod world;

pub use answer::{Answer, Text};
pub use devices::{Devices, mac};
pub use kandji::sim::{DeviceSpec, Misbehaviour, Trouble};
pub use process::{Process, memory_folder};
pub use world::{EMAIL, PASSWORD, World, all_on, unguarded};
