//! Imports: rows of somebody's sheet become a plan for the register, row by row, before anything is
//! done. A function of the rows, of what is known, and of what the person chose.

pub mod assets;
pub mod guess;
mod locations;
pub mod mapping;
pub mod people;
mod pool;
mod row;
pub mod target;
pub mod values;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use self::guess::{Exporter, Guess};
pub use self::mapping::Mapping;
pub use self::pool::New;
pub use self::target::Target;
use crate::event::FieldChange;
use crate::id::{AssetId, EmployeeId};
use crate::person::Employee;
use crate::{Action, Asset};

/// A row of a sheet, and where it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub line: u32,
    pub cells: Vec<String>,
}

/// Where an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Read; nobody has said yet what the columns mean.
    Uploaded,
    Planned,
    Applied,
    Undone,
}

impl State {
    pub const ALL: [State; 4] = [State::Uploaded, State::Planned, State::Applied, State::Undone];

    pub const fn as_str(self) -> &'static str {
        match self {
            State::Uploaded => "uploaded",
            State::Planned => "planned",
            State::Applied => "applied",
            State::Undone => "undone",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        State::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Fault,
    Create,
    Change,
    Skip,
    /// Planned, but something had changed when it was to be done; left alone whole.
    Stale,
}

impl Verdict {
    pub const ALL: [Verdict; 5] =
        [Verdict::Fault, Verdict::Create, Verdict::Change, Verdict::Skip, Verdict::Stale];

    pub const fn as_str(self) -> &'static str {
        match self {
            Verdict::Fault => "fault",
            Verdict::Create => "create",
            Verdict::Change => "change",
            Verdict::Skip => "skip",
            Verdict::Stale => "stale",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Verdict::ALL.into_iter().find(|verdict| verdict.as_str() == text)
    }
}

/// How many rows there are of each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub create: u32,
    pub change: u32,
    pub skip: u32,
    pub fault: u32,
    #[serde(default)]
    pub stale: u32,
    /// Rows of any verdict that carry a warning.
    #[serde(default)]
    pub warned: u32,
}

impl Counts {
    pub fn of(rows: &[PlannedRow]) -> Self {
        let count = |verdict| {
            let found = rows.iter().filter(|row| row.verdict() == verdict).count();
            u32::try_from(found).unwrap_or(u32::MAX)
        };
        Counts {
            create: count(Verdict::Create),
            change: count(Verdict::Change),
            skip: count(Verdict::Skip),
            fault: count(Verdict::Fault),
            stale: 0,
            warned: u32::try_from(rows.iter().filter(|row| !row.warnings.is_empty()).count())
                .unwrap_or(u32::MAX),
        }
    }

    pub const fn get(&self, verdict: Verdict) -> u32 {
        match verdict {
            Verdict::Fault => self.fault,
            Verdict::Create => self.create,
            Verdict::Change => self.change,
            Verdict::Skip => self.skip,
            Verdict::Stale => self.stale,
        }
    }

    /// Whether applying it would do anything.
    pub const fn any(&self) -> bool {
        self.create + self.change > 0
    }
}

/// One event that a row leads to, with what it sets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub action: Action,
    pub changes: Vec<FieldChange>,
}

/// What is wrong with a row, or odd: where, and what would mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The column's name in the file; none where it is about the row.
    pub column: Option<String>,
    pub value: String,
    pub detail: String,
}

/// Whether the way up from `here` comes by `wanted`; a ring of old has no end.
fn leads_to<T: Copy + Ord>(here: Option<T>, wanted: T, above: impl Fn(T) -> Option<T>) -> bool {
    let (mut next, mut seen) = (here, BTreeSet::new());
    while let Some(here) = next.filter(|here| seen.insert(*here)) {
        if here == wanted {
            return true;
        }
        next = above(here);
    }
    false
}

impl Fault {
    /// Whether it would not be one if the import made what is missing; its hint says so.
    pub fn is_of_something_missing(&self) -> bool {
        self.detail.ends_with(pool::MAKE_IT) || self.detail.ends_with(assets::MAKE_THEM)
    }
}

/// What a row comes to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "intent", rename_all = "snake_case")]
pub enum Intent {
    CreateAsset {
        asset: Box<Asset>,
        steps: Vec<Step>,
    },
    ChangeAsset {
        id: AssetId,
        tag: String,
        version: i64,
        steps: Vec<Step>,
    },
    SkipAsset {
        id: AssetId,
        tag: String,
    },
    CreateEmployee {
        employee: Box<Employee>,
    },
    ChangeEmployee {
        before: Box<Employee>,
        after: Box<Employee>,
    },
    SkipEmployee {
        id: EmployeeId,
        name: String,
    },
    /// Nothing has this key, and the person asked for no new ones.
    LeftOut,
    Fault {
        faults: Vec<Fault>,
    },
}

/// A row of the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedRow {
    pub line: u32,
    /// The cell by which it is known, as it was written.
    pub key: String,
    #[serde(flatten)]
    pub intent: Intent,
    /// What somebody should know before it is done; it is done all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Fault>,
}

impl PlannedRow {
    /// What is wrong with it.
    pub fn faults(&self) -> &[Fault] {
        match &self.intent {
            Intent::Fault { faults } => faults,
            _ => &[],
        }
    }

    pub const fn verdict(&self) -> Verdict {
        match self.intent {
            Intent::CreateAsset { .. } | Intent::CreateEmployee { .. } => Verdict::Create,
            Intent::ChangeAsset { .. } | Intent::ChangeEmployee { .. } => Verdict::Change,
            Intent::SkipAsset { .. } | Intent::SkipEmployee { .. } | Intent::LeftOut => {
                Verdict::Skip
            }
            Intent::Fault { .. } => Verdict::Fault,
        }
    }
}

/// What an import would do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    pub rows: Vec<PlannedRow>,
    /// What rows name and nobody has made.
    pub new: New,
}
