//! The taking back of what one cause did, as it goes on: how far it is, who is at it, what stayed.

use domain::id::{AssetId, EventId, TenantId};
use domain::{Actor, Cause, Timestamp};

use crate::bulks::Lease;
use crate::events;
use crate::leases;
use crate::ledger::{Kept, UndoneSome};
use crate::seam::{Json, Query, StoreError, SystemTx, Tx, sql};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    pub actor: Actor,
    /// Events of assets that the cause has, and how many of them were looked at.
    pub total: i64,
    pub seen: i64,
    pub restored: i64,
    /// Where to go on.
    pub down_to: Option<EventId>,
    pub started_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    pub lease_until: Option<Timestamp>,
}

pub fn find(tx: &mut Tx<'_>, cause: &Cause) -> Result<Option<Undo>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT actor, total, seen, restored, down_to, started_at, finished_at, lease_until
             FROM undos
             WHERE tenant_id = ", tenant, "
               AND cause_kind = ", &cause.kind, " AND cause_id = ", cause.id.clone()
        },
        |row| {
            Ok(Undo {
                actor: row.next::<Json<_>>()?.0,
                total: row.next()?,
                seen: row.next()?,
                restored: row.next()?,
                down_to: row.next()?,
                started_at: row.next()?,
                finished_at: row.next()?,
                lease_until: row.next()?,
            })
        },
    )
}

/// Begins, or goes on where a process fell silent. `false`: somebody is at it, or it is done.
pub fn begin(
    tx: &mut Tx<'_>,
    cause: &Cause,
    actor: &Actor,
    now: Timestamp,
    lease: Lease<'_>,
) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let total = events::count_of_cause(tx, cause)?;
    let begun = tx.exec(sql! {
        "INSERT INTO undos (
            tenant_id, cause_kind, cause_id, actor, total, started_at, lease_owner, lease_until
         ) VALUES (",
        tenant, ", ", &cause.kind, ", ", cause.id.clone(), ", ", Json(actor), ", ", total, ", ",
        now, ", ", lease.owner, ", ", lease.until, ")
         ON CONFLICT (tenant_id, cause_kind, cause_id) DO NOTHING"
    })?;
    Ok(begun > 0 || take_over(tx, cause, now, lease)?)
}

/// Takes over from a process that fell silent.
pub fn take_over(
    tx: &mut Tx<'_>,
    cause: &Cause,
    now: Timestamp,
    lease: Lease<'_>,
) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let taken = tx.exec(sql! {
        "UPDATE undos
         SET lease_owner = ", lease.owner, ", lease_until = ", lease.until, "
         WHERE tenant_id = ", tenant, "
           AND cause_kind = ", &cause.kind, " AND cause_id = ", cause.id.clone(), "
           AND ", + leases::ended(now)
    })?;
    Ok(taken > 0)
}

/// Keeps it for whoever holds it. `false`: the lease is lost, and whoever asks must do nothing.
pub fn hold(tx: &mut Tx<'_>, cause: &Cause, lease: Lease<'_>) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let held = tx.exec(sql! {
        "UPDATE undos
         SET lease_until = ", lease.until, "
         WHERE tenant_id = ", tenant, "
           AND cause_kind = ", &cause.kind, " AND cause_id = ", cause.id.clone(), "
           AND lease_owner = ", lease.owner, " AND lease_until IS NOT NULL"
    })?;
    Ok(held > 0)
}

/// Those whose process fell silent.
pub fn abandoned(
    tx: &mut SystemTx<'_>,
    now: Timestamp,
) -> Result<Vec<(TenantId, Cause)>, StoreError> {
    tx.all(
        sql! { "SELECT tenant_id, cause_kind, cause_id FROM undos WHERE ", + leases::ended(now) },
        |row| Ok((row.next()?, Cause { kind: row.next()?, id: row.next()? })),
    )
}

/// Some of it is done; nothing left to go on with ends it.
pub fn did(
    tx: &mut Tx<'_>,
    cause: &Cause,
    some: &UndoneSome,
    now: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let rows = some.undone.kept.iter().map(|kept| {
        let (kind, id) = (&cause.kind, cause.id.clone());
        [tenant.into(), kind.into(), id.into(), kept.asset.into(), (&kept.why).into()]
    });
    tx.exec_many(
        "INSERT INTO undo_kept (tenant_id, cause_kind, cause_id, asset_id, why) VALUES ",
        rows.collect(),
        " ON CONFLICT DO NOTHING",
    )?;
    let many = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let mut sql = sql! {
        "UPDATE undos
         SET seen = seen + ", many(some.seen), ",
             restored = restored + ", many(some.undone.restored.len()), ",
             down_to = ", some.next
    };
    if some.next.is_none() {
        sql! { sql => ", finished_at = ", now, ", lease_until = NULL" };
    }
    sql! { sql =>
        " WHERE tenant_id = ", tenant, "
            AND cause_kind = ", &cause.kind, " AND cause_id = ", cause.id.clone()
    };
    tx.exec(sql).map(drop)
}

/// What stayed, in order of the assets.
pub fn kept(
    tx: &mut Tx<'_>,
    cause: &Cause,
    after: Option<AssetId>,
    most: usize,
) -> Result<Vec<Kept>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT asset_id, why
             FROM undo_kept
             WHERE tenant_id = ", tenant, "
               AND cause_kind = ", &cause.kind, " AND cause_id = ", cause.id.clone(), "
               AND asset_id > ", after.map_or(i64::MIN, AssetId::number), "
             ORDER BY asset_id, why
             LIMIT ", i64::try_from(most).unwrap_or(i64::MAX)
        },
        |row| Ok(Kept { asset: row.next()?, why: row.next()? }),
    )
}
