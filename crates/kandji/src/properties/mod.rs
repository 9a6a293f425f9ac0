//! The properties a field can be mapped from, as a table that is read like a page of a manual.
//! A property knows where its value stands on each platform, and so what has to be asked for it.

mod read;
mod table;
mod value;

use std::collections::BTreeSet;

pub use read::{Heard, Sources};
pub use value::{shown, size_shown};

use crate::kept::Place as Kept;
use crate::permission::PrismCategory;
use table::Place;

/// A named value of a device.
#[derive(Debug)]
pub struct Property {
    /// As field mappings write it: `hardware_overview.memory`.
    pub key: &'static str,
    pub label: &'static str,
    pub kind: Kind,
    /// The platforms on which it exists.
    pub platforms: Platforms,
    places: Vec<Place>,
}

/// What its value is, once read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// `true` or `false`.
    YesNo,
    /// A whole number.
    Number,
    /// Whole bytes.
    Size,
    /// 0 to 100.
    Percent,
    /// RFC 3339, UTC.
    Time,
    /// `2026-08-05`.
    Date,
    /// A list of texts.
    List,
}

/// Which document a value stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    List,
    Details,
    Prism(PrismCategory),
    AdeDevice,
    AdeIntegration,
    User,
    /// Known without asking.
    Constant,
}

/// A set of platforms, by Kandji's names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platforms(Vec<&'static str>);

/// What must be asked besides the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Each device's details: one request a device.
    pub details: bool,
    pub prism: BTreeSet<PrismCategory>,
    pub ade: bool,
    pub users: bool,
}

/// Every property, in the order people read them.
pub fn all() -> &'static [Property] {
    table::all()
}

/// The property of this key, as long as there is one.
pub fn find(key: &str) -> Option<&'static Property> {
    all().iter().find(|property| property.key == key)
}

impl Property {
    /// Where it comes from on this platform; nothing where it does not exist there.
    pub fn origin(&self, platform: &str) -> Option<Origin> {
        self.places_on(platform).next().map(|place| place.origin)
    }

    /// Where it stands, as it is, in what is kept of a device.
    pub fn kept(&self) -> Vec<Kept> {
        let plain = self
            .places
            .iter()
            .filter(|place| place.unit == table::Unit::AsWritten && !place.path.contains('['));
        let kept = plain.filter_map(|place| match place.origin {
            Origin::List => Some(Kept::Row(place.path)),
            Origin::Details => Some(Kept::Details(place.path)),
            _ => None,
        });
        let mut all: Vec<Kept> = Vec::new();
        for place in kept {
            if !all.contains(&place) {
                all.push(place);
            }
        }
        all
    }

    fn places_on<'a>(&'a self, platform: &'a str) -> impl Iterator<Item = &'a Place> {
        let exists = self.platforms.hold(platform);
        self.places.iter().filter(move |place| {
            // Prism knows Apple's devices alone.
            let prism = matches!(place.origin, Origin::Prism(_));
            exists && place.platforms.hold(platform) && (!prism || is_apple(platform))
        })
    }
}

impl Platforms {
    /// A platform of tomorrow has what all platforms have.
    pub fn hold(&self, platform: &str) -> bool {
        let everywhere = self.0.len() == table::PLATFORMS.len();
        let known = || table::PLATFORMS.iter().any(|(_, name)| *name == platform);
        self.0.contains(&platform) || (everywhere && !known())
    }

    pub fn names(&self) -> &[&'static str] {
        &self.0
    }
}

/// What must be asked for these properties; unknown keys need nothing.
pub fn needs<'a>(keys: impl Iterator<Item = &'a str>) -> Needs {
    let mut needs = Needs::default();
    for property in keys.filter_map(find) {
        for (_, platform) in table::PLATFORMS {
            match property.origin(platform) {
                Some(Origin::Details) => needs.details = true,
                Some(Origin::Prism(category)) => drop(needs.prism.insert(category)),
                Some(Origin::AdeDevice | Origin::AdeIntegration) => needs.ade = true,
                Some(Origin::User) => needs.users = true,
                Some(Origin::List | Origin::Constant) | None => {}
            }
        }
    }
    needs
}

/// Whether a device of this platform has to be asked for its details to know these. A table that
/// was not read in bulk, for want of its permission, leaves its properties to the details.
pub(crate) fn needs_details<'a>(
    mut keys: impl Iterator<Item = &'a str>,
    platform: &str,
    was_read: impl Fn(PrismCategory) -> bool,
) -> bool {
    let first = |property: &Property| {
        let mut places = property.places_on(platform);
        let place = places.find(|place| match place.origin {
            Origin::Prism(category) => was_read(category),
            _ => true,
        });
        place.map(|place| place.origin)
    };
    keys.any(|key| find(key).and_then(first) == Some(Origin::Details))
}

/// Whether details may be asked for these, on any platform and with any permissions.
pub fn may_need_details<'a>(mut keys: impl Iterator<Item = &'a str>) -> bool {
    let stands =
        |property: &Property| property.places.iter().any(|place| place.origin == Origin::Details);
    keys.any(|key| find(key).is_some_and(stands))
}

pub(crate) fn is_apple(platform: &str) -> bool {
    matches!(platform, "Mac" | "iPhone" | "iPad" | "AppleTV" | "Vision")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_every_property_of_the_contract_once() {
        let keys: BTreeSet<&str> = all().iter().map(|property| property.key).collect();
        assert_eq!((keys.len(), all().len()), (98, 98));
    }

    #[test]
    fn what_the_list_carries_needs_nothing_else() {
        let keys = ["device_name", "user.email", "blueprint_name", "tags", "os_version"];
        assert_eq!(needs(keys.into_iter()), Needs::default());
    }

    #[test]
    fn bulk_tables_are_preferred_to_a_request_per_device() {
        let needs = needs(["filevault.filevault_enabled", "no.such.property"].into_iter());
        assert_eq!((needs.details, needs.prism.len()), (false, 1));
        assert!(needs.prism.contains(&PrismCategory::Filevault));
    }

    #[test]
    fn details_are_asked_only_of_the_platforms_that_have_them_there() {
        let keys = || ["manufacturer"].into_iter();
        assert!(needs(keys()).details);
        assert!(!needs_details(keys(), "Mac", |_| true));
        assert!(needs_details(keys(), "Windows", |_| true));
    }

    #[test]
    fn what_a_bulk_table_would_tell_is_left_to_the_details_where_it_was_not_read() {
        let keys = || ["filevault.filevault_enabled"].into_iter();
        assert!(!needs_details(keys(), "Mac", |_| true));
        assert!(needs_details(keys(), "Mac", |_| false));
        assert!(!needs_details(["startup_settings.sip"].into_iter(), "Mac", |_| false));
        assert!(may_need_details(keys()) && !may_need_details(["tags"].into_iter()));
    }

    #[test]
    fn a_platform_of_tomorrow_has_what_all_have() {
        assert_eq!(find("device_name").unwrap().origin("Toaster"), Some(Origin::List));
        assert_eq!(find("hardware_overview.memory").unwrap().origin("Toaster"), None);
    }
}
