//! The command line from outside: the program itself, run as people and scripts run it.

mod administering;
mod house;
mod keeping;
mod settings;
mod starting;
mod syncing;
mod tables;
