//! Filters on custom fields: a chip for each in the address, and the rest on offer.

use app::assets::FieldFilter;
use app::fields::values::filters;
use domain::fields::{AppliesTo, CustomField, FieldType};
use maud::{Markup, html};

use crate::components::{Button, Chip};
use crate::error::Refused;
use crate::pages::answers::{Answers, Wrong};
use crate::pages::values::{inputs, name};
use crate::pages::visitor::Visitor;

/// What the address asks of custom fields; what cannot be read is not asked for.
pub async fn query(visitor: &Visitor, asked: &Answers) -> Result<Vec<FieldFilter>, Refused> {
    let mut found = Vec::new();
    for field in fields(visitor, asked).await? {
        let texts: Vec<String> =
            asked.all(&name(&field)).filter(|text| !text.is_empty()).map(str::to_owned).collect();
        if texts.is_empty() {
            continue;
        }
        let one = [(field.key.to_string(), texts)];
        match filters(&visitor.web.app, &visitor.caller, &one).await {
            Ok(filter) => found.extend(filter),
            Err(app::Refusal::Invalid { .. }) => {}
            Err(refusal) => return Err(refusal.into()),
        }
    }
    Ok(found)
}

/// The fields that lists can be narrowed by; read only where the address or the menu names any.
async fn fields(visitor: &Visitor, asked: &Answers) -> Result<Vec<CustomField>, Refused> {
    if !asked.pairs().any(|(name, _)| name.starts_with("fields.")) {
        return Ok(Vec::new());
    }
    offered(visitor).await
}

async fn offered(visitor: &Visitor) -> Result<Vec<CustomField>, Refused> {
    let all = app::fields::of(&visitor.web.app, &visitor.caller, AppliesTo::Assets).await?;
    Ok(all.into_iter().filter(|field| field.kind != FieldType::LongText).collect())
}

/// The chips, and label and address of every field that is not in force.
pub async fn chips(
    visitor: &Visitor,
    asked: &Answers,
    path: &str,
) -> Result<(Vec<Markup>, Vec<(String, String)>), Refused> {
    let (mut chips, mut rest) = (Vec::new(), Vec::new());
    for field in offered(visitor).await? {
        let name = name(&field);
        let open = asked.get("edit") == name;
        if open || asked.some(&name).is_some() {
            chips.push(chip(visitor, asked, path, &field, open));
        } else {
            let href = asked.without("cursor").with("edit", &name);
            rest.push((field.label.clone(), href.at(&visitor.to(path))));
        }
    }
    Ok((chips, rest))
}

fn chip(visitor: &Visitor, asked: &Answers, path: &str, field: &CustomField, open: bool) -> Markup {
    let name = &name(field);
    let value = asked.all(name).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ");
    let kept = asked.without(name).without("edit").without("cursor");
    let editor = html! {
        @for (name, value) in kept.pairs() { input type="hidden" name=(name) value=(value); }
        (inputs(std::slice::from_ref(field), asked, &Wrong::default(), false))
        (Button::submit("Show").primary())
    };
    let without = asked.without(name).without("cursor").at(&visitor.to(path));
    let chip = Chip {
        field: &field.label,
        relation: if value.is_empty() { "" } else { "is" },
        value: &value,
        without: &without,
        editor: Some(editor),
        open,
    };
    html! { (chip) }
}
