//! The Kandji details of an asset, for people: the eleven first, in their order and by their
//! names, then whatever else the row held. Read from the row as stored.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::wire::timestamp;

/// One line of the panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `Last Checkin`, or the key as sent, `user.email`.
    pub label: String,
    pub value: Shown,
}

/// A value, left to the page to write in the reader's language and time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    Blank,
    Text(String),
    YesNo(bool),
    Time(Timestamp),
}

/// How many lines come first under fixed labels.
pub const ELEVEN: usize = 11;

const FIRST: [(&str, &str); ELEVEN] = [
    ("Platform", "platform"),
    ("OS Version", "os_version"),
    ("Last Checkin", "last_check_in"),
    ("MDM Enabled", "mdm_enabled"),
    ("Agent Installed", "agent_installed"),
    ("Blueprint Name", "blueprint_name"),
    ("Missing", "is_missing"),
    ("Removed", "is_removed"),
    ("Agent Version", "agent_version"),
    ("First Enrolled", "first_enrollment"),
    ("Last Enrolled", "last_enrollment"),
];

/// Parts of keys whose values are nobody's business here.
const SECRET: [&str; 9] = [
    "secret",
    "enrollment_code",
    "bypass_code",
    "recovery_key",
    "recoverykey",
    "unlock_pin",
    "password",
    "token",
    "last_location",
];

/// Longer values are cut; the panel is for reading.
const LONGEST: usize = 1_000;

/// The lines of a stored row. The eleven are always there, blank where the row is silent or
/// cannot be read.
pub fn panel(row: &str) -> Vec<Line> {
    let row: Map<String, Value> = serde_json::from_str(row).unwrap_or_default();
    let first = FIRST.iter().map(|(label, key)| Line {
        label: (*label).to_owned(),
        value: row.get(*key).map_or(Shown::Blank, shown),
    });
    let mut lines: Vec<Line> = first.collect();
    for (key, value) in &row {
        if !FIRST.iter().any(|(_, first)| first == key) {
            flatten(key, value, &mut lines);
        }
    }
    lines
}

/// An object becomes a line for each of its values, `user.email`; all else one line.
fn flatten(key: &str, value: &Value, lines: &mut Vec<Line>) {
    let lower = key.to_ascii_lowercase();
    if SECRET.iter().any(|secret| lower.contains(secret)) {
        return;
    }
    match value {
        Value::Object(fields) => {
            for (inner, value) in fields {
                flatten(&format!("{key}.{inner}"), value, lines);
            }
        }
        _ => lines.push(Line { label: key.to_owned(), value: shown(value) }),
    }
}

fn shown(value: &Value) -> Shown {
    match value {
        Value::Bool(yes) => Shown::YesNo(*yes),
        Value::Number(number) => Shown::Text(number.to_string()),
        Value::String(text) => text_shown(text),
        Value::Array(items) => {
            // Objects in a list stay unshown: their keys were not looked at.
            let texts = items.iter().filter_map(|item| match item {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            });
            text_shown(&texts.collect::<Vec<_>>().join(", "))
        }
        Value::Null | Value::Object(_) => Shown::Blank,
    }
}

fn text_shown(text: &str) -> Shown {
    match text.trim() {
        "" => Shown::Blank,
        "True" => Shown::YesNo(true),
        "False" => Shown::YesNo(false),
        // A date alone, or a version such as "2024-12-05", is text; a moment has a clock.
        text if text.len() > 16 && text.contains(':') => {
            timestamp(text).map_or_else(|| Shown::Text(cut(text)), Shown::Time)
        }
        text => Shown::Text(cut(text)),
    }
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleven_come_first_in_their_order_by_their_names() {
        let row = r#"{"device_id": "d1", "platform": "Mac", "is_missing": false,
            "last_check_in": "2026-09-01T08:15:42.104233Z", "os_version": ""}"#;
        let lines = panel(row);
        let labels: Vec<&str> = lines[..ELEVEN].iter().map(|line| line.label.as_str()).collect();
        assert_eq!(
            labels.join(", "),
            "Platform, OS Version, Last Checkin, MDM Enabled, Agent Installed, Blueprint Name, \
             Missing, Removed, Agent Version, First Enrolled, Last Enrolled"
        );
        assert_eq!(lines[0].value, Shown::Text("Mac".into()));
        assert_eq!(lines[1].value, Shown::Blank);
        assert!(matches!(lines[2].value, Shown::Time(_)));
        assert_eq!(lines[6].value, Shown::YesNo(false));
        assert_eq!(lines[ELEVEN].label, "device_id");
    }

    #[test]
    fn everything_else_follows_flattened_and_secrets_stay_out() {
        let row = r#"{"user": {"email": "robin.sample@example.com", "id": 7}, "tags": ["a", "b"],
            "enrollment_code": {"code": "000001"}, "x": {"recovery_key": "k", "deep": {"er": null}},
            "lost_mode": {"last_location": {"latitude": "0.0"}}}"#;
        let rest: Vec<String> = panel(row)[ELEVEN..]
            .iter()
            .map(|line| match &line.value {
                Shown::Text(text) => format!("{}: {text}", line.label),
                other => format!("{}: {other:?}", line.label),
            })
            .collect();
        assert_eq!(
            rest,
            [
                "tags: a, b",
                "user.email: robin.sample@example.com",
                "user.id: 7",
                "x.deep.er: Blank"
            ]
        );
    }

    #[test]
    fn a_row_that_cannot_be_read_shows_eleven_blanks() {
        for row in ["", "[]", "{", "\"\""] {
            assert!(panel(row).iter().all(|line| line.value == Shown::Blank));
            assert_eq!(panel(row).len(), ELEVEN);
        }
    }
}
