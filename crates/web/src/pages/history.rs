//! The timeline of one thing: who did what, when and why, with what moved.

use app::names::Names;
use domain::actor::ActorKind;
use domain::event::Subject;
use domain::{Action, Cause, Event, Field};
use maud::{Markup, html};

use super::activity;
use super::visitor::Visitor;
use super::words::{self, Told, told};
use crate::components::{Button, Change, Entry, Icon, Panel, timeline};

pub const SHOWN: usize = 50;

/// On the page of this thing, which an event names only where it is of another.
pub fn panel(
    visitor: &Visitor,
    here: Subject,
    events: &[Event],
    older: Option<&str>,
    names: &Names,
) -> Markup {
    let moved: Vec<Vec<Told>> = events.iter().map(|event| moved(event, names)).collect();
    let changes: Vec<Vec<Change<'_>>> =
        moved.iter().map(|told| told.iter().map(words::change).collect()).collect();
    let entries: Vec<Entry<'_>> = events
        .iter()
        .zip(&changes)
        .map(|(event, changes)| Entry {
            at: event.at,
            icon: icon(event.action),
            actor: html! { (event.actor.name) },
            sentence: sentence(visitor, here, event, names),
            changes,
        })
        .collect();
    html! {
        (Panel::new("History").body(html! {
            (timeline(&visitor.now, &entries))
            @if let Some(older) = older { (Button::link(older, "Older").quiet()) }
        }))
    }
}

/// What the sentence says already is not said again below it.
pub fn moved(event: &Event, names: &Names) -> Vec<Told> {
    let all = told(&event.changes, event.subject.into(), names);
    let custody = matches!(event.action, Action::CheckedOut | Action::CheckedIn);
    let archiving = matches!(event.action, Action::Archived | Action::Unarchived);
    if switched(event).is_some() {
        return Vec::new();
    }
    let said = if archiving { Field::ArchivedAt } else { Field::Custodian };
    let said = words::label(&said, event.subject.into(), names);
    // A cost is told with its currency.
    let priced = event.changes.iter().any(|change| change.field == Field::Cost);
    let currency = words::bare_label(&Field::Currency);
    all.into_iter()
        .filter(|told| !(custody || archiving) || told.field != said)
        .filter(|told| !priced || told.field != currency)
        .collect()
}

/// Which way a source was switched: "on" or "off".
pub fn switched(event: &Event) -> Option<&'static str> {
    let (Subject::Source(_), Action::Updated) = (event.subject, event.action) else { return None };
    let enabled = Field::Custom("enabled".into());
    let change = event.changes.iter().find(|change| change.field == enabled)?;
    change.after.as_bool().map(|on| if on { "on" } else { "off" })
}

pub const fn icon(action: Action) -> Icon {
    match action {
        Action::Created => Icon::Plus,
        Action::Updated => Icon::Pencil,
        Action::Linked | Action::Relinked | Action::Unlinked => Icon::Link,
        Action::CheckedOut => Icon::ArrowRight,
        Action::CheckedIn => Icon::ArrowLeft,
        Action::Archived | Action::Deleted => Icon::Archive,
        Action::Unarchived => Icon::RotateCcw,
        Action::Merged => Icon::GitMerge,
        Action::Seen => Icon::Eye,
        Action::Noted => Icon::NotebookPen,
        Action::Attached | Action::Detached => Icon::Paperclip,
    }
}

/// The page of what something was done with, or takes back, and what it is called; only some have
/// one.
pub fn occasion(visitor: &Visitor, cause: &Cause) -> Option<(String, &'static str)> {
    let id = cause.id.as_deref()?;
    let (room, what) = match id.split('_').next()? {
        "run" => ("runs", "a run"),
        "blk" => ("bulks", "a bulk change"),
        "imp" => ("imports", "an import"),
        _ => return None,
    };
    Some((visitor.to(&format!("{room}/{id}")), what))
}

fn sentence(visitor: &Visitor, here: Subject, event: &Event, names: &Names) -> Markup {
    html! {
        @if event.subject == here { (deed(event, names)) }
        @else { (activity::deed(visitor, event, names)) }
        @let led = occasion(visitor, &event.cause);
        @if let Some((at, what)) = &led {
            @if event.cause.kind == "undo" { ", taking back " } @else { " in " }
            a href=(at) { (what) }
        }
        @if event.actor.kind == ActorKind::Token { " through the API" }
        @match &event.note {
            Some(note) if event.action == Action::Noted => span.written { (note) },
            Some(note) if led.is_none() || !says_undone(event, note) => span.quiet-text { " – " (note) },
            _ => {}
        }
    }
}

/// Whether the sentence says already what the note says: that something was taken back.
pub fn says_undone(event: &Event, note: &str) -> bool {
    event.cause.kind == "undo" && note == "taken back"
}

fn deed(event: &Event, names: &Names) -> Markup {
    let hands = |after: bool| {
        let moved = event.changes.iter().find(|change| change.field == Field::Custodian);
        let side = moved.map(|change| if after { &change.after } else { &change.before });
        side.map(|side| words::holder(side, names)).unwrap_or_default()
    };
    let words = match event.action {
        Action::Created if matches!(event.subject, Subject::Employee(_) | Subject::User(_)) => {
            "added them".to_owned()
        }
        Action::Created => "added it".to_owned(),
        Action::Updated if event.changes.len() == 1 => updated(event, names),
        Action::Updated => format!("changed {} fields", event.changes.len()),
        Action::Linked => "linked it to a device".to_owned(),
        Action::Relinked => "linked it to its new device id".to_owned(),
        Action::Unlinked => "took its link away".to_owned(),
        Action::CheckedOut => format!("checked it out to {}", hands(true)),
        Action::CheckedIn => format!("checked it in from {}", hands(false)),
        Action::Archived => "archived it".to_owned(),
        Action::Unarchived => "brought it back".to_owned(),
        Action::Merged => "merged another into it".to_owned(),
        Action::Deleted => "deleted it".to_owned(),
        Action::Seen => seen(event, names),
        Action::Noted => "wrote a note".to_owned(),
        Action::Attached => "added a file".to_owned(),
        Action::Detached => "deleted a file".to_owned(),
    };
    html! { (words) }
}

/// One field of it.
fn updated(event: &Event, names: &Names) -> String {
    if let Some(way) = switched(event) {
        return format!("switched it {way}");
    }
    let field = &event.changes[0].field;
    format!("changed {}", words::changed(field, event.subject.into(), names))
}

fn seen(event: &Event, names: &Names) -> String {
    let moved = event.changes.iter().find(|change| change.field == Field::Location);
    let place = moved.map(|moved| names.called(moved.after.as_str().unwrap_or_default()));
    place.map_or_else(|| "saw it".to_owned(), |place| format!("saw it in {place}"))
}
