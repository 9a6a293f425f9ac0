//! Taking back what a run did, wherever nothing newer stands on top.

use domain::event::Subject;
use domain::{Action, Cause, Custodian, Field};
use serde_json::{Value, json};

use super::world::{World, caused, deed, held_by, in_a_world, link, text};
use crate::ledger::{self, Kept, Undone};
use crate::stage::{self, MINT};
use crate::{custody, links};

fn undo(world: &World, id: &str) -> Undone {
    let cause = Cause { kind: "run".into(), id: Some(id.into()) };
    world.write(move |tx| ledger::undo(tx, &deed(99), &MINT, &cause))
}

#[test]
fn what_a_run_changed_stands_as_before() {
    in_a_world(|world| {
        let robin = world.employee("Robin").id;
        let before = world.asset_with("A-1", &[text(Field::Name, "old")]);
        world.change(
            caused(2, "r1"),
            before.id,
            Action::Updated,
            &[text(Field::Name, "new"), text(Field::Notes, "n")],
        );
        world.change(caused(2, "r1"), before.id, Action::Updated, &[text(Field::Name, "newer")]);
        world.change(caused(3, "r1"), before.id, Action::CheckedOut, &[held_by(robin)]);
        assert_eq!(undo(world, "r1"), Undone { restored: vec![before.id], kept: Vec::new() });
        let after = world.find(before.id).unwrap();
        assert_eq!((after.name, after.notes, after.custodian), (before.name, None, None));
        assert_eq!(world.actions(before.id).last(), Some(&Action::CheckedIn));
        let id = before.id;
        assert!(world.read(move |tx| custody::of_asset(tx, id))[0].0.until_at.is_some());
        assert_eq!(undo(world, "r1").restored, []);
    });
}

#[test]
fn a_field_that_someone_changed_since_is_kept_and_said() {
    in_a_world(|world| {
        let id = world.asset("A-1").id;
        world.change(
            caused(2, "r1"),
            id,
            Action::Updated,
            &[text(Field::Name, "theirs"), text(Field::Notes, "n")],
        );
        world.change(deed(3), id, Action::Updated, &[text(Field::Name, "mine")]);
        let kept = Kept { asset: id, why: "\"name\" was changed since".into() };
        assert_eq!(undo(world, "r1"), Undone { restored: vec![id], kept: vec![kept] });
        let after = world.find(id).unwrap();
        assert_eq!((after.name.as_deref(), after.notes), (Some("mine"), None));
    });
}

#[test]
fn what_was_changed_since_and_set_back_is_taken_back() {
    in_a_world(|world| {
        let id = world.asset("A-1").id;
        world.change(caused(2, "r1"), id, Action::Updated, &[text(Field::Name, "theirs")]);
        world.change(deed(3), id, Action::Updated, &[text(Field::Name, "mine")]);
        world.change(deed(4), id, Action::Updated, &[text(Field::Name, "theirs")]);
        assert_eq!(undo(world, "r1"), Undone { restored: vec![id], kept: Vec::new() });
        assert_eq!(world.find(id).unwrap().name, None);
    });
}

#[test]
fn a_creation_changed_and_set_back_goes_and_one_with_a_note_stays() {
    in_a_world(|world| {
        let news = ["A-1", "A-2"].map(|tag| world.new_asset(tag));
        let [gone, noted] = [news[0].id, news[1].id];
        world.write(move |tx| {
            for new in news {
                let name = [text(Field::Name, "made")];
                ledger::create(tx, &caused(2, "r1"), &MINT, new, &name, None)?;
            }
            Ok(())
        });
        for id in [gone, noted] {
            world.change(deed(3), id, Action::Updated, &[text(Field::Name, "mine")]);
            world.change(deed(4), id, Action::Updated, &[text(Field::Name, "made")]);
        }
        world.change(deed(5), noted, Action::Noted, &[]);
        let undone = undo(world, "r1");
        assert_eq!((undone.restored, undone.kept.len()), (vec![gone], 1));
        assert_eq!(undone.kept[0].asset, noted);
    });
}

#[test]
fn a_creation_taken_back_goes_with_its_link_unless_it_was_touched() {
    in_a_world(|world| {
        let (source, run) = (world.source, stage::run(&world.store, world.tenant, world.source));
        let [gone, kept] = ["A-1", "A-2"].map(|tag| world.new_asset(tag));
        let ids = [gone.id, kept.id];
        let cause = run.to_string();
        let making = caused(2, &cause);
        world.write(move |tx| {
            for new in [gone, kept] {
                let saved = link(new.id, new.tag.as_str());
                ledger::create(tx, &making, &MINT, new, &[], None)?;
                links::save(tx, source, &[&saved])?;
            }
            Ok(())
        });
        world.change(deed(3), ids[1], Action::Updated, &[(Field::Cost, json!(5))]);
        let undone = undo(world, &cause);
        assert_eq!((undone.restored, undone.kept.len()), (vec![ids[0]], 1));
        assert_eq!(world.find(ids[0]), None);
        let left = world.read(move |tx| links::of_source(tx, source));
        assert_eq!(left, [link(ids[1], "A-2")]);
    });
}

#[test]
fn an_adoption_taken_back_is_unlinked() {
    in_a_world(|world| {
        let (source, run) = (world.source, stage::run(&world.store, world.tenant, world.source));
        let id = world.asset("A-1").id;
        let cause = run.to_string();
        world.change(caused(2, &cause), id, Action::Linked, &[]);
        world.write(move |tx| links::save(tx, source, &[&link(id, "dev-1")]));
        assert_eq!(undo(world, &cause).restored, [id]);
        assert!(world.read(move |tx| links::of_source(tx, source)).is_empty());
        assert_eq!(world.actions(id).last(), Some(&Action::Unlinked));
    });
}

#[test]
fn what_was_deleted_since_is_said() {
    in_a_world(|world| {
        let id = world.asset("A-1").id;
        world.change(caused(2, "r1"), id, Action::Updated, &[(Field::Name, Value::from("x"))]);
        world.write(move |tx| ledger::delete(tx, &deed(3), &MINT, id, None, None));
        assert_eq!(undo(world, "r1").kept[0].why, "the asset was deleted since");
    });
}

#[test]
fn what_was_merged_or_deleted_since_is_not_given_back() {
    in_a_world(|world| {
        let [robin, casey, twin] = ["Robin", "Casey", "Twin"].map(|name| world.employee(name).id);
        let id = world.asset("A-1").id;
        world.change(deed(1), id, Action::CheckedOut, &[held_by(robin)]);
        world.change(caused(2, "r1"), id, Action::CheckedOut, &[held_by(casey)]);
        let (from, into) = (Subject::Employee(robin), Subject::Employee(twin));
        while !world.write(move |tx| ledger::merge(tx, &deed(3), &MINT, from, into)) {}
        let undone = undo(world, "r1");
        assert_eq!((undone.restored.len(), undone.kept.len()), (0, 1));
        assert!(undone.kept[0].why.contains("merged or deleted"), "{undone:?}");
        assert_eq!(world.find(id).unwrap().custodian, Some(Custodian::Employee(casey)));
    });
}

#[test]
fn a_tag_that_another_asset_has_by_now_is_not_taken_from_it() {
    in_a_world(|world| {
        let id = world.asset("A-1").id;
        world.change(caused(2, "r1"), id, Action::Updated, &[text(Field::Tag, "A-2")]);
        world.asset("A-1");
        let undone = undo(world, "r1");
        assert_eq!((undone.restored.len(), undone.kept.len()), (0, 1), "{undone:?}");
        assert_eq!(world.find(id).unwrap().tag.as_str(), "A-2");
    });
}
