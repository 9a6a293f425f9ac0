//! Conflicts: questions only a person can answer, and the answers.

use std::collections::BTreeMap;

use domain::id::{ConflictId, RunId, SourceId};
use domain::{Mint, Timestamp};
use reconcile::inventory::Settlement;
use reconcile::plan::Conflict;

use crate::page::{Cursor, Page, limit};
use crate::seam::{Json, Query, Row, StoreError, Tx, sql};

/// A question with its story.
#[derive(Debug, Clone, PartialEq)]
pub struct ConflictHeld {
    pub id: ConflictId,
    pub source: SourceId,
    pub conflict: Conflict,
    /// The last run that asked it.
    pub run: RunId,
    pub raised_at: Timestamp,
    pub settlement: Option<Settlement>,
    pub settled_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
}

const COLUMNS: &str =
    "id, source_id, body, run_id, raised_at, settlement, settled_at, closed_at";

/// The questions of a complete run: new ones are raised, those asked before go on, and those no
/// longer asked are closed.
pub fn keep(
    tx: &mut Tx<'_>,
    mint: &Mint,
    source: SourceId,
    run: RunId,
    asked: &[Conflict],
    at: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let mut open: BTreeMap<String, (ConflictId, Conflict)> = tx.all(
        sql!(
            "SELECT key, id, body
             FROM conflicts
             WHERE tenant_id = ", tenant, " AND source_id = ", source, " AND closed_at IS NULL"
        ),
        |row| {
            let (key, id) = (row.next()?, row.next()?);
            Ok((key, (id, row.next::<Json<_>>()?.0)))
        },
    )?;
    for conflict in asked {
        match open.remove(&conflict.key) {
            None => raise(tx, mint.id(at), source, run, conflict, at)?,
            Some((_, before)) if before == *conflict => {}
            Some((id, _)) => {
                tx.exec(sql!(
                    "UPDATE conflicts
                     SET body = ", Json(conflict), ", run_id = ", run, "
                     WHERE tenant_id = ", tenant, " AND id = ", id
                ))?;
            }
        }
    }
    tx.of_ids(
        open.into_values().map(|(id, _)| id),
        |list| {
            sql!(
                "UPDATE conflicts
                 SET closed_at = ", at, "
                 WHERE tenant_id = ", tenant, " AND id IN (", + list, ")"
            )
        },
        |_| Ok(()),
    )?;
    Ok(())
}

fn raise(
    tx: &mut Tx<'_>,
    id: ConflictId,
    source: SourceId,
    run: RunId,
    conflict: &Conflict,
    at: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let kind = serde_json::to_value(conflict.kind).expect("a kind is a word");
    tx.exec(sql!(
        "INSERT INTO conflicts
            (tenant_id, id, source_id, key, device_id, kind, body, run_id, raised_at)
         VALUES (", tenant, ", ", id, ", ", source, ", ", &conflict.key, ", ",
                conflict.device_id.as_str(), ", ", kind.as_str(), ", ", Json(conflict), ", ",
                run, ", ", at, ")"
    ))
    .map(drop)
}

/// The open ones, oldest first; of one source or of all.
pub fn open(
    tx: &mut Tx<'_>,
    source: Option<SourceId>,
    cursor: Option<&Cursor>,
    rows: usize,
) -> Result<Page<ConflictHeld>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql!(
        "SELECT ", const COLUMNS, "
         FROM conflicts
         WHERE tenant_id = ", tenant, " AND closed_at IS NULL"
    );
    if let Some(source) = source {
        sql!(sql => " AND source_id = ", source);
    }
    Cursor::walk_ids(&mut sql, cursor, "id", false);
    limit(&mut sql, rows);
    let found = tx.all(sql, read)?;
    Ok(Page::of(found, rows, cursor, |held: &ConflictHeld| (0, held.id.number())))
}

pub fn count_open(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    tx.one(
        sql!("SELECT count(*) FROM conflicts WHERE tenant_id = ", tenant, " AND closed_at IS NULL"),
        |row| row.next(),
    )
}

pub fn find(tx: &mut Tx<'_>, id: ConflictId) -> Result<Option<ConflictHeld>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql!(
            "SELECT ", const COLUMNS, " FROM conflicts WHERE tenant_id = ", tenant, " AND id = ", id
        ),
        read,
    )
}

/// Answers a question; the planner reads the answer at the next run.
/// [`StoreError::Stale`] when it is closed already.
pub fn settle(
    tx: &mut Tx<'_>,
    id: ConflictId,
    answer: Settlement,
    always: bool,
    at: Timestamp,
) -> Result<(), StoreError> {
    let held = find(tx, id)?.ok_or(StoreError::NotFound)?;
    let tenant = tx.tenant();
    let touched = tx.exec(sql!(
        "UPDATE conflicts
         SET settlement = ", Json(answer), ", settled_at = ", at, ", closed_at = ", at, "
         WHERE tenant_id = ", tenant, " AND id = ", id, " AND closed_at IS NULL"
    ))?;
    if touched == 0 {
        return Err(StoreError::Stale);
    }
    tx.exec(sql!(
        "INSERT INTO settlements (tenant_id, source_id, device_id, answer, always, settled_at)
         VALUES (", tenant, ", ", held.source, ", ", held.conflict.device_id.as_str(), ", ",
                Json(answer), ", ", always, ", ", at, ")
         ON CONFLICT (tenant_id, source_id, device_id) DO UPDATE
         SET answer = excluded.answer, always = excluded.always, settled_at = excluded.settled_at"
    ))
    .map(drop)
}

/// Forgets an answer, so that the question may be asked again.
pub fn unsettle(
    tx: &mut Tx<'_>,
    source: SourceId,
    device_id: &str,
) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql!(
        "DELETE FROM settlements
         WHERE tenant_id = ", tenant, " AND source_id = ", source, " AND device_id = ", device_id
    ))?;
    Ok(touched > 0)
}

fn read(row: &mut Row<'_>) -> Result<ConflictHeld, StoreError> {
    Ok(ConflictHeld {
        id: row.next()?,
        source: row.next()?,
        conflict: row.next::<Json<_>>()?.0,
        run: row.next()?,
        raised_at: row.next()?,
        settlement: row.next::<Option<Json<_>>>()?.map(|Json(answer)| answer),
        settled_at: row.next()?,
        closed_at: row.next()?,
    })
}
