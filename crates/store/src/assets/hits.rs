//! The assets in whose texts every word stands, where the texts are held in memory, and those whose
//! ids were looked up. They are narrowed and put in order by whichever costs least: the texts alone,
//! the rows of the few, or a walk along the sort that passes over everything else.

use std::sync::{Arc, PoisonError};

use super::list::{AssetRow, FEW, Start, count_to, found, shown};
use super::lookups;
use super::order;
use super::places::{self, First, after, first, place};
use super::query::{AssetQuery, Filters};
use super::sorts::AssetSort;
use crate::ids::{Ids, Place, is_in};
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
    Few(Arc<[Place]>),
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
            (None, Some(few)) => Found::Few(places::of_few(tx, query, filters, few)?),
            (None, None) => match lookups::fit(tx, query)? {
                Some((ids, _)) if few(ids.len()) => {
                    Found::Few(places::of_few(tx, query, filters, &ids)?)
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
                        Found::Few(places::of(tx, filters, ids)?.into())
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
            return Ok(Found::Few(places::of(tx, filters, ids)?.into()));
        }
        ids.sort_unstable();
        Ok(Found::Many(ids.into(), Box::new(open)))
    }

    pub fn page(&self, tx: &mut Tx<'_>) -> Result<Page<AssetRow>, StoreError> {
        let places = match &self.found {
            Found::Page(places, _) => places.clone(),
            Found::Few(places) => first(places, self.query),
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
                those(tx, sql, |id| is_in(ids, id), most, |row| row.next::<i64>())?.len()
            }
        };
        let n = i64::try_from(n).unwrap_or(i64::MAX);
        Ok(Count { n: n.min(most), more: n > most })
    }
}

/// How many a walk looks at before all are put in order once.
const LOOKED_AT: i64 = if cfg!(test) { 4 } else { 2_000 };

fn walk(tx: &mut Tx<'_>, ids: &[i64], query: &AssetQuery) -> Result<Vec<Place>, StoreError> {
    let filters = Filters::of(tx, query, FEW)?;
    if filters.sorting.index.is_none() {
        return order::page(tx, Some(ids), query, &filters);
    }
    let filtered = query.narrows() && few_rows(tx, query, &filters)?;
    let start = if filtered { Start::Filters } else { Start::Sort };
    let (key, kind) = (filters.sorting.key.clone(), filters.sorting.kind);
    let mut sql = sql! { "SELECT a.id, ", + key.clone() };
    sql.append(found(tx, query, &filters, start));
    if filtered {
        let all = those(tx, sql, |id| is_in(ids, id), usize::MAX, |row| place(row, kind))?;
        return Ok(first(&all, query));
    }
    Cursor::walk(&mut sql, query.cursor.as_ref(), key, "a.id", query.descending);
    let limit = if query.narrows() { i64::MAX } else { LOOKED_AT };
    sql! { sql => " LIMIT ", limit };
    let (most, mut looked_at) = (query.limit + 1, 0);
    let fits = |id| {
        looked_at += 1;
        is_in(ids, id)
    };
    let met = those(tx, sql, fits, most, |row| place(row, kind))?;
    if met.len() == most || looked_at < limit {
        return Ok(met);
    }
    order::page(tx, Some(ids), query, &filters)
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
        Some((Key::Number(_) | Key::Real(_), _)) | None => None,
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

/// The rows whose first column is an id that fits, up to `most`.
fn those<T>(
    tx: &mut Tx<'_>,
    sql: Sql,
    mut fits: impl FnMut(i64) -> bool,
    most: usize,
    read: impl Fn(&mut Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut found = Vec::new();
    tx.until(sql, |row| {
        if fits(row.get::<i64>(0)?) {
            found.push(read(row)?);
        }
        Ok(found.len() < most)
    })?;
    Ok(found)
}
