//! The custom fields of a device: what the source sent, as each field's type has it; who moved;
//! and no value of a unique field twice.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::fields::{CustomField, keys};
use domain::id::{AssetId, CategoryId};
use domain::{Field, NewAsset};
use serde_json::Value;

use crate::device::fields::fed_elsewhere;
use crate::device::{Context, Planned};
use crate::diff::{Decision, decide};
use crate::identify::Identity;
use crate::inventory::{AssetHeld, Baseline, Inventory};
use crate::plan::{Conflict, ConflictKind, Edit};
use crate::reason::Reason;
use crate::rules::{Authority, FieldMapping, Rules};
use crate::survey::{Claims, DeviceId, Observation};

pub struct Fields<'a> {
    defined: BTreeMap<&'a str, &'a CustomField>,
    /// Who has which value of a unique field, once this plan is done.
    holders: HashMap<(&'a str, String), AssetId>,
    /// What a device brings and another asset has.
    refused: BTreeSet<(&'a DeviceId, &'a str)>,
}

/// One mapping that wants to write a unique value.
struct Mover<'a> {
    device: &'a DeviceId,
    asset: AssetId,
    key: &'a str,
    from: Vec<String>,
    to: Vec<String>,
}

/// Base, ours and theirs, and what follows.
struct Decided {
    decision: Decision,
    ours: Value,
    theirs: Value,
}

impl<'a> Fields<'a> {
    pub fn of(
        inventory: &'a Inventory,
        rules: &'a Rules,
        assets: &HashMap<AssetId, &'a AssetHeld>,
        identities: &[(&'a Observation, Identity<'a>)],
    ) -> Self {
        let defined = inventory.fields.iter().map(|field| (field.key.as_str(), field)).collect();
        let mut fields = Fields { defined, holders: HashMap::new(), refused: BTreeSet::new() };
        let unique: Vec<&FieldMapping> = rules
            .fields
            .iter()
            .filter(|mapping| fields.defined.get(&*mapping.to).is_some_and(|field| field.unique))
            .collect();
        if unique.is_empty() {
            return fields;
        }
        for (asset, mapping) in
            inventory.assets.iter().flat_map(|asset| unique.iter().map(move |m| (asset, m)))
        {
            for value in asset.fields.get(&mapping.to).map(keys).unwrap_or_default() {
                fields.holders.insert((&mapping.to, value), asset.id);
            }
        }
        let mut movers = Vec::new();
        for (device, identity) in identities.iter().filter(|(device, _)| !device.removed) {
            let (asset, baseline) = match identity {
                Identity::Linked { link, .. } | Identity::Relinked { link, .. } => {
                    (link.asset, link.baseline.clone())
                }
                Identity::Adopted { asset, .. } => (*asset, Baseline::default()),
                Identity::New { .. } | Identity::Left(_) => continue,
            };
            let Some(asset) = assets.get(&asset) else { continue };
            for mapping in &unique {
                let elsewhere = (asset.id, Field::Custom(mapping.to.clone()));
                let decided = fields.decided(device, asset, &baseline, mapping);
                let takes = |decided: &Decided| decided.decision == Decision::Take;
                if let Ok(decided) = decided
                    && takes(&decided)
                    && !inventory.claimed_elsewhere.contains(&elsewhere)
                {
                    let (from, to) = (keys(&decided.ours), keys(&decided.theirs));
                    let (device, key) = (&device.device_id, mapping.to.as_str());
                    movers.push(Mover { device, asset: asset.id, key, from, to });
                }
            }
        }
        fields.settle(movers);
        fields
    }

    /// Lets each take its value once nobody has it, until nobody can move any more. Those who
    /// wait for each other wait on: the next plan finds them as this one left them.
    fn settle(&mut self, mut movers: Vec<Mover<'a>>) {
        loop {
            let before = movers.len();
            let holders = &mut self.holders;
            movers.retain(|mover| {
                let own = |holder: &AssetId| *holder == mover.asset;
                let at = |value: &String| (mover.key, value.clone());
                let free = mover.to.iter().all(|value| holders.get(&at(value)).is_none_or(own));
                if free {
                    for value in &mover.from {
                        if holders.get(&at(value)).is_some_and(own) {
                            holders.remove(&at(value));
                        }
                    }
                    holders.extend(mover.to.iter().map(|value| (at(value), mover.asset)));
                }
                !free
            });
            if movers.len() == before {
                break;
            }
        }
        self.refused = movers.iter().map(|mover| (mover.device, mover.key)).collect();
    }

    /// What a new asset starts with: what the source says, else the field's default.
    pub fn created(
        &mut self,
        device: &Observation,
        asset: &mut NewAsset,
        baseline: &mut Baseline,
        category: Option<CategoryId>,
        rules: &'a Rules,
    ) -> Vec<Reason> {
        let mut reasons = Vec::new();
        for mapping in rules.fields.iter().filter(|m| m.authority != Authority::Suggest) {
            let theirs = match self.theirs(device, mapping) {
                Ok(theirs) if theirs.is_null() => continue,
                Ok(theirs) => theirs,
                Err(reason) => {
                    reasons.push(reason);
                    continue;
                }
            };
            let field = self.defined[&*mapping.to];
            if field.unique {
                let places: Vec<_> =
                    keys(&theirs).into_iter().map(|value| (&*mapping.to, value)).collect();
                if places.iter().any(|place| self.holders.contains_key(place)) {
                    reasons.push(taken(mapping, theirs));
                    continue;
                }
                self.holders.extend(places.into_iter().map(|place| (place, asset.id)));
            }
            asset.fields.insert(mapping.to.clone(), theirs.clone());
            baseline.fields.insert(mapping.to.clone(), theirs);
        }
        for field in self.defined.values().filter(|field| field.is_of(category)) {
            if let Some(default) = &field.default {
                asset.fields.entry(field.key.to_string()).or_insert_with(|| default.clone());
            }
        }
        reasons
    }

    pub fn follow(
        &self,
        device: &Observation,
        asset: &AssetHeld,
        baseline: &mut Baseline,
        context: &Context<'_, '_>,
        edits: &mut Vec<Edit>,
        planned: &mut Planned,
    ) {
        for mapping in &context.rules.fields {
            let field = Field::Custom(mapping.to.clone());
            if fed_elsewhere(asset, &field, context, planned) {
                continue;
            }
            let Decided { decision, ours, theirs } =
                match self.decided(device, asset, baseline, mapping) {
                    Ok(decided) => decided,
                    Err(reason) => {
                        planned.reasons.push(reason);
                        continue;
                    }
                };
            match decision {
                Decision::Leave => {}
                Decision::Acknowledge => drop(baseline.fields.insert(mapping.to.clone(), theirs)),
                Decision::Take if self.refused.contains(&(&device.device_id, &*mapping.to)) => {
                    planned.reasons.push(taken(mapping, theirs));
                }
                Decision::Take => {
                    baseline.fields.insert(mapping.to.clone(), theirs.clone());
                    let (property, authority) = (mapping.from.clone(), mapping.authority);
                    let reason = Reason::FromSource { property, authority };
                    edits.push(Edit { field, before: ours, after: theirs, reason });
                }
                Decision::Ask | Decision::Suggest
                    if is_kept(context.inventory, device, mapping, &theirs) =>
                {
                    planned.reasons.push(Reason::KeptByPerson { field, theirs });
                }
                Decision::Ask | Decision::Suggest => {
                    let (kind, reason) = if decision == Decision::Ask {
                        (ConflictKind::FieldMoved, Reason::BothMoved { field, theirs })
                    } else {
                        (ConflictKind::Suggestion, Reason::Suggested { field, theirs })
                    };
                    planned.conflicts.push(Conflict {
                        key: format!("field:{}:{}", device.device_id, mapping.to),
                        device_id: device.device_id.clone(),
                        kind,
                        reason,
                        candidates: vec![asset.id],
                        claims: Claims::of(device),
                    });
                }
            }
        }
    }

    fn decided(
        &self,
        device: &Observation,
        asset: &AssetHeld,
        baseline: &Baseline,
        mapping: &FieldMapping,
    ) -> Result<Decided, Reason> {
        let theirs = self.theirs(device, mapping)?;
        let base = baseline.fields.get(&mapping.to).cloned().unwrap_or_default();
        let ours = asset.fields.get(&mapping.to).cloned().unwrap_or_default();
        // What could not be asked is no blank, and a required field takes none.
        let unheard = !device.properties.contains_key(&mapping.from);
        let required = || self.defined.get(&*mapping.to).is_some_and(|field| field.required);
        let decision = if theirs.is_null() && (unheard || required()) {
            Decision::Leave
        } else {
            decide(&base, &ours, &theirs, mapping.authority)
        };
        Ok(Decided { decision, ours, theirs })
    }

    /// What the source says, as the field's type has it; `null` where it says nothing.
    fn theirs(&self, device: &Observation, mapping: &FieldMapping) -> Result<Value, Reason> {
        let sent = device.properties.get(&mapping.from).filter(|value| !value.is_null());
        let Some(sent) = sent else { return Ok(Value::Null) };
        let Some(field) = self.defined.get(&*mapping.to) else {
            return Err(Reason::FieldMissing { key: mapping.to.clone() });
        };
        field.fit(sent).map(Option::unwrap_or_default).map_err(|unfit| Reason::Unfit {
            property: mapping.from.clone(),
            field: Field::Custom(mapping.to.clone()),
            because: unfit.to_string(),
        })
    }
}

/// Whether a person decided to keep ours while the source says this.
fn is_kept(
    inventory: &Inventory,
    device: &Observation,
    mapping: &FieldMapping,
    theirs: &Value,
) -> bool {
    let place = (device.device_id.clone(), mapping.to.clone());
    inventory.kept.get(&place) == Some(theirs)
}

fn taken(mapping: &FieldMapping, theirs: Value) -> Reason {
    Reason::ValueTaken { field: Field::Custom(mapping.to.clone()), theirs }
}
