//! Settings as events tell them: each by the form's label, its value in the form's words.

use reconcile::explain;
use reconcile::preset::Preset;
use reconcile::rules::{Apply, MatchConflict, MatchRule};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::choices::{self, AUTHORITIES, PERSON_RULES};
use crate::pages::words::{capital, titled};

const LABELS: [(&str, &str); 25] = [
    ("preset", "Behave like"),
    ("interval_minutes", "Minutes between runs"),
    ("first_run", "The first run"),
    ("match", "A device is known by"),
    ("match_conflict", "When two rules name different assets"),
    ("on_match", "Known, not linked yet"),
    ("on_no_match", "Not known"),
    ("tag_from", "Asset tag from"),
    ("name_from", "Name from"),
    ("category.default", "Category of new products"),
    ("status", "Status of new assets"),
    ("location", "Location of new assets"),
    ("assign.on_assign", "Check out to the user in Kandji"),
    ("assign.on_change", "When the user in Kandji changes, follow"),
    ("assign.on_removed", "When the user is removed in Kandji, check in"),
    ("employees.match", "A user is known by"),
    ("employees.create", "Make an employee of every user who is not one yet"),
    ("employees.import_directory", "Bring in the whole directory, not only users of devices"),
    ("awaiting", "Devices that have not enrolled yet"),
    ("absence.action", "When a device is gone from Kandji"),
    ("absence.status", "Status when a device is gone from Kandji"),
    ("guard.max_changes_percent", "Most linked assets changed, percent"),
    ("guard.max_checkins", "Most check-ins in one run"),
    ("guard.max_absent_percent", "Most devices gone, percent"),
    ("priority", "Priority"),
];

/// `None` for what is no setting.
pub fn label(key: &str) -> Option<String> {
    let key = key.strip_prefix("settings.")?;
    if let Some((_, label)) = LABELS.iter().find(|(known, _)| *known == key) {
        return Some((*label).to_owned());
    }
    let (group, rest) = key.split_once('.').unwrap_or((key, ""));
    Some(match (group, rest.rsplit_once('.')) {
        ("category", _) => format!("Category of new products, {rest}"),
        ("fields", Some((to, "from"))) => format!("Kandji value in the field {to}"),
        ("fields", Some((to, _))) => format!("Whose word counts for the field {to}"),
        ("ade_rules", Some((ade, part))) => format!("{} by configuration {ade}", titled(part)),
        _ => titled(&key.replace('.', " ")),
    })
}

/// `None` for what is no setting, and for what needs no other words.
pub fn value(key: &str, value: &Value) -> Option<String> {
    let key = key.strip_prefix("settings.")?;
    if let Value::Array(_) = value {
        return known_by(key, value);
    }
    let text = value.as_str();
    let words = match key {
        "preset" => {
            Preset::ALL.into_iter().find(|own| Some(own.as_str()) == text).map(Preset::label)
        }
        "match_conflict" => read(value).map(conflict),
        "first_run" => read(value).map(choices::first_run),
        "on_match" => read(value).map(choices::on_match),
        "on_no_match" => read(value).map(choices::on_no_match),
        "tag_from" => read(value).map(choices::tag_from),
        "awaiting" => read(value).map(choices::awaiting),
        "absence.action" => read(value).map(choices::absence),
        "name_from" => text.map(app::details::label),
        _ => match key.rsplit('.').next() {
            Some("from") => text.map(app::details::label),
            Some("authority") => word(&AUTHORITIES, text?),
            Some("apply") => read(value).map(apply),
            _ => None,
        },
    };
    words.map(str::to_owned)
}

/// Rules in their order.
fn known_by(key: &str, value: &Value) -> Option<String> {
    let words: Vec<String> = match key {
        "match" => read::<Vec<MatchRule>>(value)?.iter().map(explain::rule).collect(),
        "employees.match" => {
            let rules = read::<Vec<String>>(value)?;
            let known = rules.iter().filter_map(|rule| word(&PERSON_RULES, rule));
            known.map(str::to_lowercase).collect()
        }
        _ => return None,
    };
    Some(capital(&words.join(", then ")))
}

const fn conflict(on: MatchConflict) -> &'static str {
    match on {
        MatchConflict::Ask => "Ask me",
        MatchConflict::First => "The first one counts",
    }
}

const fn apply(when: Apply) -> &'static str {
    match when {
        Apply::OnCreate => "when the asset is new",
        Apply::Always => "at every run",
    }
}

fn word(all: &[(&'static str, &'static str)], key: &str) -> Option<&'static str> {
    all.iter().find(|(own, _)| *own == key).map(|(_, words)| *words)
}

fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_setting_has_a_label_and_its_value_reads_as_in_the_form() {
        let rules = serde_json::to_value(Preset::Recommended.rules()).unwrap();
        for key in rules.as_object().unwrap().keys() {
            let group = format!("{key}.");
            let known = LABELS.iter().any(|(own, _)| own == key || own.starts_with(&group));
            assert!(known || ["fields", "ade_rules"].contains(&key.as_str()), "{key}");
        }
        let check = |key: &str, json: Value, expect: (&str, Option<&str>)| {
            let (own, said) = (label(key).unwrap(), super::value(key, &json));
            assert_eq!((own.as_str(), said.as_deref()), expect);
        };
        check("settings.guard.max_checkins", json!(7), ("Most check-ins in one run", None));
        check("settings.on_match", json!("review"), ("Known, not linked yet", Some("Ask me")));
        check(
            "settings.fields.os.authority",
            json!("fill"),
            ("Whose word counts for the field os", Some("fills a blank once")),
        );
        check(
            "settings.ade_rules.a1.location",
            Value::Null,
            ("Location by configuration a1", None),
        );
        assert_eq!((label("priority"), super::value("match", &json!([]))), (None, None));
    }
}
