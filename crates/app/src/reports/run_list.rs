//! The runs of a source, newest first, as its page lists them and with all their counts.

use std::sync::Arc;

use domain::Timestamp;
use domain::id::{RunId, SourceId};
use reconcile::plan::Counts;
use store::runs::{self, Run};
use store::{Tx, sources};

use super::{Cell, Column, Report, Rows, Table, behind, failed, place, worded};
use crate::refusal::Refusal;

#[derive(Debug, Clone, Copy)]
pub struct RunList {
    pub source: SourceId,
    /// None that changed before.
    pub since: Option<Timestamp>,
}

struct RunTable {
    asked: RunList,
    columns: Vec<Column>,
}

impl Report for RunList {
    fn title(&self) -> &'static str {
        "Runs"
    }

    fn open(&self, tx: &mut Tx<'_>) -> Result<Arc<dyn Table>, Refusal> {
        let source = sources::find(tx, self.source)?;
        source.ok_or_else(|| Refusal::not_found("source", self.source))?;
        let columns = Column::all(&[
            ("queued_at", "Asked for", 19),
            ("started_at", "Started", 19),
            ("finished_at", "Ended", 19),
            ("state", "State", 14),
            ("mode", "Mode", 9),
            ("trigger", "Started by", 11),
            ("requested_by", "Asked by", 24),
            ("devices", "Devices", 9),
            ("created", "Created", 9),
            ("updated", "Updated", 9),
            ("linked", "Linked", 9),
            ("checked_out", "Checked out", 11),
            ("checked_in", "Checked in", 11),
            ("conflicts", "Conflicts", 9),
            ("skipped", "Left alone", 10),
            ("notes", "Odd rows", 9),
            ("requests", "Requests", 9),
            ("left_this_hour", "Left this hour", 13),
            ("coverage", "Not seen", 40),
            ("error", "Error", 40),
            ("id", "Run ID", 18),
        ]);
        Ok(Arc::new(RunTable { asked: *self, columns }))
    }
}

impl Table for RunTable {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn page(&self, tx: &mut Tx<'_>, at: Option<&str>, limit: usize) -> Result<Rows, Refusal> {
        let before = place(at, |at| at.parse::<RunId>().ok())?;
        let RunList { source, since } = self.asked;
        let most = u32::try_from(limit).unwrap_or(u32::MAX);
        let found = runs::list_since(tx, Some(source), since, before, most).map_err(failed)?;
        let next = behind(&found, limit, |run| run.id.to_string());
        Ok(Rows { items: found.into_iter().map(row).collect(), next, ..Rows::default() })
    }
}

fn row(run: Run) -> Vec<Cell> {
    let Counts { created, updated, linked, checked_out, checked_in } = run.counts;
    let many = |count: u64| Cell::Whole(i64::try_from(count).unwrap_or(i64::MAX));
    let few = |count: u32| Cell::Whole(count.into());
    vec![
        Cell::Moment(run.queued_at),
        Cell::moment(run.started_at),
        Cell::moment(run.finished_at),
        Cell::Text(run.state.as_str().replace('_', " ")),
        worded(run.mode),
        worded(run.trigger),
        Cell::text(run.requested_by),
        few(run.devices),
        many(created),
        many(updated),
        many(linked),
        many(checked_out),
        many(checked_in),
        few(run.conflicts),
        few(run.skipped),
        few(run.notes),
        few(run.requests),
        run.left_this_hour.map_or(Cell::Blank, few),
        Cell::text(run.coverage),
        Cell::text(run.error),
        Cell::Text(run.id.to_string()),
    ]
}
