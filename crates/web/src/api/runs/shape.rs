//! A run as it is answered.

use app::runs::{Mode, Run, Trigger};
use reconcile::plan::Counts;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::words;

/// One attempt to sync a source.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Run)]
pub struct RunShape {
    #[schema(example = "run_0HZX4K9Q2M7RA")]
    pub id: String,
    pub source: String,
    #[schema(schema_with = words::modes)]
    pub mode: Mode,
    /// What made it begin.
    #[schema(schema_with = words::triggers)]
    pub trigger: Trigger,
    /// Who asked, by name.
    pub requested_by: Option<String>,
    #[schema(schema_with = words::states)]
    pub state: &'static str,
    pub progress: ProgressShape,
    /// Requests made to the source.
    pub requests: u32,
    /// How many of the hour's requests the source said were left, where it says so.
    pub left_this_hour: Option<u32>,
    /// Devices seen.
    pub devices: u32,
    /// For a preview and a held plan the planned ones.
    pub changes: CountsShape,
    pub conflicts: u32,
    pub skipped: u32,
    pub notes: u32,
    /// Why not all of the source was seen.
    pub coverage: Option<String>,
    /// Why the plan was held; only on the run itself, not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubts: Option<Vec<String>>,
    pub queued_at: String,
    pub started_at: Option<String>,
    pub finished_at: Option<String>,
    pub error: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Progress)]
pub struct ProgressShape {
    pages: u32,
    devices: u32,
}

/// How many assets were touched in each way.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Counts)]
pub struct CountsShape {
    created: u64,
    updated: u64,
    linked: u64,
    checked_out: u64,
    checked_in: u64,
}

impl RunShape {
    pub fn of(run: Run) -> Self {
        let Counts { created, updated, linked, checked_out, checked_in } = run.counts;
        RunShape {
            id: run.id.to_string(),
            source: run.source.to_string(),
            mode: run.mode,
            trigger: run.trigger,
            requested_by: run.requested_by,
            state: run.state.as_str(),
            progress: ProgressShape { pages: run.progress.pages, devices: run.progress.devices },
            requests: run.requests,
            left_this_hour: run.left_this_hour,
            devices: run.devices,
            changes: CountsShape { created, updated, linked, checked_out, checked_in },
            conflicts: run.conflicts,
            skipped: run.skipped,
            notes: run.notes,
            coverage: run.coverage,
            doubts: None,
            queued_at: run.queued_at.to_string(),
            started_at: run.started_at.map(|at| at.to_string()),
            finished_at: run.finished_at.map(|at| at.to_string()),
            error: run.error,
        }
    }
}
