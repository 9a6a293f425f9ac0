//! What a person decides about an import: apply its plan, discard the file, or take it back.

use std::time::Duration;

use app::Refusal;
use app::imports::{self, Undone};
use app::names::{Wanted, names};
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::event::Subject;
use domain::id::ImportId;
use domain::imports::State;
use maud::{Markup, html};

use crate::components::{Button, Column, Confirm, Icon, PageHeader, Panel, Row, Table, Tone};
use crate::error::{Refused, sentences};
use crate::layout::Room;
use crate::pages::activity;
use crate::pages::answers::Answers;
use crate::pages::at::At;
use crate::pages::done::{done, said};
use crate::pages::visitor::Visitor;
use crate::pages::words::counted;

/// What takes longer than this goes on by itself, and the import's page shows how far it is.
const PATIENCE: Duration = Duration::from_millis(2_500);

/// Its answer, if it comes soon.
pub(super) async fn patiently<T: Send + 'static>(
    visitor: &Visitor,
    id: ImportId,
    work: impl Future<Output = Result<T, Refusal>> + Send + 'static,
) -> Option<Result<T, Refusal>> {
    imports::begun(&visitor.web.app, id, PATIENCE, work).await
}

pub async fn apply(
    visitor: Visitor,
    At(id): At<ImportId>,
    Query(asked): Query<Answers>,
) -> Result<Response, Refused> {
    visitor.caller.need(Role::Manager)?;
    let (app, caller) = (visitor.web.app.clone(), visitor.caller.clone());
    imports::import(&app, &caller, id).await?;
    let version = asked.get("version").parse().ok();
    let work = async move { imports::apply(&app, &caller, id, version).await };
    let here = visitor.to(&format!("imports/{id}"));
    Ok(match patiently(&visitor, id, work).await {
        None => done(&here),
        Some(Ok(import)) => {
            let all = u64::from(import.counts.create) + u64::from(import.counts.change);
            let sentence = format!("Applied {}.", counted(all, "row", "rows"));
            said(&visitor.web, Tone::Success, &sentence, &here)
        }
        Some(Err(Refusal::Stale)) => {
            let sentence = "The plan changed since you looked at it. This is the one that stands.";
            said(&visitor.web, Tone::Warning, sentence, &here)
        }
        Some(Err(refusal @ Refusal::Conflict { .. })) => {
            said(&visitor.web, Tone::Warning, &sentences(&refusal.to_string()), &here)
        }
        Some(Err(refusal)) => return Err(refusal.into()),
    })
}

pub async fn confirm_discard(visitor: Visitor, At(id): At<ImportId>) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    let import = imports::import(&visitor.web.app, &visitor.caller, id).await?;
    let (list, here) = (visitor.to("imports"), visitor.to(&format!("imports/{id}")));
    let title = format!("Discard {}?", import.name);
    let confirm = Confirm {
        action: &format!("{here}/delete"),
        verb: "Discard",
        consequences: &[
            "The file's rows and their plan are forgotten.",
            "Nothing of it was applied, so no asset and no employee changes.",
        ],
        back: &here,
        fields: html! {},
    };
    let inside = html! { (PageHeader::new(&title).under(&[(&list, "Imports")])) (confirm) };
    Ok(visitor.page(Room::Imports, &title, &inside))
}

pub async fn discard(visitor: Visitor, At(id): At<ImportId>) -> Result<Response, Refused> {
    imports::discard(&visitor.web.app, &visitor.caller, id).await?;
    Ok(said(&visitor.web, Tone::Success, "The file was discarded.", &visitor.to("imports")))
}

pub async fn confirm_undo(visitor: Visitor, At(id): At<ImportId>) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    let import = imports::import(&visitor.web.app, &visitor.caller, id).await?;
    if import.state != State::Applied {
        let detail = "only an import that was applied can be taken back; hint: look at its page";
        return Err(Refusal::conflict(detail).into());
    }
    let (list, here) = (visitor.to("imports"), visitor.to(&format!("imports/{id}")));
    let counts = &import.counts;
    let what = import.what.as_str();
    let made = counted(counts.create.into(), "row", "rows");
    let mut consequences = Vec::new();
    if counts.create > 0 {
        consequences.push(format!("The {what} that {made} created are deleted."));
    }
    if counts.change > 0 {
        let changed = counted(counts.change.into(), "row", "rows");
        consequences.push(format!("The {what} that {changed} changed go back to what they were."));
    }
    consequences
        .push("Where something newer stands on top, it is left as it is, and you are told.".into());
    let kinds = import.new.counts();
    if !kinds.is_empty() {
        let kinds: Vec<String> =
            kinds.into_iter().map(|(count, one, many)| counted(count as u64, one, many)).collect();
        let kinds = kinds.join(", ");
        consequences.push(format!(
            "What it made on the way goes too, where nothing else points at it: {kinds}."
        ));
    }
    let consequences: Vec<_> = consequences.iter().map(String::as_str).collect();
    let confirm = Confirm {
        action: &format!("{here}/undo"),
        verb: "Take this import back",
        consequences: &consequences,
        back: &here,
        fields: html! {},
    };
    let title = "Take this import back?";
    let trail = [(list.as_str(), "Imports"), (here.as_str(), import.name.as_str())];
    let inside = html! { (PageHeader::new(title).under(&trail)) (confirm) };
    Ok(visitor.page(Room::Imports, title, &inside))
}

/// Answers with a page of its own: what could not be taken back is said once, and in full.
pub async fn undo(visitor: Visitor, At(id): At<ImportId>) -> Result<Response, Refused> {
    visitor.caller.need(Role::Manager)?;
    let (app, caller) = (visitor.web.app.clone(), visitor.caller.clone());
    imports::import(&app, &caller, id).await?;
    let work = async move { imports::undo(&app, &caller, id).await };
    match patiently(&visitor, id, work).await {
        None => Ok(done(&visitor.to(&format!("imports/{id}")))),
        Some(undone) => Ok(taken_back(&visitor, id, &undone?).await?.into_response()),
    }
}

async fn taken_back(visitor: &Visitor, id: ImportId, undone: &Undone) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let import = imports::import(app, caller, id).await?;
    let (list, here) = (visitor.to("imports"), visitor.to(&format!("imports/{id}")));
    let mut wanted = Wanted::default();
    undone.kept.iter().for_each(|(id, _)| wanted.id(id));
    let names = names(app, caller, wanted).await?;
    let columns = [Column::new("What").title(), Column::new("Why it stays").wrap()];
    let rows = undone.kept.iter().map(|(id, why)| {
        let name = names.called(id);
        let href = Subject::parse(id).map(|what| visitor.to(&activity::path(what)));
        let what =
            html! { @if let Some(href) = href { a href=(href) { (name) } } @else { (name) } };
        Row::new(vec![what, html! { (sentences(why)) }])
    });
    let rows: Vec<_> = rows.collect();
    let one = if import.what.as_str() == "assets" { "asset stands" } else { "employee stands" };
    let many = if import.what.as_str() == "assets" { "assets stand" } else { "employees stand" };
    let unmade = counted(undone.unmade as u64, "thing", "things");
    let lead = html! {
        (counted(undone.restored as u64, one, many)) " as before the import."
        @if undone.unmade > 0 { " " (unmade) " that it made on the way went too." }
    };
    let trail = [(list.as_str(), "Imports"), (here.as_str(), import.name.as_str())];
    let inside = html! {
        (PageHeader::new("Taken back").under(&trail).lead(lead))
        @if !rows.is_empty() {
            (Panel::new("Left as they are").edge_to_edge(html! { (Table::new("Left as they are", &columns, rows)) }))
        }
        div.row { (Button::link(&here, "Back to the import").icon(Icon::ArrowLeft)) }
    };
    Ok(visitor.page(Room::Imports, "Taken back", &inside))
}
