//! Activity as a table: an event a row, with what moved in words.

use std::sync::Arc;

use domain::{Event, Field, FieldChange};
use serde_json::Value;
use store::Tx;
use store::events::{EventFilter, activity};

use super::{Cell, Column, Report, Rows, Table, failed, place};
use crate::names::{Names, Wanted, read};
use crate::refusal::Refusal;
use crate::words;

#[derive(Debug, Clone)]
pub struct ActivityReport {
    pub filter: EventFilter,
}

struct ActivityTable {
    filter: EventFilter,
    columns: Vec<Column>,
}

impl Report for ActivityReport {
    fn title(&self) -> &'static str {
        "Activity"
    }

    fn open(&self, _: &mut Tx<'_>) -> Result<Arc<dyn Table>, Refusal> {
        let columns = Column::all(&[
            ("at", "When", 19),
            ("actor", "Who", 24),
            ("actor_kind", "Who is", 10),
            ("action", "Did", 14),
            ("subject_kind", "To a", 14),
            ("subject", "Called", 28),
            ("changes", "What moved", 60),
            ("note", "Why", 40),
            ("cause_kind", "Cause", 10),
            ("cause", "Cause ID", 18),
            ("subject_id", "ID", 18),
            ("id", "Event ID", 18),
        ]);
        Ok(Arc::new(ActivityTable { filter: self.filter.clone(), columns }))
    }
}

impl Table for ActivityTable {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn page(&self, tx: &mut Tx<'_>, at: Option<&str>, limit: usize) -> Result<Rows, Refusal> {
        let below = place(at, |at| at.parse::<i64>().ok())?;
        let part = activity::flat(tx, &self.filter, below, limit).map_err(failed)?;
        let mut wanted = Wanted::default();
        part.items.iter().for_each(|event| wanted.of_event(event));
        let names = read(tx, &wanted).map_err(failed)?;
        let items = part.items.into_iter().map(|event| row(event, &names)).collect();
        Ok(Rows { items, next: part.next.map(|next| next.to_string()), ..Rows::default() })
    }
}

fn row(event: Event, names: &Names) -> Vec<Cell> {
    let moved = words::told(&event.changes, event.subject.into(), names);
    let moved: Vec<String> = moved.iter().map(words::line).collect();
    vec![
        Cell::Moment(event.at),
        Cell::text(Some(event.actor.name.clone())),
        Cell::text(Some(event.actor.kind.as_str().to_owned())),
        Cell::text(Some(event.action.as_str().replace('_', " "))),
        Cell::text(Some(event.subject.kind().to_owned())),
        Cell::text(Some(called(&event, names))),
        Cell::text(Some(moved.join("; "))),
        Cell::text(event.note.clone()),
        Cell::text(Some(event.cause.kind.clone())),
        Cell::text(event.cause.id.clone()),
        Cell::text(Some(event.subject.id())),
        Cell::text(Some(event.id.to_string())),
    ]
}

/// What it is called, or was when it still was there.
pub fn called(event: &Event, names: &Names) -> String {
    if let Some(name) = names.get(&event.subject.id()) {
        return name.to_owned();
    }
    let own = |field: &Field| event.changes.iter().find(|change| change.field == *field);
    let said = [Field::Tag, Field::Name].iter().find_map(own);
    let side = |change: &FieldChange| match (&change.after, &change.before) {
        (Value::String(name), _) | (_, Value::String(name)) => Some(name.clone()),
        _ => None,
    };
    said.and_then(side).unwrap_or_else(|| format!("a {} that is gone", event.subject.kind()))
}
