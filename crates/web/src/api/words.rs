//! Closed lists of words, as the document tells them.

use app::alerts::Severity;
use app::runs::{ChangeKind, Mode, State, Trigger};
use domain::access::Role;
use domain::catalog::StatusKind;
use domain::fields::AppliesTo;
use domain::imports;
use reconcile::plan::{ConflictKind, Verdict};
use serde::Serialize;
use utoipa::openapi::schema::{Object, ObjectBuilder, Schema, Type};

pub fn roles() -> Schema {
    words(&Role::ALL)
}

pub fn status_kinds() -> Schema {
    words(&[StatusKind::Ready, StatusKind::Pending, StatusKind::Unavailable])
}

pub fn modes() -> Schema {
    words(&[Mode::Apply, Mode::Preview])
}

pub fn triggers() -> Schema {
    words(&[Trigger::Schedule, Trigger::Person, Trigger::Api, Trigger::Command])
}

pub fn states() -> Schema {
    words(&[
        State::Queued,
        State::Running,
        State::Previewed,
        State::Applied,
        State::Partial,
        State::Failed,
        State::NeedsReview,
        State::Rejected,
        State::Superseded,
        State::Undone,
    ])
}

pub fn bulk_actions() -> Schema {
    words(&["edit", "check_out", "check_in", "archive", "unarchive"])
}

pub fn bulk_states() -> Schema {
    use app::bulks::BulkState::{Applied, Applying, Failed, Preparing, Ready};
    words(&[Preparing, Ready, Applying, Applied, Failed])
}

pub fn import_kinds() -> Schema {
    words(&[AppliesTo::Assets, AppliesTo::Employees])
}

pub fn import_states() -> Schema {
    words(&imports::State::ALL)
}

pub fn import_verdicts() -> Schema {
    words(&imports::Verdict::ALL)
}

pub fn exporters() -> Schema {
    words(&imports::Exporter::ALL.map(imports::Exporter::as_str))
}

pub fn severities() -> Schema {
    words(&[Severity::Info, Severity::Warning, Severity::Danger])
}

pub fn change_kinds() -> Schema {
    words(&ChangeKind::ALL.map(ChangeKind::as_str))
}

pub fn verdicts() -> Schema {
    words(&[
        Verdict::Matched,
        Verdict::Unmatched,
        Verdict::Ambiguous,
        Verdict::Contradicted,
        Verdict::Duplicated,
        Verdict::Absent,
        Verdict::Awaiting,
    ])
}

pub fn conflict_kinds() -> Schema {
    words(&[
        ConflictKind::AmbiguousMatch,
        ConflictKind::ContradictedMatch,
        ConflictKind::DuplicateSerial,
        ConflictKind::TagTaken,
        ConflictKind::ReviewMatch,
        ConflictKind::ReviewNoMatch,
        ConflictKind::ArchivedMatch,
        ConflictKind::FieldMoved,
        ConflictKind::Suggestion,
    ])
}

/// An employee, a location or another asset, by kind and id.
pub fn custodian() -> Schema {
    let kinds = words(&["employee", "location", "asset"]);
    let id = Object::with_type(Type::String);
    let whole = ObjectBuilder::new().property("kind", kinds).property("id", id);
    whole.required("kind").required("id").into()
}

fn words<T: Serialize>(words: &[T]) -> Schema {
    let text = |word: &T| serde_json::to_value(word).expect("words are plain text");
    let words: Vec<_> = words.iter().map(text).collect();
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
}
