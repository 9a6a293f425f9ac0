//! The rows of a survey before anything is asked of them: one a device, and twins told apart.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::inventory::Inventory;
use crate::survey::{DeviceId, Observation, Survey};

/// One row a device. A walk that shifted may repeat one; the later word counts, whatever the order.
pub fn by_device_id(survey: &Survey) -> BTreeMap<&DeviceId, &Observation> {
    let mut seen: BTreeMap<&DeviceId, &Observation> = BTreeMap::new();
    let word = |device: &Observation| (device.last_seen_at, device.last_enrolled_at);
    for device in &survey.observations {
        let known = seen.entry(&device.device_id).or_insert(device);
        let newer = word(device).cmp(&word(known));
        if newer.then_with(|| device.name.cmp(&known.name)).is_gt() {
            *known = device;
        }
    }
    seen
}

/// Of live rows with one serial, the newest enrollment stands for the machine.
/// Maps each of the others to the one that stands for it.
pub fn twins<'a>(
    seen: &BTreeMap<&'a DeviceId, &'a Observation>,
    inventory: &Inventory,
) -> BTreeMap<&'a DeviceId, &'a DeviceId> {
    let mut newest: BTreeMap<String, &Observation> = BTreeMap::new();
    let mut twins: Vec<(String, &Observation)> = Vec::new();
    for device in seen.values().copied() {
        let settled = inventory.settlements.contains_key(&device.device_id);
        let Some(serial) = device.serial.as_ref().filter(|_| !device.removed && !settled) else {
            continue;
        };
        let rank = |d: &Observation| (d.last_enrolled_at, d.last_seen_at, d.device_id.clone());
        match newest.entry(serial.key()) {
            Entry::Vacant(entry) => drop(entry.insert(device)),
            Entry::Occupied(mut entry) => {
                let older =
                    if rank(device) > rank(entry.get()) { entry.insert(device) } else { device };
                twins.push((serial.key(), older));
            }
        }
    }
    twins.iter().map(|(key, older)| (&older.device_id, &newest[key].device_id)).collect()
}
