//! All assets in an order of the list, on SQLite: their ids are remembered, so that a walk that
//! passes over most of them reads none of their rows.

use std::collections::HashSet;

use super::lookups::{Ids, is_in};
use super::places::{self, Place, first};
use super::query::{AssetQuery, Filters};
use crate::page::Cursor;
use crate::seam::{Query, StoreError, Tx, sql};

/// Up to this many are put in a table, which is asked faster than a long list.
const TABLED: usize = 16_384;

/// The places of a page of these assets, one more if another follows. Nothing but what is archived
/// is asked of them.
pub(super) fn page(
    tx: &mut Tx<'_>,
    ids: &[i64],
    query: &AssetQuery,
    filters: &Filters<'_>,
) -> Result<Vec<Place>, StoreError> {
    let all = all(tx, query)?;
    let down = Cursor::down(query.cursor.as_ref(), query.descending);
    let rest = match query.cursor.as_ref().map(Cursor::place) {
        Some(cursor) => beyond(tx, &all, query, filters, &cursor, down)?,
        None => &all[..],
    };
    let table: HashSet<i64> =
        if ids.len() <= TABLED { ids.iter().copied().collect() } else { HashSet::new() };
    let fits = |id: &&i64| if table.is_empty() { is_in(ids, **id) } else { table.contains(*id) };
    let most = query.limit + 1;
    let met: Vec<i64> = if down {
        rest.iter().rev().filter(fits).take(most).copied().collect()
    } else {
        rest.iter().filter(fits).take(most).copied().collect()
    };
    Ok(first(places::of(tx, query, filters, met)?, query))
}

fn all(tx: &mut Tx<'_>, query: &AssetQuery) -> Result<Ids, StoreError> {
    let (key, index) = query.sort.column();
    tx.remembered("order", format!("{:?} {:?}", query.sort, query.archived), |tx| {
        let tenant = tx.tenant();
        let mut sql = sql! {
            "SELECT a.id FROM assets a INDEXED BY ", const index, " WHERE a.tenant_id = ", tenant
        };
        query.archived.narrow(&mut sql);
        sql! { sql => " ORDER BY ", const key, ", a.id" };
        Ok(tx.all::<i64, Vec<i64>>(sql, |row| row.next())?.into())
    })
}

/// What comes after the cursor; the asset it stands at may have moved, or be gone.
fn beyond<'a>(
    tx: &mut Tx<'_>,
    all: &'a [i64],
    query: &AssetQuery,
    filters: &Filters<'_>,
    cursor: &Place,
    down: bool,
) -> Result<&'a [i64], StoreError> {
    let (mut from, mut until) = (0, all.len());
    while from < until {
        let middle = from + (until - from) / 2;
        let place = places::of(tx, query, filters, vec![all[middle]])?;
        let place = place.first().ok_or(StoreError::NotFound)?;
        let before = if down { place < cursor } else { place <= cursor };
        (from, until) = if before { (middle + 1, until) } else { (from, middle) };
    }
    Ok(if down { &all[..from] } else { &all[from..] })
}
