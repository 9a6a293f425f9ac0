//! The feed: every event exactly once, in the order of commits, whoever writes at the same time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};

use domain::id::{AssetId, EventId};
use domain::{Action, Deed, Field, Mint};

use super::world::{World, deed, in_a_world, text, world};
use crate::events::feed::{self, Placed};
use crate::testing::on_both_with;
use crate::{DatabaseUrl, Settings, StoreError, ledger};

/// What a follower does: positions for what is new, then all that follows.
fn follow(world: &World, after: i64, most: usize) -> Vec<Placed> {
    world.write(feed::number);
    world.read(move |tx| feed::read(tx, after, most))
}

fn places(events: &[Placed]) -> Vec<i64> {
    events.iter().map(|(place, _)| *place).collect()
}

#[test]
fn a_follower_reads_each_event_once_page_by_page() {
    in_a_world(|world| {
        let asset = world.asset("A-1");
        for n in 0..5 {
            let name = format!("mac {n}");
            world.change(deed(2 + n), asset.id, Action::Updated, &[text(Field::Name, &name)]);
        }
        let all = follow(world, 0, 100);
        assert_eq!(places(&all), (1..=6).collect::<Vec<_>>());
        assert_eq!(world.read(feed::head), 6);
        for most in 1..4 {
            let (mut seen, mut after) = (Vec::new(), 0);
            loop {
                let some = follow(world, after, most);
                let Some((last, _)) = some.last() else { break };
                after = *last;
                seen.extend(some);
            }
            assert_eq!(seen, all);
        }
        let later = world.read(|tx| feed::before(tx, crate::stage::at(4)));
        assert_eq!(later, 3, "the third second made the third event");
        assert_eq!(world.read(|tx| feed::before(tx, crate::stage::at(900))), 6);
    });
}

#[test]
fn what_is_written_in_bulk_is_read_from_the_middle() {
    in_a_world(|world| {
        let mint = Mint::new(9);
        world.asset("A-1");
        world.write(move |tx| {
            let event = |n: i64| domain::Event {
                id: mint.id(deed(n).at),
                at: deed(n).at,
                actor: deed(n).actor,
                subject: domain::Subject::Asset(AssetId::new(n)),
                action: Action::Updated,
                changes: Vec::new(),
                cause: deed(n).cause,
                note: None,
            };
            let all: Vec<_> = (0..901).map(event).collect();
            ledger::insert_events(tx, all.iter())
        });
        let found = follow(world, 399, 300);
        assert_eq!(places(&found), (400..700).collect::<Vec<_>>());
        assert_eq!(follow(world, 900, 300).len(), 2);
    });
}

#[test]
fn what_is_rolled_back_leaves_no_gap() {
    in_a_world(|world| {
        world.asset("A-1");
        let new = world.new_asset("A-2");
        let failed = world.try_write(move |tx| {
            ledger::create(tx, &deed(1), &crate::stage::MINT, new, &[], None)?;
            Err::<(), _>(StoreError::Stale)
        });
        assert_eq!(failed, Err(StoreError::Stale));
        world.asset("A-3");
        assert_eq!(places(&follow(world, 0, 10)), [1, 2]);
    });
}

/// On SQLite writers stand in line, and this cannot happen.
#[test]
fn an_event_committed_late_is_not_missed_by_who_has_read_later_ones() {
    in_a_world(|world| {
        if matches!(world.store.url(), DatabaseUrl::Sqlite(_)) {
            return;
        }
        let (written, wait_for_it) = mpsc::channel();
        let (go, hold) = mpsc::channel::<()>();
        let early = world.new_asset("EARLY");
        std::thread::scope(|scope| {
            let slow = scope.spawn(|| {
                world.write(move |tx| {
                    let made = ledger::create(tx, &deed(1), &crate::stage::MINT, early, &[], None)?;
                    written.send(()).unwrap();
                    hold.recv().unwrap();
                    Ok(made.id)
                })
            });
            wait_for_it.recv().unwrap();
            let late = world.asset("LATE");
            let first = follow(world, 0, 10);
            assert_eq!(places(&first), [1]);
            assert_eq!(first[0].1.subject, domain::Subject::Asset(late.id));
            go.send(()).unwrap();
            let early = slow.join().unwrap();
            let second = follow(world, 1, 10);
            assert_eq!(places(&second), [2]);
            assert_eq!(second[0].1.subject, domain::Subject::Asset(early));
            assert!(second[0].1.id < first[0].1.id, "ids alone would have hidden it");
        });
    });
}

#[test]
fn a_follower_beside_many_writers_sees_every_event_once_and_each_things_in_order() {
    const WRITERS: usize = 4;
    const EACH: i64 = 30;
    on_both_with(Settings { threads: 8, ..Settings::default() }, |store| {
        let world = world(store);
        let shared = world.asset("SHARED").id;
        let running = AtomicUsize::new(WRITERS);
        let mut seen: Vec<Placed> = Vec::new();
        std::thread::scope(|scope| {
            for writer in 0..WRITERS {
                let (world, running) = (&world, &running);
                scope.spawn(move || {
                    // A process of its own, with a clock that is off.
                    let mint = Arc::new(Mint::new(u16::try_from(100 + writer).unwrap()));
                    let skew = -60 * i64::try_from(writer).unwrap();
                    for n in 0..EACH {
                        let name = format!("{writer}-{n}");
                        let deed = deed(1_000 + skew + n);
                        while let Err(error) = rename(world, &mint, &deed, shared, &name) {
                            assert_eq!(error, StoreError::Stale);
                        }
                    }
                    running.fetch_sub(1, Ordering::SeqCst);
                });
            }
            loop {
                let done = running.load(Ordering::SeqCst) == 0;
                let after = seen.last().map_or(0, |(place, _)| *place);
                let some = follow(&world, after, 7);
                if some.is_empty() && done {
                    break;
                }
                seen.extend(some);
            }
        });
        let expected = 1 + WRITERS * usize::try_from(EACH).unwrap();
        assert_eq!(places(&seen), (1..).take(expected).collect::<Vec<_>>());
        let ids: BTreeSet<EventId> = seen.iter().map(|(_, event)| event.id).collect();
        assert_eq!(ids.len(), expected);
        in_order(&seen);
    });
}

/// Stale on PostgreSQL when another changed it since it was read.
fn rename(
    world: &World,
    mint: &Arc<Mint>,
    deed: &Deed,
    id: AssetId,
    name: &str,
) -> Result<(), StoreError> {
    let (mint, deed, values) = (mint.clone(), deed.clone(), [text(Field::Name, name)]);
    world.try_write(move |tx| {
        ledger::change(tx, &deed, &mint, id, None, Action::Updated, &values, None).map(drop)
    })
}

/// Each change of a thing begins where the one before left it.
fn in_order(seen: &[Placed]) {
    let mut now = BTreeMap::new();
    for (_, event) in seen {
        for change in &event.changes {
            let before = now.insert((event.subject, change.field.clone()), &change.after);
            let before = before.cloned().unwrap_or_default();
            assert_eq!(before, change.before, "{event:?}");
        }
    }
}
