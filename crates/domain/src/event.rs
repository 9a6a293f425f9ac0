//! Events: what happened, to what, by whom and why. Append-only; the ledger of the tables.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::actor::{Actor, Cause};
use crate::custody::Custodian;
use crate::field::Field;
use crate::id::{
    AssetId, CategoryId, DepartmentId, EmployeeId, EventId, FieldId, LocationId, ManufacturerId,
    ProductId, SourceId, StatusId, SupplierId, TenantId, TokenId, UserId, WebhookId,
};

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
    /// Another of its kind was merged into it.
    Merged,
    Deleted,
    /// Somebody stood before it, and maybe said where.
    Seen,
    /// Somebody wrote something down about it; the note says what.
    Noted,
    /// A file was added; the note is its name.
    Attached,
    /// A file was taken away.
    Detached,
}

impl Action {
    pub const ALL: [Action; 15] = [
        Action::Created,
        Action::Updated,
        Action::Linked,
        Action::Relinked,
        Action::Unlinked,
        Action::CheckedOut,
        Action::CheckedIn,
        Action::Archived,
        Action::Unarchived,
        Action::Merged,
        Action::Deleted,
        Action::Seen,
        Action::Noted,
        Action::Attached,
        Action::Detached,
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
            Action::Merged => "merged",
            Action::Deleted => "deleted",
            Action::Seen => "seen",
            Action::Noted => "noted",
            Action::Attached => "attached",
            Action::Detached => "detached",
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Subject {
    Asset(AssetId),
    Employee(EmployeeId),
    Source(SourceId),
    Product(ProductId),
    Category(CategoryId),
    Manufacturer(ManufacturerId),
    Supplier(SupplierId),
    Status(StatusId),
    Location(LocationId),
    Department(DepartmentId),
    Field(FieldId),
    User(UserId),
    Token(TokenId),
    Webhook(WebhookId),
    /// What the tenant settled about itself.
    Company(TenantId),
}

impl Subject {
    /// Every kind of thing that events are about.
    pub const KINDS: [&'static str; 15] = [
        "asset",
        "employee",
        "source",
        "product",
        "category",
        "manufacturer",
        "supplier",
        "status",
        "location",
        "department",
        "field",
        "user",
        "token",
        "webhook",
        "company",
    ];

    /// The kind of this name; `None` where nothing is called so.
    pub fn kind_named(text: &str) -> Option<&'static str> {
        Subject::KINDS.into_iter().find(|kind| *kind == text)
    }

    /// What an id stands for: `ast_…`, `emp_…`.
    pub fn parse(text: &str) -> Option<Self> {
        let all = [
            text.parse().map(Subject::Asset).ok(),
            text.parse().map(Subject::Employee).ok(),
            text.parse().map(Subject::Source).ok(),
            text.parse().map(Subject::Product).ok(),
            text.parse().map(Subject::Category).ok(),
            text.parse().map(Subject::Manufacturer).ok(),
            text.parse().map(Subject::Supplier).ok(),
            text.parse().map(Subject::Status).ok(),
            text.parse().map(Subject::Location).ok(),
            text.parse().map(Subject::Department).ok(),
            text.parse().map(Subject::Field).ok(),
            text.parse().map(Subject::User).ok(),
            text.parse().map(Subject::Token).ok(),
            text.parse().map(Subject::Webhook).ok(),
            text.parse().map(Subject::Company).ok(),
        ];
        all.into_iter().flatten().next()
    }

    pub const fn kind(self) -> &'static str {
        match self {
            Subject::Asset(_) => "asset",
            Subject::Employee(_) => "employee",
            Subject::Source(_) => "source",
            Subject::Product(_) => "product",
            Subject::Category(_) => "category",
            Subject::Manufacturer(_) => "manufacturer",
            Subject::Supplier(_) => "supplier",
            Subject::Status(_) => "status",
            Subject::Location(_) => "location",
            Subject::Department(_) => "department",
            Subject::Field(_) => "field",
            Subject::User(_) => "user",
            Subject::Token(_) => "token",
            Subject::Webhook(_) => "webhook",
            Subject::Company(_) => "company",
        }
    }

    pub const fn number(self) -> i64 {
        match self {
            Subject::Asset(id) => id.number(),
            Subject::Employee(id) => id.number(),
            Subject::Source(id) => id.number(),
            Subject::Product(id) => id.number(),
            Subject::Category(id) => id.number(),
            Subject::Manufacturer(id) => id.number(),
            Subject::Supplier(id) => id.number(),
            Subject::Status(id) => id.number(),
            Subject::Location(id) => id.number(),
            Subject::Department(id) => id.number(),
            Subject::Field(id) => id.number(),
            Subject::User(id) => id.number(),
            Subject::Token(id) => id.number(),
            Subject::Webhook(id) => id.number(),
            Subject::Company(id) => id.number(),
        }
    }

    /// Rebuilds a subject from its stored parts; `None` for a kind this version does not know.
    pub fn from_parts(kind: &str, number: i64) -> Option<Self> {
        Some(match kind {
            "asset" => Subject::Asset(AssetId::new(number)),
            "employee" => Subject::Employee(EmployeeId::new(number)),
            "source" => Subject::Source(SourceId::new(number)),
            "product" => Subject::Product(ProductId::new(number)),
            "category" => Subject::Category(CategoryId::new(number)),
            "manufacturer" => Subject::Manufacturer(ManufacturerId::new(number)),
            "supplier" => Subject::Supplier(SupplierId::new(number)),
            "status" => Subject::Status(StatusId::new(number)),
            "location" => Subject::Location(LocationId::new(number)),
            "department" => Subject::Department(DepartmentId::new(number)),
            "field" => Subject::Field(FieldId::new(number)),
            "user" => Subject::User(UserId::new(number)),
            "token" => Subject::Token(TokenId::new(number)),
            "webhook" => Subject::Webhook(WebhookId::new(number)),
            "company" => Subject::Company(TenantId::new(number)),
            _ => return None,
        })
    }

    /// The id as people and programs see it.
    pub fn id(self) -> String {
        match self {
            Subject::Asset(id) => id.to_string(),
            Subject::Employee(id) => id.to_string(),
            Subject::Source(id) => id.to_string(),
            Subject::Product(id) => id.to_string(),
            Subject::Category(id) => id.to_string(),
            Subject::Manufacturer(id) => id.to_string(),
            Subject::Supplier(id) => id.to_string(),
            Subject::Status(id) => id.to_string(),
            Subject::Location(id) => id.to_string(),
            Subject::Department(id) => id.to_string(),
            Subject::Field(id) => id.to_string(),
            Subject::User(id) => id.to_string(),
            Subject::Token(id) => id.to_string(),
            Subject::Webhook(id) => id.to_string(),
            Subject::Company(id) => id.to_string(),
        }
    }
}

impl From<Custodian> for Subject {
    fn from(custodian: Custodian) -> Self {
        match custodian {
            Custodian::Employee(id) => Subject::Employee(id),
            Custodian::Location(id) => Subject::Location(id),
            Custodian::Asset(id) => Subject::Asset(id),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_known_by_its_kind_and_by_its_id() {
        for kind in Subject::KINDS {
            let subject = Subject::from_parts(kind, 7).unwrap();
            assert_eq!(subject.kind(), kind);
            assert_eq!(Subject::kind_named(kind), Some(kind));
            assert_eq!(Subject::parse(&subject.id()), Some(subject));
        }
        assert_eq!(
            (Subject::kind_named("moon"), Subject::parse("run_0000000000007")),
            (None, None)
        );
    }
}
