//! Runs: one attempt each to sync one source. `lease` moves them, this file tells of them.

mod lease;
#[cfg(test)]
mod tests;

use domain::{
    Timestamp,
    id::{RunId, SourceId},
};
use reconcile::plan::Counts;
use serde::{Deserialize, Serialize};

pub use self::lease::{
    Finish, NewRun, OpenError, Progress, did, fail_abandoned, finish, heartbeat, open, progress,
    reopen, start,
};
use crate::{
    StoreError, Tx,
    seam::{Json, Query, Row, sql},
    word::Word,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub id: RunId,
    pub source: SourceId,
    pub mode: RunMode,
    pub trigger: Trigger,
    /// The name of the person or token that asked.
    pub requested_by: Option<String>,
    pub state: RunState,
    pub progress: Progress,
    /// Requests made to the source.
    pub requests: u32,
    /// How many the source said were left of the hour's, if it said so.
    pub left_this_hour: Option<u32>,
    /// Devices seen.
    pub devices: u32,
    /// For a preview the planned ones.
    pub counts: Counts,
    pub conflicts: u32,
    pub skipped: u32,
    pub notes: u32,
    /// Why not all of the source was seen; `None` when all of it was, or nobody knows yet.
    pub coverage: Option<String>,
    pub error: Option<String>,
    pub queued_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    /// The process that holds an open run, and until when.
    pub lease_owner: Option<String>,
    pub lease_until: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunMode {
    Apply,
    Preview,
}

/// What made a run begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    Schedule,
    Person,
    Api,
    Command,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    Queued,
    Running,
    Previewed,
    Applied,
    /// Not all of the source was seen: nothing was taken away.
    Partial,
    Failed,
    NeedsReview,
    Rejected,
    Superseded,
    Undone,
}

impl RunState {
    pub const fn as_str(self) -> &'static str {
        match self {
            RunState::Queued => "queued",
            RunState::Running => "running",
            RunState::Previewed => "previewed",
            RunState::Applied => "applied",
            RunState::Partial => "partial",
            RunState::Failed => "failed",
            RunState::NeedsReview => "needs_review",
            RunState::Rejected => "rejected",
            RunState::Superseded => "superseded",
            RunState::Undone => "undone",
        }
    }

    /// Some process is at it, or soon will be.
    pub const fn is_open(self) -> bool {
        matches!(self, RunState::Queued | RunState::Running)
    }
}

const SELECT: &str = "SELECT id, source_id, mode, occasion, requested_by, state, \
           progress_pages, progress_devices, requests, devices, counts, conflicts, skipped, \
           notes, coverage, error, queued_at, started_at, finished_at, lease_owner, lease_until, \
           left_this_hour \
    FROM runs \
    WHERE tenant_id = ";

pub fn find(tx: &mut Tx<'_>, id: RunId) -> Result<Option<Run>, StoreError> {
    let tenant = tx.tenant();
    tx.find(sql! { const SELECT, tenant, " AND id = ", id }, read)
}

/// Of one source or of all, newest first; the next page is `before` the last of this one.
pub fn list(
    tx: &mut Tx<'_>,
    source: Option<SourceId>,
    before: Option<RunId>,
    limit: u32,
) -> Result<Vec<Run>, StoreError> {
    list_since(tx, source, None, before, limit)
}

/// The same, of those alone that changed at that time or later.
pub fn list_since(
    tx: &mut Tx<'_>,
    source: Option<SourceId>,
    since: Option<Timestamp>,
    before: Option<RunId>,
    limit: u32,
) -> Result<Vec<Run>, StoreError> {
    let tenant = tx.tenant();
    let mut query = sql! { const SELECT, tenant };
    if let Some(since) = since {
        sql! { query => " AND updated_at >= ", since };
    }
    if let Some(source) = source {
        sql! { query => " AND source_id = ", source };
    }
    if let Some(before) = before {
        sql! { query => " AND id < ", before };
    }
    sql! { query => " ORDER BY id DESC LIMIT ", limit };
    tx.all(query, read)
}

/// How many a source has had, or of those how many changed at that time or later.
pub fn count(
    tx: &mut Tx<'_>,
    source: SourceId,
    since: Option<Timestamp>,
) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    let mut query = sql! {
        "SELECT count(*) FROM runs WHERE tenant_id = ", tenant, " AND source_id = ", source
    };
    if let Some(since) = since {
        sql! { query => " AND updated_at >= ", since };
    }
    tx.one(query, |row| row.next())
}

/// The newest of a source, open or not.
pub fn latest(tx: &mut Tx<'_>, source: SourceId) -> Result<Option<Run>, StoreError> {
    Ok(list(tx, Some(source), None, 1)?.pop())
}

/// Plans that wait for a person, newest first.
pub fn awaiting_review(tx: &mut Tx<'_>) -> Result<Vec<Run>, StoreError> {
    let tenant = tx.tenant();
    tx.all(sql! { const SELECT, tenant, " AND state = 'needs_review' ORDER BY id DESC" }, read)
}

/// The newest run of a source that waits for a person.
pub fn held(tx: &mut Tx<'_>, source: SourceId) -> Result<Option<Run>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            const SELECT, tenant, " AND state = 'needs_review' AND source_id = ", source,
            " ORDER BY id DESC LIMIT 1"
        },
        read,
    )
}

/// What an older run of the source left for review is overtaken; answers how many were.
pub fn supersede(
    tx: &mut Tx<'_>,
    source: SourceId,
    except: RunId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "UPDATE runs SET state = 'superseded', updated_at = ", now, " \
         WHERE tenant_id = ", tenant, " AND source_id = ", source,
        " AND state = 'needs_review' AND id <> ", except
    })
}

/// `false`, and nothing happens, when the run is not in the state it is thought to be in.
pub fn set_state(
    tx: &mut Tx<'_>,
    id: RunId,
    from: RunState,
    to: RunState,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE runs SET state = ", Word(to), ", updated_at = ", now,
        " WHERE tenant_id = ", tenant, " AND id = ", id, " AND state = ", Word(from)
    })?;
    Ok(touched > 0)
}

fn read(row: &mut Row<'_>) -> Result<Run, StoreError> {
    Ok(Run {
        id: row.next()?,
        source: row.next()?,
        mode: row.next::<Word<_>>()?.0,
        trigger: row.next::<Word<_>>()?.0,
        requested_by: row.next()?,
        state: row.next::<Word<_>>()?.0,
        progress: Progress { pages: row.next()?, devices: row.next()? },
        requests: row.next()?,
        devices: row.next()?,
        counts: row.next::<Json<_>>()?.0,
        conflicts: row.next()?,
        skipped: row.next()?,
        notes: row.next()?,
        coverage: row.next()?,
        error: row.next()?,
        queued_at: row.next()?,
        started_at: row.next()?,
        finished_at: row.next()?,
        lease_owner: row.next()?,
        lease_until: row.next()?,
        left_this_hour: row.next()?,
    })
}
