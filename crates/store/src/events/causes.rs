//! Causes: what one occasion did in all. Counted as its events are written, so that a run of a
//! hundred thousand changes is one line, told without reading them.

use std::collections::BTreeMap;

use domain::actor::ActorKind;
use domain::{Action, Actor, Cause, Event, Timestamp};

use crate::read::parsed;
use crate::seam::{Query, Row, StoreError, Tx, sql};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CauseRow {
    pub cause: Cause,
    pub actor: Actor,
    /// The number of its newest event.
    pub last_event: i64,
    pub last_at: Timestamp,
    pub events: i64,
    pub created: i64,
    pub updated: i64,
    pub checked_out: i64,
    pub checked_in: i64,
}

pub(super) const COLUMNS: &str = "kind, id, actor_kind, actor_id, actor_name, last_event, last_at,
    events, created, updated, checked_out, checked_in";

pub fn find(tx: &mut Tx<'_>, cause: &Cause) -> Result<Option<CauseRow>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT ", const COLUMNS, "
             FROM causes
             WHERE tenant_id = ", tenant, " AND kind = ", &cause.kind, " AND id = ", cause.id.clone()
        },
        read,
    )
}

/// Adds events that are being written to what their causes did. What has no name is no cause.
pub(crate) fn count(tx: &mut Tx<'_>, events: &[&Event]) -> Result<(), StoreError> {
    let mut by_cause: BTreeMap<(&str, &str), Vec<&Event>> = BTreeMap::new();
    for event in events {
        if let Some(id) = &event.cause.id {
            by_cause.entry((&event.cause.kind, id)).or_default().push(event);
        }
    }
    by_cause.into_iter().try_for_each(|((kind, id), events)| add(tx, kind, id, &events))
}

fn add(tx: &mut Tx<'_>, kind: &str, id: &str, events: &[&Event]) -> Result<(), StoreError> {
    let (Some(first), Some(last)) =
        (events.iter().min_by_key(|event| event.id), events.iter().max_by_key(|event| event.id))
    else {
        return Ok(());
    };
    let of = |action: Action| {
        let count = events.iter().filter(|event| event.action == action).count();
        i64::try_from(count).unwrap_or(i64::MAX)
    };
    let all = i64::try_from(events.len()).unwrap_or(i64::MAX);
    let (tenant, actor) = (tx.tenant(), &last.actor);
    tx.exec(sql! {
        "INSERT INTO causes
            (tenant_id, kind, id, actor_kind, actor_id, actor_name, first_event, last_event,
             last_at, events, created, updated, checked_out, checked_in)
         VALUES (", tenant, ", ", kind, ", ", id, ", ", actor.kind.as_str(), ", ",
                actor.id.clone(), ", ", &actor.name, ", ", first.id, ", ", last.id, ", ", last.at,
                ", ", all, ", ", of(Action::Created), ", ", of(Action::Updated), ", ",
                of(Action::CheckedOut), ", ", of(Action::CheckedIn), ")
         ON CONFLICT (tenant_id, kind, id) DO UPDATE
         SET actor_kind = excluded.actor_kind, actor_id = excluded.actor_id,
             actor_name = excluded.actor_name, last_event = excluded.last_event,
             last_at = excluded.last_at, events = causes.events + excluded.events,
             created = causes.created + excluded.created,
             updated = causes.updated + excluded.updated,
             checked_out = causes.checked_out + excluded.checked_out,
             checked_in = causes.checked_in + excluded.checked_in"
    })?;
    Ok(())
}

pub(super) fn read(row: &mut Row<'_>) -> Result<CauseRow, StoreError> {
    Ok(CauseRow {
        cause: Cause { kind: row.next()?, id: row.next()? },
        actor: Actor {
            kind: parsed(row, |text| ActorKind::parse(text).ok_or("no such actor"))?,
            id: row.next()?,
            name: row.next()?,
        },
        last_event: row.next()?,
        last_at: row.next()?,
        events: row.next()?,
        created: row.next()?,
        updated: row.next()?,
        checked_out: row.next()?,
        checked_in: row.next()?,
    })
}
