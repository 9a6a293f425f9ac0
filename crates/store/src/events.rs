//! Events: what happened, newest first unless said otherwise. Written by the ledger alone.

use domain::actor::ActorKind;
use domain::event::Subject;
use domain::id::{AssetId, EventId};
use domain::{Action, Actor, Cause, Event};

use crate::page::{Cursor, Page, limit};
use crate::read::parsed;
use crate::seam::{Json, Query, Row, Sql, StoreError, Tx, sql};

const COLUMNS: &str = "id, at, actor_kind, actor_id, actor_name, subject_kind, subject_id, action,
    changes, cause_kind, cause_id, note";

pub fn of_asset(
    tx: &mut Tx<'_>,
    asset: AssetId,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Page<Event>, StoreError> {
    of_subject(tx, Subject::Asset(asset), cursor, limit)
}

pub fn of_subject(
    tx: &mut Tx<'_>,
    subject: Subject,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Page<Event>, StoreError> {
    let tenant = tx.tenant();
    let sql = sql! {
        "SELECT ", const COLUMNS, "
         FROM events
         WHERE tenant_id = ", tenant, " AND subject_kind = ", subject.kind(), "
           AND subject_id = ", subject.number()
    };
    newest_first(tx, sql, cursor, limit)
}

/// How many there are of a subject.
pub fn count(tx: &mut Tx<'_>, subject: Subject) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    tx.one(
        sql! {
            "SELECT count(*)
             FROM events
             WHERE tenant_id = ", tenant, " AND subject_kind = ", subject.kind(), "
               AND subject_id = ", subject.number()
        },
        |row| row.next(),
    )
}

/// Those of one action.
pub fn of_action(
    tx: &mut Tx<'_>,
    subject: Subject,
    action: Action,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Page<Event>, StoreError> {
    let tenant = tx.tenant();
    let sql = sql! {
        "SELECT ", const COLUMNS, "
         FROM events
         WHERE tenant_id = ", tenant, " AND subject_kind = ", subject.kind(), "
           AND subject_id = ", subject.number(), " AND action = ", action.as_str()
    };
    newest_first(tx, sql, cursor, limit)
}

pub fn count_action(tx: &mut Tx<'_>, subject: Subject, action: Action) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    tx.one(
        sql! {
            "SELECT count(*)
             FROM events
             WHERE tenant_id = ", tenant, " AND subject_kind = ", subject.kind(), "
               AND subject_id = ", subject.number(), " AND action = ", action.as_str()
        },
        |row| row.next(),
    )
}

/// What happened lately in the whole tenant.
pub fn recent(
    tx: &mut Tx<'_>,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Page<Event>, StoreError> {
    let tenant = tx.tenant();
    let sql = sql! { "SELECT ", const COLUMNS, " FROM events WHERE tenant_id = ", tenant };
    newest_first(tx, sql, cursor, limit)
}

/// All that one cause did, oldest first.
pub fn of_cause(tx: &mut Tx<'_>, cause: &Cause) -> Result<Vec<Event>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT ", const COLUMNS, "
             FROM events
             WHERE tenant_id = ", tenant, "
               AND cause_kind = ", &cause.kind, "
               AND cause_id = ", cause.id.clone(), "
             ORDER BY id"
        },
        read,
    )
}

pub fn find(tx: &mut Tx<'_>, id: EventId) -> Result<Option<Event>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT ", const COLUMNS, "
             FROM events
             WHERE tenant_id = ", tenant, " AND id = ", id
        },
        read,
    )
}

/// Several by id, in no order: those an asset's origins point at.
pub fn by_ids(
    tx: &mut Tx<'_>,
    ids: impl IntoIterator<Item = EventId>,
) -> Result<Vec<Event>, StoreError> {
    let tenant = tx.tenant();
    tx.of_ids(
        ids,
        |list| {
            sql! {
                "SELECT ", const COLUMNS, "
                 FROM events
                 WHERE tenant_id = ", tenant, " AND id IN (", + list, ")"
            }
        },
        read,
    )
}

fn newest_first(
    tx: &mut Tx<'_>,
    mut sql: Sql,
    cursor: Option<&Cursor>,
    rows: usize,
) -> Result<Page<Event>, StoreError> {
    Cursor::walk_ids(&mut sql, cursor, "id", true);
    limit(&mut sql, rows);
    let events = tx.all(sql, read)?;
    Ok(Page::of(events, rows, cursor, |event: &Event| (0, event.id.number())))
}

fn read(row: &mut Row<'_>) -> Result<Event, StoreError> {
    Ok(Event {
        id: row.next()?,
        at: row.next()?,
        actor: Actor {
            kind: parsed(row, |text| ActorKind::parse(text).ok_or("no such actor"))?,
            id: row.next()?,
            name: row.next()?,
        },
        subject: {
            let (kind, id): (String, i64) = (row.next()?, row.next()?);
            Subject::from_parts(&kind, id)
                .ok_or_else(|| StoreError::Corrupt(format!("no subject {kind:?}")))?
        },
        action: parsed(row, |text| Action::parse(text).ok_or("no such action"))?,
        changes: row.next::<Json<_>>()?.0,
        cause: Cause { kind: row.next()?, id: row.next()? },
        note: row.next()?,
    })
}
