//! A source in the words of events: what people decide about it, each setting by its own name.
//! Its token is never among it.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Field, FieldChange};
use reconcile::Rules;
use serde_json::Value;

use super::{NewSource, Source};
use crate::nouns::{self, Told, own};

/// What a new one begins with; it is enabled.
pub(super) fn new(source: &NewSource) -> Told {
    let mut told = vec![named(&source.name), address(&source.api_url), switch(true)];
    told.push(preset(source.preset.as_deref()));
    told.extend(settings(&source.rules).into_iter().map(setting));
    told
}

/// What one ends with.
pub(super) fn whole(source: &Source) -> Told {
    let mut told = vec![named(&source.name), address(&source.api_url), switch(source.enabled)];
    told.push(preset(source.preset.as_deref()));
    told.extend(settings(&source.rules).into_iter().map(setting));
    told
}

pub(super) fn named(name: &str) -> (Field, Value) {
    (Field::Name, name.into())
}

pub(super) fn address(api_url: &str) -> (Field, Value) {
    (own("api_url"), api_url.into())
}

pub(super) fn switch(enabled: bool) -> (Field, Value) {
    (own("enabled"), enabled.into())
}

/// That there is another token, and nothing of either.
pub(super) fn replaced() -> FieldChange {
    FieldChange { field: own("token"), before: Value::Null, after: "replaced".into() }
}

/// One change for each setting that moved.
pub fn moved(held: &Source, chosen: Option<&str>, rules: &Rules) -> Vec<FieldChange> {
    let (before, after) = (settings(&held.rules), settings(rules));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let change = |name: &String| FieldChange {
        field: own(name),
        before: before.get(name).cloned().unwrap_or_default(),
        after: after.get(name).cloned().unwrap_or_default(),
    };
    let mut changes = nouns::moved(vec![preset(held.preset.as_deref())], vec![preset(chosen)]);
    let settings = names.into_iter().map(change);
    changes.extend(settings.filter(|change| change.before != change.after));
    changes
}

fn preset(name: Option<&str>) -> (Field, Value) {
    (own("settings.preset"), name.into())
}

fn setting((name, value): (String, Value)) -> (Field, Value) {
    (own(&name), value)
}

/// Each setting by its name in the API: `settings.guard.max_checkins`.
fn settings(rules: &Rules) -> BTreeMap<String, Value> {
    let mut told = BTreeMap::new();
    let rules = serde_json::to_value(rules).expect("rules are plain values");
    spread("settings", rules, &mut told);
    told
}

/// Groups by their parts, a list of rows by what each row is for; a list of none is blank.
fn spread(name: &str, value: Value, told: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(parts) => {
            for (key, part) in parts {
                spread(&format!("{name}.{key}"), part, told);
            }
        }
        Value::Array(rows) if rows.iter().all(Value::is_object) => {
            for (n, row) in rows.into_iter().enumerate() {
                spread_row(name, n, row, told);
            }
        }
        plain => drop(told.insert(name.to_owned(), plain)),
    }
}

/// A mapping by its field, an enrollment rule by its configuration, a second one by its place too.
fn spread_row(name: &str, n: usize, mut row: Value, told: &mut BTreeMap<String, Value>) {
    let subject = ["to", "ade_id"].into_iter().find_map(|key| row.as_object_mut()?.remove(key));
    let subject = subject.as_ref().and_then(Value::as_str).unwrap_or_default();
    let mut whole = format!("{name}.{subject}");
    if told.keys().any(|known| known.starts_with(&format!("{whole}."))) {
        whole = format!("{whole} ({})", n + 1);
    }
    spread(&whole, row, told);
}
