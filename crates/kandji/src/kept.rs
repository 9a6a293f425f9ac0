//! What of a device is kept from one run to the next, so that lists can be asked for it: everything
//! that a table of devices shows, then every other property as far as it stands in one place.

use std::sync::LazyLock;

use crate::panel;
use crate::properties::{self, Kind};

/// A value that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// `os_version`, `filevault.filevault_enabled`
    pub key: &'static str,
    pub label: &'static str,
    pub kind: Kind,
    /// In order of preference.
    pub places: Vec<Place>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the device's row of the list.
    Row(&'static str),
    /// In its own details, which are asked for where a setting needs them.
    Details(&'static str),
}

/// All of them, those of a table first.
pub fn all() -> &'static [Kept] {
    static ALL: LazyLock<Vec<Kept>> = LazyLock::new(|| {
        let mut all: Vec<Kept> =
            panel::eleven().iter().chain(&panel::FURTHER).map(in_a_table).collect();
        for property in properties::all() {
            let places = property.kept();
            let known = |kept: &Kept| kept.places.iter().any(|place| places.contains(place));
            if !places.is_empty() && !all.iter().any(known) {
                let (key, label, kind) = (property.key, property.label, property.kind);
                all.push(Kept { key, label, kind, places });
            }
        }
        all
    });
    &ALL
}

/// By its key; nothing where it is not kept.
pub fn find(key: &str) -> Option<&'static Kept> {
    all().iter().find(|kept| kept.key == key)
}

/// The same value as in the table, under the table's label.
fn in_a_table((label, key): &(&'static str, &'static str)) -> Kept {
    let places = vec![Place::Row(key)];
    let property = properties::all().iter().find(|property| property.kept().contains(&places[0]));
    let kind = property.map_or(Kind::Text, |property| property.kind);
    Kept { key, label, kind, places }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn whatever_a_table_shows_is_kept_under_its_key() {
        for (_, key) in panel::eleven().iter().chain(&panel::FURTHER) {
            assert_eq!(find(key).unwrap().places, [Place::Row(key)], "{key}");
        }
        assert_eq!(find("mdm_enabled").unwrap().kind, Kind::YesNo);
        assert_eq!(find("first_enrollment").unwrap().kind, Kind::Time);
        assert_eq!(find("tags").unwrap().kind, Kind::List);
    }

    #[test]
    fn what_stands_in_the_details_is_kept_and_what_is_worked_out_is_not() {
        let filevault = find("filevault.filevault_enabled").unwrap();
        assert_eq!(filevault.kind, Kind::YesNo);
        assert_eq!(filevault.places, [Place::Details("filevault.filevault_enabled")]);
        assert!(find("hardware_overview.model_identifier").is_some());
        assert!(find("volumes.capacity").is_none() && find("startup_settings.sip").is_none());
        let keys: BTreeSet<&str> = all().iter().map(|kept| kept.key).collect();
        assert_eq!(keys.len(), all().len());
        let labels: BTreeSet<&str> = all().iter().map(|kept| kept.label).collect();
        assert_eq!(labels.len(), all().len());
    }
}
