//! Between the form and the settings: rules as answers, and answers as a patch of the settings.

use app::Refusal;
use app::refusal::FieldError;
use app::settings::Settings;
use app::sources::Source;
use reconcile::Rules;
use reconcile::preset::Preset;
use serde_json::{Map, Value, json};

use super::choices::PLATFORMS;
use super::rows::{LISTS, count, name};
use crate::pages::answers::Answers;

/// The settings as the form holds them, the preset they began with among them.
pub fn held(settings: &Settings) -> Answers {
    answers(&settings.rules).with("preset", settings.preset.as_str())
}

/// The rules as the form shows them.
pub fn answers(rules: &Rules) -> Answers {
    let json = serde_json::to_value(rules).unwrap_or_default();
    let mut held = Answers::default();
    let plain = [
        "interval_minutes",
        "match_conflict",
        "on_match",
        "on_no_match",
        "tag_from",
        "name_from",
        "status",
        "location",
        "first_run",
        "awaiting",
        "priority",
    ];
    for key in plain {
        held = held.with(key, &text(&json[key]));
    }
    for (group, key) in [
        ("category", "default"),
        ("absence", "action"),
        ("absence", "status"),
        ("guard", "max_changes_percent"),
        ("guard", "max_checkins"),
        ("guard", "max_absent_percent"),
    ] {
        held = held.with(&format!("{group}.{key}"), &text(&json[group][key]));
    }
    for platform in PLATFORMS {
        held = held.with(&format!("category.{platform}"), &text(&json["category"][platform]));
    }
    for (group, key) in SWITCHES {
        let on = json[group][key] == Value::Bool(true);
        held = held.with(&format!("{group}.{key}"), if on { "on" } else { "" });
    }
    for (list, parts) in LISTS {
        for (n, row) in listed(&json, list).iter().enumerate() {
            for part in parts {
                let value = if part.is_empty() { row } else { &row[*part] };
                held = held.with(&name(list, n, part), &text(value));
            }
        }
    }
    held
}

/// `employees.match` stands one level down.
fn listed<'a>(json: &'a Value, list: &str) -> &'a [Value] {
    let value = list.split('.').fold(json, |value, key| &value[key]);
    value.as_array().map_or(&[][..], Vec::as_slice)
}

const SWITCHES: [(&str, &str); 5] = [
    ("assign", "on_assign"),
    ("assign", "on_change"),
    ("assign", "on_removed"),
    ("employees", "create"),
    ("employees", "import_directory"),
];

/// The answers as a patch. Every setting is in it, so the form alone decides.
pub fn patch(answers: &Answers, tag_locked: bool) -> Result<Value, Refusal> {
    let (patch, errors) = read(answers, tag_locked);
    if errors.is_empty() { Ok(patch) } else { Err(Refusal::Invalid { errors }) }
}

/// Whether both say the same, however they were sent.
pub fn same(one: &Answers, other: &Answers) -> bool {
    // A locked mapping is not sent at all.
    let locked = one.some("tag_from").is_none() || other.some("tag_from").is_none();
    read(one, locked).0 == read(other, locked).0
}

/// The settings whose value is not the preset's, whether they could be saved or not.
pub fn differences(answers: &Answers, preset: Preset, source: &Source) -> Vec<String> {
    let (mut own, _) = read(answers, false);
    if source.synced_before {
        own["tag_from"] = serde_json::to_value(source.rules.tag_from).unwrap_or_default();
    }
    if let Some(category) = own["category"].as_object_mut() {
        category.retain(|_, value| !value.is_null());
    }
    let theirs = serde_json::to_value(preset.rules()).unwrap_or_default();
    let Value::Object(theirs) = theirs else { return Vec::new() };
    theirs.into_iter().filter(|(key, value)| own[key] != *value).map(|(key, _)| key).collect()
}

fn read(answers: &Answers, tag_locked: bool) -> (Value, Vec<FieldError>) {
    let mut errors = Vec::new();
    let mut number = |name: &str| {
        if let Ok(number) = answers.get(name).parse::<i64>() {
            return Value::from(number);
        }
        let detail = format!("\"{}\" is no whole number", answers.get(name));
        errors.push(FieldError { field: name.to_owned(), detail });
        Value::Null
    };
    let text = |name: &str| Value::from(answers.get(name));
    let blank = |name: &str| answers.some(name).map_or(Value::Null, Value::from);
    let on = |name: &str| Value::from(answers.ticked(name));
    let mut patch = json!({
        "interval_minutes": number("interval_minutes"),
        "priority": number("priority"),
        "guard": {
            "max_changes_percent": number("guard.max_changes_percent"),
            "max_checkins": number("guard.max_checkins"),
            "max_absent_percent": number("guard.max_absent_percent"),
        },
        "match": ordered(answers, "match"),
        "match_conflict": text("match_conflict"),
        "on_match": text("on_match"),
        "on_no_match": text("on_no_match"),
        "name_from": blank("name_from"),
        "category": category(answers),
        "status": blank("status"),
        "location": blank("location"),
        "assign": { "on_assign": on("assign.on_assign"), "on_change": on("assign.on_change"), "on_removed": on("assign.on_removed") },
        "employees": { "create": on("employees.create"), "import_directory": on("employees.import_directory"), "match": ordered(answers, "employees.match") },
        "fields": list(answers, "fields", LISTS[2].1, "from"),
        "ade_rules": list(answers, "ade_rules", LISTS[3].1, "ade_id"),
        "absence": { "action": text("absence.action"), "status": blank("absence.status") },
        "awaiting": text("awaiting"),
        "first_run": text("first_run"),
    });
    if !tag_locked {
        patch["tag_from"] = text("tag_from");
    }
    if let Some(preset) = answers.some("preset") {
        patch["preset"] = Value::from(preset);
    }
    (patch, errors)
}

/// Tokens in their order, each once; blank rows are left out.
fn ordered<'a>(answers: &'a Answers, list: &str) -> Vec<&'a str> {
    let mut rules: Vec<&str> = Vec::new();
    for n in 0..count(answers, list) {
        let rule = answers.get(&name(list, n, ""));
        if !rule.is_empty() && !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    rules
}

/// A platform that is left blank has no category of its own.
fn category(answers: &Answers) -> Value {
    let mut category = Map::new();
    category.insert("default".into(), Value::from(answers.get("category.default")));
    for platform in PLATFORMS {
        let own = answers.some(&format!("category.{platform}"));
        category.insert(platform.into(), own.map_or(Value::Null, Value::from));
    }
    Value::Object(category)
}

/// The rows whose first answer is given.
fn list(answers: &Answers, list: &str, keys: &[&str], first: &str) -> Vec<Value> {
    let row = |n: usize| {
        let given = answers.some(&format!("{list}.{n}.{first}")).is_some();
        let values = keys.iter().map(|key| {
            let own = answers.some(&format!("{list}.{n}.{key}"));
            // Mappings have no blank parts; an enrollment rule may leave place or status alone.
            let blank = if list == "fields" { Value::from("") } else { Value::Null };
            ((*key).to_owned(), own.map_or(blank, Value::from))
        });
        given.then(|| Value::Object(values.collect()))
    };
    (0..count(answers, list)).filter_map(row).collect()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saving_the_form_as_it_is_changes_nothing() {
        for preset in Preset::ALL {
            let own = Settings::of(preset);
            let patch = patch(&held(&own), false).unwrap();
            assert_eq!(own.patched(&patch, false).unwrap(), own, "{preset:?}");
        }
    }

    #[test]
    fn a_number_that_is_none_is_refused_at_its_field() {
        let held = answers(&Preset::Recommended.rules()).with("guard.max_checkins", "many");
        let Err(Refusal::Invalid { errors }) = patch(&held, false) else { panic!("refused") };
        assert_eq!(errors[0].field, "guard.max_checkins");
    }

    #[test]
    fn whatever_the_api_can_set_the_form_keeps() {
        let patch = json!({
            "match": ["device_id", "device_id=field:kandjiid", "name=name"],
            "category": {"default": "Laptops", "iPhone": "Phones"},
            "status": "sta_0000000000002",
            "location": "loc_0000000000003",
            "ade_rules": [
                {"ade_id": "A", "location": null, "status": null, "apply": "always"},
                {"ade_id": "B", "location": "loc_0000000000003", "status": null, "apply": "on_create"},
            ],
            "awaiting": "create",
            "assign": {"on_assign": true, "on_removed": true},
            "employees": {"match": ["name", "email"], "create": true, "import_directory": true},
            "fields": [{"from": "os_version", "to": "os", "authority": "suggest"}],
            "absence": {"action": "status", "status": "sta_0000000000002"},
            "guard": {"max_changes_percent": 100, "max_checkins": 0, "max_absent_percent": 1},
            "priority": -3,
        });
        let own = Settings::of(Preset::Reftab).patched(&patch, false).unwrap();
        let sent = super::patch(&held(&own), false).unwrap();
        assert_eq!(Settings::of(Preset::Amfj).patched(&sent, false).unwrap(), own);
    }
}
