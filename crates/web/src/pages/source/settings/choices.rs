//! What each setting can be, in words; and the tenant's own lists to choose from.

use app::{catalog, details};
use domain::fields::AppliesTo;
use reconcile::rules::{AbsenceAction, FirstRun, OnMatch, OnNoMatch, TagFrom};

use crate::error::Refused;
use crate::pages::visitor::Visitor;

/// Ids and names of what settings refer to.
pub struct Choices {
    pub statuses: Vec<(String, String)>,
    pub locations: Vec<(String, String)>,
    pub properties: Vec<(&'static str, &'static str)>,
    /// The keys that a value can go to, in a sentence.
    pub fields: String,
}

impl Choices {
    pub async fn of(visitor: &Visitor) -> Result<Self, Refused> {
        let (app, caller) = (&visitor.web.app, &visitor.caller);
        let statuses = catalog::statuses(app, caller).await?.into_iter();
        let locations = catalog::locations(app, caller).await?.into_iter();
        let fields = app::fields::of(app, caller, AppliesTo::Assets).await?;
        let keys: Vec<_> = fields.iter().map(|field| field.key.as_str()).collect();
        let fields = if keys.is_empty() {
            "There is no such field yet; make one under Settings, Custom fields.".to_owned()
        } else {
            format!("There are: {}.", keys.join(", "))
        };
        Ok(Choices {
            fields,
            statuses: statuses.map(|(status, _)| (status.id.to_string(), status.name)).collect(),
            locations: locations.map(|(place, _)| (place.id.to_string(), place.name)).collect(),
            properties: details::properties().collect(),
        })
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

pub const AUTHORITIES: [(&str, &str); 4] = [
    ("mirror", "always follows Kandji"),
    ("merge", "last change wins"),
    ("fill", "fills a blank once"),
    ("suggest", "is only suggested"),
];

pub fn property(key: &str) -> &str {
    details::properties().find(|(known, _)| *known == key).map_or(key, |(_, label)| label)
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
