//! Handing an asset to someone or somewhere, and taking it back.

use app::assets::{self, AssetRow};
use app::{Refusal, custody};
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::catalog::StatusKind;
use domain::event::Subject;
use jiff::civil::Date;
use maud::{Markup, html};

use super::super::answers::{Answers, Wrong};
use super::super::assets::path;
use super::super::bulks::said_of;
use super::super::checkouts::{Handed, back, handing, offered, returning};
use super::super::visitor::Visitor;
use crate::components::{Button, Callout, Field, PageHeader, Tone, search_box_wanted};
use crate::error::Refused;
use crate::layout::Room;

/// A day that is past is taken as it is given, but not silently.
const LATE: &str = "Checked out. The day it is due back has passed already.";

/// Says that the way began at the page that a scanned label opens.
pub const SCANNED: &str = "scanned";

type Which = Path<(String, String)>;

async fn found(visitor: &Visitor, which: &str) -> Result<AssetRow, Refused> {
    visitor.caller.need(Role::Operator)?;
    Ok(assets::named(&visitor.web.app, &visitor.caller, which).await?)
}

pub async fn checkout_form(
    visitor: Visitor,
    Path((_, which)): Which,
    Query(asked): Query<Answers>,
) -> Result<Markup, Refused> {
    let row = found(&visitor, &which).await?;
    out_view(&visitor, &row, &asked, &Wrong::default()).await
}

pub async fn check_out(
    visitor: Visitor,
    Path((_, which)): Which,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    let row = found(&visitor, &which).await?;
    match handed(&visitor, &row, &answers).await {
        Ok(due_on) => {
            let late = due_on.is_some_and(|due| due < visitor.now.date_of(visitor.now.at));
            let sentence = if late { LATE } else { "Checked out." };
            said_of(&visitor, row.asset.id, sentence, &begun_at(&visitor, &row, &answers)).await
        }
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            let page = out_view(&visitor, &row, &answers, &wrong).await?;
            Ok((wrong.status(), page).into_response())
        }
    }
}

/// Answers the day it is due back. From somebody's hands it is taken only where the form said in
/// whose it is.
async fn handed(
    visitor: &Visitor,
    row: &AssetRow,
    answers: &Answers,
) -> Result<Option<Date>, Refusal> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let Handed { to, due_on, note } = Handed::read(answers)?;
    let one = custody::One::from(row.asset.id);
    if holder(row).is_some_and(|holder| holder == answers.get("from")) {
        let one = custody::One { version: Some(row.asset.version), ..one };
        custody::hand_on(app, caller, one, to, due_on, note).await?;
    } else {
        custody::check_out(app, caller, one, to, due_on, note).await?;
    }
    Ok(due_on)
}

/// Whoever stands before the thing with a phone goes on where its label led them.
fn begun_at(visitor: &Visitor, row: &AssetRow, answers: &Answers) -> String {
    let here = path(visitor, row);
    if answers.ticked(SCANNED) { format!("{here}/sighting") } else { here }
}

fn scanned(answers: &Answers) -> Option<(&'static str, &'static str)> {
    answers.ticked(SCANNED).then_some((SCANNED, "on"))
}

fn holder(row: &AssetRow) -> Option<String> {
    row.asset.custodian.map(|custodian| Subject::from(custodian).id())
}

async fn out_view(
    visitor: &Visitor,
    row: &AssetRow,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let (here, back) = (path(visitor, row), begun_at(visitor, row, answers));
    let action = format!("{here}/checkout");
    let kept = scanned(answers);
    let on = kept.map(|(name, value)| format!("?{name}={value}")).unwrap_or_default();
    let checkin = format!("{here}/checkin{on}");
    let offer = offered(visitor, Some(row.asset.id), answers).await?;
    let odd = row.status.kind != StatusKind::Ready;
    let from = holder(row);
    let verb = if from.is_some() { "Check in and hand over" } else { "Check out" };
    let inside = html! {
        (head(visitor, row, &format!("Check out {}", row.asset.tag)))
        div.narrow.stack {
            (wrong.callout())
            @if from.is_some() {
                (Callout::new(Tone::Warning, &format!("{} has it", row.custodian.as_deref().unwrap_or("Somebody")))
                    .body(html! { "It is checked in first, then checked out to whom you choose." })
                    .action(html! { (Button::link(&checkin, "Only check in")) }))
            }
            @if odd {
                (Callout::new(Tone::Info, &format!("Its status is {}", row.status.name)).body(html! { "Change the status first if it should not go out." }))
            }
            div.toolbar { (search_box_wanted(&action, (answers.get("q"), wrong.is_none()), "Search people, places, assets", kept.as_slice(), "#offered")) }
            form.form method="post" action=(action) {
                @if let Some(from) = &from { input type="hidden" name="from" value=(from); }
                @if let Some((name, value)) = kept { input type="hidden" name=(name) value=(value); }
                (handing(visitor, &offer, answers, wrong))
                div.form-actions { (Button::submit(verb).primary()) (Button::link(&back, "Cancel").quiet()) }
            }
        }
    };
    Ok(visitor.page(Room::Assets, "Check out", &inside))
}

pub async fn checkin_form(
    visitor: Visitor,
    Path((_, which)): Which,
    Query(asked): Query<Answers>,
) -> Result<Markup, Refused> {
    let row = found(&visitor, &which).await?;
    in_view(&visitor, &row, &asked, &Wrong::default()).await
}

async fn in_view(
    visitor: &Visitor,
    row: &AssetRow,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let (here, back) = (path(visitor, row), begun_at(visitor, row, answers));
    let from = row.custodian.as_deref().unwrap_or("nobody");
    let returning = returning(visitor, answers, wrong).await?;
    let inside = html! {
        (head(visitor, row, &format!("Check in {}", row.asset.tag)))
        div.narrow.stack {
            (wrong.callout())
            form.form method="post" action={ (here) "/checkin" } {
                @if let Some((name, value)) = scanned(answers) { input type="hidden" name=(name) value=(value); }
                p { (from) " gives it back; the asset is free to be handed out again." }
                (returning)
                (Field::new("note", "Note").hint("Its condition, what was missing; stands in the history").text(answers.get("note")))
                div.form-actions { (Button::submit("Check in").primary().wanted(wrong.is_none())) (Button::link(&back, "Cancel").quiet()) }
            }
        }
    };
    Ok(visitor.page(Room::Assets, "Check in", &inside))
}

pub async fn check_in(
    visitor: Visitor,
    Path((_, which)): Which,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    let row = found(&visitor, &which).await?;
    match taken_back(&visitor, &row, &answers).await {
        Ok(()) => {
            let back = begun_at(&visitor, &row, &answers);
            said_of(&visitor, row.asset.id, "Checked in.", &back).await
        }
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            let page = in_view(&visitor, &row, &answers, &wrong).await?;
            Ok((wrong.status(), page).into_response())
        }
    }
}

async fn taken_back(visitor: &Visitor, row: &AssetRow, answers: &Answers) -> Result<(), Refusal> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let note = answers.some("note").map(str::to_owned);
    custody::check_in(app, caller, row.asset.id.into(), back(answers)?, note).await?;
    Ok(())
}

fn head(visitor: &Visitor, row: &AssetRow, title: &str) -> Markup {
    let (list, here) = (visitor.to("assets"), path(visitor, row));
    let trail = [(list.as_str(), "Assets"), (here.as_str(), row.asset.tag.as_str())];
    let name = row.asset.name.as_deref().or(row.product.as_deref()).unwrap_or_default();
    html! { (PageHeader::new(title).under(&trail).lead(html! { (name) })) }
}
