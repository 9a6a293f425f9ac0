//! What was last decided about every device of a source, changed or not, each with why.

use std::collections::BTreeMap;

use app::names::{Names, Wanted};
use app::runs::{self, OutcomeFilter};
use app::sources;
use axum::extract::Query;
use domain::id::SourceId;
use maud::{Markup, html};
use reconcile::explain;
use reconcile::plan::{DeviceOutcome, Verdict};
use reconcile::survey::DeviceId;

use super::super::answers::Answers;
use super::super::at::At;
use super::super::visitor::Visitor;
use super::super::words::counted;
use crate::components::{
    Column, Icon, PageHeader, Row, Table, badge, copyable, empty, search_box, turner, views,
};
use crate::error::Refused;
use crate::layout::Room;

const ROWS: u32 = 100;

pub const VERDICTS: [(Verdict, &str, &str); 7] = [
    (Verdict::Matched, "matched", "Known"),
    (Verdict::Unmatched, "unmatched", "Not known"),
    (Verdict::Ambiguous, "ambiguous", "Several could be meant"),
    (Verdict::Contradicted, "contradicted", "Rules disagree"),
    (Verdict::Duplicated, "duplicated", "Twin of another device"),
    (Verdict::Absent, "absent", "Not seen"),
    (Verdict::Awaiting, "awaiting", "Not enrolled yet"),
];

pub async fn devices(
    visitor: Visitor,
    At(id): At<SourceId>,
    Query(asked): Query<Answers>,
) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let source = sources::source(app, caller, id).await?;
    let after = asked.some("after").map(DeviceId::new);
    let found = runs::devices(app, caller, id, filter(&asked), after, ROWS).await?;
    let counts = runs::verdicts(app, caller, id).await?;
    let names = tags(&visitor, &found).await?;
    let here = visitor.to(&format!("sources/{id}/devices"));
    let next = found.last().filter(|_| found.len() >= ROWS as usize);
    let next = next.map(|last| asked.with("after", last.device_id.as_str()).at(&here));
    let trail = [
        (&*visitor.to("sources"), "Sources"),
        (&*visitor.to(&format!("sources/{id}")), &source.name),
    ];
    let inside = html! {
        (PageHeader::new("Devices").under(&trail).lead(html! { "What the last run decided about each, and why." }))
        div.toolbar {
            (search_box(&here, asked.get("q"), "Search devices", &kept(&asked), "#main"))
            (chosen(&asked, &here, &counts))
        }
        @if found.is_empty() { (empty(Icon::Search, "No device fits", "Try another word or another filter.", &html! {})) }
        @else { (table(&visitor, &found, &names)) (turner(None, next.as_deref())) }
    };
    Ok(visitor.list_page(Room::Sources, "Devices", &inside))
}

fn filter(asked: &Answers) -> OutcomeFilter {
    let verdict = VERDICTS.iter().find(|(_, word, _)| *word == asked.get("verdict"));
    OutcomeFilter {
        verdict: verdict.map(|(verdict, ..)| *verdict),
        unchanged_by: asked.get("unchanged_by").parse().ok(),
        q: asked.some("q").map(str::to_owned),
    }
}

async fn tags(visitor: &Visitor, found: &[DeviceOutcome]) -> Result<Names, Refused> {
    let mut wanted = Wanted::default();
    found.iter().filter_map(|outcome| outcome.asset).for_each(|asset| wanted.id(asset));
    Ok(app::names::names(&visitor.web.app, &visitor.caller, wanted).await?)
}

fn kept(asked: &Answers) -> Vec<(&str, &str)> {
    asked.pairs().filter(|(name, _)| !matches!(*name, "q" | "after")).collect()
}

/// All, or one verdict; only those that occur are offered.
fn chosen(asked: &Answers, here: &str, counts: &BTreeMap<Verdict, u32>) -> Markup {
    let some = VERDICTS.iter().filter_map(|(verdict, word, label)| {
        counts.get(verdict).map(|count| (*word, format!("{label} ({count})")))
    });
    let all: Vec<_> = std::iter::once(("", "All".to_owned()))
        .chain(some)
        .map(|(word, label)| {
            let href = asked.without("after").with("verdict", word).at(here);
            (href, label, asked.get("verdict") == word)
        })
        .collect();
    let shown: Vec<_> =
        all.iter().map(|(href, label, now)| (href.as_str(), label.as_str(), *now)).collect();
    views("Verdict", &shown)
}

fn table(visitor: &Visitor, found: &[DeviceOutcome], names: &Names) -> Markup {
    let columns = [
        Column::new("Device").title(),
        Column::new("Serial"),
        Column::new("Asset"),
        Column::new("Why").wrap(),
        Column::new("Verdict").aside(),
    ];
    let rows = found.iter().map(|outcome| {
        let name = outcome.name.as_deref().unwrap_or_else(|| outcome.device_id.as_str());
        Row::new(vec![
            html! { span title=(outcome.device_id) { (name) } },
            copyable(outcome.serial.as_deref().unwrap_or_default()),
            asset(visitor, outcome, names),
            html! { (why(outcome)) },
            badge(None, VERDICTS.iter().find(|(v, ..)| *v == outcome.verdict).map_or("", |v| v.2)),
        ])
    });
    html! { (Table::new(&counted(found.len() as u64, "device", "devices"), &columns, rows.collect())) }
}

/// One that a held plan only proposes has no name yet, and no page.
fn asset(visitor: &Visitor, outcome: &DeviceOutcome, names: &Names) -> Markup {
    let id = outcome.asset.map(|id| id.to_string());
    let known = id.as_deref().and_then(|id| Some((id, names.get(id)?)));
    html! { @if let Some((id, tag)) = known { a href=(visitor.to(&format!("assets/{id}"))) { (tag) } } }
}

fn why(outcome: &DeviceOutcome) -> String {
    outcome.reasons.iter().map(explain::sentence).collect::<Vec<_>>().join(" ")
}
