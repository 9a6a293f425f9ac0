//! A question about a value: both beside each other, each with its button.

use app::assets::AssetRow;
use app::questions::{ConflictRow, about_value};
use domain::Field;
use domain::fields::{AppliesTo, CustomField};
use maud::{Markup, html};
use reconcile::explain::plain;
use serde_json::Value;

use crate::components::{Button, Side, facts, sides};
use crate::error::Refused;
use crate::pages::assets::path;
use crate::pages::visitor::Visitor;
use crate::pages::{values, words};

/// Both values, as the field's type shows them.
pub async fn both(
    visitor: &Visitor,
    conflict: &ConflictRow,
    candidates: &[AssetRow],
) -> Result<Markup, Refused> {
    let Some((field, theirs)) = about_value(conflict) else { return Ok(html! {}) };
    let all = app::fields::of(&visitor.web.app, &visitor.caller, AppliesTo::Assets).await?;
    let own = match field {
        Field::Custom(key) => all.iter().find(|own| own.key.as_str() == key),
        _ => None,
    };
    let label = own.map_or_else(|| words::bare_label(field), |own| own.label.clone());
    let said = [(label.as_str(), shown(own, theirs))];
    let mut both = vec![Side { title: "Kandji says", note: html! {}, facts: facts(&said) }];
    for row in candidates {
        let ours = [(label.as_str(), shown(own, &row.asset.get(field)))];
        let note = html! { a href=(path(visitor, row)) { (row.asset.tag) } };
        both.push(Side { title: "We hold", note, facts: facts(&ours) });
    }
    Ok(sides(&both))
}

fn shown(own: Option<&CustomField>, value: &Value) -> Markup {
    match (value, own) {
        (Value::Null, _) => html! { span.quiet-text { "nothing" } },
        (value, Some(own)) => values::value(own, value),
        (value, None) => html! { (plain(value)) },
    }
}

pub fn buttons(visitor: &Visitor, candidates: &[AssetRow]) -> Markup {
    html! {
        (Button::answer("choice", "take", "Take what Kandji says").primary())
        (Button::answer("choice", "keep", "Keep what we hold"))
        @for row in candidates {
            (Button::link(&format!("{}/edit", path(visitor, row)), "Edit the asset").quiet())
        }
    }
}
