//! A field and its value in people's words: the one place that turns what is stored into what is
//! read, for pages, plans, previews, histories and reports.

use domain::event::Subject;
use domain::fields::{AppliesTo, CustomField, FieldType, shown};
use domain::id::AssetId;
use domain::{Field, FieldChange, money};
use jiff::civil::Date;
use reconcile::explain::plain;
use serde_json::Value;

use crate::names::Names;
use crate::reports::size;

/// Whose fields they are; a key means something else to each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Of a certain one, where it is there already.
    Asset(Option<AssetId>),
    Employee,
    Other,
}

impl From<Subject> for Whose {
    fn from(subject: Subject) -> Self {
        match subject {
            Subject::Asset(id) => Whose::Asset(Some(id)),
            Subject::Employee(_) => Whose::Employee,
            _ => Whose::Other,
        }
    }
}

impl Whose {
    fn own<'n>(self, field: &Field, names: &'n Names) -> Option<&'n CustomField> {
        let Field::Custom(key) = field else { return None };
        match self {
            Whose::Asset(_) => names.field(AppliesTo::Assets, key),
            Whose::Employee => names.field(AppliesTo::Employees, key),
            Whose::Other => None,
        }
    }
}

/// One field's step in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub field: String,
    pub before: String,
    pub after: String,
}

/// `Name: MBP-1 → Robin's Mac`.
pub fn line(told: &Told) -> String {
    let side = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
    format!("{}: {} → {}", told.field, side(&told.before), side(&told.after))
}

/// What moved together, in words. A cost is in the currency that moved with it, else in the asset's.
pub fn told(moved: &[FieldChange], whose: Whose, names: &Names) -> Vec<Told> {
    let currency = moved.iter().find(|change| change.field == Field::Currency);
    let held = match whose {
        Whose::Asset(Some(id)) => names.currency(id),
        _ => None,
    };
    let side = |of: fn(&FieldChange) -> &Value| match currency {
        Some(change) => of(change).as_str(),
        None => held,
    };
    let (before, after) = (side(|change| &change.before), side(|change| &change.after));
    let one = |change: &FieldChange| Told {
        field: label(&change.field, whose, names),
        // A cost without a currency of its own is in the other side's.
        before: value(&change.field, &change.before, whose, before.or(after), names),
        after: value(&change.field, &change.after, whose, after.or(before), names),
    };
    moved.iter().map(one).collect()
}

/// `Asset tag`, `Location`; a custom field by its label, as long as there is one.
pub fn label(field: &Field, whose: Whose, names: &Names) -> String {
    if let Some(own) = whose.own(field, names) {
        return own.label.clone();
    }
    match field {
        Field::Tag => "Asset tag".into(),
        Field::PurchasedOn => "Bought".into(),
        Field::OrderNumber => "Order".into(),
        Field::WarrantyUntil => "Warranty until".into(),
        Field::DueOn => "Due back".into(),
        Field::ArchivedAt => "Archived".into(),
        Field::Custom(key) if key == "api_url" => "API URL".into(),
        Field::Custom(key) if key == "url" => "URL".into(),
        Field::Custom(key) => titled(key),
        other => titled(&other.to_string()),
    }
}

/// Whether somebody gave it its name.
pub fn is_named(field: &Field, whose: Whose, names: &Names) -> bool {
    whose.own(field, names).is_some()
}

/// As text, blank where there is none; an id by its name, also of what is gone.
pub fn value(
    field: &Field,
    value: &Value,
    whose: Whose,
    currency: Option<&str>,
    names: &Names,
) -> String {
    match (field, value) {
        (_, Value::Bool(yes)) => if *yes { "Yes" } else { "No" }.into(),
        (Field::Custodian, Value::Object(custodian)) => {
            let id = custodian.get("id").and_then(Value::as_str).unwrap_or_default();
            names.called(id).to_owned()
        }
        (Field::Cost, Value::Number(minor)) => {
            minor.as_i64().map_or_else(String::new, |minor| money::shown(minor, currency))
        }
        (
            Field::PurchasedOn | Field::WarrantyUntil | Field::DueOn | Field::ArchivedAt,
            Value::String(text),
        ) => day_in(text),
        (
            Field::Product
            | Field::Category
            | Field::Status
            | Field::Location
            | Field::Department
            | Field::Supplier,
            Value::String(id),
        ) => names.called(id).to_owned(),
        (Field::Custom(_), value) => match (whose.own(field, names), value) {
            (Some(own), value) => custom(&own.kind, value),
            (None, Value::String(text)) if matches!(field, Field::Custom(key) if key == "starts_on" || key == "ends_on") => {
                day_in(text)
            }
            // What only one kind of noun has may be an id: a parent, a manager.
            (None, Value::String(text)) => names.read(text).to_owned(),
            (None, Value::Array(all)) => {
                let read = |one: &Value| {
                    one.as_str().map_or_else(|| plain(one), |text| names.read(text).to_owned())
                };
                all.iter().map(read).collect::<Vec<_>>().join(", ")
            }
            (None, other) => plain(other),
        },
        (_, other) => plain(other),
    }
}

/// A custom field's value as people read it; in forms it stands as it is typed.
pub fn custom(kind: &FieldType, value: &Value) -> String {
    let text = shown(kind, value);
    match kind {
        FieldType::Date => day_in(&text),
        FieldType::Money => money::grouped(&text),
        FieldType::Size => value.as_u64().map_or(text, size),
        _ => text,
    }
}

/// `21 Nov 2025`: how a day is written wherever people read.
pub fn day(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

/// A day that begins a text; what begins with none stays.
fn day_in(text: &str) -> String {
    let date = text.get(..10).and_then(|date| date.parse().ok());
    date.map_or_else(|| text.to_owned(), day)
}

/// `os_version` → `Os version`.
pub fn titled(key: &str) -> String {
    capital(&key.replace('_', " "))
}

/// The first letter large.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use domain::fields::{FieldKey, FieldType};
    use domain::id::{FieldId, Id};
    use serde_json::json;

    use super::*;

    fn names() -> Names {
        let field = |key: &str, label: &str, kind, applies_to| CustomField {
            kind,
            applies_to,
            ..CustomField::text(FieldId::new(1), FieldKey::parse(key).unwrap(), label)
        };
        let (assets, people) = (AppliesTo::Assets, AppliesTo::Employees);
        Names::default()
            .with_field(field("memory", "RAM", FieldType::Size, assets))
            .with_field(field("email", "Owner's e-mail", FieldType::Text, assets))
            .with_field(field("parts", "Parts", FieldType::Choices(Vec::new()), assets))
            .with_field(field("badge", "Badge no.", FieldType::Text, people))
            .with_currency(Id::new(7), "JPY")
    }

    fn of(whose: Whose, changes: &[(&str, Value, Value)]) -> Vec<String> {
        let change = |(field, before, after): &(&str, Value, Value)| FieldChange {
            field: field.parse().unwrap(),
            before: before.clone(),
            after: after.clone(),
        };
        let moved: Vec<FieldChange> = changes.iter().map(change).collect();
        let told = told(&moved, whose, &names());
        told.iter()
            .map(|told| format!("{}: {} → {}", told.field, told.before, told.after))
            .collect()
    }

    #[test]
    fn a_custom_field_is_told_by_its_label_and_as_its_type() {
        let moved = of(
            Whose::Asset(None),
            &[
                ("fields.memory", json!(8_000_000_000_i64), json!(16_000_000_000_i64)),
                ("fields.email", json!(null), json!("x@example.com")),
                ("fields.parts", json!([]), json!(["Lid", "Fan"])),
                ("fields.gone", json!(null), json!(true)),
            ],
        );
        assert_eq!(
            moved,
            [
                "RAM: 8 GB → 16 GB",
                "Owner's e-mail:  → x@example.com",
                "Parts:  → Lid, Fan",
                "Gone:  → Yes"
            ]
        );
        let own =
            [("fields.email", json!("a"), json!("b")), ("fields.badge", json!(1), json!("2"))];
        assert_eq!(of(Whose::Employee, &own), ["Email: a → b", "Badge no.: 1 → 2"]);
        assert_eq!(of(Whose::Other, &own[..1]), ["Email: a → b"]);
    }

    #[test]
    fn a_size_is_told_in_the_unit_that_fits() {
        for (bytes, told) in [
            (17_179_869_184_i64, "17.18 GB"),
            (228_270_000_000, "228.27 GB"),
            (16_000_000_000, "16 GB"),
            (999, "999 bytes"),
            (0, "0 bytes"),
        ] {
            assert_eq!(custom(&FieldType::Size, &json!(bytes)), told);
        }
    }

    #[test]
    fn a_day_is_written_as_everywhere() {
        let moved = [
            ("due_on", json!("2024-02-01"), json!(null)),
            ("notes", json!(null), json!("2024-02-01")),
        ];
        assert_eq!(
            of(Whose::Asset(None), &moved),
            ["Due back: 1 Feb 2024 → ", "Notes:  → 2024-02-01"]
        );
        let started = [("fields.starts_on", json!(null), json!("2026-01-01"))];
        assert_eq!(of(Whose::Employee, &started), ["Starts on:  → 1 Jan 2026"]);
        assert_eq!(custom(&FieldType::Date, &json!("2024-12-31")), "31 Dec 2024");
        assert_eq!(custom(&FieldType::Money, &json!("1499.90 EUR")), "1,499.90 EUR");
    }

    #[test]
    fn money_has_the_digits_of_its_currency() {
        let cost = ("cost", json!(1_200), json!(49_990));
        let yen = Whose::Asset(Some(Id::new(7)));
        assert_eq!(of(yen, std::slice::from_ref(&cost)), ["Cost: 1,200 JPY → 49,990 JPY"]);
        let both = [cost.clone(), ("currency", json!("JPY"), json!("EUR"))];
        let expect = ["Cost: 1,200 JPY → 499.90 EUR", "Currency: JPY → EUR"];
        assert_eq!(of(yen, &both), expect);
        assert_eq!(of(Whose::Asset(None), &[cost]), ["Cost: 12.00 → 499.90"]);
        let first = [("cost", json!(null), json!(1_234)), ("currency", json!(null), json!("KWD"))];
        let expect = ["Cost:  → 1.234 KWD", "Currency:  → KWD"];
        assert_eq!(of(Whose::Asset(None), &first), expect);
    }
}
