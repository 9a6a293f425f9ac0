//! An outage: runs in a row that failed for reasons that pass by themselves.

use domain::{Timestamp, id::SourceId};

use crate::{
    StoreError, Tx,
    seam::{Query, Row, sql},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outage {
    /// When the first of them failed.
    pub since: Timestamp,
    pub runs: u32,
}

/// Another run failed; answers how it stands.
pub fn count_outage(tx: &mut Tx<'_>, id: SourceId, now: Timestamp) -> Result<Outage, StoreError> {
    let tenant = tx.tenant();
    tx.one(
        sql! {
            "UPDATE sources SET outage_runs = outage_runs + 1, \
             outage_since = coalesce(outage_since, ", now, ") \
             WHERE tenant_id = ", tenant, " AND id = ", id,
            " RETURNING outage_since, outage_runs"
        },
        |row| Ok(Outage { since: row.next()?, runs: row.next()? }),
    )
}

/// `true` when there was one.
pub fn end_outage(tx: &mut Tx<'_>, id: SourceId) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE sources SET outage_runs = 0, outage_since = NULL \
         WHERE tenant_id = ", tenant, " AND id = ", id, " AND outage_runs > 0"
    })?;
    Ok(touched > 0)
}

/// From `outage_since, outage_runs`.
pub(super) fn read(row: &mut Row<'_>) -> Result<Option<Outage>, StoreError> {
    let since: Option<Timestamp> = row.next()?;
    let runs = row.next()?;
    Ok(since.map(|since| Outage { since, runs }))
}
