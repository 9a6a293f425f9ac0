//! The pages as a browser meets them: addresses, forms, refusals, and what guards them.

mod alerts;
mod assets;
mod custody;
mod doors;
mod everywhere;
mod fields;
mod filters;
mod house;
mod nouns;
mod people;
mod reports;
mod settings;
mod sources;
mod views;
mod walls;
