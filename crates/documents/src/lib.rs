//! Documents: tables as CSV and as workbooks, from rows handed in one by one; labels and handover
//! sheets as PDF; and sheets that people bring, as rows of text. Nothing is read here and nothing
//! is kept.

mod cell;
mod csv;
mod guard;
pub mod pdf;
pub mod sheet;
mod xlsx;

pub use cell::{Cell, Column, amount};
pub use csv::Csv;
pub use xlsx::Xlsx;
