//! Columns of an asset that follow from other things' names: sort keys and search text.
//! Whoever renames a thing calls here in the same transaction.

use domain::Custodian;
use domain::id::{AssetId, CategoryId, EmployeeId, LocationId, ProductId, StatusId};

use crate::seam::{Query, Sql, StoreError, Tx, sql};

/// What `search` is, said in SQL; `Keys::search` says the same in Rust.
const SEARCH: &str = "tag_key || '\n' || name_key || '\n' || serial_key || '\n' || \
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
}

impl Keys {
    pub fn search(&self) -> String {
        let parts = [&*self.tag, &self.name, &self.serial, &self.product, &self.custodian];
        [&parts[..], &[&self.fields]].concat().join("\n")
    }
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
    tx.exec(sql! { "UPDATE assets SET search = ", const SEARCH, + those }).map(drop)
}
