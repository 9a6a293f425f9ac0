//! Move five: survey + inventory + rules → plan. The same inputs give the same plan, byte for byte.

mod awaiting;

use std::collections::{HashMap, HashSet};
use std::{panic, thread};

use domain::id::AssetId;
use domain::{AssetTag, Mint, Timestamp};

use crate::absence;
use crate::catalog::Catalog;
use crate::device::{self, Context, Planned, Tie};
use crate::fields::Fields;
use crate::guard;
use crate::identify::{Identity, Left, identify, new_tag};
use crate::inventory::{Absence, AssetHeld, Baseline, Inventory, Link};
use crate::people::Roster;
use crate::plan::{AssetChange, Conflict, ConflictKind, DeviceOutcome, Plan, Step, Verdict};
use crate::reason::Reason;
use crate::rules::Rules;
use crate::survey::{Claims, DeviceId, Observation, Survey};

/// Plans one run. `now` is when the survey was taken; `mint` gives new things their ids.
pub fn reconcile(
    survey: &Survey,
    inventory: &Inventory,
    rules: &Rules,
    now: Timestamp,
    mint: &Mint,
) -> Plan {
    let mut catalog = Catalog::of(inventory, rules);
    // What the devices are and who the people are have nothing to do with each other.
    let (identities, roster) = thread::scope(|scope| {
        let identities = scope.spawn(|| identify(survey, inventory, rules, now));
        let mut roster = Roster::of(inventory, rules);
        roster.meet(survey, &mut catalog, mint, now);
        (identities.join().unwrap_or_else(|bug| panic::resume_unwind(bug)), roster)
    });

    let context = Context { rules, inventory, roster: &roster, mint, now };
    let mut planner = Planner::new(context, catalog, &identities);
    let mut new = Vec::new();
    for (device, identity) in identities {
        match identity {
            Identity::New { reason } => new.push((device, reason)),
            known => planner.known(device, known),
        }
    }
    // Where two new devices want one tag, the one enrolled first gets it.
    let first =
        |device: &Observation| (device.first_enrolled_at.is_none(), device.first_enrolled_at);
    new.sort_by_key(|(device, _)| (first(device), &device.device_id));
    let mut granted: Vec<_> =
        new.into_iter().filter_map(|(device, reason)| planner.grant(device, reason)).collect();
    // In order of tag, so that ids and tags rise together: databases write that several times faster.
    granted.sort_by_cached_key(|(tag, ..)| tag.key());
    for (tag, device, reason) in granted {
        planner.create(tag, device, reason);
    }
    planner.awaiting(survey);
    planner.absent(survey);

    let Planner { catalog, mut plan, .. } = planner;
    plan.catalog = catalog.into_changes();
    plan.people = roster.changes;
    plan.devices.sort_by(|a, b| a.device_id.cmp(&b.device_id));
    plan.conflicts.sort_by(|a, b| a.key.cmp(&b.key));
    plan.doubts = guard::doubts(&plan, survey, inventory, rules);
    plan
}

struct Planner<'a, 'b> {
    context: Context<'a, 'b>,
    catalog: Catalog<'a>,
    fields: Fields<'a>,
    assets: HashMap<AssetId, &'a AssetHeld>,
    /// Tags in use or promised, with who has them; filled when first needed.
    tags: Option<HashMap<String, TagHolder>>,
    /// Links whose device was seen, or that moved to another device.
    seen: HashSet<&'a DeviceId>,
    plan: Plan,
}

enum TagHolder {
    Asset(AssetId),
    Linked(AssetId, DeviceId),
    Device(DeviceId),
}

impl<'a, 'b> Planner<'a, 'b> {
    fn new(
        context: Context<'a, 'b>,
        catalog: Catalog<'a>,
        identities: &[(&'a Observation, Identity<'a>)],
    ) -> Self {
        let (inventory, rules) = (context.inventory, context.rules);
        let assets = inventory.assets.iter().map(|asset| (asset.id, asset)).collect();
        let fields = Fields::of(inventory, rules, &assets, identities);
        let seen = HashSet::with_capacity(inventory.links.len());
        // A fleet in which nothing moved still has an outcome for each device.
        let plan = Plan { devices: Vec::with_capacity(identities.len()), ..Plan::default() };
        Planner { context, catalog, fields, assets, tags: None, seen, plan }
    }

    fn known(&mut self, device: &'a Observation, identity: Identity<'a>) {
        match identity {
            Identity::Linked { link, reason } => {
                self.seen.insert(&link.device_id);
                self.follow(device, link.clone(), Some(link), Vec::new(), reason);
            }
            Identity::Relinked { link, reason } => {
                self.seen.insert(&link.device_id);
                let mut moved = link.clone();
                let from = std::mem::replace(&mut moved.device_id, device.device_id.clone());
                let step = if from.is_awaiting() {
                    Step::Link { reason: reason.clone() }
                } else {
                    moved.past.retain(|past| *past != device.device_id && *past != from);
                    moved.past.push(from.clone());
                    Step::Relink { from, reason: reason.clone() }
                };
                self.follow(device, moved, Some(link), vec![step], reason);
            }
            Identity::Adopted { asset, reason } => {
                let link = Link {
                    asset,
                    device_id: device.device_id.clone(),
                    serial: device.serial.clone(),
                    past: Vec::new(),
                    baseline: Baseline::default(),
                    absence: Absence::Present,
                };
                let step = Step::Link { reason: reason.clone() };
                self.follow(device, link, None, vec![step], reason);
            }
            Identity::Left(left) => self.leave(device, left),
            Identity::New { .. } => unreachable!("new devices are planned after the known ones"),
        }
    }

    fn follow(
        &mut self,
        device: &Observation,
        mut link: Link,
        before: Option<&Link>,
        mut steps: Vec<Step>,
        known_by: Reason,
    ) {
        let Some(asset) = self.assets.get(&link.asset).copied() else { return };
        if device.removed {
            return self.gone(device, asset, link, before, steps);
        }
        link.absence = Absence::Present;
        let tie = match before {
            None => Tie::Adopted,
            Some(before) if before.device_id.is_awaiting() => Tie::Enrolled,
            Some(_) => Tie::Known,
        };
        let planned = device::follow(
            device,
            asset,
            &mut link,
            tie,
            &self.context,
            &mut self.catalog,
            &self.fields,
        );
        let mut reasons = Vec::with_capacity(1 + planned.reasons.len());
        reasons.push(known_by);
        reasons.extend(planned.reasons);
        steps.extend(planned.steps);
        self.plan.conflicts.extend(planned.conflicts);
        if asset.archived {
            let reason = Reason::ArchivedHere { tag: asset.tag.as_str().into() };
            self.ask(device, ConflictKind::ArchivedMatch, reason, vec![asset.id]);
        }
        self.outcome(device, Verdict::Matched, Some(asset.id), reasons);
        self.push(asset, device.device_id.clone(), steps, link, before);
    }

    /// The source's own word that a device was removed is believed at once, and acted on once.
    fn gone(
        &mut self,
        device: &Observation,
        asset: &AssetHeld,
        mut link: Link,
        before: Option<&Link>,
        mut steps: Vec<Step>,
    ) {
        let mut reasons = vec![Reason::RemovedInSource];
        if !matches!(link.absence, Absence::Unseen(_)) {
            link.absence = Absence::Unseen(self.context.now);
            steps.extend(self.policy(asset, &mut reasons));
        }
        self.outcome(device, Verdict::Matched, Some(asset.id), reasons);
        self.push(asset, device.device_id.clone(), steps, link, before);
    }

    /// What the absence policy does. While another source has the device, it is not gone.
    fn policy(&self, asset: &AssetHeld, reasons: &mut Vec<Reason>) -> Vec<Step> {
        if self.context.inventory.seen_elsewhere.contains(&asset.id) {
            reasons.push(Reason::SeenElsewhere);
            return Vec::new();
        }
        absence::act(asset, self.context.rules)
    }

    /// Keeps what is to be done; a link that moved alone is written without touching its asset.
    fn push(
        &mut self,
        asset: &AssetHeld,
        device_id: DeviceId,
        steps: Vec<Step>,
        link: Link,
        before: Option<&Link>,
    ) {
        let moved = before != Some(&link);
        if !steps.is_empty() {
            self.plan.assets.push(AssetChange {
                asset: asset.id,
                version: Some(asset.version),
                tag: asset.tag.as_str().to_owned(),
                device_id,
                steps,
                link: moved.then_some(link),
            });
        } else if moved {
            self.plan.links.push(link);
        }
    }

    fn leave(&mut self, device: &'a Observation, left: Left) {
        // A device that is listed is not absent, even where nothing is done with it.
        self.seen.insert(&device.device_id);
        if let Some(kind) = left.question {
            self.ask(device, kind, left.reason.clone(), left.candidates);
        }
        self.outcome(device, left.verdict, left.asset, vec![left.reason]);
    }

    /// The tag a new device gets, if it gets one.
    fn grant(
        &mut self,
        device: &'a Observation,
        reason: Reason,
    ) -> Option<(AssetTag, &'a Observation, Reason)> {
        let tag = match new_tag(device, self.context.rules) {
            Ok(tag) => tag,
            Err(reason) => {
                self.outcome(device, Verdict::Unmatched, None, vec![reason]);
                return None;
            }
        };
        let Some(holder) = self.tags().get(&tag.key()) else {
            self.tags().insert(tag.key(), TagHolder::Device(device.device_id.clone()));
            return Some((tag, device, reason));
        };
        let text = tag.as_str().to_owned();
        let (reason, candidates) = match holder {
            TagHolder::Asset(asset) => {
                (Reason::TagTakenByAsset { tag: text, asset: *asset }, vec![*asset])
            }
            TagHolder::Linked(asset, other) => {
                (Reason::TagTakenByDevice { tag: text, other: other.clone() }, vec![*asset])
            }
            TagHolder::Device(other) => {
                (Reason::TagTakenByDevice { tag: text, other: other.clone() }, Vec::new())
            }
        };
        self.ask(device, ConflictKind::TagTaken, reason.clone(), candidates);
        self.outcome(device, Verdict::Unmatched, None, vec![reason]);
        None
    }

    fn create(&mut self, tag: AssetTag, device: &Observation, reason: Reason) {
        let (asset, link, planned) =
            device::create(device, tag, reason, &self.context, &mut self.catalog, &mut self.fields);
        if let (Some(product), Some(identifier)) = (asset.product, &device.model_identifier) {
            self.catalog.identify(product, identifier);
        }
        let Planned { mut steps, reasons, conflicts } = planned;
        // A fleet's first plan stands in memory whole.
        steps.shrink_to_fit();
        self.plan.conflicts.extend(conflicts);
        self.outcome(device, Verdict::Unmatched, Some(asset.id), reasons);
        self.plan.assets.push(AssetChange {
            asset: asset.id,
            version: None,
            tag: asset.tag.as_str().to_owned(),
            device_id: device.device_id.clone(),
            steps,
            link: Some(link),
        });
    }

    fn tags(&mut self) -> &mut HashMap<String, TagHolder> {
        let inventory = self.context.inventory;
        self.tags.get_or_insert_with(|| {
            let linked: HashMap<AssetId, &DeviceId> =
                inventory.links.iter().map(|link| (link.asset, &link.device_id)).collect();
            let holder = |asset: &AssetHeld| match linked.get(&asset.id) {
                Some(device) if !device.is_awaiting() => {
                    TagHolder::Linked(asset.id, (*device).clone())
                }
                Some(_) | None => TagHolder::Asset(asset.id),
            };
            inventory.assets.iter().map(|asset| (asset.tag.key(), holder(asset))).collect()
        })
    }

    /// Links that no row of this survey mentions.
    fn absent(&mut self, survey: &Survey) {
        for link in &self.context.inventory.links {
            if self.seen.contains(&link.device_id) || link.device_id.is_awaiting() {
                continue;
            }
            let Some(asset) = self.assets.get(&link.asset).copied() else { continue };
            let (absence, reason, acts) = absence::missed(link.absence, survey, self.context.now);
            let after = Link { absence, ..link.clone() };
            let mut reasons = vec![reason];
            let steps = if acts { self.policy(asset, &mut reasons) } else { Vec::new() };
            self.plan.devices.push(DeviceOutcome {
                device_id: link.device_id.clone(),
                serial: link.serial.as_ref().map(|serial| serial.as_str().to_owned()),
                name: asset.name.clone(),
                asset: Some(asset.id),
                verdict: Verdict::Absent,
                reasons,
            });
            self.push(asset, link.device_id.clone(), steps, after, Some(link));
        }
    }

    fn ask(
        &mut self,
        device: &Observation,
        kind: ConflictKind,
        reason: Reason,
        candidates: Vec<AssetId>,
    ) {
        self.plan.conflicts.push(Conflict {
            key: format!("{kind:?}:{}", device.device_id),
            device_id: device.device_id.clone(),
            kind,
            reason,
            candidates,
            claims: Claims::of(device),
        });
    }

    fn outcome(
        &mut self,
        device: &Observation,
        verdict: Verdict,
        asset: Option<AssetId>,
        mut reasons: Vec<Reason>,
    ) {
        reasons.shrink_to_fit();
        self.plan.devices.push(DeviceOutcome {
            device_id: device.device_id.clone(),
            serial: device.serial.as_ref().map(|serial| serial.as_str().to_owned()),
            name: device.name.as_deref().map(str::to_owned),
            asset,
            verdict,
            reasons,
        });
    }
}
