//! Documents: tables as CSV and as workbooks, from rows handed in one by one; and sheets that people
//! bring, as rows of text. Nothing is kept; whatever comes in goes out through the writer.

mod cell;
mod csv;
mod guard;
pub mod sheet;
mod xlsx;

pub use cell::{Cell, Column, amount};
pub use csv::Csv;
pub use xlsx::Xlsx;
