//! Custom fields: what a tenant added. Values stand in the asset's own document.

use domain::id::FieldId;
use domain::text::key;

use crate::seam::{Query, Row, StoreError, Tx, sql};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomField {
    pub id: FieldId,
    /// `memory`; in events and forms `fields.memory`.
    pub key: String,
    pub label: String,
    /// The API's word: `text`, `number`, `date`, …
    pub kind: String,
    /// `assets` or `employees`.
    pub applies_to: String,
}

/// By label.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<CustomField>, StoreError> {
    let tenant = tx.tenant();
    let mut fields: Vec<CustomField> = tx.all(
        sql! {
            "SELECT id, key, label, kind, applies_to FROM custom_fields WHERE tenant_id = ", tenant
        },
        read,
    )?;
    fields.sort_by_cached_key(|field| key(&field.label));
    Ok(fields)
}

pub fn find_by_key(tx: &mut Tx<'_>, key: &str) -> Result<Option<CustomField>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT id, key, label, kind, applies_to
             FROM custom_fields
             WHERE tenant_id = ", tenant, " AND key = ", key
        },
        read,
    )
}

/// Conflict `custom_fields_key` when the key is taken.
pub fn create(tx: &mut Tx<'_>, field: &CustomField) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO custom_fields (tenant_id, id, key, label, kind, applies_to)
         VALUES (", tenant, ", ", field.id, ", ", &field.key, ", ", &field.label, ", ",
                &field.kind, ", ", &field.applies_to, ")"
    })
    .map(drop)
}

/// The definition goes, values already given stay in their assets.
pub fn delete(tx: &mut Tx<'_>, id: FieldId) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    Ok(tx
        .exec(sql! { "DELETE FROM custom_fields WHERE tenant_id = ", tenant, " AND id = ", id })?
        > 0)
}

fn read(row: &mut Row<'_>) -> Result<CustomField, StoreError> {
    Ok(CustomField {
        id: row.next()?,
        key: row.next()?,
        label: row.next()?,
        kind: row.next()?,
        applies_to: row.next()?,
    })
}
