//! What a webhook carries: events as the API tells them, in the order of the feed.

use domain::{Event, Timestamp};
use serde_json::{Value, json};

/// Events, with the position behind the last of them.
pub fn of_events(events: &[Event], position: i64, at: Timestamp) -> Value {
    let told: Vec<Value> = events.iter().map(event).collect();
    json!({
        "type": "events",
        "timestamp": at.to_string(),
        "next": position.to_string(),
        "events": told,
    })
}

/// What a test carries.
pub fn of_test(name: &str, at: Timestamp) -> Value {
    json!({
        "type": "test",
        "timestamp": at.to_string(),
        "webhook": name,
        "events": [],
    })
}

/// As `Event` stands in the API's document.
fn event(event: &Event) -> Value {
    let changes: Vec<Value> = event
        .changes
        .iter()
        .map(|change| {
            let field = change.field.to_string();
            json!({"field": field, "before": change.before, "after": change.after})
        })
        .collect();
    let (actor, cause) = (&event.actor, &event.cause);
    json!({
        "id": event.id.to_string(),
        "at": event.at.to_string(),
        "actor": {"kind": actor.kind.as_str(), "id": actor.id, "name": actor.name},
        "subject": {"kind": event.subject.kind(), "id": event.subject.id()},
        "action": event.action.as_str(),
        "changes": changes,
        "cause": {"kind": cause.kind, "id": cause.id},
        "note": event.note,
    })
}
