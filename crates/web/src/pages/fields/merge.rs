//! Two custom fields become one: choose the other, read what will happen, then merge.

use app::fields::merge::{self, Preview};
use app::fields::named;
use axum::Form;
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::fields::{AppliesTo, CustomField};
use domain::id::FieldId;
use maud::{Markup, html};

use crate::components::{Button, Callout, Confirm, Field, PageHeader, Pick, Tone};
use crate::error::{Refused, sentences};
use crate::layout::Room;
use crate::pages::answers::{Answers, Wrong};
use crate::pages::at::At;
use crate::pages::done::said;
use crate::pages::visitor::Visitor;
use crate::pages::words::counted;

pub async fn merge_form(
    visitor: Visitor,
    At(id): At<FieldId>,
    Query(asked): Query<Answers>,
) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Administrator)?;
    let field = named(&visitor.web.app, &visitor.caller, &id.to_string()).await?;
    view(&visitor, &field, &asked, &Wrong::default()).await
}

pub async fn merge(
    visitor: Visitor,
    At(id): At<FieldId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    visitor.caller.need(Role::Administrator)?;
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let field = named(app, caller, &id.to_string()).await?;
    let into = answers.get("into").parse::<FieldId>();
    let merged = match into {
        Ok(into) => merge::merge(app, caller, id, into).await,
        Err(_) => Err(app::Refusal::invalid("into", "choose the one that stays")),
    };
    match merged {
        Ok(stays) => {
            let sentence = format!("“{}” was merged into “{}”.", field.label, stays.label);
            Ok(said(&visitor.web, Tone::Success, &sentence, &visitor.to("settings/fields")))
        }
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            let again = answers.without("into");
            let page = view(&visitor, &field, &again, &wrong).await?;
            Ok((wrong.status(), page).into_response())
        }
    }
}

/// The other is chosen first.
async fn view(
    visitor: &Visitor,
    field: &CustomField,
    asked: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let (settings, all) = (visitor.to("settings"), visitor.to("settings/fields"));
    let here = format!("{all}/{}/merge", field.id);
    let title = format!("Merge the field “{}” into another", field.label);
    let inside = if let Ok(into) = asked.get("into").parse() {
        told(&here, &merge::preview(app, caller, field.id, into).await?)
    } else {
        choose(&here, &all, &merge::others(app, caller, field).await?, field, wrong)
    };
    let inside = html! {
        (PageHeader::new(&title).under(&[(&settings, "Settings"), (&all, "Custom fields")]))
        (wrong.callout())
        (inside)
    };
    Ok(visitor.page(Room::Settings, &title, &inside))
}

fn choose(
    here: &str,
    all: &str,
    others: &[CustomField],
    field: &CustomField,
    wrong: &Wrong,
) -> Markup {
    let kind = field.kind.label().to_lowercase();
    if others.is_empty() {
        let of = field.applies_to.as_str();
        return html! {
            p.quiet-text { "There is no other field of " (of) " of the type “" (kind) "”, and only fields of one type are merged." }
            div.form-actions { (Button::link(all, "Back")) }
        };
    }
    let others: Vec<_> =
        others.iter().map(|other| (other.id.to_string(), other.label.as_str())).collect();
    let picks: Vec<_> = others.iter().map(|(id, label)| Pick::new(id, label)).collect();
    html! {
        form.form action=(here) {
            (Field::new("into", "The one that stays").error(wrong.at("into")).radios(&picks, ""))
            div.form-actions { (Button::submit("Show what will happen").primary()) (Button::link(all, "Cancel").quiet()) }
        }
    }
}

/// What will happen, with the numbers.
fn told(here: &str, looked: &Preview) -> Markup {
    let (from, into) = (&looked.from.label, &looked.into.label);
    let (one, many) = match looked.from.applies_to {
        AppliesTo::Assets => ("asset", "assets"),
        AppliesTo::Employees => ("employee", "employees"),
    };
    let count = |n| counted(n, one, many);
    let mut consequences = vec![match looked.moved {
        0 => format!("Nothing has a value of “{from}” alone."),
        n => format!("{} without a value of “{into}”: that of “{from}” moves there.", count(n)),
    }];
    if looked.differ > 0 {
        consequences.push(format!(
            "{} with two values that differ: that of “{into}” stays, the other stands in the history.",
            count(looked.differ)
        ));
    }
    if !looked.sources.is_empty() {
        let named = looked.sources.join(", ");
        consequences.push(format!("Settings of {named} that name “{from}” name “{into}”."));
    }
    consequences.extend([
        format!("Views, saved reports and chosen columns show “{into}” instead."),
        format!("“{from}” is gone; there is no undo."),
    ]);
    if let Some(why) = &looked.in_the_way {
        let title = "They cannot be merged as things are";
        return html! {
            (Callout::new(Tone::Danger, title).body(html! { (sentences(why)) }))
            div.form-actions { (Button::link(here, "Choose another")) }
        };
    }
    let consequences: Vec<_> = consequences.iter().map(String::as_str).collect();
    html! {
        (Confirm {
            action: here,
            verb: &format!("Merge into “{into}”"),
            consequences: &consequences,
            back: here,
            fields: html! { input type="hidden" name="into" value=(looked.into.id); },
        })
    }
}
