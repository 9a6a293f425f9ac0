//! The pages as a browser meets them: addresses, forms, refusals, and what guards them.

mod activity;
mod alerts;
mod assets;
mod bulks;
mod custody;
mod doors;
mod everywhere;
mod fields;
mod filters;
mod house;
mod imports;
mod labels;
mod looks;
mod merging;
mod nouns;
mod overtaken;
mod papers;
mod people;
mod reports;
mod runs;
mod settings;
mod sources;
mod told;
mod views;
mod walls;
mod webhooks;
