//! What we believe, as the planner sees it: one read snapshot of a tenant, for one source.

use std::collections::{BTreeMap, BTreeSet};

use domain::Custodian;
use domain::fields::CustomField;
use domain::id::{
    AssetId, CategoryId, DepartmentId, EmployeeId, LocationId, ManufacturerId, ProductId, StatusId,
};
use domain::person::Employee;
use domain::{AssetTag, Serial, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::rules::{MatchRule, Rules, TagFrom};
use crate::survey::{Claims, DeviceId, Observation};

#[derive(Debug, Clone)]
pub struct Inventory {
    /// Every asset of the tenant, archived ones too, in order of id.
    pub assets: Vec<AssetHeld>,
    /// The links of this source, in order of device id.
    pub links: Vec<Link>,
    /// Fields of assets that a source with a better (lower) priority feeds.
    pub claimed_elsewhere: BTreeSet<(AssetId, domain::Field)>,
    /// Assets of this source's devices that another source still sees.
    pub seen_elsewhere: BTreeSet<AssetId>,
    pub employees: Vec<Employee>,
    /// Links of this source's people, in order of their id there.
    pub people: Vec<PersonLink>,
    pub products: Vec<domain::catalog::Product>,
    pub manufacturers: Vec<(ManufacturerId, String)>,
    pub categories: Vec<(CategoryId, String)>,
    pub departments: Vec<(DepartmentId, String)>,
    /// The status new assets get when no rule says otherwise.
    pub default_status: StatusId,
    /// The status of assets whose device has not enrolled yet, where the tenant has such a one.
    pub pending_status: Option<StatusId>,
    pub company: CompanySwitches,
    /// Answers that people gave to questions about this source's devices.
    pub settlements: BTreeMap<DeviceId, Answer>,
    /// By device and custom field, the source's value that a person decided not to take.
    pub kept: BTreeMap<(DeviceId, String), Value>,
    /// The custom fields of assets.
    pub fields: Vec<CustomField>,
    /// A run of this source has been applied before.
    pub synced_before: bool,
}

impl Inventory {
    /// A register that holds nothing yet.
    pub fn empty(default_status: StatusId) -> Self {
        Inventory {
            assets: Vec::new(),
            links: Vec::new(),
            claimed_elsewhere: BTreeSet::new(),
            seen_elsewhere: BTreeSet::new(),
            employees: Vec::new(),
            people: Vec::new(),
            products: Vec::new(),
            manufacturers: Vec::new(),
            categories: Vec::new(),
            departments: Vec::new(),
            default_status,
            pending_status: None,
            company: CompanySwitches::default(),
            settlements: BTreeMap::new(),
            kept: BTreeMap::new(),
            fields: Vec::new(),
            synced_before: false,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CompanySwitches {
    pub auto_location: bool,
    pub auto_department: bool,
}

/// An asset, cut down to what planning needs.
#[derive(Debug, Clone, PartialEq)]
pub struct AssetHeld {
    pub id: AssetId,
    pub version: i64,
    pub tag: AssetTag,
    pub name: Option<String>,
    pub serial: Option<Serial>,
    pub product: Option<ProductId>,
    pub status: StatusId,
    pub location: Option<LocationId>,
    pub department: Option<DepartmentId>,
    pub custodian: Option<Custodian>,
    pub archived: bool,
    /// Custom fields that this source maps or matches by; others need not be loaded.
    pub fields: BTreeMap<String, Value>,
}

/// A source's id for an asset, tied to ours, with its past.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    pub asset: AssetId,
    pub device_id: DeviceId,
    /// The serial its last device had.
    pub serial: Option<Serial>,
    /// Device ids it had before, oldest first.
    pub past: Vec<DeviceId>,
    pub baseline: Baseline,
    pub absence: Absence,
}

/// The values last taken from the source: the merge base. One compact document a link.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Whom custody here last followed or agreed with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<EmployeeId>,
    /// The status given while its device awaited enrollment; it moves on when the device enrolls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<StatusId>,
    /// Custom fields by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, Value>,
}

/// How long a device has been absent from complete surveys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", content = "since", rename_all = "snake_case")]
pub enum Absence {
    #[default]
    Present,
    /// Missing from one complete survey; not believed yet.
    MissedSince(Timestamp),
    /// Believed gone; the policy has acted.
    Unseen(Timestamp),
}

/// A source's id for a person, tied to our employee, with what it last said of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonLink {
    pub user_id: Box<str>,
    pub employee: EmployeeId,
    pub baseline: PersonBaseline,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonBaseline {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    #[serde(default)]
    pub archived: bool,
}

/// A settlement, and for how long it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub settlement: Settlement,
    /// Only while the device goes by these; `None`: always.
    pub holds_for: Option<Claims>,
}

impl Answer {
    pub fn always(settlement: Settlement) -> Self {
        Answer { settlement, holds_for: None }
    }

    /// Whether it still answers for this device. Names count where a rule reads them; elsewhere
    /// people rename their devices as they like.
    pub fn holds(&self, device: &Observation, rules: &Rules) -> bool {
        let Some(then) = &self.holds_for else { return true };
        let named = rules.matching.contains(&MatchRule::NameIsName)
            || rules.tag_from == TagFrom::DeviceName;
        let now = Claims::of(device);
        now.serial == then.serial
            && now.asset_tag == then.asset_tag
            && (!named || now.name == then.name)
    }
}

/// A person's standing answer about one device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "choice", content = "asset", rename_all = "snake_case")]
pub enum Settlement {
    Adopt(AssetId),
    Create,
    Ignore,
}
