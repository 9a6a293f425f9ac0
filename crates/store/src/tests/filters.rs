//! Conditions: whatever is asked, in whatever order, the list is what looking at every asset gives.

mod model;
mod sorts;
mod town;

use domain::Field;
use domain::fields::{CustomField, FieldKey, FieldType};
use domain::filters::Words;
use domain::money::Currencies;
use jiff::civil::Date;
use serde_json::json;

use self::model::holds;
use self::sorts::sorts;
use self::town::{PROPERTIES, Town, day};
use super::world::{World, in_a_world};
use crate::assets::conditions::{
    Ask, Condition, Custom, DayColumn, Detail, Edge, MomentColumn, Place, Range, Test, TextColumn,
    Told, Value,
};
use crate::assets::{Archived, AssetQuery, AssetRow, list};
use crate::fields;
use crate::stage::{MINT, at};

impl Town {
    /// One of the questions anybody may ask.
    fn test(&self, dice: &mut fastrand::Rng) -> Test {
        let columns = [
            TextColumn::Tag,
            TextColumn::Name,
            TextColumn::Serial,
            TextColumn::Custodian,
            TextColumn::OrderNumber,
            TextColumn::Notes,
            TextColumn::Currency,
        ];
        let days = [DayColumn::PurchasedOn, DayColumn::WarrantyUntil, DayColumn::DueOn];
        match dice.u8(..11) {
            0 | 1 => {
                let (of, ids) = &self.refers[dice.usize(..self.refers.len())];
                let some = ids.iter().copied().filter(|_| dice.bool()).collect();
                Test::Refers(*of, some)
            }
            2 => {
                let some = self.people[dice.usize(..self.people.len())];
                Test::Held(Some(some).filter(|_| dice.u8(..4) > 0))
            }
            3 => Test::Platform(["Mac", "iPad", ""][dice.usize(..3)].into()),
            4 => Test::Text(columns[dice.usize(..columns.len())], words(dice)),
            5 => Test::Day(days[dice.usize(..3)], range(dice, |dice| day(dice).parse().unwrap())),
            6 => {
                let column = [MomentColumn::CreatedAt, MomentColumn::UpdatedAt][dice.usize(..2)];
                let (from, until) = (at(dice.i64(0..8)), at(dice.i64(0..60)));
                Test::Moment(column, Range::Between(Some(from), Some(until)))
            }
            7 => Test::Cost(range(dice, |dice| dice.i64(0..1_000)), currencies(dice)),
            8 | 9 => Test::Said(detail(dice)),
            _ => {
                let field = &self.custom[dice.usize(..self.custom.len())];
                let custom = Custom { id: field.id, key: field.key.clone(), kept: field.is_kept() };
                Test::Custom(custom, value(&field.kind, dice))
            }
        }
    }
}

fn currencies(dice: &mut fastrand::Rng) -> Currencies {
    match dice.usize(..5) {
        0 | 1 => Currencies::One("EUR".into()),
        digits => Currencies::OfDigits([2, 0, 3][digits - 2]),
    }
}

fn value(kind: &FieldType, dice: &mut fastrand::Rng) -> Value {
    if dice.u8(..5) == 0 {
        return Value::Blank;
    }
    match kind {
        FieldType::Number => {
            let mut end = || {
                let at = [7.0, 12.5, -3.0, 0.0, 900.0][dice.usize(..5)];
                Some(Edge { at, with: dice.bool() }).filter(|_| dice.bool())
            };
            Value::Number(end(), end())
        }
        FieldType::Money => {
            let mut end = || [Some(29), Some(49_990), Some(2_000), None][dice.usize(..4)];
            let (from, until) = (end(), end());
            Value::Money(currencies(dice), from, until)
        }
        FieldType::Date => {
            let mut end = || Some(day(dice).parse().unwrap()).filter(|_| dice.bool());
            Value::Day(end(), end())
        }
        FieldType::YesNo => Value::OneOf(vec![["yes", "no"][dice.usize(..2)].into()]),
        FieldType::Choices(_) => Value::OneOf(vec![["red", "blue"][dice.usize(..2)].into()]),
        _ if dice.bool() => Value::Part(["ma", "mac", "_", "%", "zz"][dice.usize(..5)].into()),
        _ => {
            let some = ["mac", "x_y", "100%", "none"].into_iter().filter(|_| dice.bool());
            Value::OneOf(some.map(str::to_owned).collect())
        }
    }
}

fn words(dice: &mut fastrand::Rng) -> Words {
    match dice.u8(..5) {
        0 => Words::Blank,
        1 => Words::Whole(
            ["Mac 1 of ö", "A-07", "po-3", "ROBIN ÖZTÜRK", "15.6"][dice.usize(..5)].into(),
        ),
        _ => {
            let some = ["mac", "Syn0", "a-1", "7", "ÖZT", "100%", "lid", "_", "15.", "po-", "eu"];
            Words::Part(some[dice.usize(..some.len())].into())
        }
    }
}

fn range<T>(dice: &mut fastrand::Rng, end: impl Fn(&mut fastrand::Rng) -> T) -> Range<T> {
    if dice.u8(..5) == 0 {
        return Range::Blank;
    }
    let from = Some(end(dice)).filter(|_| dice.bool());
    let until = Some(end(dice)).filter(|_| dice.bool());
    Range::Between(from, until)
}

/// One of the questions that this property takes.
fn detail(dice: &mut fastrand::Rng) -> Detail {
    let of = &PROPERTIES[dice.usize(..PROPERTIES.len())];
    if dice.u8(..5) == 0 {
        return Detail { of, ask: Ask::Blank };
    }
    let ask = match (of.told, &of.places[..]) {
        (Told::Text | Told::Numbered | Told::List, _) => Ask::Words(match dice.u8(..6) {
            0 => Words::Whole("BÜRO Ö".into()),
            1 => Words::Whole("lab".into()),
            2 => Words::Part("ö".into()),
            3 => Words::Part("1".into()),
            4 => Words::Part("A".into()),
            _ => words(dice),
        }),
        (Told::YesNo, _) => Ask::Yes(dice.bool()),
        (Told::Time, [Place::LastSeen | Place::Enrolled]) => {
            let mut end = || Some(at(dice.i64(0..60))).filter(|_| dice.bool());
            Ask::Moments(end(), end())
        }
        (Told::Time, _) => {
            let mut end = || {
                let day: Date = day(dice).parse().unwrap();
                let at = day.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
                Some(at).filter(|_| dice.bool())
            };
            Ask::Moments(end(), end())
        }
        (Told::Day, _) => {
            let mut end = || Some(day(dice).parse().unwrap()).filter(|_| dice.bool());
            Ask::Days(end(), end())
        }
    };
    Detail { of, ask }
}

fn walked(world: &World, query: &AssetQuery) -> Vec<String> {
    let (mut tags, mut query) = (Vec::new(), query.clone());
    loop {
        let asked = query.clone();
        let page = world.read(move |tx| list::list(tx, &asked));
        tags.extend(page.items.iter().map(|row| row.asset.tag.to_string()));
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => return tags,
        }
    }
}

#[test]
fn any_conditions_in_any_order_give_what_looking_at_every_asset_gives() {
    in_a_world(|world| {
        let mut dice = fastrand::Rng::with_seed(20_261_127);
        let town = Town::of(world, &mut dice);
        let all = AssetQuery { archived: Archived::Any, limit: 200, ..AssetQuery::default() };
        let all: Vec<AssetRow> = world.read(move |tx| list::list(tx, &all)).items;
        let sorts = sorts(&town);
        let mut hits = 0;
        for round in 0..400 {
            let conditions: Vec<Condition> = (0..dice.usize(1..4))
                .map(|_| {
                    let any = (0..dice.usize(1..3)).map(|_| town.test(&mut dice)).collect();
                    Condition { not: dice.bool(), any }
                })
                .collect();
            let archived = [Archived::Without, Archived::Only, Archived::Any][dice.usize(..3)];
            let query = AssetQuery {
                conditions,
                archived,
                sort: sorts[dice.usize(..sorts.len())].clone(),
                descending: dice.bool(),
                q: (dice.u8(..6) == 0).then(|| "mac".to_owned()),
                limit: dice.usize(1..20),
                ..AssetQuery::default()
            };
            let fits = |row: &&AssetRow| {
                let here = match archived {
                    Archived::Without => row.asset.archived_at.is_none(),
                    Archived::Only => row.asset.archived_at.is_some(),
                    Archived::Any => true,
                };
                here && model::searched(row, query.q.as_deref())
                    && query.conditions.iter().all(|condition| {
                        let any = condition.any.iter().any(|test| holds(test, row, &town.known));
                        any != condition.not
                    })
            };
            let mut expected: Vec<String> =
                all.iter().filter(fits).map(|row| row.asset.tag.to_string()).collect();
            let mut found = walked(world, &query);
            let asked = query.clone();
            let count = world.read(move |tx| list::count(tx, &asked, 1_000)).n;
            assert_eq!(count, i64::try_from(expected.len()).unwrap(), "{round}: {query:?}");
            hits += expected.len();
            expected.sort();
            found.sort();
            assert_eq!(found, expected, "{round}: {query:?}");
        }
        assert!(hits > 1_000, "too little was found to tell: {hits}");
    });
}

#[test]
fn a_value_of_another_type_is_passed_over_and_breaks_nothing() {
    in_a_world(|world| {
        let key = FieldKey::parse("size").unwrap();
        let plain = CustomField::text(MINT.id(at(0)), key.clone(), "Size");
        let field = CustomField { kind: FieldType::Number, ..plain };
        let define = field.clone();
        world.write(move |tx| fields::create(tx, &define));
        world.asset_with("A-1", &[(Field::Custom("size".into()), json!("very big"))]);
        world.asset_with("A-2", &[(Field::Custom("size".into()), json!(12))]);
        let custom = Custom { id: field.id, key, kept: false };
        for (value, expected) in [
            (Value::Number(Some(Edge { at: 0.0, with: true }), None), vec!["A-2"]),
            (Value::Money(Currencies::One("EUR".into()), Some(0), None), vec![]),
            (Value::Day(None, Some(Date::MAX)), vec!["A-2"]),
        ] {
            let condition =
                Condition { not: false, any: vec![Test::Custom(custom.clone(), value)] };
            let query =
                AssetQuery { conditions: vec![condition], limit: 9, ..AssetQuery::default() };
            assert_eq!(walked(world, &query), expected);
        }
    });
}
