//! Statuses: the tenant's own labels, in the tenant's own order.

use std::collections::BTreeMap;

use domain::catalog::{Status, StatusKind};
use domain::event::Subject;
use domain::id::StatusId;
use domain::text::key;
use domain::{Action, Deed, Field, Mint};

use crate::changes::{self, Stamp};
use crate::nouns::{self, Told, own};
use crate::read::parsed;
use crate::seam::{Query, Row, StoreError, Tx, sql};
use crate::{derived, tallies};

/// A status as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusRow {
    pub status: Status,
    /// Its place in the order, counted from one.
    pub order: usize,
    /// Unarchived assets.
    pub assets: i64,
    pub stamp: Stamp,
}

/// In their order.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<StatusRow>, StoreError> {
    let tenant = tx.tenant();
    let counts: BTreeMap<StatusId, i64> = tallies::statuses(tx)?.into_iter().collect();
    let mut places = 1..;
    tx.all(
        sql! {
            "SELECT id, name, kind, color, version, updated_at
             FROM statuses
             WHERE tenant_id = ", tenant, "
             ORDER BY position, id"
        },
        |row| {
            let status = read(row)?;
            let assets = counts.get(&status.id).copied().unwrap_or(0);
            let order = places.next().expect("it has no end");
            Ok(StatusRow { status, order, assets, stamp: Stamp::read(row)? })
        },
    )
}

pub fn find(tx: &mut Tx<'_>, id: StatusId) -> Result<Option<Status>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT id, name, kind, color
             FROM statuses
             WHERE tenant_id = ", tenant, " AND id = ", id
        },
        read,
    )
}

/// What new assets get: the first of kind `ready`, else the first of all.
pub fn default(tx: &mut Tx<'_>) -> Result<StatusId, StoreError> {
    let tenant = tx.tenant();
    tx.one(
        sql! {
            "SELECT id
             FROM statuses
             WHERE tenant_id = ", tenant, "
             ORDER BY CASE kind WHEN 'ready' THEN 0 ELSE 1 END, position, id
             LIMIT 1"
        },
        |row| row.next(),
    )
}

/// What an asset has whose device has not come yet: the first of kind `pending`, where there is one.
pub fn first_pending(tx: &mut Tx<'_>) -> Result<Option<StatusId>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT id
             FROM statuses
             WHERE tenant_id = ", tenant, " AND kind = 'pending'
             ORDER BY position, id
             LIMIT 1"
        },
        |row| row.next(),
    )
}

/// Goes to the end of the order. Conflict `statuses_name` when the name is taken.
pub fn create(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    status: &Status,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO statuses (tenant_id, id, name, name_key, kind, color, position)
         VALUES (", tenant, ", ", status.id, ", ", &status.name, ", ", key(&status.name), ", ",
                status.kind.as_str(), ", ", &status.color, ",
                (SELECT COALESCE(max(position), -1) + 1
                 FROM statuses
                 WHERE tenant_id = ", tenant, "))"
    })?;
    let changes = nouns::appearing(told(status));
    nouns::record(tx, deed, mint, Subject::Status(status.id), Action::Created, changes, None)
}

/// Conflict `statuses_ready` when no status of kind ready would be left.
pub fn update(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    status: &Status,
) -> Result<(), StoreError> {
    let before = find(tx, status.id)?.ok_or(StoreError::NotFound)?;
    if status.kind != StatusKind::Ready {
        another_is_ready(tx, status.id)?;
    }
    let tenant = tx.tenant();
    let name_key = key(&status.name);
    tx.exec(sql! {
        "UPDATE statuses
         SET name = ", &status.name, ", name_key = ", &name_key, ",
             kind = ", status.kind.as_str(), ", color = ", &status.color, "
         WHERE tenant_id = ", tenant, " AND id = ", status.id
    })?;
    derived::status_renamed(tx, status.id, &name_key)?;
    let changes = nouns::moved(told(&before), told(status));
    nouns::record(tx, deed, mint, Subject::Status(status.id), Action::Updated, changes, None)
}

/// Puts it at this place of the order, counted from one; past the end is the end.
pub fn place(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    id: StatusId,
    place: usize,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let mut order = tx.all::<StatusId, Vec<_>>(
        sql! { "SELECT id FROM statuses WHERE tenant_id = ", tenant, " ORDER BY position, id" },
        |row| row.get(0),
    )?;
    let now = order.iter().position(|one| *one == id).ok_or(StoreError::NotFound)?;
    let then = place.saturating_sub(1).min(order.len() - 1);
    if now == then {
        return Ok(());
    }
    order.remove(now);
    order.insert(then, id);
    let moved = now.min(then)..=now.max(then);
    for ((position, index), id) in (0_i64..).zip(0..).zip(order) {
        tx.exec(sql! {
            "UPDATE statuses
             SET position = ", position, "
             WHERE tenant_id = ", tenant, " AND id = ", id
        })?;
        // Those that made room stand elsewhere too.
        if moved.contains(&index) {
            changes::moved(tx, Subject::Status(id), deed.at)?;
        }
    }
    let at = |place: usize| vec![(own("order"), serde_json::Value::from(place + 1))];
    let changes = nouns::moved(at(now), at(then));
    nouns::record(tx, deed, mint, Subject::Status(id), Action::Updated, changes, None)
}

/// False when there was none; conflict `in_use` while an asset has it, `statuses_ready` when no
/// status of kind ready would be left.
pub fn delete(tx: &mut Tx<'_>, deed: &Deed, mint: &Mint, id: StatusId) -> Result<bool, StoreError> {
    let Some(gone) = find(tx, id)? else { return Ok(false) };
    another_is_ready(tx, id)?;
    nouns::remove(tx, Subject::Status(id))?;
    let changes = nouns::vanishing(told(&gone));
    nouns::record(tx, deed, mint, Subject::Status(id), Action::Deleted, changes, None)?;
    Ok(true)
}

/// New assets need a status that is ready.
pub(crate) fn another_is_ready(tx: &mut Tx<'_>, id: StatusId) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! {
        "SELECT 1
         FROM statuses
         WHERE tenant_id = ", tenant, " AND kind = 'ready' AND id <> ", id, "
         LIMIT 1"
    };
    sql.text(tx.held_still());
    match tx.find(sql, |_| Ok(()))? {
        Some(()) => Ok(()),
        None => Err(StoreError::Conflict("statuses_ready".into())),
    }
}

/// A status in the words of events.
pub(crate) fn told(status: &Status) -> Told {
    vec![
        (Field::Name, status.name.as_str().into()),
        (own("kind"), status.kind.as_str().into()),
        (own("color"), status.color.as_str().into()),
    ]
}

pub(crate) fn read(row: &mut Row<'_>) -> Result<Status, StoreError> {
    Ok(Status {
        id: row.next()?,
        name: row.next()?,
        kind: parsed(row, |text| StatusKind::parse(text).ok_or("no such kind of status"))?,
        color: row.next()?,
    })
}
