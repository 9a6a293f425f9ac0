//! Between the form and the settings: rules as answers, and answers as a patch of the settings.

use app::Refusal;
use app::refusal::FieldError;
use reconcile::Rules;
use serde_json::{Map, Value, json};

use super::choices::PLATFORMS;
use crate::pages::answers::Answers;

/// Rows offered beyond those in use.
pub const MORE: usize = 2;

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
    let by_name =
        json["employees"]["match"].as_array().is_some_and(|all| all.contains(&json!("name")));
    held = held.with("employees.by_name", if by_name { "on" } else { "" });
    rows(held, &json)
}

const SWITCHES: [(&str, &str); 5] = [
    ("assign", "on_assign"),
    ("assign", "on_change"),
    ("assign", "on_removed"),
    ("employees", "create"),
    ("employees", "import_directory"),
];

/// Lists become numbered answers: `match.0`, `fields.1.from`, `ade_rules.0.location`.
fn rows(mut held: Answers, json: &Value) -> Answers {
    for (n, rule) in json["match"].as_array().into_iter().flatten().enumerate() {
        held = held.with(&format!("match.{n}"), &text(rule));
    }
    for (list, keys) in LISTS {
        for (n, row) in json[list].as_array().into_iter().flatten().enumerate() {
            for key in keys {
                held = held.with(&format!("{list}.{n}.{key}"), &text(&row[key]));
            }
        }
    }
    held
}

const LISTS: [(&str, &[&str]); 2] = [
    ("fields", &["from", "to", "authority"]),
    ("ade_rules", &["ade_id", "location", "status", "apply"]),
];

/// How many rows a numbered list has, with room for more.
pub fn count(answers: &Answers, list: &str) -> usize {
    let prefix = format!("{list}.");
    let numbers = answers.pairs().filter_map(|(name, value)| {
        let mut parts = name.strip_prefix(&prefix).filter(|_| !value.is_empty())?.split('.');
        let number = parts.next()?.parse::<usize>().ok();
        // Those two always have an answer, even in a row that nobody filled in.
        number.filter(|_| !matches!(parts.next(), Some("authority" | "apply")))
    });
    numbers.max().map_or(0, |last| last + 1).min(100) + MORE
}

/// The answers as a patch. Every setting is in it, so the form alone decides.
pub fn patch(answers: &Answers, tag_locked: bool) -> Result<Value, Refusal> {
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
        "match": matching(answers),
        "match_conflict": text("match_conflict"),
        "on_match": text("on_match"),
        "on_no_match": text("on_no_match"),
        "name_from": blank("name_from"),
        "category": category(answers),
        "status": blank("status"),
        "location": blank("location"),
        "assign": { "on_assign": on("assign.on_assign"), "on_change": on("assign.on_change"), "on_removed": on("assign.on_removed") },
        "employees": { "create": on("employees.create"), "import_directory": on("employees.import_directory"), "match": people(answers) },
        "fields": list(answers, "fields", LISTS[0].1, "from"),
        "ade_rules": list(answers, "ade_rules", LISTS[1].1, "ade_id"),
        "absence": { "action": text("absence.action"), "status": blank("absence.status") },
        "first_run": text("first_run"),
    });
    if !tag_locked {
        patch["tag_from"] = text("tag_from");
    }
    if errors.is_empty() { Ok(patch) } else { Err(Refusal::Invalid { errors }) }
}

fn matching(answers: &Answers) -> Vec<&str> {
    let mut rules: Vec<&str> = Vec::new();
    for n in 0..count(answers, "match") {
        let name = format!("match.{n}");
        let rule = answers.pairs().find(|(key, _)| *key == name).map_or("", |(_, value)| value);
        if !rule.is_empty() && !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    rules
}

fn people(answers: &Answers) -> Vec<&'static str> {
    let by_name = answers.ticked("employees.by_name").then_some("name");
    ["link", "email"].into_iter().chain(by_name).collect()
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
    use app::settings::Settings;
    use reconcile::preset::Preset;

    use super::*;

    #[test]
    fn saving_the_form_as_it_is_changes_nothing() {
        for preset in Preset::ALL {
            let own = Settings::of(preset);
            let patch = patch(&answers(&own.rules), false).unwrap();
            assert_eq!(own.patched(&patch, false).unwrap(), own, "{preset:?}");
        }
    }

    #[test]
    fn a_number_that_is_none_is_refused_at_its_field() {
        let held = answers(&Preset::Recommended.rules()).with("guard.max_checkins", "many");
        let Err(Refusal::Invalid { errors }) = patch(&held, false) else { panic!("refused") };
        assert_eq!(errors[0].field, "guard.max_checkins");
    }
}
