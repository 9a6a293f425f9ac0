//! The lease of an open run: one process holds it and says so again and again; when it falls
//! silent, the next one may begin. The database sees to it that a source has one open run.

use domain::{
    Timestamp,
    id::{RunId, SourceId, TenantId},
};
use reconcile::plan::Counts;

use super::{RunMode, RunState, Trigger};
use crate::{
    StoreError, SystemTx, Tx, leases,
    seam::{Json, Query, sql},
    word::Word,
};

#[derive(Debug, Clone)]
pub struct NewRun {
    pub id: RunId,
    pub source: SourceId,
    pub mode: RunMode,
    pub trigger: Trigger,
    pub requested_by: Option<String>,
}

/// How far the walk through the source has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    pub pages: u32,
    pub devices: u32,
}

/// How a run ended.
#[derive(Debug, Clone)]
pub struct Finish {
    /// Neither queued nor running.
    pub state: RunState,
    /// What the plan holds, of a run that did none of it; else what it [did] stands counted.
    pub planned: Option<Counts>,
    pub requests: u32,
    pub left_this_hour: Option<u32>,
    pub devices: u32,
    pub conflicts: u32,
    pub skipped: u32,
    pub notes: u32,
    /// Why not all of the source was seen.
    pub coverage: Option<String>,
    pub error: Option<String>,
}

/// Why no run was opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    #[error("run {0} of this source is still open; hint: wait for it")]
    AlreadyOpen(RunId),
    #[error(transparent)]
    Store(#[from] StoreError),
}

const ABANDONED: &str = "the process that ran it stopped; the next run starts again";

/// Opens a run, queued and held by `owner`. One whose lease ran out makes way.
pub fn open(
    tx: &mut Tx<'_>,
    run: &NewRun,
    now: Timestamp,
    owner: &str,
    lease_until: Timestamp,
) -> Result<RunId, OpenError> {
    let tenant = tx.tenant();
    clear_the_way(tx, run.source, now)?;
    let opened = tx.exec(sql! {
        "INSERT INTO runs \
         (tenant_id, id, source_id, mode, occasion, requested_by, state, counts, queued_at, \
          updated_at, lease_owner, lease_until) VALUES (",
        tenant, ", ", run.id, ", ", run.source, ", ", Word(run.mode), ", ", Word(run.trigger),
        ", ", run.requested_by.as_ref(), ", 'queued', ", Json(Counts::default()), ", ", now,
        ", ", now, ", ", owner, ", ", lease_until, ") \
         ON CONFLICT (tenant_id, source_id) WHERE state IN ('queued', 'running') DO NOTHING"
    })?;
    match opened {
        0 => Err(already_open(tx, run.source)?),
        _ => Ok(run.id),
    }
}

/// Opens a reviewed run again to apply its plan; from here on it counts what is done, no more what is
/// planned. `Ok(false)`: it does not wait for review.
pub fn reopen(
    tx: &mut Tx<'_>,
    run: RunId,
    now: Timestamp,
    owner: &str,
    lease_until: Timestamp,
) -> Result<bool, OpenError> {
    let tenant = tx.tenant();
    let Some(source) = tx.find(
        sql! {
            "SELECT source_id FROM runs \
             WHERE tenant_id = ", tenant, " AND id = ", run, " AND state = 'needs_review'"
        },
        |row| row.get(0),
    )?
    else {
        return Ok(false);
    };
    clear_the_way(tx, source, now)?;
    let reopened = tx.attempt(|tx| {
        tx.exec(sql! {
            "UPDATE runs SET state = 'running', counts = ", Json(Counts::default()),
            ", updated_at = ", now, ", finished_at = ", None::<Timestamp>,
            ", lease_owner = ", owner, ", lease_until = ", lease_until,
            " WHERE tenant_id = ", tenant, " AND id = ", run, " AND state = 'needs_review'"
        })
    });
    match reopened {
        Err(error) if error.is_conflict("runs_open") => Err(already_open(tx, source)?),
        reopened => Ok(reopened? > 0),
    }
}

/// From queued to running. `false`: the lease is lost.
pub fn start(tx: &mut Tx<'_>, run: RunId, owner: &str, now: Timestamp) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE runs SET state = 'running', started_at = ", now, ", updated_at = ", now,
        " WHERE tenant_id = ", tenant, " AND id = ", run,
        " AND lease_owner = ", owner, " AND state = 'queued'"
    })?;
    Ok(touched > 0)
}

/// Holds on until then. `false`: the lease is lost, and whoever asks must stop.
pub fn heartbeat(
    tx: &mut Tx<'_>,
    run: RunId,
    owner: &str,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE runs SET lease_until = ", until,
        " WHERE tenant_id = ", tenant, " AND id = ", run,
        " AND lease_owner = ", owner, " AND state IN ('queued', 'running')"
    })?;
    Ok(touched > 0)
}

/// `false`: the lease is lost.
pub fn progress(
    tx: &mut Tx<'_>,
    run: RunId,
    owner: &str,
    progress: Progress,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE runs SET progress_pages = ", progress.pages,
        ", progress_devices = ", progress.devices, ", updated_at = ", now,
        " WHERE tenant_id = ", tenant, " AND id = ", run,
        " AND lease_owner = ", owner, " AND state = 'running'"
    })?;
    Ok(touched > 0)
}

/// Adds to what an open run has done, in the transaction that does it: whatever becomes of the
/// process, the run tells it.
pub fn did(tx: &mut Tx<'_>, run: RunId, more: Counts) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let so_far = tx.one(
        sql! { "SELECT counts FROM runs WHERE tenant_id = ", tenant, " AND id = ", run },
        |row| Ok(row.next::<Json<Counts>>()?.0),
    )?;
    tx.exec(sql! {
        "UPDATE runs SET counts = ", Json(so_far + more),
        " WHERE tenant_id = ", tenant, " AND id = ", run
    })
    .map(drop)
}

/// Ends an open run and gives the lease back. `false`: it was lost, nothing is written.
pub fn finish(
    tx: &mut Tx<'_>,
    run: RunId,
    owner: &str,
    finish: &Finish,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! { "UPDATE runs SET state = ", Word(finish.state) };
    if let Some(planned) = finish.planned {
        sql! { sql => ", counts = ", Json(planned) };
    }
    sql! { sql =>
        ", requests = ", finish.requests,
        ", left_this_hour = ", finish.left_this_hour,
        ", devices = ", finish.devices, ", conflicts = ", finish.conflicts,
        ", skipped = ", finish.skipped, ", notes = ", finish.notes,
        ", coverage = ", finish.coverage.as_ref(), ", error = ", finish.error.as_ref(),
        ", finished_at = ", now, ", updated_at = ", now, ", lease_owner = NULL, lease_until = NULL",
        " WHERE tenant_id = ", tenant, " AND id = ", run,
        " AND lease_owner = ", owner, " AND state IN ('queued', 'running')"
    };
    Ok(tx.exec(sql)? > 0)
}

/// Fails what stopped processes left open, in all tenants; answers of which sources.
pub fn fail_abandoned(
    tx: &mut SystemTx<'_>,
    now: Timestamp,
) -> Result<Vec<(TenantId, SourceId)>, StoreError> {
    tx.all(
        sql! {
            "UPDATE runs SET state = 'failed', error = ", ABANDONED, ", finished_at = ", now,
            ", updated_at = ", now,
            ", lease_owner = NULL, lease_until = NULL \
             WHERE state IN ('queued', 'running') AND ", + leases::ended(now),
            " RETURNING tenant_id, source_id"
        },
        |row| Ok((row.next()?, row.next()?)),
    )
}

fn clear_the_way(tx: &mut Tx<'_>, source: SourceId, now: Timestamp) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "UPDATE runs SET state = 'failed', error = ", ABANDONED, ", finished_at = ", now,
        ", updated_at = ", now,
        ", lease_owner = NULL, lease_until = NULL \
         WHERE tenant_id = ", tenant, " AND source_id = ", source,
        " AND state IN ('queued', 'running') AND ", + leases::ended(now)
    })?;
    Ok(())
}

/// The open run that stands in the way; it may have ended in this very moment.
fn already_open(tx: &mut Tx<'_>, source: SourceId) -> Result<OpenError, StoreError> {
    let tenant = tx.tenant();
    let open = tx.find(
        sql! {
            "SELECT id FROM runs WHERE tenant_id = ", tenant, " AND source_id = ", source,
            " AND state IN ('queued', 'running')"
        },
        |row| row.get(0),
    )?;
    Ok(open.map_or(OpenError::Store(StoreError::Busy), OpenError::AlreadyOpen))
}
