//! Two nouns become one: nothing points at the one that is gone, and the history tells it.

use domain::catalog::{Location, Status, StatusKind};
use domain::event::Subject;
use domain::id::{AssetId, noun};
use domain::person::Employee;
use domain::{Action, Asset, AssetTag, Custodian, Field, NewAsset};
use reconcile::inventory::{Baseline, Link};
use serde_json::{Value, json};

use super::nouns::{supplier, told};
use super::world::{World, deed, held_by, in_a_world, link, text};
use crate::ledger::BulkPerson;
use crate::stage::{MINT, at};
use crate::{
    StoreError, Tx, catalog, custody, employees, events, ledger, links, locations, nouns, products,
    sources, statuses,
};

/// As the app does: until it says that all is done. Answers after how many times.
fn merge(world: &World, from: Subject, into: Subject) -> usize {
    let step = || world.write(move |tx| ledger::merge(tx, &deed(50), &MINT, from, into));
    1 + std::iter::repeat_with(step).take_while(|done| !done).count()
}

fn gone(world: &World, subject: Subject) -> bool {
    world.read(move |tx| nouns::find_name(tx, subject)).is_none()
}

/// The asset as its events tell it is the asset.
fn agrees(world: &World, id: AssetId) -> Asset {
    let held = world.find(id).unwrap();
    let plain = NewAsset::plain(id, AssetTag::parse("?").unwrap(), world.status);
    let mut folded = plain.into_asset(at(0));
    folded.version = 0;
    for event in world.events(id) {
        folded.created_at =
            if event.action == Action::Created { event.at } else { folded.created_at };
        folded.fold(&event.changes, event.at).unwrap();
    }
    assert_eq!(folded, held);
    held
}

#[test]
fn assets_move_with_an_event_each_and_archived_ones_too() {
    in_a_world(|world| {
        let [acme, other] = ["Acme Ltd", "Acme"].map(|name| supplier(world, name));
        let bought = world.asset_with("A-1", &[text(Field::Supplier, acme)]).id;
        let old = world.asset_with("A-2", &[text(Field::Supplier, acme)]).id;
        let untouched = world.asset_with("A-3", &[text(Field::Supplier, other)]);
        world.change(deed(2), old, Action::Archived, &[text(Field::ArchivedAt, at(2))]);
        assert_eq!(merge(world, Subject::Supplier(acme), Subject::Supplier(other)), 1);
        for id in [bought, old] {
            assert_eq!(agrees(world, id).supplier, Some(other));
            let last = world.events(id).pop().unwrap();
            assert_eq!(last.action, Action::Updated);
            assert_eq!(last.note.as_deref(), Some("Acme Ltd was merged into Acme"));
        }
        assert_eq!(world.find(untouched.id), Some(untouched));
        assert!(gone(world, Subject::Supplier(acme)));
        let actions = |id| told(world, Subject::Supplier(id)).into_iter().map(|(action, _)| action);
        assert_eq!(actions(acme).next_back(), Some(Action::Deleted));
        assert_eq!(actions(other).next_back(), Some(Action::Merged));
    });
}

#[test]
fn many_assets_move_in_several_transactions_and_a_broken_off_merge_is_taken_up_again() {
    in_a_world(|world| {
        let [acme, other] = ["Acme Ltd", "Acme"].map(|name| supplier(world, name));
        let many = ledger::CHUNK + 3;
        let news: Vec<_> = (0..many).map(|n| world.new_asset(&format!("A-{n}"))).collect();
        world.write(move |tx| {
            news.into_iter().try_for_each(|new| {
                let bought = [text(Field::Supplier, acme)];
                ledger::create(tx, &deed(1), &MINT, new, &bought, None).map(drop)
            })
        });
        let (from, into) = (Subject::Supplier(acme), Subject::Supplier(other));
        assert!(!world.write(move |tx| ledger::merge(tx, &deed(50), &MINT, from, into)));
        assert!(!gone(world, from));
        assert_eq!(world.read(move |tx| nouns::uses(tx, from)).assets, 3);
        assert_eq!(merge(world, from, into), 1);
        let count = world.read(move |tx| catalog::find(tx, other)).unwrap().assets;
        assert_eq!(usize::try_from(count), Ok(many));
    });
}

#[test]
fn a_merged_person_held_it_all_along_and_keeps_what_only_one_of_them_had() {
    in_a_world(|world| {
        let [boss, twin, robin] = ["Boss", "R. Roe", "Robin Roe"].map(|name| world.employee(name));
        let id = world.asset_with("A-1", &[held_by(twin.id)]).id;
        let past = world.asset_with("A-2", &[held_by(twin.id)]).id;
        world.change(deed(5), past, Action::CheckedIn, &[(Field::Custodian, Value::Null)]);
        let titled =
            Employee { title: Some("Buyer".into()), manager: Some(robin.id), ..twin.clone() };
        let plain = Employee { email: None, manager: Some(twin.id), ..robin.clone() };
        let led = Employee { manager: Some(twin.id), ..boss.clone() };
        // The two are a ring, as it could be made before that was refused.
        let before = [twin.clone(), robin.clone(), boss.clone()];
        world.write(move |tx| {
            let all = before.iter().zip([&titled, &plain, &led]);
            all.into_iter().try_for_each(|(before, one)| employees::write(tx, at(6), before, one))
        });
        let source = world.source;
        let baseline = Baseline { user: Some(twin.id), ..Baseline::default() };
        let followed = Link { baseline, ..link(id, "dev-1") };
        world.write(move |tx| links::save(tx, source, &[&followed]));
        merge(world, Subject::Employee(twin.id), Subject::Employee(robin.id));
        let known = world.read(move |tx| links::of_source(tx, source));
        assert_eq!(known[0].baseline.user, Some(robin.id));
        assert_eq!(agrees(world, id).custodian, Some(Custodian::Employee(robin.id)));
        for asset in [id, past] {
            let intervals = world.read(move |tx| custody::of_asset(tx, asset));
            let [(interval, name)] = intervals.as_slice() else { panic!("{intervals:?}") };
            assert_eq!(
                (interval.custodian, name.as_str()),
                (Custodian::Employee(robin.id), "Robin Roe")
            );
            assert_eq!(interval.from_at, at(1));
            assert_eq!(interval.until_at.is_none(), asset == id);
        }
        let find = |id| world.read(move |tx| employees::find(tx, id));
        let whole = find(robin.id).unwrap();
        assert_eq!((whole.email, whole.title.as_deref()), (twin.email, Some("Buyer")));
        assert_eq!((whole.manager, find(boss.id).unwrap().manager), (None, Some(robin.id)));
        assert_eq!(find(twin.id), None);
    });
}

#[test]
fn merging_people_makes_no_ring_of_those_above_them() {
    in_a_world(|world| {
        let [top, gone, between, stays] =
            ["Top", "Gone", "Between", "Stays"].map(|name| world.employee(name));
        let led = [(&gone, &top), (&between, &gone), (&stays, &between)]
            .map(|(own, above)| Employee { manager: Some(above.id), ..own.clone() });
        world.write(move |tx| {
            led.iter().try_for_each(|one| employees::update(tx, &deed(6), &MINT, one, None))
        });
        merge(world, Subject::Employee(gone.id), Subject::Employee(stays.id));
        let above = |id| world.read(move |tx| employees::find(tx, id)).unwrap().manager;
        assert_eq!((above(stays.id), above(between.id)), (Some(top.id), Some(stays.id)));
        // And who is above everybody else stays there.
        merge(world, Subject::Employee(between.id), Subject::Employee(top.id));
        assert_eq!((above(top.id), above(stays.id)), (None, Some(top.id)));
    });
}

#[test]
fn a_place_takes_in_what_stood_in_the_other_even_when_it_stood_there_itself() {
    in_a_world(|world| {
        let place = |name: &str, parent| Location { id: MINT.id(at(0)), name: name.into(), parent };
        let land = place("Land", None);
        let house = place("House", Some(land.id));
        let floor = place("Floor", Some(house.id));
        let room = place("Room", Some(floor.id));
        let [house_id, floor_id, room_id] = [house.id, floor.id, room.id];
        let land_id = land.id;
        world.write(move |tx| {
            [land, house, floor, room]
                .iter()
                .try_for_each(|place| locations::create(tx, &deed(0), &MINT, place))
        });
        let held = (Field::Custodian, json!(Custodian::Location(house_id)));
        let id = world.asset_with("A-1", &[text(Field::Location, house_id), held]).id;
        merge(world, Subject::Location(house_id), Subject::Location(room_id));
        let parent = |id| world.read(move |tx| locations::find(tx, id)).unwrap().parent;
        assert_eq!((parent(room_id), parent(floor_id)), (Some(land_id), Some(room_id)));
        let asset = agrees(world, id);
        assert_eq!(asset.location, Some(room_id));
        assert_eq!(asset.custodian, Some(Custodian::Location(room_id)));
    });
}

#[test]
fn a_category_is_replaced_on_products_assets_and_in_the_settings_of_sources() {
    in_a_world(|world| {
        let [kandji, laptops] = [(); 2].map(|()| MINT.id(at(0)));
        let product = world.product("MacBook");
        world.write(move |tx| {
            catalog::create::<noun::Category>(tx, &deed(0), &MINT, kandji, "Kandji")?;
            catalog::create::<noun::Category>(tx, &deed(0), &MINT, laptops, "Laptops")?;
            let mut changed = products::find(tx, product)?.ok_or(StoreError::NotFound)?;
            changed.category = Some(kandji);
            products::update(tx, &deed(1), &MINT, &changed, None)
        });
        let by_product = world.asset_with("A-1", &[text(Field::Product, product)]).id;
        let own = world.asset_with("A-2", &[text(Field::Category, kandji)]).id;
        merge(world, Subject::Category(kandji), Subject::Category(laptops));
        assert_eq!(agrees(world, own).category, Some(laptops));
        assert_eq!(agrees(world, by_product).category, None);
        let entry = world.read(move |tx| catalog::find(tx, laptops)).unwrap();
        assert_eq!(entry.assets, 2);
        let source = world.source;
        let rules = world.read(move |tx| sources::find(tx, source)).unwrap().rules;
        assert_eq!(rules.category.default, laptops.to_string());
        let told = world.read(move |tx| events::of_subject(tx, Subject::Source(source), None, 9));
        let change = &told.items[0].changes[0];
        assert_eq!(change.field.to_string(), "fields.settings.category.default");
        assert_eq!(told.items[0].note.as_deref(), Some("Kandji was merged into Laptops"));
        let used = world.read(move |tx| nouns::uses(tx, Subject::Category(laptops)));
        assert_eq!((used.assets, used.products, used.sources), (1, 1, 1));
    });
}

#[test]
fn two_products_become_one_that_sources_know_by_both_names() {
    in_a_world(|world| {
        let [old, new] = ["MacBook Pro 14\"", "MacBook Pro"].map(|name| world.product(name));
        let id = world.asset_with("A-1", &[text(Field::Product, old)]).id;
        merge(world, Subject::Product(old), Subject::Product(new));
        assert_eq!(agrees(world, id).product, Some(new));
        let product = world.read(move |tx| products::find(tx, new)).unwrap();
        assert_eq!(product.models, ["MacBook Pro", "MacBook Pro 14\""]);
    });
}

#[test]
fn makers_of_products_with_one_name_do_not_merge_before_these_do() {
    in_a_world(|world| {
        let [acme, other] = [(); 2].map(|()| MINT.id(at(0)));
        let [dock, twin] = ["Dock", "Docks"].map(|name| world.product(name));
        world.write(move |tx| {
            catalog::create::<noun::Manufacturer>(tx, &deed(0), &MINT, acme, "Acme")?;
            catalog::create::<noun::Manufacturer>(tx, &deed(0), &MINT, other, "Other")?;
            for (product, maker) in [(dock, acme), (twin, other)] {
                let mut changed = products::find(tx, product)?.ok_or(StoreError::NotFound)?;
                changed.name = "Dock".into();
                changed.manufacturer = Some(maker);
                products::update(tx, &deed(1), &MINT, &changed, None)?;
            }
            Ok(())
        });
        let (from, into) = (Subject::Manufacturer(acme), Subject::Manufacturer(other));
        let refused = world.try_write(move |tx| ledger::merge(tx, &deed(2), &MINT, from, into));
        assert_eq!(refused, Err(StoreError::Conflict("products_name".into())));
        merge(world, Subject::Product(dock), Subject::Product(twin));
        merge(world, from, into);
        let product = world.read(move |tx| products::find(tx, twin)).unwrap();
        assert_eq!(product.manufacturer, Some(other));
    });
}

#[test]
fn the_last_ready_status_is_not_merged_away() {
    in_a_world(|world| {
        let ready = world.status;
        let lost = world.read(statuses::list).last().unwrap().status.id;
        let (from, into) = (Subject::Status(ready), Subject::Status(lost));
        let refused = world.try_write(move |tx| ledger::merge(tx, &deed(2), &MINT, from, into));
        assert_eq!(refused, Err(StoreError::Conflict("statuses_ready".into())));
        let spare = Status {
            id: MINT.id(at(0)),
            name: "Spare".into(),
            kind: StatusKind::Ready,
            color: "blue".into(),
        };
        let id = world.asset("A-1").id;
        let into = spare.id;
        world.write(move |tx| statuses::create(tx, &deed(3), &MINT, &spare));
        merge(world, from, Subject::Status(into));
        assert_eq!(agrees(world, id).status, into);
        assert_eq!(world.read(statuses::default), into);
    });
}

#[test]
fn the_dates_of_two_stays_are_not_mixed() {
    in_a_world(|world| {
        let [old, new] = ["Robin", "Robin Reyes"].map(|name| world.employee(name).id);
        let date = |text: &str| Some(text.parse().unwrap());
        let stay = |id, starts_on, ends_on| {
            world.write(move |tx| {
                let held = employees::find(tx, id)?.unwrap();
                let dated = Employee { starts_on, ends_on, ..held };
                employees::update(tx, &deed(2), &MINT, &dated, None)
            });
        };
        stay(old, date("2020-01-01"), date("2024-06-30"));
        stay(new, date("2026-03-01"), None);
        merge(world, Subject::Employee(old), Subject::Employee(new));
        let whole = world.read(move |tx| employees::find(tx, new)).unwrap();
        assert_eq!((whole.starts_on, whole.ends_on), (date("2026-03-01"), None));
    });
}

/// Somebody gives the employee a title while the other thing happens to them.
pub fn titled(employee: &Employee) -> impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError> + use<> {
    let employee = Employee { title: Some("Buyer".into()), ..employee.clone() };
    move |tx| employees::update(tx, &deed(40), &MINT, &employee, None)
}

#[test]
fn what_is_edited_while_things_are_merged_is_not_lost() {
    in_a_world(|world| {
        let [north, south] = ["North", "South"].map(|name| world.location(name));
        let mut robin = world.employee("Robin");
        robin.location = Some(north);
        let placed = robin.clone();
        world.write(move |tx| employees::update(tx, &deed(2), &MINT, &placed, None));
        let (from, into) = (Subject::Location(north), Subject::Location(south));
        let merged = move |tx: &mut Tx<'_>| ledger::merge(tx, &deed(50), &MINT, from, into);
        assert!(world.at_once(titled(&robin), merged));
        let now = world.read(move |tx| employees::find(tx, robin.id)).unwrap();
        assert_eq!((now.title.as_deref(), now.location), (Some("Buyer"), Some(south)));
    });
}

#[test]
fn who_is_edited_while_an_import_is_written_is_left_alone() {
    in_a_world(|world| {
        let robin = world.employee("Robin");
        let before = robin.clone();
        let imported = move |tx: &mut Tx<'_>| {
            let after = Employee { leaver: true, ..before.clone() };
            let one = BulkPerson { before: Some(&before), after: &after, note: "line 2" };
            ledger::bulk_people(tx, &deed(50), &MINT, &[one])
        };
        assert!(world.at_once(titled(&robin), imported).is_empty());
        let now = world.read(move |tx| employees::find(tx, robin.id)).unwrap();
        assert_eq!((now.title.as_deref(), now.leaver), (Some("Buyer"), false));
    });
}
