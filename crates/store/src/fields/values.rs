//! The values of custom fields, folded: which stand in the table of looked-up values, and how a
//! document is said in the columns that filters and search read.

use std::collections::{BTreeMap, BTreeSet};

use domain::fields::{AppliesTo, CustomField, Values, keys, words};
use domain::text::key;
use serde_json::Value;

use super::of;
use crate::seam::{Dialect, Json, Query, Sql, StoreError, Tx, sql};
use crate::search::pattern;

/// The name of the conflict when two things would have one value of a unique field.
pub const SOLE: &str = "field_values_sole";

/// What is longer is searched, not looked up.
const LONGEST: usize = 500;
/// Words of one document that search reads.
const SEARCHED: usize = 4_000;

/// A thing whose document changes: as it was, as it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moved<'a> {
    pub subject: i64,
    pub before: Option<&'a Values>,
    pub after: &'a Values,
}

/// The fields whose values are looked up; for whoever is about to write some. None of them becomes
/// another before this transaction ends.
pub(crate) fn kept(tx: &mut Tx<'_>, applies_to: AppliesTo) -> Result<Vec<CustomField>, StoreError> {
    if tx.dialect() == Dialect::Postgres {
        let tenant = tx.tenant();
        let _: Vec<()> = tx.all(
            sql! { "SELECT 1 FROM custom_fields WHERE tenant_id = ", tenant, " FOR SHARE" },
            |_| Ok(()),
        )?;
    }
    let mut fields = of(tx, applies_to)?;
    fields.retain(CustomField::is_kept);
    Ok(fields)
}

/// Brings the looked-up values in step with these documents. All that is given up goes first, so
/// that one thing may take what another leaves. Conflict [`SOLE`] when a value is taken.
pub(crate) fn write(
    tx: &mut Tx<'_>,
    kept: &[CustomField],
    moved: &[Moved<'_>],
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let mut rows = Vec::new();
    for (one, field) in moved.iter().flat_map(|one| kept.iter().map(move |field| (one, field))) {
        let before = one.before.map(|values| folded(values, field)).unwrap_or_default();
        let after = folded(one.after, field);
        if before == after {
            continue;
        }
        if !before.is_empty() {
            tx.exec(sql! {
                "DELETE FROM field_values
                 WHERE tenant_id = ", tenant, "
                   AND subject_id = ", one.subject, "
                   AND field_id = ", field.id
            })?;
        }
        rows.extend(after.into_iter().map(|value| row(tx, field, value, one.subject)));
    }
    insert(tx, rows)
}

/// A thing that is gone has no values.
pub(crate) fn forget(tx: &mut Tx<'_>, subject: i64) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "DELETE FROM field_values WHERE tenant_id = ", tenant, " AND subject_id = ", subject
    })
    .map(drop)
}

/// Builds a field's looked-up values anew from every document. Conflict [`SOLE`] when they repeat.
pub(super) fn rekeep(tx: &mut Tx<'_>, field: &CustomField) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "DELETE FROM field_values WHERE tenant_id = ", tenant, " AND field_id = ", field.id
    })?;
    if !field.is_kept() {
        return Ok(());
    }
    let mut rows = Vec::new();
    for (subject, value) in standing(tx, field)? {
        for value in short(&value) {
            rows.push(row(tx, field, value, subject));
        }
    }
    insert(tx, rows)
}

/// How a field is used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Use {
    /// Assets, or employees, that have a value.
    pub values: u64,
    /// Those whose value the field, as it is given, cannot hold; an example.
    pub unfit: u64,
    pub example: Option<String>,
}

/// What stands under a field's key, held against its definition.
pub fn used(tx: &mut Tx<'_>, field: &CustomField) -> Result<Use, StoreError> {
    let mut found = Use::default();
    for (_, value) in standing(tx, field)? {
        found.values += 1;
        if let Err(unfit) = field.check(&value, None) {
            found.unfit += 1;
            found.example.get_or_insert(unfit.value);
        }
    }
    Ok(found)
}

/// Who has this value of a unique field, besides `but`.
pub fn holder(
    tx: &mut Tx<'_>,
    field: &CustomField,
    value: &Value,
    but: Option<i64>,
) -> Result<Option<i64>, StoreError> {
    let tenant = tx.tenant();
    for value in short(value) {
        let found: Option<i64> = tx.find(
            sql! {
                "SELECT subject_id
                 FROM field_values
                 WHERE tenant_id = ", tenant, "
                   AND field_id = ", field.id, "
                   AND value_key = ", value, "
                   AND subject_id <> ", but.unwrap_or_default()
            },
            |row| row.next(),
        )?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// How two fields that are to be one stand beside each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Both {
    /// Things with a value of the one and none of the other.
    pub moved: u64,
    /// Things with two values that differ.
    pub differ: u64,
}

pub fn both(tx: &mut Tx<'_>, from: &CustomField, into: &CustomField) -> Result<Both, StoreError> {
    let own: BTreeMap<i64, Value> = standing(tx, into)?.into_iter().collect();
    let mut both = Both::default();
    for (subject, value) in standing(tx, from)? {
        match own.get(&subject) {
            None => both.moved += 1,
            Some(own) if into.check(&value, None).ok().flatten().as_ref() != Some(own) => {
                both.differ += 1;
            }
            Some(_) => {}
        }
    }
    Ok(both)
}

/// How many values of the one cannot be the other's, because somebody has them already.
pub fn repeating(
    tx: &mut Tx<'_>,
    from: &CustomField,
    into: &CustomField,
) -> Result<u64, StoreError> {
    if !into.unique {
        return Ok(0);
    }
    let own = standing(tx, into)?;
    let has: BTreeSet<i64> = own.iter().map(|(subject, _)| *subject).collect();
    let mut taken: BTreeSet<String> = own.iter().flat_map(|(_, value)| short(value)).collect();
    let mut repeating = 0;
    for (_, value) in standing(tx, from)?.iter().filter(|(subject, _)| !has.contains(subject)) {
        let fresh = short(value).into_iter().all(|value| taken.insert(value));
        repeating += u64::from(!fresh);
    }
    Ok(repeating)
}

/// The condition on things that have a value of this field.
pub(crate) fn with_value(field: &CustomField) -> Sql {
    sql! { "fields LIKE ", keyed(field.key.as_str()), " ESCAPE '\\'" }
}

/// A key as documents hold it.
pub(crate) fn keyed(key: &str) -> String {
    pattern(&format!("\"{key}\":"))
}

/// Every value under a field's key, with whose it is.
fn standing(tx: &mut Tx<'_>, field: &CustomField) -> Result<Vec<(i64, Value)>, StoreError> {
    let tenant = tx.tenant();
    let table = match field.applies_to {
        AppliesTo::Assets => "assets",
        AppliesTo::Employees => "employees",
    };
    let mut found = Vec::new();
    let documents = sql! {
        "SELECT id, fields FROM ", const table, " WHERE tenant_id = ", tenant, " AND fields <> '{}'"
    };
    tx.each(documents, |row| {
        let (subject, Json(mut values)): (i64, Json<Values>) = (row.next()?, row.next()?);
        found.extend(values.remove(field.key.as_str()).map(|value| (subject, value)));
        Ok(())
    })?;
    Ok(found)
}

fn insert(tx: &mut Tx<'_>, rows: Vec<[crate::seam::Value; 5]>) -> Result<(), StoreError> {
    let head =
        "INSERT INTO field_values (tenant_id, field_id, value_key, subject_id, sole) VALUES ";
    tx.exec_many(head, rows, "").map(drop)
}

fn row(tx: &Tx<'_>, field: &CustomField, value: String, subject: i64) -> [crate::seam::Value; 5] {
    [tx.tenant().into(), field.id.into(), value.into(), subject.into(), field.unique.into()]
}

fn folded(values: &Values, field: &CustomField) -> Vec<String> {
    values.get(field.key.as_str()).map(short).unwrap_or_default()
}

/// The keys of a value that are looked up, each once.
fn short(value: &Value) -> Vec<String> {
    let mut keys = keys(value);
    keys.retain(|key| key.chars().count() <= LONGEST);
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// `\nmemory=32000000000\nteam=red\n`; blank without values.
pub(crate) fn lines(values: &Values) -> String {
    let mut lines = String::new();
    for (field, value) in values {
        for value in short(value).iter().filter(|value| !value.contains('\n')) {
            if lines.is_empty() {
                lines.push('\n');
            }
            lines.extend([field.as_str(), "=", value, "\n"]);
        }
    }
    lines
}

/// Their words and numbers, folded, a line each. Rows that were written before numbers were among
/// them get theirs when they are written next: SQL alone could not tell how a size is shown.
pub(crate) fn text(values: &Values) -> String {
    let words =
        values.values().flat_map(words).map(|word| key(&word)).collect::<Vec<_>>().join("\n");
    words.chars().take(SEARCHED).collect()
}
