//! All assets in an order of the list, on SQLite: their ids are remembered, so that a walk that
//! passes over most of them reads none of their rows, and an order needs no index of its own.

use std::collections::HashMap;

use domain::id::SourceId;

use super::conditions::Property;
use super::lookups;
use super::places::{self, first, place};
use super::query::{AssetQuery, Filters};
use super::sorts::{Given, Kind, Sorting};
use crate::ids::{self, Ids, Place, Walk, is_in};
use crate::page::Key;
use crate::seam::{Dialect, Query, Sql, StoreError, Tx, sql};

/// The places of a page of these assets, of all where none are named; one more if another follows.
/// Nothing but what is archived is asked of them.
pub(super) fn page(
    tx: &mut Tx<'_>,
    ids: Option<&[i64]>,
    query: &AssetQuery,
    filters: &Filters<'_>,
) -> Result<Vec<Place>, StoreError> {
    let all = all(tx, query, &filters.sorting)?;
    let walk =
        Walk { cursor: query.cursor.as_ref(), descending: query.descending, limit: query.limit };
    let met = walk.page(&all, ids, |id| Ok(places::of(tx, filters, vec![id])?.pop()))?;
    Ok(first(&places::of(tx, filters, met)?, query))
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
    Ok(ids::without(&all, &ids::sorted(given.clone())).chain(given).collect())
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
