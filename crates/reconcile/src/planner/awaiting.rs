//! Devices that were bought and assigned but never enrolled: where the settings say so they become
//! assets ahead of time, linked by serial under a placeholder until a real device id is known.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::id::AssetId;
use domain::text::key;
use domain::{Field, Serial};

use super::Planner;
use crate::device;
use crate::identify::new_tag;
use crate::inventory::{AssetHeld, Link};
use crate::plan::{AssetChange, DeviceOutcome, Step, Verdict};
use crate::reason::Reason;
use crate::rules::OnAwaiting;
use crate::survey::{Awaiting, DeviceId, Observation, Survey};

impl<'a> Planner<'a, '_> {
    /// After all enrolled devices had their turn. What vanishes from the list keeps its asset.
    pub(super) fn awaiting(&mut self, survey: &Survey) {
        let inventory = self.context.inventory;
        for link in inventory.links.iter().filter(|link| link.device_id.is_awaiting()) {
            if self.assets.contains_key(&link.asset) && !self.seen.contains(&link.device_id) {
                let (device_id, serial) = (link.device_id.clone(), link.serial.clone());
                self.waits(device_id, serial, Some(link.asset), Reason::AwaitsEnrollment);
            }
        }
        if self.context.rules.awaiting == OnAwaiting::Skip || survey.awaiting.is_empty() {
            return;
        }
        let known = self.known_serials(survey);
        let holders = self.holders();
        for (serial, row) in by_serial(&survey.awaiting) {
            if !known.contains(&serial) {
                self.ahead(&row.ahead(), holders.get(&serial).copied());
            }
        }
    }

    /// Machines that are on the list or were, as this plan leaves them: their own row or link speaks
    /// for them.
    fn known_serials(&self, survey: &Survey) -> BTreeSet<String> {
        let moved = self.plan.assets.iter().filter_map(|change| change.link.as_ref());
        let mut links: HashMap<AssetId, &Link> =
            self.context.inventory.links.iter().map(|link| (link.asset, link)).collect();
        links.extend(moved.chain(&self.plan.links).map(|link| (link.asset, link)));
        let seen = survey.observations.iter().map(|device| device.serial.as_ref());
        let linked = links.values().map(|link| link.serial.as_ref());
        seen.chain(linked).flatten().map(Serial::key).collect()
    }

    /// Tags by serial, as this plan leaves them.
    fn holders(&self) -> HashMap<String, &'a str> {
        let edits = self.plan.assets.iter().flat_map(|change| {
            let edits = change.steps.iter().filter_map(|step| match step {
                Step::Edit { edits } => Some(edits),
                _ => None,
            });
            let serials = edits.flatten().filter(|edit| edit.field == Field::Serial);
            serials.map(|edit| (change.asset, edit.after.as_str().map(key)))
        });
        let edited: HashMap<AssetId, Option<String>> = edits.collect();
        let serial = |asset: &AssetHeld| match edited.get(&asset.id) {
            Some(serial) => serial.clone(),
            None => asset.serial.as_ref().map(Serial::key),
        };
        let assets = self.context.inventory.assets.iter();
        assets.filter_map(|asset| Some((serial(asset)?, asset.tag.as_str()))).collect()
    }

    /// One device nobody here knows: a pending asset, unless somebody made one for it by hand.
    fn ahead(&mut self, device: &Observation, holder: Option<&str>) {
        let (device_id, serial) = (device.device_id.clone(), device.serial.clone());
        let tag = match new_tag(device, self.context.rules) {
            Ok(tag) => tag,
            Err(reason) => return self.waits(device_id, serial, None, reason),
        };
        let taken = self.tags().contains_key(&tag.key());
        if let Some(tag) = holder.or(taken.then_some(tag.as_str())) {
            let reason = Reason::HeldAlready { tag: tag.to_owned() };
            return self.waits(device_id, serial, None, reason);
        }
        self.tags().insert(tag.key(), super::TagHolder::Device(device_id.clone()));
        let (context, catalog, own) = (&self.context, &mut self.catalog, &mut self.fields);
        let (asset, link, left) = device::create_ahead(device, tag, context, catalog, own);
        self.waits(device_id.clone(), serial, Some(asset.id), Reason::AwaitsEnrollment);
        self.plan.devices.last_mut().expect("it waits").reasons.extend(left);
        self.plan.assets.push(AssetChange {
            asset: asset.id,
            version: None,
            tag: asset.tag.as_str().to_owned(),
            device_id,
            steps: vec![Step::Create { asset, reason: Reason::AwaitsEnrollment }],
            link: Some(link),
        });
    }

    fn waits(
        &mut self,
        device_id: DeviceId,
        serial: Option<Serial>,
        asset: Option<AssetId>,
        reason: Reason,
    ) {
        self.plan.devices.push(DeviceOutcome {
            device_id,
            serial: serial.map(|serial| serial.as_str().to_owned()),
            name: None,
            asset,
            verdict: Verdict::Awaiting,
            reasons: vec![reason],
        });
    }
}

/// One row a machine, whatever the order they came in.
fn by_serial(rows: &[Awaiting]) -> BTreeMap<String, &Awaiting> {
    let mut rows: Vec<&Awaiting> = rows.iter().collect();
    let word = |row: &Awaiting| {
        (row.ade.clone(), row.model.clone(), row.asset_tag.clone(), row.platform.clone())
    };
    rows.sort_by_cached_key(|row| (row.serial.key(), row.serial.clone(), word(row)));
    rows.into_iter().map(|row| (row.serial.key(), row)).collect()
}
