//! What reports count and put in order, against both databases.

use domain::depreciation::UsefulLife;
use domain::id::{UserId, noun};
use domain::mailing::{Attached, Every, Mailing, Recipient, Rhythm};
use domain::{Custodian, Field};
use jiff::civil::date;
use serde_json::{Value, json};

use super::world::{World, deed, held_by, in_a_world, link, text};
use crate::assets::by_day::{self, Day, Span};
use crate::assets::counts::{self, By, Group};
use crate::assets::{AssetQuery, worth};
use crate::devices::{self, DeviceSaid};
use crate::saved_reports::{self, SavedReport};
use crate::stage::{self, MINT, at};
use crate::{StoreError, catalog, employees, links, reports, useful_lives};

fn counted(world: &World, query: AssetQuery, by: By) -> Vec<(Group, String, i64)> {
    let found = world.read(move |tx| counts::by(tx, &query, by));
    let mut found: Vec<_> =
        found.iter().map(|one| (one.group.clone(), one.label.clone(), one.assets)).collect();
    found.sort_by_key(|(_, label, assets)| (-assets, label.clone()));
    found
}

fn all() -> AssetQuery {
    AssetQuery::default()
}

#[test]
fn assets_are_counted_by_whatever_they_have_in_common() {
    in_a_world(|world| {
        let robin = world.employee("Robin").id;
        let [mac, phone] = ["MacBook", "iPhone"].map(|name| world.product(name));
        let office = world.location("Office");
        let bought = (Field::PurchasedOn, json!("2024-05-01"));
        world.asset_with("A-1", &[text(Field::Product, mac), held_by(robin), bought.clone()]);
        world.asset_with("A-2", &[text(Field::Product, mac), text(Field::Location, office)]);
        world.asset_with("A-3", &[text(Field::Product, phone), held_by(robin), bought]);
        world.asset("A-4");
        let names = |by| counted(world, all(), by);
        assert_eq!(
            names(By::Product),
            [
                (Group::Product(mac), "MacBook".into(), 2),
                (Group::Without, String::new(), 1),
                (Group::Product(phone), "iPhone".into(), 1),
            ]
        );
        assert_eq!(names(By::Status)[0], (Group::Status(world.status), "Ready".into(), 4));
        assert_eq!(names(By::Location)[1], (Group::Location(office), "Office".into(), 1));
        let held = Group::Custodian(Custodian::Employee(robin));
        assert!(names(By::Custodian).contains(&(held, "Robin".into(), 2)));
        let day = Group::PurchasedOn(date(2024, 5, 1));
        assert!(names(By::PurchasedOn).contains(&(day, String::new(), 2)));
        let query = AssetQuery { product: Some(mac), ..all() };
        assert_eq!(counted(world, query, By::Status)[0].2, 2);
        let query = AssetQuery { q: Some("a-1".into()), ..all() };
        assert_eq!(counted(world, query, By::Status)[0].2, 1);
        for by in [By::Category, By::Department] {
            assert_eq!(names(by), [(Group::Without, String::new(), 4)]);
        }
    });
}

#[test]
fn os_versions_are_those_of_listed_devices_and_the_rest_is_said() {
    in_a_world(|world| {
        let ids = ["A-1", "A-2", "A-3"].map(|tag| world.asset(tag).id);
        let source = world.source;
        world.write(move |tx| {
            let said = |id: &str, version: &str| DeviceSaid {
                device_id: reconcile::survey::DeviceId::new(id),
                hash: 1,
                platform: "Mac".into(),
                os_version: version.into(),
                last_seen_at: None,
                enrolled_at: None,
                raw: "{}".into(),
                words: String::new(),
            };
            devices::save(tx, source, &[said("d1", "15.6"), said("d2", "15.6")], at(1))?;
            links::save(tx, source, &[&link(ids[0], "d1"), &link(ids[1], "d2")])
        });
        let version = Group::OsVersion { platform: "Mac".into(), version: "15.6".into() };
        let expect = [(version, String::new(), 2), (Group::Without, String::new(), 1)];
        assert_eq!(counted(world, all(), By::OsVersion), expect);
    });
}

#[test]
fn days_come_in_their_order_page_by_page() {
    in_a_world(|world| {
        let ends = |day: &str| (Field::WarrantyUntil, json!(day));
        let robin = world.employee("Robin").id;
        let due = (Field::DueOn, json!("2026-03-01"));
        let late = world.asset_with("A-1", &[ends("2026-03-01"), held_by(robin), due.clone()]).id;
        let early = world.asset_with("A-2", &[ends("2026-01-01")]).id;
        world.asset_with("A-3", &[ends("2027-01-01")]);
        world.asset("A-4");
        let until = Span { until: Some(date(2026, 6, 1)), ..Span::default() };
        let first =
            world.read(move |tx| by_day::list(tx, &all(), Day::WarrantyUntil, until, None, 1));
        assert_eq!(first, [(date(2026, 1, 1), early)]);
        let after = first.last().copied();
        let rest =
            world.read(move |tx| by_day::list(tx, &all(), Day::WarrantyUntil, until, after, 9));
        assert_eq!(rest, [(date(2026, 3, 1), late)]);
        let counts = world.read(|tx| by_day::counts(tx, &all(), Day::WarrantyUntil));
        assert_eq!(counts.iter().map(|(_, n)| n).sum::<i64>(), 3);
        let due = world.read(|tx| by_day::counts(tx, &all(), Day::DueOn));
        assert_eq!(*due, [(date(2026, 3, 1), 1)]);
    });
}

#[test]
fn what_leavers_have_is_listed_by_their_names() {
    in_a_world(|world| {
        let mut robin = world.employee("Robin");
        let casey = world.employee("Casey");
        let first = world.asset_with("A-1", &[held_by(robin.id)]).id;
        let second = world.asset_with("A-2", &[held_by(robin.id)]).id;
        world.asset_with("A-3", &[held_by(casey.id)]);
        robin.leaver = true;
        let left = robin.clone();
        world.write(move |tx| employees::update(tx, &deed(2), &MINT, &left, None));
        let page = world.read(|tx| reports::still_held(tx, &all(), None, 1));
        assert_eq!((page[0].asset, page[0].name.as_str()), (first, "Robin"));
        let after = (page[0].name_key.clone(), page[0].employee, page[0].asset);
        let rest = world
            .read(move |tx| reports::still_held(tx, &all(), Some((&after.0, after.1, after.2)), 9));
        assert_eq!(rest.iter().map(|held| held.asset).collect::<Vec<_>>(), [second]);
        let leavers = world.read(|tx| reports::leavers(tx, &all()));
        assert_eq!(leavers, [(robin.id, "Robin".to_owned(), 2)]);
    });
}

#[test]
fn costs_are_grouped_by_category_currency_and_day() {
    in_a_world(|world| {
        let cost = |minor: i64, currency: &str| {
            [(Field::Cost, json!(minor)), (Field::Currency, json!(currency))]
        };
        for tag in ["A-1", "A-2"] {
            world.asset_with(tag, &cost(100, "EUR"));
        }
        world.asset_with("A-3", &cost(100, "USD"));
        world.asset("A-4");
        let bought = world.read(|tx| worth::bought(tx, &all()));
        let told: Vec<_> =
            bought.iter().map(|one| (one.currency.as_deref().unwrap(), one.assets)).collect();
        assert_eq!(told, [("EUR", 2), ("USD", 1)]);
    });
}

#[test]
fn a_categorys_useful_life_is_its_own_or_the_companys_and_its_change_an_event() {
    in_a_world(|world| {
        let id = MINT.id(at(0));
        world
            .write(move |tx| catalog::create::<noun::Category>(tx, &deed(0), &MINT, id, "Laptops"));
        let life = || world.read(useful_lives::list)[0].life;
        assert_eq!(life(), None);
        let four_years = UsefulLife { months: 48, residual_percent: 10 };
        let save = |life| world.write(move |tx| useful_lives::save(tx, &deed(1), &MINT, id, life));
        save(Some(four_years));
        save(Some(four_years));
        assert_eq!(life(), Some(four_years));
        let subject = domain::event::Subject::Category(id);
        let events = world.read(move |tx| crate::events::of_subject(tx, subject, None, 9)).items;
        assert_eq!(events.len(), 2, "what stays the same is no event");
        assert_eq!(events[0].changes[0].after, Value::from(48));
        save(None);
        assert_eq!(life(), None);
        let gone = world.try_write(|tx| {
            useful_lives::save(tx, &deed(2), &MINT, MINT.id(at(9)), Some(UsefulLife::default()))
        });
        assert_eq!(gone, Err(StoreError::NotFound));
    });
}

fn kept(world: &World, name: &str, owner: UserId) -> SavedReport {
    let report = SavedReport {
        id: MINT.id(at(0)),
        name: name.into(),
        report: "status".into(),
        parameters: vec![("q".into(), "mac".into())],
        shared: false,
        owner,
        owner_name: "Robin".into(),
        created_at: at(0),
        updated_at: at(0),
        mailing: None,
        next_at: None,
        stopped: None,
        sent_at: None,
        error: None,
    };
    let made = report.clone();
    world.write(move |tx| saved_reports::create(tx, &made));
    report
}

#[test]
fn a_saved_report_reads_back_and_its_time_is_claimed_once() {
    in_a_world(|world| {
        let report = kept(world, "Macs", UserId::new(7));
        let id = report.id;
        assert_eq!(world.read(move |tx| saved_reports::find(tx, id)), Some(report.clone()));
        let twin = SavedReport { id: MINT.id(at(0)), name: " MACS".into(), ..report.clone() };
        let taken = world.try_write(move |tx| saved_reports::create(tx, &twin));
        assert_eq!(taken, Err(StoreError::Conflict("saved_reports_name".into())));
        kept(world, "Macs", UserId::new(8));
        let own = world.read(|tx| saved_reports::list(tx, Some(UserId::new(7))));
        assert_eq!(own.len(), 1, "another's private one is not listed");
        let mailing = Mailing {
            rhythm: Rhythm { every: Every::Week { on: 1 }, hour: 8 },
            format: Attached::Csv,
            to: vec![Recipient::User(UserId::new(7))],
        };
        let asked = mailing.clone();
        world.write(move |tx| saved_reports::schedule(tx, id, Some(&asked), Some(at(100)), at(0)));
        assert_eq!(
            world.read(move |tx| saved_reports::find(tx, id)).unwrap().mailing,
            Some(mailing)
        );
        let due = |second| {
            let found = world.store.system_blocking(move |tx| saved_reports::due(tx, at(second)));
            found.unwrap_or_else(super::world::unexpected)
        };
        assert_eq!((due(99), due(100)), (vec![], vec![(world.tenant, id)]));
        let claim = || world.write(move |tx| saved_reports::claim(tx, id, at(100), Some(at(200))));
        assert_eq!((claim(), claim()), (true, false));
        world.write(move |tx| saved_reports::stop(tx, id, "gone"));
        let stopped = world.read(move |tx| saved_reports::find(tx, id)).unwrap();
        assert_eq!((stopped.next_at, stopped.stopped.as_deref()), (None, Some("gone")));
    });
}

#[test]
fn another_tenant_counts_none_of_it_and_finds_no_saved_report() {
    in_a_world(|world| {
        let robin = world.employee("Robin").id;
        world.asset_with("A-1", &[held_by(robin), (Field::Cost, json!(100))]);
        let id = kept(world, "Macs", UserId::new(7)).id;
        let globex = stage::tenant(&world.store, "globex");
        let read = world.store.write_blocking(globex, move |tx| {
            for by in [By::Status, By::Product, By::Custodian, By::OsVersion, By::PurchasedOn] {
                assert!(counts::by(tx, &all(), by)?.is_empty(), "{by:?}");
            }
            assert!(worth::bought(tx, &all())?.is_empty());
            assert!(by_day::counts(tx, &all(), Day::DueOn)?.is_empty());
            assert!(reports::leavers(tx, &all())?.is_empty());
            assert_eq!(saved_reports::find(tx, id)?, None);
            assert!(saved_reports::list(tx, Some(UserId::new(7)))?.is_empty());
            assert!(!saved_reports::delete(tx, id)?);
            assert!(!saved_reports::claim(tx, id, at(1), None)?);
            assert_eq!(crate::tallies::assets(tx)?, (0, 0));
            Ok::<_, StoreError>(())
        });
        assert_eq!(read, Ok(()));
        assert!(world.read(move |tx| saved_reports::find(tx, id)).is_some());
    });
}
