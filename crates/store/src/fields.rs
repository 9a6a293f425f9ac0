//! Custom fields: what a tenant added. Values stand in the documents of assets and employees;
//! those of indexed and unique fields stand in a table beside, which the writers keep in step.

mod values;

use domain::fields::{AppliesTo, CustomField, FieldKey, FieldType, Values};
use domain::id::FieldId;
use domain::text::key;
use domain::{Mint, Timestamp};

use crate::read::parsed;
use crate::seam::{Json, Query, Row, StoreError, Tx, sql};

pub(crate) use self::values::{Moved, forget, kept, keyed, lines, text, with_value, write};
pub use self::values::{SOLE, Use, both, holder, repeating, used};

const COLUMNS: &str = "id, key, label, kind, choices, applies_to, categories, required, is_unique,
    indexed, default_value";

/// By label.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<CustomField>, StoreError> {
    let tenant = tx.tenant();
    let mut fields: Vec<CustomField> = tx.all(
        sql! { "SELECT ", const COLUMNS, " FROM custom_fields WHERE tenant_id = ", tenant },
        read,
    )?;
    fields.sort_by_cached_key(|field| (key(&field.label), field.id));
    Ok(fields)
}

/// Those of assets or those of employees, by label.
pub fn of(tx: &mut Tx<'_>, applies_to: AppliesTo) -> Result<Vec<CustomField>, StoreError> {
    let mut fields = list(tx)?;
    fields.retain(|field| field.applies_to == applies_to);
    Ok(fields)
}

pub fn find(tx: &mut Tx<'_>, id: FieldId) -> Result<Option<CustomField>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT ", const COLUMNS, "
             FROM custom_fields
             WHERE tenant_id = ", tenant, " AND id = ", id
        },
        read,
    )
}

pub fn find_by_key(tx: &mut Tx<'_>, key: &str) -> Result<Option<CustomField>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT ", const COLUMNS, "
             FROM custom_fields
             WHERE tenant_id = ", tenant, " AND key = ", key
        },
        read,
    )
}

/// Conflict `custom_fields_key` when the key is taken, [`SOLE`] when values that stand already
/// repeat although the field is unique.
pub fn create(tx: &mut Tx<'_>, field: &CustomField) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO custom_fields
            (tenant_id, id, key, label, kind, choices, applies_to, categories, required,
             is_unique, indexed, default_value, updated_at)
         VALUES (", tenant, ", ", field.id, ", ", field.key.as_str(), ", ", &field.label, ", ",
                field.kind.as_str(), ", ", Json(field.kind.choices()), ", ",
                field.applies_to.as_str(), ", ", Json(&field.categories), ", ",
                field.required, ", ", field.unique, ", ", field.indexed, ", ",
                field.default.as_ref().map(Json), ", ", Mint::instant(field.id), ")"
    })?;
    values::rekeep(tx, field)
}

/// All but its key and what it applies to. Conflict [`SOLE`] when it became unique and values
/// repeat; [`StoreError::NotFound`] without the field.
pub fn update(tx: &mut Tx<'_>, field: &CustomField, now: Timestamp) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let before = find(tx, field.id)?.ok_or(StoreError::NotFound)?;
    tx.exec(sql! {
        "UPDATE custom_fields
         SET label = ", &field.label, ",
             choices = ", Json(field.kind.choices()), ",
             categories = ", Json(&field.categories), ",
             required = ", field.required, ",
             is_unique = ", field.unique, ",
             indexed = ", field.indexed, ",
             default_value = ", field.default.as_ref().map(Json), ",
             updated_at = ", now, "
         WHERE tenant_id = ", tenant, " AND id = ", field.id
    })?;
    if (before.unique, before.indexed) == (field.unique, field.indexed) {
        return Ok(());
    }
    values::rekeep(tx, field)
}

/// The definition goes, values already given stay in their documents.
pub fn delete(tx: &mut Tx<'_>, id: FieldId) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "DELETE FROM field_values WHERE tenant_id = ", tenant, " AND field_id = ", id
    })?;
    Ok(tx
        .exec(sql! { "DELETE FROM custom_fields WHERE tenant_id = ", tenant, " AND id = ", id })?
        > 0)
}

fn read(row: &mut Row<'_>) -> Result<CustomField, StoreError> {
    let (id, key) = (row.next()?, parsed(row, FieldKey::parse)?);
    let (label, word): (_, String) = (row.next()?, row.next()?);
    let Json(choices) = row.next()?;
    let kind = FieldType::parse(&word, choices);
    Ok(CustomField {
        id,
        key,
        label,
        kind: kind.map_err(|error| StoreError::Corrupt(error.to_string()))?,
        applies_to: parsed(row, |text| AppliesTo::parse(text).ok_or("applies to nothing known"))?,
        categories: row.next::<Json<_>>()?.0,
        required: row.next()?,
        unique: row.next()?,
        indexed: row.next()?,
        default: row.next::<Option<Json<_>>>()?.map(|Json(value)| value),
    })
}

/// The documents of all employees who have one.
pub(crate) fn of_every_employee(tx: &mut Tx<'_>) -> Result<Vec<(i64, Values)>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT id, fields FROM employees WHERE tenant_id = ", tenant, " AND fields <> '{}'"
        },
        |row| Ok((row.next()?, row.next::<Json<Values>>()?.0)),
    )
}
