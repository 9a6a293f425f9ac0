//! What we hold, indexed by the keys that match rules ask for. Built only when a device is unlinked.

use std::collections::{BTreeMap, HashMap};

use domain::Serial;
use domain::id::AssetId;
use domain::text::key;
use serde_json::Value;

use crate::inventory::{AssetHeld, Inventory, Link};
use crate::rules::{MatchRule, Rules, TagFrom};
use crate::survey::Observation;

/// Hash maps are for looking up alone; nothing ever walks them, so order stays out of the plan.
pub struct Held<'a> {
    assets: HashMap<AssetId, &'a AssetHeld>,
    by_serial: HashMap<String, Vec<AssetId>>,
    by_tag: HashMap<String, AssetId>,
    by_name: HashMap<String, Vec<AssetId>>,
    by_field: BTreeMap<String, HashMap<String, Vec<AssetId>>>,
    links_by_asset: HashMap<AssetId, &'a Link>,
    links_by_serial: HashMap<String, Vec<AssetId>>,
}

impl<'a> Held<'a> {
    pub fn of(inventory: &'a Inventory, rules: &Rules) -> Self {
        let names = rules.matching.contains(&MatchRule::NameIsName);
        let mut held = Held {
            assets: inventory.assets.iter().map(|asset| (asset.id, asset)).collect(),
            by_serial: HashMap::new(),
            by_tag: inventory.assets.iter().map(|asset| (asset.tag.key(), asset.id)).collect(),
            by_name: HashMap::new(),
            by_field: BTreeMap::new(),
            links_by_asset: inventory.links.iter().map(|link| (link.asset, link)).collect(),
            links_by_serial: HashMap::new(),
        };
        for asset in &inventory.assets {
            if let Some(serial) = real_serial(asset.serial.as_ref()) {
                held.by_serial.entry(serial).or_default().push(asset.id);
            }
            if let Some(name) =
                asset.name.as_deref().map(key).filter(|name| names && !name.is_empty())
            {
                held.by_name.entry(name).or_default().push(asset.id);
            }
        }
        for link in &inventory.links {
            if let Some(serial) = real_serial(link.serial.as_ref()) {
                held.links_by_serial.entry(serial).or_default().push(link.asset);
            }
        }
        for rule in &rules.matching {
            if let MatchRule::DeviceIdIsField(field) = rule {
                held.by_field.insert(field.clone(), by_field(inventory, field));
            }
        }
        held
    }

    pub fn named_by(&self, rule: &MatchRule, device: &Observation, rules: &Rules) -> Vec<AssetId> {
        let tagged = |text: Option<&str>| {
            let found = real(text).and_then(|tag| self.by_tag.get(&tag).copied());
            found.into_iter().collect()
        };
        let serial = device.serial.as_ref().map(Serial::as_str);
        match rule {
            // The link itself was looked at first; here the device has none.
            MatchRule::DeviceId => Vec::new(),
            MatchRule::LinkedSerial => {
                real(serial).map_or_else(Vec::new, |key| listed(&self.links_by_serial, &key))
            }
            MatchRule::SerialIsSerial => {
                real(serial).map_or_else(Vec::new, |key| listed(&self.by_serial, &key))
            }
            MatchRule::SerialIsTag => tagged(serial),
            MatchRule::AssetTagIsTag => tagged(device.asset_tag.as_deref()),
            MatchRule::MappedIsTag => tagged(tag_value(device, rules.tag_from).0),
            MatchRule::DeviceIdIsField(field) => self
                .by_field
                .get(field)
                .map_or_else(Vec::new, |index| listed(index, &key(device.device_id.as_str()))),
            MatchRule::NameIsName => device
                .name
                .as_deref()
                .map(key)
                .filter(|name| !name.is_empty())
                .map_or_else(Vec::new, |name| listed(&self.by_name, &name)),
        }
    }

    pub fn exists(&self, asset: AssetId) -> bool {
        self.assets.contains_key(&asset)
    }

    pub fn link_of(&self, asset: AssetId) -> Option<&'a Link> {
        self.links_by_asset.get(&asset).copied()
    }

    pub fn tag_of(&self, asset: AssetId) -> &str {
        self.assets.get(&asset).map_or("", |asset| asset.tag.as_str())
    }
}

fn listed(index: &HashMap<String, Vec<AssetId>>, key: &str) -> Vec<AssetId> {
    index.get(key).cloned().unwrap_or_default()
}

fn by_field(inventory: &Inventory, field: &str) -> HashMap<String, Vec<AssetId>> {
    let mut index: HashMap<String, Vec<AssetId>> = HashMap::new();
    for asset in &inventory.assets {
        let value = asset.fields.get(field).and_then(Value::as_str).map(key);
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            index.entry(value).or_default().push(asset.id);
        }
    }
    index
}

fn real_serial(serial: Option<&Serial>) -> Option<String> {
    serial.and_then(Serial::identity)
}

/// The key of a text that names something: not empty, not a maker's filler.
fn real(text: Option<&str>) -> Option<String> {
    text.filter(|text| !Serial::is_placeholder(text)).map(key)
}

/// The value `tag_from` gives for a device, and what to call it in a sentence.
pub fn tag_value(device: &Observation, from: TagFrom) -> (Option<&str>, &'static str) {
    let serial = device.serial.as_ref().map(Serial::as_str);
    let asset_tag = device.asset_tag.as_deref().filter(|tag| !tag.trim().is_empty());
    match from {
        TagFrom::SerialNumber => (serial, "serial number"),
        TagFrom::DeviceName => (device.name.as_deref(), "device name"),
        TagFrom::AssetTag => (asset_tag, "Kandji asset tag"),
        TagFrom::AssetTagOrSerial => {
            let usable = asset_tag.filter(|tag| !Serial::is_placeholder(tag));
            (usable.or(serial), "Kandji asset tag or serial number")
        }
    }
}
