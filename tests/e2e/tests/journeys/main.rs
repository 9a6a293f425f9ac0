//! What people do with Stockroom, done by a real browser with the real program. Each page on the
//! way is looked at closely: see `look`.

mod browser;
mod folder;
mod house;
mod http;
mod keyboard;
mod look;
mod program;

mod custody;
mod demo;
mod first_run;
mod imports;
mod list;
mod rooms;
mod sign_in;
mod sync;
mod trouble;
mod without_script;
