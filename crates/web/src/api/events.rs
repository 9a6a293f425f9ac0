//! Events, as histories tell them.

use domain::Event;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// What happened once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventShape {
    #[schema(example = "evt_0HZX4K9Q2M7RA")]
    id: String,
    at: String,
    actor: ActorShape,
    #[schema(example = "checked_out")]
    action: &'static str,
    changes: Vec<FieldChangeShape>,
    cause: CauseShape,
    /// Why, in a sentence.
    note: Option<String>,
}

/// Who did it; the name as it was then.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Actor)]
pub struct ActorShape {
    /// `user`, `token`, `run`, `import` or `system`.
    kind: &'static str,
    id: Option<String>,
    name: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FieldChange)]
pub struct FieldChangeShape {
    field: String,
    before: Value,
    after: Value,
}

/// On what occasion.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cause)]
pub struct CauseShape {
    /// `request`, `run`, `undo`, …
    kind: String,
    id: Option<String>,
}

impl EventShape {
    pub fn of(event: Event) -> Self {
        let changes = event.changes.into_iter().map(|change| FieldChangeShape {
            field: change.field.to_string(),
            before: change.before,
            after: change.after,
        });
        let (actor, cause) = (event.actor, event.cause);
        EventShape {
            id: event.id.to_string(),
            at: event.at.to_string(),
            actor: ActorShape { kind: actor.kind.as_str(), id: actor.id, name: actor.name },
            action: event.action.as_str(),
            changes: changes.collect(),
            cause: CauseShape { kind: cause.kind, id: cause.id },
            note: event.note,
        }
    }
}
