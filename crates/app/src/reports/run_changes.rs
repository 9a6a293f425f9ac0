//! What a run's plan would do or did, as its page groups it: a row for each asset and kind of change.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::id::RunId;
use store::plans::{self, ChangeKind, KeptChange};
use store::{Tx, runs};

use super::{Cell, Column, Report, Rows, Table, behind, failed, place};
use crate::names::{self, Names};
use crate::refusal::Refusal;
use crate::runs::steps;
use crate::words;

#[derive(Debug, Clone, Copy)]
pub struct RunChanges {
    pub run: RunId,
    /// Of this kind alone.
    pub kind: Option<ChangeKind>,
}

struct ChangeTable {
    asked: RunChanges,
    /// Names of what the plan makes itself.
    made: BTreeMap<String, String>,
    columns: Vec<Column>,
}

impl Report for RunChanges {
    fn title(&self) -> &'static str {
        "Changes of a run"
    }

    fn open(&self, tx: &mut Tx<'_>) -> Result<Arc<dyn Table>, Refusal> {
        runs::find(tx, self.run)?.ok_or_else(|| Refusal::not_found("run", self.run))?;
        let columns = Column::all(&[
            ("tag", "Asset tag", 18),
            ("serial", "Serial", 18),
            ("device_id", "Device ID", 38),
            ("kind", "Change", 12),
            ("changes", "What moves", 60),
            ("reason", "Why", 60),
            ("asset", "Asset ID", 18),
        ]);
        let made = names::made_by(tx, self.run)?;
        Ok(Arc::new(ChangeTable { asked: *self, made, columns }))
    }
}

impl Table for ChangeTable {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn page(&self, tx: &mut Tx<'_>, at: Option<&str>, limit: usize) -> Result<Rows, Refusal> {
        let after = place(at, |at| at.parse::<u32>().ok())?;
        // One asset may have a row of each kind.
        let assets = (limit / ChangeKind::ALL.len()).max(1);
        let (RunChanges { run, kind }, most) = (self.asked, u32::try_from(assets));
        let most = most.unwrap_or(u32::MAX);
        let found = plans::changes(tx, run, kind, after, most).map_err(failed)?;
        let names = names::read_over(tx, self.made.clone(), &steps::wanted(&found));
        let names = names.map_err(failed)?;
        let kinds = ChangeKind::ALL.into_iter().filter(|one| kind.is_none_or(|kind| kind == *one));
        let kinds: Vec<ChangeKind> = kinds.collect();
        let rows = found.iter().flat_map(|kept| kinds.iter().map(move |kind| (kept, *kind)));
        Ok(Rows {
            items: rows.filter_map(|(kept, kind)| row(kept, kind, &names)).collect(),
            next: behind(&found, assets, |kept| kept.position.to_string()),
            ..Rows::default()
        })
    }
}

/// Nothing where nothing of this kind happens to it.
fn row(kept: &KeptChange, kind: ChangeKind, names: &Names) -> Option<Vec<Cell>> {
    let change = &kept.change;
    let of_kind = |step: &&reconcile::plan::Step| ChangeKind::of(step) == kind;
    let own: Vec<_> = change.steps.iter().filter(of_kind).collect();
    if own.is_empty() {
        return None;
    }
    let moved: Vec<String> = own
        .iter()
        .flat_map(|step| steps::told(step, change.asset, names))
        .map(|told| words::line(&told))
        .collect();
    let reasons: BTreeSet<String> = own.iter().flat_map(|step| steps::why(step)).collect();
    Some(vec![
        Cell::Text(change.tag.clone()),
        Cell::text(steps::serial(change, own.iter().copied())),
        Cell::Text(change.device_id.to_string()),
        Cell::Text(kind.as_str().replace('_', " ")),
        Cell::text(Some(moved.join("; "))),
        Cell::text(Some(reasons.into_iter().collect::<Vec<_>>().join(" "))),
        Cell::Text(change.asset.to_string()),
    ])
}
