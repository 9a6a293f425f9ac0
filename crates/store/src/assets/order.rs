//! All assets in an order of the list, on SQLite: their ids are remembered, so that a walk that
//! passes over most of them reads none of their rows, and an order needs no index of its own.

use std::collections::HashSet;

use super::lookups::{self, Ids, is_in};
use super::places::{self, Place, first, place};
use super::query::{AssetQuery, Filters};
use super::sorts::Sorting;
use crate::page::Cursor;
use crate::seam::{Query, StoreError, Tx, sql};

/// Up to this many are put in a table, which is asked faster than a long list.
const TABLED: usize = 16_384;

/// The places of a page of these assets, of all where none are named; one more if another follows.
/// Nothing but what is archived is asked of them.
pub(super) fn page(
    tx: &mut Tx<'_>,
    ids: Option<&[i64]>,
    query: &AssetQuery,
    filters: &Filters<'_>,
) -> Result<Vec<Place>, StoreError> {
    let all = all(tx, query, &filters.sorting)?;
    let down = Cursor::down(query.cursor.as_ref(), query.descending);
    let rest = match query.cursor.as_ref().map(Cursor::place) {
        Some(cursor) => beyond(tx, &all, filters, &cursor, down)?,
        None => &all[..],
    };
    let few = ids.filter(|ids| ids.len() <= TABLED);
    let table: Option<HashSet<i64>> = few.map(|ids| ids.iter().copied().collect());
    let fits = |id: &&i64| match (&table, ids) {
        (Some(table), _) => table.contains(*id),
        (None, Some(ids)) => is_in(ids, **id),
        (None, None) => true,
    };
    let most = query.limit + 1;
    let met: Vec<i64> = if down {
        rest.iter().rev().filter(fits).take(most).copied().collect()
    } else {
        rest.iter().filter(fits).take(most).copied().collect()
    };
    Ok(first(places::of(tx, filters, met)?, query))
}

fn all(tx: &mut Tx<'_>, query: &AssetQuery, sorting: &Sorting) -> Result<Ids, StoreError> {
    tx.remembered("order", format!("{:?} {:?}", query.sort, query.archived), |tx| {
        let Some(index) = sorting.index else { return sorted(tx, query, sorting) };
        let tenant = tx.tenant();
        let mut sql = sql! {
            "SELECT a.id FROM assets a INDEXED BY ", const index, " WHERE a.tenant_id = ", tenant
        };
        query.archived.narrow(&mut sql);
        sql! { sql => " ORDER BY ", + sorting.key.clone(), ", a.id" };
        Ok(tx.all::<i64, Vec<i64>>(sql, |row| row.next())?.into())
    })
}

/// An order that no index has: those without a value first, as in every order, then those with one,
/// which alone are read.
fn sorted(tx: &mut Tx<'_>, query: &AssetQuery, sorting: &Sorting) -> Result<Ids, StoreError> {
    let tenant = tx.tenant();
    let blank = sorting.kind.blank();
    let mut sql = sql! { "SELECT a.id, ", + sorting.key.clone(), " FROM assets a" };
    sql.append(sorting.given.clone());
    sql! { sql => " AND a.tenant_id = ", tenant };
    query.archived.narrow(&mut sql);
    let mut given: Vec<Place> = tx.all(sql, |row| place(row, sorting.kind))?;
    given.retain(|(key, _)| *key > blank);
    given.sort_unstable();
    let given: Vec<i64> = given.into_iter().map(|(_, id)| id).collect();
    let all = lookups::everything(tx, query.archived)?;
    Ok(lookups::without(&all, &lookups::sorted(given.clone())).chain(given).collect())
}

/// What comes after the cursor; the asset it stands at may have moved, or be gone.
fn beyond<'a>(
    tx: &mut Tx<'_>,
    all: &'a [i64],
    filters: &Filters<'_>,
    cursor: &Place,
    down: bool,
) -> Result<&'a [i64], StoreError> {
    let (mut from, mut until) = (0, all.len());
    while from < until {
        let middle = from + (until - from) / 2;
        let place = places::of(tx, filters, vec![all[middle]])?;
        let place = place.first().ok_or(StoreError::NotFound)?;
        let before = if down { place < cursor } else { place <= cursor };
        (from, until) = if before { (middle + 1, until) } else { (from, middle) };
    }
    Ok(if down { &all[..from] } else { &all[from..] })
}
