//! Products: what assets are specimens of.

mod order;

use domain::catalog::Product;
use domain::event::Subject;
use domain::id::{CategoryId, ManufacturerId, ProductId};
use domain::text::key;
use domain::{Action, Deed, Field, Mint, Timestamp};

use crate::changes::Stamp;
use crate::members::{self, Members};
use crate::nouns::{self, Told, own};
use crate::page::{Cursor, Key, Page};
use crate::seam::{Json, Query, Row, Sql, StoreError, Tx, sql};
use crate::{derived, former_names};

pub use self::order::ProductSort;

/// A product as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductRow {
    pub product: Product,
    pub manufacturer: Option<String>,
    pub category: Option<String>,
    /// Unarchived assets.
    pub assets: i64,
    pub stamp: Stamp,
}

const COLUMNS: &str = "p.id, p.name, p.manufacturer_id, p.category_id, p.models, p.identifiers";

/// Of one product; of many they are counted together.
const ASSETS: &str = "(SELECT count(*) FROM assets a
    WHERE a.tenant_id = p.tenant_id AND a.archived = FALSE
      AND a.product_key = p.name_key AND a.product_id = p.id)";

const NAMES: &str = ", m.name, c.name, p.version, p.updated_at";

const FROM: &str = "
    FROM products p
    LEFT JOIN manufacturers m ON m.tenant_id = p.tenant_id AND m.id = p.manufacturer_id
    LEFT JOIN categories c ON c.tenant_id = p.tenant_id AND c.id = p.category_id
    WHERE p.tenant_id = ";

/// Which products a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProductQuery {
    /// A part of the name.
    pub q: Option<String>,
    pub manufacturer: Option<ManufacturerId>,
    pub category: Option<CategoryId>,
    /// None that changed before.
    pub updated_since: Option<Timestamp>,
    pub sort: ProductSort,
    pub descending: bool,
}

/// In the order asked for.
pub fn list(
    tx: &mut Tx<'_>,
    query: &ProductQuery,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Page<ProductRow>, StoreError> {
    let Some(key) = query.sort.key(tx.dialect()) else {
        return by_assets(tx, query, cursor, limit);
    };
    let (tenant, members) = (tx.tenant(), members::by(tx, "product_id")?);
    let mut sql =
        sql! { "SELECT ", const COLUMNS, const NAMES, ", ", const key, const FROM, tenant };
    narrow(&mut sql, query);
    Cursor::walk(&mut sql, cursor, key, "p.id", query.descending);
    crate::page::limit(&mut sql, limit);
    let rows: Vec<(ProductRow, Key)> =
        tx.all(sql, |row| Ok((read_row(row, &members)?, query.sort.read(row)?)))?;
    let place = |(row, key): &(ProductRow, Key)| (key.clone(), row.product.id.number());
    Ok(Page::of(rows, limit, cursor, place).map(|(row, _)| row))
}

/// In order of how many assets each has, which no row of a product says.
fn by_assets(
    tx: &mut Tx<'_>,
    query: &ProductQuery,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Page<ProductRow>, StoreError> {
    let (tenant, members) = (tx.tenant(), members::by(tx, "product_id")?);
    let mut sql = sql! { "SELECT p.id FROM products p WHERE p.tenant_id = ", tenant };
    narrow(&mut sql, query);
    let mut places: Vec<(Key, i64)> = tx.all(sql, |row| {
        let id: i64 = row.next()?;
        Ok((Key::Number(members.of(id)), id))
    })?;
    places.sort();
    let down = Cursor::down(cursor, query.descending);
    if down {
        places.reverse();
    }
    if let Some(from) = cursor.map(Cursor::place) {
        places.retain(|place| if down { *place < from } else { *place > from });
    }
    places.truncate(limit + 1);
    let ids = places.iter().map(|(_, id)| *id);
    let ask = |list: Sql| {
        sql! { "SELECT ", const COLUMNS, const NAMES, const FROM, tenant, " AND p.id IN (", + list, ")" }
    };
    let mut rows = tx.of_ids(ids, ask, |row| read_row(row, &members))?;
    let place = |row: &ProductRow| (Key::Number(row.assets), row.product.id.number());
    rows.sort_by_key(place);
    if down {
        rows.reverse();
    }
    Ok(Page::of(rows, limit, cursor, place))
}

/// How many [`list`] has in all.
pub fn count(tx: &mut Tx<'_>, query: &ProductQuery) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! { "SELECT count(*) FROM products p WHERE p.tenant_id = ", tenant };
    narrow(&mut sql, query);
    tx.one(sql, |row| row.next())
}

fn narrow(sql: &mut Sql, query: &ProductQuery) {
    if let Some(since) = query.updated_since {
        sql! { sql => " AND p.updated_at >= ", since };
    }
    if let Some(manufacturer) = query.manufacturer {
        sql! { sql => " AND p.manufacturer_id = ", manufacturer };
    }
    if let Some(category) = query.category {
        sql! { sql => " AND p.category_id = ", category };
    }
    if let Some(q) = &query.q {
        sql! { sql => " AND p.name_key LIKE ", crate::search::pattern(&key(q)), " ESCAPE '\\'" };
    }
}

/// One as lists show them.
pub fn row(tx: &mut Tx<'_>, id: ProductId) -> Result<Option<ProductRow>, StoreError> {
    let tenant = tx.tenant();
    let sql = sql! {
        "SELECT ", const COLUMNS, const NAMES, ", ", const ASSETS, const FROM, tenant,
        " AND p.id = ", id
    };
    tx.find(sql, |row| {
        let found = read_row(row, &Members::default())?;
        Ok(ProductRow { assets: row.next()?, ..found })
    })
}

/// Every product, in order of id; for the planner and for pickers.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Product>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT ", const COLUMNS, "
             FROM products p
             WHERE p.tenant_id = ", tenant, "
             ORDER BY p.id"
        },
        read,
    )
}

pub fn find(tx: &mut Tx<'_>, id: ProductId) -> Result<Option<Product>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT ", const COLUMNS, "
             FROM products p
             WHERE p.tenant_id = ", tenant, " AND p.id = ", id
        },
        read,
    )
}

/// Conflict `products_name` when the manufacturer already makes one of this name.
pub fn create(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    product: &Product,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO products
            (tenant_id, id, name, name_key, manufacturer_id, category_id, models, identifiers)
         VALUES (", tenant, ", ", product.id, ", ", &product.name, ", ", key(&product.name), ", ",
                product.manufacturer, ", ", product.category, ", ", Json(&product.models), ", ",
                Json(&product.identifiers), ")"
    })?;
    let changes = nouns::appearing(told(product));
    nouns::record(tx, deed, mint, Subject::Product(product.id), Action::Created, changes, None)
}

/// Replaces what is known of a product. The names it had, and its makers, stay known to sources.
pub fn update(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    product: &Product,
    note: Option<String>,
) -> Result<(), StoreError> {
    let before = find(tx, product.id)?.ok_or(StoreError::NotFound)?;
    let mut product = product.clone();
    if key(&before.name) != key(&product.name) {
        add(&mut product.models, std::slice::from_ref(&before.name));
    }
    let tenant = tx.tenant();
    let name_key = key(&product.name);
    tx.exec(sql! {
        "UPDATE products
         SET name = ", &product.name, ", name_key = ", &name_key, ",
             manufacturer_id = ", product.manufacturer, ", category_id = ", product.category, ",
             models = ", Json(&product.models), ", identifiers = ", Json(&product.identifiers), "
         WHERE tenant_id = ", tenant, " AND id = ", product.id
    })?;
    if before.manufacturer != product.manufacturer {
        former_names::keep_maker(tx, product.id, before.manufacturer)?;
    }
    if key(&before.name) != name_key {
        derived::product_renamed(tx, product.id, &name_key)?;
    }
    if before.category != product.category {
        derived::product_recategorized(tx, product.id, product.category)?;
    }
    let changes = nouns::moved(told(&before), told(&product));
    nouns::record(tx, deed, mint, Subject::Product(product.id), Action::Updated, changes, note)
}

/// Adds names that sources know it by, and model identifiers, each once.
pub(crate) fn known_as(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    id: ProductId,
    models: &[String],
    identifiers: &[String],
) -> Result<(), StoreError> {
    let mut product = find(tx, id)?.ok_or(StoreError::NotFound)?;
    add(&mut product.models, models);
    add(&mut product.identifiers, identifiers);
    update(tx, deed, mint, &product, None)
}

/// False when there was none; conflict `in_use` while an asset is one.
pub fn delete(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    id: ProductId,
) -> Result<bool, StoreError> {
    let Some(gone) = find(tx, id)? else { return Ok(false) };
    let subject = Subject::Product(id);
    nouns::remove(tx, subject)?;
    former_names::forget(tx, subject)?;
    let changes = nouns::vanishing(told(&gone));
    nouns::record(tx, deed, mint, subject, Action::Deleted, changes, None)?;
    Ok(true)
}

/// Each once.
pub(crate) fn add(known: &mut Vec<String>, met: &[String]) {
    for one in met {
        if !known.contains(one) {
            known.push(one.clone());
        }
    }
}

/// A product in the words of events.
pub(crate) fn told(product: &Product) -> Told {
    let id = |id: Option<String>| serde_json::Value::from(id);
    vec![
        (Field::Name, product.name.as_str().into()),
        (own("manufacturer"), id(product.manufacturer.map(|id| id.to_string()))),
        (Field::Category, id(product.category.map(|id| id.to_string()))),
        (own("models"), product.models.clone().into()),
        (own("identifiers"), product.identifiers.clone().into()),
    ]
}

fn read_row(row: &mut Row<'_>, members: &Members) -> Result<ProductRow, StoreError> {
    let product = read(row)?;
    let assets = members.of(product.id.number());
    let (manufacturer, category) = (row.next()?, row.next()?);
    Ok(ProductRow { product, manufacturer, category, assets, stamp: Stamp::read(row)? })
}

fn read(row: &mut Row<'_>) -> Result<Product, StoreError> {
    let (id, name, manufacturer, category) = (row.next()?, row.next()?, row.next()?, row.next()?);
    let (Json(models), Json(identifiers)) = (row.next()?, row.next()?);
    Ok(Product { id, name, manufacturer, category, models, identifiers })
}
