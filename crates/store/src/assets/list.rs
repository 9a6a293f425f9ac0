//! Lists of assets: filtered, sorted, paged by key. On SQLite a bounded probe decides whether to
//! start from what the filters find or to walk the index of the sort, and `hits` helps where neither
//! is quick; PostgreSQL decides by itself.

use std::collections::HashMap;

use domain::Asset;
use domain::catalog::Status;
use domain::id::{AssetId, CategoryId, ManufacturerId};

use super::hits::Hits;
use super::names::{Bare, named};
use super::order;
use super::places::place;
use super::query::{AssetQuery, Filters};
use super::sorts::AssetSort;
use super::{COLUMNS, read};
use crate::ids::Place;
use crate::page::{Count, Cursor, Page, limit};
use crate::seam::{Dialect, Json, Query, Sql, StoreError, Tx, sql};
use crate::search::Terms;

/// An asset with the names of what it points at.
#[derive(Debug, Clone, PartialEq)]
pub struct AssetRow {
    pub asset: Asset,
    pub product: Option<String>,
    /// The product's model identifiers, category and maker.
    pub identifiers: Vec<String>,
    pub product_category: Option<(CategoryId, String)>,
    pub manufacturer: Option<(ManufacturerId, String)>,
    /// Its own, else its product's.
    pub category: Option<(CategoryId, String)>,
    pub status: Status,
    pub location: Option<String>,
    pub department: Option<String>,
    pub supplier: Option<String>,
    pub custodian: Option<String>,
    /// Empty without a linked device.
    pub platform: String,
}

/// Up to this many hits a list starts from its filters; tests are too small for so many.
pub(super) const FEW: i64 = if cfg!(test) { 8 } else { 1_000 };

/// Where the rows come from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    Filters,
    Sort,
    /// The database knows better.
    Anywhere,
}

pub fn list(tx: &mut Tx<'_>, query: &AssetQuery) -> Result<Page<AssetRow>, StoreError> {
    let filters = Filters::of(tx, query, FEW)?;
    if let Some(hits) = Hits::of(tx, query, &filters, 0)? {
        return hits.page(tx);
    }
    if tx.dialect() == Dialect::Postgres {
        return page(tx, query, &filters, Start::Anywhere);
    }
    let few = query.has_filters() && count_to(tx, query, &filters, FEW)? < FEW;
    page(tx, query, &filters, start(query, &filters, few))
}

/// A page, and how many the query finds in all: exact without filters, else up to `most`. The
/// counting also tells where to start from.
pub fn counted(
    tx: &mut Tx<'_>,
    query: &AssetQuery,
    most: i64,
) -> Result<(Page<AssetRow>, Count), StoreError> {
    let filters = Filters::of(tx, query, FEW)?;
    if let Some(hits) = Hits::of(tx, query, &filters, most)? {
        return Ok((hits.page(tx)?, hits.count(tx, most)?));
    }
    let count = count_with(tx, query, &filters, most)?;
    let few = query.has_filters() && !count.more && count.n < FEW;
    let start = match tx.dialect() {
        Dialect::Postgres => Start::Anywhere,
        Dialect::Sqlite => start(query, &filters, few),
    };
    Ok((page(tx, query, &filters, start)?, count))
}

/// Where SQLite starts. An order that is remembered knows nothing of filters: in a transaction that
/// writes, where nothing is looked up, the rows are put in order by themselves.
fn start(query: &AssetQuery, filters: &Filters<'_>, few: bool) -> Start {
    let unordered = filters.sorting.index.is_none() && query.has_filters();
    if few || unordered { Start::Filters } else { Start::Sort }
}

fn page(
    tx: &mut Tx<'_>,
    query: &AssetQuery,
    filters: &Filters<'_>,
    start: Start,
) -> Result<Page<AssetRow>, StoreError> {
    let (cursor, sorting) = (query.cursor.as_ref(), &filters.sorting);
    if start == Start::Sort && sorting.index.is_none() {
        let places = order::page(tx, None, query, filters)?;
        return shown(tx, places, query);
    }
    let mut sql = sql! { "SELECT a.id, ", + sorting.key.clone() };
    sql.append(found(tx, query, filters, start));
    // A plus keeps SQLite from walking the index of the sort.
    let mut by = Sql::from(if start == Start::Filters { "+" } else { "" });
    by.append(sorting.key.clone());
    Cursor::walk(&mut sql, cursor, by, "a.id", query.descending);
    limit(&mut sql, query.limit);
    let places = tx.all(sql, |row| place(row, sorting.kind))?;
    shown(tx, places, query)
}

/// The rows of a walk, which may be one more than a page, in its order.
pub(super) fn shown(
    tx: &mut Tx<'_>,
    places: Vec<Place>,
    query: &AssetQuery,
) -> Result<Page<AssetRow>, StoreError> {
    let page = Page::of(places, query.limit, query.cursor.as_ref(), Place::clone);
    let ids = page.items.iter().map(|(_, id)| AssetId::new(*id));
    let mut found: HashMap<i64, AssetRow> =
        rows(tx, ids)?.into_iter().map(|row| (row.asset.id.number(), row)).collect();
    Ok(page.filter_map(|(_, id)| found.remove(&id)))
}

/// One asset as lists show it.
pub fn row(tx: &mut Tx<'_>, id: AssetId) -> Result<Option<AssetRow>, StoreError> {
    Ok(rows(tx, [id])?.pop())
}

/// Several as lists show them, in no order of their own.
pub fn rows(
    tx: &mut Tx<'_>,
    ids: impl IntoIterator<Item = AssetId>,
) -> Result<Vec<AssetRow>, StoreError> {
    let tenant = tx.tenant();
    let found = tx.of_ids(
        ids,
        |list| {
            sql! {
                "SELECT ", const COLUMNS, ", a.platform, a.shown_category_id
                 FROM assets a
                 WHERE a.tenant_id = ", tenant, " AND a.id IN (", + list, ")"
            }
        },
        |row| Ok(Bare { asset: read(row)?, platform: row.next()?, category: row.next()? }),
    )?;
    named(tx, found)
}

/// Every asset the query finds, on whatever page, with the version it has; in no order.
pub fn versions(tx: &mut Tx<'_>, query: &AssetQuery) -> Result<Vec<(AssetId, i64)>, StoreError> {
    let filters = Filters::of(tx, query, FEW)?;
    let mut sql = sql! { "SELECT a.id, a.version" };
    sql.append(found(tx, query, &filters, Start::Filters));
    tx.all(sql, |row| Ok((row.next()?, row.next()?)))
}

/// How many the query finds: exact without filters, else up to `most`, since counting costs more
/// than showing.
pub fn count(tx: &mut Tx<'_>, query: &AssetQuery, most: i64) -> Result<Count, StoreError> {
    let filters = Filters::of(tx, query, FEW)?;
    if let Some(hits) = Hits::of(tx, query, &filters, most)? {
        return hits.count(tx, most);
    }
    count_with(tx, query, &filters, most)
}

fn count_with(
    tx: &mut Tx<'_>,
    query: &AssetQuery,
    filters: &Filters<'_>,
    most: i64,
) -> Result<Count, StoreError> {
    if !query.has_filters() {
        if query.archived == super::query::Archived::Without {
            let (n, _) = crate::tallies::assets(tx)?;
            return Ok(Count { n, more: false });
        }
        let of = format!("{:?}", query.archived);
        let n = tx.remembered("assets", of, |tx| {
            let mut sql = sql! { "SELECT count(*)" };
            sql.append(found(tx, query, filters, Start::Anywhere));
            tx.one(sql, |row| row.next())
        })?;
        return Ok(Count { n, more: false });
    }
    let of = AssetQuery {
        limit: 0,
        cursor: None,
        sort: AssetSort::Tag,
        descending: false,
        ..query.clone()
    };
    let of = format!("{most} {of:?}");
    let n = tx.remembered("filtered", of, |tx| count_to(tx, query, filters, most + 1))?;
    Ok(Count { n: n.min(most), more: n > most })
}

pub(super) fn count_to(
    tx: &mut Tx<'_>,
    query: &AssetQuery,
    filters: &Filters<'_>,
    most: i64,
) -> Result<i64, StoreError> {
    let mut sql = sql! { "SELECT count(*) FROM (SELECT 1" };
    sql.append(found(tx, query, filters, Start::Filters));
    sql! { sql => " LIMIT ", most, ") hits" };
    tx.one(sql, |row| row.next())
}

/// ` FROM … WHERE …` of all that the query finds, for those who count or order by themselves.
pub(crate) fn matching(tx: &mut Tx<'_>, query: &AssetQuery) -> Result<Sql, StoreError> {
    let filters = Filters::of(tx, query, FEW)?;
    Ok(found(tx, query, &filters, Start::Filters))
}

/// ` FROM … WHERE …`
pub(super) fn found(
    tx: &mut Tx<'_>,
    query: &AssetQuery,
    filters: &Filters<'_>,
    start: Start,
) -> Sql {
    let tenant = tx.tenant();
    let mut sql = sql! { " FROM " };
    match (&filters.few, start) {
        (Some(few), Start::Filters) => {
            // Else SQLite looks through all of an index that holds what is asked, once for each.
            sql! { sql =>
                "json_each(", Json(few), ") j CROSS JOIN assets a INDEXED BY assets_facts
                 WHERE a.id = j.value AND "
            };
        }
        (_, Start::Sort) => {
            sql.text("assets a");
            if let Some(index) = query.index() {
                sql! { sql => " INDEXED BY ", const index };
            }
            sql.text(" WHERE ");
        }
        _ => sql.text("assets a WHERE "),
    }
    sql! { sql => "a.tenant_id = ", tenant };
    let terms = Terms::of(query.q.as_deref());
    for pattern in terms.iter().flat_map(Terms::patterns) {
        sql! { sql => " AND a.search LIKE ", pattern, " ESCAPE '\\'" };
    }
    filters.narrow(&mut sql, tenant);
    sql
}
