//! The assets in whose texts every word stands, where the texts are held in memory, and those whose
//! ids were looked up. They are narrowed and put in order by whichever costs least: the texts alone,
//! the rows of the few, or a walk along the sort that passes over everything else.

use std::cmp::Ordering;
use std::sync::PoisonError;

use super::list::{AssetRow, FEW, Place, Start, count_to, found, place, shown};
use super::lookups::{self, Ids, is_in};
use super::query::{AssetQuery, AssetSort, Filters};
use crate::page::{Count, Cursor, Key, Page};
use crate::seam::{Query, Row, Sql, StoreError, Tx, sql};
use crate::search::Terms;
use crate::texts::Pile;

pub(super) struct Hits<'q> {
    query: &'q AssetQuery,
    found: Found,
}

enum Found {
    /// The rows of the page, one more if another follows, and how many there are at least.
    Page(Vec<Place>, usize),
    /// All that the query finds.
    Few(Vec<Place>),
    /// All that hold the words and fit what was looked up; what else is asked was not looked at.
    Many(Ids, Box<AssetQuery>),
}

impl<'q> Hits<'q> {
    /// `None`: nothing is looked for, or the database has to look itself. Nobody asks for a count
    /// beyond `most`.
    pub fn of(
        tx: &mut Tx<'_>,
        query: &'q AssetQuery,
        filters: &Filters<'_>,
        most: i64,
    ) -> Result<Option<Self>, StoreError> {
        let Some(texts) = tx.texts() else { return Ok(None) };
        let found = match (Terms::of(query.q.as_deref()), &filters.few) {
            // The list starts from the few.
            (None, Some(_)) => return Ok(None),
            (None, None) => match lookups::fit(tx, query)? {
                Some((ids, _)) if few(ids.len()) => {
                    Found::Few(places_of(tx, query, filters, ids.to_vec())?)
                }
                Some((ids, open)) => Found::Many(ids, Box::new(open)),
                None => return Ok(None),
            },
            (Some(terms), few) => {
                let most = usize::try_from(most).unwrap_or(usize::MAX);
                let pile = texts.of(tx)?;
                let pile = pile.read().unwrap_or_else(PoisonError::into_inner);
                let looked = look(&pile, &terms, query, most);
                drop(pile);
                match (looked, few) {
                    (Looked::Page(places, n), _) => Found::Page(places, n),
                    // Where few fit the filters, these alone are worth a look.
                    (Looked::Ids(mut ids), Some(fitting)) => {
                        ids.retain(|id| is_in(fitting, *id));
                        Found::Few(places_of(tx, query, filters, ids)?)
                    }
                    (Looked::Ids(ids), None) => Self::narrowed(tx, query, filters, ids)?,
                }
            }
        };
        Ok(Some(Self { query, found }))
    }

    /// Those of many that fit.
    fn narrowed(
        tx: &mut Tx<'_>,
        query: &AssetQuery,
        filters: &Filters<'_>,
        mut ids: Vec<i64>,
    ) -> Result<Found, StoreError> {
        let mut open = AssetQuery { q: None, ..query.clone() };
        if !few(ids.len())
            && let Some((fitting, rest)) = lookups::fit(tx, query)?
        {
            ids.retain(|id| is_in(&fitting, *id));
            open = rest;
        }
        if few(ids.len()) {
            return Ok(Found::Few(places_of(tx, query, filters, ids)?));
        }
        ids.sort_unstable();
        Ok(Found::Many(ids.into(), Box::new(open)))
    }

    pub fn page(&self, tx: &mut Tx<'_>) -> Result<Page<AssetRow>, StoreError> {
        let places = match &self.found {
            Found::Page(places, _) => places.clone(),
            Found::Few(places) => first(places.clone(), self.query),
            Found::Many(ids, open) => walk(tx, ids, open)?,
        };
        shown(tx, places, self.query)
    }

    /// Up to `most`.
    pub fn count(&self, tx: &mut Tx<'_>, most: i64) -> Result<Count, StoreError> {
        let n = match &self.found {
            Found::Page(_, n) => *n,
            Found::Few(places) => places.len(),
            Found::Many(ids, open) if !open.narrows() => ids.len(),
            Found::Many(ids, open) => {
                let filters = Filters::of(tx, open, FEW)?;
                let mut sql = sql! { "SELECT a.id" };
                sql.append(found(tx, open, &filters, Start::Filters));
                let most = usize::try_from(most).unwrap_or(usize::MAX).saturating_add(1);
                those(tx, sql, ids, most, |row| row.next::<i64>())?.len()
            }
        };
        let n = i64::try_from(n).unwrap_or(i64::MAX);
        Ok(Count { n: n.min(most), more: n > most })
    }
}

fn walk(tx: &mut Tx<'_>, ids: &[i64], query: &AssetQuery) -> Result<Vec<Place>, StoreError> {
    let filters = Filters::of(tx, query, FEW)?;
    let filtered = query.narrows() && few_rows(tx, query, &filters)?;
    let start = if filtered { Start::Filters } else { Start::Sort };
    let (key, _) = query.sort.column();
    let mut sql = sql! { "SELECT a.id, ", const key };
    sql.append(found(tx, query, &filters, start));
    if filtered {
        let all = those(tx, sql, ids, usize::MAX, |row| place(row, query))?;
        return Ok(first(all, query));
    }
    Cursor::walk(&mut sql, query.cursor.as_ref(), key, "a.id", query.descending);
    those(tx, sql, ids, query.limit + 1, |row| place(row, query))
}

/// What the texts alone can say.
enum Looked {
    Page(Vec<Place>, usize),
    Ids(Vec<i64>),
}

fn look(pile: &Pile, terms: &Terms, query: &AssetQuery, most: usize) -> Looked {
    let Some(line) = query.sort.line().filter(|_| !query.narrows()) else {
        let mut ids = Vec::new();
        pile.find(terms.words(), query.archived, pile.all(), |hit| {
            ids.push(pile.asset(hit));
            true
        });
        return Looked::Ids(ids);
    };
    let after = after(query);
    let after = match &after {
        Some((Key::Text(key), id)) => Some((key.as_str(), *id)),
        // Of another order; there it led somewhere.
        Some((Key::Number(_), _)) | None => None,
    };
    let (mut first, mut n) = (First::of(query, after), 0);
    // In the usual order the first of them come first, and the rest need not be looked at.
    let in_order = query.sort == AssetSort::Tag && !first.down;
    let (ordered, later) =
        if in_order { (pile.ordered(), pile.later()) } else { (0..0, pile.all()) };
    pile.find(terms.words(), query.archived, ordered, |hit| {
        n += 1;
        if !first.is_full() {
            first.meet((pile.line(hit, line), pile.asset(hit)));
        }
        n <= most || !first.is_full()
    });
    pile.find(terms.words(), query.archived, later, |hit| {
        n += 1;
        first.meet((pile.line(hit, line), pile.asset(hit)));
        true
    });
    let owned = first.found().into_iter().map(|(key, id)| (Key::Text(key.to_owned()), id));
    Looked::Page(owned.collect(), n)
}

/// The first of a walk in the order asked for, from the cursor on, and one more than a page.
struct First<K> {
    most: usize,
    down: bool,
    after: Option<(K, i64)>,
    best: Vec<(K, i64)>,
}

impl<K: Ord> First<K> {
    fn of(query: &AssetQuery, after: Option<(K, i64)>) -> Self {
        let down = Cursor::down(query.cursor.as_ref(), query.descending);
        Self { most: query.limit + 1, down, after, best: Vec::new() }
    }

    fn meet(&mut self, place: (K, i64)) {
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

    fn is_full(&self) -> bool {
        self.best.len() >= self.most
    }

    fn found(mut self) -> Vec<(K, i64)> {
        self.best.sort_unstable_by(order(self.down));
        self.best.truncate(self.most);
        self.best
    }
}

fn order<K: Ord>(down: bool) -> impl Fn(&(K, i64), &(K, i64)) -> Ordering + Copy {
    move |a, b| if down { b.cmp(a) } else { a.cmp(b) }
}

fn first(places: Vec<Place>, query: &AssetQuery) -> Vec<Place> {
    let mut first = First::of(query, after(query));
    for place in places {
        first.meet(place);
    }
    first.found()
}

fn after(query: &AssetQuery) -> Option<Place> {
    query.cursor.as_ref().map(Cursor::place)
}

fn few(n: usize) -> bool {
    i64::try_from(n).is_ok_and(|n| n < FEW)
}

fn few_rows(
    tx: &mut Tx<'_>,
    query: &AssetQuery,
    filters: &Filters<'_>,
) -> Result<bool, StoreError> {
    Ok(count_to(tx, query, filters, FEW)? < FEW)
}

/// Of these assets those that the filters let through.
fn places_of(
    tx: &mut Tx<'_>,
    query: &AssetQuery,
    filters: &Filters<'_>,
    ids: Vec<i64>,
) -> Result<Vec<Place>, StoreError> {
    let (tenant, (key, _)) = (tx.tenant(), query.sort.column());
    let ask = |list: Sql| {
        let mut sql = sql! {
            "SELECT a.id, ", const key, "
             FROM assets a INDEXED BY assets_facts
             WHERE a.tenant_id = ", tenant, " AND a.id IN (", + list, ")"
        };
        filters.narrow(&mut sql, tenant);
        sql
    };
    tx.of_ids(ids, ask, |row| place(row, query))
}

/// The rows whose first column is one of these ids, up to `most`.
fn those<T>(
    tx: &mut Tx<'_>,
    sql: Sql,
    ids: &[i64],
    most: usize,
    read: impl Fn(&mut Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut found = Vec::new();
    tx.until(sql, |row| {
        if is_in(ids, row.get::<i64>(0)?) {
            found.push(read(row)?);
        }
        Ok(found.len() < most)
    })?;
    Ok(found)
}
