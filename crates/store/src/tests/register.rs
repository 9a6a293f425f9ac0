//! The register's own nouns: unique names, counts, what refuses to go.

use domain::catalog::{Location, Product, Status, StatusKind};
use domain::id::{LocationId, noun};
use domain::person::Employee;
use domain::text::key;
use domain::{Action, Field, Id};

use super::world::{World, deed, held_by, in_a_world, text};
use crate::employees::{self, EmployeeQuery};
use crate::products::{ProductQuery, ProductRow, ProductSort};
use crate::stage::{MINT, at};
use crate::{StoreError, catalog, changes, custody, home, locations, products, statuses};

fn category(world: &World, name: &'static str) -> Id<noun::Category> {
    let id = MINT.id(at(0));
    world.write(move |tx| catalog::create::<noun::Category>(tx, &deed(0), &MINT, id, name));
    id
}

#[test]
fn names_are_unique_however_they_are_spelled() {
    in_a_world(|world| {
        let phones = category(world, "Phones");
        let twice = world.try_write(|tx| {
            catalog::create::<noun::Category>(tx, &deed(0), &MINT, MINT.id(at(0)), " PHONES")
        });
        assert_eq!(twice, Err(StoreError::Conflict("categories_name".into())));
        let found = world.read(|tx| catalog::find_by_name::<noun::Category>(tx, "phones"));
        assert_eq!(found.unwrap().id, phones);
        world.write(move |tx| catalog::rename(tx, &deed(1), &MINT, phones, "Telephones"));
        assert_eq!(world.read(move |tx| catalog::find(tx, phones)).unwrap().name, "Telephones");
    });
}

#[test]
fn an_asset_shows_its_own_category_else_its_products() {
    in_a_world(|world| {
        let [phones, spares] = [category(world, "Phones"), category(world, "Spares")];
        let product = world.product("iPhone 15");
        let first = world.asset_with("A-1", &[text(Field::Product, product)]);
        world.asset_with("A-2", &[text(Field::Product, product), text(Field::Category, spares)]);
        let counts = || {
            let entries = world.read(catalog::list::<noun::Category>);
            entries.iter().map(|entry| (entry.name.clone(), entry.assets)).collect::<Vec<_>>()
        };
        assert_eq!(counts(), [("Phones".to_owned(), 0), ("Spares".to_owned(), 1)]);
        let mut changed = world.read(move |tx| products::find(tx, product)).unwrap();
        changed.category = Some(phones);
        world.write(move |tx| products::update(tx, &deed(1), &MINT, &changed, None));
        assert_eq!(counts(), [("Phones".to_owned(), 1), ("Spares".to_owned(), 1)]);
        world.change(deed(2), first.id, Action::Updated, &[text(Field::Category, spares)]);
        assert_eq!(counts(), [("Phones".to_owned(), 0), ("Spares".to_owned(), 2)]);
    });
}

#[test]
fn what_is_in_use_does_not_go() {
    in_a_world(|world| {
        let product = world.product("MacBook");
        let id = world.asset_with("A-1", &[text(Field::Product, product)]).id;
        let kept = world.try_write(move |tx| products::delete(tx, &deed(0), &MINT, product));
        assert_eq!(kept, Err(StoreError::Conflict("in_use".into())));
        let status = world.status;
        assert_eq!(
            world.try_write(move |tx| statuses::delete(tx, &deed(0), &MINT, status)),
            Err(StoreError::Conflict("statuses_ready".into()))
        );
        world.change(deed(2), id, Action::Updated, &[(Field::Product, serde_json::Value::Null)]);
        assert!(world.write(move |tx| products::delete(tx, &deed(0), &MINT, product)));
        assert!(!world.write(move |tx| products::delete(tx, &deed(0), &MINT, product)));
    });
}

#[test]
fn products_of_two_makers_may_share_a_name_and_are_listed_with_their_counts() {
    in_a_world(|world| {
        let maker = MINT.id(at(0));
        world.write(move |tx| {
            catalog::create::<noun::Manufacturer>(tx, &deed(0), &MINT, maker, "Acme")
        });
        let product = world.product("Dock");
        let twin = Product {
            id: MINT.id(at(0)),
            name: "dock".into(),
            manufacturer: Some(maker),
            category: None,
            models: Vec::new(),
            identifiers: Vec::new(),
        };
        let again = Product { id: MINT.id(at(0)), ..twin.clone() };
        world.write(move |tx| products::create(tx, &deed(0), &MINT, &twin));
        let taken = world.try_write(move |tx| products::create(tx, &deed(0), &MINT, &again));
        assert_eq!(taken, Err(StoreError::Conflict("products_name".into())));
        world.asset_with("A-1", &[text(Field::Product, product)]);
        let named = ProductQuery { q: Some("OCK".into()), ..ProductQuery::default() };
        let of_maker = ProductQuery { manufacturer: Some(maker), ..ProductQuery::default() };
        let again = named.clone();
        let page = world.read(move |tx| products::list(tx, &named, None, 1));
        assert_eq!((page.items[0].assets, page.items[0].manufacturer.clone()), (1, None));
        let next = world.read(move |tx| products::list(tx, &again, page.next.as_ref(), 1));
        assert_eq!(next.items[0].manufacturer.as_deref(), Some("Acme"));
        assert_eq!(next.next, None);
        assert_eq!(world.read(move |tx| products::count(tx, &of_maker)), 1);
    });
}

#[test]
fn statuses_keep_their_order_and_the_first_ready_one_is_the_default() {
    in_a_world(|world| {
        let spare = Status {
            id: MINT.id(at(0)),
            name: "Spare".into(),
            kind: StatusKind::Ready,
            color: "blue".into(),
        };
        let added = spare.clone();
        world.write(move |tx| statuses::create(tx, &deed(0), &MINT, &added));
        world.asset("A-1");
        let listed = world.read(statuses::list);
        assert_eq!(listed.first().map(|row| (row.status.id, row.assets)), Some((world.status, 1)));
        assert_eq!(listed.last().map(|row| row.status.clone()), Some(spare));
    });
}

#[test]
fn two_places_share_a_name_where_each_stands_elsewhere_and_each_count_takes_in_what_is_inside() {
    in_a_world(|world| {
        let place = |name: &str, parent| Location { id: MINT.id(at(0)), name: name.into(), parent };
        let [berlin, oslo] = ["Berlin", "Oslo"].map(|name| place(name, None));
        let [here, there] = [&berlin, &oslo].map(|city| place("Storage", Some(city.id)));
        let (here_id, there_id, berlin_id) = (here.id, there.id, berlin.id);
        let (twin, top) = (place("storage", Some(berlin.id)), place("BERLIN", None));
        world.write(move |tx| {
            [berlin, oslo, here, there]
                .iter()
                .try_for_each(|place| locations::create(tx, &deed(0), &MINT, place))
        });
        for odd in [twin, top] {
            let refused = world.try_write(move |tx| locations::create(tx, &deed(1), &MINT, &odd));
            assert_eq!(refused, Err(StoreError::Conflict("locations_name".into())));
        }
        world.asset_with("A-1", &[text(Field::Location, here_id)]);
        world.asset_with("A-2", &[text(Field::Location, berlin_id)]);
        let told = world.read(locations::list).into_iter();
        let told: Vec<_> = told.map(|row| (row.path, row.assets, row.with_inside)).collect();
        let told: Vec<_> =
            told.iter().map(|(path, own, all)| (path.as_str(), *own, *all)).collect();
        assert_eq!(
            told,
            [
                ("Berlin", 1, 2),
                ("Berlin / Storage", 1, 1),
                ("Oslo", 0, 0),
                ("Oslo / Storage", 0, 0)
            ]
        );
        let called = world.read(move |tx| {
            locations::called(tx, [here_id, there_id, berlin_id].map(LocationId::number))
        });
        let mut called: Vec<_> = called.into_values().collect();
        called.sort();
        assert_eq!(called, ["Berlin", "Berlin / Storage", "Oslo / Storage"]);
    });
}

#[test]
fn each_change_of_a_noun_gives_it_another_version_and_an_older_one_is_refused() {
    in_a_world(|world| {
        let id = MINT.id::<noun::Category>(at(0));
        world.write(move |tx| catalog::create(tx, &deed(1), &MINT, id, "Phones"));
        let stamp = || world.read(move |tx| catalog::find(tx, id)).unwrap().stamp;
        let first = stamp();
        assert_eq!(first.updated_at, at(1));
        world.write(move |tx| catalog::rename(tx, &deed(2), &MINT, id, "Telephones"));
        let second = stamp();
        assert!(second.version > first.version && second.updated_at == at(2));
        let subject = domain::Subject::Category(id);
        let expect = |version| world.try_write(move |tx| changes::expect(tx, subject, version));
        assert_eq!(expect(Some(first.version)), Err(StoreError::Stale));
        assert_eq!(expect(Some(second.version)), Ok(()));
        assert_eq!(expect(None), Ok(()));
        // To say the same once more is no change.
        world.write(move |tx| catalog::rename(tx, &deed(3), &MINT, id, "Telephones"));
        assert_eq!(stamp(), second);
    });
}

#[test]
fn a_place_cannot_stand_inside_itself() {
    in_a_world(|world| {
        let place = |name: &str, parent| Location { id: MINT.id(at(0)), name: name.into(), parent };
        let house = place("House", None);
        let floor = place("Floor", Some(house.id));
        let room = place("Room", Some(floor.id));
        let inside_out = Location { parent: Some(room.id), ..house.clone() };
        let own = Location { parent: Some(room.id), ..room.clone() };
        world.write(move |tx| {
            [house, floor, room]
                .iter()
                .try_for_each(|place| locations::create(tx, &deed(0), &MINT, place))
        });
        for odd in [inside_out, own] {
            let refused =
                world.try_write(move |tx| locations::update(tx, &deed(1), &MINT, &odd, None));
            assert_eq!(refused, Err(StoreError::Conflict("locations_parent".into())));
        }
    });
}

#[test]
fn employees_are_found_by_part_of_name_or_address_with_what_they_hold() {
    in_a_world(|world| {
        let robin = world.employee("Robin Żak").id;
        world.employee("Casey Miller");
        world.asset_with("A-1", &[held_by(robin)]);
        let ask = |q: &str, holding: Option<bool>| {
            let q = (!q.is_empty()).then(|| q.to_owned());
            let query = EmployeeQuery { q, holding, limit: 10, ..EmployeeQuery::default() };
            let rows = world.read(move |tx| employees::list(tx, &query)).items;
            rows.into_iter().map(|row| (row.employee.name, row.holds)).collect::<Vec<_>>()
        };
        assert_eq!(ask("", None), [("Casey Miller".to_owned(), 0), ("Robin Żak".to_owned(), 1)]);
        assert_eq!(ask("żAK", None), [("Robin Żak".to_owned(), 1)]);
        assert_eq!(ask("casey-miller@", None), [("Casey Miller".to_owned(), 0)]);
        assert_eq!(ask("", Some(true)), [("Robin Żak".to_owned(), 1)]);
        assert_eq!(ask("", Some(false)), [("Casey Miller".to_owned(), 0)]);
    });
}

#[test]
fn an_address_belongs_to_one_employee_and_a_holder_stays_and_is_known_once_gone() {
    in_a_world(|world| {
        let robin = world.employee("Robin");
        let twin = Employee { id: MINT.id(at(0)), ..robin.clone() };
        let taken = world.try_write(move |tx| employees::create(tx, &deed(1), &MINT, &twin, None));
        assert_eq!(taken, Err(StoreError::Conflict("employees_email".into())));
        let asset = world.asset_with("A-1", &[held_by(robin.id)]).id;
        let delete = |world: &World| {
            world.try_write(move |tx| employees::delete(tx, &deed(2), &MINT, robin.id, None))
        };
        assert_eq!(delete(world), Err(StoreError::Conflict("in_use".into())));
        world.change(
            deed(3),
            asset,
            Action::CheckedIn,
            &[(Field::Custodian, serde_json::Value::Null)],
        );
        assert_eq!(delete(world), Ok(true));
        let past = world.read(move |tx| custody::of_asset(tx, asset));
        assert_eq!((past[0].1.as_str(), past[0].0.gone), ("Robin (deleted)", true));
    });
}

#[test]
fn home_counts_what_there_is() {
    in_a_world(|world| {
        let mut robin = world.employee("Robin");
        let product = world.product("MacBook");
        world.asset_with("A-1", &[held_by(robin.id), text(Field::Product, product)]);
        world.asset("A-2");
        robin.leaver = true;
        let left = robin.clone();
        world.write(move |tx| employees::update(tx, &deed(2), &MINT, &left, None));
        let home = world.read(|tx| {
            home::home(tx, jiff::civil::date(2026, 10, 1), [at(0); 3], &[at(-100), at(0)])
        });
        assert_eq!(home.products, [("MacBook".to_owned(), vec![product], 1)]);
        assert_eq!((home.checked_out, home.in_store), (1, 1));
        assert_eq!(home.leavers, [(robin.id, "Robin".to_owned(), 1)]);
        assert_eq!((home.last_seen, home.enrolled), ([0; 5], vec![0, 0]));
        assert_eq!(home.statuses[0].1, 2);
    });
}

#[test]
fn products_are_walked_in_every_order_and_back_again() {
    in_a_world(|world| {
        let phones = category(world, "Phones");
        let maker = MINT.id(at(0));
        world.write(move |tx| {
            catalog::create::<noun::Manufacturer>(tx, &deed(0), &MINT, maker, "Acme")
        });
        let all = [
            ("dock", true, false, vec!["Mac2"]),
            ("Dock", false, true, vec![]),
            ("Čidlo", true, true, vec!["Mac10"]),
            ("iPhone 15", false, false, vec![]),
        ];
        for (place, (name, made, kind, identifiers)) in (0_i64..).zip(all) {
            let product = Product {
                id: MINT.id(at(0)),
                name: name.into(),
                manufacturer: made.then_some(maker),
                category: kind.then_some(phones),
                models: Vec::new(),
                identifiers: identifiers.into_iter().map(str::to_owned).collect(),
            };
            let (id, second) = (product.id, 10 - place / 2);
            world.write(move |tx| products::create(tx, &deed(second), &MINT, &product));
            for n in 0..place % 3 {
                world.asset_with(&format!("A-{place}-{n}"), &[text(Field::Product, id)]);
            }
        }
        for (word, sort) in ProductSort::ALL {
            let place = |row: &ProductRow| {
                let folded = |text: &Option<String>| text.as_deref().map(key).unwrap_or_default();
                let text = match sort {
                    ProductSort::Name => key(&row.product.name),
                    ProductSort::Manufacturer => folded(&row.manufacturer),
                    ProductSort::Category => folded(&row.category),
                    ProductSort::Identifiers => row.product.identifiers.join(","),
                    ProductSort::Assets => format!("{:04}", row.assets),
                    ProductSort::UpdatedAt => row.stamp.updated_at.to_string(),
                };
                (text, row.product.id.number())
            };
            let query = ProductQuery { sort, ..ProductQuery::default() };
            let found = walked(world, &query);
            let places: Vec<_> = found.iter().map(place).collect();
            assert!(found.len() == 4 && places.is_sorted(), "{word}: {places:?}");
            let back = walked(world, &ProductQuery { descending: true, ..query });
            assert!(back.iter().rev().eq(&found), "{word} the other way");
        }
    });
}

/// Every page, one row each.
fn walked(world: &World, query: &ProductQuery) -> Vec<ProductRow> {
    let (mut rows, mut cursor) = (Vec::new(), None);
    loop {
        let asked = query.clone();
        let page = world.read(move |tx| products::list(tx, &asked, cursor.as_ref(), 1));
        rows.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return rows;
        }
    }
}
