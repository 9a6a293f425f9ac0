//! The settings of a source, as the planner reads them. Names and values are those of the API.

use std::collections::{BTreeMap, BTreeSet};

use domain::Field;
use domain::id::{LocationId, StatusId};
use serde::{Deserialize, Serialize};

/// Everything a person can decide about how a source is synced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// 5 to 1440.
    pub interval_minutes: u32,
    /// Tried in order.
    #[serde(rename = "match")]
    pub matching: Vec<MatchRule>,
    pub match_conflict: MatchConflict,
    pub on_match: OnMatch,
    pub on_no_match: OnNoMatch,
    /// Fixed after the first applied run.
    pub tag_from: TagFrom,
    /// A property whose value becomes the name; `None` leaves names to people.
    pub name_from: Option<String>,
    pub category: Categories,
    /// For new assets; `None` is the tenant's default.
    pub status: Option<StatusId>,
    /// For new assets; `None` is none.
    pub location: Option<LocationId>,
    pub ade_rules: Vec<AdeRule>,
    #[serde(default)]
    pub awaiting: OnAwaiting,
    pub assign: Assign,
    pub employees: Employees,
    pub fields: Vec<FieldMapping>,
    pub absence: Absence,
    pub first_run: FirstRun,
    pub guard: GuardLimits,
    /// Lower wins where two sources feed one asset's field.
    pub priority: i32,
}

/// A key by which an observation is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum MatchRule {
    /// Our link to this device id.
    DeviceId,
    /// An asset already linked by this source whose last device had this serial.
    LinkedSerial,
    SerialIsSerial,
    SerialIsTag,
    AssetTagIsTag,
    /// The value `tag_from` gives is the asset's tag.
    MappedIsTag,
    /// A custom field of the asset holds the device id.
    DeviceIdIsField(String),
    /// Asked only when the device is seen for the first time.
    NameIsName,
}

const FIELD_RULE: &str = "device_id=field:";

impl From<MatchRule> for String {
    fn from(rule: MatchRule) -> String {
        match rule {
            MatchRule::DeviceId => "device_id".into(),
            MatchRule::LinkedSerial => "linked_serial".into(),
            MatchRule::SerialIsSerial => "serial=serial".into(),
            MatchRule::SerialIsTag => "serial=tag".into(),
            MatchRule::AssetTagIsTag => "asset_tag=tag".into(),
            MatchRule::MappedIsTag => "mapped=tag".into(),
            MatchRule::DeviceIdIsField(key) => format!("{FIELD_RULE}{key}"),
            MatchRule::NameIsName => "name=name".into(),
        }
    }
}

impl TryFrom<String> for MatchRule {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Ok(match text.as_str() {
            "device_id" => MatchRule::DeviceId,
            "linked_serial" => MatchRule::LinkedSerial,
            "serial=serial" => MatchRule::SerialIsSerial,
            "serial=tag" => MatchRule::SerialIsTag,
            "asset_tag=tag" => MatchRule::AssetTagIsTag,
            "mapped=tag" => MatchRule::MappedIsTag,
            "name=name" => MatchRule::NameIsName,
            other => match other.strip_prefix(FIELD_RULE).filter(|key| !key.is_empty()) {
                Some(key) => MatchRule::DeviceIdIsField(key.to_owned()),
                None => {
                    return Err(format!(
                        "no match rule \"{other}\"; hint: device_id, linked_serial, serial=serial, \
                         serial=tag, asset_tag=tag, mapped=tag, device_id=field:<key>, name=name"
                    ));
                }
            },
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchConflict {
    /// Two rules that name different assets are a question for a person.
    Ask,
    /// The first rule that names one asset wins.
    First,
}

/// An asset that is known by a rule but not linked yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnMatch {
    Adopt,
    Review,
    Skip,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnNoMatch {
    Create,
    Review,
    Skip,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TagFrom {
    SerialNumber,
    DeviceName,
    AssetTag,
    AssetTagOrSerial,
}

impl TagFrom {
    pub const fn reads_serial(self) -> bool {
        match self {
            TagFrom::SerialNumber | TagFrom::AssetTagOrSerial => true,
            TagFrom::DeviceName | TagFrom::AssetTag => false,
        }
    }
}

/// Category of new products: by id (`cat_…`) or by name, which is made on first use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Categories {
    pub default: String,
    /// By platform: `Mac`, `iPhone`, `iPad`, `AppleTV`, `Vision`, `Windows`, `Android`.
    #[serde(flatten)]
    pub by_platform: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdeRule {
    pub ade_id: String,
    pub location: Option<LocationId>,
    pub status: Option<StatusId>,
    pub apply: Apply,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Apply {
    OnCreate,
    Always,
}

/// A device that is assigned for automated enrollment and has not enrolled yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnAwaiting {
    #[default]
    Skip,
    /// It becomes a pending asset, which is filled in place when the device enrolls.
    Create,
}

/// The three switches of custody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Assign {
    pub on_assign: bool,
    pub on_change: bool,
    pub on_removed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Employees {
    #[serde(rename = "match")]
    pub matching: Vec<PersonRule>,
    /// Unknown users become employees.
    pub create: bool,
    /// The whole directory is brought in, not only users of devices.
    pub import_directory: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonRule {
    Link,
    Email,
    Name,
}

/// A property that feeds a custom field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldMapping {
    pub from: String,
    /// The custom field's key.
    pub to: String,
    pub authority: Authority,
}

/// Whose word stands for a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authority {
    /// The source's, always.
    Mirror,
    /// The same, and where the source says that there is nothing, nothing it is. What it could not
    /// be asked stays.
    MirrorBlanks,
    /// The last mover's; both apart is a question.
    Merge,
    /// The source's, once, into a blank.
    Fill,
    /// Ours; the source's is put as a question.
    Suggest,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    pub action: AbsenceAction,
    pub status: Option<StatusId>,
}

/// What happens to an asset whose device is gone for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AbsenceAction {
    Nothing,
    Status,
    Checkin,
    Archive,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstRun {
    /// Held for approval.
    Preview,
    Apply,
}

/// When a plan is doubted. 100 percent never holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardLimits {
    pub max_changes_percent: u32,
    pub max_checkins: u32,
    pub max_absent_percent: u32,
}

impl Rules {
    /// The properties that have to be read from a device besides its fixed parts.
    pub fn wanted_properties(&self) -> impl Iterator<Item = &str> {
        let mapped = self.fields.iter().map(|mapping| mapping.from.as_str());
        self.name_from.as_deref().into_iter().chain(mapped)
    }

    /// Whether any rule needs to know which enrollment configuration a device belongs to.
    pub fn wants_ade(&self) -> bool {
        !self.ade_rules.is_empty() || self.awaiting == OnAwaiting::Create
    }

    /// The fields of an asset that these rules feed. Two sources that feed the same one need to
    /// know whose word counts.
    pub fn fed(&self) -> BTreeSet<Field> {
        let assign = self.assign;
        let hands = assign.on_assign || assign.on_change || assign.on_removed;
        let mapped = self.fields.iter().map(|mapping| Field::Custom(mapping.to.clone()));
        [Field::Serial, Field::Product]
            .into_iter()
            .chain(self.name_from.as_ref().map(|_| Field::Name))
            .chain(hands.then_some(Field::Custodian))
            .chain(mapped)
            .collect()
    }
}
