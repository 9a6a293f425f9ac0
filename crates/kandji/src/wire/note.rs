//! What was odd about the rows of a list: kept for people, never a reason to stop.

use std::fmt;

use super::fields::Fields;
use super::page::Page;

/// One oddity, with the row it was met in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Position in the whole list, from 0.
    pub row: usize,
    /// Whose row it is, as far as that could be read.
    pub id: Option<String>,
    pub reason: String,
    /// The row could not be read at all, so nobody knows whose it was.
    pub lost: bool,
}

/// The notes of one list, filed under the row being read.
#[derive(Debug, Default)]
pub struct Notes {
    kept: Vec<Note>,
    row: usize,
    id: Option<String>,
}

impl Notes {
    /// From here on notes belong to this row.
    pub(crate) fn turn_to(&mut self, row: usize) {
        self.row = row;
        self.id = None;
    }

    pub(crate) fn name(&mut self, id: &str) {
        self.id = Some(id.to_owned());
    }

    pub(crate) fn odd(&mut self, reason: String) {
        self.kept.push(Note { row: self.row, id: self.id.clone(), reason, lost: false });
    }

    pub(crate) fn lost(&mut self, reason: String) {
        self.kept.push(Note { row: self.row, id: self.id.clone(), reason, lost: true });
    }

    pub fn into_vec(self) -> Vec<Note> {
        self.kept
    }

    pub fn as_slice(&self) -> &[Note] {
        &self.kept
    }
}

/// Reads every row of a page that is an object with an id; the others become notes.
pub(crate) fn read_rows<T>(
    page: &Page,
    first: usize,
    notes: &mut Notes,
    key: &str,
    read: impl Fn(&Fields<'_>, String, &mut Notes) -> T,
) -> Vec<T> {
    let rows = page.iter().enumerate();
    rows.filter_map(|(at, raw)| {
        notes.turn_to(first + at);
        let fields =
            Fields::parse(raw.get()).map_err(|reason| notes.lost(reason.to_owned())).ok()?;
        let id = fields.id(key, notes)?;
        notes.name(&id);
        Some(read(&fields, id, notes))
    })
    .collect()
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.id {
            Some(id) => write!(f, "row {} ({id}): {}", self.row + 1, self.reason),
            None => write!(f, "row {}: {}", self.row + 1, self.reason),
        }
    }
}
