//! The settings of a source as people change them: a preset first, then each key merged over it.

use std::collections::BTreeSet;

use domain::fields::FieldKey;
use reconcile::Rules;
use reconcile::preset::Preset;
use reconcile::rules::MatchRule;
use serde_json::{Map, Value};

use crate::refusal::{FieldError, Refusal};

/// What a change of settings leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub preset: Preset,
    pub rules: Rules,
}

impl Settings {
    pub fn of(preset: Preset) -> Self {
        Settings { preset, rules: preset.rules() }
    }

    /// The settings as one JSON object, the preset's name among them.
    pub fn as_json(&self) -> Value {
        let mut json = serde_json::to_value(&self.rules).expect("rules are plain values");
        json["preset"] = Value::from(self.preset.as_str());
        json
    }

    /// The keys whose value is not the preset's.
    pub fn differences(&self) -> Vec<String> {
        let (own, preset) = (self.as_json(), Settings::of(self.preset).as_json());
        let (Value::Object(own), Value::Object(preset)) = (own, preset) else { return Vec::new() };
        own.into_iter().filter(|(key, value)| preset[key] != *value).map(|(key, _)| key).collect()
    }

    /// Merges a patch (RFC 7396). `tag_locked` says that a run was applied: tags are fixed then.
    pub fn patched(&self, patch: &Value, tag_locked: bool) -> Result<Settings, Refusal> {
        let Value::Object(patch) = patch else {
            return Err(Refusal::invalid("settings", "settings are a JSON object"));
        };
        let mut next = self.clone();
        if let Some(preset) = patch.get("preset") {
            next = Settings::of(parse_preset(preset)?);
            if tag_locked {
                next.rules.tag_from = self.rules.tag_from;
            }
        }
        let mut errors = Vec::new();
        for (key, value) in patch.iter().filter(|(key, _)| *key != "preset") {
            match with_key(&next.rules, key, value) {
                Ok(rules) => next.rules = rules,
                Err(detail) => errors.push(FieldError { field: key.clone(), detail }),
            }
        }
        if !errors.is_empty() {
            return Err(Refusal::Invalid { errors });
        }
        if tag_locked && next.rules.tag_from != self.rules.tag_from {
            return Err(Refusal::conflict(
                "\"tag_from\" is fixed after the first applied run, because tags tell assets \
                 apart; hint: delete the synced assets and connect the source anew",
            ));
        }
        check(&next.rules)?;
        Ok(next)
    }
}

fn parse_preset(value: &Value) -> Result<Preset, Refusal> {
    serde_json::from_value(value.clone()).map_err(|_| {
        let known: Vec<_> = Preset::ALL.into_iter().map(Preset::as_str).collect();
        Refusal::invalid("preset", format!("no preset {value}; hint: {}", known.join(", ")))
    })
}

/// The rules with one key merged in; the error names what is wrong with that key alone.
fn with_key(rules: &Rules, key: &str, value: &Value) -> Result<Rules, String> {
    let Value::Object(mut json) = serde_json::to_value(rules).expect("rules are plain values")
    else {
        unreachable!("rules are an object")
    };
    let Some(slot) = json.get_mut(key) else {
        return Err(format!("no setting \"{key}\"; hint: see the settings of a Kandji source"));
    };
    merge(slot, value);
    serde_json::from_value(Value::Object(json)).map_err(|error| format!("\"{key}\": {error}"))
}

/// RFC 7396, save that a whole setting set to null stays there as null.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let target = target.as_object_mut().expect("made an object above");
    for (key, value) in patch {
        if value.is_null() && !target.get(key).is_some_and(|_| KEEPS_NULL.contains(&key.as_str())) {
            target.remove(key);
        } else {
            merge(target.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

/// Keys inside a setting whose null means something.
const KEEPS_NULL: [&str; 2] = ["status", "location"];

fn check(rules: &Rules) -> Result<(), Refusal> {
    let mut errors = Vec::new();
    let mut refuse = |field: &str, detail: String| {
        errors.push(FieldError { field: field.into(), detail });
    };
    if !(5..=1440).contains(&rules.interval_minutes) {
        let given = rules.interval_minutes;
        refuse("interval_minutes", format!("{given} minutes is out of range; hint: 5 to 1440"));
    }
    if !rules.matching.contains(&MatchRule::DeviceId) {
        let detail = "\"device_id\" must be among the match rules, or every run would forget its \
                      links; hint: put it first";
        refuse("match", detail.into());
    }
    for (field, percent) in [
        ("guard.max_changes_percent", rules.guard.max_changes_percent),
        ("guard.max_absent_percent", rules.guard.max_absent_percent),
    ] {
        if percent > 100 {
            refuse(field, format!("{percent} % is out of range; hint: 0 to 100, 100 never holds"));
        }
    }
    for property in rules.wanted_properties() {
        if kandji::properties::find(property).is_none() {
            let detail = format!("no Kandji property \"{property}\"; hint: pick one of the list");
            refuse(
                if rules.name_from.as_deref() == Some(property) { "name_from" } else { "fields" },
                detail,
            );
        }
    }
    let mut mapped = BTreeSet::new();
    for mapping in &rules.fields {
        if let Err(bad) = FieldKey::parse(&mapping.to) {
            refuse("fields", bad.to_string());
        }
        let twice = rules.fields.iter().filter(|other| other.to == mapping.to).count() > 1;
        if twice && mapped.insert(&mapping.to) {
            let detail = "is fed twice, and only one property can feed a field";
            refuse("fields", format!("\"{}\" {detail}; hint: leave one of the two", mapping.to));
        }
    }
    for platform in rules.category.by_platform.keys() {
        let known = ["Mac", "iPhone", "iPad", "AppleTV", "Vision", "Windows", "Android"];
        if !known.contains(&platform.as_str()) {
            let detail = format!("no platform \"{platform}\"; hint: {}", known.join(", "));
            refuse("category", detail);
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid { errors }) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn recommended() -> Settings {
        Settings::of(Preset::Recommended)
    }

    #[test]
    fn a_preset_is_applied_first_and_the_other_keys_over_it() {
        let next = recommended()
            .patched(&json!({"interval_minutes": 30, "preset": "bluetally"}), false)
            .unwrap();
        assert_eq!(next.preset, Preset::Bluetally);
        assert_eq!(next.differences(), ["interval_minutes"]);
        assert_eq!(next.rules.interval_minutes, 30);
    }

    #[test]
    fn a_part_of_a_setting_may_be_changed_alone() {
        let next = recommended().patched(&json!({"assign": {"on_assign": true}}), false).unwrap();
        assert!(next.rules.assign.on_assign && !next.rules.assign.on_change);
    }

    #[test]
    fn b5_b37_the_tag_mapping_is_fixed_after_the_first_applied_run() {
        let patch = json!({"tag_from": "device_name"});
        assert!(recommended().patched(&patch, false).is_ok());
        let refusal = recommended().patched(&patch, true).unwrap_err();
        assert!(matches!(refusal, Refusal::Conflict { .. }), "{refusal}");
        let preset = recommended().patched(&json!({"preset": "reftab"}), true).unwrap();
        assert_eq!(preset.rules.tag_from, recommended().rules.tag_from);
    }

    #[test]
    fn each_wrong_key_is_named_with_what_is_wrong() {
        let patch = json!({"interval_minutes": "soon", "colour": 1, "match": ["device_id", "x=y"]});
        let Refusal::Invalid { errors } = recommended().patched(&patch, false).unwrap_err() else {
            panic!("expected field errors")
        };
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["colour", "interval_minutes", "match"]);
        assert!(errors[2].detail.contains("no match rule \"x=y\""), "{}", errors[2].detail);
    }

    #[test]
    fn r9_any_property_may_be_the_name() {
        for property in kandji::properties::all() {
            let next = recommended().patched(&json!({"name_from": property.key}), false);
            assert_eq!(next.unwrap().rules.name_from.as_deref(), Some(property.key));
        }
    }

    fn mapping(from: &str, to: &str, authority: &str) -> Value {
        json!({"from": from, "to": to, "authority": authority})
    }

    #[test]
    fn j12_any_property_may_be_mapped_with_each_authority_and_to_one_field_once() {
        for property in kandji::properties::all() {
            for authority in ["mirror", "mirror_blanks", "merge", "fill", "suggest"] {
                let patch = json!({"fields": [mapping(property.key, "own", authority)]});
                assert!(recommended().patched(&patch, false).is_ok(), "{}", property.key);
            }
        }
        let both = [mapping("os_version", "os", "mirror"), mapping("os_build", "os", "fill")];
        let twice = json!({"fields": both});
        let Refusal::Invalid { errors } = recommended().patched(&twice, false).unwrap_err() else {
            panic!("expected field errors")
        };
        assert_eq!((errors.len(), errors[0].field.as_str()), (1, "fields"));
    }

    #[test]
    fn out_of_range_values_are_refused() {
        for patch in [
            json!({"interval_minutes": 4}),
            json!({"guard": {"max_changes_percent": 101}}),
            json!({"match": ["serial=serial"]}),
            json!({"name_from": "shoe_size"}),
            json!({"category": {"Toaster": "Kitchen"}}),
        ] {
            assert!(recommended().patched(&patch, false).is_err(), "{patch}");
        }
    }
}
