//! What Kandji says of devices, as lists of assets are asked for it: whatever is kept, by its key.

use std::sync::LazyLock;

use kandji::kept;
use kandji::properties::Kind;
use store::assets::conditions::{Place, Property, Told};

/// A value of devices under the name it has in addresses.
#[derive(Debug)]
pub struct Known {
    /// `kandji.os_version`
    pub name: String,
    pub label: &'static str,
    pub property: Property,
}

/// Texts that are versions.
const VERSIONS: [&str; 6] = [
    "os_version",
    "os_build",
    "supplemental_os_version_extra",
    "full_software_version",
    "agent_version",
    "hardware_overview.bios_version",
];

pub fn all() -> &'static [Known] {
    static ALL: LazyLock<Vec<Known>> = LazyLock::new(|| kept::all().iter().map(known).collect());
    &ALL
}

/// By its key at Kandji.
pub fn find(key: &str) -> Option<&'static Property> {
    all().iter().map(|known| &known.property).find(|property| property.key == key)
}

fn known(kept: &kept::Kept) -> Known {
    let told = match kept.kind {
        Kind::Text if VERSIONS.contains(&kept.key) => Told::Numbered,
        Kind::Text => Told::Text,
        Kind::Number | Kind::Size | Kind::Percent => Told::Numbered,
        Kind::YesNo => Told::YesNo,
        Kind::Time => Told::Time,
        Kind::Date => Told::Day,
        Kind::List => Told::List,
    };
    // What the store keeps beside the row is quicker to ask.
    let places = match kept.key {
        "platform" => vec![Place::Platform],
        "os_version" => vec![Place::OsVersion],
        "last_check_in" => vec![Place::LastSeen],
        "last_enrollment" => vec![Place::Enrolled],
        _ => kept.places.iter().map(place).collect(),
    };
    let property = Property { key: kept.key, told, places };
    Known { name: format!("kandji.{}", kept.key), label: kept.label, property }
}

const fn place(place: &kept::Place) -> Place {
    match place {
        kept::Place::Row(path) => Place::Row(path),
        kept::Place::Details(path) => Place::Details(path),
    }
}
