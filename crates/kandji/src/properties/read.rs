//! A property's value, found in whatever was fetched about a device.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::value::RawValue;

use super::table::Place;
use super::{Kind, Origin, Property, is_apple, value};
use crate::permission::PrismCategory;
use crate::wire::{AdeDevice, AdeIntegration, DeviceRow, Fields, User};

/// What a list says of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard<T> {
    /// It was not asked, did not answer, or was cut short before it came to this device.
    Unknown,
    /// It does not mention it.
    Absent,
    Found(T),
}

/// Everything known about one device.
#[derive(Debug, Clone)]
pub struct Sources<'a> {
    pub row: &'a DeviceRow,
    /// The fields of the row as sent, taken apart once for all properties.
    pub list: Option<&'a Fields<'a>>,
    pub details: Option<&'a Value>,
    /// The tables that were read, each with this device's row if it has one.
    pub prism: BTreeMap<PrismCategory, Option<&'a RawValue>>,
    pub ade: Heard<&'a AdeDevice>,
    pub integration: Heard<&'a AdeIntegration>,
    pub user: Heard<&'a User>,
}

/// What a place says.
enum Said {
    /// It was not asked, or did not answer.
    Unknown,
    Blank,
    Value(Value),
}

impl Property {
    /// Its value on this device: `Null` where the source says there is none, nothing where we do
    /// not know. The difference matters: what we do not know must not blank a field.
    pub fn read(&self, sources: &Sources<'_>) -> Option<Value> {
        let mut heard = false;
        for place in self.places_on(&sources.row.platform) {
            match place.ask(self.kind, sources) {
                Said::Value(value) => return Some(value),
                Said::Blank => heard = true,
                Said::Unknown => {}
            }
        }
        heard.then_some(Value::Null)
    }
}

impl Property {
    /// Whether reading it takes the row as sent, beyond what every run reads of it.
    pub fn needs_raw_row(&self, row: &DeviceRow) -> bool {
        self.places_on(&row.platform)
            .any(|place| place.origin == Origin::List && in_row(row, place.path).is_none())
    }
}

/// What every run reads of a row.
fn in_row<'r>(row: &'r DeviceRow, path: &str) -> Option<&'r str> {
    Some(match path {
        "device_id" => &row.device_id,
        "device_name" => &row.name,
        "serial_number" => &row.serial,
        "asset_tag" => &row.asset_tag,
        "model" => &row.model,
        "os_version" => &row.os_version,
        "blueprint_name" => &row.blueprint_name,
        _ => return None,
    })
}

impl<T: Copy> Heard<T> {
    /// Nothing where nobody knows, `Null` where it is not mentioned.
    fn value(self, read: impl Fn(T) -> Value) -> Option<Value> {
        match self {
            Heard::Unknown => None,
            Heard::Absent => Some(Value::Null),
            Heard::Found(found) => Some(read(found)),
        }
    }
}

impl Place {
    fn ask(&self, kind: Kind, sources: &Sources<'_>) -> Said {
        let sent = match self.origin {
            Origin::Constant => Some(Value::from(self.path)),
            Origin::List => in_row(sources.row, self.path)
                .map(Value::from)
                .or_else(|| sources.list.map(|fields| in_fields(fields, self.path))),
            Origin::Details => sources.details.map(|details| in_details(details, self.path)),
            Origin::Prism(category) => {
                let row = sources.prism.get(&category).filter(|_| is_apple(&sources.row.platform));
                row.map(|row| row.map_or(Value::Null, |row| in_object(row, self.path)))
            }
            Origin::AdeDevice => sources.ade.value(|ade| self.in_ade(ade)),
            Origin::AdeIntegration => sources.integration.value(|ade| ade.org_name.as_str().into()),
            Origin::User => sources.user.value(|user| self.in_user(user)),
        };
        let Some(sent) = sent else { return Said::Unknown };
        match value::typed(kind, self.unit, &sent) {
            Value::Null => Said::Blank,
            value => Said::Value(value),
        }
    }

    fn in_ade(&self, ade: &AdeDevice) -> Value {
        match self.path {
            "server_name" => ade.server_name.as_str().into(),
            "id" => ade.integration_id.as_str().into(),
            "profile_status" => ade.profile_status.as_str().into(),
            "color" => ade.color.as_str().into(),
            "description" => ade.description.as_str().into(),
            "assigned_at" => ade.assigned_at.map(|at| at.to_string()).into(),
            _ => Value::Null,
        }
    }

    fn in_user(&self, user: &User) -> Value {
        match self.path {
            "department" => user.department.as_str().into(),
            "job_title" => user.job_title.as_str().into(),
            "directory" => user.directory.as_ref().map(|from| from.name.as_str()).into(),
            _ => Value::Null,
        }
    }
}

fn in_object(row: &RawValue, path: &str) -> Value {
    Fields::parse(row.get()).map(|fields| in_fields(&fields, path)).unwrap_or_default()
}

/// A value of a flat row, or one step inside it: `serial_number`, `user.email`.
fn in_fields(fields: &Fields<'_>, path: &str) -> Value {
    let (outer, inner) = path.split_once('.').map_or((path, None), |(o, i)| (o, Some(i)));
    let raw = match inner {
        None => fields.raw(outer),
        Some(inner) => fields.object(outer).and_then(|object| object.raw(inner)),
    };
    raw.and_then(|raw| serde_json::from_str(raw).ok()).unwrap_or_default()
}

/// A value of the details document; `volumes[boot]` and the like choose among the members of a
/// list.
fn in_details(details: &Value, path: &str) -> Value {
    if let Some((list, key)) = path.split_once("[admin].") {
        let people = walk(details, list).and_then(Value::as_array).into_iter().flatten();
        let admins = people.filter(|person| person["admin"] == "Yes");
        return admins.filter_map(|person| person.get(key).cloned()).collect();
    }
    if let Some(key) = path.strip_prefix("volumes[boot].") {
        return boot_volume(details).map(|volume| volume[key].clone()).unwrap_or_default();
    }
    if let Some(key) = path.strip_prefix("volumes[data].") {
        return data_volume(details).map(|volume| volume[key].clone()).unwrap_or_default();
    }
    walk(details, path).cloned().unwrap_or_default()
}

fn walk<'a>(details: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(details, |at, key| at.get(key))
}

fn volumes(details: &Value) -> &[Value] {
    details["volumes"].as_array().map_or(&[], Vec::as_slice)
}

/// The volume the system started from, else the first.
fn boot_volume(details: &Value) -> Option<&Value> {
    let boot = details["general"]["boot_volume"].as_str().filter(|boot| !boot.is_empty());
    let named = volumes(details).iter().find(|volume| {
        boot.is_some_and(|boot| volume["name"] == boot || volume["identifier"] == boot)
    });
    named.or_else(|| volumes(details).first())
}

/// The volume with people's files: there encryption tells, the system's own says "No".
fn data_volume(details: &Value) -> Option<&Value> {
    let is_data = |volume: &&Value| volume["name"].as_str().is_some_and(|n| n.ends_with("- Data"));
    volumes(details).iter().find(is_data).or_else(|| boot_volume(details))
}
