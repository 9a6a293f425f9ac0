//! What each setting can be, in words; and the tenant's own lists to choose from.

use app::details::{Group, Permission, Property, Target};
use app::sources::{Capability, Source};
use app::{catalog, details};
use reconcile::rules::{AbsenceAction, FirstRun, OnAwaiting, OnMatch, OnNoMatch, TagFrom};

use crate::components::Pick;
use crate::error::Refused;
use crate::pages::visitor::Visitor;

/// Ids and names of what settings refer to.
pub struct Choices {
    pub statuses: Vec<(String, String)>,
    pub locations: Vec<(String, String)>,
    pub categories: Vec<(String, String)>,
    /// Properties under what they need.
    pub properties: Vec<(String, Vec<Property>)>,
    pub fields: Vec<Target>,
}

impl Choices {
    pub async fn of(visitor: &Visitor, source: &Source) -> Result<Self, Refused> {
        let (app, caller) = (&visitor.web.app, &visitor.caller);
        let statuses = catalog::statuses(app, caller).await?.into_iter();
        let locations = catalog::locations(app, caller).await?.into_iter();
        let categories = catalog::categories(app, caller).await?.into_iter();
        let properties = details::properties().into_iter();
        Ok(Choices {
            statuses: statuses.map(|row| (row.status.id.to_string(), row.status.name)).collect(),
            locations: locations.map(|place| (place.location.id.to_string(), place.path)).collect(),
            categories: categories.map(|entry| (entry.id.to_string(), entry.name)).collect(),
            properties: properties.map(|group| (needs(&group, source), group.properties)).collect(),
            fields: details::targets(app, caller).await?,
        })
    }

    pub fn groups(&self) -> Vec<(String, Vec<Pick<'_>>)> {
        let pick = |property: &Property| Pick::new(property.key, property.label);
        let group = |(label, all): &(String, Vec<Property>)| {
            (label.clone(), all.iter().map(pick).collect())
        };
        self.properties.iter().map(group).collect()
    }
}

/// `Device details` needs that permission; the device list everybody has.
fn needs(group: &Group, source: &Source) -> String {
    let label = group.permission.label();
    if group.permission == Permission::DeviceList {
        return "In the device list, needs nothing more".to_owned();
    }
    let refused = |held: &Capability| held.label == label && !held.ok;
    if source.capabilities.iter().any(refused) {
        format!("Needs \u{201c}{label}\u{201d}, which this token may not")
    } else {
        format!("Needs \u{201c}{label}\u{201d}")
    }
}

pub const MATCH_RULES: [(&str, &str); 7] = [
    ("device_id", "The device id it is linked by"),
    ("linked_serial", "The serial of a device linked before (enrolled again)"),
    ("serial=serial", "Its serial is the asset's serial"),
    ("serial=tag", "Its serial is the asset's tag"),
    ("asset_tag=tag", "Its Kandji asset tag is the asset's tag"),
    ("mapped=tag", "What the tag is made from is the asset's tag"),
    ("name=name", "Its name is the asset's name, when it is new"),
];

pub const PLATFORMS: [&str; 7] =
    ["Mac", "iPhone", "iPad", "AppleTV", "Vision", "Windows", "Android"];

pub const AUTHORITIES: [(&str, &str); 5] = [
    ("mirror", "always follows Kandji"),
    ("mirror_blanks", "always follows Kandji, blank too"),
    ("merge", "last change wins"),
    ("fill", "fills a blank once"),
    ("suggest", "is only suggested"),
];

pub const PERSON_RULES: [(&str, &str); 3] = [
    ("link", "The Kandji user they were linked by before"),
    ("email", "Their e-mail address"),
    ("name", "Their name, as long as nobody shares it"),
];

/// An id's name, where it is one.
pub fn named<'a>(all: &'a [(String, String)], id: &str) -> Option<&'a str> {
    all.iter().find(|(known, _)| known == id).map(|(_, name)| name.as_str())
}

pub const fn on_match(on: OnMatch) -> &'static str {
    match on {
        OnMatch::Adopt => "Link it and keep it in step",
        OnMatch::Review => "Ask me",
        OnMatch::Skip => "Leave both alone",
    }
}

pub const fn on_no_match(on: OnNoMatch) -> &'static str {
    match on {
        OnNoMatch::Create => "Create an asset",
        OnNoMatch::Review => "Ask me",
        OnNoMatch::Skip => "Leave it out",
    }
}

pub const fn tag_from(from: TagFrom) -> &'static str {
    match from {
        TagFrom::SerialNumber => "Serial number",
        TagFrom::DeviceName => "Device name",
        TagFrom::AssetTag => "Kandji asset tag",
        TagFrom::AssetTagOrSerial => "Kandji asset tag, else serial number",
    }
}

pub const fn absence(action: AbsenceAction) -> &'static str {
    match action {
        AbsenceAction::Nothing => "Nothing: the asset stays as it is",
        AbsenceAction::Status => "It gets a status",
        AbsenceAction::Checkin => "It is checked in",
        AbsenceAction::Archive => "It is archived",
    }
}

pub const fn first_run(first: FirstRun) -> &'static str {
    match first {
        FirstRun::Preview => "Waits for approval",
        FirstRun::Apply => "Is applied at once",
    }
}

pub const fn awaiting(on: OnAwaiting) -> &'static str {
    match on {
        OnAwaiting::Skip => "Leave them out until they enroll",
        OnAwaiting::Create => "Bring them in as pending assets",
    }
}
