//! Many assets at once: changed, and taken back, some at a time.

use domain::id::{AssetId, noun};
use domain::{Action, Actor, Cause, Custodian, Field};
use serde_json::{Value, json};

use super::nouns::supplier;
use super::world::{World, caused, deed, held_by, in_a_world, text};
use crate::assets::{Archived, AssetQuery, list};
use crate::bulks::{self, Bulk, BulkCounts, BulkState, Item, ItemState, Lease};
use crate::ledger::{self, CHUNK, Kept, ToChange, Undone};
use crate::stage::{MINT, at};
use crate::{catalog, custody, events, undos};

fn by(kind: &str) -> Cause {
    Cause { kind: kind.into(), id: Some("r1".into()) }
}

fn count(many: usize) -> i64 {
    i64::try_from(many).unwrap()
}

fn to_change(world: &World, id: AssetId, action: Action, values: &[(Field, Value)]) -> ToChange {
    let version = world.find(id).unwrap().version;
    ToChange { asset: id, version, action, values: values.to_vec() }
}

fn in_asset(id: AssetId) -> (Field, Value) {
    (Field::Custodian, serde_json::to_value(Custodian::Asset(id)).unwrap())
}

#[test]
fn of_many_assets_each_that_is_as_expected_is_changed_with_one_event() {
    in_a_world(|world| {
        let ids = ["A-1", "A-2", "A-3", "A-4"].map(|tag| world.asset(tag).id);
        let name = [text(Field::Name, "theirs")];
        let wanted: Vec<_> =
            ids.iter().map(|id| to_change(world, *id, Action::Updated, &name)).collect();
        world.change(deed(2), ids[1], Action::Updated, &[text(Field::Notes, "meanwhile")]);
        world.write(move |tx| ledger::delete(tx, &deed(2), &MINT, ids[2], None, None));
        let many = world.write(move |tx| {
            ledger::change_many(tx, &caused(3, "r1"), &MINT, &wanted, Some("why"))
        });
        assert_eq!(many.changed, [ids[0], ids[3]]);
        let why: Vec<_> = many.left.iter().map(|kept| (kept.asset, &*kept.why)).collect();
        let expect =
            [(ids[1], "it was changed meanwhile"), (ids[2], "the asset was deleted since")];
        assert_eq!(why, expect);
        for id in [ids[0], ids[3]] {
            let last = world.events(id).pop().unwrap();
            assert_eq!((last.action, last.note.as_deref()), (Action::Updated, Some("why")));
            assert_eq!(world.find(id).unwrap().version, 2);
        }
        assert_eq!(world.find(ids[1]).unwrap().name, None);
    });
}

#[test]
fn many_assets_are_taken_back_in_several_transactions_and_a_broken_off_undo_goes_on() {
    in_a_world(|world| {
        let robin = world.employee("Robin").id;
        let many = CHUNK + 20;
        let fresh: Vec<_> = (0..many).map(|n| world.new_asset(&format!("A-{n}"))).collect();
        let ids: Vec<AssetId> = fresh.iter().map(|new| new.id).collect();
        let (making, changed) = (fresh.clone(), ids.clone());
        world.write(move |tx| {
            for new in making {
                ledger::create(tx, &deed(1), &MINT, new, &[], None)?;
            }
            let out = |asset: &AssetId| ToChange {
                asset: *asset,
                version: 1,
                action: Action::CheckedOut,
                values: vec![held_by(robin)],
            };
            let wanted: Vec<_> = changed.iter().map(out).collect();
            ledger::change_many(tx, &caused(2, "r1"), &MINT, &wanted, None)
        });
        let newer = ids[3];
        world.change(deed(3), newer, Action::CheckedIn, &[(Field::Custodian, Value::Null)]);
        let lease = |second| Lease { owner: "here", until: at(second) };
        let (run, undo) = (by("run"), Cause { kind: "undo".into(), ..by("run") });
        let taking = ledger_deed(&undo);
        let actor = Actor::system();
        let begun = {
            let (run, actor) = (run.clone(), actor.clone());
            world.write(move |tx| undos::begin(tx, &run, &actor, at(4), lease(34)))
        };
        assert!(begun);
        let step = |from: Option<domain::id::EventId>| {
            let (run, taking) = (run.clone(), taking.clone());
            world.write(move |tx| {
                let some = ledger::undo_some(tx, &taking, &MINT, &run, from)?;
                undos::did(tx, &run, &some, at(5))?;
                Ok(some)
            })
        };
        let first = step(None);
        assert_eq!((first.seen, first.next.is_some()), (CHUNK, true));
        assert_eq!(first.undone.restored.len(), CHUNK);
        assert_eq!(first.undone.restored[0], ids[many - 1], "the newest first");
        // The process died here; another looks once the lease has run out.
        let (again, who) = (run.clone(), actor.clone());
        let begin = move |second| {
            let (again, who) = (again.clone(), who.clone());
            world.write(move |tx| undos::begin(tx, &again, &who, at(second), lease(second + 30)))
        };
        assert!(!begin(20), "somebody is at it");
        assert!(begin(40));
        let at_rest = run.clone();
        let here = world.read(move |tx| undos::find(tx, &at_rest)).unwrap();
        assert_eq!((here.total, here.seen), (count(many), count(CHUNK)));
        assert_eq!(here.down_to, first.next);
        let last = step(here.down_to);
        assert_eq!((last.undone.restored.len(), last.next), (19, None));
        let after = run.clone();
        let (end, kept) = world.read(move |tx| {
            Ok((undos::find(tx, &after)?.unwrap(), undos::kept(tx, &after, None, 10)?))
        });
        assert_eq!((end.restored, end.finished_at), (count(many - 1), Some(at(5))));
        let why = "\"custodian\" was changed since";
        assert_eq!(kept, [Kept { asset: newer, why: why.into() }]);
        assert!(!begin(99), "it is done");
        assert!(world.read(move |tx| custody::holdings(tx, Custodian::Employee(robin))).is_empty());
        // Asked once more from the beginning, nothing is done or said twice.
        let once_more = world.write(move |tx| ledger::undo(tx, &taking, &MINT, &run));
        assert_eq!(once_more.restored, []);
        assert!(ids.iter().all(|id| world.events(*id).len() == 3));
    });
}

fn ledger_deed(cause: &Cause) -> domain::Deed {
    domain::Deed { cause: cause.clone(), ..deed(9) }
}

fn undo(world: &World) -> Undone {
    world.write(|tx| ledger::undo(tx, &deed(99), &MINT, &by("run")))
}

#[test]
fn a_supplier_or_category_that_is_gone_is_not_given_back() {
    in_a_world(|world| {
        let acme = supplier(world, "Acme");
        let category = MINT.id(at(0));
        world.write(move |tx| {
            catalog::create::<noun::Category>(tx, &deed(0), &MINT, category, "Phone")
        });
        let bought = world.asset_with("A-1", &[text(Field::Supplier, acme)]).id;
        let sorted = world.asset_with("A-2", &[text(Field::Category, category)]).id;
        let other = world.asset_with("A-3", &[text(Field::Notes, "n")]).id;
        world.change(caused(2, "r1"), bought, Action::Updated, &[(Field::Supplier, Value::Null)]);
        world.change(caused(2, "r1"), sorted, Action::Updated, &[(Field::Category, Value::Null)]);
        world.change(caused(2, "r1"), other, Action::Updated, &[(Field::Notes, Value::Null)]);
        world.write(move |tx| {
            catalog::delete(tx, &deed(3), &MINT, acme)?;
            catalog::delete(tx, &deed(3), &MINT, category)
        });
        let undone = undo(world);
        assert_eq!(undone.restored, [other]);
        assert_eq!(undone.kept.len(), 2, "{undone:?}");
        assert!(undone.kept.iter().all(|kept| kept.why.contains("merged or deleted")));
    });
}

#[test]
fn taking_back_puts_no_asset_inside_itself_and_leaves_nothing_held_by_what_is_gone() {
    in_a_world(|world| {
        let [dock, laptop] = ["DOCK", "LAPTOP"].map(|tag| world.asset(tag).id);
        world.change(deed(1), laptop, Action::CheckedOut, &[in_asset(dock)]);
        world.change(
            caused(2, "r1"),
            laptop,
            Action::CheckedIn,
            &[(Field::Custodian, Value::Null)],
        );
        world.change(deed(3), dock, Action::CheckedOut, &[in_asset(laptop)]);
        let undone = undo(world);
        assert_eq!(undone.restored, []);
        assert!(undone.kept[0].why.contains("inside itself"), "{undone:?}");

        let new = world.new_asset("SHELF");
        let shelf = new.id;
        world.write(move |tx| {
            let by = caused(4, "r2");
            ledger::create(tx, &by, &MINT, new, &[], None)?;
            ledger::change(
                tx,
                &by,
                &MINT,
                laptop,
                None,
                Action::CheckedOut,
                &[in_asset(shelf)],
                None,
            )?;
            Ok(())
        });
        let second = Cause { kind: "run".into(), id: Some("r2".into()) };
        let one = world.events(laptop).pop().unwrap();
        let all = world.write(move |tx| ledger::undo(tx, &deed(99), &MINT, &second));
        assert_eq!(all.restored, [laptop, shelf], "the newest first, so that the shelf is empty");
        assert_eq!((world.find(shelf), world.find(laptop).unwrap().custodian), (None, None));
        // The same by hand: what a person put onto it stays on it.
        let new = world.new_asset("CRATE");
        let crate_id = new.id;
        world.write(move |tx| ledger::create(tx, &caused(5, "r3"), &MINT, new, &[], None));
        world.change(deed(6), laptop, Action::CheckedOut, &[in_asset(crate_id)]);
        let third = Cause { kind: "run".into(), id: Some("r3".into()) };
        let kept = world.write(move |tx| ledger::undo(tx, &deed(99), &MINT, &third)).kept;
        assert!(kept[0].why.contains("checked out to it"), "{kept:?}");
        let late = world.write(move |tx| ledger::undo_event(tx, &deed(99), &MINT, &one));
        assert_eq!((late.restored, late.kept.len()), (vec![], 1));
    });
}

#[test]
fn one_event_is_taken_back_alone() {
    in_a_world(|world| {
        let robin = world.employee("Robin").id;
        let id = world.asset("A-1").id;
        world.change(deed(2), id, Action::Updated, &[text(Field::Name, "kept")]);
        world.change(deed(3), id, Action::CheckedOut, &[held_by(robin)]);
        let last = world.events(id).pop().unwrap();
        let back = world.write(move |tx| ledger::undo_event(tx, &deed(4), &MINT, &last));
        assert_eq!((back.restored, back.kept), (vec![id], vec![]));
        let after = world.find(id).unwrap();
        assert_eq!((after.name.as_deref(), after.custodian), (Some("kept"), None));
    });
}

#[test]
fn a_bulk_says_what_becomes_of_each_and_what_is_done_is_no_item_any_more() {
    in_a_world(|world| {
        let ids = ["A-1", "A-2", "A-3"].map(|tag| world.asset(tag).id);
        let id = MINT.id(at(0));
        let bulk = Bulk {
            id,
            doing: json!({"do": "archive"}),
            list: "q=a".into(),
            state: BulkState::Preparing,
            counts: BulkCounts { total: 3, ..BulkCounts::default() },
            actor: Actor::system(),
            note: None,
            error: None,
            made_at: at(1),
            applied_at: None,
        };
        let lease = Lease { owner: "here", until: at(30) };
        let states = [ItemState::Fits, ItemState::Fits, ItemState::Refused];
        let items: Vec<Item> = ids
            .into_iter()
            .zip(states)
            .map(|(asset, state)| Item { asset, version: 1, state, why: None })
            .collect();
        let (made, all) = (bulk.clone(), items.clone());
        world.write(move |tx| {
            bulks::create(tx, &made, lease)?;
            assert!(!bulks::approve(tx, id, &Actor::system(), None, at(2), lease)?, "not ready");
            bulks::add(tx, id, &all)?;
            bulks::prepared(tx, id, None)?;
            assert!(!bulks::hold(tx, id, lease)?, "nobody works on what is ready");
            assert!(bulks::approve(tx, id, &Actor::system(), Some("n"), at(3), lease)?);
            assert!(bulks::hold(tx, id, lease)?);
            assert!(!bulks::take_over(tx, id, at(20), Lease { owner: "there", ..lease })?);
            let left = [Kept { asset: all[1].asset, why: "it moved".into() }];
            bulks::did(tx, id, &all[..2], &left)?;
            bulks::finish(tx, id)
        });
        let after = world.read(move |tx| bulks::find(tx, id)).unwrap();
        let counts = BulkCounts { fits: 2, refused: 1, done: 1, passed_over: 1, ..bulk.counts };
        assert_eq!((after.state, after.counts), (BulkState::Applied, counts));
        let left = |state| world.read(move |tx| bulks::items(tx, id, state, None, 10));
        assert_eq!(left(ItemState::Fits), []);
        assert_eq!(left(ItemState::PassedOver)[0].why.as_deref(), Some("it moved"));
        assert_eq!(left(ItemState::Refused), items[2..]);
        // One that was done is remembered, one that nobody wanted is not.
        world.write(|tx| bulks::forget(tx, at(99)));
        assert!(world.read(move |tx| bulks::find(tx, id)).is_some());
    });
}

#[test]
fn every_asset_a_list_finds_is_named_with_its_version() {
    in_a_world(|world| {
        let ids: Vec<_> = (0..12).map(|n| world.asset(&format!("MAC-{n}")).id).collect();
        world.asset("PHONE");
        world.change(deed(2), ids[1], Action::Updated, &[text(Field::Name, "x")]);
        world.change(deed(2), ids[0], Action::Archived, &[text(Field::ArchivedAt, at(2))]);
        let found = |query: AssetQuery| {
            let mut found = world.read(move |tx| list::versions(tx, &query));
            found.sort();
            found
        };
        let word = AssetQuery { q: Some("mac".into()), limit: 2, ..AssetQuery::default() };
        let expect: Vec<_> =
            ids[1..].iter().map(|id| (*id, if *id == ids[1] { 2 } else { 1 })).collect();
        assert_eq!(found(word.clone()), expect);
        let all = AssetQuery { archived: Archived::Any, q: None, ..word };
        assert_eq!(found(all).len(), 13);
        assert_eq!(world.read(move |tx| events::of_cause(tx, &by("run"))), []);
    });
}
