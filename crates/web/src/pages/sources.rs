//! Sources: the list, and the guided way to connect Kandji.

use app::details::wishes;
use app::runs::Mode;
use app::settings::Settings;
use app::sources::{self, Connection, HealthState, Source, Tested};
use app::{Refusal, sync};
use axum::Form;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use maud::{Markup, html};
use reconcile::preset::Preset;
use serde_json::{Value, json};

use super::answers::{Answers, Wrong};
use super::done::done;
use super::visitor::Visitor;
use crate::components::{
    Button, Callout, Column, Field, Icon, PageHeader, Permission, Pick, Row, Step, Table, Tone,
    badge, checkbox, empty, permissions, steps,
};
use crate::error::{Refused, sentences};
use crate::layout::Room;

pub async fn list(visitor: Visitor) -> Result<Markup, Refused> {
    let all = sources::list(&visitor.web.app, &visitor.caller).await?;
    let connect = html! {
        @if visitor.may(Role::Administrator) {
            (Button::link(&visitor.to("sources/new"), "Connect Kandji").icon(Icon::Plus).primary().key('c'))
        }
    };
    let hint = "A source is where devices come from. Stockroom only ever reads it.";
    let inside = html! {
        @if all.is_empty() {
            (PageHeader::new("Sources"))
            (empty(Icon::Plug, "No source is connected", hint, &connect))
        } @else {
            (PageHeader::new("Sources").actions(connect))
            (table(&visitor, &all))
        }
    };
    Ok(visitor.list_page(Room::Sources, "Sources", &inside))
}

fn table(visitor: &Visitor, all: &[Source]) -> Markup {
    let columns = [
        Column::new("Source").title(),
        Column::new("Health").aside(),
        Column::new("Address"),
        Column::new("Reads"),
        Column::new("Next run"),
    ];
    let rows = all.iter().map(|source| {
        Row::new(vec![
            html! { a href=(visitor.to(&format!("sources/{}", source.id))) { (source.name) } },
            health(source),
            html! { (source.api_url.trim_start_matches("https://")) },
            html! { "every " (source.rules.interval_minutes) " minutes" },
            html! { @if let Some(next) = source.next_run_at { (visitor.now.ago(next)) } },
        ])
    });
    html! { (Table::new("Sources", &columns, rows.collect())) }
}

pub fn health(source: &Source) -> Markup {
    if !source.enabled {
        return badge(None, "Switched off");
    }
    match source.health.state {
        HealthState::Untested => badge(None, "Not tested"),
        HealthState::Ok => badge(Some(Tone::Success), "Healthy"),
        HealthState::Degraded => badge(Some(Tone::Warning), "Works in part"),
        HealthState::Failing => badge(Some(Tone::Danger), "Failing"),
    }
}

pub async fn guide(visitor: Visitor) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Administrator)?;
    Ok(view(&visitor, &Answers::default(), &Wrong::default(), None))
}

/// Tests, or tests and connects, by the button that was pressed.
pub async fn connect(visitor: Visitor, Form(answers): Form<Answers>) -> Result<Response, Refused> {
    visitor.caller.need(Role::Administrator)?;
    let connection = pasted(&answers);
    if answers.get("deed") == "test" {
        return Ok(match sources::test(&visitor.web.app, &visitor.caller, &connection).await {
            Ok(tested) => {
                view(&visitor, &answers, &Wrong::default(), Some(&tested)).into_response()
            }
            // Shown in place by the script, which leaves refusals alone.
            Err(refusal) => view(&visitor, &answers, &Wrong::form(refusal)?, None).into_response(),
        });
    }
    match connected(&visitor, &answers, &connection).await {
        Ok(to) => Ok(done(&to)),
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            let page = view(&visitor, &answers, &wrong, None);
            Ok((wrong.status(), page).into_response())
        }
    }
}

pub fn pasted(answers: &Answers) -> Connection {
    let api_url = answers.get("api_url").to_owned();
    Connection { api_url, token: answers.get("token").to_owned().into() }
}

/// Connects and starts the first run at once (J13); answers the run's page.
async fn connected(
    visitor: &Visitor,
    answers: &Answers,
    connection: &Connection,
) -> Result<String, Refusal> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let preset = preset_of(answers.get("preset")).unwrap_or(Preset::Recommended);
    let settings = Settings::of(preset);
    let settings = match custody(answers) {
        Some(patch) => settings.patched(&patch, false)?,
        None => settings,
    };
    let source = sources::create(app, caller, answers.get("name"), connection, settings).await?;
    let run = sync::start(app, caller, source.id, Mode::Apply).await?;
    Ok(visitor.to(&format!("runs/{run}")))
}

/// The switches that were ticked, over the preset; `None` where none was.
fn custody(answers: &Answers) -> Option<Value> {
    let mut patch = json!({});
    for (group, key, ..) in CUSTODY {
        if answers.ticked(&format!("{group}.{key}")) {
            patch[group][key] = Value::Bool(true);
        }
    }
    patch.as_object().is_some_and(|patch| !patch.is_empty()).then_some(patch)
}

const CUSTODY: [(&str, &str, &str); 4] = [
    ("assign", "on_assign", "Check a device out to the user Kandji names"),
    ("assign", "on_change", "When that user changes in Kandji, check in and out again"),
    ("assign", "on_removed", "When the user is removed in Kandji, check in"),
    ("employees", "create", "Make an employee of every user who is not one yet"),
];

pub fn preset_of(text: &str) -> Option<Preset> {
    Preset::ALL.into_iter().find(|preset| preset.as_str() == text)
}

pub const fn preset_words(preset: Preset) -> &'static str {
    match preset {
        Preset::Recommended => {
            "Every device becomes an asset named after it; assets you hold already are found by serial or tag. You approve the first plan."
        }
        Preset::Bluetally => {
            "As BlueTally does it: every 10 minutes, tags from serials, names left alone, existing assets left alone until merging is on."
        }
        Preset::Reftab => {
            "As Reftab does it: hourly, known by the field kandjiid, then by asset tag, then by serial; existing assets are taken over."
        }
        Preset::Amfj => {
            "As Asset Management for Jira does it: hourly, known by name at first, creates people but no assets until that is on."
        }
    }
}

fn view(visitor: &Visitor, answers: &Answers, wrong: &Wrong, tested: Option<&Tested>) -> Markup {
    let lead =
        html! { "About three minutes. Stockroom only ever reads; nothing in Kandji can change." };
    let plan = html! { p { "It starts at once. Under Recommended nothing changes until you have looked at the plan and approved it." } };
    let inside = html! {
        (PageHeader::new("Connect Kandji").under(&[(&visitor.to("sources"), "Sources")]).lead(lead))
        div.narrow {
            (steps(&[
                Step::now("Make a token in Kandji", token_step()),
                Step::now("Paste it here", form(visitor, answers, wrong, tested)),
                Step::later("Look at the first run", plan),
            ]))
        }
    };
    visitor.page(Room::Sources, "Connect Kandji", &inside)
}

/// The exact clicks.
fn token_step() -> Markup {
    let click = |words: &str| html! { strong.path { (words) } };
    html! {
        ol.list.list-numbers {
            li { "In Kandji, as an administrator, open " (click("Settings")) " → " (click("Access")) " and find " (click("API Token")) " at the bottom. In the newer interface it is " (click("Access")) " → " (click("API tokens")) "." }
            li { "Copy " (click("Your organization’s API URL")) ". It looks like " code { "acme.api.kandji.io" } "." }
            li { (click("Add Token")) ", call it " code { "Stockroom" } ", " (click("Create")) "." }
            li { (click("Copy Token")) ": Kandji shows it only now. Tick the box that you have it, " (click("Next")) "." }
            li { (click("Configure")) ", scroll to " (click("Devices")) " → " (click("Device Information")) " and tick " (click("Device list")) " and " (click("Device details")) ". Newer interfaces say " em { "List Devices" } " and " em { "Get Device Details" } ". " (click("Save")) "." }
        }
        details.fold-plain {
            summary { (Icon::ChevronRight) "What further permissions unlock" }
            dl.facts {
                @for wish in wishes().skip(1) {
                    div { dt { (wish.label) } dd { "Under " (wish.section) ". For " (wish.needed_for) "." } }
                }
            }
        }
        p { "Make it while signed in as somebody who stays: a token may end with the administrator who made it." }
        p { "A token with no more than these can change nothing. Leave every box that is not named here alone." }
    }
}

const ASKED: [&str; 3] = ["name", "api_url", "token"];

fn form(visitor: &Visitor, answers: &Answers, wrong: &Wrong, tested: Option<&Tested>) -> Markup {
    let action = visitor.to("sources/new");
    let presets = Preset::ALL.map(|p| Pick::new(p.as_str(), p.label()).hint(preset_words(p)));
    let preset = answers.some("preset").unwrap_or(Preset::Recommended.as_str());
    html! {
        form.form method="post" action=(action) {
            (wrong.callout())
            (connection_fields(answers, wrong))
            (Field::new("name", "What to call it").hint("For people; Kandji, if you leave it blank").error(wrong.at("name")).text(answers.get("name")))
            (Field::new("preset", "How it should behave").hint("Every detail can be changed later").radios(&presets, preset))
            fieldset.field aria-describedby="custody-hint" {
                legend { "Who has what" }
                div.checks {
                    @for (group, key, label) in CUSTODY {
                        @let name = format!("{group}.{key}");
                        (checkbox(&name, label, None, answers.ticked(&name)))
                    }
                }
                p.hint id="custody-hint" { "With the first three off nobody gets anything checked out: who has what is then kept by hand. A checkout to a location is never touched." }
            }
            div id="tested" {
                @for fault in wrong.elsewhere(&ASKED) { (Callout::new(Tone::Danger, "This does not work yet").body(html! { (fault) })) }
                @for field in ["api_url", "token"] {
                    @if let Some(fault) = wrong.at(field) { (Callout::new(Tone::Danger, fault)) }
                }
                @if let Some(tested) = tested { (result(tested)) }
            }
            div.form-actions {
                (Button::answer("deed", "connect", "Connect").primary())
                (test_button(&action))
            }
        }
    }
}

pub fn connection_fields(answers: &Answers, wrong: &Wrong) -> Markup {
    html! {
        (Field::new("api_url", "API URL").required().placeholder("acme.api.kandji.io").error(wrong.at("api_url")).text(answers.get("api_url")))
        (Field::new("token", "Token").required().autocomplete("off").hint("Kept encrypted and never shown again, not even here: paste it again after a reload").error(wrong.at("token")).secret())
    }
}

/// Where the script runs, only the result is brought in, and the token stays where it was pasted.
pub fn test_button(action: &str) -> Markup {
    html! {
        button.button type="submit" name="deed" value="test" hx-post=(action) hx-target="#tested"
            hx-select="#tested" hx-swap="outerHTML" { "Test connection" }
    }
}

/// What a test found, permission by permission.
pub fn result(tested: &Tested) -> Markup {
    let missing = tested.capabilities.iter().filter(|capability| !capability.ok).count();
    let (tone, title) = match (tested.ok, missing) {
        (false, _) => (Tone::Danger, "This does not work yet"),
        (true, 0) => (Tone::Success, "It works, and nothing is missing"),
        (true, _) => (Tone::Success, "It works; what is missing only limits what you get"),
    };
    let rows: Vec<_> = tested
        .capabilities
        .iter()
        .map(|capability| Permission {
            label: capability.label,
            needed_for: capability.needed_for,
            ok: capability.ok,
            indispensable: capability.label == DEVICE_LIST,
        })
        .collect();
    html! {
        div.stack {
            (Callout::new(tone, title).body(html! { (sentences(&tested.detail)) }))
            @if !rows.is_empty() { (permissions(&rows)) }
        }
    }
}

/// The one permission without which nothing works.
pub const DEVICE_LIST: &str = "Device list";
