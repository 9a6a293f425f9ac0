//! Stories about rows: what each product writes, and what becomes of it here.

mod custody;
mod exporters;
mod people;
mod reading;
mod rows;
mod stage;
mod warnings;
