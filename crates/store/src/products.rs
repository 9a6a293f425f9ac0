//! Products: what assets are specimens of.

use domain::catalog::Product;
use domain::id::ProductId;
use domain::text::key;

use crate::derived;
use crate::page::{Cursor, Page};
use crate::seam::{Json, Query, Row, StoreError, Tx, sql};

/// A product as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductRow {
    pub product: Product,
    pub manufacturer: Option<String>,
    pub category: Option<String>,
    /// Unarchived assets.
    pub assets: i64,
}

const COLUMNS: &str = "p.id, p.name, p.manufacturer_id, p.category_id, p.models, p.identifiers";

/// By name; `q` is a part of the name.
pub fn list(
    tx: &mut Tx<'_>,
    q: Option<&str>,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Page<ProductRow>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! {
        "SELECT ", const COLUMNS, ", m.name, c.name,
                (SELECT count(*) FROM assets a
                 WHERE a.tenant_id = p.tenant_id AND a.archived = FALSE
                   AND a.product_key = p.name_key AND a.product_id = p.id)
         FROM products p
         LEFT JOIN manufacturers m ON m.tenant_id = p.tenant_id AND m.id = p.manufacturer_id
         LEFT JOIN categories c ON c.tenant_id = p.tenant_id AND c.id = p.category_id
         WHERE p.tenant_id = ", tenant
    };
    if let Some(q) = q {
        sql! { sql => " AND p.name_key LIKE ", crate::search::pattern(&key(q)), " ESCAPE '\\'" };
    }
    Cursor::walk(&mut sql, cursor, "p.name_key", "p.id", false);
    crate::page::limit(&mut sql, limit);
    let rows: Vec<ProductRow> = tx.all(sql, |row| {
        Ok(ProductRow {
            product: read(row)?,
            manufacturer: row.next()?,
            category: row.next()?,
            assets: row.next()?,
        })
    })?;
    Ok(Page::of(rows, limit, cursor, |row| (key(&row.product.name), row.product.id.number())))
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
pub fn create(tx: &mut Tx<'_>, product: &Product) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO products
            (tenant_id, id, name, name_key, manufacturer_id, category_id, models, identifiers)
         VALUES (", tenant, ", ", product.id, ", ", &product.name, ", ", key(&product.name), ", ",
                product.manufacturer, ", ", product.category, ", ", Json(&product.models), ", ",
                Json(&product.identifiers), ")"
    })
    .map(drop)
}

pub fn update(tx: &mut Tx<'_>, product: &Product) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let name_key = key(&product.name);
    let touched = tx.exec(sql! {
        "UPDATE products
         SET name = ", &product.name, ", name_key = ", &name_key, ",
             manufacturer_id = ", product.manufacturer, ", category_id = ", product.category, ",
             models = ", Json(&product.models), ", identifiers = ", Json(&product.identifiers), "
         WHERE tenant_id = ", tenant, " AND id = ", product.id
    })?;
    if touched == 0 {
        return Err(StoreError::NotFound);
    }
    derived::product_changed(tx, product.id, &name_key)
}

/// Adds names that sources know it by, and model identifiers, each once.
pub(crate) fn known_as(
    tx: &mut Tx<'_>,
    id: ProductId,
    models: &[String],
    identifiers: &[String],
) -> Result<(), StoreError> {
    let mut product = find(tx, id)?.ok_or(StoreError::NotFound)?;
    let add = |known: &mut Vec<String>, met: &[String]| {
        for one in met {
            if !known.contains(one) {
                known.push(one.clone());
            }
        }
    };
    add(&mut product.models, models);
    add(&mut product.identifiers, identifiers);
    let tenant = tx.tenant();
    tx.exec(sql! {
        "UPDATE products
         SET models = ", Json(&product.models), ", identifiers = ", Json(&product.identifiers), "
         WHERE tenant_id = ", tenant, " AND id = ", id
    })
    .map(drop)
}

/// False when there was none; [`StoreError::Referenced`] while an asset is one.
pub fn delete(tx: &mut Tx<'_>, id: ProductId) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    Ok(tx.exec(sql! { "DELETE FROM products WHERE tenant_id = ", tenant, " AND id = ", id })? > 0)
}

fn read(row: &mut Row<'_>) -> Result<Product, StoreError> {
    let (id, name, manufacturer, category) = (row.next()?, row.next()?, row.next()?, row.next()?);
    let (Json(models), Json(identifiers)) = (row.next()?, row.next()?);
    Ok(Product { id, name, manufacturer, category, models, identifiers })
}
