//! What a person decides about a run: approve or reject its plan, or take it back afterwards.

use app::Refusal;
use app::names::{Wanted, names};
use app::runs::{self, Mode, Run, State};
use app::sync::{self, Approved};
use app::undos::{self, Undo};
use axum::response::Response;
use domain::access::Role;
use domain::id::RunId;
use maud::{Markup, html};

use super::super::at::At;
use super::super::done::{done, said, said_with};
use super::super::source::word;
use super::super::visitor::{Visitor, few};
use super::super::words::counted;
use super::titled;
use crate::components::{
    Button, Column, Confirm, Icon, Offer, PageHeader, Panel, Progress, Row, Table, Tone,
};
use crate::error::{Refused, sentences};
use crate::layout::Room;

pub fn actions(visitor: &Visitor, run: &Run) -> Markup {
    let here = visitor.to(&format!("runs/{}", run.id));
    if !visitor.may(Role::Manager) {
        return html! {};
    }
    match run.state {
        State::NeedsReview => html! {
            (Button::post(&format!("{here}/rejection"), "Reject"))
            (Button::post(&format!("{here}/approval"), &format!("Approve {}", changes(run))).icon(Icon::Check).primary())
        },
        _ if has_acted(run) && all(run) > 0 => {
            html! { (Button::link(&format!("{here}/undo"), "Take back").icon(Icon::RotateCcw)) }
        }
        State::Previewed => {
            let runs = visitor.to(&format!("sources/{}/runs", run.source));
            html! {
                form method="post" action=(runs) {
                    (Button::answer("mode", word(Mode::Apply), "Sync now").icon(Icon::RefreshCw).primary())
                }
            }
        }
        _ => html! {},
    }
}

/// It changed assets, or found that none had to be; one that failed half-way did so too.
pub fn has_acted(run: &Run) -> bool {
    match run.state {
        State::Applied | State::Partial => true,
        State::Failed => all(run) > 0,
        _ => false,
    }
}

fn all(run: &Run) -> u64 {
    let counts = &run.counts;
    counts.created + counts.updated + counts.linked + counts.checked_out + counts.checked_in
}

fn changes(run: &Run) -> String {
    counted(all(run), "change", "changes")
}

pub async fn approve(visitor: Visitor, At(id): At<RunId>) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    caller.need(Role::Manager)?;
    let Approved { run, further } = sync::approve(app, caller, id).await?;
    let here = visitor.to(&format!("runs/{id}"));
    let (tone, sentence) = approved(&run, further.is_some());
    let next = further.map(|run| visitor.to(&format!("runs/{run}")));
    let look = next.as_deref().map(|next| Offer::Look(next, "Look at that run"));
    Ok(said_with(&visitor.web, tone, &sentence, look, &here))
}

/// What came of an approval, as the run ended; `further` where another run began behind it.
fn approved(run: &Run, further: bool) -> (Tone, String) {
    match (run.state, further) {
        (State::Applied, false) => (Tone::Success, format!("Approved: {} made.", changes(run))),
        (State::Applied, true) => {
            let made = changes(run);
            (
                Tone::Success,
                format!(
                    "Approved: {made} made. What changed since the plan was made is planned anew by a further run, which follows at once."
                ),
            )
        }
        (State::Superseded, further) => {
            let then = if further {
                "A further run follows at once and makes a plan by the settings of now."
            } else {
                "The next run makes a plan by the settings of now."
            };
            (
                Tone::Warning,
                format!(
                    "Nothing of this plan was done, because the settings of the source changed since it was made. {then}"
                ),
            )
        }
        (State::Failed, _) => {
            (Tone::Danger, "Approved, but the run failed; this page says why.".to_owned())
        }
        _ => (Tone::Info, "Approved.".to_owned()),
    }
}

pub async fn reject(visitor: Visitor, At(id): At<RunId>) -> Result<Response, Refused> {
    sync::reject(&visitor.web.app, &visitor.caller, id).await?;
    Ok(done(&visitor.to(&format!("runs/{id}"))))
}

pub async fn confirm_undo(visitor: Visitor, At(id): At<RunId>) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    let run = runs::run(&visitor.web.app, &visitor.caller, id).await?;
    if !has_acted(&run) {
        let detail = "only a run that was applied can be taken back; hint: look at its page";
        return Err(Refusal::conflict(detail).into());
    }
    let here = visitor.to(&format!("runs/{id}"));
    let counts = &run.counts;
    let consequences = [
        format!("{} it created are deleted with their links.", counted(counts.created, "asset", "assets")),
        format!("{} go back to what they were.", counted(all(&run) - counts.created, "other change", "other changes")),
        "Where something newer stands on top, the asset is left as it is, and you are told.".to_owned(),
        "Employees and catalog entries it made stay.".to_owned(),
        "The next run would do it all again: switch the source off or change its settings first, if you do not want that.".to_owned(),
    ];
    let consequences: Vec<_> = consequences.iter().map(String::as_str).collect();
    let confirm = Confirm {
        action: &format!("{here}/undo"),
        verb: "Take this run back",
        consequences: &consequences,
        back: &here,
        fields: html! {},
    };
    let title = "Take this run back?";
    let inside =
        html! { (PageHeader::new(title).under(&[(&here, &titled(&visitor, &run))])) (confirm) };
    Ok(visitor.page(Room::Sources, title, &inside))
}

/// A long one goes on by itself; the run's page says how far it is, and then what stayed.
pub async fn undo(visitor: Visitor, At(id): At<RunId>) -> Result<Response, Refused> {
    let undone = sync::undo_patiently(&visitor.web.app, &visitor.caller, id).await?;
    let here = visitor.to(&format!("runs/{id}"));
    let Some(undone) = undone else { return Ok(done(&here)) };
    let stands = counted(undone.restored as u64, "asset stands", "assets stand");
    let (tone, sentence) = match undone.kept.len() {
        0 => (Tone::Success, format!("{stands} as before the run.")),
        _ => (Tone::Warning, format!("{stands} as before the run; some stay as they are.")),
    };
    Ok(said(&visitor.web, tone, &sentence, &here))
}

/// How far the taking back is.
pub fn taking_back(undo: &Undo) -> Markup {
    let progress = Progress {
        label: "Taking back",
        done: few(undo.seen),
        total: Some(few(undo.total)),
        unit: "changes",
    };
    html! {
        (Panel::new("Under way").body(html! {
            (progress)
            p.quiet-text.small { "You may leave this page; the work goes on, and its page stays here." }
        }))
    }
}

/// What stood in the way, and why.
pub async fn kept(visitor: &Visitor, run: &Run) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let kept = undos::kept(app, caller, &sync::cause(run.id), None, undos::KEPT).await?;
    let mut wanted = Wanted::default();
    for kept in &kept {
        wanted.id(kept.asset);
    }
    let names = names(app, caller, wanted).await?;
    let columns = [Column::new("Asset").title(), Column::new("Why it stays").wrap()];
    let rows = kept.iter().map(|kept| {
        let id = kept.asset.to_string();
        let tag = names.get(&id).unwrap_or("an asset that is gone");
        let href = visitor.to(&format!("assets/{id}"));
        Row::new(vec![html! { a href=(href) { (tag) } }, html! { (sentences(&kept.why)) }])
    });
    let rows: Vec<_> = rows.collect();
    Ok(html! {
        @if !rows.is_empty() {
            (Panel::new("Left as they are").edge_to_edge(html! { (Table::new("Left as they are", &columns, rows)) }))
        }
    })
}
