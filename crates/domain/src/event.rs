//! Events: what happened, to what, by whom and why. Append-only; the ledger of the tables.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::actor::{Actor, Cause};
use crate::field::Field;
use crate::id::{AssetId, EmployeeId, EventId, SourceId};

/// What happened. A closed list; the words are the domain's own verbs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Created,
    Updated,
    Linked,
    Relinked,
    Unlinked,
    CheckedOut,
    CheckedIn,
    Archived,
    Unarchived,
    Deleted,
}

impl Action {
    pub const ALL: [Action; 10] = [
        Action::Created,
        Action::Updated,
        Action::Linked,
        Action::Relinked,
        Action::Unlinked,
        Action::CheckedOut,
        Action::CheckedIn,
        Action::Archived,
        Action::Unarchived,
        Action::Deleted,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Action::Created => "created",
            Action::Updated => "updated",
            Action::Linked => "linked",
            Action::Relinked => "relinked",
            Action::Unlinked => "unlinked",
            Action::CheckedOut => "checked_out",
            Action::CheckedIn => "checked_in",
            Action::Archived => "archived",
            Action::Unarchived => "unarchived",
            Action::Deleted => "deleted",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Action::ALL.into_iter().find(|action| action.as_str() == text)
    }
}

/// One field's step from one value to another; `null` is blank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    pub field: Field,
    pub before: Value,
    pub after: Value,
}

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Subject {
    Asset(AssetId),
    Employee(EmployeeId),
    Source(SourceId),
}

/// One entry of the ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub id: EventId,
    pub at: Timestamp,
    pub actor: Actor,
    pub subject: Subject,
    pub action: Action,
    /// A creation carries every field that was set; `before` is `null` there.
    pub changes: Vec<FieldChange>,
    pub cause: Cause,
    /// Why, in a sentence a person can read; from the plan's reason or the person's note.
    pub note: Option<String>,
}
