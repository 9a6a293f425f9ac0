//! Two who change one thing at once: the second keeps what they typed, and reads what saving it would
//! change of what the first has written.

use std::collections::BTreeSet;

use app::Refusal;
use app::names::{Wanted, names};
use domain::{Field, FieldChange};
use maud::{Markup, html};
use serde_json::Value;

use super::answers::{Answers, Wrong};
use super::visitor::Visitor;
use super::words::{self, Whose};
use crate::components::{Button, Callout, Tone, changes};
use crate::error::Refused;

/// A thing as its form asks for it now, the version it has among its answers.
pub struct Held<'a> {
    /// `asset`
    pub what: &'a str,
    pub whose: Whose,
    pub answers: &'a Answers,
    /// Its empty form.
    pub anew: &'a str,
}

/// The version that a form was begun from.
pub fn version(answers: &Answers) -> Option<i64> {
    answers.get("version").parse().ok()
}

/// As the form sends it back.
pub fn hidden(answers: &Answers) -> Markup {
    html! {
        @if let Some(version) = answers.some("version") { input type="hidden" name="version" value=(version); }
    }
}

/// With what, and why, a refused form is shown again.
pub async fn refused(
    visitor: &Visitor,
    held: Held<'_>,
    answers: Answers,
    refusal: Refusal,
) -> Result<(Answers, Wrong), Refused> {
    if refusal != Refusal::Stale {
        return Ok((answers, Wrong::form(refusal)?));
    }
    let wrong = standing(visitor, &held, &moved(held.answers, &answers)).await?;
    Ok((answers.with("version", held.answers.get("version")), wrong))
}

/// Why it does not go as things stand: these steps are what saving it would do.
pub async fn standing(
    visitor: &Visitor,
    held: &Held<'_>,
    moved: &[FieldChange],
) -> Result<Wrong, Refused> {
    let mut wanted = Wanted::default();
    wanted.changes(moved, held.whose);
    let names = names(&visitor.web.app, &visitor.caller, wanted).await?;
    let told = words::told(moved, held.whose, &names);
    let shown: Vec<_> = told.iter().map(words::change).collect();
    let what = held.what;
    let why = Callout::new(Tone::Danger, "Someone was quicker")
        .body(html! {
            "The " (what) " changed while this form was open. "
            @if shown.is_empty() { "It is now as your answers have it." }
            @else {
                "Your answers are kept; saving them now changes this:"
                (changes(&shown))
            }
        })
        .action(html! { (Button::link(held.anew, "Drop my answers")) });
    Ok(Wrong::standing(why))
}

/// What of the form is not as the thing has it.
pub fn moved(held: &Answers, answers: &Answers) -> Vec<FieldChange> {
    let mut names: Vec<&str> = held.pairs().map(|(name, _)| name).collect();
    names.retain(|name| *name != "version");
    let mut asked = BTreeSet::new();
    names.retain(|name| asked.insert(*name));
    let moved = names.into_iter().filter_map(|name| {
        let (before, after) = said((held, answers), name);
        let field = name.strip_prefix("fields.").unwrap_or(name);
        let field = field.parse().unwrap_or_else(|_| Field::Custom(field.to_owned()));
        (before != after).then_some(FieldChange { field, before, after })
    });
    moved.collect()
}

/// What stands and what was typed. A box is ticked or it is not.
fn said((held, answers): (&Answers, &Answers), name: &str) -> (Value, Value) {
    let [held, answers] = [held, answers].map(|all| {
        let given: BTreeSet<_> = all.all(name).filter(|text| !text.is_empty()).collect();
        given.into_iter().collect::<Vec<_>>()
    });
    let said = |given: &[&str]| match given {
        [] => Value::Null,
        [one] => Value::from(*one),
        several => Value::from(several),
    };
    match (&held[..], &answers[..]) {
        (["on"], []) => (true.into(), false.into()),
        ([], ["on"]) => (false.into(), true.into()),
        (held, answers) => (said(held), said(answers)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_saving_would_change_is_what_differs_from_what_stands() {
        let held = Answers::default().with("name", "Phones").with("version", "3").with("title", "");
        let typed = Answers::default().with("name", "Mobiles").with("version", "2");
        let moved = moved(&held, &typed);
        assert_eq!(moved.len(), 1);
        assert_eq!(moved[0].field, Field::Name);
        assert_eq!((&moved[0].before, &moved[0].after), (&"Phones".into(), &"Mobiles".into()));
    }

    #[test]
    fn what_comes_several_times_is_told_once_and_a_box_as_ticked_or_not() {
        let held = Answers::default().with("left", "on").and("kinds", "a").and("kinds", "b");
        let typed = Answers::default().with("kinds", "b");
        let told = |moved: &FieldChange| (moved.before.clone(), moved.after.clone());
        let moved: Vec<_> = moved(&held, &typed).iter().map(told).collect();
        let kinds = (Value::from(["a", "b"].as_slice()), "b".into());
        assert_eq!(moved, [(true.into(), false.into()), kinds]);
    }
}
