//! A register with some of everything, blanks and doubles in each of its columns.

use std::sync::LazyLock;

use domain::catalog::Product;
use domain::fields::{CustomField, FieldKey, FieldType};
use domain::id::{Id, noun};
use domain::{Action, Custodian, Field};
use serde_json::json;

use super::model::Known;
use crate::assets::conditions::{Place, Property, Reference, Told};
use crate::catalog::{self, Named};
use crate::device_details::{self, DeviceDetails};
use crate::devices::{self, DeviceSaid};
use crate::stage::{MINT, at};
use crate::tests::world::{World, deed, link, text};
use crate::{fields, links, products};

const ASSETS: usize = 48;

/// As Macs, Windows and others have them; by their letters they would stand otherwise.
const VERSIONS: [&str; 8] = ["15.6", "15.10", "9.2", "26.0", "24H2", "9H2", "10.0.26100.6584", ""];

/// What is asked of devices: a value of each kind, in each place.
pub static PROPERTIES: LazyLock<Vec<Property>> = LazyLock::new(|| {
    let property = |key, told, places: &[Place]| Property { key, told, places: places.to_vec() };
    vec![
        property("platform", Told::Text, &[Place::Platform]),
        property("os_version", Told::Numbered, &[Place::OsVersion]),
        property("last_check_in", Told::Time, &[Place::LastSeen]),
        property("last_enrollment", Told::Time, &[Place::Enrolled]),
        property("blueprint_name", Told::Text, &[Place::Row("blueprint_name")]),
        property("user.email", Told::Text, &[Place::Row("user.email")]),
        property("tags", Told::List, &[Place::Row("tags")]),
        property("mdm_enabled", Told::YesNo, &[Place::Row("mdm_enabled")]),
        property("first_enrollment", Told::Time, &[Place::Row("first_enrollment")]),
        property(
            "model_identifier",
            Told::Text,
            &[Place::Row("model_identifier"), Place::Details("hardware.model_identifier")],
        ),
        property("filevault", Told::YesNo, &[Place::Details("filevault.enabled")]),
        property("patched", Told::Day, &[Place::Details("patched")]),
    ]
});

/// What the assets of the story refer to.
pub struct Town {
    pub known: Known,
    pub refers: Vec<(Reference, Vec<i64>)>,
    pub people: Vec<Custodian>,
    pub custom: Vec<CustomField>,
}

impl Town {
    pub fn of(world: &World, dice: &mut fastrand::Rng) -> Town {
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
            values.push((Field::Currency, json!(["EUR", "USD", "JPY", "KWD"][dice.usize(..4)])));
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
            let (device, details) = (device(dice, n), details(dice, n));
            let source = world.source;
            let link = link(id, device.device_id.as_str());
            let said = (device.clone(), details.clone());
            self.known.devices.insert(id.number(), said);
            world.write(move |tx| {
                links::save(tx, source, &[&link])?;
                devices::save(tx, source, &[device], at(1))?;
                device_details::save(tx, source, details.as_slice())
            });
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

pub fn day(dice: &mut fastrand::Rng) -> String {
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

fn device(dice: &mut fastrand::Rng, n: usize) -> DeviceSaid {
    let some = |dice: &mut fastrand::Rng| Some(at(dice.i64(0..60))).filter(|_| dice.u8(..4) > 0);
    DeviceSaid {
        words: String::new(),
        device_id: reconcile::survey::DeviceId::new(&format!("d{n}")),
        hash: 1,
        platform: ["Mac", "iPad"][dice.usize(..2)].into(),
        os_version: VERSIONS[dice.usize(..VERSIONS.len())].into(),
        last_seen_at: some(dice),
        enrolled_at: some(dice),
        raw: raw(dice),
    }
}

/// As it is sent: some keys are there and say nothing, some are not there.
fn raw(dice: &mut fastrand::Rng) -> String {
    let moment = |dice: &mut fastrand::Rng| {
        let sign = ['T', ' '][dice.usize(..2)];
        json!(format!("{}{sign}08:15:{:02}.104233Z", day(dice), dice.u8(..60)))
    };
    let mut row = serde_json::Map::new();
    let mut say = |key: &str, value: serde_json::Value| drop(row.insert(key.into(), value));
    if dice.u8(..4) > 0 {
        say("blueprint_name", json!(["Büro Ö", "BÜRO ö", "Lab", ""][dice.usize(..4)]));
        say("user", [json!({"email": "robin@example.com"}), json!("")][dice.usize(..2)].clone());
        say("tags", [json!(["Ö eins", "lab"]), json!(["lab"]), json!([])][dice.usize(..3)].clone());
        let yes = [json!(true), json!("False"), json!(null), json!("")];
        say("mdm_enabled", yes[dice.usize(..4)].clone());
        say("first_enrollment", [moment(dice), json!("")][dice.usize(..2)].clone());
    }
    if dice.bool() {
        say("model_identifier", json!("Mac14,5"));
    }
    serde_json::Value::Object(row).to_string()
}

fn details(dice: &mut fastrand::Rng, n: usize) -> Option<DeviceDetails> {
    let model = ["Mac15,3", "iPad8,1"][dice.usize(..2)];
    let document = json!({
        "hardware": {"model_identifier": model},
        "filevault": {"enabled": dice.bool()},
        "patched": day(dice),
    });
    dice.bool().then(|| DeviceDetails {
        device_id: format!("d{n}"),
        checked_in_at: None,
        document: document.to_string(),
    })
}
