//! Fields, values, actions and states in people's words; ids become names.

use app::names::Names;
use app::runs::{Run, State};
use app::words as own;
pub use app::words::{Told, Whose, capital, titled};
use domain::catalog::Status;
use domain::{Custodian, Field, FieldChange};
use maud::{Markup, html};
use serde_json::Value;

use super::source::told as settings;
use crate::components::{
    Change, Field as FormField, Pick, StatusKind, StatusLabel, Tone, badge, person, status,
};

/// A field as a label: `Asset tag`, `Location`, a custom one and a setting by theirs.
pub fn label(field: &Field, whose: Whose, names: &Names) -> String {
    setting(field, whose).unwrap_or_else(|| own::label(field, whose, names))
}

/// What the register itself calls a field.
pub fn bare_label(field: &Field) -> String {
    own::label(field, Whose::Other, &Names::default())
}

fn setting(field: &Field, whose: Whose) -> Option<String> {
    match (field, whose) {
        (Field::Custom(key), Whose::Other) => settings::label(key),
        _ => None,
    }
}

/// A field where a sentence changed it: `the location`, and what somebody named by that name.
pub fn changed(field: &Field, whose: Whose, names: &Names) -> String {
    let label = label(field, whose, names);
    if own::is_named(field, whose, names) || setting(field, whose).is_some() {
        return format!("\u{201c}{label}\u{201d}");
    }
    format!("the {}", label.to_lowercase())
}

/// Who has it, by name.
pub fn holder(custodian: &Value, names: &Names) -> String {
    own::value(&Field::Custodian, custodian, Whose::Asset(None), None, names)
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

/// What moved, owned, so that components can borrow it.
pub fn told(moved: &[FieldChange], whose: Whose, names: &Names) -> Vec<Told> {
    let mut all = own::told(moved, whose, names);
    for (told, change) in all.iter_mut().zip(moved) {
        let (Field::Custom(key), Whose::Other) = (&change.field, whose) else { continue };
        let words = |value: &Value, said: &mut String| {
            *said = settings::value(key, value).unwrap_or_else(|| std::mem::take(said));
        };
        words(&change.before, &mut told.before);
        words(&change.after, &mut told.after);
        told.field = label(&change.field, whose, names);
    }
    all
}

pub fn change(told: &Told) -> Change<'_> {
    Change::new(&told.field, &told.before, &told.after)
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
pub fn hex(color: &str) -> Option<&str> {
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
    fn one_is_not_many() {
        assert_eq!(counted(1, "asset", "assets"), "1 asset");
        assert_eq!(counted(1_200, "asset", "assets"), "1,200 assets");
    }
}
