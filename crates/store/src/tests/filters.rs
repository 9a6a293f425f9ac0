//! Conditions: whatever is asked, in whatever order, the list is what looking at every asset gives.

mod model;

use domain::catalog::Product;
use domain::fields::{CustomField, FieldKey, FieldType};
use domain::filters::Words;
use domain::id::{Id, noun};
use domain::{Action, Custodian, Field};
use jiff::civil::Date;
use serde_json::json;

use self::model::{Known, holds};
use super::world::{World, deed, in_a_world, link, text};
use crate::assets::conditions::{
    Condition, Custom, DayColumn, Detail, Edge, MomentColumn, Range, Reference, Test, TextColumn,
    Value,
};
use crate::assets::{Archived, AssetQuery, AssetRow, AssetSort, list};
use crate::catalog::{self, Named};
use crate::devices::{self, DeviceSaid};
use crate::stage::{MINT, at};
use crate::{fields, links, products};

const SORTS: [AssetSort; 5] = [
    AssetSort::Tag,
    AssetSort::Name,
    AssetSort::Custodian,
    AssetSort::Product,
    AssetSort::UpdatedAt,
];
const ASSETS: usize = 48;

/// What the assets of the story refer to.
struct Town {
    known: Known,
    refers: Vec<(Reference, Vec<i64>)>,
    people: Vec<Custodian>,
    custom: Vec<CustomField>,
}

impl Town {
    fn of(world: &World, dice: &mut fastrand::Rng) -> Town {
        let departments = entries::<noun::Department>(world, &["IT", "Sales"]);
        let suppliers = entries::<noun::Supplier>(world, &["Acme", "Bolt"]);
        let categories = entries::<noun::Category>(world, &["Laptops", "Phones"]);
        let makers = entries::<noun::Manufacturer>(world, &["Apple", "Dell"]);
        let made = [("MacBook Pro", Some(makers[0])), ("XPS 13", Some(makers[1])), ("Dock", None)];
        let products: Vec<i64> =
            made.iter().map(|(name, maker)| product(world, name, *maker, categories[0])).collect();
        let locations = [world.location("Berlin").number(), world.location("Zürich").number()];
        let people = [world.employee("Robin Öztürk"), world.employee("Casey Cole")];
        let mut people: Vec<_> = people.iter().map(|one| Custodian::Employee(one.id)).collect();
        people.push(Custodian::Location(Id::new(locations[0])));
        let custom = custom(world);
        let mut town = Town {
            known: Known {
                makers: products.iter().copied().zip(made.map(|(_, m)| m)).collect(),
                ..Known::default()
            },
            refers: vec![
                (Reference::Department, departments),
                (Reference::Supplier, suppliers),
                (Reference::Category, categories),
                (Reference::Manufacturer, makers),
                (Reference::Product, products),
                (Reference::Location, locations.to_vec()),
                (Reference::Status, vec![world.status.number(), 77]),
            ],
            people,
            custom,
        };
        for n in 0..ASSETS {
            town.settle(world, dice, n);
        }
        town
    }

    fn ids(&self, of: Reference) -> &[i64] {
        let found = self.refers.iter().find(|(reference, _)| *reference == of);
        &found.unwrap().1
    }

    /// One more asset, with some of everything.
    fn settle(&mut self, world: &World, dice: &mut fastrand::Rng, n: usize) {
        let mut values = Vec::new();
        let pick = |dice: &mut fastrand::Rng, of| {
            let ids = self.ids(of);
            ids[dice.usize(..ids.len())]
        };
        let refer = |field: Field, id: String| (field, json!(id));
        if dice.bool() {
            let id: domain::id::DepartmentId = Id::new(pick(dice, Reference::Department));
            values.push(refer(Field::Department, id.to_string()));
        }
        if dice.bool() {
            let id: domain::id::SupplierId = Id::new(pick(dice, Reference::Supplier));
            values.push(refer(Field::Supplier, id.to_string()));
        }
        if dice.bool() {
            let id: domain::id::ProductId = Id::new(pick(dice, Reference::Product));
            values.push(refer(Field::Product, id.to_string()));
        }
        if dice.u8(..4) == 0 {
            let id: domain::id::CategoryId = Id::new(pick(dice, Reference::Category));
            values.push(refer(Field::Category, id.to_string()));
        }
        if dice.bool() {
            let id: domain::id::LocationId = Id::new(pick(dice, Reference::Location));
            values.push(refer(Field::Location, id.to_string()));
        }
        if dice.bool() {
            values.push(text(Field::Name, format!("Mac {} of Ö", dice.u8(..6))));
            values.push(text(Field::Notes, ["Broken lid", "lent 100%", "a_b"][dice.usize(..3)]));
        }
        if dice.bool() {
            values.push(text(Field::Serial, format!("SYN{:03}", dice.u16(..999))));
            values.push(text(Field::OrderNumber, format!("PO-{}", dice.u8(..9))));
        }
        if dice.bool() {
            values.push(text(Field::PurchasedOn, day(dice)));
            values.push((Field::Cost, json!(dice.i64(0..1_000))));
            values.push((Field::Currency, json!(["EUR", "USD"][dice.usize(..2)])));
        }
        if dice.bool() {
            values.push(text(Field::WarrantyUntil, day(dice)));
        }
        if dice.bool() {
            let holder = self.people[dice.usize(..self.people.len())];
            values.push((Field::Custodian, serde_json::to_value(Some(holder)).unwrap()));
            if dice.bool() {
                values.push(text(Field::DueOn, day(dice)));
            }
        }
        for field in &self.custom {
            if dice.bool() {
                let name = Field::Custom(field.key.to_string());
                values.push((name, json_value(&field.kind, dice)));
            }
        }
        let id = world.asset_with(&format!("A-{n:02}"), &values).id;
        if n % 6 == 5 {
            let archive = [text(Field::ArchivedAt, at(3))];
            world.change(deed(i64::try_from(n).unwrap()), id, Action::Archived, &archive);
        }
        if dice.bool() {
            let device = device(dice, n);
            self.known.devices.insert(id.number(), device.clone());
            let source = world.source;
            let link = link(id, device.device_id.as_str());
            world.write(move |tx| {
                links::save(tx, source, &[&link])?;
                devices::save(tx, source, &[device], at(1))
            });
        }
    }

    /// One of the questions anybody may ask.
    fn test(&self, dice: &mut fastrand::Rng) -> Test {
        let columns = [
            TextColumn::Tag,
            TextColumn::Name,
            TextColumn::Serial,
            TextColumn::Custodian,
            TextColumn::OrderNumber,
            TextColumn::Notes,
        ];
        let days = [DayColumn::PurchasedOn, DayColumn::WarrantyUntil, DayColumn::DueOn];
        match dice.u8(..10) {
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
            7 => Test::Cost(range(dice, |dice| dice.i64(0..1_000)), "EUR".into()),
            8 => Test::Said(match dice.u8(..3) {
                0 => Detail::OsVersion(words(dice)),
                1 => Detail::LastSeen(range(dice, |dice| at(dice.i64(0..60)))),
                _ => Detail::Enrolled(range(dice, |dice| at(dice.i64(0..60)))),
            }),
            _ => {
                let field = &self.custom[dice.usize(..self.custom.len())];
                let custom = Custom { id: field.id, key: field.key.clone(), kept: field.is_kept() };
                Test::Custom(custom, value(&field.kind, dice))
            }
        }
    }
}

fn entries<N: Named + 'static>(world: &World, names: &[&'static str]) -> Vec<i64> {
    let make = |name: &&'static str| {
        let (id, name): (Id<N>, &'static str) = (MINT.id(at(0)), *name);
        world.write(move |tx| catalog::create::<N>(tx, &deed(0), &MINT, id, name));
        id.number()
    };
    names.iter().map(make).collect()
}

fn product(world: &World, name: &str, maker: Option<i64>, category: i64) -> i64 {
    let product = Product {
        id: MINT.id(at(0)),
        name: name.into(),
        manufacturer: maker.map(Id::new),
        category: maker.map(|_| Id::new(category)),
        models: Vec::new(),
        identifiers: Vec::new(),
    };
    let id = product.id.number();
    world.write(move |tx| products::create(tx, &deed(0), &MINT, &product));
    id
}

/// Fields of every kind that differs in how it is asked, looked up and not.
fn custom(world: &World) -> Vec<CustomField> {
    let colors = FieldType::Choices(vec!["Red".into(), "Blue".into()]);
    let kinds = [
        FieldType::Text,
        FieldType::Number,
        FieldType::Money,
        FieldType::Date,
        FieldType::YesNo,
        colors,
    ];
    let mut made = Vec::new();
    for (n, kind) in kinds.into_iter().enumerate() {
        for indexed in [false, true] {
            let key = FieldKey::parse(&format!("f{n}_{indexed}")).unwrap();
            let plain = CustomField::text(MINT.id(at(0)), key.clone(), key.as_str());
            let field = CustomField { kind: kind.clone(), indexed, ..plain };
            let define = field.clone();
            world.write(move |tx| fields::create(tx, &define));
            made.push(field);
        }
    }
    made
}

fn day(dice: &mut fastrand::Rng) -> String {
    format!("2026-0{}-{:02}", dice.u8(1..10), dice.u8(1..29))
}

fn json_value(kind: &FieldType, dice: &mut fastrand::Rng) -> serde_json::Value {
    match kind {
        FieldType::Number => {
            [json!(7), json!(12.5), json!(-3), json!(900)][dice.usize(..4)].clone()
        }
        FieldType::Money => {
            json!(["499.90 EUR", "0.29 EUR", "20.00 USD", "1200 JPY"][dice.usize(..4)])
        }
        FieldType::Date => json!(day(dice)),
        FieldType::YesNo => json!(dice.bool()),
        FieldType::Choices(_) => [json!(["Red"]), json!(["Red", "Blue"])][dice.usize(..2)].clone(),
        _ => json!(["Mac 1", "x_y", "100%", "mac"][dice.usize(..4)]),
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
            Value::Money("EUR".into(), end(), end())
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
            let some = ["mac", "Syn0", "a-1", "7", "ÖZT", "100%", "lid", "_", "15.", "po-"];
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

fn device(dice: &mut fastrand::Rng, n: usize) -> DeviceSaid {
    let some = |dice: &mut fastrand::Rng| Some(at(dice.i64(0..60))).filter(|_| dice.u8(..4) > 0);
    DeviceSaid {
        words: String::new(),
        device_id: reconcile::survey::DeviceId::new(&format!("d{n}")),
        hash: 1,
        platform: ["Mac", "iPad"][dice.usize(..2)].into(),
        os_version: ["15.6", "15.7.1", "26.0", ""][dice.usize(..4)].into(),
        last_seen_at: some(dice),
        enrolled_at: some(dice),
        raw: "{}".into(),
    }
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
        assert_eq!(all.len(), ASSETS);
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
                sort: SORTS[dice.usize(..SORTS.len())],
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
            (Value::Money("EUR".into(), Some(0), None), vec![]),
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
