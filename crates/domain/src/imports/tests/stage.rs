//! A small register, and files as short texts.

use std::collections::BTreeMap;

use crate::catalog::{Location, Product, Status, StatusKind};
use crate::company::Company;
use crate::fields::{AppliesTo, CustomField, FieldKey, FieldType};
use crate::id::{AssetId, EmployeeId, FieldId, StatusId};
use crate::imports::assets::{self, Known};
use crate::imports::guess::{Guess, guess};
use crate::imports::{Intent, Line, Mapping, Plan, PlannedRow, Target, Verdict};
use crate::person::Employee;
use crate::{Asset, AssetTag, Custodian, Email, Id, Mint, NewAsset, Serial, Timestamp};

pub fn at() -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap()
}

/// Cells by `|`, a row a line; the first is the head.
pub fn file(text: &str) -> (Vec<String>, Vec<Line>) {
    let mut lines = text
        .trim()
        .lines()
        .map(|line| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<String>>());
    let head = lines.next().unwrap();
    let rows = (2..).zip(lines).map(|(line, mut cells)| {
        cells.resize(head.len(), String::new());
        Line { line, cells }
    });
    let rows = rows.collect();
    (head, rows)
}

pub fn asset(n: i64, tag: &str) -> Asset {
    let tag = AssetTag::parse(tag).unwrap();
    NewAsset::plain(AssetId::new(n), tag, StatusId::new(1)).into_asset(at())
}

pub fn serial(mut asset: Asset, serial: &str) -> Asset {
    asset.serial = Some(Serial::parse(serial).unwrap());
    asset
}

pub fn employee(n: i64, name: &str, email: &str) -> Employee {
    let email = Email::parse(email).ok();
    Employee { email, ..Employee::named(EmployeeId::new(n), name) }
}

pub fn field(key: &str, kind: FieldType) -> CustomField {
    let key = FieldKey::parse(key).unwrap();
    let label = key.to_string();
    CustomField { kind, ..CustomField::text(FieldId::new(9), key, &label) }
}

pub fn place(n: i64, name: &str, parent: Option<i64>) -> Location {
    Location { id: Id::new(n), name: name.into(), parent: parent.map(Id::new) }
}

pub fn status(n: i64, name: &str, kind: StatusKind) -> Status {
    Status { id: Id::new(n), name: name.into(), kind, color: "gray".into() }
}

pub fn holder(n: i64) -> Custodian {
    Custodian::Employee(EmployeeId::new(n))
}

/// Laptops by Apple, two people, one place.
pub fn known(assets: Vec<Asset>) -> Known {
    let product = Product {
        id: Id::new(30),
        name: "MacBook Air".into(),
        manufacturer: Some(Id::new(20)),
        category: Some(Id::new(10)),
        models: vec!["MacBook Air (M3)".into()],
        identifiers: Vec::new(),
    };
    let bearer = |asset: &Asset| Some((asset.id, asset.tag.clone(), asset.serial.as_ref()?.key()));
    Known {
        bearers: assets.iter().filter_map(bearer).collect(),
        holders: Vec::new(),
        assets,
        categories: vec![(Id::new(10), "Laptop".into()), (Id::new(11), "Phone".into())],
        manufacturers: vec![(Id::new(20), "Apple".into())],
        suppliers: vec![(Id::new(25), "Shop".into())],
        departments: vec![(Id::new(40), "IT".into())],
        locations: vec![place(50, "Berlin", None)],
        statuses: vec![
            status(1, "Ready", StatusKind::Ready),
            status(2, "Broken", StatusKind::Unavailable),
        ],
        products: vec![product],
        employees: vec![
            employee(70, "Robin Sample", "robin@example.com"),
            employee(71, "Casey Cole", "casey@example.com"),
        ],
        fields: Vec::new(),
        taken: BTreeMap::new(),
        status: StatusId::new(1),
        company: Company { currency: "EUR".into(), ..Company::named("Example") },
    }
}

pub fn guessed(text: &str, known: &Known) -> Guess {
    let (head, rows) = file(text);
    guess(AppliesTo::Assets, &head, &rows, &known.fields)
}

pub fn planned(text: &str, known: &Known, change: impl FnOnce(&mut Mapping)) -> Plan {
    let (head, rows) = file(text);
    let mut mapping = guess(AppliesTo::Assets, &head, &rows, &known.fields).mapping;
    change(&mut mapping);
    let mistakes = mapping.mistakes(AppliesTo::Assets, &head, &known.fields);
    assert_eq!(mistakes, [], "{:?}", mapping.columns);
    let mint = Mint::new(1);
    assets::plan(&head, &rows, &mapping, known, (&mint, at()), &|_| {})
}

pub fn plan(text: &str, known: &Known) -> Plan {
    planned(text, known, |_| {})
}

/// The same, with everything missing made.
pub fn making(text: &str, known: &Known) -> Plan {
    planned(text, known, |mapping| {
        (mapping.make_catalog, mapping.make_employees) = (true, true);
    })
}

pub fn verdicts(plan: &Plan) -> Vec<Verdict> {
    plan.rows.iter().map(PlannedRow::verdict).collect()
}

/// What is wrong with the only faulty row.
#[track_caller]
pub fn fault(plan: &Plan) -> String {
    let mut found = plan.rows.iter().filter_map(|row| match &row.intent {
        Intent::Fault { faults } => Some(faults),
        _ => None,
    });
    let faults = found.next().unwrap_or_else(|| panic!("no fault in {plan:?}"));
    let told = |fault: &crate::imports::Fault| {
        let column = fault.column.as_deref().unwrap_or("row");
        format!("{column}: {}", fault.detail)
    };
    faults.iter().map(told).collect::<Vec<_>>().join("\n")
}

/// What each row should make people think of, line by line.
pub fn warnings(plan: &Plan) -> Vec<String> {
    let told = |row: &PlannedRow| {
        let line = row.line;
        let each = row.warnings.iter();
        each.map(move |one| {
            let detail = one.detail.split("; hint").next().unwrap_or_default();
            format!("{line} {}: {detail}", one.column.as_deref().unwrap_or("row"))
        })
        .collect::<Vec<_>>()
    };
    plan.rows.iter().flat_map(told).collect()
}

#[track_caller]
pub fn created(plan: &Plan, at: usize) -> &Asset {
    match &plan.rows[at].intent {
        Intent::CreateAsset { asset, .. } => asset,
        other => panic!("{other:?}"),
    }
}

/// `action field=after` of every step of a row.
#[track_caller]
pub fn steps(plan: &Plan, at: usize) -> Vec<String> {
    let steps = match &plan.rows[at].intent {
        Intent::CreateAsset { steps, .. } | Intent::ChangeAsset { steps, .. } => steps,
        other => panic!("{other:?}"),
    };
    let told = |step: &crate::imports::Step| {
        let changes = step.changes.iter().map(|c| format!(" {}={}", c.field, c.after));
        format!("{}{}", step.action.as_str(), changes.collect::<String>())
    };
    steps.iter().map(told).collect()
}

pub fn targets(guess: &Guess) -> Vec<String> {
    let name = |target: &Option<Target>| target.as_ref().map_or("-".into(), ToString::to_string);
    guess.mapping.columns.iter().map(name).collect()
}
