//! Columns of an asset that follow from other things' names: sort keys and search text.
//! Whoever renames a thing calls here in the same transaction.

use std::collections::{BTreeMap, BTreeSet};

use domain::Custodian;
use domain::id::{AssetId, CategoryId, EmployeeId, LocationId, ProductId, SourceId, StatusId};

use crate::former_names;
use crate::seam::{Query, Sql, StoreError, Tx, sql};

/// What `search` is without what sources say, said in SQL; `Keys::search` says the same in Rust.
const OWN: &str = "tag_key || '\n' || name_key || '\n' || serial_key || '\n' || \
                   product_key || '\n' || custodian_key || '\n' || fields_text";

/// The folded keys of one asset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Keys {
    pub tag: String,
    pub name: String,
    pub serial: String,
    pub product: String,
    pub status: String,
    pub location: String,
    pub custodian: String,
    /// The words of its custom fields.
    pub fields: String,
    /// What sources say of its devices, and tags it went by, `\nline` each.
    pub details: String,
}

impl Keys {
    pub fn search(&self) -> String {
        let parts = [&*self.tag, &self.name, &self.serial, &self.product, &self.custodian];
        let own = [&parts[..], &[&self.fields]].concat().join("\n");
        searched(own, &self.details)
    }
}

/// What is said already is not said again: it would be found anyway, and costs the index.
fn searched(own: String, details: &str) -> String {
    let more: Vec<&str> =
        details.lines().filter(|line| !line.is_empty() && !own.contains(line)).collect();
    more.into_iter().fold(own, |mut search, line| {
        search.push('\n');
        search.push_str(line);
        search
    })
}

/// What sources say of an asset's devices, as it is kept: a line each after the asset's own.
pub(crate) fn details<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let mut details = String::new();
    for line in words.into_iter().flat_map(str::lines).filter(|line| !line.is_empty()) {
        details.push('\n');
        details.push_str(line);
    }
    details
}

/// Brings what search finds of these assets' devices and former tags up to date. Only what differs is written.
pub(crate) fn details_changed(
    tx: &mut Tx<'_>,
    assets: impl IntoIterator<Item = AssetId>,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let assets: BTreeSet<AssetId> = assets.into_iter().collect();
    let mut said: BTreeMap<AssetId, Vec<(SourceId, String)>> = BTreeMap::new();
    let words: Vec<(AssetId, SourceId, String)> = tx.of_ids(
        assets.iter().copied(),
        |list| {
            sql! {
                "SELECT k.asset_id, k.source_id, x.words
                 FROM links k
                 JOIN devices x ON x.tenant_id = k.tenant_id
                     AND x.source_id = k.source_id AND x.device_id = k.device_id
                 WHERE k.tenant_id = ", tenant, " AND k.asset_id IN (", + list, ")"
            }
        },
        |row| Ok((row.next()?, row.next()?, row.next()?)),
    )?;
    for (asset, source, words) in words {
        said.entry(asset).or_default().push((source, words));
    }
    let went_by = former_names::tags(tx, assets.iter().copied())?;
    let held: Vec<(AssetId, String, String)> = tx.of_ids(
        assets,
        |list| {
            sql! {
                "SELECT id, details_text, ", const OWN, "
                 FROM assets
                 WHERE tenant_id = ", tenant, " AND id IN (", + list, ")"
            }
        },
        |row| Ok((row.next()?, row.next()?, row.next()?)),
    )?;
    for (id, before, own) in held {
        let mut words = said.remove(&id).unwrap_or_default();
        words.sort();
        let tags = went_by.iter().filter(|(asset, _)| *asset == id).map(|(_, tag)| tag.as_str());
        let after = details(words.iter().map(|(_, words)| words.as_str()).chain(tags));
        if after == before {
            continue;
        }
        let search = searched(own, &after);
        tx.exec(sql! {
            "UPDATE assets
             SET details_text = ", after, ", search = ", search, "
             WHERE tenant_id = ", tenant, " AND id = ", id
        })?;
    }
    Ok(())
}

pub(crate) fn status_renamed(
    tx: &mut Tx<'_>,
    id: StatusId,
    name_key: &str,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "UPDATE assets
         SET status_key = ", name_key, "
         WHERE tenant_id = ", tenant, " AND status_id = ", id, " AND status_key <> ", name_key
    })
    .map(drop)
}

pub(crate) fn location_renamed(
    tx: &mut Tx<'_>,
    id: LocationId,
    name_key: &str,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "UPDATE assets
         SET location_key = ", name_key, "
         WHERE tenant_id = ", tenant, " AND location_id = ", id, " AND location_key <> ", name_key
    })?;
    custodian_renamed(tx, Custodian::Location(id), name_key)
}

pub(crate) fn employee_renamed(
    tx: &mut Tx<'_>,
    id: EmployeeId,
    name_key: &str,
) -> Result<(), StoreError> {
    custodian_renamed(tx, Custodian::Employee(id), name_key)
}

/// An asset that holds others got another tag.
pub(crate) fn tag_changed(tx: &mut Tx<'_>, id: AssetId, tag_key: &str) -> Result<(), StoreError> {
    custodian_renamed(tx, Custodian::Asset(id), tag_key)
}

pub(crate) fn product_renamed(
    tx: &mut Tx<'_>,
    id: ProductId,
    name_key: &str,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let those = sql! { " WHERE tenant_id = ", tenant, " AND product_id = ", id };
    tx.exec(sql! { "UPDATE assets SET product_key = ", name_key, + those.clone() })?;
    refresh_search(tx, those)
}

/// Assets without a category of their own show their product's.
pub(crate) fn product_recategorized(
    tx: &mut Tx<'_>,
    id: ProductId,
    category: Option<CategoryId>,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "UPDATE assets
         SET shown_category_id = ", category, "
         WHERE tenant_id = ", tenant, " AND product_id = ", id, " AND category_id IS NULL"
    })
    .map(drop)
}

fn custodian_renamed(
    tx: &mut Tx<'_>,
    custodian: Custodian,
    name_key: &str,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let those = sql! {
        " WHERE tenant_id = ", tenant, "
          AND custodian_kind = ", custodian.kind(), "
          AND custodian_id = ", custodian.number()
    };
    tx.exec(sql! { "UPDATE assets SET custodian_key = ", name_key, + those.clone() })?;
    refresh_search(tx, those)
}

fn refresh_search(tx: &mut Tx<'_>, those: Sql) -> Result<(), StoreError> {
    tx.exec(sql! { "UPDATE assets SET search = ", const OWN, " || details_text", + those })
        .map(drop)
}
