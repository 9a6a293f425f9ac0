//! Objects within an object: what is wrong in one is named by its own field, `purchase.on`.

use domain::Custodian;
use domain::id::{AssetId, EmployeeId, LocationId};
use serde::de::{DeserializeOwned, Deserializer, Error};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::problem::BadField;
use super::reading;
use super::written::Given;

/// No text of a reader begins with it, so that what follows are fields with what is wrong with each.
const MARK: char = '\u{0}';

#[derive(Serialize, Deserialize)]
struct Fault(String, String);

/// Reads an object that stands in another.
pub fn within<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<T, D::Error> {
    match Value::deserialize(from)? {
        Value::Object(map) => reading::read(&map).map_err(|errors| packed(&errors)),
        other => T::deserialize(other).map_err(D::Error::custom),
    }
}

/// The same where it may be left out, or be `null`.
pub fn given_within<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    from: D,
) -> Result<Given<T>, D::Error> {
    match Value::deserialize(from)? {
        Value::Null => Ok(Some(None)),
        value => within(value).map(|read| Some(Some(read))).map_err(D::Error::custom),
    }
}

/// The same where `null` is as good as nothing.
pub fn perhaps_within<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    from: D,
) -> Result<Option<T>, D::Error> {
    given_within(from).map(Option::flatten)
}

/// Who gets something, by kind and id.
pub fn custodian<'de, D: Deserializer<'de>>(from: D) -> Result<Custodian, D::Error> {
    let Named { kind, id } = within(from)?;
    let bad_id =
        |why: String| packed(&[BadField { field: "id".into(), detail: quoted("id", &why) }]);
    let read = match kind {
        Kind::Employee => id.parse::<EmployeeId>().map(Custodian::Employee),
        Kind::Location => id.parse::<LocationId>().map(Custodian::Location),
        Kind::Asset => id.parse::<AssetId>().map(Custodian::Asset),
    };
    read.map_err(|error| bad_id(error.to_string()))
}

/// The same where nobody need be named.
pub fn perhaps_custodian<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Custodian>, D::Error> {
    match Value::deserialize(from)? {
        Value::Null => Ok(None),
        value => custodian(value).map(Some).map_err(D::Error::custom),
    }
}

/// The fields of what went wrong while `field` was read.
pub fn told(field: &str, fault: &str) -> Vec<BadField> {
    let inner = fault.strip_prefix(MARK).and_then(|text| serde_json::from_str(text).ok());
    let Some(inner): Option<Vec<Fault>> = inner else {
        return vec![BadField { field: field.into(), detail: quoted(field, fault) }];
    };
    let named = |Fault(own, detail): Fault| {
        let whole = format!("{field}.{own}");
        let detail = detail.replacen(&format!("\"{own}\""), &format!("\"{whole}\""), 1);
        BadField { field: whole, detail }
    };
    inner.into_iter().map(named).collect()
}

fn quoted(field: &str, fault: &str) -> String {
    format!("\"{field}\": {fault}")
}

fn packed<E: Error>(errors: &[BadField]) -> E {
    let all: Vec<Fault> =
        errors.iter().map(|bad| Fault(bad.field.clone(), bad.detail.clone())).collect();
    let text = serde_json::to_string(&all).expect("pairs of texts");
    E::custom(format!("{MARK}{text}"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    kind: Kind,
    id: String,
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
enum Kind {
    Employee,
    Location,
    Asset,
}

impl TryFrom<String> for Kind {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "employee" => Ok(Kind::Employee),
            "location" => Ok(Kind::Location),
            "asset" => Ok(Kind::Asset),
            _ => Err(format!("nobody is a \"{text}\"; hint: employee, location or asset")),
        }
    }
}
