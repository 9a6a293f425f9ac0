//! Seeded worlds: what we hold, what the source says and the rules are perturbations of one fleet,
//! drawn from small pools so that keys collide as they do in life.

use std::collections::{BTreeMap, BTreeSet};

use domain::fields::{CustomField, FieldKey, FieldType};
use domain::id::{AssetId, DepartmentId, EmployeeId, FieldId, LocationId, StatusId};
use domain::person::Employee;
use domain::{AssetTag, Custodian, Email, Serial, Timestamp};
use fastrand::Rng;
use reconcile::inventory::{
    Absence, Answer, AssetHeld, Baseline, CompanySwitches, Inventory, Link, Settlement,
};
use reconcile::preset::Preset;
use reconcile::rules::{
    AbsenceAction, AdeRule, Apply, Authority, FieldMapping, MatchConflict, MatchRule, OnAwaiting,
    OnMatch, OnNoMatch, Rules, TagFrom,
};
use reconcile::survey::{
    Awaiting, Claims, Coverage, DeviceId, Observation, Platform, Survey, UserSeen,
};
use serde_json::Value;

pub struct World {
    pub survey: Survey,
    pub inventory: Inventory,
    pub rules: Rules,
    pub now: Timestamp,
}

pub fn noon() -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap()
}

pub fn world(seed: u64) -> World {
    let mut rng = Rng::with_seed(seed);
    let rng = &mut rng;
    let rules = rules(rng);
    let inventory = inventory(rng);
    World { survey: survey(rng, &rules), inventory, rules, now: noon() }
}

fn pick<T: Clone>(rng: &mut Rng, pool: &[T]) -> T {
    pool[rng.usize(..pool.len())].clone()
}

fn maybe<T>(rng: &mut Rng, odds: f64, make: impl FnOnce(&mut Rng) -> T) -> Option<T> {
    (rng.f64() < odds).then(|| make(rng))
}

pub fn rules(rng: &mut Rng) -> Rules {
    let mut rules = pick(rng, &Preset::ALL).rules();
    rules.assign.on_assign = rng.bool();
    rules.assign.on_change = rng.bool();
    rules.assign.on_removed = rng.bool();
    rules.employees.create = rng.bool();
    rules.match_conflict = pick(rng, &[MatchConflict::Ask, MatchConflict::First]);
    rules.on_match = pick(rng, &[OnMatch::Adopt, OnMatch::Adopt, OnMatch::Skip, OnMatch::Review]);
    rules.on_no_match = pick(rng, &[OnNoMatch::Create, OnNoMatch::Create, OnNoMatch::Skip]);
    rules.tag_from = pick(
        rng,
        &[TagFrom::SerialNumber, TagFrom::DeviceName, TagFrom::AssetTag, TagFrom::AssetTagOrSerial],
    );
    if rng.bool() {
        rules.matching.push(MatchRule::NameIsName);
    }
    if rng.bool() {
        let authority = pick(
            rng,
            &[
                Authority::Mirror,
                Authority::MirrorBlanks,
                Authority::Merge,
                Authority::Fill,
                Authority::Suggest,
            ],
        );
        let (from, to) = ("os_version".into(), "os".into());
        rules.fields.push(FieldMapping { from, to, authority });
    }
    if rng.bool() {
        rules.ade_rules.push(AdeRule {
            ade_id: "ade-1".into(),
            location: Some(LocationId::new(2)),
            status: maybe(rng, 0.5, |_| StatusId::new(2)),
            apply: pick(rng, &[Apply::OnCreate, Apply::Always]),
        });
    }
    rules.awaiting = pick(rng, &[OnAwaiting::Skip, OnAwaiting::Create]);
    rules.absence.action = pick(
        rng,
        &[
            AbsenceAction::Nothing,
            AbsenceAction::Archive,
            AbsenceAction::Checkin,
            AbsenceAction::Status,
        ],
    );
    rules.absence.status = Some(StatusId::new(3));
    rules
}

fn name(n: usize) -> String {
    format!("mac {n}")
}

fn serial(n: usize) -> Serial {
    Serial::parse(&format!("SYN{n:03}")).unwrap()
}

fn inventory(rng: &mut Rng) -> Inventory {
    let mut inventory = Inventory::empty(StatusId::new(1));
    inventory.synced_before = rng.bool();
    inventory.company = CompanySwitches { auto_location: rng.bool(), auto_department: rng.bool() };
    for n in 0..rng.i64(0..5) {
        inventory.employees.push(Employee {
            email: Email::parse(&format!("p{n}@example.com")).ok(),
            department: maybe(rng, 0.5, |_| DepartmentId::new(1)),
            location: maybe(rng, 0.5, |_| LocationId::new(1)),
            ..Employee::named(EmployeeId::new(n + 1), format!("Person {n}"))
        });
    }
    inventory.pending_status = maybe(rng, 0.7, |_| StatusId::new(4));
    let mut links: BTreeSet<usize> = BTreeSet::new();
    let mut awaited: BTreeSet<String> = BTreeSet::new();
    for n in 0..rng.usize(..10) {
        let asset = asset(rng, n);
        if let Some(device) = maybe(rng, 0.6, |rng| rng.usize(..10))
            && links.insert(device)
        {
            inventory.links.push(link(rng, device, &asset));
        } else if let Some(serial) = asset.serial.clone().filter(|_| rng.u8(..3) == 0)
            && awaited.insert(serial.key())
        {
            let mut link = link(rng, n, &asset);
            link.device_id = DeviceId::awaiting(&serial);
            link.serial = Some(serial);
            link.absence = Absence::Present;
            link.baseline.status = maybe(rng, 0.7, |_| asset.status);
            inventory.links.push(link);
        }
        inventory.assets.push(asset);
    }
    inventory.links.sort_by(|a, b| a.device_id.cmp(&b.device_id));
    for _ in 0..rng.usize(..3) {
        let choice = match rng.u8(..3) {
            0 => Settlement::Ignore,
            1 => Settlement::Create,
            _ => Settlement::Adopt(AssetId::new(rng.i64(1..10))),
        };
        let holds_for = maybe(rng, 0.5, |rng| Claims {
            serial: Some(serial(rng.usize(..10)).key()),
            asset_tag: None,
            name: None,
        });
        let answer = Answer { settlement: choice, holds_for };
        inventory.settlements.insert(device_id(rng.usize(..10)), answer);
    }
    inventory.fields = definitions(rng);
    // Of several assets with one value of a unique field the first keeps it.
    if inventory.fields.iter().any(|field| field.unique && field.key.as_str() == "os") {
        let mut met = BTreeSet::new();
        for asset in &mut inventory.assets {
            asset.fields.retain(|_, value| met.insert(value.to_string()));
        }
    }
    for _ in 0..rng.usize(..3) {
        let theirs = Value::from(format!("{}.0", rng.u8(13..17)));
        inventory.kept.insert((device_id(rng.usize(..10)), "os".to_owned()), theirs);
    }
    inventory
}

/// The fields that mappings and presets name: at times missing, unique, of a type that nothing
/// fits, or with a default.
fn definitions(rng: &mut Rng) -> Vec<CustomField> {
    let mut fields = Vec::new();
    for (n, key) in [(1, "os"), (2, "kandjiid")] {
        if rng.u8(..6) == 0 {
            continue;
        }
        let key = FieldKey::parse(key).unwrap();
        let mut field = CustomField::text(FieldId::new(n), key, "Field");
        field.unique = rng.u8(..3) == 0;
        if rng.u8(..6) == 0 {
            field.kind = FieldType::Date;
        } else if rng.bool() && !field.unique {
            field.default = Some(Value::from("none yet"));
        }
        fields.push(field);
    }
    fields
}

fn device_id(n: usize) -> DeviceId {
    DeviceId::new(&format!("d{n}"))
}

fn asset(rng: &mut Rng, n: usize) -> AssetHeld {
    let tag = match rng.u8(..3) {
        0 => format!("syn{n:03}"),
        1 => format!("IT-{n}"),
        _ => name(n),
    };
    let custodian = match rng.u8(..4) {
        0 => None,
        1 => Some(Custodian::Location(LocationId::new(1))),
        _ => Some(Custodian::Employee(EmployeeId::new(rng.i64(1..5)))),
    };
    let mut fields = BTreeMap::new();
    if rng.bool() {
        fields.insert("os".to_owned(), Value::from(format!("{}.0", rng.u8(13..16))));
    }
    AssetHeld {
        id: AssetId::new(i64::try_from(n).unwrap() + 1),
        version: 1,
        tag: AssetTag::parse(&tag).unwrap(),
        name: maybe(rng, 0.7, |rng| name(rng.usize(..10))),
        serial: maybe(rng, 0.7, |rng| serial(rng.usize(..10))),
        product: None,
        status: StatusId::new(1),
        location: maybe(rng, 0.3, |_| LocationId::new(3)),
        department: None,
        custodian,
        archived: rng.u8(..8) == 0,
        fields,
    }
}

fn link(rng: &mut Rng, device: usize, asset: &AssetHeld) -> Link {
    let day_ago = noon().checked_sub(jiff::SignedDuration::from_hours(30)).unwrap();
    let hour_ago = noon().checked_sub(jiff::SignedDuration::from_hours(1)).unwrap();
    Link {
        asset: asset.id,
        device_id: device_id(device),
        serial: maybe(rng, 0.8, |rng| serial(rng.usize(..10))),
        past: Vec::new(),
        baseline: Baseline {
            name: asset.name.clone(),
            serial: asset.serial.as_ref().map(|serial| serial.as_str().to_owned()),
            model: None,
            user: maybe(rng, 0.5, |rng| EmployeeId::new(rng.i64(1..5))),
            status: None,
            fields: BTreeMap::new(),
        },
        absence: pick(
            rng,
            &[Absence::Present, Absence::MissedSince(day_ago), Absence::MissedSince(hour_ago)],
        ),
    }
}

pub fn survey(rng: &mut Rng, rules: &Rules) -> Survey {
    let mut observations: Vec<Observation> = Vec::new();
    for n in 0..10 {
        if rng.u8(..10) < 7 {
            observations.push(observation(rng, n, rules));
        }
    }
    rng.shuffle(&mut observations);
    let coverage = if rng.u8(..4) == 0 {
        Coverage::Partial("the fourth page timed out".into())
    } else {
        Coverage::Complete
    };
    let awaiting = (0..rng.usize(..5)).map(|_| awaiting(rng)).collect();
    Survey { coverage, observations, awaiting, ..Survey::default() }
}

/// Now and then one that stands in the list of devices as well.
fn awaiting(rng: &mut Rng) -> Awaiting {
    Awaiting {
        serial: serial(rng.usize(..14)),
        ade: maybe(rng, 0.8, |rng| pick(rng, &["ade-1", "ade-2"]).into()),
        model: maybe(rng, 0.8, |_| "MacBook Air".into()),
        asset_tag: maybe(rng, 0.3, |rng| format!("IT-{}", rng.usize(..14)).into()),
        platform: Platform::Mac,
    }
}

pub fn observation(rng: &mut Rng, n: usize, rules: &Rules) -> Observation {
    // Usually a device keeps its serial and name; sometimes it bears another's.
    let mostly = |rng: &mut Rng| if rng.u8(..4) == 0 { rng.usize(..10) } else { n };
    let device_name = name(mostly(rng));
    let day = |rng: &mut Rng| Timestamp::from_second(1_700_000_000 + rng.i64(0..90) * 86_400).ok();
    let os = Value::from(format!("{}.0", rng.u8(13..17)));
    let mut properties = BTreeMap::new();
    for wanted in rules.wanted_properties() {
        match wanted {
            "device_name" => drop(properties.insert(wanted.into(), Value::from(&*device_name))),
            "os_version" => drop(properties.insert(wanted.into(), os.clone())),
            "device_id" => drop(properties.insert(wanted.into(), Value::from(format!("d{n}")))),
            _ => {}
        }
    }
    Observation {
        device_id: device_id(n),
        serial: maybe(rng, 0.9, |rng| serial(mostly(rng))),
        name: Some(device_name.into()),
        asset_tag: maybe(rng, 0.5, |rng| format!("IT-{}", rng.usize(..10)).into()),
        model: maybe(rng, 0.9, |rng| pick(rng, &["MacBook Air", "Mac mini"]).into()),
        model_identifier: maybe(rng, 0.3, |rng| pick(rng, &["Mac14,2", "Mac14,3"]).into()),
        manufacturer: None,
        platform: pick(rng, &[Platform::Mac, Platform::Mac, Platform::Windows]),
        user: maybe(rng, 0.7, user),
        removed: rng.u8(..12) == 0,
        filler: None,
        first_enrolled_at: day(rng),
        last_enrolled_at: day(rng),
        last_seen_at: day(rng),
        ade: maybe(rng, 0.5, |rng| pick(rng, &["ade-1", "ade-2"]).into()),
        properties,
    }
}

fn user(rng: &mut Rng) -> UserSeen {
    let n = rng.usize(..6);
    UserSeen {
        id: Some(format!("u{n}").into()),
        former_id: None,
        email: Email::parse(&format!("P{n}@example.com")).ok(),
        name: Some(format!("Person {n}").into()),
        archived: n == 5,
    }
}
