//! What happened, newest first: folded by cause, narrowed, and walked to the end.

use domain::actor::ActorKind;
use domain::event::Subject;
use domain::{Action, Actor, Cause, Deed, Field, Mint};
use serde_json::json;

use super::world::{World, in_a_world, text};
use crate::events::activity::{self, Line};
use crate::events::{EventFilter, causes};
use crate::ledger;
use crate::stage::{MINT, at};

fn by(kind: ActorKind, id: &str, second: i64, cause: &str) -> Deed {
    let actor = Actor { kind, id: Some(id.into()), name: id.into() };
    let id = Some(cause.to_owned()).filter(|id| !id.is_empty());
    let kind = if id.is_some() { "run" } else { "request" };
    Deed { at: at(second), actor, cause: Cause { kind: kind.into(), id } }
}

fn run(second: i64, id: &str) -> Deed {
    by(ActorKind::Run, id, second, id)
}

fn make(world: &World, deed: Deed, tags: &[&str]) {
    for tag in tags {
        let (new, deed) = (world.new_asset(tag), deed.clone());
        world.write(move |tx| ledger::create(tx, &deed, &MINT, new, &[], None));
    }
}

/// Each line in a word: an asset's tag, or a cause and how many events it has.
fn told(lines: &[Line]) -> Vec<String> {
    let tag = |event: &domain::Event| {
        let tag = event.changes.iter().find(|change| change.field == Field::Tag);
        let tag = tag.and_then(|tag| tag.after.as_str());
        tag.unwrap_or(event.action.as_str()).to_owned()
    };
    let word = |line: &Line| match line {
        Line::One(event) => tag(event),
        Line::Many(row) => format!("{}×{}", row.cause.id.as_deref().unwrap(), row.events),
    };
    lines.iter().map(word).collect()
}

fn folded(world: &World, filter: EventFilter) -> Vec<String> {
    told(&world.read(move |tx| activity::folded(tx, &filter, None, 50)).lines)
}

fn flat(world: &World, filter: EventFilter) -> Vec<String> {
    let found = world.read(move |tx| activity::flat(tx, &filter, None, 50)).items;
    told(&found.into_iter().map(Line::One).collect::<Vec<_>>())
}

/// Two runs, one large and one small, and people before, between and after.
fn story(world: &World) {
    make(world, by(ActorKind::User, "usr_a", 1, ""), &["A-1"]);
    make(world, run(100, "run_1"), &["K-1", "K-2", "K-3"]);
    make(world, by(ActorKind::Token, "tok_a", 101, ""), &["T-1"]);
    make(world, run(102, "run_1"), &["K-4", "K-5"]);
    make(world, run(200, "run_2"), &["K-6", "K-7"]);
    make(world, by(ActorKind::User, "usr_b", 300, ""), &["B-1"]);
}

#[test]
fn a_large_cause_is_one_line_and_a_small_one_its_events() {
    in_a_world(|world| {
        story(world);
        let all = ["B-1", "K-7", "K-6", "run_1×5", "T-1", "A-1"];
        assert_eq!(folded(world, EventFilter::default()), all);
        let cause = Cause { kind: "run".into(), id: Some("run_1".into()) };
        let counted = world.read({
            let cause = cause.clone();
            move |tx| causes::find(tx, &cause)
        });
        let counted = counted.unwrap();
        assert_eq!((counted.created, counted.updated, counted.last_at), (5, 0, at(102)));
        let own = EventFilter { cause: Some(cause), ..EventFilter::default() };
        assert_eq!(flat(world, own), ["K-5", "K-4", "K-3", "K-2", "K-1"]);
    });
}

#[test]
fn activity_is_walked_to_its_end_without_a_gap_or_a_repetition() {
    in_a_world(|world| {
        story(world);
        for limit in 1..7 {
            let (mut seen, mut below) = (Vec::new(), None);
            loop {
                let found = world
                    .read(move |tx| activity::folded(tx, &EventFilter::default(), below, limit));
                seen.extend(told(&found.lines));
                below = found.next;
                if below.is_none() {
                    break;
                }
            }
            assert_eq!(seen, ["B-1", "K-7", "K-6", "run_1×5", "T-1", "A-1"], "by {limit}");
        }
    });
}

#[test]
fn activity_is_narrowed_by_who_what_and_when() {
    in_a_world(|world| {
        story(world);
        let none = EventFilter::default();
        let of = |kind| EventFilter { actor_kind: Some(kind), ..EventFilter::default() };
        assert_eq!(folded(world, of(ActorKind::User)), ["B-1", "A-1"]);
        assert_eq!(folded(world, of(ActorKind::Token)), ["T-1"]);
        assert_eq!(folded(world, of(ActorKind::Run)), ["K-7", "K-6", "run_1×5"]);
        let robin = EventFilter { actor: Some("usr_a".into()), ..none.clone() };
        assert_eq!(folded(world, robin), ["A-1"]);
        let between = EventFilter { since: Some(at(101)), until: Some(at(300)), ..none.clone() };
        assert_eq!(folded(world, between), ["K-7", "K-6", "run_1×5", "T-1"]);

        let employee = world.employee("Casey");
        let people = EventFilter { subjects: vec!["employee"], ..none.clone() };
        assert_eq!(flat(world, people), ["created"]);
        let her = EventFilter { subject: Some(Subject::Employee(employee.id)), ..none.clone() };
        assert_eq!(flat(world, her), ["created"]);
        let id = world.asset("Z-1").id;
        let moved = [text(Field::Notes, "x"), (Field::Custom("memory".into()), json!("8"))];
        world.change(by(ActorKind::User, "usr_a", 400, ""), id, Action::Updated, &moved);
        let field = |field| EventFilter { field: Some(field), ..EventFilter::default() };
        assert_eq!(flat(world, field(Field::Notes)), ["updated"]);
        assert_eq!(flat(world, field(Field::Custom("memory".into()))), ["updated"]);
        assert_eq!(flat(world, field(Field::Serial)), Vec::<String>::new());
        world.write(move |tx| {
            let deed = by(ActorKind::User, "usr_a", 401, "");
            ledger::delete(tx, &deed, &MINT, id, None, None)
        });
        let gone = EventFilter { actions: vec![Action::Deleted], ..none.clone() };
        assert_eq!(flat(world, gone).len(), 1);
    });
}

#[test]
fn the_filter_of_a_walk_and_that_of_an_event_agree() {
    in_a_world(|world| {
        story(world);
        let all = world.read(|tx| activity::flat(tx, &EventFilter::default(), None, 50)).items;
        let none = EventFilter::default();
        for filter in [
            EventFilter { actor_kind: Some(ActorKind::Run), ..none.clone() },
            EventFilter { actor: Some("usr_b".into()), ..none.clone() },
            EventFilter { actor: Some("run_1".into()), ..none.clone() },
            EventFilter { actions: vec![Action::Created, Action::Deleted], ..none.clone() },
            EventFilter { subjects: vec!["asset", "status"], ..none.clone() },
            EventFilter { field: Some(Field::Tag), until: Some(at(150)), ..none.clone() },
            EventFilter { since: Some(at(102)), ..none },
        ] {
            let expect: Vec<_> = all.iter().filter(|event| filter.takes(event)).cloned().collect();
            let narrowed = filter.clone();
            let found = world.read(move |tx| activity::flat(tx, &narrowed, None, 50)).items;
            assert_eq!(found, expect, "{filter:?}");
        }
    });
}

#[test]
fn a_filter_that_little_fits_stops_and_goes_on_from_there() {
    in_a_world(|world| {
        // One that is looked for, and before it as many as one page looks at.
        let mint = Mint::new(9);
        world.write(move |tx| {
            let event = |n: i64| {
                let deed = match n {
                    0 => by(ActorKind::User, "usr_a", 1, ""),
                    n => run(10 + n / 1_000, "run_9"),
                };
                domain::Event {
                    id: mint.id(deed.at),
                    at: deed.at,
                    actor: deed.actor,
                    subject: Subject::Asset(domain::id::AssetId::new(n)),
                    action: if n == 0 { Action::Created } else { Action::Updated },
                    changes: Vec::new(),
                    cause: deed.cause,
                    note: None,
                }
            };
            let all: Vec<_> = (0..=activity::LOOKED_AT + 1).map(event).collect();
            ledger::insert_events(tx, all.iter())
        });
        let made = EventFilter { actions: vec![Action::Created], ..EventFilter::default() };
        let narrowed = made.clone();
        let first = world.read(move |tx| activity::flat(tx, &narrowed, None, 50));
        assert_eq!(first.items, []);
        let next = first.next;
        assert!(next.is_some());
        let second = world.read(move |tx| activity::flat(tx, &made, next, 50));
        assert_eq!((second.items.len(), second.next), (1, None));
        assert_eq!(folded(world, EventFilter::default()), ["run_9×20001", "created"]);
    });
}
