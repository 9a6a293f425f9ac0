//! The changes of a run, in groups by kind; each with before, after and the reason's sentence.

use std::collections::BTreeSet;

use app::names::{Names, names_in_plan};
use app::reports::Format;
use app::reports::run_changes::RunChanges;
use app::runs::{self, ChangeKind, KeptChange, Run, State, steps};
use axum::extract::Query;
use axum::response::Response;
use domain::id::RunId;
use maud::{Markup, html};

use super::super::answers::Answers;
use super::super::assets::downloads;
use super::super::at::At;
use super::super::visitor::{Visitor, few};
use super::super::words::{self, Told};
use crate::components::{Button, Change, Icon, Planned, plan_group};
use crate::download;
use crate::error::Refused;

/// Of each kind on the first page, and on the page of one kind.
const FIRST: u32 = 20;
const PAGE: u32 = 100;

pub async fn groups(visitor: &Visitor, run: &Run, asked: &Answers) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let planned = runs::planned(app, caller, run.id).await?;
    let Some(counts) = planned else {
        let kept = run.counts == reconcile::plan::Counts::default();
        return Ok(
            html! { @if !kept { p.quiet-text { "The plan of this run is no longer kept; each asset's history still tells what happened." } } },
        );
    };
    let only = ChangeKind::parse(asked.get("kind"));
    let kinds = [
        (ChangeKind::CheckedIn, counts.checked_in),
        (ChangeKind::CheckedOut, counts.checked_out),
        (ChangeKind::Updated, counts.updated),
        (ChangeKind::Linked, counts.linked),
        (ChangeKind::Created, counts.created),
    ];
    let mut groups = Vec::new();
    for (kind, total) in kinds {
        if total > 0 && only.is_none_or(|only| only == kind) {
            groups.push(group(visitor, run, kind, total, only.and(Some(asked))).await?);
        }
    }
    let here = visitor.to(&format!("runs/{}", run.id));
    Ok(html! {
        @if !groups.is_empty() {
            div.row {
                @if only.is_some() { (Button::link(&here, "All kinds of changes").icon(Icon::ArrowLeft)) }
                (downloads(visitor, &asked.without("after"), &format!("runs/{}/changes", run.id)))
            }
        }
        @for group in groups { (group) }
    })
}

/// Every change of the kind that is shown, of every asset.
pub async fn csv(
    visitor: Visitor,
    At(id): At<RunId>,
    Query(asked): Query<Answers>,
) -> Result<Response, Refused> {
    file(&visitor, id, &asked, Format::Csv).await
}

pub async fn xlsx(
    visitor: Visitor,
    At(id): At<RunId>,
    Query(asked): Query<Answers>,
) -> Result<Response, Refused> {
    file(&visitor, id, &asked, Format::Xlsx).await
}

async fn file(
    visitor: &Visitor,
    run: RunId,
    asked: &Answers,
    format: Format,
) -> Result<Response, Refused> {
    let kind = ChangeKind::parse(asked.get("kind"));
    download::file(visitor, Box::new(RunChanges { run, kind }), format).await
}

async fn group(
    visitor: &Visitor,
    run: &Run,
    kind: ChangeKind,
    total: u64,
    alone: Option<&Answers>,
) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let limit = if alone.is_some() { PAGE } else { FIRST };
    let after = alone.and_then(|asked| asked.get("after").parse().ok());
    let found = runs::changes(app, caller, run.id, Some(kind), after, limit).await?;
    let names = names_in_plan(app, caller, run.id, steps::wanted(&found)).await?;
    let told: Vec<Line> = found.iter().map(|kept| line(visitor, run, kind, kept, &names)).collect();
    let changes: Vec<Vec<Change<'_>>> =
        told.iter().map(|line| line.moved.iter().map(words::change).collect()).collect();
    let planned: Vec<_> = told
        .iter()
        .zip(&changes)
        .map(|(line, changes)| Planned {
            asset: line.asset.clone(),
            serial: &line.serial,
            changes,
            reason: &line.reason,
        })
        .collect();
    let (title, icon) = face(kind);
    let more = u64::from(few(found.len())) < total && found.len() == limit as usize;
    let next = more.then(|| {
        let after = found.last().filter(|_| alone.is_some()).map(|kept| kept.position.to_string());
        Answers::default()
            .with("kind", kind.as_str())
            .with("after", &after.unwrap_or_default())
            .at(&visitor.to(&format!("runs/{}", run.id)))
    });
    Ok(html! {
        (plan_group(title, icon, few(total), true, &planned))
        @if let Some(next) = &next {
            div.row { (Button::link(next, if alone.is_some() { "Next" } else { "Show all of them" }).icon(Icon::ArrowRight)) }
        }
    })
}

const fn face(kind: ChangeKind) -> (&'static str, Icon) {
    match kind {
        ChangeKind::Created => ("Create", Icon::Plus),
        ChangeKind::Updated => ("Update", Icon::Pencil),
        ChangeKind::Linked => ("Link", Icon::Link),
        ChangeKind::CheckedOut => ("Check out", Icon::ArrowRight),
        ChangeKind::CheckedIn => ("Check in", Icon::ArrowLeft),
    }
}

/// One asset's part in a group, owned, so that components can borrow it.
struct Line {
    asset: Markup,
    serial: String,
    moved: Vec<Told>,
    reason: String,
}

fn line(visitor: &Visitor, run: &Run, kind: ChangeKind, kept: &KeptChange, names: &Names) -> Line {
    let change = &kept.change;
    let steps = change.steps.iter().filter(|step| ChangeKind::of(step) == kind);
    let steps: Vec<_> = steps.collect();
    let moved = steps.iter().flat_map(|step| steps::told(step, change.asset, names)).collect();
    let reasons: BTreeSet<String> = steps.iter().flat_map(|step| steps::why(step)).collect();
    // An asset that a plan only proposes has no page yet.
    let exists = change.version.is_some() || matches!(run.state, State::Applied | State::Partial);
    let href = visitor.to(&format!("assets/{}", change.asset));
    let asset =
        html! { @if exists { a href=(href) { (change.tag) } } @else { strong { (change.tag) } } };
    let reason = reasons.into_iter().collect::<Vec<_>>().join(" ");
    let serial = steps::serial(change, steps).unwrap_or_default();
    Line { asset, serial, moved, reason }
}
