//! The feed: every event once, in the order of commits. Who remembers a position and reads on from
//! there misses nothing and sees nothing twice.
//!
//! Ids cannot serve: a transaction that began earlier may commit later, with smaller ids than a
//! reader has passed already. SQLite has one writer, so that a row gets its position as it is
//! written. On PostgreSQL it gets none until it is committed; then [`number`] gives out positions,
//! one process at a time. A position that can be seen is therefore behind all that were given
//! before. Rows take them in the order they were written, so that what happened to one thing stays
//! in order: who changes it next writes after the commit of who changed it before.

use std::collections::BTreeMap;

use domain::id::{EventId, TenantId};
use domain::{Event, Timestamp};

use super::by_ids;
use crate::seam::{Dialect, Json, Query, StoreError, SystemTx, Tx, sql};

/// An event and its position: how many events of the feed are read once it is.
pub type Placed = (i64, Event);

/// Events a row.
const TOGETHER: usize = 200;
/// Rows read at a time.
const ROWS: i64 = 100;
/// Rows that get their positions in one transaction.
const AT_ONCE: i64 = 5_000;

/// Writes down events that are being written.
pub(crate) fn append(tx: &mut Tx<'_>, events: &[&Event]) -> Result<(), StoreError> {
    let (tenant, dialect) = (tx.tenant(), tx.dialect());
    let mut position = match dialect {
        Dialect::Sqlite if !events.is_empty() => Some(reserve(tx, events.len())?),
        Dialect::Sqlite | Dialect::Postgres => None,
    };
    for some in events.chunks(TOGETHER) {
        let size = i64::try_from(some.len()).expect("a few hundred");
        position = position.map(|before| before + size);
        let at = some.iter().map(|event| event.at).max();
        let numbers: Vec<i64> = some.iter().map(|event| event.id.number()).collect();
        let mut sql = sql! {
            "INSERT INTO event_feed (tenant_id, entry, position, at, size, events) VALUES (",
            tenant, ", "
        };
        match position {
            Some(position) => sql.bind(position),
            None => sql.text("nextval('event_feed_entries')"),
        }
        sql! { sql => ", ", position, ", ", at, ", ", size, ", ", Json(numbers), ")" };
        tx.exec(sql)?;
    }
    Ok(())
}

/// Takes as many positions; answers the last one given before.
fn reserve(tx: &mut Tx<'_>, events: usize) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    let taken = i64::try_from(events).expect("what fits in memory");
    let head: i64 = tx.one(
        sql! {
            "INSERT INTO event_heads (tenant_id, position) VALUES (", tenant, ", ", taken, ")
             ON CONFLICT (tenant_id) DO UPDATE
             SET position = event_heads.position + excluded.position
             RETURNING position"
        },
        |row| row.next(),
    )?;
    Ok(head - taken)
}

/// Whether something committed has no position yet.
pub fn unnumbered(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let found = tx.find(
        sql! {
            "SELECT 1 FROM event_feed WHERE tenant_id = ", tenant, " AND position IS NULL LIMIT 1"
        },
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// Tenants in which something committed has no position yet.
pub fn waiting(tx: &mut SystemTx<'_>) -> Result<Vec<TenantId>, StoreError> {
    tx.all(sql! { "SELECT DISTINCT tenant_id FROM event_feed WHERE position IS NULL" }, |row| {
        row.next::<TenantId>()
    })
}

/// Gives what was committed its positions, in the order it was written; not all at once where
/// there is much. Who comes second waits for the first to commit, and then sees what it did.
pub fn number(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    if tx.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO event_heads (tenant_id, position) VALUES (", tenant, ", 0)
         ON CONFLICT (tenant_id) DO NOTHING"
    })?;
    let mut head: i64 = tx.one(
        sql! { "SELECT position FROM event_heads WHERE tenant_id = ", tenant, " FOR UPDATE" },
        |row| row.next(),
    )?;
    let waiting: Vec<(i64, i64)> = tx.all(
        sql! {
            "SELECT entry, size
             FROM event_feed
             WHERE tenant_id = ", tenant, " AND position IS NULL
             ORDER BY entry
             LIMIT ", AT_ONCE
        },
        |row| Ok((row.next()?, row.next()?)),
    )?;
    if waiting.is_empty() {
        return Ok(());
    }
    for (entry, size) in waiting {
        head += size;
        tx.exec(sql! {
            "UPDATE event_feed
             SET position = ", head, "
             WHERE tenant_id = ", tenant, " AND entry = ", entry
        })?;
    }
    tx.exec(sql! {
        "UPDATE event_heads SET position = ", head, " WHERE tenant_id = ", tenant
    })?;
    Ok(())
}

/// The position of the newest event.
pub fn head(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    let head = tx
        .find(sql! { "SELECT position FROM event_heads WHERE tenant_id = ", tenant }, |row| {
            row.next()
        })?;
    Ok(head.unwrap_or(0))
}

/// The position after which all that happened at that time or later stands.
pub fn before(tx: &mut Tx<'_>, since: Timestamp) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    let first: Option<i64> = tx.one(
        sql! {
            "SELECT min(position - size)
             FROM event_feed
             WHERE tenant_id = ", tenant, " AND at >= ", since, " AND position IS NOT NULL"
        },
        |row| row.next(),
    )?;
    first.map_or_else(|| head(tx), Ok)
}

/// Up to `most` events that follow a position, in order.
pub fn read(tx: &mut Tx<'_>, after: i64, most: usize) -> Result<Vec<Placed>, StoreError> {
    let (tenant, mut from) = (tx.tenant(), after);
    let mut places: Vec<(i64, EventId)> = Vec::new();
    while places.len() < most {
        let rows: Vec<(i64, Json<Vec<i64>>)> = tx.all(
            sql! {
                "SELECT position, events
                 FROM event_feed
                 WHERE tenant_id = ", tenant, " AND position > ", from, "
                 ORDER BY position
                 LIMIT ", ROWS
            },
            |row| Ok((row.next()?, row.next()?)),
        )?;
        let Some((last, _)) = rows.last() else { break };
        from = *last;
        for (position, Json(numbers)) in rows {
            let size = i64::try_from(numbers.len()).expect("a few hundred");
            let each = (position - size + 1..).zip(numbers.into_iter().map(EventId::new));
            places.extend(each.filter(|(place, _)| *place > after));
        }
    }
    places.truncate(most);
    let found = by_ids(tx, places.iter().map(|(_, id)| *id))?;
    let mut found: BTreeMap<EventId, Event> =
        found.into_iter().map(|event| (event.id, event)).collect();
    let placed = places.into_iter().map(|(place, id)| {
        let event = found.remove(&id);
        let lost = || StoreError::Corrupt(format!("the feed names {id}, which is no event"));
        Ok((place, event.ok_or_else(lost)?))
    });
    placed.collect()
}
