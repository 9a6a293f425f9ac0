//! The Kandji details of an asset, for people: the eleven first, in their order and by their
//! names, then whatever else the row held. Read from the row as stored.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::wire::{Assigned, Fields, timestamp, user_of};

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

/// What a table can show of a device beside the eleven: label and key. Labels say whose word it is
/// where the register has a column of that name.
pub const FURTHER: [(&str, &str); 13] = [
    ("Device ID", "device_id"),
    ("Device Name", "device_name"),
    ("Model", "model"),
    ("Kandji Serial Number", "serial_number"),
    ("Kandji Asset Tag", "asset_tag"),
    ("Kandji User", "user.name"),
    ("Kandji User Email", "user.email"),
    ("User Archived", "user.is_archived"),
    ("Tags", "tags"),
    ("Blueprint ID", "blueprint_id"),
    ("OS Build", "supplemental_build_version"),
    ("OS Version Extra", "supplemental_os_version_extra"),
    ("Lost Mode", "lost_mode_status"),
];

/// The eleven: label and key, in their order.
pub const fn eleven() -> &'static [(&'static str, &'static str); ELEVEN] {
    &FIRST
}

/// What of a row people look for. Nothing that moves with every check-in: each change of it is
/// written to the asset's search text.
const SEARCHED: [&str; 17] = [
    "device_name",
    "model",
    "os_version",
    "asset_tag",
    "serial_number",
    "user.name",
    "user.email",
    "blueprint_name",
    "tags",
    "device_id",
    "platform",
    "supplemental_build_version",
    "supplemental_os_version_extra",
    "full_software_version",
    "agent_version",
    "blueprint_id",
    "security_patch_level",
];

/// The same of the details of a single device, wherever in it they stand.
const SEARCHED_DETAILS: [&str; 28] = [
    "model_identifier",
    "host_name",
    "hostname",
    "local_hostname",
    "mac_address",
    "wifi_mac_address",
    "imei",
    "meid",
    "udid",
    "dns_computer_name",
    "smbios_serial_number",
    "windows_device_id",
    "enterprise_device_id",
    "iccid",
    "eid",
    "manufacturer",
    "model_name",
    "device_model",
    "os_name",
    "os_edition",
    "os_build",
    "bios_version",
    "processor_name",
    "processor_architecture",
    "memory",
    "ownership",
    "color",
    "description",
];

/// Search reads so many characters of a device.
const SEARCHED_AT_MOST: usize = 1_000;

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

/// Single values of a stored row by their keys, as quick as a long table needs it; blank where the
/// row is silent or cannot be read.
pub fn values(row: &str, keys: &[&str]) -> Vec<Shown> {
    let Ok(fields) = Fields::parse(row) else { return vec![Shown::Blank; keys.len()] };
    let value = |key: &&str| {
        let raw = match key.split_once('.') {
            Some((outer, inner)) => Fields::parse(fields.raw(outer)?).ok()?.raw(inner)?,
            None => fields.raw(key)?,
        };
        serde_json::from_str(raw).ok().map(|value: Value| shown(&value))
    };
    keys.iter().map(|key| value(key).unwrap_or(Shown::Blank)).collect()
}

/// What people look for in a row and in its details, if there are any: a line each, and none that
/// stands in another.
pub fn words(row: &str, details: Option<&str>) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut say = |text: &str| {
        // Control characters are nothing anybody types, and some databases refuse them.
        let words = text.split(|c: char| c.is_whitespace() || c.is_control());
        let line = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        if !line.is_empty() && !lines.iter().any(|said| said.contains(&line)) {
            lines.push(line);
        }
    };
    for value in values(row, &SEARCHED) {
        if let Shown::Text(text) = value {
            say(&text);
        }
    }
    let details = details.and_then(|details| serde_json::from_str(details).ok());
    if let Some(details) = details {
        each_searched(&details, &mut say);
    }
    lines.join("\n").chars().take(SEARCHED_AT_MOST).collect()
}

fn each_searched(value: &Value, say: &mut impl FnMut(&str)) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(text) if SEARCHED_DETAILS.contains(&key.as_str()) => say(text),
                    value => each_searched(value, say),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| each_searched(item, say)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The user of a stored row; one that cannot be read must not pass for nobody.
pub fn user(row: &str) -> Assigned {
    user_of(row)
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
    fn a_table_gets_the_same_values_as_the_panel() {
        let row = r#"{"platform": "Mac", "is_missing": "False", "tags": ["a", "b"], "os_version": " ",
            "last_check_in": "2026-09-01T08:15:42.104233Z", "user": {"email": "x@example.com"}}"#;
        let keys: Vec<&str> = FIRST.iter().map(|(_, key)| *key).collect();
        let lines = panel(row)[..ELEVEN].iter().map(|line| line.value.clone()).collect::<Vec<_>>();
        assert_eq!(values(row, &keys), lines);
        let further = values(row, &["tags", "user.email", "user.name", "nothing"]);
        let text = |text: &str| Shown::Text(text.into());
        assert_eq!(further, [text("a, b"), text("x@example.com"), Shown::Blank, Shown::Blank]);
        assert_eq!(values("[]", &["platform"]), [Shown::Blank]);
    }

    #[test]
    fn what_people_look_for_is_said_once_and_nothing_that_moves_by_itself() {
        let row = r#"{"device_name": "Robin\u2019s  Mac", "model": "MacBook Pro", "os_version": "15.6.1",
            "user": {"email": "robin@example.com", "name": "Robin"}, "tags": ["berlin", "it"],
            "asset_tag": "", "serial_number": "15.6.1", "last_check_in": "2026-09-01T08:15:42Z",
            "platform": "Mac", "supplemental_build_version": "24G90", "agent_version": "5.1.22 (5390)",
            "blueprint_id": "b0000000-0000-4000-8000-000000000001"}"#;
        let details = r#"{"network": {"mac_address": "02:00:5e:00:53:01", "ip": "192.0.2.1"},
            "hardware": [{"model_identifier": "Mac14,5", "memory": "32 GB LPDDR5"}],
            "general": {"time_since_boot": "1 month ago", "last_user": "robin"},
            "recovery_key": "k"}"#;
        assert_eq!(
            words(row, Some(details)),
            "Robin\u{2019}s Mac\nMacBook Pro\n15.6.1\nrobin@example.com\nberlin, it\n24G90\n\
             5.1.22 (5390)\nb0000000-0000-4000-8000-000000000001\n32 GB LPDDR5\nMac14,5\n\
             02:00:5e:00:53:01"
        );
        assert_eq!(words("", Some("[")), "");
    }

    #[test]
    fn a_user_that_cannot_be_read_is_not_nobody() {
        assert_eq!(user(r#"{"user": ""}"#), Assigned::Nobody);
        assert_eq!(user(r#"{"user": 7}"#), Assigned::Unreadable);
        assert_eq!(user("not json"), Assigned::Unreadable);
        let Assigned::To(found) = user(r#"{"user": {"id": 7, "email": "x@example.com"}}"#) else {
            panic!("there is a user");
        };
        assert_eq!((found.id.as_str(), found.email.as_str()), ("7", "x@example.com"));
    }

    #[test]
    fn a_row_that_cannot_be_read_shows_eleven_blanks() {
        for row in ["", "[]", "{", "\"\""] {
            assert!(panel(row).iter().all(|line| line.value == Shown::Blank));
            assert_eq!(panel(row).len(), ELEVEN);
        }
    }
}
