//! Assets, one by one. Lists stand in `assets::list`; changes go through the ledger.

pub mod by_day;
pub mod conditions;
pub mod counts;
mod hits;
pub mod list;
mod lookups;
pub(crate) mod names;
mod order;
mod places;
mod query;
pub mod serials;
pub(crate) mod sorts;
pub mod worth;

use std::collections::BTreeMap;

use domain::id::{AssetId, EventId};
use domain::text::key;
use domain::{Asset, AssetTag, Field, Serial};

use crate::read::{custodian, date, parsed, parsed_if};
use crate::seam::{Json, Query, Row, StoreError, Tx, sql};

pub use list::AssetRow;
pub use query::{Archived, AssetQuery};
pub use sorts::AssetSort;

/// An asset as the ledger needs it.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub asset: Asset,
    pub origins: BTreeMap<Field, EventId>,
    pub platform: String,
    pub details: String,
}

pub(crate) const COLUMNS: &str =
    "a.id, a.tag, a.name, a.serial, a.product_id, a.category_id, a.status_id, a.location_id,
     a.department_id, a.custodian_kind, a.custodian_id, a.purchased_on, a.cost, a.currency,
     a.order_number, a.supplier_id, a.warranty_until, a.due_on, a.notes, a.archived_at, a.fields,
     a.version, a.created_at, a.updated_at";

pub fn find(tx: &mut Tx<'_>, id: AssetId) -> Result<Option<Asset>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT ", const COLUMNS, "
             FROM assets a
             WHERE a.tenant_id = ", tenant, " AND a.id = ", id
        },
        read,
    )
}

/// Those of several that are there, in no order.
pub fn of_ids(
    tx: &mut Tx<'_>,
    ids: impl IntoIterator<Item = AssetId>,
) -> Result<Vec<Asset>, StoreError> {
    let tenant = tx.tenant();
    tx.of_ids(
        ids,
        |list| {
            sql! {
                "SELECT ", const COLUMNS, "
                 FROM assets a
                 WHERE a.tenant_id = ", tenant, " AND a.id IN (", + list, ")"
            }
        },
        read,
    )
}

/// However the tag is spelled.
pub fn find_by_tag(tx: &mut Tx<'_>, tag: &str) -> Result<Option<Asset>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT ", const COLUMNS, "
             FROM assets a
             WHERE a.tenant_id = ", tenant, " AND a.tag_key = ", key(tag)
        },
        read,
    )
}

/// Per field, the event that set it.
pub fn origins(tx: &mut Tx<'_>, id: AssetId) -> Result<BTreeMap<Field, EventId>, StoreError> {
    let tenant = tx.tenant();
    let Json(origins) = tx.one(
        sql! { "SELECT origins FROM assets WHERE tenant_id = ", tenant, " AND id = ", id },
        |row| row.next(),
    )?;
    Ok(origins)
}

/// Those of these assets that are there.
pub(crate) fn held(
    tx: &mut Tx<'_>,
    ids: impl IntoIterator<Item = AssetId>,
) -> Result<Vec<Held>, StoreError> {
    let tenant = tx.tenant();
    tx.of_ids(
        ids,
        |list| {
            sql! {
                "SELECT ", const COLUMNS, ", a.origins, a.platform, a.details_text
                 FROM assets a
                 WHERE a.tenant_id = ", tenant, " AND a.id IN (", + list, ")"
            }
        },
        |row| {
            let asset = read(row)?;
            let Json(origins) = row.next()?;
            Ok(Held { asset, origins, platform: row.next()?, details: row.next()? })
        },
    )
}

pub(crate) fn read(row: &mut Row<'_>) -> Result<Asset, StoreError> {
    Ok(Asset {
        id: row.next()?,
        tag: parsed(row, AssetTag::parse)?,
        name: row.next()?,
        serial: parsed_if(row, Serial::parse)?,
        product: row.next()?,
        category: row.next()?,
        status: row.next()?,
        location: row.next()?,
        department: row.next()?,
        custodian: custodian(row)?,
        purchased_on: date(row)?,
        cost: row.next()?,
        currency: row.next()?,
        order_number: row.next()?,
        supplier: row.next()?,
        warranty_until: date(row)?,
        due_on: date(row)?,
        notes: row.next()?,
        archived_at: row.next()?,
        fields: row.next::<Json<_>>()?.0,
        version: row.next()?,
        created_at: row.next()?,
        updated_at: row.next()?,
    })
}
