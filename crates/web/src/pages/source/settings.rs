//! The settings of a source in plain words: a preset on top, one form for all the rest, and a look
//! at what a change would do before it is saved.

mod choices;
mod enrollment;
mod form;
mod identity;
mod mapping;
mod patch;
mod preview;
mod rows;
mod says;
mod short;
pub mod told;

use app::enrollments;
use app::settings::Settings;
use app::sources::{self, Source};
use app::{Refusal, versions};
use axum::Form;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::id::SourceId;
use maud::{Markup, html};
use reconcile::preset::Preset;

use super::super::answers::{Answers, Wrong};
use super::super::at::At;
use super::super::done::said;
use super::super::overtaken::{self, Held};
use super::super::sources::{preset_of, preset_words};
use super::super::visitor::Visitor;
use super::super::words::Whose;
use super::preset_and_differences;
use crate::components::{Button, Callout, Field, PageHeader, Panel, Pick, Tone, badge};
use crate::error::Refused;
use crate::layout::Room;
use choices::Choices;
pub use short::in_short;

pub async fn settings(visitor: Visitor, At(id): At<SourceId>) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Administrator)?;
    let source = sources::source(&visitor.web.app, &visitor.caller, id).await?;
    let held = versioned(patch::held(&sources::settings_of(&source)), &source);
    view(&visitor, &source, &held, &Wrong::default()).await
}

/// By the button pressed: another row, a value as in the preset, a preview, or saving.
pub async fn save_settings(
    visitor: Visitor,
    At(id): At<SourceId>,
    Form(sent): Form<Answers>,
) -> Result<Response, Refused> {
    visitor.caller.need(Role::Administrator)?;
    let source = sources::source(&visitor.web.app, &visitor.caller, id).await?;
    let deed = sent.get("deed").to_owned();
    let answers = whole(&source, sent.without("deed"));
    let done = match deed.as_str() {
        "preview" | "preset" => match expected(&source, &answers) {
            Ok(()) => preview::page(&visitor, &source, &answers).await,
            Err(refusal) => Err(refusal),
        },
        "" | "save" => saved(&visitor, &source, &answers).await,
        "edit" => {
            return Ok(view(&visitor, &source, &answers, &Wrong::default()).await?.into_response());
        }
        other => {
            let edited = rows::edited(&answers, other, &preset(&answers).rules());
            return Ok(view(&visitor, &source, &edited, &Wrong::default()).await?.into_response());
        }
    };
    match done {
        Ok(response) => Ok(response),
        Err(Refusal::Stale) => overtaken(&visitor, id, &answers).await,
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            let page = view(&visitor, &source, &answers, &wrong).await?;
            Ok((wrong.status(), page).into_response())
        }
    }
}

/// `POST /sources/{id}/name`: apart from the settings, because no run goes by it.
pub async fn rename(
    visitor: Visitor,
    At(id): At<SourceId>,
    Form(sent): Form<Answers>,
) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    match sources::rename(app, caller, id, sent.get("name")).await {
        Ok(source) => {
            let to = visitor.to(&format!("sources/{id}/settings"));
            let sentence = format!("It is called {} now.", source.name);
            Ok(said(&visitor.web, Tone::Success, &sentence, &to))
        }
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            let source = sources::source(app, caller, id).await?;
            let held = patch::held(&sources::settings_of(&source)).with("name", sent.get("name"));
            let page = view(&visitor, &source, &versioned(held, &source), &wrong).await?;
            Ok((wrong.status(), page).into_response())
        }
    }
}

async fn saved(visitor: &Visitor, source: &Source, answers: &Answers) -> Result<Response, Refusal> {
    let patch = patch::patch(answers, source.synced_before)?;
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let version = overtaken::version(answers);
    sources::save_settings(app, caller, source.id, version, &patch).await?;
    let to = visitor.to(&format!("sources/{}/settings", source.id));
    Ok(said(&visitor.web, Tone::Success, "Saved. The next run goes by it.", &to))
}

/// A look at what would change is one at what saving would do, which these would not do.
fn expected(source: &Source, answers: &Answers) -> Result<(), Refusal> {
    let stands = versions::source(source);
    match overtaken::version(answers) {
        Some(version) if version != stands => Err(Refusal::Stale),
        _ => Ok(()),
    }
}

/// Somebody else changed the settings while the form was open.
async fn overtaken(
    visitor: &Visitor,
    id: SourceId,
    answers: &Answers,
) -> Result<Response, Refused> {
    let source = sources::source(&visitor.web.app, &visitor.caller, id).await?;
    let own = sources::settings_of(&source);
    let next = patch::patch(answers, source.synced_before)
        .and_then(|patch| own.patched(&patch, source.synced_before));
    let wrong = match next {
        Err(refusal) => Wrong::form(refusal)?,
        Ok(next) => {
            let moved = sources::moved(&source, Some(next.preset.as_str()), &next.rules);
            let (now, anew) = (patch::held(&own), visitor.to(&format!("sources/{id}/settings")));
            let now = Held { what: "settings", whose: Whose::Other, answers: &now, anew: &anew };
            overtaken::standing(visitor, &now, &moved).await?
        }
    };
    let page = view(visitor, &source, &versioned(answers.clone(), &source), &wrong).await?;
    Ok((wrong.status(), page).into_response())
}

fn versioned(answers: Answers, source: &Source) -> Answers {
    answers.with("version", &versions::source(source).to_string())
}

/// A preset alone stands for all that it sets.
fn whole(source: &Source, sent: Answers) -> Answers {
    let Some(preset) = preset_of(sent.get("preset")) else { return sent };
    if sent.pairs().any(|(name, _)| name == "interval_minutes") {
        return sent;
    }
    let mut filled = Settings::of(preset);
    if source.synced_before {
        filled.rules.tag_from = source.rules.tag_from;
    }
    patch::held(&filled).with("version", sent.get("version"))
}

fn preset(answers: &Answers) -> Preset {
    preset_of(answers.get("preset")).unwrap_or(Preset::Recommended)
}

async fn view(
    visitor: &Visitor,
    source: &Source,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let own = sources::settings_of(source);
    let choices = Choices::of(visitor, source).await?;
    let integrations = enrollments::integrations(app, caller, source).await?;
    let missing = super::fields::missing(visitor, source).await?;
    let rivals = sources::rivals(app, caller, source).await?;
    let here = visitor.to(&format!("sources/{}", source.id));
    let action = format!("{here}/settings");
    let form = form::Form {
        action: &action,
        answers,
        wrong,
        preset: preset(answers),
        differences: patch::differences(answers, preset(answers), source),
        tag_from: source.synced_before.then_some(source.rules.tag_from),
        choices: &choices,
        integrations: &integrations,
        rivals: &rivals,
        now: visitor.now.at,
    };
    let unsaved = !patch::same(answers, &patch::held(&own));
    let list = visitor.to("sources");
    let inside = html! {
        (PageHeader::new("Settings").under(&[(&list, "Sources"), (&here, &source.name)])
            .note(badge(None, &preset_and_differences(&own))))
        (missing)
        @if unsaved { (Callout::new(Tone::Info, "Nothing of what you changed here is saved yet")) }
        (wrong.callout())
        @for fault in wrong.elsewhere(&form::ASKED) { (Callout::new(Tone::Danger, fault)) }
        div.settings.stack {
            (naming(&format!("{here}/name"), source, answers, wrong))
            (presets(preset(answers), &action, source.synced_before, answers))
            form.stack method="post" action=(action) {
                // What the Enter key presses, ahead of all buttons that change a row.
                button.spoken type="submit" name="deed" value="preview" tabindex="-1" aria-hidden="true" { "Preview" }
                input type="hidden" name="preset" value=(preset(answers).as_str());
                (overtaken::hidden(answers))
                (form.render())
                div.form-actions {
                    (Button::answer("deed", "preview", "See what this would change").primary())
                    (Button::link(&here, "Cancel").quiet())
                }
                p.quiet-text { "Nothing is saved until you have seen what the next run would do with it." }
            }
        }
    };
    Ok(visitor.page(Room::Sources, "Settings", &inside))
}

fn naming(action: &str, source: &Source, answers: &Answers, wrong: &Wrong) -> Markup {
    let typed = if answers.has("name") { answers.get("name") } else { &source.name };
    let field = Field::new("name", "Name").required().autocomplete("off").error(wrong.at("name"));
    let hint = "Runs, links and settings stay with it; commands and scripts that name it need the new one.";
    let body = html! {
        form.form method="post" action=(action) {
            (field.hint(hint).text(typed))
            div.form-actions { (Button::submit("Rename")) }
        }
    };
    html! { (Panel::new("What it is called").body(body)) }
}

fn presets(chosen: Preset, action: &str, tag_locked: bool, answers: &Answers) -> Markup {
    let picks = Preset::ALL.map(|p| Pick::new(p.as_str(), p.label()).hint(preset_words(p)));
    let hint = if tag_locked {
        "It sets everything below, but where asset tags come from: that is fixed since the first run."
    } else {
        "It sets everything below; you can change each value afterwards."
    };
    let body = html! {
        form.form method="post" action=(action) {
            (overtaken::hidden(answers))
            (Field::new("preset", "Behave like").hint(hint).radios(&picks, chosen.as_str()))
            div.form-actions { (Button::answer("deed", "preset", "See what this preset would change")) }
        }
    };
    html! { (Panel::new("Start from a preset").body(body)) }
}
