//! Fields, values, actions and states in people's words; ids become names.

use app::names::{Names, Wanted};
use app::runs::{Run, State};
use domain::catalog::Status;
use domain::{Custodian, Field, FieldChange};
use maud::{Markup, html};
use reconcile::explain::plain;
use serde_json::Value;

use super::source::told as settings;
use crate::components::{
    Change, Field as FormField, Pick, StatusKind, StatusLabel, Tone, badge, person, status,
};

/// A field as a label: `Asset tag`, `Location`, and a custom one by its key.
pub fn label(field: &Field) -> String {
    match field {
        Field::Tag => "Asset tag".into(),
        Field::PurchasedOn => "Bought".into(),
        Field::OrderNumber => "Order".into(),
        Field::WarrantyUntil => "Warranty until".into(),
        Field::DueOn => "Due back".into(),
        Field::ArchivedAt => "Archived".into(),
        Field::Custom(key) if key == "api_url" => "API URL".into(),
        Field::Custom(key) => settings::label(key).unwrap_or_else(|| titled(key)),
        other => titled(&other.to_string()),
    }
}

/// `os_version` → `Os version`.
pub fn titled(key: &str) -> String {
    capital(&key.replace('_', " "))
}

/// The first letter large.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// A value as text; an id by its name, and one that names nothing any more says so.
pub fn value(field: &Field, value: &Value, names: &Names) -> String {
    match (field, value) {
        (Field::Custodian, Value::Object(custodian)) => {
            let id = custodian.get("id").and_then(Value::as_str).unwrap_or_default();
            named(id, names)
        }
        (Field::Cost, Value::Number(minor)) => minor.as_i64().map(money).unwrap_or_default(),
        (Field::ArchivedAt, Value::String(at)) => at.chars().take(10).collect(),
        (
            Field::Product
            | Field::Category
            | Field::Status
            | Field::Location
            | Field::Department
            | Field::Supplier,
            Value::String(id),
        ) => named(id, names),
        (Field::Custom(key), other) => {
            settings::value(key, other).unwrap_or_else(|| own(other, names))
        }
        (_, other) => plain(other),
    }
}

/// What only one kind of noun has may be an id too: a parent, a manager.
fn own(value: &Value, names: &Names) -> String {
    match value {
        Value::String(text) => names.get(text).unwrap_or(text).to_owned(),
        other => plain(other),
    }
}

/// A field where a sentence changed it: `the location`, and a setting by its label as it stands.
pub fn changed(field: &Field) -> String {
    let setting = match field {
        Field::Custom(key) => settings::label(key),
        _ => None,
    };
    match setting {
        Some(label) => format!("\u{201c}{label}\u{201d}"),
        None => format!("the {}", label(field).to_lowercase()),
    }
}

/// A select; `blank` is what no answer means.
pub fn choice(
    field: FormField<'_>,
    blank: Option<&str>,
    all: impl IntoIterator<Item = (String, String)>,
    chosen: &str,
) -> Markup {
    let all: Vec<_> = all.into_iter().collect();
    let blank = blank.map(|label| Pick::new("", label));
    let picks: Vec<_> =
        blank.into_iter().chain(all.iter().map(|(value, label)| Pick::new(value, label))).collect();
    field.select(&picks, chosen)
}

fn named(id: &str, names: &Names) -> String {
    names.get(id).unwrap_or("one that is gone").to_owned()
}

/// Minor units as people write them: `49990` → `499.90`.
pub fn money(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", minor.abs() / 100, minor.abs() % 100)
}

/// One field's step in words, owned, so that components can borrow it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub field: String,
    pub before: String,
    pub after: String,
}

impl Told {
    pub fn of(field: &Field, before: &Value, after: &Value, names: &Names) -> Self {
        Told {
            field: label(field),
            before: value(field, before, names),
            after: value(field, after, names),
        }
    }

    pub fn change(&self) -> Change<'_> {
        Change::new(&self.field, &self.before, &self.after)
    }
}

pub fn told(moved: &[FieldChange], names: &Names) -> Vec<Told> {
    let one = |moved: &FieldChange| Told::of(&moved.field, &moved.before, &moved.after, names);
    moved.iter().map(one).collect()
}

/// The ids that these changes speak of.
pub fn want(wanted: &mut Wanted, moved: &[FieldChange]) {
    for change in moved {
        wanted.all_in(&change.before);
        wanted.all_in(&change.after);
    }
}

pub fn status_of(own: &Status) -> Markup {
    let kind = match own.kind {
        domain::catalog::StatusKind::Ready => StatusKind::Ready,
        domain::catalog::StatusKind::Pending => StatusKind::Pending,
        domain::catalog::StatusKind::Unavailable => StatusKind::Unavailable,
    };
    status(StatusLabel { name: &own.name, kind, color: hex(&own.color) })
}

/// The palette's names as drawn.
fn hex(color: &str) -> Option<&str> {
    Some(match color {
        "gray" => "#868e96",
        "blue" => "#3a7bd5",
        "green" => "#2f9e5f",
        "yellow" => "#c9a227",
        "orange" => "#d9822b",
        "red" => "#d64545",
        "purple" => "#8e4ec6",
        "pink" => "#d6409f",
        own if own.starts_with('#') => own,
        _ => return None,
    })
}

/// Who or where, as a link where there is a page.
pub fn custodian(base: &str, custodian: Custodian, name: &str) -> Markup {
    match custodian {
        Custodian::Employee(id) => {
            html! { a href={ (base) "/employees/" (id) } { (person(name)) } }
        }
        Custodian::Location(id) => html! { a href={ (base) "/locations/" (id) } { (name) } },
        Custodian::Asset(id) => html! { a href={ (base) "/assets/" (id) } { (name) } },
    }
}

/// A run's state as a small label.
pub fn state(run: &Run) -> Markup {
    let (tone, word) = state_words(run.state);
    badge(tone, word)
}

pub const fn state_words(state: State) -> (Option<Tone>, &'static str) {
    match state {
        State::Queued => (Some(Tone::Info), "Waiting to start"),
        State::Running => (Some(Tone::Info), "Running"),
        State::Previewed => (Some(Tone::Info), "Preview"),
        State::Applied => (Some(Tone::Success), "Applied"),
        State::Partial => (Some(Tone::Warning), "Applied in part"),
        State::Failed => (Some(Tone::Danger), "Failed"),
        State::NeedsReview => (Some(Tone::Warning), "Waits for review"),
        State::Rejected => (None, "Rejected"),
        State::Superseded => (None, "Overtaken"),
        State::Undone => (None, "Undone"),
    }
}

/// `1 asset`, `2 assets`.
pub fn counted(amount: u64, one: &str, many: &str) -> String {
    let amount_text = crate::components::chart::grouped(super::visitor::few(amount));
    format!("{amount_text} {}", if amount == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_as_people_write_them() {
        let names = Names::default();
        let check = |field: Field, json: Value, expect: &str| {
            assert_eq!(value(&field, &json, &names), expect);
        };
        check(Field::Cost, Value::from(49_990), "499.90");
        check(Field::Name, Value::Null, "");
        check(Field::Custom("encrypted".into()), Value::from(true), "yes");
        check(Field::Location, Value::from("loc_0000000000001"), "one that is gone");
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(counted(1, "asset", "assets"), "1 asset");
        assert_eq!(counted(1_200, "asset", "assets"), "1,200 assets");
    }
}
