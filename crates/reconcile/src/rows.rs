//! The rows of a survey before anything is asked of them: one a device, and twins told apart.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use domain::Timestamp;

use crate::inventory::Inventory;
use crate::rules::Rules;
use crate::survey::{DeviceId, Observation, Survey};

/// One row a device. A walk that shifted may repeat one; the later word counts, whatever the order.
pub fn by_device_id(survey: &Survey) -> BTreeMap<&DeviceId, &Observation> {
    let mut rows: Vec<&Observation> = survey.observations.iter().collect();
    rows.sort_by(|a, b| a.device_id.cmp(&b.device_id).then_with(|| word(a).cmp(&word(b))));
    // Made from a sorted list in one go; of two equal keys the later one stays.
    rows.into_iter().map(|device| (&device.device_id, device)).collect()
}

/// What makes one row of a device later than another.
fn word(row: &Observation) -> (Option<Timestamp>, Option<Timestamp>, Option<&str>) {
    (row.last_seen_at, row.last_enrolled_at, row.name.as_deref())
}

/// Of live rows with one serial, the newest enrollment stands for the machine.
/// Maps each of the others to the one that stands for it.
pub fn twins<'a>(
    seen: &BTreeMap<&'a DeviceId, &'a Observation>,
    inventory: &Inventory,
    rules: &Rules,
) -> BTreeMap<&'a DeviceId, &'a DeviceId> {
    let mut newest: HashMap<String, &Observation> = HashMap::with_capacity(seen.len());
    let mut twins: Vec<(String, &Observation)> = Vec::new();
    for device in seen.values().copied() {
        let answer = inventory.settlements.get(&device.device_id);
        let settled = answer.is_some_and(|answer| answer.holds(device, rules));
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
