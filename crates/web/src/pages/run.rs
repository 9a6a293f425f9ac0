//! A run, read like a code review: the sum on top, then each change with its reason.

pub mod changes;
mod deciding;

use app::names::Newcomers;
use app::runs::{self, Mode, Run, State, Trigger};
use app::sources::{self, Source};
use axum::extract::Query;
use domain::access::Role;
use domain::id::RunId;
use maud::{Markup, html};
use reconcile::plan::Counts;

use super::answers::Answers;
use super::at::At;
use super::source::{VERDICTS, word};
use super::visitor::{Visitor, few};
use super::words::{counted, state};
use crate::components::chart::grouped;
use crate::components::{
    Button, Callout, Column, Icon, PageHeader, Panel, Progress, Row, Table, Tone, fold, live, tally,
};
use crate::error::{Refused, sentences};
use crate::layout::Room;

pub use deciding::{approve, confirm_undo, reject, undo};

const NOTES: u32 = 50;

/// What the page is made of, besides its changes.
struct Whole {
    run: Run,
    source: Source,
    doubts: Vec<String>,
    new: Newcomers,
    /// How many devices the run before this one saw: the bar's end, as far as anyone knows.
    expected: Option<u32>,
}

pub async fn page(
    visitor: Visitor,
    At(id): At<RunId>,
    Query(asked): Query<Answers>,
) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let run = runs::run(app, caller, id).await?;
    let source = sources::source(app, caller, run.source).await?;
    let before = runs::of_source(app, caller, run.source, Some(id), 1).await?;
    let whole = Whole {
        doubts: runs::doubts(app, caller, id).await?,
        new: app::names::newcomers_of(app, caller, id).await?,
        expected: before.first().map(|run| run.devices).filter(|devices| *devices > 0),
        run,
        source,
    };
    let title = titled(&visitor, &whole.run);
    let here = visitor.to(&format!("runs/{id}"));
    let undo = app::undos::find(app, caller, &app::sync::cause(id)).await?;
    let inside = if whole.run.state.is_open() {
        live("run", &here, 1, &html! { (head(&visitor, &whole)) (under_way(&whole)) })
    } else if let Some(undo) = undo.filter(|undo| undo.finished_at.is_none()) {
        live("run", &here, 1, &html! { (head(&visitor, &whole)) (deciding::taking_back(&undo)) })
    } else {
        ended(&visitor, &whole, &asked).await?
    };
    Ok(visitor.page(Room::Sources, &title, &inside))
}

async fn ended(visitor: &Visitor, whole: &Whole, asked: &Answers) -> Result<Markup, Refused> {
    Ok(html! {
        div id="run" {
            (head(visitor, whole))
            (said(visitor, whole))
            @if whole.run.state == State::Undone { (deciding::kept(visitor, &whole.run).await?) }
            (sums(visitor, whole))
            (newcomers(&whole.new))
            (changes::groups(visitor, &whole.run, asked).await?)
            (devices(visitor, whole).await?)
            (notes(visitor, whole).await?)
        }
    })
}

/// A run is called by its time: `Run of 21 Nov 2025, 14:05`.
fn titled(visitor: &Visitor, run: &Run) -> String {
    let what = if run.mode == Mode::Preview { "Preview" } else { "Run" };
    format!("{what} of {}", visitor.now.exact_text(run.queued_at))
}

fn head(visitor: &Visitor, whole: &Whole) -> Markup {
    let run = &whole.run;
    let (list, here) = (visitor.to("sources"), visitor.to(&format!("sources/{}", whole.source.id)));
    let trail = [(list.as_str(), "Sources"), (here.as_str(), whole.source.name.as_str())];
    let lead = html! {
        @if !run.state.is_open() && run.requests > 0 {
            "Read " (counted(run.devices.into(), "device", "devices")) " in "
            (counted(run.requests.into(), "request", "requests"))
            @if let Some(left) = run.left_this_hour { ", " (grouped(left)) " left this hour" }
            @if let Some(at) = run.finished_at { ", " (visitor.now.ago(at)) }
            ". "
        }
        (asked_by(run))
        @if deciding::has_acted(run) || run.state == State::Undone {
            @let cause = format!("run:{}", run.id);
            @let all = Answers::default().with("cause", &cause).at(&visitor.to("activity"));
            " " a href=(all) { "All that it changed" }
        }
    };
    html! {
        (PageHeader::new(&titled(visitor, run)).under(&trail).note(state(run)).lead(lead).actions(deciding::actions(visitor, run)))
    }
}

fn asked_by(run: &Run) -> String {
    let who = run.requested_by.as_deref().unwrap_or("someone");
    match run.trigger {
        Trigger::Schedule => "Started by its schedule.".to_owned(),
        Trigger::Person => format!("Started by {who}."),
        Trigger::Api => format!("Started through the API by {who}."),
        Trigger::Command => "Started from the command line.".to_owned(),
    }
}

/// The page asks for itself until the run has ended; a reload does as well.
fn under_way(whole: &Whole) -> Markup {
    let run = &whole.run;
    let (label, done) = match (run.state, run.progress.devices) {
        (State::Queued, _) => ("Waiting for its turn", 0),
        (_, 0) => ("Asking Kandji", 0),
        (_, devices) => ("Reading devices", devices),
    };
    let total = whole.expected.filter(|total| *total >= done && done > 0);
    html! {
        (Panel::new("Under way").body(html! {
            (Progress { label, done, total, unit: "devices" })
            p.quiet-text.small { "You may leave this page; the run goes on, and its page stays here." }
        }))
    }
}

/// What there is to know before the changes are read.
fn said(visitor: &Visitor, whole: &Whole) -> Markup {
    let run = &whole.run;
    let again = visitor.to(&format!("sources/{}/runs", whole.source.id));
    match run.state {
        State::NeedsReview => {
            let body = html! { @for doubt in &whole.doubts { p { (doubt) } } };
            let title = "Nothing has changed yet; this waits for you";
            html! { (Callout::new(Tone::Warning, title).body(body)) }
        }
        State::Failed => {
            let error = run.error.as_deref().unwrap_or("nobody knows why");
            let retry = html! {
                @if visitor.may(Role::Manager) {
                    form method="post" action=(again) {
                        (Button::answer("mode", word(run.mode), "Try again"))
                    }
                }
            };
            let (title, more) = if deciding::has_acted(run) {
                let more = " Every asset it came to is whole. The next run does the rest of what it \
                            had planned; what is done can be taken back.";
                ("The run stopped half-way; what it had done stands", more)
            } else {
                ("The run failed; nothing was half done", "")
            };
            let callout = Callout::new(Tone::Danger, title);
            html! { (callout.body(html! { (sentences(error)) (more) }).action(retry)) }
        }
        State::Partial => {
            let why = run.coverage.as_deref().unwrap_or_default();
            let body = html! { (sentences(why)) " What it saw was added and updated; nothing was taken away." };
            html! { (Callout::new(Tone::Warning, "It did not see everything").body(body)) }
        }
        State::Previewed => {
            let body = html! { "It shows what a run would do now." };
            html! { (Callout::new(Tone::Info, "A preview: nothing was changed").body(body)) }
        }
        State::Superseded => {
            html! { (Callout::new(Tone::Info, "A later run took its place; its plan is no longer offered")) }
        }
        State::Rejected => {
            html! { (Callout::new(Tone::Info, "Somebody rejected this plan; nothing of it was done")) }
        }
        State::Undone => {
            html! { (Callout::new(Tone::Info, "This run was taken back, wherever nothing newer stood on top")) }
        }
        State::Applied => html! {
            @if let Some(what) = &run.coverage {
                @let body = html! { @for one in what.lines() { p { (sentences(one)) } } };
                (Callout::new(Tone::Warning, "It could not learn everything").body(body))
            }
        },
        State::Queued | State::Running => html! {},
    }
}

fn sums(visitor: &Visitor, whole: &Whole) -> Markup {
    let (run, Counts { created, updated, linked, checked_out, checked_in }) =
        (&whole.run, whole.run.counts);
    let done = deciding::has_acted(run) || run.state == State::Undone;
    let words = if done {
        ["created", "updated", "linked", "checked out", "checked in"]
    } else {
        ["to create", "to update", "to link", "to check out", "to check in"]
    };
    let amounts = [created, updated, linked, checked_out, checked_in].map(few);
    let mut counts: Vec<(u32, &str)> = amounts.into_iter().zip(words).collect();
    counts.retain(|(amount, _)| *amount > 0);
    let conflicts = if run.conflicts == 1 { "conflict" } else { "conflicts" };
    let rest = [(run.conflicts, conflicts), (run.skipped, "left alone")];
    counts.extend(rest.into_iter().filter(|(amount, _)| *amount > 0));
    html! {
        @if counts.is_empty() && run.state != State::Failed {
            p.quiet-text { "Everything was as it should be; there was nothing to do." }
        } @else { (tally(&counts)) }
        @if run.conflicts > 0 && done {
            div.row { (Button::link(&visitor.to("conflicts"), "Settle the conflicts").icon(Icon::GitMerge)) }
        }
    }
}

fn newcomers(new: &Newcomers) -> Markup {
    let kinds = [
        ("product", "products", &new.products),
        ("category", "categories", &new.categories),
        ("manufacturer", "manufacturers", &new.manufacturers),
        ("department", "departments", &new.departments),
        ("employee", "employees", &new.employees),
    ];
    let some: Vec<_> = kinds.into_iter().filter(|(.., names)| !names.is_empty()).collect();
    html! {
        @if !some.is_empty() {
            (Panel::new("New in the catalog").edge_to_edge(html! {
                @for (one, many, names) in some {
                    (fold(&counted(names.len() as u64, one, many), "", &html! { p { (shortened(names)) } }))
                }
            }))
        }
    }
}

fn shortened(names: &[String]) -> String {
    const SHOWN: usize = 100;
    let mut text = names.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(" and others");
    }
    text
}

/// The way to every device and why; only the latest run's decisions are kept.
async fn devices(visitor: &Visitor, whole: &Whole) -> Result<Markup, Refused> {
    if whole.source.last_run != Some(whole.run.id) || whole.run.devices == 0 {
        return Ok(html! {});
    }
    let counts = runs::verdicts(&visitor.web.app, &visitor.caller, whole.source.id).await?;
    let list = visitor.to(&format!("sources/{}/devices", whole.source.id));
    let unchanged = Answers::default().with("unchanged_by", &whole.run.id.to_string()).at(&list);
    let body = html! {
        div.row {
            (Button::link(&unchanged, "Devices where nothing happened"))
            @for (verdict, word, label) in VERDICTS {
                @if let Some(count) = counts.get(&verdict) {
                    (Button::link(&Answers::default().with("verdict", word).at(&list), &format!("{label} ({count})")).quiet())
                }
            }
        }
    };
    Ok(html! { (Panel::new("Every device, and why").body(body)) })
}

async fn notes(visitor: &Visitor, whole: &Whole) -> Result<Markup, Refused> {
    if whole.run.notes == 0 {
        return Ok(html! {});
    }
    let notes = runs::notes(&visitor.web.app, &visitor.caller, whole.run.id, None, NOTES).await?;
    let columns = [Column::new("Row").title(), Column::new("What was odd").wrap()];
    let rows = notes.iter().map(|(_, note)| {
        Row::new(vec![html! { (note.about) }, html! { (sentences(&note.reason)) }])
    });
    let table = html! {
        (Table::new("Odd rows", &columns, rows.collect()))
        @if whole.run.notes > NOTES { p.panel-body.quiet-text { "The first " (NOTES) " of " (whole.run.notes) "." } }
    };
    let aside = html! { span.quiet-text { (Icon::Info) } };
    Ok(html! { (Panel::new("Odd rows that did not stop it").aside(aside).edge_to_edge(table)) })
}
