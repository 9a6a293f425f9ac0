//! Settlements: people's standing answers about devices of a source, one a device.
//! They stay until somebody takes them back.

use std::collections::BTreeMap;

use domain::{Actor, Timestamp, id::SourceId};
use reconcile::{inventory::Settlement, survey::DeviceId};

use crate::{
    StoreError, Tx,
    seam::{Json, Query, sql},
    word::Word,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    pub device_id: DeviceId,
    pub settlement: Settlement,
    /// The person wants it answered so whenever it comes up.
    pub always: bool,
    pub by: Actor,
    pub at: Timestamp,
}

/// As the planner reads them.
pub fn of_source(
    tx: &mut Tx<'_>,
    source: SourceId,
) -> Result<BTreeMap<DeviceId, Settlement>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT device_id, answer FROM settlements \
             WHERE tenant_id = ", tenant, " AND source_id = ", source
        },
        |row| Ok((row.next::<Word<_>>()?.0, row.next::<Json<_>>()?.0)),
    )
}

/// With who answered and when, newest first.
pub fn list(tx: &mut Tx<'_>, source: SourceId) -> Result<Vec<Settled>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT device_id, answer, always, settled_by, settled_at FROM settlements \
             WHERE tenant_id = ", tenant, " AND source_id = ", source,
            " ORDER BY settled_at DESC, device_id"
        },
        |row| {
            Ok(Settled {
                device_id: row.next::<Word<_>>()?.0,
                settlement: row.next::<Json<_>>()?.0,
                always: row.next()?,
                by: row.next::<Json<_>>()?.0,
                at: row.next()?,
            })
        },
    )
}

/// Takes an answer back; the question comes up again with the next run.
pub fn delete(tx: &mut Tx<'_>, source: SourceId, device: &DeviceId) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "DELETE FROM settlements WHERE tenant_id = ", tenant, " AND source_id = ", source,
        " AND device_id = ", device.as_str()
    })?;
    if touched == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Takes the place of an earlier answer about the device.
pub(crate) fn put(tx: &mut Tx<'_>, source: SourceId, settled: &Settled) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO settlements \
         (tenant_id, source_id, device_id, answer, always, settled_by, settled_at) VALUES (",
        tenant, ", ", source, ", ", settled.device_id.as_str(), ", ", Json(settled.settlement),
        ", ", settled.always, ", ", Json(&settled.by), ", ", settled.at, ") \
         ON CONFLICT (tenant_id, source_id, device_id) DO UPDATE SET \
         answer = excluded.answer, always = excluded.always, \
         settled_by = excluded.settled_by, settled_at = excluded.settled_at"
    })?;
    Ok(())
}
