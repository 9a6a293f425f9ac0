//! All assets in an order of the list, on SQLite: their ids are remembered, so that a walk that
//! passes over most of them reads none of their rows, and an order needs no index of its own.

use std::collections::{HashMap, HashSet};

use domain::id::SourceId;

use super::conditions::Property;
use super::lookups::{self, Ids, is_in};
use super::places::{self, Place, first, place};
use super::query::{AssetQuery, Filters};
use super::sorts::{Given, Kind, Sorting};
use crate::page::{Cursor, Key};
use crate::seam::{Dialect, Query, Sql, StoreError, Tx, sql};

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
    let blank = sorting.kind.blank();
    let all = lookups::everything(tx, query.archived)?;
    let mut given = match &sorting.given {
        Given::Assets(those) => of_assets(tx, query, sorting, those.clone())?,
        Given::Devices(property, sources) => of_devices(tx, property, sources, sorting.kind)?,
    };
    given.retain(|(key, id)| *key > blank && is_in(&all, *id));
    given.sort_unstable();
    let given: Vec<i64> = given.into_iter().map(|(_, id)| id).collect();
    Ok(lookups::without(&all, &lookups::sorted(given.clone())).chain(given).collect())
}

fn of_assets(
    tx: &mut Tx<'_>,
    query: &AssetQuery,
    sorting: &Sorting,
    those: Sql,
) -> Result<Vec<Place>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! { "SELECT a.id, ", + sorting.key.clone(), " FROM assets a" };
    sql.append(those);
    sql! { sql => " AND a.tenant_id = ", tenant };
    query.archived.narrow(&mut sql);
    tx.all(sql, |row| place(row, sorting.kind))
}

/// All devices in the order in which they are kept, which is read faster than the device of each
/// asset in turn.
fn of_devices(
    tx: &mut Tx<'_>,
    property: &Property,
    sources: &[SourceId],
    kind: Kind,
) -> Result<Vec<Place>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! { "SELECT k.asset_id, COALESCE(" };
    property.ordered(&mut sql, Dialect::Sqlite);
    sql.text(if kind == Kind::Number { ", -1)" } else { ", '')" });
    sql! { sql => ", k.source_id
         FROM devices x
         CROSS JOIN links k ON k.tenant_id = x.tenant_id
             AND k.source_id = x.source_id AND k.device_id = x.device_id
         WHERE x.tenant_id = ", tenant
    };
    let mut best: HashMap<i64, (usize, Key)> = HashMap::new();
    tx.each(sql, |row| {
        let (key, id) = place(row, kind)?;
        let source: SourceId = row.next()?;
        let rank = sources.iter().position(|known| *known == source).unwrap_or(usize::MAX);
        if best.get(&id).is_none_or(|(other, _)| rank < *other) {
            best.insert(id, (rank, key));
        }
        Ok(())
    })?;
    Ok(best.into_iter().map(|(id, (_, key))| (key, id)).collect())
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
