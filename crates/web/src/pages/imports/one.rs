//! One import, read like a code review: the sum on top, then every row with what it would do.

use app::imports::{self, Import, Progress, Stage};
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::fields::AppliesTo;
use domain::id::ImportId;
use domain::imports::mapping::label;
use domain::imports::{Counts, Fault, State, Verdict};
use maud::{Markup, html};

use super::{rows, state};
use crate::components::{
    Button, Callout, Icon, PageHeader, Panel, Progress as Bar, Tone, fold, live, tally,
};
use crate::error::{Refused, sentences};
use crate::layout::Room;
use crate::pages::answers::Answers;
use crate::pages::at::At;
use crate::pages::done::done;
use crate::pages::visitor::Visitor;
use crate::pages::words::counted;

/// Faulty rows that are asked whether the import could mend them.
const LOOKED_AT: u32 = 500;

pub async fn page(
    visitor: Visitor,
    At(id): At<ImportId>,
    Query(asked): Query<Answers>,
) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let import = imports::import(app, caller, id).await?;
    let here = visitor.to(&format!("imports/{id}"));
    let working = imports::progress(app, id);
    if import.state == State::Uploaded && working.is_none() && visitor.may(Role::Manager) {
        return Ok(done(&format!("{here}/mapping")));
    }
    let inside = if let Some(progress) = working {
        let inside = html! { (head(&visitor, &import, true).await?) (under_way(progress)) };
        live("run", &here, 1, &inside)
    } else {
        html! {
            div id="run" {
                (head(&visitor, &import, false).await?)
                (said(&visitor, &import, lacks(&visitor, &import).await?))
                (sums(&import))
                (newcomers(&import))
                (rows::groups(&visitor, &import, &asked).await?)
            }
        }
    };
    Ok(visitor.page(Room::Imports, &import.name, &inside).into_response())
}

async fn head(visitor: &Visitor, import: &Import, busy: bool) -> Result<Markup, Refused> {
    let list = visitor.to("imports");
    let fields = imports::fields_of(&visitor.web.app, &visitor.caller, import.what).await?;
    let lead = html! {
        (counted(import.lines.into(), "row", "rows")) " of " (import.what.as_str())
        @if let Some(exporter) = import.exporter { ", exported from " (exporter) }
        ", each known by its " (label(&import.mapping.key, &fields).to_lowercase()) ". Brought "
        (visitor.now.ago(import.brought_at)) " by " (import.brought_by)
        @if let (Some(by), Some(at)) = (&import.applied_by, import.applied_at) {
            ", applied " (visitor.now.ago(at)) " by " (by)
        }
        @if let (Some(by), Some(at)) = (&import.undone_by, import.undone_at) {
            ", taken back " (visitor.now.ago(at)) " by " (by)
        }
        "."
    };
    let actions = html! { @if !busy { (actions(visitor, import)) } };
    let trail = [(list.as_str(), "Imports")];
    let header = PageHeader::new(&import.name).under(&trail).note(state(import));
    Ok(html! { (header.lead(lead).actions(actions)) })
}

fn actions(visitor: &Visitor, import: &Import) -> Markup {
    let here = visitor.to(&format!("imports/{}", import.id));
    if !visitor.may(Role::Manager) {
        return html! {};
    }
    let counts = &import.counts;
    match import.state {
        State::Uploaded => html! { (Button::link(&format!("{here}/mapping"), "Map its columns")) },
        State::Planned => {
            let all = u64::from(counts.create) + u64::from(counts.change);
            let verb = format!("Apply {}", counted(all, "row", "rows"));
            let to = format!("{here}/application?version={}", import.version);
            let apply = Button::post(&to, &verb).icon(Icon::Check).primary();
            html! {
                (Button::link(&format!("{here}/delete"), "Discard").quiet())
                (Button::link(&format!("{here}/mapping"), "Change the mapping"))
                @if counts.any() && !(import.mapping.whole && counts.fault > 0) { (apply) }
            }
        }
        State::Applied if counts.any() => {
            html! { (Button::link(&format!("{here}/undo"), "Take back").icon(Icon::RotateCcw)) }
        }
        State::Applied | State::Undone => html! {},
    }
}

/// The page asks for itself until it is done; a reload does as well.
fn under_way(progress: Progress) -> Markup {
    let label = match progress.stage {
        Stage::Planning => "Planning",
        Stage::Applying => "Applying",
        Stage::TakingBack => "Taking it back",
    };
    let known = progress.stage != Stage::TakingBack;
    let bar =
        Bar { label, done: progress.done, total: known.then_some(progress.total), unit: "rows" };
    html! {
        (Panel::new("Under way").body(html! {
            (bar)
            p.quiet-text.small { "You may leave this page; the work goes on, and its page stays here." }
        }))
    }
}

/// What there is to know before the rows are read.
fn said(visitor: &Visitor, import: &Import, lacks: bool) -> Markup {
    let counts = &import.counts;
    let trouble = imports::trouble(&visitor.web.app, import.id);
    html! {
        @if let Some(why) = trouble.filter(|_| import.state == State::Planned) {
            (Callout::new(Tone::Danger, "It was not applied; nothing was half done").body(html! { (sentences(&why)) }))
        }
        @match import.state {
            State::Planned if import.mapping.whole && counts.fault > 0 => {
                (Callout::new(Tone::Warning, "Nothing can be applied while a row is faulty").body(html! {
                    "You asked for all or nothing. Mend the rows below in the file and bring it again, or untick that under Change the mapping."
                }))
            }
            State::Planned if !counts.any() => {
                @if counts.fault == 0 {
                    (Callout::new(Tone::Success, "There is nothing to do").body(html! { "Everything in this file is so already." }))
                } @else {
                    (Callout::new(Tone::Warning, "There is nothing that could be applied").body(html! {
                        "Each row that would do something is faulty. What is wrong stands beside it below."
                        @if lacks { " If that is because it names what nobody has made, the import can make it on the way." }
                    }).action(html! { @if lacks { (make_missing(visitor, import)) } }))
                }
            }
            State::Planned if lacks => {
                (Callout::new(Tone::Info, "Nothing has changed yet").body(html! {
                    "A row is faulty, too, when it names a product, a place or somebody that nobody has made. The import can make what is missing on the way."
                }).action(make_missing(visitor, import)))
            }
            State::Planned => {
                (Callout::new(Tone::Info, "Nothing has changed yet").body(html! {
                    "This is what would happen. A blank cell keeps what is there"
                    @if counts.fault > 0 { "; faulty rows are left out" }
                    ". All of it is done in one step, and can be taken back."
                }))
            }
            State::Applied if counts.stale > 0 => {
                (Callout::new(Tone::Warning, &format!("{} left alone", counted(counts.stale.into(), "row was", "rows were"))).body(html! {
                    "Something changed between the plan and its application. Bring the file again to plan what is left."
                }))
            }
            State::Undone => {
                (Callout::new(Tone::Info, "This import was taken back, wherever nothing newer stood on top"))
            }
            State::Uploaded | State::Applied => {}
        }
    }
}

/// Whether rows are faulty for want of what the import could make. Of very many faults some are
/// looked at.
async fn lacks(visitor: &Visitor, import: &Import) -> Result<bool, Refused> {
    let people = import.what == AppliesTo::Assets && !import.mapping.make_employees;
    if import.state != State::Planned || import.mapping.make_catalog && !people {
        return Ok(false);
    }
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let faulty = imports::rows(app, caller, import.id, Some(Verdict::Fault), None, LOOKED_AT);
    let faulty = faulty.await?;
    let mut faults = faulty.iter().flat_map(|row| row.row.faults());
    Ok(import.counts.fault > LOOKED_AT || faults.any(Fault::is_of_something_missing))
}

/// The same mapping once more, with both boxes ticked.
fn make_missing(visitor: &Visitor, import: &Import) -> Markup {
    if !visitor.may(Role::Manager) {
        return html! {};
    }
    let mapping = &import.mapping;
    let days = if mapping.day_first { "day_first" } else { "month_first" };
    html! {
        form method="post" action=(visitor.to(&format!("imports/{}/mapping", import.id))) {
            @for column in &mapping.columns {
                input type="hidden" name="column" value=(column.as_ref().map_or("-".into(), ToString::to_string));
            }
            input type="hidden" name="match" value=(mapping.key);
            input type="hidden" name="days" value=(days);
            input type="hidden" name="make_catalog" value="on";
            input type="hidden" name="make_employees" value="on";
            @if mapping.create { input type="hidden" name="create" value="on"; }
            @if mapping.whole { input type="hidden" name="whole" value="on"; }
            (Button::submit("Make what is missing"))
        }
    }
}

fn sums(import: &Import) -> Markup {
    let Counts { create, change, skip, fault, stale, warned } = import.counts;
    let words = if matches!(import.state, State::Applied | State::Undone) {
        ["created", "changed"]
    } else {
        ["to create", "to change"]
    };
    let all = [
        (fault, "faulty"),
        (create, words[0]),
        (change, words[1]),
        (skip, "as they are"),
        (stale, "left alone"),
        (warned, "with a warning"),
    ];
    let counts: Vec<(u32, &str)> = all.into_iter().filter(|(count, _)| *count > 0).collect();
    html! { @if !counts.is_empty() { (tally(&counts)) } }
}

fn newcomers(import: &Import) -> Markup {
    let kinds = import.new.counts();
    let done = matches!(import.state, State::Applied | State::Undone);
    let title = if done { "Made on the way" } else { "Made on the way, because rows name them" };
    html! {
        @if !kinds.is_empty() {
            (Panel::new(title).edge_to_edge(html! {
                @for (count, one, many) in kinds {
                    @let names = import.new.names(many);
                    (fold(&counted(count as u64, one, many), "", &html! { p { (shortened(&names)) } }))
                }
            }))
        }
    }
}

fn shortened(names: &[&str]) -> String {
    const SHOWN: usize = 100;
    let mut text = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(" and others");
    }
    text
}
