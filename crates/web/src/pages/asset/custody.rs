//! Handing an asset to someone or somewhere, and taking it back.

use app::assets::{self, AssetRow};
use app::people::{self, EmployeeQuery};
use app::{Refusal, catalog, custody};
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::Custodian;
use domain::access::Role;
use jiff::civil::Date;
use maud::{Markup, html};

use super::super::answers::{Answers, Wrong};
use super::super::assets::path;
use super::super::done::said;
use super::super::visitor::Visitor;
use crate::components::{Button, Field, PageHeader, Pick, Tone, search_box};
use crate::error::Refused;
use crate::layout::Room;

/// People and places shown at once; the search brings the others.
const SHOWN: usize = 8;

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
        Ok(()) => Ok(said(&visitor.web, Tone::Success, "Checked out.", &path(&visitor, &row))),
        Err(refusal) => {
            let page = out_view(&visitor, &row, &answers, &Wrong::fields(refusal)?).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

async fn handed(visitor: &Visitor, row: &AssetRow, answers: &Answers) -> Result<(), Refusal> {
    let to = custodian(answers.get("to"))
        .ok_or_else(|| Refusal::invalid("to", "choose who or where; hint: search for a name"))?;
    let due_on = answers.some("due_on").map(str::parse::<Date>).transpose();
    let due_on = due_on.map_err(|_| {
        Refusal::invalid("due_on", "this is no date; hint: write it like 2027-01-31")
    })?;
    let note = answers.some("note").map(str::to_owned);
    custody::check_out(&visitor.web.app, &visitor.caller, row.asset.id, to, due_on, note).await?;
    Ok(())
}

fn custodian(id: &str) -> Option<Custodian> {
    let employee = id.parse().ok().map(Custodian::Employee);
    employee.or_else(|| id.parse().ok().map(Custodian::Location))
}

async fn out_view(
    visitor: &Visitor,
    row: &AssetRow,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let here = path(visitor, row);
    let action = format!("{here}/checkout");
    let (people, places) = offered(visitor, answers.get("q")).await?;
    let nobody = people.is_empty() && places.is_empty();
    let picks: Vec<_> = people
        .iter()
        .chain(&places)
        .map(|(id, name, hint)| Pick::new(id, name).hint(hint))
        .collect();
    let inside = html! {
        (head(visitor, row, &format!("Check out {}", row.asset.tag)))
        div.narrow.stack {
            div.toolbar { (search_box(&action, answers.get("q"), "Search people and locations", &[], "#offered")) }
            form.form method="post" action=(action) {
                div id="offered" {
                    @if nobody {
                        p.quiet-text { (if answers.get("q").is_empty() { "There is nobody and nowhere to hand it to yet. " } else { "Nobody and nowhere by that name. " }) a href=(visitor.to("employees/new")) { "Add an employee" } " or " a href=(visitor.to("locations")) { "a location" } " first." }
                    } @else {
                        (Field::new("to", "To").error(wrong.at("to")).radios(&picks, answers.get("to")))
                    }
                }
                (Field::new("due_on", "Due back").hint("Leave blank if they keep it").error(wrong.at("due_on")).date(answers.get("due_on")))
                (Field::new("note", "Note").hint("Stands in the history").text(answers.get("note")))
                div.form-actions { (Button::submit("Check out").primary()) (Button::link(&here, "Cancel").quiet()) }
            }
        }
    };
    Ok(visitor.page(Room::Assets, "Check out", &inside))
}

type Offered = Vec<(String, String, String)>;

/// Id, name and a hint of people who have not left, and of places.
async fn offered(visitor: &Visitor, q: &str) -> Result<(Offered, Offered), Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let query = EmployeeQuery {
        q: Some(q.to_owned()).filter(|q| !q.is_empty()),
        leaver: Some(false),
        limit: SHOWN,
        ..EmployeeQuery::default()
    };
    let people = people::list(app, caller, query).await?.items.into_iter().map(|row| {
        let mail = row.employee.email.map(|mail| mail.to_string()).unwrap_or_default();
        (row.employee.id.to_string(), row.employee.name, mail)
    });
    let key = domain::text::key(q);
    let places = catalog::locations(app, caller).await?;
    let places = places
        .into_iter()
        .filter(|(place, _)| domain::text::key(&place.name).contains(&key))
        .take(SHOWN)
        .map(|(place, _)| (place.id.to_string(), place.name, "Location".to_owned()));
    Ok((people.collect(), places.collect()))
}

pub async fn checkin_form(visitor: Visitor, Path((_, which)): Which) -> Result<Markup, Refused> {
    let row = found(&visitor, &which).await?;
    let here = path(&visitor, &row);
    let from = row.custodian.as_deref().unwrap_or("nobody");
    let inside = html! {
        (head(&visitor, &row, &format!("Check in {}", row.asset.tag)))
        form.form method="post" action={ (here) "/checkin" } {
            p { (from) " gives it back; the asset is free to be handed out again." }
            (Field::new("note", "Note").hint("Its condition, what was missing; stands in the history").text(""))
            div.form-actions { (Button::submit("Check in").primary()) (Button::link(&here, "Cancel").quiet()) }
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
    let note = answers.some("note").map(str::to_owned);
    custody::check_in(&visitor.web.app, &visitor.caller, row.asset.id, note).await?;
    Ok(said(&visitor.web, Tone::Success, "Checked in.", &path(&visitor, &row)))
}

fn head(visitor: &Visitor, row: &AssetRow, title: &str) -> Markup {
    let (list, here) = (visitor.to("assets"), path(visitor, row));
    let trail = [(list.as_str(), "Assets"), (here.as_str(), row.asset.tag.as_str())];
    let name = row.asset.name.as_deref().or(row.product.as_deref()).unwrap_or_default();
    html! { (PageHeader::new(title).under(&trail).lead(html! { (name) })) }
}
