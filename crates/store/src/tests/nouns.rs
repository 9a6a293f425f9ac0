//! What all nouns share: events of their changes, names that last, and nothing goes while in use.

use std::sync::{Arc, Barrier};

use domain::catalog::{Location, Product, Status, StatusKind};
use domain::event::Subject;
use domain::id::{AssetId, noun};
use domain::person::Employee;
use domain::{Action, Custodian, Field, FieldChange, Id};
use reconcile::preset::Preset;
use serde_json::{Value, json};

use super::world::{World, deed, held_by, in_a_world, text};
use crate::nouns::Uses;
use crate::stage::{MINT, at};
use crate::{
    StoreError, catalog, custody, employees, events, inventory, ledger, locations, nouns, products,
    statuses,
};

pub fn supplier(world: &World, name: &'static str) -> Id<noun::Supplier> {
    let id = MINT.id(at(0));
    world.write(move |tx| catalog::create::<noun::Supplier>(tx, &deed(0), &MINT, id, name));
    id
}

pub fn told(world: &World, subject: Subject) -> Vec<(Action, Vec<FieldChange>)> {
    let page = world.read(move |tx| events::of_subject(tx, subject, None, 100));
    page.items.into_iter().rev().map(|event| (event.action, event.changes)).collect()
}

#[test]
fn every_change_of_a_noun_is_an_event() {
    in_a_world(|world| {
        let id = supplier(world, "Acme");
        world.write(move |tx| catalog::rename(tx, &deed(1), &MINT, id, "Acme GmbH"));
        world.write(move |tx| catalog::rename(tx, &deed(2), &MINT, id, "Acme GmbH"));
        assert!(world.write(move |tx| catalog::delete(tx, &deed(3), &MINT, id)));
        let name =
            |before: Value, after: Value| vec![FieldChange { field: Field::Name, before, after }];
        assert_eq!(
            told(world, Subject::Supplier(id)),
            [
                (Action::Created, name(Value::Null, json!("Acme"))),
                (Action::Updated, name(json!("Acme"), json!("Acme GmbH"))),
                (Action::Deleted, name(json!("Acme GmbH"), Value::Null)),
            ]
        );
    });
}

#[test]
fn what_points_at_a_noun_is_counted_archived_assets_too() {
    in_a_world(|world| {
        let (place, robin) = (world.location("Store"), world.employee("Robin"));
        let stored = world.asset_with("A-1", &[text(Field::Location, place)]).id;
        world.change(deed(2), stored, Action::Archived, &[text(Field::ArchivedAt, at(2))]);
        let held = (Field::Custodian, json!(Custodian::Location(place)));
        world.asset_with("A-2", &[held]);
        world.asset_with("A-3", &[held_by(robin.id)]);
        let room = Location { id: MINT.id(at(0)), name: "Room".into(), parent: Some(place) };
        let casey =
            Employee { manager: Some(robin.id), ..Employee::named(MINT.id(at(0)), "Casey") };
        let there = Employee { location: Some(place), ..robin.clone() };
        world.write(move |tx| {
            locations::create(tx, &deed(1), &MINT, &room)?;
            employees::create(tx, &deed(1), &MINT, &casey, None)?;
            employees::update(tx, &deed(1), &MINT, &there, None)
        });
        let used = world.read(move |tx| nouns::uses(tx, Subject::Location(place)));
        assert_eq!(used, Uses { assets: 2, employees: 1, locations: 1, ..Uses::default() });
        assert_eq!(used.to_string(), "2 assets, 1 employee and 1 location");
        let used = world.read(move |tx| nouns::uses(tx, Subject::Employee(robin.id)));
        assert_eq!(used, Uses { assets: 1, employees: 1, ..Uses::default() });
        let kept = world.try_write(move |tx| locations::delete(tx, &deed(3), &MINT, place));
        assert_eq!(kept, Err(StoreError::Conflict("in_use".into())));
    });
}

#[test]
fn one_status_that_is_ready_stays() {
    in_a_world(|world| {
        let only = world.status;
        let pending = Status {
            id: only,
            name: "Ready".into(),
            kind: StatusKind::Pending,
            color: "blue".into(),
        };
        let spare = Status {
            id: MINT.id(at(0)),
            name: "Spare".into(),
            kind: StatusKind::Ready,
            ..pending.clone()
        };
        let refused = Err(StoreError::Conflict("statuses_ready".into()));
        let (turned, added) = (pending.clone(), spare.clone());
        assert_eq!(
            world.try_write(move |tx| statuses::update(tx, &deed(1), &MINT, &turned)),
            refused
        );
        world.write(move |tx| statuses::create(tx, &deed(2), &MINT, &added));
        world.write(move |tx| statuses::update(tx, &deed(3), &MINT, &pending));
        let spare = spare.id;
        let gone = world.try_write(move |tx| statuses::delete(tx, &deed(4), &MINT, spare));
        assert_eq!(gone, Err(StoreError::Conflict("statuses_ready".into())));
        world.write(move |tx| statuses::place(tx, &deed(5), &MINT, spare, 1));
        let order = world.read(statuses::list);
        assert_eq!(order.first().map(|row| row.status.id), Some(spare));
        // Each of the others stands one further down, which is news too.
        assert!(order.iter().all(|row| row.stamp.updated_at == at(5)));
        assert_eq!(world.read(statuses::default), spare);
    });
}

#[test]
fn an_employee_reports_to_someone_who_is_there_and_not_to_themselves() {
    in_a_world(|world| {
        let robin = world.employee("Robin");
        let try_with = |manager| {
            let changed = Employee { manager: Some(manager), ..robin.clone() };
            world.try_write(move |tx| employees::update(tx, &deed(1), &MINT, &changed, None))
        };
        assert_eq!(try_with(robin.id), Err(StoreError::Conflict("employees_manager".into())));
        assert_eq!(try_with(MINT.id(at(0))), Err(StoreError::Referenced));
        let casey = world.employee("Casey").id;
        assert_eq!(try_with(casey), Ok(()));
        let id = robin.id;
        let row = world.read(move |tx| employees::row(tx, id)).unwrap();
        assert_eq!(row.manager.as_deref(), Some("Casey"));
    });
}

/// B24, B26: a source says the old name; the thing it means has another by now.
#[test]
fn b26_what_was_renamed_by_hand_is_still_known_to_sources() {
    in_a_world(|world| {
        let (apple, other) = (MINT.id(at(0)), MINT.id(at(0)));
        let product = world.product("MacBook Air");
        world.write(move |tx| {
            catalog::create::<noun::Manufacturer>(tx, &deed(0), &MINT, apple, "Apple")?;
            catalog::create::<noun::Manufacturer>(tx, &deed(0), &MINT, other, "Other")?;
            let mut changed = products::find(tx, product)?.ok_or(StoreError::NotFound)?;
            changed.manufacturer = Some(apple);
            products::update(tx, &deed(1), &MINT, &changed, None)?;
            changed.name = "Air".into();
            changed.manufacturer = Some(other);
            products::update(tx, &deed(2), &MINT, &changed, None)?;
            catalog::rename(tx, &deed(3), &MINT, apple, "Apple Inc.")
        });
        let source = world.source;
        let recalled =
            world.read(move |tx| inventory::recall(tx, source, &Preset::Recommended.rules()));
        let known: Vec<_> =
            recalled.manufacturers.iter().map(|(id, name)| (*id, name.as_str())).collect();
        assert_eq!(known, [(apple, "apple"), (apple, "Apple Inc."), (other, "Other")]);
        let makers: Vec<_> = recalled.products.iter().map(|product| product.manufacturer).collect();
        assert_eq!(makers.len(), 3);
        assert!(makers.contains(&Some(apple)) && makers[0] == Some(other));
        assert!(
            recalled
                .products
                .iter()
                .all(|Product { models, .. }| { models.contains(&"MacBook Air".to_owned()) })
        );
    });
}

#[test]
fn who_had_it_on_a_day_is_the_last_who_had_it_then() {
    in_a_world(|world| {
        let [robin, casey] = ["Robin", "Casey"].map(|name| world.employee(name).id);
        let id = world.asset("A-1").id;
        world.change(deed(10), id, Action::CheckedOut, &[held_by(robin)]);
        world.change(deed(20), id, Action::CheckedIn, &[(Field::Custodian, Value::Null)]);
        world.change(deed(30), id, Action::CheckedOut, &[held_by(casey)]);
        for (from, until, expect) in [
            (0, 10, None),
            (0, 11, Some("Robin")),
            (15, 16, Some("Robin")),
            (20, 30, None),
            (10, 31, Some("Casey")),
            (100, 200, Some("Casey")),
        ] {
            let found = world.read(move |tx| custody::within(tx, id, at(from), at(until)));
            assert_eq!(found.as_ref().map(|(_, name)| name.as_str()), expect, "{from}–{until}");
        }
    });
}

#[test]
fn a_thing_in_a_thing_is_inside_it_at_any_depth() {
    in_a_world(|world| {
        let holds = |id| (Field::Custodian, json!(Custodian::Asset(id)));
        let bag = world.asset("BAG").id;
        let laptop = world.asset_with("MAC", &[holds(bag)]).id;
        let dock = world.asset_with("DOCK", &[holds(laptop)]).id;
        for (place, asset, expect) in
            [(dock, bag, true), (dock, dock, true), (bag, dock, false), (laptop, dock, false)]
        {
            assert_eq!(world.write(move |tx| custody::inside(tx, place, asset)), expect);
        }
    });
}

/// Each looks first, then writes; on PostgreSQL all look before one writes.
fn at_once(world: &World, moves: [(AssetId, AssetId); 2]) -> Vec<Result<bool, StoreError>> {
    let sqlite = matches!(world.store.url(), crate::DatabaseUrl::Sqlite(_));
    let both = Arc::new(Barrier::new(2));
    let put = |(asset, place): (AssetId, AssetId)| {
        let (store, tenant, both) = (world.store.clone(), world.tenant, Arc::clone(&both));
        std::thread::spawn(move || {
            store.write_blocking(tenant, move |tx| {
                let ring = custody::inside(tx, place, asset)?;
                if !sqlite {
                    both.wait();
                }
                if !ring {
                    let value = (Field::Custodian, json!(Custodian::Asset(place)));
                    let action = Action::CheckedOut;
                    ledger::change(tx, &deed(9), &MINT, asset, None, action, &[value], None)?;
                }
                Ok::<_, StoreError>(!ring)
            })
        })
    };
    let moves = moves.map(put);
    moves.into_iter().map(|thread| thread.join().unwrap()).collect()
}

#[test]
fn two_that_are_put_into_each_other_at_once_do_not_make_a_ring() {
    in_a_world(|world| {
        let holds = |id| (Field::Custodian, json!(Custodian::Asset(id)));
        let (outer, other) = (world.asset("A").id, world.asset("B").id);
        let inner = world.asset_with("X", &[holds(outer)]).id;
        let within = world.asset_with("Y", &[holds(other)]).id;
        let done = at_once(world, [(outer, within), (other, inner)]);
        let went = done.iter().filter(|done| **done == Ok(true)).count();
        assert_eq!(went, 1, "{done:?}");
        for id in [outer, other, inner, within] {
            let around = world.read(move |tx| custody::around(tx, id));
            let last = around.len();
            assert!(last <= 4, "{around:?}");
        }
        let ends = [outer, other].map(|id| world.find(id).unwrap().custodian);
        assert_eq!(ends.iter().filter(|custodian| custodian.is_none()).count(), 1, "{ends:?}");
    });
}
