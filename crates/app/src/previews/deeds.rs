//! What a plan would do, asset by asset in words, so that two plans can be held against each other.

use std::collections::{BTreeMap, HashMap};

use domain::event::Subject;
use domain::{Custodian, NewAsset};
use reconcile::plan::{AssetChange, CatalogChange, Edit, PersonChange, Plan, Step};
use reconcile::{Inventory, Reason, explain};
use serde_json::Value;
use store::plans::ChangeKind;

/// Of each kind and direction so many are shown.
const SHOWN: usize = 5;

/// One thing that only one of two plans would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    pub kind: ChangeKind,
    /// The asset's tag.
    pub asset: String,
    pub device_id: String,
    /// `checked in from Robin Sample`.
    pub deed: String,
    /// Why, as a sentence.
    pub reason: String,
    /// Only the new settings would do it; else only those in force.
    pub new: bool,
}

/// By kind, tag and words, each with its device and reason.
#[derive(Debug, Default)]
pub struct Deeds(BTreeMap<(usize, String, String), (String, String)>);

impl Deeds {
    pub fn of(plan: &Plan, names: &HashMap<String, String>) -> Self {
        let mut deeds = Deeds::default();
        for change in &plan.assets {
            change.steps.iter().for_each(|step| deeds.add(change, step, names));
        }
        deeds
    }

    fn add(&mut self, change: &AssetChange, step: &Step, names: &HashMap<String, String>) {
        let mut add = |deed: String, reason: &Reason| {
            let kind = ChangeKind::ALL.iter().position(|kind| *kind == ChangeKind::of(step));
            let key = (kind.unwrap_or_default(), change.tag.clone(), deed);
            self.0.insert(key, (change.device_id.to_string(), explain::sentence(reason)));
        };
        match step {
            Step::Create { asset, reason } => add(created(asset, names), reason),
            Step::Link { reason } => add("linked".into(), reason),
            Step::Relink { reason, .. } => add("linked to its new enrollment".into(), reason),
            Step::Archive { reason } => add("archived".into(), reason),
            Step::CheckIn { from, reason } => {
                add(format!("checked in from {}", holder(*from, names)), reason);
            }
            Step::CheckOut { to, reason, .. } => {
                add(format!("checked out to {}", holder(*to, names)), reason);
            }
            Step::Edit { edits } => {
                for edit in edits {
                    add(edited(edit, names), &edit.reason);
                }
            }
        }
    }
}

/// What stands in one of the two alone, a few of each kind; check-ins first, for they take away.
pub fn examples(now: &Deeds, then: &Deeds) -> Vec<Example> {
    let mut all = Vec::new();
    for (kind, word) in ChangeKind::ALL.into_iter().enumerate().rev() {
        for (these, others, new) in [(then, now, true), (now, then, false)] {
            let only =
                these.0.iter().filter(|(key, _)| key.0 == kind && !others.0.contains_key(key));
            all.extend(only.take(SHOWN).map(|((_, asset, deed), (device, reason))| Example {
                kind: word,
                asset: asset.clone(),
                device_id: device.clone(),
                deed: deed.clone(),
                reason: reason.clone(),
                new,
            }));
        }
    }
    all
}

/// Names of what a plan speaks of by id, what it would make itself among them.
pub fn names(inventory: &Inventory, plan: &Plan) -> HashMap<String, String> {
    let employees = inventory.employees.iter().map(|held| (held.id.to_string(), held.name.clone()));
    let products = inventory.products.iter().map(|held| (held.id.to_string(), held.name.clone()));
    let departments = inventory.departments.iter().map(|(id, name)| (id.to_string(), name.clone()));
    let assets = inventory.assets.iter().map(|asset| (asset.id.to_string(), asset.tag.to_string()));
    let made = plan.catalog.iter().filter_map(|change| match change {
        CatalogChange::Product { id, name, .. } => Some((id.to_string(), name.clone())),
        CatalogChange::Department { id, name } => Some((id.to_string(), name.clone())),
        _ => None,
    });
    let people = plan.people.iter().filter_map(|change| match change {
        PersonChange::Create { id, name, .. } => Some((id.to_string(), name.clone())),
        PersonChange::Update { .. } => None,
    });
    employees.chain(products).chain(departments).chain(assets).chain(made).chain(people).collect()
}

/// `created, Ready, at Berlin`.
fn created(asset: &NewAsset, names: &HashMap<String, String>) -> String {
    let status = Some(named(&asset.status.to_string(), names));
    let place = asset.location.map(|place| format!("at {}", named(&place.to_string(), names)));
    let called = asset.name.as_ref().map(|name| format!("called {name}"));
    let words = ["created".to_owned()].into_iter();
    words.chain([status, place, called].into_iter().flatten()).collect::<Vec<_>>().join(", ")
}

fn holder(custodian: Custodian, names: &HashMap<String, String>) -> String {
    named(&Subject::from(custodian).id(), names)
}

fn named(id: &str, names: &HashMap<String, String>) -> String {
    names.get(id).cloned().unwrap_or_else(|| "one that is gone".to_owned())
}

/// `name: MBP-1 → Robin's Mac`.
fn edited(edit: &Edit, names: &HashMap<String, String>) -> String {
    let shown = |value: &Value| match explain::plain(value) {
        text if text.is_empty() => "blank".to_owned(),
        text => names.get(&text).cloned().unwrap_or(text),
    };
    let field = edit.field.to_string();
    let field = field.strip_prefix("fields.").unwrap_or(&field).replace('_', " ");
    format!("{field}: {} → {}", shown(&edit.before), shown(&edit.after))
}
