//! What things that are gone were called: the event of their going still says it.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::Subject;
use domain::{Action, Custodian, Field, FieldChange};
use serde_json::Value;

use crate::seam::{Json, Query, StoreError, Tx, sql};

/// By id as it was written: `Temp Person (deleted)`, `Finance2 (merged into Finance)`. What is
/// still there is not among them, nor what never was.
pub fn names(
    tx: &mut Tx<'_>,
    ids: impl IntoIterator<Item = String>,
) -> Result<BTreeMap<String, String>, StoreError> {
    let mut kinds: BTreeMap<&'static str, BTreeSet<i64>> = BTreeMap::new();
    for subject in ids.into_iter().filter_map(|id| Subject::parse(&id)) {
        kinds.entry(subject.kind()).or_default().insert(subject.number());
    }
    let mut found = BTreeMap::new();
    for (kind, numbers) in kinds {
        for (number, changes, note) in ends(tx, kind, numbers)? {
            let subject = Subject::from_parts(kind, number).expect("a subject's kind is a kind");
            if let Some(name) = called(&changes, note.as_deref()) {
                found.insert(subject.id(), name);
            }
        }
    }
    Ok(found)
}

/// The same of one.
pub fn name(tx: &mut Tx<'_>, subject: Subject) -> Result<Option<String>, StoreError> {
    Ok(names(tx, [subject.id()])?.remove(&subject.id()))
}

/// How many times somebody, a place or an asset had something.
pub fn times(tx: &mut Tx<'_>, custodian: Custodian) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    tx.one(
        sql! {
            "SELECT count(*)
             FROM custody
             WHERE tenant_id = ", tenant, "
               AND custodian_kind = ", custodian.kind(), "
               AND custodian_id = ", custodian.number()
        },
        |row| row.next(),
    )
}

type End = (i64, Vec<FieldChange>, Option<String>);

/// The oldest first, so that the last one decides.
fn ends(
    tx: &mut Tx<'_>,
    kind: &'static str,
    numbers: BTreeSet<i64>,
) -> Result<Vec<End>, StoreError> {
    let tenant = tx.tenant();
    tx.of_ids(
        numbers,
        |list| {
            sql! {
                "SELECT subject_id, changes, note
                 FROM events
                 WHERE tenant_id = ", tenant, "
                   AND subject_kind = ", kind, "
                   AND subject_id IN (", + list, ")
                   AND action = ", Action::Deleted.as_str(), "
                 ORDER BY id"
            }
        },
        |row| {
            let (number, Json(changes)) = (row.next()?, row.next()?);
            Ok((number, changes, row.next()?))
        },
    )
}

fn called(changes: &[FieldChange], note: Option<&str>) -> Option<String> {
    let before = |field: &Field| changes.iter().find(|change| change.field == *field);
    let name =
        [Field::Tag, Field::Name].iter().find_map(before).and_then(|change| {
            match &change.before {
                Value::String(name) => Some(name.as_str()),
                _ => None,
            }
        })?;
    let heir = note.and_then(|note| note.strip_prefix(name)?.strip_prefix(" was merged into "));
    Some(match heir {
        Some(heir) => format!("{name} (merged into {heir})"),
        None => format!("{name} (deleted)"),
    })
}
