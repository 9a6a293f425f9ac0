//! Assets in the order of a day that something is due on: the end of a warranty, a return.

use std::sync::Arc;

use domain::id::AssetId;
use jiff::civil::Date;

use super::counts::unordered;
use super::list::matching;
use super::query::AssetQuery;
use crate::read::date;
use crate::seam::{Query, Sql, StoreError, Tx, sql};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    WarrantyUntil,
    /// Of what somebody has.
    DueOn,
}

/// Days from the first to before the last; open where there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    pub from: Option<Date>,
    pub until: Option<Date>,
}

impl Day {
    const fn column(self) -> &'static str {
        match self {
            Day::WarrantyUntil => "a.warranty_until",
            Day::DueOn => "a.due_on",
        }
    }
}

/// Day and asset, the earliest first; the next page is `after` the last of this one.
pub fn list(
    tx: &mut Tx<'_>,
    query: &AssetQuery,
    day: Day,
    span: Span,
    after: Option<(Date, AssetId)>,
    limit: i64,
) -> Result<Vec<(Date, AssetId)>, StoreError> {
    let column = day.column();
    let mut sql = sql! { "SELECT ", const column, ", a.id" };
    sql.append(within(tx, query, day, span)?);
    if let Some((date, asset)) = after {
        sql! { sql => " AND (", const column, ", a.id) > (", date.to_string(), ", ", asset, ")" };
    }
    sql! { sql => " ORDER BY ", const column, ", a.id LIMIT ", limit };
    tx.all(sql, |row| {
        let on = date(row)?.ok_or_else(|| StoreError::Corrupt("a day is missing".into()))?;
        Ok((on, row.next()?))
    })
}

/// How many assets each day has; remembered as long as nothing was committed.
pub fn counts(
    tx: &mut Tx<'_>,
    query: &AssetQuery,
    day: Day,
) -> Result<Arc<Vec<(Date, i64)>>, StoreError> {
    let query = unordered(query);
    tx.remembered("days", format!("{day:?} {query:?}"), |tx| {
        let column = day.column();
        let mut sql = sql! { "SELECT ", const column, ", count(*)" };
        sql.append(within(tx, &query, day, Span::default())?);
        sql! { sql => " GROUP BY ", const column };
        let found: Vec<(Option<Date>, i64)> = tx.all(sql, |row| Ok((date(row)?, row.next()?)))?;
        Ok(Arc::new(found.into_iter().filter_map(|(day, n)| Some((day?, n))).collect()))
    })
}

fn within(tx: &mut Tx<'_>, query: &AssetQuery, day: Day, span: Span) -> Result<Sql, StoreError> {
    let column = day.column();
    let mut sql = matching(tx, query)?;
    sql! { sql => " AND ", const column, " IS NOT NULL" };
    if day == Day::DueOn {
        sql.text(" AND a.custodian_id IS NOT NULL");
    }
    if let Some(from) = span.from {
        sql! { sql => " AND ", const column, " >= ", from.to_string() };
    }
    if let Some(until) = span.until {
        sql! { sql => " AND ", const column, " < ", until.to_string() };
    }
    Ok(sql)
}
