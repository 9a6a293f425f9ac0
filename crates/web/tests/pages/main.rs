//! The pages as a browser meets them: addresses, forms, refusals, and what guards them.

mod assets;
mod doors;
mod house;
mod settings;
mod sources;
mod walls;
