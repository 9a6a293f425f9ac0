//! The settings of a source in plain words: a preset to start from, then one form for all the rest.

mod choices;
mod form;
mod patch;

use app::settings::Settings;
use app::{Refusal, sources};
use axum::Form;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::id::SourceId;
use maud::{Markup, html};
use reconcile::preset::Preset;
use reconcile::{Rules, explain};
use serde_json::json;

use super::super::answers::{Answers, Wrong};
use super::super::at::At;
use super::super::done::said;
use super::super::sources::{preset_of, preset_words};
use super::super::visitor::Visitor;
use super::super::words::capital;
use super::preset_and_differences;
use crate::components::{Button, Callout, Field, PageHeader, Panel, Pick, Tone, badge};
use crate::error::Refused;
use crate::layout::Room;
use choices::Choices;

pub async fn settings(visitor: Visitor, At(id): At<SourceId>) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Administrator)?;
    view(&visitor, id, None, &Wrong::default()).await
}

/// Either a preset, which sets everything, or the form below it.
pub async fn save_settings(
    visitor: Visitor,
    At(id): At<SourceId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    visitor.caller.need(Role::Administrator)?;
    match saved(&visitor, id, &answers).await {
        Ok(sentence) => {
            let to = visitor.to(&format!("sources/{id}/settings"));
            Ok(said(&visitor.web, Tone::Success, sentence, &to))
        }
        Err(refusal) => {
            let page = view(&visitor, id, Some(&answers), &Wrong::fields(refusal)?).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// Answers what there is to say about it.
async fn saved(
    visitor: &Visitor,
    id: SourceId,
    answers: &Answers,
) -> Result<&'static str, Refusal> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    if let Some(preset) = preset_of(answers.get("preset")) {
        sources::save_settings(app, caller, id, &json!({"preset": preset.as_str()})).await?;
        return Ok("The preset is in force; change what you like.");
    }
    let source = sources::source(app, caller, id).await?;
    let patch = patch::patch(answers, source.synced_before)?;
    sources::save_settings(app, caller, id, &patch).await?;
    Ok("Saved. The next run goes by it.")
}

async fn view(
    visitor: &Visitor,
    id: SourceId,
    sent: Option<&Answers>,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let source = sources::source(&visitor.web.app, &visitor.caller, id).await?;
    let own = sources::settings_of(&source);
    let held = patch::answers(&own.rules);
    let choices = Choices::of(visitor).await?;
    let missing = super::fields::missing(visitor, &source).await?;
    let (list, here) = (visitor.to("sources"), visitor.to(&format!("sources/{id}")));
    let form = form::Form {
        answers: sent.unwrap_or(&held),
        wrong,
        differences: own.differences(),
        preset: own.preset,
        tag_locked: source.synced_before,
        choices: &choices,
    };
    let inside = html! {
        (PageHeader::new("Settings").under(&[(&list, "Sources"), (&here, &source.name)])
            .note(badge(None, &preset_and_differences(&own))))
        (missing)
        @for fault in wrong.elsewhere(&form::ASKED) { (Callout::new(Tone::Danger, fault)) }
        div.narrow.stack {
            (presets(&own, &here, source.synced_before))
            form.stack method="post" action={ (here) "/settings" } {
                (form.render())
                div.form-actions { (Button::submit("Save settings").primary()) (Button::link(&here, "Cancel").quiet()) }
            }
        }
    };
    Ok(visitor.page(Room::Sources, "Settings", &inside))
}

fn presets(own: &Settings, here: &str, tag_locked: bool) -> Markup {
    let picks = Preset::ALL.map(|p| Pick::new(p.as_str(), p.label()).hint(preset_words(p)));
    let hint = if tag_locked {
        "It sets everything below, but where asset tags come from: that is fixed since the first run."
    } else {
        "It sets everything below; you can change each value afterwards."
    };
    let body = html! {
        form.form method="post" action={ (here) "/settings" } {
            (Field::new("preset", "Behave like").hint(hint).radios(&picks, own.preset.as_str()))
            div.form-actions { (Button::submit("Use this preset")) }
        }
    };
    html! { (Panel::new("Start from a preset").body(body)) }
}

/// The main settings as facts, for the source's page.
pub fn in_short(own: &Settings) -> Vec<(&'static str, Markup)> {
    let rules = &own.rules;
    let known: Vec<_> = rules.matching.iter().map(explain::rule).collect();
    vec![
        ("A device is known by", html! { (capital(&known.join(", then "))) }),
        ("Known, not linked yet", html! { (choices::on_match(rules.on_match)) }),
        ("Not known", html! { (choices::on_no_match(rules.on_no_match)) }),
        ("Asset tag", html! { (choices::tag_from(rules.tag_from)) }),
        ("Name", html! { (capital(&name(rules))) }),
        ("Checking out", html! { (capital(&assign(rules))) }),
        (
            "Unknown users",
            html! { (if rules.employees.create { "Become employees" } else { "Are left alone, and the run says so" }) },
        ),
        ("Gone from Kandji", html! { (choices::absence(rules.absence.action)) }),
        ("First run", html! { (choices::first_run(rules.first_run)) }),
    ]
}

fn name(rules: &Rules) -> String {
    match rules.name_from.as_deref() {
        Some(key) => format!("follows Kandji's {}", choices::property(key).to_lowercase()),
        None => "is left to people".to_owned(),
    }
}

fn assign(rules: &Rules) -> String {
    let switches = [
        (rules.assign.on_assign, "to the user in Kandji"),
        (rules.assign.on_change, "anew when that user changes"),
        (rules.assign.on_removed, "checked in when the user is removed"),
    ];
    let on: Vec<_> = switches.iter().filter(|(on, _)| *on).map(|(_, words)| *words).collect();
    if on.is_empty() { "by hand only".to_owned() } else { on.join(", ") }
}
