//! Orders: whatever the list is put in order by, its pages join into the whole, there and back.

use domain::filters::Words;
use domain::text::key;
use domain::{Action, Field};

use super::model::{told, yes_no};
use super::town::{PROPERTIES, Town};
use crate::assets::conditions::{Condition, Property, Reference, Test, TextColumn, Told};
use crate::assets::{Archived, AssetQuery, AssetRow, AssetSort, list};
use crate::page::{Key, Real};
use crate::stage::at;
use crate::tests::world::{deed, in_a_world, text};
use crate::{StoreError, fields};
use domain::fields::{CustomField, FieldKey, FieldType};

/// Every order there is.
pub fn sorts(town: &Town) -> Vec<AssetSort> {
    let custom = town.custom.iter().map(|field| AssetSort::Custom(field.key.clone()));
    let said = PROPERTIES.iter().map(AssetSort::Said);
    let columns = [
        AssetSort::Tag,
        AssetSort::Name,
        AssetSort::Serial,
        AssetSort::Product,
        AssetSort::Status,
        AssetSort::Location,
        AssetSort::Custodian,
        AssetSort::UpdatedAt,
        AssetSort::CreatedAt,
        AssetSort::Manufacturer,
        AssetSort::Category,
        AssetSort::Department,
        AssetSort::Supplier,
        AssetSort::CustodianKind,
        AssetSort::DueOn,
        AssetSort::PurchasedOn,
        AssetSort::Cost,
        AssetSort::Currency,
        AssetSort::OrderNumber,
        AssetSort::WarrantyUntil,
        AssetSort::Notes,
        AssetSort::ArchivedAt,
    ];
    columns.into_iter().chain(custom).chain(said).collect()
}

const BLANK: f64 = -1e300;

/// The key of a row, found by looking at it.
fn place(sort: &AssetSort, row: &AssetRow, town: &Town) -> Key {
    let asset = &row.asset;
    let named = |name: Option<&str>| Key::Text(name.map(key).unwrap_or_default());
    let day = |day: Option<jiff::civil::Date>| {
        Key::Text(day.map(|day| day.to_string()).unwrap_or_default())
    };
    match sort {
        AssetSort::Tag => Key::Text(asset.tag.key()),
        AssetSort::Name => named(asset.name.as_deref()),
        AssetSort::Serial => named(asset.serial.as_ref().map(domain::Serial::as_str)),
        AssetSort::Product => named(row.product.as_deref()),
        AssetSort::Status => named(Some(&row.status.name)),
        AssetSort::Location => named(row.location.as_deref()),
        AssetSort::Custodian => named(row.custodian.as_deref()),
        AssetSort::UpdatedAt => Key::Number(asset.updated_at.as_microsecond()),
        AssetSort::CreatedAt => Key::Number(asset.created_at.as_microsecond()),
        AssetSort::Manufacturer => named(row.manufacturer.as_ref().map(|(_, name)| name.as_str())),
        AssetSort::Category => named(row.category.as_ref().map(|(_, name)| name.as_str())),
        AssetSort::Department => named(row.department.as_deref()),
        AssetSort::Supplier => named(row.supplier.as_deref()),
        AssetSort::CustodianKind => named(asset.custodian.map(domain::Custodian::kind)),
        AssetSort::DueOn => day(asset.due_on),
        AssetSort::PurchasedOn => day(asset.purchased_on),
        AssetSort::Cost => Key::Real(Real(asset.cost.map_or(BLANK, |minor| {
            domain::money::text(minor, asset.currency.as_deref()).parse().unwrap()
        }))),
        AssetSort::Currency => Key::Text(asset.currency.clone().unwrap_or_default()),
        AssetSort::OrderNumber => named(asset.order_number.as_deref()),
        AssetSort::WarrantyUntil => day(asset.warranty_until),
        AssetSort::Notes => named(asset.notes.as_deref()),
        AssetSort::ArchivedAt => {
            Key::Number(asset.archived_at.map_or(-1, |at| at.as_microsecond()))
        }
        AssetSort::Custom(wanted) => {
            let field = town.custom.iter().find(|field| field.key == *wanted).unwrap();
            custom(field, asset.fields.get(wanted.as_str()))
        }
        AssetSort::Said(property) => said(property, row, town),
    }
}

fn custom(field: &CustomField, value: Option<&serde_json::Value>) -> Key {
    let text = value.and_then(|value| value.as_str());
    match field.kind {
        FieldType::Number => {
            Key::Real(Real(value.and_then(|value| value.as_f64()).unwrap_or(BLANK)))
        }
        FieldType::Money => {
            let amount = text.and_then(|text| text.split(' ').next());
            Key::Real(Real(amount.map_or(BLANK, |amount| amount.parse().unwrap())))
        }
        // Its place among the others is all that matters, and no comes before yes.
        FieldType::YesNo => Key::Text(match value.and_then(|value| value.as_bool()) {
            None => String::new(),
            Some(yes) => yes.to_string(),
        }),
        FieldType::Choices(_) => {
            Key::Text(value.map(|all| key(&all.to_string())).unwrap_or_default())
        }
        _ => Key::Text(text.map(key).unwrap_or_default()),
    }
}

fn said(property: &Property, row: &AssetRow, town: &Town) -> Key {
    let told = told(property, row, &town.known);
    let moment = matches!(property.key, "last_check_in" | "last_enrollment");
    if moment {
        let at = told.map(|at| at.as_str().unwrap().parse::<jiff::Timestamp>().unwrap());
        return Key::Number(at.map_or(-1, |at| at.as_microsecond()));
    }
    let Some(told) = told else { return Key::Text(String::new()) };
    Key::Text(match property.told {
        Told::Text => key(told.as_str().unwrap()),
        Told::Numbered => padded(told.as_str().unwrap()),
        Told::List => key(&told.to_string()),
        Told::YesNo => yes_no(&told).unwrap().to_string(),
        Told::Time => told.as_str().unwrap()[..19].replace(' ', "T"),
        Told::Day => told.as_str().unwrap()[..10].to_owned(),
    })
}

/// Numbers by their amount, said once more: no number here is longer than nine digits.
fn padded(version: &str) -> String {
    let mut parts: Vec<String> = vec![String::new()];
    for c in key(version).chars() {
        let last = parts.last_mut().unwrap();
        if last.chars().next_back().is_some_and(|l| l.is_ascii_digit() != c.is_ascii_digit()) {
            parts.push(String::new());
        }
        parts.last_mut().unwrap().push(c);
    }
    let part = |part: &String| part.parse::<u64>().map_or(part.clone(), |n| format!("{n:09}"));
    parts.iter().map(part).collect()
}

fn tags(rows: &[AssetRow]) -> Vec<&str> {
    rows.iter().map(|row| row.asset.tag.as_str()).collect()
}

#[test]
fn pages_in_every_order_meet_every_asset_once_there_and_back_with_blanks_and_doubles() {
    in_a_world(|world| {
        let mut dice = fastrand::Rng::with_seed(20_261_128);
        let town = Town::of(world, &mut dice);
        let all = AssetQuery { archived: Archived::Any, limit: 200, ..AssetQuery::default() };
        let all: Vec<AssetRow> = world.read(move |tx| list::list(tx, &all)).items;
        let department = town.refers.iter().find(|(of, _)| *of == Reference::Department).unwrap();
        let not = Condition {
            not: true,
            any: vec![Test::Refers(Reference::Department, vec![department.1[0]])],
        };
        let named = Condition {
            not: false,
            any: vec![Test::Text(TextColumn::Name, Words::Part("mac".into()))],
        };
        for sort in sorts(&town) {
            for descending in [false, true] {
                for conditions in [vec![], vec![not.clone()], vec![not.clone(), named.clone()]] {
                    let archived = Archived::Any;
                    let query = AssetQuery {
                        conditions: conditions.clone(),
                        archived,
                        sort: sort.clone(),
                        descending,
                        limit: 7,
                        ..AssetQuery::default()
                    };
                    let fits = |row: &&AssetRow| {
                        conditions.iter().all(|condition| {
                            let holds = |test| super::model::holds(test, row, &town.known);
                            condition.any.iter().any(holds) != condition.not
                        })
                    };
                    let mut expected: Vec<AssetRow> = all.iter().filter(fits).cloned().collect();
                    expected.sort_by_key(|row| (place(&sort, row, &town), row.asset.id));
                    if descending {
                        expected.reverse();
                    }
                    let found = world.walk(&query);
                    assert_eq!(tags(&found), tags(&expected), "{sort:?} {descending}");
                }
            }
        }
    });
}

#[test]
fn versions_go_by_their_numbers_and_not_by_their_letters() {
    in_a_world(|world| {
        let mut dice = fastrand::Rng::with_seed(20_261_129);
        let town = Town::of(world, &mut dice);
        let os = PROPERTIES.iter().find(|property| property.key == "os_version").unwrap();
        let sort = AssetSort::Said(os);
        let expect = ["9.2", "9H2", "10.0.26100.6584", "15.6", "15.10", "24H2", "26.0"];
        for descending in [false, true] {
            let query =
                AssetQuery { sort: sort.clone(), descending, limit: 3, ..Default::default() };
            let versions = world.walk(&query).into_iter().filter_map(|row| {
                let device = &town.known.devices.get(&row.asset.id.number())?.0;
                Some(device.os_version.clone()).filter(|version| !version.is_empty())
            });
            let mut met: Vec<String> = versions.collect();
            met.dedup();
            if descending {
                met.reverse();
            }
            assert_eq!(met, expect);
        }
    });
}

#[test]
fn an_order_goes_on_where_a_page_ended_although_the_asset_there_moved_or_is_archived() {
    in_a_world(|world| {
        let mut dice = fastrand::Rng::with_seed(7);
        let town = Town::of(world, &mut dice);
        let mut day = 20;
        for sort in sorts(&town) {
            let query = AssetQuery { sort: sort.clone(), limit: 5, ..AssetQuery::default() };
            let asked = query.clone();
            let page = world.read(move |tx| list::list(tx, &asked));
            let next = AssetQuery { cursor: page.next.clone(), ..query };
            let asked = next.clone();
            let before = world.read(move |tx| list::list(tx, &asked)).items;
            let last = page.items.last().unwrap().asset.id;
            day += 2;
            let archive = [text(Field::ArchivedAt, at(day))];
            world.change(deed(day), last, Action::Archived, &archive);
            let asked = next.clone();
            let after = world.read(move |tx| list::list(tx, &asked)).items;
            assert_eq!(tags(&after), tags(&before), "{sort:?}");
            let back = [(Field::ArchivedAt, serde_json::Value::Null)];
            world.change(deed(day + 1), last, Action::Unarchived, &back);
        }
    });
}

#[test]
fn a_cursor_of_another_order_is_refused_and_a_field_that_is_gone_puts_nothing_in_order() {
    in_a_world(|world| {
        let mut dice = fastrand::Rng::with_seed(11);
        Town::of(world, &mut dice);
        let of = |sort| AssetQuery { sort, limit: 5, ..AssetQuery::default() };
        let page = world.read(move |tx| list::list(tx, &of(AssetSort::Cost)));
        let wrong = AssetQuery { cursor: page.next, ..of(AssetSort::Tag) };
        let refused =
            world.read(move |tx| Ok(list::list(tx, &wrong) == Err(StoreError::OtherOrder)));
        assert!(refused);
        let gone = AssetSort::Custom(FieldKey::parse("gone").unwrap());
        let rows = world.walk(&of(gone));
        assert!(rows.is_sorted_by_key(|row| row.asset.id) && rows.len() > 30);
        assert!(world.read(|tx| fields::find_by_key(tx, "gone")).is_none());
    });
}
