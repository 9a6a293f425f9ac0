//! Lists of employees on both databases: every order walked page by page, every filter held against
//! what looking at each of them gives.

use domain::catalog::Location;
use domain::fields::{AppliesTo, CustomField, FieldKey, FieldType};
use domain::filters::Words;
use domain::id::{DepartmentId, EmployeeId, LocationId, noun};
use domain::person::Employee;
use domain::text::key;
use jiff::civil::{Date, date};
use serde_json::json;

use super::world::{World, deed, held_by, in_a_world};
use crate::assets::conditions::{Custom, Range, Value};
use crate::employees::conditions::{
    Condition, DayColumn, MomentColumn, Reference, Test, TextColumn,
};
use crate::employees::{self, EmployeeQuery, EmployeeRow, EmployeeSort};
use crate::stage::{MINT, at};
use crate::{catalog, fields, locations};

struct Town {
    berlin: LocationId,
    sales: DepartmentId,
    boss: EmployeeId,
    size: CustomField,
    seat: CustomField,
}

/// Five people, each blank in another field.
fn town(world: &World) -> Town {
    let (berlin, sales) = (world.location("Berlin"), MINT.id(at(0)));
    let oslo = Location { id: MINT.id(at(0)), name: "Oslo".into(), parent: None };
    let oslo_id = oslo.id;
    let own = |label: &str, kind, indexed| {
        let field = CustomField::text(MINT.id(at(0)), FieldKey::parse(label).unwrap(), label);
        CustomField { kind, indexed, applies_to: AppliesTo::Employees, ..field }
    };
    let size = own("size", FieldType::Choice(vec!["S".into(), "XL".into()]), false);
    let seat = own("seat", FieldType::Number, true);
    let (made, also) = (size.clone(), seat.clone());
    world.write(move |tx| {
        catalog::create::<noun::Department>(tx, &deed(0), &MINT, sales, "Sales")?;
        locations::create(tx, &deed(0), &MINT, &oslo)?;
        fields::create(tx, &made)?;
        fields::create(tx, &also)
    });
    let boss = world.employee("Ämilie Boss");
    let boss_id = boss.id;
    for (name, place, title, starts, own) in [
        ("casey", Some(berlin), Some("buyer"), Some(date(2026, 1, 5)), json!({"size": "XL"})),
        ("Robin", Some(oslo_id), Some("Ärztin"), None, json!({"seat": 7})),
        (
            "Alex",
            None,
            Some("Zoo keeper"),
            Some(date(2025, 3, 1)),
            json!({"size": "S", "seat": 12}),
        ),
        ("Žofie", Some(berlin), None, Some(date(2026, 1, 5)), json!({})),
    ] {
        let mut one = world.employee(name);
        one.location = place;
        one.title = title.map(str::to_owned);
        one.starts_on = starts;
        one.manager = (name != "Alex").then_some(boss_id);
        one.department = (name == "Robin").then_some(sales);
        one.leaver = name == "Žofie";
        one.fields = serde_json::from_value(own).unwrap();
        let second = i64::try_from(name.len()).unwrap();
        world.write(move |tx| employees::update(tx, &deed(second), &MINT, &one, None));
    }
    for (tag, holder) in [("A-1", boss_id), ("A-2", boss_id)] {
        world.asset_with(tag, &[held_by(holder)]);
    }
    Town { berlin, sales, boss: boss_id, size, seat }
}

fn walked(world: &World, query: &EmployeeQuery) -> Vec<EmployeeRow> {
    let (mut rows, mut query) = (Vec::new(), EmployeeQuery { limit: 2, ..query.clone() });
    loop {
        let asked = query.clone();
        let page = world.read(move |tx| employees::list(tx, &asked));
        rows.extend(page.items);
        let Some(next) = page.next else { return rows };
        query.cursor = Some(next);
    }
}

#[test]
fn employees_are_walked_in_every_order_and_back_again() {
    in_a_world(|world| {
        let town = town(world);
        let custom = |field: &CustomField| EmployeeSort::Custom(field.key.clone());
        for sort in [
            EmployeeSort::Name,
            EmployeeSort::Email,
            EmployeeSort::Title,
            EmployeeSort::Department,
            EmployeeSort::Location,
            EmployeeSort::Manager,
            EmployeeSort::StartsOn,
            EmployeeSort::EndsOn,
            EmployeeSort::Holds,
            EmployeeSort::Leaver,
            EmployeeSort::CreatedAt,
            EmployeeSort::UpdatedAt,
            custom(&town.size),
            custom(&town.seat),
        ] {
            let query = EmployeeQuery { sort: sort.clone(), ..EmployeeQuery::default() };
            let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
            let lowered = |text: &Option<String>| text.as_deref().map(key).unwrap_or_default();
            let place = |row: &EmployeeRow| {
                let own = |key: &FieldKey| match row.employee.fields.get(key.as_str()) {
                    Some(serde_json::Value::String(text)) => text.to_lowercase(),
                    Some(number) => format!("{:0>8}", number.to_string()),
                    None => String::new(),
                };
                let text = match &sort {
                    EmployeeSort::Name => key(&row.employee.name),
                    EmployeeSort::Email => {
                        row.employee.email.as_ref().map(domain::Email::key).unwrap_or_default()
                    }
                    EmployeeSort::Title => lowered(&row.employee.title),
                    EmployeeSort::Department => lowered(&row.department),
                    EmployeeSort::Location => lowered(&row.location),
                    EmployeeSort::Manager => lowered(&row.manager),
                    EmployeeSort::StartsOn => day(row.employee.starts_on),
                    EmployeeSort::EndsOn => day(row.employee.ends_on),
                    EmployeeSort::Holds => format!("{:04}", row.holds),
                    EmployeeSort::Leaver => row.employee.leaver.to_string(),
                    EmployeeSort::CreatedAt => row.created_at.to_string(),
                    EmployeeSort::UpdatedAt => row.stamp.updated_at.to_string(),
                    EmployeeSort::Custom(key) => own(key),
                };
                (text, row.employee.id.number())
            };
            let found = walked(world, &query);
            assert_eq!(found.len(), 5, "{sort:?}: each once");
            let places: Vec<_> = found.iter().map(place).collect();
            assert!(places.is_sorted(), "{sort:?}: {places:?}");
            let back = walked(world, &EmployeeQuery { descending: true, ..query });
            assert!(back.iter().rev().eq(&found), "{sort:?} the other way");
        }
    });
}

/// What a walk remembers holds until something changes.
#[test]
fn a_walk_along_employees_goes_on_where_somebody_left_and_somebody_came() {
    in_a_world(|world| {
        town(world);
        for (leaver, q) in [(None, None), (Some(false), None), (None, Some("e"))] {
            let q = q.map(str::to_owned);
            let query = EmployeeQuery {
                leaver,
                q,
                sort: EmployeeSort::Manager,
                limit: 2,
                ..EmployeeQuery::default()
            };
            let asked = query.clone();
            let (first, total) = world.read(move |tx| employees::counted(tx, &asked));
            let at_the_cursor = first.items[1].employee.id;
            world.write(move |tx| {
                employees::delete(tx, &deed(9), &MINT, at_the_cursor, None).map(drop)
            });
            let new = world.employee("Eve, who reports to nobody").id;
            let asked = EmployeeQuery { cursor: first.next, ..query };
            let rest = walked(world, &asked);
            assert_eq!(rest.len() + 2, usize::try_from(total).unwrap() + 1, "{asked:?}");
            assert!(rest.iter().any(|row| row.employee.id == new));
            assert!(rest.iter().all(|row| row.employee.id != at_the_cursor));
            let (_, now) = world.read(move |tx| employees::counted(tx, &asked));
            assert_eq!(now, total);
        }
    });
}

#[test]
fn employees_are_filtered_by_any_field_and_what_is_turned_around_takes_in_blanks() {
    in_a_world(|world| {
        let town = town(world);
        let custom = |field: &CustomField, value| {
            let (id, kept) = (field.id, field.is_kept());
            Test::Custom(Custom { id, key: field.key.clone(), kept }, value)
        };
        let one = |text: &str| Value::OneOf(vec![text.to_owned()]);
        let begun = Range::Between(Some(date(2026, 1, 1)), None);
        let berlin = vec![town.berlin.number()];
        for (test, expected) in [
            (Test::Refers(Reference::Location, berlin), "casey Žofie"),
            (Test::Refers(Reference::Location, Vec::new()), "Alex Ämilie Boss"),
            (Test::Refers(Reference::Department, vec![town.sales.number()]), "Robin"),
            (Test::Refers(Reference::Manager, vec![town.boss.number()]), "casey Robin Žofie"),
            (Test::Manager("boss".into()), "casey Robin Žofie"),
            (Test::Text(TextColumn::Title, Words::Part("BUY".into())), "casey"),
            (Test::Text(TextColumn::Title, Words::Part("ärz".into())), "Robin"),
            (Test::Text(TextColumn::Title, Words::Blank), "Ämilie Boss Žofie"),
            (Test::Text(TextColumn::Email, Words::Whole("Robin@example.com".into())), "Robin"),
            (Test::Text(TextColumn::Name, Words::Part("o".into())), "Robin Ämilie Boss Žofie"),
            (Test::Day(DayColumn::StartsOn, begun), "casey Žofie"),
            (Test::Day(DayColumn::StartsOn, Range::Blank), "Robin Ämilie Boss"),
            (Test::Day(DayColumn::EndsOn, Range::Between(None, None)), ""),
            (
                Test::Moment(MomentColumn::UpdatedAt, Range::Between(Some(at(5)), None)),
                "casey Robin Žofie",
            ),
            (custom(&town.size, one("xl")), "casey"),
            (custom(&town.size, Value::Blank), "Robin Ämilie Boss Žofie"),
            (custom(&town.seat, one("7")), "Robin"),
            (custom(&town.seat, Value::Number(None, None)), "Alex Robin"),
        ] {
            let names = |not| {
                let conditions = vec![Condition { not, any: vec![test.clone()] }];
                let query = EmployeeQuery { conditions, ..EmployeeQuery::default() };
                let counted = query.clone();
                let rows = walked(world, &query);
                let (_, count) = world.read(move |tx| employees::counted(tx, &counted));
                assert_eq!(usize::try_from(count), Ok(rows.len()), "{test:?}");
                rows.into_iter().map(|row| row.employee.name).collect::<Vec<_>>()
            };
            let found = names(false);
            assert_eq!(found.join(" "), sorted(expected), "{test:?}");
            let mut all = [found, names(true)].concat();
            all.sort();
            assert_eq!(all, ["Alex", "Robin", "casey", "Ämilie Boss", "Žofie"], "{test:?}");
        }
    });
}

/// Names in the order of a list.
fn sorted(names: &str) -> String {
    let names = names.replace("Ämilie Boss", "Ämilie_Boss");
    let mut names: Vec<&str> = names.split_whitespace().collect();
    names.sort_by_cached_key(|name| key(name));
    names.join(" ").replace('_', " ")
}

#[test]
fn an_employees_past_takes_in_what_they_got_and_gave_back_and_nothing_else() {
    in_a_world(|world| {
        let (robin, casey) = (world.employee("Robin"), world.employee("Casey"));
        let asset = world.asset("A-1");
        for (second, who) in [(2, robin.id), (4, casey.id)] {
            world.change(deed(second), asset.id, domain::Action::CheckedOut, &[held_by(who)]);
            let nobody = [(domain::Field::Custodian, serde_json::Value::Null)];
            world.change(deed(second + 1), asset.id, domain::Action::CheckedIn, &nobody);
        }
        let changed = Employee { title: Some("Buyer".into()), ..robin.clone() };
        world.write(move |tx| employees::update(tx, &deed(9), &MINT, &changed, None));
        let past = |id| {
            let told = world.read(move |tx| crate::events::around_employee(tx, id, None, 10));
            let count = world.read(move |tx| crate::events::count_around_employee(tx, id));
            assert_eq!(usize::try_from(count), Ok(told.items.len()));
            told.items.iter().map(|event| event.action.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(past(robin.id), ["updated", "checked_in", "checked_out", "created"]);
        assert_eq!(past(casey.id), ["checked_in", "checked_out", "created"]);
    });
}
