//! The folded names of what assets point at, read once for all drafts of a transaction.

use std::collections::{BTreeMap, BTreeSet};

use domain::fields::{AppliesTo, CustomField};
use domain::id::{CategoryId, ProductId};
use domain::text::key;
use domain::{Asset, Custodian};

use super::draft::Draft;
use crate::derived::Keys;
use crate::fields;
use crate::names::by_id;
use crate::seam::{Query, StoreError, Tx, sql};

#[derive(Debug, Default)]
pub(super) struct Names {
    products: BTreeMap<ProductId, (String, Option<CategoryId>)>,
    statuses: BTreeMap<i64, String>,
    locations: BTreeMap<i64, String>,
    employees: BTreeMap<i64, String>,
    assets: BTreeMap<i64, String>,
    departments: BTreeMap<i64, String>,
    /// Own categories and suppliers that a draft brings.
    categories: BTreeMap<i64, String>,
    suppliers: BTreeMap<i64, String>,
    /// Custom fields whose values are looked up; read where a document moved.
    pub kept: Vec<CustomField>,
}

impl Names {
    pub fn of(tx: &mut Tx<'_>, drafts: &[Draft]) -> Result<Self, StoreError> {
        let mut products = BTreeSet::new();
        let [mut statuses, mut locations, mut employees, mut assets, mut departments] =
            [const { BTreeSet::new() }; 5];
        let before =
            drafts.iter().filter_map(|draft| draft.before.as_ref()).map(|held| &held.asset);
        for asset in drafts.iter().map(|draft| &draft.asset).chain(before) {
            products.extend(asset.product);
            statuses.insert(asset.status.number());
            locations.extend(asset.location.map(domain::Id::number));
            departments.extend(asset.department.map(domain::Id::number));
            match asset.custodian {
                Some(Custodian::Employee(id)) => drop(employees.insert(id.number())),
                Some(Custodian::Location(id)) => drop(locations.insert(id.number())),
                Some(Custodian::Asset(id)) => drop(assets.insert(id.number())),
                None => {}
            }
        }
        let [categories, suppliers] = brought(drafts);
        Ok(Self {
            categories: by_id(
                tx,
                "SELECT id, name_key FROM categories WHERE tenant_id = ",
                categories,
            )?,
            suppliers: by_id(
                tx,
                "SELECT id, name_key FROM suppliers WHERE tenant_id = ",
                suppliers,
            )?,
            products: read_products(tx, products)?,
            statuses: by_id(tx, "SELECT id, name_key FROM statuses WHERE tenant_id = ", statuses)?,
            locations: by_id(
                tx,
                "SELECT id, name_key FROM locations WHERE tenant_id = ",
                locations,
            )?,
            employees: by_id(
                tx,
                "SELECT id, name_key FROM employees WHERE tenant_id = ",
                employees,
            )?,
            assets: by_id(tx, "SELECT id, tag_key FROM assets WHERE tenant_id = ", assets)?,
            departments: by_id(
                tx,
                "SELECT id, name_key FROM departments WHERE tenant_id = ",
                departments,
            )?,
            kept: if drafts.iter().any(Draft::moves_fields) {
                fields::kept(tx, AppliesTo::Assets)?
            } else {
                Vec::new()
            },
        })
    }

    /// What an asset points at and is not there gives an empty key; a foreign key refuses it.
    pub fn keys(&self, asset: &Asset) -> Keys {
        let name = |names: &BTreeMap<i64, String>, id: Option<i64>| {
            id.and_then(|id| names.get(&id)).cloned().unwrap_or_default()
        };
        let product = asset.product.and_then(|id| self.products.get(&id));
        Keys {
            tag: asset.tag.key(),
            name: asset.name.as_deref().map(key).unwrap_or_default(),
            serial: asset.serial.as_ref().map(domain::Serial::key).unwrap_or_default(),
            product: product.map(|(name, _)| name.clone()).unwrap_or_default(),
            status: name(&self.statuses, Some(asset.status.number())),
            location: name(&self.locations, asset.location.map(domain::Id::number)),
            custodian: match asset.custodian {
                Some(Custodian::Employee(id)) => name(&self.employees, Some(id.number())),
                Some(Custodian::Location(id)) => name(&self.locations, Some(id.number())),
                Some(Custodian::Asset(id)) => name(&self.assets, Some(id.number())),
                None => String::new(),
            },
            fields: fields::text(&asset.fields),
            details: String::new(),
        }
    }

    /// Whether all that a draft points anew at is there; merged and deleted things are not.
    pub fn know(&self, draft: &Draft) -> bool {
        let (asset, before) = (&draft.asset, draft.before.as_ref().map(|held| &held.asset));
        let custodian = match asset.custodian {
            Some(Custodian::Employee(id)) => self.employees.contains_key(&id.number()),
            Some(Custodian::Location(id)) => self.locations.contains_key(&id.number()),
            Some(Custodian::Asset(id)) => self.assets.contains_key(&id.number()),
            None => true,
        };
        let place = |id: domain::id::LocationId| self.locations.contains_key(&id.number());
        let department = |id: domain::id::DepartmentId| self.departments.contains_key(&id.number());
        (custodian || before.is_some_and(|before| before.custodian == asset.custodian))
            && asset.product.is_none_or(|id| self.products.contains_key(&id))
            && self.statuses.contains_key(&asset.status.number())
            && asset.location.is_none_or(place)
            && asset.department.is_none_or(department)
            && brought_by(draft)
                .into_iter()
                .zip([&self.categories, &self.suppliers])
                .all(|(id, known)| id.is_none_or(|id| known.contains_key(&id)))
    }

    /// Whether another asset may have a value that this draft brings, and it is unique.
    pub fn may_clash(&self, draft: &Draft) -> bool {
        let mut unique = self.kept.iter().filter(|field| field.unique);
        unique.any(|field| draft.asset.fields.contains_key(field.key.as_str()))
    }

    /// Its own category, else its product's.
    pub fn shown_category(&self, asset: &Asset) -> Option<CategoryId> {
        let of_product = || self.products.get(&asset.product?).and_then(|(_, category)| *category);
        asset.category.or_else(of_product)
    }
}

/// A draft's own category and supplier where they are not what they were.
fn brought_by(draft: &Draft) -> [Option<i64>; 2] {
    let (asset, before) = (&draft.asset, draft.before.as_ref().map(|held| &held.asset));
    let category =
        asset.category.filter(|_| before.is_none_or(|before| before.category != asset.category));
    let supplier =
        asset.supplier.filter(|_| before.is_none_or(|before| before.supplier != asset.supplier));
    [category.map(domain::Id::number), supplier.map(domain::Id::number)]
}

fn brought(drafts: &[Draft]) -> [BTreeSet<i64>; 2] {
    let mut all = [const { BTreeSet::new() }; 2];
    for draft in drafts {
        for (all, one) in all.iter_mut().zip(brought_by(draft)) {
            all.extend(one);
        }
    }
    all
}

fn read_products(
    tx: &mut Tx<'_>,
    ids: BTreeSet<ProductId>,
) -> Result<BTreeMap<ProductId, (String, Option<CategoryId>)>, StoreError> {
    let tenant = tx.tenant();
    let found = tx.of_ids(
        ids,
        |list| {
            sql! {
                "SELECT id, name_key, category_id
                 FROM products
                 WHERE tenant_id = ", tenant, " AND id IN (", + list, ")"
            }
        },
        |row| Ok((row.next()?, (row.next()?, row.next()?))),
    )?;
    Ok(found.into_iter().collect())
}
