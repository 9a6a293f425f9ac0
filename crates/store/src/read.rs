//! Columns that hold text of the domain's own kinds.

use std::fmt::Display;

use domain::Custodian;
use jiff::civil::Date;

use crate::seam::{Row, StoreError, Value};

/// The next column, read by the domain's own parser.
pub(crate) fn parsed<T, E: Display>(
    row: &mut Row<'_>,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, StoreError> {
    let text: String = row.next()?;
    parse(&text).map_err(|error| StoreError::Corrupt(format!("{text:?}: {error}")))
}

/// The same for a column that may be blank.
pub(crate) fn parsed_if<T, E: Display>(
    row: &mut Row<'_>,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<Option<T>, StoreError> {
    let Some(text) = row.next::<Option<String>>()? else { return Ok(None) };
    parse(&text).map(Some).map_err(|error| StoreError::Corrupt(format!("{text:?}: {error}")))
}

/// A date is stored as `2026-11-22`.
pub(crate) fn date(row: &mut Row<'_>) -> Result<Option<Date>, StoreError> {
    parsed_if(row, str::parse)
}

pub(crate) fn date_value(date: Option<Date>) -> Value {
    date.map(|date| date.to_string()).into()
}

/// Two columns: kind and id.
pub(crate) fn custodian(row: &mut Row<'_>) -> Result<Option<Custodian>, StoreError> {
    let (kind, number): (Option<String>, Option<i64>) = (row.next()?, row.next()?);
    let (Some(kind), Some(number)) = (kind, number) else { return Ok(None) };
    let custodian = Custodian::from_parts(&kind, number);
    custodian.map(Some).ok_or_else(|| StoreError::Corrupt(format!("no custodian is a {kind:?}")))
}
