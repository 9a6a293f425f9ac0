//! Statuses: the tenant's own labels, in the tenant's own order.

use domain::catalog::{Status, StatusKind};
use domain::id::StatusId;
use domain::text::key;

use crate::derived;
use crate::read::parsed;
use crate::seam::{Query, Row, StoreError, Tx, sql};

/// In their order, each with the number of unarchived assets that have it.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<(Status, i64)>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT s.id, s.name, s.kind, s.color,
                    (SELECT count(*) FROM assets a
                     WHERE a.tenant_id = s.tenant_id AND a.archived = FALSE
                       AND a.status_key = s.name_key)
             FROM statuses s
             WHERE s.tenant_id = ", tenant, "
             ORDER BY s.position, s.id"
        },
        |row| Ok((read(row)?, row.next()?)),
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
pub fn create(tx: &mut Tx<'_>, status: &Status) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO statuses (tenant_id, id, name, name_key, kind, color, position)
         VALUES (", tenant, ", ", status.id, ", ", &status.name, ", ", key(&status.name), ", ",
                status.kind.as_str(), ", ", &status.color, ",
                (SELECT COALESCE(max(position), -1) + 1
                 FROM statuses
                 WHERE tenant_id = ", tenant, "))"
    })
    .map(drop)
}

pub fn update(tx: &mut Tx<'_>, status: &Status) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let name_key = key(&status.name);
    let touched = tx.exec(sql! {
        "UPDATE statuses
         SET name = ", &status.name, ", name_key = ", &name_key, ",
             kind = ", status.kind.as_str(), ", color = ", &status.color, "
         WHERE tenant_id = ", tenant, " AND id = ", status.id
    })?;
    if touched == 0 {
        return Err(StoreError::NotFound);
    }
    derived::status_renamed(tx, status.id, &name_key)
}

/// False when there was none; [`StoreError::Referenced`] while an asset has it.
pub fn delete(tx: &mut Tx<'_>, id: StatusId) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    Ok(tx.exec(sql! { "DELETE FROM statuses WHERE tenant_id = ", tenant, " AND id = ", id })? > 0)
}

fn read(row: &mut Row<'_>) -> Result<Status, StoreError> {
    Ok(Status {
        id: row.next()?,
        name: row.next()?,
        kind: parsed(row, |text| StatusKind::parse(text).ok_or("no such kind of status"))?,
        color: row.next()?,
    })
}
