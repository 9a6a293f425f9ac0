//! The pages as a browser meets them: addresses, forms, refusals, and what guards them.

mod assets;
mod doors;
mod fields;
mod house;
mod reports;
mod sources;
mod walls;
