//! Places in the order of a list: what an asset is put in order by, and the first of many.

use std::cmp::Ordering;
use std::sync::Arc;

use super::query::{AssetQuery, Filters};
use super::sorts::Kind;
use crate::ids::Place;
use crate::page::Cursor;
use crate::seam::{CHEAP, Query, Row, Sql, StoreError, Tx, sql};

/// Two columns: id and key.
pub(super) fn place(row: &mut Row<'_>, kind: Kind) -> Result<Place, StoreError> {
    let id: i64 = row.next()?;
    Ok((kind.read(row)?, id))
}

/// Of these assets those that the filters let through.
pub(super) fn of(
    tx: &mut Tx<'_>,
    filters: &Filters<'_>,
    ids: Vec<i64>,
) -> Result<Vec<Place>, StoreError> {
    let (tenant, sorting) = (tx.tenant(), &filters.sorting);
    let ask = |list: Sql| {
        let mut sql = sql! {
            "SELECT a.id, ", + sorting.key.clone(), "
             FROM assets a INDEXED BY assets_facts
             WHERE a.tenant_id = ", tenant, " AND a.id IN (", + list, ")"
        };
        filters.narrow(&mut sql, tenant);
        sql
    };
    tx.of_ids(ids, ask, |row| place(row, sorting.kind))
}

/// The same of all that a query without words finds, which are few: whoever turns their pages asks
/// again.
pub(super) fn of_few(
    tx: &mut Tx<'_>,
    query: &AssetQuery,
    filters: &Filters<'_>,
    ids: &[i64],
) -> Result<Arc<[Place]>, StoreError> {
    let asked = AssetQuery { descending: false, cursor: None, limit: 0, ..query.clone() };
    tx.remembered(CHEAP, format!("{asked:?}"), |tx| Ok(of(tx, filters, ids.to_vec())?.into()))
}

/// The first of a walk in the order asked for, from the cursor on, and one more than a page.
pub(super) struct First<K> {
    most: usize,
    pub down: bool,
    after: Option<(K, i64)>,
    best: Vec<(K, i64)>,
}

impl<K: Ord> First<K> {
    pub fn of(query: &AssetQuery, after: Option<(K, i64)>) -> Self {
        let down = Cursor::down(query.cursor.as_ref(), query.descending);
        Self { most: query.limit + 1, down, after, best: Vec::new() }
    }

    pub fn meet(&mut self, place: (K, i64)) {
        let order = order(self.down);
        if self.after.as_ref().is_some_and(|after| order(&place, after).is_le()) {
            return;
        }
        self.best.push(place);
        // Now and then all but the first of them go, so that few are ever put in order.
        if self.best.len() >= 4 * self.most {
            self.best.select_nth_unstable_by(self.most - 1, order);
            self.best.truncate(self.most);
        }
    }

    pub fn is_full(&self) -> bool {
        self.best.len() >= self.most
    }

    pub fn found(mut self) -> Vec<(K, i64)> {
        self.best.sort_unstable_by(order(self.down));
        self.best.truncate(self.most);
        self.best
    }
}

fn order<K: Ord>(down: bool) -> impl Fn(&(K, i64), &(K, i64)) -> Ordering + Copy {
    move |a, b| if down { b.cmp(a) } else { a.cmp(b) }
}

pub(super) fn first(places: &[Place], query: &AssetQuery) -> Vec<Place> {
    let after = after(query);
    let mut first = First::of(query, after.as_ref().map(|(key, id)| (key, *id)));
    for (key, id) in places {
        first.meet((key, *id));
    }
    first.found().into_iter().map(|(key, id)| (key.clone(), id)).collect()
}

pub(super) fn after(query: &AssetQuery) -> Option<Place> {
    query.cursor.as_ref().map(Cursor::place)
}
