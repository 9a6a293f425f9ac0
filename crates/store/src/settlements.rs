//! Settlements: people's standing answers, one about each device of a source and one about each
//! value they decided not to take. They stay until somebody takes them back.

use std::collections::BTreeMap;

use domain::{
    Actor, Timestamp,
    id::{ConflictId, SourceId},
};
use reconcile::{
    Reason,
    inventory::{Answer, Settlement},
    plan::ConflictKind,
    survey::{Claims, DeviceId},
};
use serde_json::Value;

use crate::{
    StoreError, Tx,
    conflicts::ConflictRow,
    seam::{Json, Query, sql},
    search::pattern,
    word::Word,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settled {
    /// The question that was answered.
    pub conflict: ConflictId,
    pub device_id: DeviceId,
    pub settlement: Settlement,
    /// It holds while the device goes by these; `None`: whenever it comes up.
    pub holds_for: Option<Claims>,
    pub by: Actor,
    pub at: Timestamp,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// About the device.
    Device(Settlement),
    /// Ours stays in this field while the source says `theirs`.
    Value { field: String, theirs: Value },
}

/// An answer that stands, as lists show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    pub conflict: ConflictId,
    pub kind: ConflictKind,
    pub reason: Reason,
    pub source: SourceId,
    pub source_name: String,
    pub device_id: DeviceId,
    /// As the last run saw the device, where it did.
    pub serial: Option<String>,
    pub name: Option<String>,
    pub answer: Given,
    pub holds_for: Option<Claims>,
    pub by: Actor,
    pub at: Timestamp,
}

/// As the planner reads them.
pub fn of_source(
    tx: &mut Tx<'_>,
    source: SourceId,
) -> Result<BTreeMap<DeviceId, Answer>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT device_id, answer, always, claims FROM settlements \
             WHERE tenant_id = ", tenant, " AND source_id = ", source
        },
        |row| {
            let (Word(device), Json(settlement)) = (row.next()?, row.next()?);
            Ok((device, Answer { settlement, holds_for: holds_for(row)? }))
        },
    )
}

/// By device and field, the values of the source that people decided not to take.
pub fn kept_values(
    tx: &mut Tx<'_>,
    source: SourceId,
) -> Result<BTreeMap<(DeviceId, String), Value>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT device_id, field, theirs FROM kept_values \
             WHERE tenant_id = ", tenant, " AND source_id = ", source
        },
        |row| {
            let (Word(device), field) = (row.next()?, row.next()?);
            Ok(((device, field), row.next::<Json<_>>()?.0))
        },
    )
}

const ASKED: &str = " AS s \
    JOIN conflicts AS c ON c.tenant_id = s.tenant_id AND c.id = s.conflict_id \
    JOIN sources AS o ON o.tenant_id = s.tenant_id AND o.id = s.source_id \
    LEFT JOIN outcomes AS d ON d.tenant_id = s.tenant_id \
         AND d.source_id = s.source_id AND d.device_id = s.device_id \
    WHERE s.tenant_id = ";

const WHAT: &str = "SELECT c.id, c.kind, c.reason, o.id, o.name, s.device_id, d.body, \
    s.settled_by, s.settled_at, ";

/// Every answer that stands, newest first.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Standing>, StoreError> {
    let tenant = tx.tenant();
    let mut standing: Vec<Standing> = tx.all(
        sql! { const WHAT, "s.answer, s.always, s.claims FROM settlements", const ASKED, tenant },
        |row| {
            let mut standing = read(row)?;
            standing.answer = Given::Device(row.next::<Json<_>>()?.0);
            standing.holds_for = holds_for(row)?;
            Ok(standing)
        },
    )?;
    standing.extend(tx.all::<_, Vec<Standing>>(
        sql! { const WHAT, "s.field, s.theirs FROM kept_values", const ASKED, tenant },
        |row| {
            let mut standing = read(row)?;
            let (field, Json(theirs)) = (row.next()?, row.next()?);
            standing.answer = Given::Value { field, theirs };
            Ok(standing)
        },
    )?);
    standing.sort_by_key(|one| std::cmp::Reverse((one.at, one.conflict)));
    Ok(standing)
}

/// Takes back the answer to a question; it comes up again with the next run that asks it.
/// [`StoreError::NotFound`] when no answer to it stands.
pub fn take_back(tx: &mut Tx<'_>, conflict: ConflictId) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let mut touched = 0;
    for table in ["settlements", "kept_values"] {
        touched += tx.exec(sql! {
            "DELETE FROM ", const table, " WHERE tenant_id = ", tenant,
            " AND conflict_id = ", conflict
        })?;
    }
    if touched == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Takes the place of an earlier answer about the device.
pub(crate) fn put(tx: &mut Tx<'_>, source: SourceId, settled: &Settled) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let claims = settled.holds_for.clone().unwrap_or_default();
    tx.exec(sql! {
        "INSERT INTO settlements \
         (tenant_id, source_id, device_id, answer, always, claims, conflict_id, settled_by, \
          settled_at) VALUES (",
        tenant, ", ", source, ", ", settled.device_id.as_str(), ", ", Json(settled.settlement),
        ", ", settled.holds_for.is_none(), ", ", Json(claims), ", ", settled.conflict, ", ",
        Json(&settled.by), ", ", settled.at, ") \
         ON CONFLICT (tenant_id, source_id, device_id) DO UPDATE SET \
         answer = excluded.answer, always = excluded.always, claims = excluded.claims, \
         conflict_id = excluded.conflict_id, \
         settled_by = excluded.settled_by, settled_at = excluded.settled_at"
    })?;
    Ok(())
}

/// Takes the place of an earlier answer about that field of the device.
pub(crate) fn keep_value(
    tx: &mut Tx<'_>,
    asked: &ConflictRow,
    field: &str,
    theirs: &Value,
    by: &Actor,
    at: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO kept_values \
         (tenant_id, source_id, device_id, field, theirs, conflict_id, settled_by, settled_at) \
         VALUES (", tenant, ", ", asked.source, ", ", asked.device_id.as_str(), ", ", field, ", ",
        Json(theirs), ", ", asked.id, ", ", Json(by), ", ", at, ") \
         ON CONFLICT (tenant_id, source_id, device_id, field) DO UPDATE SET \
         theirs = excluded.theirs, conflict_id = excluded.conflict_id, \
         settled_by = excluded.settled_by, settled_at = excluded.settled_at"
    })?;
    Ok(())
}

/// A custom field goes by another key: values that people decided not to take are kept for that
/// one. What is asked about the one that goes is asked no longer; the next run asks about the other.
pub(crate) fn rename_field(
    tx: &mut Tx<'_>,
    from: &str,
    into: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "DELETE FROM kept_values \
         WHERE tenant_id = ", tenant, " AND field = ", from, " \
           AND EXISTS (SELECT 1 FROM kept_values AS k \
                       WHERE k.tenant_id = kept_values.tenant_id \
                         AND k.source_id = kept_values.source_id \
                         AND k.device_id = kept_values.device_id AND k.field = ", into, ")"
    })?;
    tx.exec(sql! {
        "UPDATE kept_values SET field = ", into, " \
         WHERE tenant_id = ", tenant, " AND field = ", from
    })?;
    let of_field = format!("field:{}", pattern(&format!(":{from}")));
    let of_field = of_field.trim_end_matches('%');
    tx.exec(sql! {
        "UPDATE conflicts SET closed_at = ", now, ", updated_at = ", now, " \
         WHERE tenant_id = ", tenant, " AND closed_at IS NULL \
           AND key LIKE ", of_field, " ESCAPE '\\'"
    })
    .map(drop)
}

fn holds_for(row: &mut crate::seam::Row<'_>) -> Result<Option<Claims>, StoreError> {
    let (always, Json(claims)) = (row.next::<bool>()?, row.next()?);
    Ok((!always).then_some(claims))
}

/// What both kinds of answers have in common; the answer itself is put in by the caller.
fn read(row: &mut crate::seam::Row<'_>) -> Result<Standing, StoreError> {
    let (conflict, Word(kind), Json(reason)) = (row.next()?, row.next()?, row.next()?);
    let (source, source_name, Word(device_id)) = (row.next()?, row.next()?, row.next()?);
    let outcome: Option<Json<reconcile::plan::DeviceOutcome>> = row.next()?;
    let (serial, name) =
        outcome.map_or((None, None), |Json(outcome)| (outcome.serial, outcome.name));
    let (Json(by), at) = (row.next()?, row.next()?);
    let (answer, holds_for) = (Given::Device(Settlement::Ignore), None);
    Ok(Standing {
        conflict,
        kind,
        reason,
        source,
        source_name,
        device_id,
        serial,
        name,
        answer,
        holds_for,
        by,
        at,
    })
}
