//! Documents: tables as CSV and as workbooks, from rows handed in one by one. Nothing is read
//! here and nothing is kept; whatever comes in goes out through the writer.

mod cell;
mod csv;
mod guard;
mod xlsx;

pub use cell::{Cell, Column, amount};
pub use csv::Csv;
pub use xlsx::Xlsx;
