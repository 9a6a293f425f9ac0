//! Lists of assets: filtered, sorted, paged by key. On SQLite a bounded probe decides whether to
//! start from what the filters find or to walk the index of the sort; PostgreSQL decides by itself.

use domain::Asset;
use domain::catalog::{Status, StatusKind};
use domain::id::{AssetId, CategoryId, Id, ManufacturerId, Noun};

use super::hits::Hits;
use super::query::{AssetQuery, Filters};
use super::{COLUMNS, read};
use crate::page::{Count, Cursor, Key, Page, limit};
use crate::read::parsed;
use crate::seam::{Dialect, Json, Query, Row, Sql, StoreError, Tx, sql};
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

const NAMES: &str =
    ", p.name, p.identifiers, pc.id, pc.name, m.id, m.name, c.id, c.name, s.name, s.kind, s.color,
    l.name, d.name, v.name,
    COALESCE(ce.name, cl.name, ca.tag), a.platform";

const JOINS: &str = "
    LEFT JOIN products p ON p.tenant_id = a.tenant_id AND p.id = a.product_id
    LEFT JOIN categories pc ON pc.tenant_id = a.tenant_id AND pc.id = p.category_id
    LEFT JOIN manufacturers m ON m.tenant_id = a.tenant_id AND m.id = p.manufacturer_id
    LEFT JOIN categories c ON c.tenant_id = a.tenant_id AND c.id = a.shown_category_id
    LEFT JOIN statuses s ON s.tenant_id = a.tenant_id AND s.id = a.status_id
    LEFT JOIN locations l ON l.tenant_id = a.tenant_id AND l.id = a.location_id
    LEFT JOIN departments d ON d.tenant_id = a.tenant_id AND d.id = a.department_id
    LEFT JOIN suppliers v ON v.tenant_id = a.tenant_id AND v.id = a.supplier_id
    LEFT JOIN employees ce ON a.custodian_kind = 'employee'
        AND ce.tenant_id = a.tenant_id AND ce.id = a.custodian_id
    LEFT JOIN locations cl ON a.custodian_kind = 'location'
        AND cl.tenant_id = a.tenant_id AND cl.id = a.custodian_id
    LEFT JOIN assets ca ON a.custodian_kind = 'asset'
        AND ca.tenant_id = a.tenant_id AND ca.id = a.custodian_id";

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
    if let Some(hits) = Hits::of(tx, query, &filters)? {
        return hits.page(tx);
    }
    let start = if tx.dialect() == Dialect::Postgres {
        Start::Anywhere
    } else {
        let few = query.has_filters() && count_to(tx, query, &filters, FEW)? < FEW;
        if few { Start::Filters } else { Start::Sort }
    };
    page(tx, query, &filters, start)
}

/// A page, and how many the query finds in all: exact without filters, else up to `most`. The
/// counting also tells where to start from.
pub fn counted(
    tx: &mut Tx<'_>,
    query: &AssetQuery,
    most: i64,
) -> Result<(Page<AssetRow>, Count), StoreError> {
    let filters = Filters::of(tx, query, FEW)?;
    if let Some(hits) = Hits::of(tx, query, &filters)? {
        return Ok((hits.page(tx)?, hits.count(tx, most)?));
    }
    let count = count_with(tx, query, &filters, most)?;
    let few = query.has_filters() && !count.more && count.n < FEW;
    let start = match tx.dialect() {
        Dialect::Postgres => Start::Anywhere,
        Dialect::Sqlite if few => Start::Filters,
        Dialect::Sqlite => Start::Sort,
    };
    Ok((page(tx, query, &filters, start)?, count))
}

fn page(
    tx: &mut Tx<'_>,
    query: &AssetQuery,
    filters: &Filters<'_>,
    start: Start,
) -> Result<Page<AssetRow>, StoreError> {
    let cursor = query.cursor.as_ref();
    let (key, _) = query.sort.column();
    let mut inner = sql! { "SELECT a.*" };
    inner.append(found(tx, query, filters, start));
    // A plus keeps SQLite from walking the index of the sort.
    let by = if start == Start::Filters { query.sort.unindexed() } else { key };
    Cursor::walk(&mut inner, cursor, by, "a.id", query.descending);
    limit(&mut inner, query.limit);
    let mut sql = sql! { "SELECT ", const COLUMNS, const NAMES, ", ", const key, " FROM (" };
    sql.append(inner);
    sql! { sql => ") a", const JOINS };
    Cursor::order(&mut sql, cursor, key, "a.id", query.descending);
    let numbers = query.sort.is_number();
    let rows = tx.all(sql, |row| {
        let shown = read_row(row)?;
        Ok((shown, if numbers { Key::Number(row.next()?) } else { Key::Text(row.next()?) }))
    })?;
    let page = Page::of(rows, query.limit, cursor, |(row, key): &(AssetRow, Key)| {
        (key.clone(), row.asset.id.number())
    });
    Ok(page.map(|(row, _)| row))
}

/// One asset as lists show it.
pub fn row(tx: &mut Tx<'_>, id: AssetId) -> Result<Option<AssetRow>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT ", const COLUMNS, const NAMES, " FROM assets a", const JOINS, "
             WHERE a.tenant_id = ", tenant, " AND a.id = ", id
        },
        read_row,
    )
}

/// Several as lists show them, in no order of their own.
pub fn rows(
    tx: &mut Tx<'_>,
    ids: impl IntoIterator<Item = AssetId>,
) -> Result<Vec<AssetRow>, StoreError> {
    let tenant = tx.tenant();
    tx.of_ids(
        ids,
        |list| {
            sql! {
                "SELECT ", const COLUMNS, const NAMES, " FROM assets a", const JOINS, "
                 WHERE a.tenant_id = ", tenant, " AND a.id IN (", + list, ")"
            }
        },
        read_row,
    )
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
    if let Some(hits) = Hits::of(tx, query, &filters)? {
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
    let n = count_to(tx, query, filters, most + 1)?;
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
            let few: Vec<i64> = few.iter().copied().collect();
            sql! { sql => "json_each(", Json(few), ") j CROSS JOIN assets a WHERE a.id = j.value AND " };
        }
        (_, Start::Sort) => {
            let index = query.index();
            sql! { sql => "assets a INDEXED BY ", const index, " WHERE " };
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

fn read_row(row: &mut Row<'_>) -> Result<AssetRow, StoreError> {
    let asset = read(row)?;
    let product = row.next()?;
    let identifiers: Option<Json<Vec<String>>> = row.next()?;
    let product_category = named(row)?;
    let manufacturer = named(row)?;
    let category = named(row)?;
    let status = Status {
        id: asset.status,
        name: row.next()?,
        kind: parsed(row, |text| StatusKind::parse(text).ok_or("no such kind of status"))?,
        color: row.next()?,
    };
    Ok(AssetRow {
        asset,
        product,
        identifiers: identifiers.map(|Json(all)| all).unwrap_or_default(),
        product_category,
        manufacturer,
        category,
        status,
        location: row.next()?,
        department: row.next()?,
        supplier: row.next()?,
        custodian: row.next()?,
        platform: row.next()?,
    })
}

/// Two columns: id and name.
fn named<N: Noun>(row: &mut Row<'_>) -> Result<Option<(Id<N>, String)>, StoreError> {
    let (id, name): (Option<Id<N>>, Option<String>) = (row.next()?, row.next()?);
    Ok(id.zip(name))
}
