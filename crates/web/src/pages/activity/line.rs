//! A line of activity: who did what to which thing, or all that one occasion did.

use app::activity::{CauseRow, Line};
use app::names::{Names, Wanted};
use app::reports::activity::called;
use domain::access::Role;
use domain::actor::ActorKind;
use domain::event::Subject;
use domain::{Action, Actor, Cause, Event, Field};
use maud::{Markup, Render, html};

use crate::components::{Button, Callout, Change, Entry, Icon, Tone};
use crate::error::Refused;
use crate::pages::answers::Answers;
use crate::pages::history::{icon, moved, occasion, says_undone, switched};
use crate::pages::visitor::Visitor;
use crate::pages::words::{self, Told, counted};

/// A line with its words, owned, so that the timeline can borrow them.
pub struct Worded<'a> {
    line: &'a Line,
    sentence: Markup,
    moved: Vec<Told>,
}

impl Worded<'_> {
    pub fn changes(&self) -> Vec<Change<'_>> {
        self.moved.iter().map(words::change).collect()
    }
}

/// Fields of a creation say little that its name does not; this many are shown.
const MOST_CHANGES: usize = 8;

pub async fn lines<'a>(visitor: &Visitor, all: &'a [Line]) -> Result<Vec<Worded<'a>>, Refused> {
    let mut wanted = Wanted::default();
    for line in all {
        if let Line::One(event) = line {
            wanted.of_event(event);
        }
    }
    let names = app::names::names(&visitor.web.app, &visitor.caller, wanted).await?;
    let worded = all.iter().map(|line| match line {
        Line::One(event) => one(visitor, line, event, &names),
        Line::Many(row) => Worded { line, sentence: many(visitor, row), moved: Vec::new() },
    });
    Ok(worded.collect())
}

impl<'a> Worded<'a> {
    /// `changes` are its own, made before.
    pub fn entry(&self, visitor: &Visitor, changes: &'a [Change<'a>]) -> Entry<'a> {
        let (at, icon, actor) = match self.line {
            Line::One(event) => (event.at, icon(event.action), &event.actor),
            Line::Many(row) => (row.last_at, Icon::RefreshCw, &row.actor),
        };
        let (actor, sentence) = (who(visitor, actor), self.sentence.clone());
        Entry { at, icon, actor, sentence, changes }
    }
}

/// Their name, which leads to all that they did.
fn who(visitor: &Visitor, actor: &Actor) -> Markup {
    let told = match (actor.kind, &actor.id) {
        (ActorKind::User | ActorKind::Token, Some(id)) => ("actor", id.as_str()),
        (kind, _) => ("by", kind.as_str()),
    };
    let href = Answers::default().with(told.0, told.1).at(&visitor.to("activity"));
    html! { a href=(href) { (actor.name) } }
}

fn one<'a>(visitor: &Visitor, line: &'a Line, event: &Event, names: &Names) -> Worded<'a> {
    let mut moved = moved(event, names);
    let (creation, gone) = (event.action == Action::Created, event.action == Action::Deleted);
    if creation || gone {
        moved.retain(|told| told.field != "Name" && told.field != "Asset tag");
    }
    let more = moved.len().saturating_sub(MOST_CHANGES);
    moved.truncate(MOST_CHANGES);
    let sentence = html! {
        (deed(visitor, event, names))
        (led(visitor, event))
        @if more > 0 { span.quiet-text { " – and " (more) " more" } }
        @if let Some(note) = event.note.as_ref().filter(|note| event.cause.id.is_none() || !says_undone(event, note)) { span.quiet-text { " – " (note) } }
    };
    Worded { line, sentence, moved }
}

/// What was done, and with what.
pub fn deed(visitor: &Visitor, event: &Event, names: &Names) -> Markup {
    let thing = thing(visitor, event, names);
    let hands = |after: bool| {
        let moved = event.changes.iter().find(|change| change.field == Field::Custodian);
        let side = moved.map(|change| if after { &change.after } else { &change.before });
        side.map(|side| words::holder(side, names)).unwrap_or_default()
    };
    match event.action {
        Action::Created => html! { "added " (thing) },
        Action::Updated if event.changes.len() == 1 => html! {
            @if let Some(way) = switched(event) { "switched " (thing) " " (way) }
            @else { "changed " (words::changed(&event.changes[0].field, event.subject.into(), names)) " of " (thing) }
        },
        Action::Updated => {
            html! { "changed " (event.changes.len()) " fields of " (thing) }
        }
        Action::Linked => html! { "linked " (thing) " to a device" },
        Action::Relinked => html! { "linked " (thing) " to its new device id" },
        Action::Unlinked => html! { "took the link of " (thing) " away" },
        Action::CheckedOut => html! { "checked " (thing) " out to " (hands(true)) },
        Action::CheckedIn => html! { "checked " (thing) " in from " (hands(false)) },
        Action::Archived => html! { "archived " (thing) },
        Action::Unarchived => html! { "brought " (thing) " back" },
        Action::Merged => html! { "merged another into " (thing) },
        Action::Deleted => html! { "deleted " (thing) },
        Action::Seen => html! { "saw " (thing) },
        Action::Noted => html! { "wrote a note on " (thing) },
        Action::Attached => html! { "added a file to " (thing) },
        Action::Detached => html! { "deleted a file of " (thing) },
    }
}

/// By name, and as a link while it is there.
fn thing(visitor: &Visitor, event: &Event, names: &Names) -> Markup {
    let name = called(event, names);
    let kind = match event.subject {
        Subject::Asset(_) | Subject::Employee(_) => String::new(),
        other => format!("the {} ", other.kind()),
    };
    let there = names.get(&event.subject.id()).is_some() && visitor.may(sees(event.subject));
    html! {
        (kind)
        @if there { a href=(visitor.to(&path(event.subject))) { (name) } } @else { b { (name) } }
    }
}

/// Who may open its page.
const fn sees(subject: Subject) -> Role {
    match subject {
        Subject::User(_) | Subject::Token(_) | Subject::Webhook(_) => Role::Administrator,
        _ => Role::Viewer,
    }
}

/// The page of it, inside the tenant.
pub fn path(subject: Subject) -> String {
    let room = match subject {
        Subject::Asset(_) => "assets",
        Subject::Employee(_) => "employees",
        Subject::Source(_) => "sources",
        Subject::Product(_) => "products",
        Subject::Category(_) => "categories",
        Subject::Manufacturer(_) => "manufacturers",
        Subject::Supplier(_) => "suppliers",
        Subject::Status(_) => "statuses",
        Subject::Location(_) => "locations",
        Subject::Department(_) => "departments",
        Subject::User(_) => "settings/users",
        Subject::Webhook(_) => "settings/webhooks",
        Subject::Field(_) => "settings/fields",
        // These have no page of their own.
        Subject::Token(_) => return "settings/tokens".into(),
        Subject::Company(_) => return "settings".into(),
    };
    format!("{room}/{}", subject.id())
}

/// What it was done with or takes back: where that is told, and what it is called.
fn named(visitor: &Visitor, cause: &Cause) -> (String, &'static str) {
    occasion(visitor, cause).unwrap_or_else(|| (all_of(visitor, cause), "a cause"))
}

fn led(visitor: &Visitor, event: &Event) -> Markup {
    let (at, what) = named(visitor, &event.cause);
    html! {
        @if event.cause.id.is_some() {
            @if event.cause.kind == "undo" { ", taking back " } @else { " in " }
            a href=(at) { (what) }
        }
        @if event.actor.kind == ActorKind::Token { " through the API" }
    }
}

/// `an import` → `import`
fn bare(what: &str) -> &str {
    what.split_once(' ').map_or(what, |(_, bare)| bare)
}

fn all_of(visitor: &Visitor, cause: &Cause) -> String {
    let id = cause.id.as_deref().unwrap_or_default();
    let word = format!("{}:{id}", cause.kind);
    Answers::default().with("cause", &word).at(&visitor.to("activity"))
}

/// What one occasion did, as one line.
fn many(visitor: &Visitor, row: &CauseRow) -> Markup {
    let (at, what) = named(visitor, &row.cause);
    let all = all_of(visitor, &row.cause);
    let changes = html! { a href=(all) { (counted(count(row.events), "change", "changes")) } };
    html! {
        @if row.cause.kind == "undo" {
            "took " a href=(at) { (what) } " back, with " (changes)
        } @else {
            "made " (changes) " in " a href=(at) { "one " (bare(what)) }
        }
        span.quiet-text { " – " (parts(row)) }
    }
}

/// `4,200 added, 12 checked out`
fn parts(row: &CauseRow) -> String {
    let named = row.created + row.updated + row.checked_out + row.checked_in;
    let all = [
        (row.created, "added"),
        (row.updated, "changed"),
        (row.checked_out, "checked out"),
        (row.checked_in, "checked in"),
        (row.events - named, "other"),
    ];
    let said = all.iter().filter(|(count, _)| *count > 0);
    let said = said.map(|(amount, word)| {
        let amount = crate::components::chart::grouped(crate::pages::visitor::few(*amount));
        format!("{amount} {word}")
    });
    said.collect::<Vec<_>>().join(", ")
}

fn count(events: i64) -> u64 {
    u64::try_from(events).unwrap_or_default()
}

/// Above the events of one cause: what it did in all.
pub fn in_all(visitor: &Visitor, row: &CauseRow) -> Markup {
    let (_, what) = named(visitor, &row.cause);
    let title = match row.cause.kind.as_str() {
        "undo" => format!("What {} took back of {}", row.actor.name, what),
        "run" => format!("All that one run of {} did", row.actor.name),
        _ => format!("All that {} did in one {}", row.actor.name, bare(what)),
    };
    let body = html! { (counted(count(row.events), "change", "changes")) ": " (parts(row)) ". The last was " (visitor.now.ago(row.last_at)) "." };
    let callout = Callout::new(Tone::Info, &title).body(body);
    let page = occasion(visitor, &row.cause).map(|(at, what)| (at, format!("The {}", bare(what))));
    let Some((at, label)) = page else { return callout.render() };
    callout.action(html! { (Button::link(&at, &label)) }).render()
}
