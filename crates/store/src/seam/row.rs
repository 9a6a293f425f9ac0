//! One row of an answer, read from left to right or by position.

use std::any::type_name;

use super::{
    error::StoreError,
    value::{Cell, FromCell},
};

pub(crate) struct Row<'r> {
    raw: Raw<'r>,
    next: usize,
}

pub(super) enum Raw<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r postgres::Row),
}

impl<'r> Row<'r> {
    pub(super) fn new(raw: Raw<'r>) -> Self {
        Self { raw, next: 0 }
    }

    /// The next column, in the order of the SELECT.
    pub fn next<T: FromCell>(&mut self) -> Result<T, StoreError> {
        let position = self.next;
        self.next += 1;
        self.get(position)
    }

    /// The column at this position, counted from 0.
    pub fn get<T: FromCell>(&self, position: usize) -> Result<T, StoreError> {
        let cell = self.cell(position)?;
        T::from_cell(cell).ok_or_else(|| self.unreadable(position, type_name::<T>(), cell))
    }

    fn cell(&self, position: usize) -> Result<Cell<'r>, StoreError> {
        match &self.raw {
            Raw::Sqlite(row) => super::sqlite::cell(row, position),
            Raw::Postgres(row) => super::postgres::cell(row, position),
        }
    }

    fn unreadable(&self, position: usize, wanted: &str, cell: Cell<'_>) -> StoreError {
        let column = match &self.raw {
            Raw::Sqlite(row) => row.as_ref().column_name(position).unwrap_or("?").to_owned(),
            Raw::Postgres(row) => row.columns()[position].name().to_owned(),
        };
        let kind = match cell {
            Cell::Null => "nothing",
            Cell::Integer(_) => "an integer",
            Cell::Real(_) => "a real number",
            Cell::Bool(_) => "a yes or no",
            Cell::Text(_) => "text",
            Cell::Bytes(_) => "bytes",
        };
        StoreError::Corrupt(format!("column {column:?} holds {kind} where {wanted} should be"))
    }
}
