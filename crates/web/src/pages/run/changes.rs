//! The changes of a run, in groups by kind; each with before, after and the reason's sentence.

use std::collections::BTreeSet;

use app::names::{Names, Wanted, names_in_plan};
use app::runs::{self, ChangeKind, KeptChange, Run, State};
use domain::id::AssetId;
use domain::{Field, FieldChange};
use maud::{Markup, html};
use reconcile::explain;
use reconcile::plan::{Edit, Step};
use serde_json::Value;

use super::super::answers::Answers;
use super::super::visitor::{Visitor, few};
use super::super::words::{self, Told, Whose};
use crate::components::{Button, Change, Icon, Planned, plan_group};
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
        @if only.is_some() { div.row { (Button::link(&here, "All kinds of changes").icon(Icon::ArrowLeft)) } }
        @for group in groups { (group) }
    })
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
    let names = names_in_plan(app, caller, run.id, wanted(&found)).await?;
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
    let mut moved = Vec::new();
    let mut reasons = BTreeSet::new();
    let mut serial =
        change.link.as_ref().and_then(|link| link.serial.as_ref()).map(ToString::to_string);
    for step in steps {
        if let Step::Create { asset, .. } = step {
            serial = asset.serial.as_ref().map(ToString::to_string);
        }
        moved.extend(told(step, change.asset, names));
        reasons.extend(why(step));
    }
    // An asset that a plan only proposes has no page yet.
    let exists = change.version.is_some() || matches!(run.state, State::Applied | State::Partial);
    let href = visitor.to(&format!("assets/{}", change.asset));
    let asset =
        html! { @if exists { a href=(href) { (change.tag) } } @else { strong { (change.tag) } } };
    let reason = reasons.into_iter().collect::<Vec<_>>().join(" ");
    // Often the tag is the serial; once is enough.
    let serial = serial.filter(|serial| *serial != change.tag).unwrap_or_default();
    Line { asset, serial, moved, reason }
}

fn told(step: &Step, asset: AssetId, names: &Names) -> Vec<Told> {
    match step {
        Step::Relink { from, .. } => {
            let (before, after) = (from.to_string(), "its new one".into());
            vec![Told { field: "Device id".into(), before, after }]
        }
        Step::Archive { .. } => {
            vec![Told { field: "Archived".into(), before: String::new(), after: "Yes".into() }]
        }
        step => words::told(&moved(step), Whose::Asset(Some(asset)), names),
    }
}

/// What a step sets; tag and serial of a new asset stand beside it already.
fn moved(step: &Step) -> Vec<FieldChange> {
    let custodian = |to: &domain::Custodian| serde_json::to_value(to).unwrap_or_default();
    let change = |field, before, after| FieldChange { field, before, after };
    let edits = |edits: &[Edit]| -> Vec<FieldChange> {
        let one = |edit: &Edit| change(edit.field.clone(), edit.before.clone(), edit.after.clone());
        edits.iter().map(one).collect()
    };
    match step {
        Step::Create { asset, .. } => {
            let whole = asset.clone().into_asset(domain::Timestamp::UNIX_EPOCH);
            let beside = |field: &Field| matches!(field, Field::Tag | Field::Serial);
            let all = whole.as_changes().into_iter();
            all.filter(|change| !beside(&change.field)).collect()
        }
        Step::Edit { edits: some } => edits(some),
        Step::CheckIn { from, .. } => {
            vec![change(Field::Custodian, custodian(from), Value::Null)]
        }
        Step::CheckOut { to, edits: some, .. } => {
            let mut all = vec![change(Field::Custodian, Value::Null, custodian(to))];
            all.extend(edits(some));
            all
        }
        Step::Link { .. } | Step::Relink { .. } | Step::Archive { .. } => Vec::new(),
    }
}

fn why(step: &Step) -> Vec<String> {
    match step {
        Step::Create { reason, .. }
        | Step::Link { reason }
        | Step::Relink { reason, .. }
        | Step::CheckIn { reason, .. }
        | Step::Archive { reason } => vec![explain::sentence(reason)],
        Step::CheckOut { reason, edits, .. } => std::iter::once(reason)
            .chain(edits.iter().map(|edit| &edit.reason))
            .map(explain::sentence)
            .collect(),
        Step::Edit { edits } => edits.iter().map(|edit| explain::sentence(&edit.reason)).collect(),
    }
}

fn wanted(found: &[KeptChange]) -> Wanted {
    let mut wanted = Wanted::default();
    for kept in found {
        for step in &kept.change.steps {
            wanted.all_in(&serde_json::to_value(step).unwrap_or_default());
            wanted.changes(&moved(step), Whose::Asset(Some(kept.change.asset)));
        }
    }
    wanted
}
