//! One row being read: what its cells say, and what is wrong with them.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::locations::Locations;
use super::pool::Pool;
use super::target::Target;
use super::{Fault, Intent, Line, PlannedRow, values};
use crate::id::{Id, LocationId, Noun};
use crate::{Mint, Timestamp};

/// Where each field stands in a row.
pub(super) type Places = BTreeMap<Target, usize>;

/// What planning needs besides rows and knowledge: where fields stand, ids for what is new.
#[derive(Clone, Copy)]
pub(super) struct Desk<'a> {
    pub head: &'a [String],
    pub places: &'a Places,
    pub day_first: bool,
    pub mint: &'a Mint,
    pub at: Timestamp,
}

impl Desk<'_> {
    /// Something about a cell of this line.
    pub fn note(&self, line: &Line, target: &Target, detail: String) -> Fault {
        let at = self.places.get(target).copied();
        let column = at.and_then(|at| self.head.get(at)).cloned();
        let value = at.and_then(|at| line.cells.get(at)).map_or("", String::as_str);
        Fault { column, value: value.trim().chars().take(200).collect(), detail }
    }
}

pub(super) struct Reading<'a> {
    pub desk: Desk<'a>,
    pub line: &'a Line,
    pub faults: Vec<Fault>,
    pub warnings: Vec<Fault>,
}

impl<'a> Reading<'a> {
    pub fn new(desk: Desk<'a>, line: &'a Line) -> Self {
        Reading { desk, line, faults: Vec::new(), warnings: Vec::new() }
    }

    /// What the cell says; nothing where it is blank or has no column.
    pub fn get(&self, target: &Target) -> Option<&'a str> {
        let text = self.line.cells.get(*self.desk.places.get(target)?)?.trim();
        Some(text).filter(|text| !text.is_empty())
    }

    pub fn fault(&mut self, target: &Target, detail: impl Into<String>) {
        self.faults.push(self.desk.note(self.line, target, detail.into()));
    }

    /// Odd, and done all the same.
    pub fn warn(&mut self, target: &Target, detail: String) {
        self.warnings.push(self.desk.note(self.line, target, detail));
    }

    pub fn date(&mut self, target: &Target) -> Option<Date> {
        let text = self.get(target)?;
        let date = values::date(text, self.desk.day_first);
        if date.is_none() {
            self.fault(target, format!("\"{text}\" is no date; hint: write it like 2026-09-01"));
        }
        date
    }

    pub fn yes_no(&mut self, target: &Target) -> Option<bool> {
        let text = self.get(target)?;
        let read = values::yes_no(text);
        if read.is_none() {
            self.fault(target, format!("\"{text}\" is neither yes nor no; hint: yes or no"));
        }
        read
    }

    pub fn text(&mut self, target: &Target, most: usize) -> Option<String> {
        let text = self.get(target)?;
        let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        if text.chars().any(odd) {
            self.fault(target, "it holds a control character; hint: type it anew");
            return None;
        }
        if text.chars().count() > most {
            self.fault(target, format!("it is too long; hint: {most} characters are the most"));
            return None;
        }
        Some(text.replace("\r\n", "\n"))
    }

    /// One line, as a person may write it; what is `held` already was taken once.
    pub fn line(&mut self, target: &Target, what: &str, held: Option<&str>) -> Option<String> {
        let text = self.get(target)?;
        if held != Some(text)
            && let Err(detail) = crate::asset::line(what, text)
        {
            self.fault(target, detail);
            return None;
        }
        Some(text.to_owned())
    }

    pub fn named<N: Noun>(&mut self, target: &Target, pool: &mut Pool<N>) -> Option<Id<N>> {
        let text = self.get(target)?;
        match pool.resolve(text, self.desk.mint, self.desk.at) {
            Ok(id) => Some(id),
            Err(detail) => {
                self.fault(target, detail);
                None
            }
        }
    }

    pub fn place(&mut self, target: &Target, places: &mut Locations) -> Option<LocationId> {
        let text = self.get(target)?;
        match places.resolve(text, self.desk.mint, self.desk.at) {
            Ok(id) => Some(id),
            Err(detail) => {
                self.fault(target, detail);
                None
            }
        }
    }

    /// The row as it is planned: its intent, unless something was wrong.
    pub fn planned(self, key: &Target, intent: Intent) -> PlannedRow {
        let written = self.get(key).unwrap_or_default().chars().take(200).collect();
        let (faults, mut warnings) = (self.faults, self.warnings);
        let intent = if faults.is_empty() {
            intent
        } else {
            warnings.clear();
            Intent::Fault { faults }
        };
        PlannedRow { line: self.line.line, key: written, intent, warnings }
    }
}
