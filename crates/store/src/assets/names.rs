//! The names of what assets point at, each looked up once for all rows of a page: a page has few
//! products and statuses, and a join would look them up again for every row.

use std::collections::{BTreeMap, BTreeSet};

use domain::catalog::Status;
use domain::id::{CategoryId, Id, ManufacturerId, Noun, ProductId, StatusId};
use domain::{Asset, Custodian};

use super::list::AssetRow;
use crate::locations;
use crate::names::by_id;
use crate::seam::{Json, Query, Row, Sql, StoreError, Tx, sql};
use crate::statuses;

/// A row of the table alone.
pub(super) struct Bare {
    pub asset: Asset,
    pub platform: String,
    /// Its own, else its product's.
    pub category: Option<CategoryId>,
}

struct Product {
    name: String,
    identifiers: Vec<String>,
    category: Option<(CategoryId, String)>,
    manufacturer: Option<(ManufacturerId, String)>,
}

type Names = BTreeMap<i64, String>;

pub(super) fn named(tx: &mut Tx<'_>, rows: Vec<Bare>) -> Result<Vec<AssetRow>, StoreError> {
    let assets = || rows.iter().map(|row| &row.asset);
    let held = |number: fn(Custodian) -> Option<i64>| {
        assets().filter_map(move |asset| asset.custodian.and_then(number))
    };
    let products = products(tx, assets().filter_map(|asset| asset.product))?;
    let statuses = statuses_of(tx, assets().map(|asset| asset.status))?;
    let categories = "SELECT id, name FROM categories WHERE tenant_id = ";
    let categories = by_id(tx, categories, numbers(rows.iter().filter_map(|row| row.category)))?;
    let places = numbers(assets().filter_map(|asset| asset.location));
    let places = places.chain(held(|custodian| match custodian {
        Custodian::Location(id) => Some(id.number()),
        Custodian::Employee(_) | Custodian::Asset(_) => None,
    }));
    let places = locations::called(tx, places)?;
    let departments = numbers(assets().filter_map(|asset| asset.department));
    let departments =
        by_id(tx, "SELECT id, name FROM departments WHERE tenant_id = ", departments)?;
    let suppliers = numbers(assets().filter_map(|asset| asset.supplier));
    let suppliers = by_id(tx, "SELECT id, name FROM suppliers WHERE tenant_id = ", suppliers)?;
    let people = held(|custodian| match custodian {
        Custodian::Employee(id) => Some(id.number()),
        Custodian::Location(_) | Custodian::Asset(_) => None,
    });
    let people = by_id(tx, "SELECT id, name FROM employees WHERE tenant_id = ", people)?;
    let holders = held(|custodian| match custodian {
        Custodian::Asset(id) => Some(id.number()),
        Custodian::Employee(_) | Custodian::Location(_) => None,
    });
    let holders = by_id(tx, "SELECT id, tag FROM assets WHERE tenant_id = ", holders)?;

    let shown = rows.into_iter().map(|Bare { asset, platform, category }| {
        let product = asset.product.and_then(|id| products.get(&id));
        let custodian = match asset.custodian {
            Some(Custodian::Employee(id)) => people.get(&id.number()),
            Some(Custodian::Location(id)) => places.get(&id.number()),
            Some(Custodian::Asset(id)) => holders.get(&id.number()),
            None => None,
        };
        Ok(AssetRow {
            product: product.map(|product| product.name.clone()),
            identifiers: product.map(|product| product.identifiers.clone()).unwrap_or_default(),
            product_category: product.and_then(|product| product.category.clone()),
            manufacturer: product.and_then(|product| product.manufacturer.clone()),
            category: category.and_then(|id| Some((id, of(&categories, Some(id))?))),
            status: statuses.get(&asset.status).cloned().ok_or(StoreError::NotFound)?,
            location: of(&places, asset.location),
            department: of(&departments, asset.department),
            supplier: of(&suppliers, asset.supplier),
            custodian: custodian.cloned(),
            platform,
            asset,
        })
    });
    shown.collect()
}

fn of<N>(names: &Names, id: Option<Id<N>>) -> Option<String> {
    names.get(&id?.number()).cloned()
}

fn numbers<N>(ids: impl Iterator<Item = Id<N>>) -> impl Iterator<Item = i64> {
    ids.map(Id::number)
}

fn products(
    tx: &mut Tx<'_>,
    ids: impl Iterator<Item = ProductId>,
) -> Result<BTreeMap<ProductId, Product>, StoreError> {
    let tenant = tx.tenant();
    let ask = |list: Sql| {
        sql! {
            "SELECT p.id, p.name, p.identifiers, c.id, c.name, m.id, m.name
             FROM products p
             LEFT JOIN categories c ON c.tenant_id = p.tenant_id AND c.id = p.category_id
             LEFT JOIN manufacturers m ON m.tenant_id = p.tenant_id AND m.id = p.manufacturer_id
             WHERE p.tenant_id = ", tenant, " AND p.id IN (", + list, ")"
        }
    };
    let read = |row: &mut Row<'_>| {
        let (id, name) = (row.next()?, row.next()?);
        let Json(identifiers) = row.next()?;
        Ok((id, Product { name, identifiers, category: pair(row)?, manufacturer: pair(row)? }))
    };
    let ids: BTreeSet<ProductId> = ids.collect();
    Ok(tx.of_ids(ids, ask, read)?.into_iter().collect())
}

fn statuses_of(
    tx: &mut Tx<'_>,
    ids: impl Iterator<Item = StatusId>,
) -> Result<BTreeMap<StatusId, Status>, StoreError> {
    let tenant = tx.tenant();
    let ask = |list: Sql| {
        sql! {
            "SELECT id, name, kind, color
             FROM statuses
             WHERE tenant_id = ", tenant, " AND id IN (", + list, ")"
        }
    };
    let ids: BTreeSet<StatusId> = ids.collect();
    let found = tx.of_ids(ids, ask, statuses::read)?;
    Ok(found.into_iter().map(|status| (status.id, status)).collect())
}

/// Two columns: id and name.
fn pair<N: Noun>(row: &mut Row<'_>) -> Result<Option<(Id<N>, String)>, StoreError> {
    let (id, name): (Option<Id<N>>, Option<String>) = (row.next()?, row.next()?);
    Ok(id.zip(name))
}
