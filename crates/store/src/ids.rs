//! Ids of rows, held in memory on SQLite: sets of them, and a page of an order that is remembered,
//! which passes over all that do not fit without reading their rows.

use std::collections::HashSet;
use std::sync::Arc;

use crate::page::{Cursor, Key};
use crate::seam::StoreError;

/// In their order, or in that of a list.
pub(crate) type Ids = Arc<[i64]>;

/// Where a row stands in the order of a list: what it is put in order by, and its id.
pub(crate) type Place = (Key, i64);

/// Up to this many are put in a table, which is asked faster than a long list.
const TABLED: usize = 16_384;

pub(crate) fn sorted(mut ids: Vec<i64>) -> Ids {
    ids.sort_unstable();
    ids.dedup();
    ids.into()
}

pub(crate) fn is_in(ids: &[i64], id: i64) -> bool {
    ids.binary_search(&id).is_ok()
}

pub(crate) fn both(some: &[i64], others: &[i64]) -> Ids {
    let (few, many) = if some.len() <= others.len() { (some, others) } else { (others, some) };
    few.iter().copied().filter(|id| is_in(many, *id)).collect()
}

/// Those of some, in their order, that are not among others.
pub(crate) fn without<'a>(some: &'a [i64], others: &'a [i64]) -> impl Iterator<Item = i64> + 'a {
    some.iter().copied().filter(|id| !is_in(others, *id))
}

/// A walk along all rows in the order of a list.
#[derive(Clone, Copy)]
pub(crate) struct Walk<'a> {
    pub cursor: Option<&'a Cursor>,
    pub descending: bool,
    pub limit: usize,
}

impl Walk<'_> {
    /// The next of those that fit, of all where none are named, as the walk meets them; one more if
    /// another follows. `place` tells where a row stands.
    pub fn page(
        self,
        all: &[i64],
        fitting: Option<&[i64]>,
        place: impl FnMut(i64) -> Result<Option<Place>, StoreError>,
    ) -> Result<Vec<i64>, StoreError> {
        let down = Cursor::down(self.cursor, self.descending);
        let rest = match self.cursor.map(Cursor::place) {
            Some(cursor) => beyond(all, &cursor, down, place)?,
            None => all,
        };
        let few = fitting.filter(|ids| ids.len() <= TABLED);
        let table: Option<HashSet<i64>> = few.map(|ids| ids.iter().copied().collect());
        let fits = |id: &&i64| match (&table, fitting) {
            (Some(table), _) => table.contains(*id),
            (None, Some(ids)) => is_in(ids, **id),
            (None, None) => true,
        };
        let most = self.limit + 1;
        Ok(if down {
            rest.iter().rev().filter(fits).take(most).copied().collect()
        } else {
            rest.iter().filter(fits).take(most).copied().collect()
        })
    }
}

/// What comes after the cursor; the row it stands at may have moved, or be gone.
fn beyond<'a>(
    all: &'a [i64],
    cursor: &Place,
    down: bool,
    mut place: impl FnMut(i64) -> Result<Option<Place>, StoreError>,
) -> Result<&'a [i64], StoreError> {
    let (mut from, mut until) = (0, all.len());
    while from < until {
        let middle = from + (until - from) / 2;
        let place = place(all[middle])?.ok_or(StoreError::NotFound)?;
        let before = if down { place < *cursor } else { place <= *cursor };
        (from, until) = if before { (middle + 1, until) } else { (from, middle) };
    }
    Ok(if down { &all[..from] } else { &all[from..] })
}
