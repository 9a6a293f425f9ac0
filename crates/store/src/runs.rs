//! Runs: attempts to sync one source. One is open per source at a time, whatever process asks;
//! the one that works on it holds a lease.

use domain::Timestamp;
use domain::id::{RunId, SourceId, TenantId};
use reconcile::plan::Counts;
use reconcile::survey::Coverage;

use crate::page::{Cursor, Page, limit};
use crate::read::parsed;
use crate::seam::{Json, Query, Row, StoreError, SystemTx, Tx, sql};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($variant),* }

        impl $name {
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

words!(Mode { Apply = "apply", Preview = "preview" });
words!(
    /// Queued and running ones are open; a stale plan is planned again within its run.
    RunState {
        Queued = "queued",
        Running = "running",
        Previewed = "previewed",
        Applied = "applied",
        Partial = "partial",
        Failed = "failed",
        NeedsReview = "needs_review",
        Rejected = "rejected",
        Superseded = "superseded",
        Undone = "undone",
    }
);

#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    pub id: RunId,
    pub source: SourceId,
    pub mode: Mode,
    /// `schedule`, `request`, `command`, …
    pub occasion: String,
    /// Who asked, by name.
    pub requested_by: String,
    pub state: RunState,
    pub progress: Progress,
    pub counts: Counts,
    pub conflicts: u64,
    pub skipped: u64,
    pub notes: u64,
    pub coverage: Option<Coverage>,
    pub error: Option<String>,
    pub queued_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    pub pages: u64,
    pub devices: u64,
    pub requests: u64,
}

/// A run to be queued.
#[derive(Debug, Clone)]
pub struct NewRun {
    pub id: RunId,
    pub source: SourceId,
    pub mode: Mode,
    pub occasion: String,
    pub requested_by: String,
    pub at: Timestamp,
}

/// What asking for a run led to.
#[derive(Debug, Clone, PartialEq)]
pub enum Opened {
    New(Run),
    /// This one is queued or running.
    Already(RunId),
}

/// How a run ended, or that it waits for review.
#[derive(Debug, Clone)]
pub struct Finish {
    pub state: RunState,
    pub counts: Counts,
    pub conflicts: u64,
    pub skipped: u64,
    pub notes: u64,
    pub coverage: Option<Coverage>,
    pub error: Option<String>,
    pub at: Timestamp,
}

const COLUMNS: &str = "id, source_id, mode, occasion, requested_by, state, pages, devices, requests,
    counts, conflicts, skipped, notes, coverage, error, queued_at, started_at, finished_at";

/// Queues a run unless one is open. One whose process stopped is ended first.
pub fn open(tx: &mut Tx<'_>, new: &NewRun) -> Result<Opened, StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql!(
        "UPDATE runs
         SET state = 'failed', error = 'the process that ran it stopped', finished_at = ", new.at, "
         WHERE tenant_id = ", tenant, "
           AND source_id = ", new.source, "
           AND state = 'running'
           AND lease_until < ", new.at
    ))?;
    let inserted = tx.exec(sql!(
        "INSERT INTO runs
            (tenant_id, id, source_id, mode, occasion, requested_by, state, pages, devices,
             requests, counts, conflicts, skipped, notes, queued_at)
         VALUES (", tenant, ", ", new.id, ", ", new.source, ", ", new.mode.as_str(), ", ",
                &new.occasion, ", ", &new.requested_by, ", 'queued', 0, 0, 0, ",
                Json(Counts::default()), ", 0, 0, 0, ", new.at, ")
         ON CONFLICT DO NOTHING"
    ))?;
    if inserted == 0 {
        return Ok(Opened::Already(tx.one(
            sql!(
                "SELECT id
                 FROM runs
                 WHERE tenant_id = ", tenant, "
                   AND source_id = ", new.source, "
                   AND state IN ('queued', 'running')"
            ),
            |row| row.next(),
        )?));
    }
    find(tx, new.id)?.map(Opened::New).ok_or(StoreError::NotFound)
}

/// Takes a queued run, or one whose lease ran out; false when another process was faster.
pub fn claim(
    tx: &mut Tx<'_>,
    run: RunId,
    owner: &str,
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql!(
        "UPDATE runs
         SET state = 'running', started_at = ", now, ",
             lease_owner = ", owner, ", lease_until = ", lease_until, "
         WHERE tenant_id = ", tenant, "
           AND id = ", run, "
           AND (state = 'queued' OR state = 'running' AND lease_until < ", now, ")"
    ))?;
    Ok(touched > 0)
}

/// Holds on to a run and says how far it is; false when the lease was lost.
pub fn heartbeat(
    tx: &mut Tx<'_>,
    run: RunId,
    owner: &str,
    progress: Progress,
    lease_until: Timestamp,
) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql!(
        "UPDATE runs
         SET pages = ", number(progress.pages), ", devices = ", number(progress.devices), ",
             requests = ", number(progress.requests), ", lease_until = ", lease_until, "
         WHERE tenant_id = ", tenant, "
           AND id = ", run, "
           AND state = 'running'
           AND lease_owner = ", owner
    ))?;
    Ok(touched > 0)
}

pub fn finish(tx: &mut Tx<'_>, run: RunId, finish: &Finish) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql!(
        "UPDATE runs
         SET state = ", finish.state.as_str(), ", counts = ", Json(finish.counts), ",
             conflicts = ", number(finish.conflicts), ", skipped = ", number(finish.skipped), ",
             notes = ", number(finish.notes), ", coverage = ", finish.coverage.as_ref().map(Json), ",
             error = ", finish.error.clone(), ", finished_at = ", finish.at, ",
             lease_owner = NULL, lease_until = NULL
         WHERE tenant_id = ", tenant, " AND id = ", run
    ))?;
    if touched == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Moves a run from one state to another; false when it is in neither of those expected.
/// Conflict `runs_open` when it would be a second open one.
pub fn set_state(
    tx: &mut Tx<'_>,
    run: RunId,
    from: &[RunState],
    to: RunState,
) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql!(
        "UPDATE runs
         SET state = ", to.as_str(), "
         WHERE tenant_id = ", tenant, " AND id = ", run, " AND state IN ("
    );
    sql.list(from.iter().map(|state| state.as_str()));
    sql.text(")");
    Ok(tx.exec(sql)? > 0)
}

/// A newer run makes the plans that wait for review obsolete.
pub fn supersede_reviews(tx: &mut Tx<'_>, source: SourceId) -> Result<u64, StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql!(
        "UPDATE runs
         SET state = 'superseded'
         WHERE tenant_id = ", tenant, "
           AND source_id = ", source, "
           AND state = 'needs_review'"
    ))
}

pub fn find(tx: &mut Tx<'_>, id: RunId) -> Result<Option<Run>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql!("SELECT ", const COLUMNS, " FROM runs WHERE tenant_id = ", tenant, " AND id = ", id),
        read,
    )
}

/// Newest first; of one source or of all.
pub fn list(
    tx: &mut Tx<'_>,
    source: Option<SourceId>,
    cursor: Option<&Cursor>,
    rows: usize,
) -> Result<Page<Run>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql!("SELECT ", const COLUMNS, " FROM runs WHERE tenant_id = ", tenant);
    if let Some(source) = source {
        sql!(sql => " AND source_id = ", source);
    }
    Cursor::walk_ids(&mut sql, cursor, "id", true);
    limit(&mut sql, rows);
    let runs = tx.all(sql, read)?;
    Ok(Page::of(runs, rows, cursor, |run: &Run| (0, run.id.number())))
}

/// The open run of a source, or the one that waits for review.
pub fn standing(
    tx: &mut Tx<'_>,
    source: SourceId,
    states: &[RunState],
) -> Result<Option<Run>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql!(
        "SELECT ", const COLUMNS, "
         FROM runs
         WHERE tenant_id = ", tenant, " AND source_id = ", source, " AND state IN ("
    );
    sql.list(states.iter().map(|state| state.as_str()));
    sql.text(") ORDER BY id DESC LIMIT 1");
    tx.find(sql, read)
}

/// Runs of all tenants that wait for a process, oldest first.
pub fn queued(
    tx: &mut SystemTx<'_>,
    now: Timestamp,
) -> Result<Vec<(TenantId, RunId)>, StoreError> {
    tx.all(
        sql!(
            "SELECT tenant_id, id
             FROM runs
             WHERE state IN ('queued', 'running')
               AND (state = 'queued' OR lease_until < ", now, ")
             ORDER BY id"
        ),
        |row| Ok((row.next()?, row.next()?)),
    )
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn count(row: &mut Row<'_>) -> Result<u64, StoreError> {
    Ok(row.next::<i64>()?.max(0).cast_unsigned())
}

fn read(row: &mut Row<'_>) -> Result<Run, StoreError> {
    Ok(Run {
        id: row.next()?,
        source: row.next()?,
        mode: parsed(row, |text| Mode::parse(text).ok_or("no such mode"))?,
        occasion: row.next()?,
        requested_by: row.next()?,
        state: parsed(row, |text| RunState::parse(text).ok_or("no such state"))?,
        progress: Progress { pages: count(row)?, devices: count(row)?, requests: count(row)? },
        counts: row.next::<Json<_>>()?.0,
        conflicts: count(row)?,
        skipped: count(row)?,
        notes: count(row)?,
        coverage: row.next::<Option<Json<_>>>()?.map(|Json(coverage)| coverage),
        error: row.next()?,
        queued_at: row.next()?,
        started_at: row.next()?,
        finished_at: row.next()?,
    })
}
