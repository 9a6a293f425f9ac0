//! Which events are asked for: the same words for the activity page, the feed and webhooks.

use domain::actor::ActorKind;
use domain::event::Subject;
use domain::{Action, Cause, Event, Field, Timestamp};

/// What is left out asks for nothing; an empty list takes everything.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventFilter {
    pub actor_kind: Option<ActorKind>,
    /// The actor's id.
    pub actor: Option<String>,
    /// Kinds of subjects, of [`Subject::KINDS`].
    pub subjects: Vec<&'static str>,
    pub subject: Option<Subject>,
    pub actions: Vec<Action>,
    /// One of the fields that moved.
    pub field: Option<Field>,
    pub cause: Option<Cause>,
    /// One of [`OCCASIONS`]; whoever it was that did it.
    pub occasion: Option<&'static str>,
    /// Not before.
    pub since: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
}

/// Kinds of causes by which somebody does much at once; they all have a name.
pub const OCCASIONS: [&str; 3] = ["import", "bulk", "undo"];

impl EventFilter {
    /// Narrows to what was done by a kind of actor or on a kind of occasion; whether there is such.
    pub fn by(&mut self, word: &str) -> bool {
        self.occasion = OCCASIONS.into_iter().find(|known| *known == word);
        self.actor_kind = ActorKind::parse(word);
        self.occasion.is_some() || self.actor_kind.is_some()
    }

    /// Whether the event is one of those asked for.
    pub fn takes(&self, event: &Event) -> bool {
        let among = |list: &[&str], kind| list.is_empty() || list.contains(&kind);
        let moved = |field: &Field| event.changes.iter().any(|change| change.field == *field);
        self.actor_kind.is_none_or(|kind| kind == event.actor.kind)
            && self.actor.as_ref().is_none_or(|id| event.actor.id.as_ref() == Some(id))
            && among(&self.subjects, event.subject.kind())
            && self.subject.is_none_or(|subject| subject == event.subject)
            && (self.actions.is_empty() || self.actions.contains(&event.action))
            && self.field.as_ref().is_none_or(moved)
            && self.cause.as_ref().is_none_or(|cause| *cause == event.cause)
            && self.occasion.is_none_or(|kind| kind == event.cause.kind)
            && self.since.is_none_or(|since| event.at >= since)
            && self.until.is_none_or(|until| event.at < until)
    }

    /// Nothing but who and when: then a whole run can be one line.
    pub fn is_of_actors(&self) -> bool {
        self.subjects.is_empty()
            && self.subject.is_none()
            && self.actions.is_empty()
            && self.field.is_none()
            && self.cause.is_none()
    }
}
