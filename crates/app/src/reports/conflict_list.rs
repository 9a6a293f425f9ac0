//! The questions that wait for an answer, oldest first, as their page lists them.

use std::sync::Arc;

use domain::Timestamp;
use domain::id::ConflictId;
use reconcile::explain;
use store::Tx;
use store::conflicts::{self, ConflictRow};

use super::{Cell, Column, Report, Rows, Table, behind, failed, place};
use crate::names::{self, Names, Wanted};
use crate::questions::asked;
use crate::refusal::Refusal;

#[derive(Debug, Clone, Copy, Default)]
pub struct ConflictList {
    /// None that changed before.
    pub since: Option<Timestamp>,
}

struct ConflictTable {
    since: Option<Timestamp>,
    columns: Vec<Column>,
}

impl Report for ConflictList {
    fn title(&self) -> &'static str {
        "Conflicts"
    }

    fn open(&self, _: &mut Tx<'_>) -> Result<Arc<dyn Table>, Refusal> {
        let columns = Column::all(&[
            ("question", "Question", 32),
            ("serial", "Serial", 18),
            ("name", "Name", 24),
            ("reason", "Why", 60),
            ("candidates", "May be", 32),
            ("raised_at", "Since", 19),
            ("source", "Source", 20),
            ("device_id", "Device ID", 38),
            ("id", "Conflict ID", 18),
        ]);
        Ok(Arc::new(ConflictTable { since: self.since, columns }))
    }
}

impl Table for ConflictTable {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn page(&self, tx: &mut Tx<'_>, at: Option<&str>, limit: usize) -> Result<Rows, Refusal> {
        let after = place(at, |at| at.parse::<ConflictId>().ok())?;
        let most = u32::try_from(limit).unwrap_or(u32::MAX);
        let found = conflicts::open_since(tx, self.since, after, most).map_err(failed)?;
        let mut wanted = Wanted::default();
        found.iter().flat_map(|row| &row.candidates).for_each(|asset| wanted.id(asset));
        let names = names::read(tx, &wanted).map_err(failed)?;
        let next = behind(&found, limit, |row| row.id.to_string());
        let items = found.into_iter().map(|found| row(found, &names)).collect();
        Ok(Rows { items, next, ..Rows::default() })
    }
}

fn row(row: ConflictRow, names: &Names) -> Vec<Cell> {
    let candidates: Vec<String> =
        row.candidates.iter().map(|asset| names.called(&asset.to_string()).to_owned()).collect();
    vec![
        Cell::Text(asked(row.kind).to_owned()),
        Cell::text(row.serial),
        Cell::text(row.name),
        Cell::Text(explain::sentence(&row.reason)),
        Cell::text(Some(candidates.join(", "))),
        Cell::Moment(row.raised_at),
        Cell::Text(row.source_name),
        Cell::Text(row.device_id.to_string()),
        Cell::Text(row.id.to_string()),
    ]
}
