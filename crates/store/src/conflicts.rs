//! Conflicts: questions only a person can answer. The same question keeps its row from run to
//! run; it closes when a person answers or when a complete survey no longer raises it.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use domain::{
    Actor, Mint, Timestamp,
    id::{AssetId, ConflictId, RunId, SourceId},
};
use reconcile::{
    Reason,
    inventory::Settlement,
    plan::{Conflict, ConflictKind},
    survey::{Claims, DeviceId},
};
use serde_json::Value;

use crate::{
    StoreError, Tx,
    seam::{Json, Query, Row, sql},
    settlements::{self, Settled},
    word::Word,
};

#[derive(Debug, Clone, PartialEq)]
pub struct ConflictRow {
    pub id: ConflictId,
    pub source: SourceId,
    pub source_name: String,
    pub device_id: DeviceId,
    /// As the last run saw the device, where it did.
    pub serial: Option<String>,
    pub name: Option<String>,
    pub kind: ConflictKind,
    pub reason: Reason,
    pub candidates: Vec<AssetId>,
    /// What its device went by when it was asked.
    pub claims: Claims,
    pub raised_at: Timestamp,
    pub closed_at: Option<Timestamp>,
}

/// What a run's conflicts changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    pub raised: u64,
    pub closed: u64,
}

/// When, by which run, and whether it saw all of its source.
#[derive(Debug, Clone, Copy)]
pub struct Raising {
    pub source: SourceId,
    pub run: RunId,
    /// Only then are questions that no longer arise closed.
    pub complete: bool,
    pub now: Timestamp,
}

/// Takes in the conflicts of a run's plan; writes nothing when nothing moved.
pub fn keep(
    tx: &mut Tx<'_>,
    mint: &Mint,
    raising: Raising,
    conflicts: &[Conflict],
) -> Result<Kept, StoreError> {
    let mut open = open_questions(tx, raising.source)?;
    let mut kept = Kept::default();
    let mut moved = BTreeMap::new();
    for conflict in conflicts {
        let known = open.remove(&conflict.key);
        kept.raised += u64::from(known.is_none() && !moved.contains_key(&conflict.key));
        if known.as_ref() != Some(&question(conflict)) {
            moved.insert(conflict.key.clone(), conflict);
        }
    }
    write(tx, mint, raising, moved.into_values())?;
    if raising.complete {
        kept.closed = close(tx, raising, open.into_keys())?;
    }
    Ok(kept)
}

const SELECT: &str = "SELECT c.id, c.source_id, s.name, c.device_id, o.body, c.kind, c.reason, \
           c.candidates, c.claims, c.raised_at, c.closed_at \
    FROM conflicts AS c \
    JOIN sources AS s ON s.tenant_id = c.tenant_id AND s.id = c.source_id \
    LEFT JOIN outcomes AS o ON o.tenant_id = c.tenant_id \
         AND o.source_id = c.source_id AND o.device_id = c.device_id \
    WHERE c.tenant_id = ";

/// Those that wait for an answer, oldest first; the next page is `after` the last of this one.
pub fn open(
    tx: &mut Tx<'_>,
    after: Option<ConflictId>,
    limit: u32,
) -> Result<Vec<ConflictRow>, StoreError> {
    open_since(tx, None, after, limit)
}

/// The same, of those alone that changed at that time or later.
pub fn open_since(
    tx: &mut Tx<'_>,
    since: Option<Timestamp>,
    after: Option<ConflictId>,
    limit: u32,
) -> Result<Vec<ConflictRow>, StoreError> {
    let tenant = tx.tenant();
    let mut query = sql! { const SELECT, tenant, " AND c.closed_at IS NULL" };
    if let Some(since) = since {
        sql! { query => " AND c.updated_at >= ", since };
    }
    if let Some(after) = after {
        sql! { query => " AND c.id > ", after };
    }
    sql! { query => " ORDER BY c.id LIMIT ", limit };
    tx.all(query, read)
}

pub fn count_open(tx: &mut Tx<'_>) -> Result<u32, StoreError> {
    let tenant = tx.tenant();
    tx.one(
        sql! { "SELECT count(*) FROM conflicts WHERE tenant_id = ", tenant, " AND closed_at IS NULL" },
        |row| row.get(0),
    )
}

/// The same, of those alone that changed at that time or later.
pub fn count_open_since(tx: &mut Tx<'_>, since: Timestamp) -> Result<u32, StoreError> {
    let tenant = tx.tenant();
    tx.one(
        sql! {
            "SELECT count(*) FROM conflicts
             WHERE tenant_id = ", tenant, " AND closed_at IS NULL AND updated_at >= ", since
        },
        |row| row.get(0),
    )
}

/// Open or closed.
pub fn find(tx: &mut Tx<'_>, id: ConflictId) -> Result<Option<ConflictRow>, StoreError> {
    let tenant = tx.tenant();
    tx.find(sql! { const SELECT, tenant, " AND c.id = ", id }, read)
}

/// Closes the conflict with a person's answer about its device. [`StoreError::NotFound`] where
/// there is none, [`StoreError::Stale`] where it is closed already.
pub fn settle(
    tx: &mut Tx<'_>,
    id: ConflictId,
    settlement: Settlement,
    always: bool,
    by: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let conflict = find(tx, id)?.ok_or(StoreError::NotFound)?;
    close_one(tx, id, now)?;
    let (device_id, by) = (conflict.device_id, by.clone());
    let holds_for = (!always).then_some(conflict.claims);
    let settled = Settled { conflict: id, device_id, settlement, holds_for, by, at: now };
    settlements::put(tx, conflict.source, &settled)
}

/// Closes a question about a value: ours stays while the source says what it says now. The errors
/// are those of [`settle`].
pub fn keep_ours(
    tx: &mut Tx<'_>,
    id: ConflictId,
    field: &str,
    theirs: &Value,
    by: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let conflict = find(tx, id)?.ok_or(StoreError::NotFound)?;
    close_one(tx, id, now)?;
    settlements::keep_value(tx, &conflict, field, theirs, by, now)
}

/// [`StoreError::Stale`] where it is closed already.
pub fn close_one(tx: &mut Tx<'_>, id: ConflictId, now: Timestamp) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let closed = tx.exec(sql! {
        "UPDATE conflicts SET closed_at = ", now, ", updated_at = ", now,
        " WHERE tenant_id = ", tenant, " AND id = ", id, " AND closed_at IS NULL"
    })?;
    if closed == 0 { Err(StoreError::Stale) } else { Ok(()) }
}

/// What is asked, apart from where and when.
#[derive(PartialEq)]
struct Question {
    device_id: String,
    kind: ConflictKind,
    reason: Reason,
    candidates: Vec<AssetId>,
    claims: Claims,
}

fn question(conflict: &Conflict) -> Question {
    Question {
        device_id: conflict.device_id.as_str().to_owned(),
        kind: conflict.kind,
        reason: conflict.reason.clone(),
        candidates: conflict.candidates.clone(),
        claims: conflict.claims.clone(),
    }
}

/// By key.
fn open_questions(
    tx: &mut Tx<'_>,
    source: SourceId,
) -> Result<BTreeMap<String, Question>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT key, device_id, kind, reason, candidates, claims FROM conflicts \
             WHERE tenant_id = ", tenant, " AND source_id = ", source, " AND closed_at IS NULL"
        },
        |row| {
            let key = row.next()?;
            let device_id = row.next()?;
            let Word(kind) = row.next()?;
            let (Json(reason), Json(candidates)) = (row.next()?, row.next()?);
            let Json(claims) = row.next()?;
            Ok((key, Question { device_id, kind, reason, candidates, claims }))
        },
    )
}

/// New ones, those that ask something else now, and those that were closed and arise again.
fn write<'c>(
    tx: &mut Tx<'_>,
    mint: &Mint,
    raising: Raising,
    moved: impl Iterator<Item = &'c Conflict>,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let row = |conflict: &Conflict| {
        [
            tenant.into(),
            mint.id::<domain::id::noun::Conflict>(raising.now).into(),
            raising.source.into(),
            conflict.key.as_str().into(),
            conflict.device_id.as_str().into(),
            Word(conflict.kind).into(),
            Json(&conflict.reason).into(),
            Json(&conflict.candidates).into(),
            Json(&conflict.claims).into(),
            raising.run.into(),
            raising.now.into(),
            raising.now.into(),
        ]
    };
    tx.exec_many(
        "INSERT INTO conflicts \
         (tenant_id, id, source_id, key, device_id, kind, reason, candidates, claims, \
          run_id, raised_at, updated_at) \
         VALUES ",
        moved.map(row).collect(),
        " ON CONFLICT (tenant_id, source_id, key) DO UPDATE SET \
         device_id = excluded.device_id, kind = excluded.kind, reason = excluded.reason, \
         candidates = excluded.candidates, claims = excluded.claims, \
         run_id = excluded.run_id, closed_at = NULL, \
         updated_at = excluded.updated_at",
    )?;
    Ok(())
}

fn close(
    tx: &mut Tx<'_>,
    raising: Raising,
    keys: impl Iterator<Item = String>,
) -> Result<u64, StoreError> {
    let tenant = tx.tenant();
    let mut closed = 0;
    for key in keys {
        closed += tx.exec(sql! {
            "UPDATE conflicts SET closed_at = ", raising.now, ", updated_at = ", raising.now,
            " WHERE tenant_id = ", tenant, " AND source_id = ", raising.source,
            " AND key = ", key, " AND closed_at IS NULL"
        })?;
    }
    Ok(closed)
}

fn read(row: &mut Row<'_>) -> Result<ConflictRow, StoreError> {
    let (id, source, source_name) = (row.next()?, row.next()?, row.next()?);
    let Word(device_id) = row.next()?;
    let outcome: Option<Json<reconcile::plan::DeviceOutcome>> = row.next()?;
    let (serial, name) =
        outcome.map_or((None, None), |Json(outcome)| (outcome.serial, outcome.name));
    Ok(ConflictRow {
        id,
        source,
        source_name,
        device_id,
        serial,
        name,
        kind: row.next::<Word<_>>()?.0,
        reason: row.next::<Json<_>>()?.0,
        candidates: row.next::<Json<_>>()?.0,
        claims: row.next::<Json<_>>()?.0,
        raised_at: row.next()?,
        closed_at: row.next()?,
    })
}
