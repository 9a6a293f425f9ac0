//! Events: what happened, newest first unless said otherwise. Written by the ledger alone.

pub mod activity;
pub mod causes;
pub mod feed;
mod filter;

pub use self::filter::{EventFilter, OCCASIONS};

use std::collections::BTreeMap;

use domain::actor::ActorKind;
use domain::event::Subject;
use domain::id::{AssetId, EmployeeId, EventId, TenantId};
use domain::{Action, Actor, Cause, Event, Field};

use crate::page::{Cursor, Page, limit};
use crate::read::parsed;
use crate::seam::{Json, Query, Row, Sql, StoreError, Tx, sql};

pub(crate) const COLUMNS: &str =
    "id, at, actor_kind, actor_id, actor_name, subject_kind, subject_id, action,
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

/// Of an employee, and of assets what they got and what they gave back.
pub fn around_employee(
    tx: &mut Tx<'_>,
    employee: EmployeeId,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Page<Event>, StoreError> {
    let tenant = tx.tenant();
    let ids = around(tenant, employee);
    let sql = sql! {
        "SELECT ", const COLUMNS, " FROM events WHERE tenant_id = ", tenant, " AND id IN (", + ids, ")"
    };
    newest_first(tx, sql, cursor, limit)
}

/// How many [`around_employee`] has in all.
pub fn count_around_employee(tx: &mut Tx<'_>, employee: EmployeeId) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    let ids = around(tenant, employee);
    tx.one(sql! { "SELECT count(*) FROM (", + ids, ") told" }, |row| row.next())
}

/// A handover within one event counts once.
fn around(tenant: TenantId, employee: EmployeeId) -> Sql {
    let id = employee.number();
    let held = |column: &'static str| {
        sql! {
            "SELECT c.", const column, "
             FROM custody c
             WHERE c.tenant_id = ", tenant, " AND c.custodian_kind = 'employee'
               AND c.custodian_id = ", id, " AND c.", const column, " IS NOT NULL"
        }
    };
    sql! {
        "SELECT e.id
         FROM events e
         WHERE e.tenant_id = ", tenant, " AND e.subject_kind = 'employee' AND e.subject_id = ", id, "
         UNION ", + held("out_event"), " UNION ", + held("in_event")
    }
}

/// Per field of a thing whose row keeps no origins: the event that changed it last.
pub fn origins(tx: &mut Tx<'_>, subject: Subject) -> Result<BTreeMap<Field, Event>, StoreError> {
    let tenant = tx.tenant();
    let mut origins = BTreeMap::new();
    tx.each(
        sql! {
            "SELECT ", const COLUMNS, "
             FROM events
             WHERE tenant_id = ", tenant, " AND subject_kind = ", subject.kind(), "
               AND subject_id = ", subject.number(), "
             ORDER BY id"
        },
        |row| {
            let event = read(row)?;
            let fields = event.changes.iter().map(|change| change.field.clone());
            origins.extend(fields.map(|field| (field, event.clone())));
            Ok(())
        },
    )?;
    Ok(origins)
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

/// Those of one cause.
pub(crate) fn count_of(
    tx: &mut Tx<'_>,
    subject: Subject,
    cause: &Cause,
) -> Result<i64, StoreError> {
    Ok(count(tx, subject)? - count_besides(tx, subject, cause)?)
}

/// The same without those of one cause.
pub(crate) fn count_besides(
    tx: &mut Tx<'_>,
    subject: Subject,
    cause: &Cause,
) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    tx.one(
        sql! {
            "SELECT count(*)
             FROM events
             WHERE tenant_id = ", tenant, " AND subject_kind = ", subject.kind(), "
               AND subject_id = ", subject.number(), "
               AND NOT (cause_kind = ", &cause.kind, "
                        AND COALESCE(cause_id, '') = ", cause.id.clone().unwrap_or_default(), ")"
        },
        |row| row.next(),
    )
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

/// Which assets one cause touched, event by event, the newest first and older than `before`.
pub fn assets_of_cause(
    tx: &mut Tx<'_>,
    cause: &Cause,
    before: Option<EventId>,
    most: usize,
) -> Result<Vec<(EventId, AssetId)>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! {
        "SELECT id, subject_id
         FROM events
         WHERE tenant_id = ", tenant, "
           AND cause_kind = ", &cause.kind, "
           AND cause_id = ", cause.id.clone(), "
           AND subject_kind = 'asset'
           AND id < ", before.map_or(i64::MAX, EventId::number), "
         ORDER BY id DESC
         LIMIT "
    };
    sql.bind(i64::try_from(most).unwrap_or(i64::MAX));
    tx.all(sql, |row| Ok((row.next()?, row.next()?)))
}

/// What one cause made that is no asset, the newest first.
pub(crate) fn made_besides_assets(
    tx: &mut Tx<'_>,
    cause: &Cause,
) -> Result<Vec<Subject>, StoreError> {
    let tenant = tx.tenant();
    let made: Vec<Option<Subject>> = tx.all(
        sql! {
            "SELECT subject_kind, subject_id
             FROM events
             WHERE tenant_id = ", tenant, "
               AND cause_kind = ", &cause.kind, "
               AND cause_id = ", cause.id.clone(), "
               AND subject_kind <> 'asset'
               AND action = ", Action::Created.as_str(), "
             ORDER BY id DESC"
        },
        |row| {
            let kind: String = row.next()?;
            Ok(Subject::from_parts(&kind, row.next()?))
        },
    )?;
    Ok(made.into_iter().flatten().collect())
}

/// How many events of assets a cause has.
pub(crate) fn count_of_cause(tx: &mut Tx<'_>, cause: &Cause) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    tx.one(
        sql! {
            "SELECT count(*)
             FROM events
             WHERE tenant_id = ", tenant, "
               AND cause_kind = ", &cause.kind, "
               AND cause_id = ", cause.id.clone(), "
               AND subject_kind = 'asset'"
        },
        |row| row.next(),
    )
}

/// What any of these causes did to these assets, oldest first.
pub(crate) fn of_assets_by(
    tx: &mut Tx<'_>,
    assets: &[AssetId],
    causes: &[&Cause],
) -> Result<Vec<Event>, StoreError> {
    let tenant = tx.tenant();
    let named: Vec<String> = causes
        .iter()
        .filter_map(|cause| Some(format!("{}:{}", cause.kind, cause.id.as_ref()?)))
        .collect();
    let mut found = tx.of_ids(
        assets.iter().copied(),
        |list| {
            let mut causes = Sql::default();
            causes.list(&named);
            // The causes as one text: found by their assets, not by walking all that a cause did.
            sql! {
                "SELECT ", const COLUMNS, "
                 FROM events
                 WHERE tenant_id = ", tenant, "
                   AND subject_kind = 'asset'
                   AND subject_id IN (", + list, ")
                   AND cause_kind || ':' || cause_id IN (", + causes, ")"
            }
        },
        read,
    )?;
    found.sort_by_key(|event| event.id);
    Ok(found)
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

pub(crate) fn read(row: &mut Row<'_>) -> Result<Event, StoreError> {
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
