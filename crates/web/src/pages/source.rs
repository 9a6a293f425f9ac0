//! One source: how its connection is, what it may read, when it runs, what its runs did.

mod connection;
mod devices;
mod ending;
mod fields;
mod settings;

use app::reports::Format;
use app::reports::run_list::RunList;
use app::runs::{self, Mode, Run, State};
use app::settings::Settings;
use app::sources::{self, HealthState, Source};
use app::{Refusal, sync};
use axum::Form;
use axum::extract::Query;
use axum::response::Response;
use domain::access::Role;
use domain::event::Subject;
use domain::id::SourceId;
use maud::{Markup, html};

use super::answers::Answers;
use super::assets::downloads;
use super::at::At;
use super::done::{done, said, said_with};
use super::nouns::past as history;
use super::sources::{DEVICE_LIST, health};
use super::visitor::Visitor;
use super::words::{counted, state};
use crate::components::{
    Button, Callout, Column, Icon, Offer, Opens, PageHeader, Panel, Permission, Row, Table, Tone,
    badge, facts, live, menu, menu_link, menu_post, permissions, turner,
};
use crate::download;
use crate::error::{Refused, sentences};
use crate::layout::Room;

pub use connection::{connection, reconnect};
pub use devices::{VERDICTS, devices};
pub use ending::{confirm_delete, confirm_disable, delete, disable};
pub use fields::make as make_fields;
pub use settings::{rename, save_settings, settings, told};

const RUNS: u32 = 10;
const ALL_RUNS: u32 = 50;

pub async fn page(
    visitor: Visitor,
    At(id): At<SourceId>,
    Query(asked): Query<Answers>,
) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let source = sources::source(app, caller, id).await?;
    let past = runs::of_source(app, caller, id, None, RUNS).await?;
    let open = past.first().filter(|run| run.state.is_open()).cloned();
    let (list, here) = (visitor.to("sources"), visitor.to(&format!("sources/{id}")));
    let told = history(&visitor, Subject::Source(id), &here, &asked).await?;
    let inside = html! {
        (PageHeader::new(&source.name).under(&[(&list, "Sources")])
            .note(health(&source)).lead(lead(&visitor, &source)).actions(actions(&visitor, &source)))
        (trouble(&visitor, &source))
        (failed(&visitor, &source, past.first()))
        div.with-aside {
            div.stack { (granted(&visitor, &source)) (settings_panel(&visitor, &source)) (told) }
            div.stack {
                (connection_panel(&visitor, &source))
                (runs_panel(&visitor, &source, &past, open.as_ref()))
            }
        }
    };
    Ok(visitor.page(Room::Sources, &source.name, &inside))
}

/// An address of this source's: `of(…, "runs")`.
fn of(visitor: &Visitor, source: &Source, rest: &str) -> String {
    visitor.to(&format!("sources/{}/{rest}", source.id))
}

fn lead(visitor: &Visitor, source: &Source) -> Markup {
    html! {
        @if source.enabled {
            @if let Some(demo) = &visitor.web.demo {
                "Reads every " (demo.seconds) " seconds, because this is a demo"
            } @else { "Reads every " (source.rules.interval_minutes) " minutes" }
            @if let Some(next) = source.next_run_at {
                @if next > visitor.now.at { "; next " (visitor.now.ago(next)) } @else { "; the next is due" }
            }
        } @else { "Switched off: nothing runs by itself. Assets and settings are kept." }
    }
}

fn actions(visitor: &Visitor, source: &Source) -> Markup {
    let runs = of(visitor, source, "runs");
    html! {
        @if visitor.may(Role::Administrator) {
            (menu(Opens::BelowEnd, "button", &html! { "More" (Icon::ChevronDown) }, &html! {
                (menu_link(&of(visitor, source, "connection"), Some(Icon::KeyRound), "Update connection"))
                @if source.enabled {
                    (menu_link(&of(visitor, source, "disable"), Some(Icon::CirclePause), "Switch off"))
                } @else {
                    (menu_post(&of(visitor, source, "enable"), Icon::Check, "Test and switch on"))
                }
                (menu_link(&of(visitor, source, "delete"), Some(Icon::Trash2), "Remove this source"))
            }))
        }
        @if visitor.may(Role::Manager) {
            form.row method="post" action=(runs) {
                (Button::answer("mode", word(Mode::Preview), "Preview"))
                (Button::answer("mode", word(Mode::Apply), "Sync now").icon(Icon::RefreshCw).primary())
            }
        }
    }
}

fn trouble(visitor: &Visitor, source: &Source) -> Markup {
    if source.health.state == HealthState::Failing {
        let mend = of(visitor, source, "connection");
        let action = html! {
            @if visitor.may(Role::Administrator) { (Button::link(&mend, "Update connection").primary()) }
        };
        let body = html! { (sentences(&source.health.detail)) };
        let callout = Callout::new(Tone::Danger, "The last attempt to read Kandji failed");
        return html! { (callout.body(body).action(action)) };
    }
    if source.health.state != HealthState::Degraded {
        return html! {};
    }
    let body = html! { @for line in source.health.detail.lines() { p { (sentences(line)) } } };
    html! { (Callout::new(Tone::Warning, "The last run could not read everything").body(body)) }
}

/// The newest run ended by something that says nothing about the connection, such as a full disk.
fn failed(visitor: &Visitor, source: &Source, newest: Option<&Run>) -> Markup {
    let failed = newest.filter(|run| run.state == State::Failed);
    let Some(run) = failed.filter(|_| source.health.state != HealthState::Failing) else {
        return html! {};
    };
    let href = visitor.to(&format!("runs/{}", run.id));
    let body = html! { (sentences(run.error.as_deref().unwrap_or("nobody knows why"))) };
    let callout = Callout::new(Tone::Danger, "The last run failed");
    let action = html! { (Button::link(&href, "Look at it")) };
    html! { (callout.body(body).action(action)) }
}

fn granted(visitor: &Visitor, source: &Source) -> Markup {
    let rows: Vec<_> = source
        .capabilities
        .iter()
        .map(|capability| Permission {
            label: &capability.label,
            needed_for: &capability.needed_for,
            ok: capability.ok,
            indispensable: capability.label == DEVICE_LIST,
        })
        .collect();
    let test = of(visitor, source, "test");
    let test = html! {
        @if visitor.may(Role::Administrator) { (Button::post(&test, "Test connection")) }
    };
    let table = html! {
        @match (rows.is_empty(), source.health.state == HealthState::Failing) {
            (true, true) => { p.panel-body.quiet-text { "The last test did not get so far, so nobody knows what this token may read." } }
            (true, false) => { p.panel-body.quiet-text { "Not tested yet." } }
            (false, failing) => {
                @if failing && source.capabilities.iter().all(|capability| capability.ok) {
                    p.panel-body.quiet-text { "As it was before reading failed; test the connection to see how it is now." }
                }
                (permissions(&rows))
            }
        }
    };
    html! { (Panel::new("Permissions").aside(test).edge_to_edge(table)) }
}

fn settings_panel(visitor: &Visitor, source: &Source) -> Markup {
    let own = sources::settings_of(source);
    let change = of(visitor, source, "settings");
    let aside = html! {
        (badge(None, &preset_and_differences(&own)))
        @if visitor.may(Role::Administrator) { (Button::link(&change, "Change settings")) }
    };
    html! { (Panel::new("Settings").aside(aside).body(facts(&settings::in_short(&own)))) }
}

/// `Recommended`, `BlueTally, 2 differences`.
fn preset_and_differences(own: &Settings) -> String {
    let (label, differences) = (own.preset.label(), own.differences().len());
    match differences {
        0 => label.to_owned(),
        some => format!("{label}, {}", counted(some as u64, "difference", "differences")),
    }
}

fn connection_panel(visitor: &Visitor, source: &Source) -> Markup {
    let rows = [
        ("API URL", html! { span.mono { (source.api_url.trim_start_matches("https://")) } }),
        (
            "Looked at",
            html! { @if let Some(at) = source.health.checked_at { (visitor.now.ago(at)) } },
        ),
        ("Said", html! { (sentences(source.health.detail.lines().next().unwrap_or_default())) }),
        ("Connected", visitor.now.exact(source.created_at)),
    ];
    html! { (Panel::new("Connection").body(facts(&rows))) }
}

fn runs_panel(visitor: &Visitor, source: &Source, past: &[Run], open: Option<&Run>) -> Markup {
    let all = of(visitor, source, "runs");
    let aside = html! { @if !past.is_empty() { (Button::link(&all, "All runs").quiet()) } };
    let list = if past.is_empty() {
        html! { p.panel-body.quiet-text { "No run yet. Press Sync now." } }
    } else {
        table(visitor, past)
    };
    // While one is under way the list looks after itself.
    let here = visitor.to(&format!("sources/{}", source.id));
    let panel = html! { (Panel::new("Runs").aside(aside).edge_to_edge(list)) };
    if open.is_some() {
        live("runs", &here, 2, &panel)
    } else {
        html! { div id="runs" { (panel) } }
    }
}

fn table(visitor: &Visitor, past: &[Run]) -> Markup {
    let columns =
        [Column::new("Run").title(), Column::new("Changes"), Column::new("State").aside()];
    let rows = past.iter().map(|run| {
        let at = run.started_at.unwrap_or(run.queued_at);
        Row::new(vec![
            html! { a href=(visitor.to(&format!("runs/{}", run.id))) { (visitor.now.ago(at)) } },
            html! { (changes(run)) },
            state(run),
        ])
    });
    html! { (Table::new("Runs", &columns, rows.collect())) }
}

/// `43 changes`, `none`.
fn changes(run: &Run) -> String {
    let counts = &run.counts;
    let all =
        counts.created + counts.updated + counts.linked + counts.checked_out + counts.checked_in;
    match all {
        _ if run.state.is_open() => String::new(),
        0 => "none".into(),
        all => counted(all, "change", "changes"),
    }
}

pub async fn runs(
    visitor: Visitor,
    At(id): At<SourceId>,
    Query(asked): Query<Answers>,
) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let source = sources::source(app, caller, id).await?;
    let before = asked.get("before").parse().ok();
    let past = runs::of_source(app, caller, id, before, ALL_RUNS).await?;
    let full = past.len() >= ALL_RUNS as usize;
    let older = past.last().filter(|_| full).map(|run| {
        Answers::default().with("before", &run.id.to_string()).at(&of(&visitor, &source, "runs"))
    });
    let (list, here) = (visitor.to("sources"), visitor.to(&format!("sources/{id}")));
    let inside = html! {
        (PageHeader::new("Runs").under(&[(&list, "Sources"), (&here, &source.name)])
            .actions(html! {
                @if !past.is_empty() {
                    (downloads(&visitor, &Answers::default(), &format!("sources/{id}/runs")))
                }
            }))
        @if past.is_empty() { p.quiet-text { "No run yet." } } @else { (table(&visitor, &past)) }
        (turner(None, older.as_deref()))
    };
    Ok(visitor.list_page(Room::Sources, "Runs", &inside))
}

/// Every run there was, with all its counts.
pub async fn csv(visitor: Visitor, At(id): At<SourceId>) -> Result<Response, Refused> {
    file(&visitor, id, Format::Csv).await
}

pub async fn xlsx(visitor: Visitor, At(id): At<SourceId>) -> Result<Response, Refused> {
    file(&visitor, id, Format::Xlsx).await
}

async fn file(visitor: &Visitor, source: SourceId, format: Format) -> Result<Response, Refused> {
    download::file(visitor, Box::new(RunList { source, since: None }), format).await
}

/// Starts a run and shows it; one that is under way already is shown instead.
pub async fn start(
    visitor: Visitor,
    At(id): At<SourceId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    visitor.caller.need(Role::Manager)?;
    let mode = mode(answers.get("mode"))?;
    match sync::start(&visitor.web.app, &visitor.caller, id, mode).await {
        Ok(run) => Ok(done(&visitor.to(&format!("runs/{run}")))),
        Err(Refusal::Conflict { detail, location: Some(run) }) => {
            let to = visitor.to(&format!("runs/{run}"));
            Ok(said(&visitor.web, Tone::Info, &sentences(&detail), &to))
        }
        Err(refusal) => Err(Refused(refusal)),
    }
}

/// How a form says which kind of run is meant.
pub const fn word(mode: Mode) -> &'static str {
    match mode {
        Mode::Preview => "preview",
        Mode::Apply => "apply",
    }
}

/// Never guessed: what somebody wants to look at must not be done.
fn mode(text: &str) -> Result<Mode, Refusal> {
    let all = [Mode::Preview, Mode::Apply];
    all.into_iter().find(|mode| word(*mode) == text).ok_or_else(|| {
        let detail = format!("\"{text}\" is no kind of run; hint: press Preview or Sync now");
        Refusal::invalid("mode", detail)
    })
}

pub async fn test(visitor: Visitor, At(id): At<SourceId>) -> Result<Response, Refused> {
    let tested = sources::retest(&visitor.web.app, &visitor.caller, id).await?;
    let tone = if tested.ok { Tone::Success } else { Tone::Danger };
    let to = visitor.to(&format!("sources/{id}"));
    Ok(said(&visitor.web, tone, &sentences(&tested.detail), &to))
}

/// Tests first (B3); a source that does not answer stays off, and says why.
pub async fn enable(visitor: Visitor, At(id): At<SourceId>) -> Result<Response, Refused> {
    let here = visitor.to(&format!("sources/{id}"));
    match sources::enable(&visitor.web.app, &visitor.caller, id).await {
        Ok(_) => Ok(said(&visitor.web, Tone::Success, "Switched on.", &here)),
        Err(refusal @ Refusal::Invalid { .. }) => {
            let sentence = format!("It stays off. {}", sentences(&refusal.to_string()));
            let mend = format!("{here}/connection");
            let look = Some(Offer::Look(&mend, "Update connection"));
            Ok(said_with(&visitor.web, Tone::Danger, &sentence, look, &here))
        }
        Err(refusal) => Err(Refused(refusal)),
    }
}
