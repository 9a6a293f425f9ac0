//! Statuses: the tenant's own labels, each of a fixed kind, in the tenant's own order.

use app::catalog::StatusRow;
use app::{Refusal, catalog};
use axum::Form;
use axum::extract::Query;
use axum::response::Response;
use domain::access::Role;
use domain::catalog::{Status, StatusKind};
use domain::id::{StatusId, noun};
use maud::{Markup, html};

use super::{again, assets, at, form, heads, refused, saved};
use crate::components::{Field, Pick, Row};
use crate::error::Refused;
use crate::pages::answers::{Answers, Wrong};
use crate::pages::at::At;
use crate::pages::ordered::narrowed;
use crate::pages::overtaken;
use crate::pages::visitor::Visitor;
use crate::pages::words::{status_of, titled};

const HEADS: [(&str, &str); 4] =
    [("order", "Place"), ("name", "Status"), ("kind", "Kind"), ("assets", "Assets")];

pub async fn list(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Markup, Refused> {
    let all = catalog::statuses(&visitor.web.app, &visitor.caller).await?;
    let heads = heads::<noun::Status>(&visitor, &asked, &HEADS);
    let columns = [
        heads[0].column().drop(),
        heads[1].column().title(),
        heads[2].column(),
        heads[3].column().num().aside(),
    ];
    let rows = narrowed(&asked).of(all).into_iter().map(|row| {
        let status = &row.status;
        Row::new(vec![
            html! { (row.order) },
            html! { a href=(at(&visitor, status.id)) { (status_of(status)) } },
            html! { (titled(status.kind.as_str())) },
            assets(&visitor, status.id, row.assets),
        ])
    });
    Ok(super::list::<noun::Status>(
        &visitor,
        &asked,
        &columns,
        rows.collect(),
        &html! {},
        &html! {},
    ))
}

pub async fn page(
    visitor: Visitor,
    At(id): At<StatusId>,
    Query(asked): Query<Answers>,
) -> Result<Markup, Refused> {
    let row = catalog::status(&visitor.web.app, &visitor.caller, id).await?;
    let status = &row.status;
    let about = [
        ("Shown as", status_of(status)),
        ("Kind", html! { (titled(status.kind.as_str())) }),
        ("Place in the order", html! { (row.order) }),
    ];
    super::page(&visitor, &asked, id, &status.name, &about, row.assets).await
}

pub async fn new_form(visitor: Visitor) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    let begin = Answers::default().with("kind", "ready").with("color", "gray");
    view(&visitor, None, &begin, &Wrong::default()).await
}

pub async fn create(visitor: Visitor, Form(answers): Form<Answers>) -> Result<Response, Refused> {
    match made(&visitor, &answers).await {
        Ok(id) => Ok(saved(&visitor, id, &format!("{} was added.", answers.get("name")))),
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            Ok(again(&wrong, view(&visitor, None, &answers, &wrong).await?))
        }
    }
}

async fn made(visitor: &Visitor, answers: &Answers) -> Result<StatusId, Refusal> {
    visitor.caller.need(Role::Manager)?;
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let (name, kind, color) = (answers.get("name"), kind(answers)?, answers.get("color"));
    catalog::create_status(app, caller, name, kind, color, place(answers)).await
}

pub async fn edit_form(visitor: Visitor, At(id): At<StatusId>) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    let row = catalog::status(&visitor.web.app, &visitor.caller, id).await?;
    view(&visitor, Some(&row.status), &held(&row), &Wrong::default()).await
}

fn held(row: &StatusRow) -> Answers {
    Answers::default()
        .with("name", &row.status.name)
        .with("kind", row.status.kind.as_str())
        .with("color", &row.status.color)
        .with("order", &row.order.to_string())
        .with("version", &row.stamp.version.to_string())
}

pub async fn save(
    visitor: Visitor,
    At(id): At<StatusId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    match changed(&visitor, id, &answers).await {
        Ok(()) => Ok(saved(&visitor, id, "Saved.")),
        Err(refusal) => {
            let row = catalog::status(&visitor.web.app, &visitor.caller, id).await?;
            let held = held(&row);
            let (answers, wrong) = refused(&visitor, id, &held, answers, refusal).await?;
            Ok(again(&wrong, view(&visitor, Some(&row.status), &answers, &wrong).await?))
        }
    }
}

async fn changed(visitor: &Visitor, id: StatusId, answers: &Answers) -> Result<(), Refusal> {
    visitor.caller.need(Role::Manager)?;
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let (name, kind) = (app::nouns::named(answers.get("name"))?, kind(answers)?);
    let color = answers.get("color").to_owned();
    let version = overtaken::version(answers);
    catalog::change_status(app, caller, id, version, place(answers), move |status| {
        *status = Status { id, name: name.into(), kind, color };
    })
    .await
}

fn kind(answers: &Answers) -> Result<StatusKind, Refusal> {
    let choose = || Refusal::invalid("kind", "choose what the status means");
    StatusKind::parse(answers.get("kind")).ok_or_else(choose)
}

/// Blank is the end of the order, or where it stands.
fn place(answers: &Answers) -> Option<usize> {
    answers.get("order").parse().ok()
}

async fn view(
    visitor: &Visitor,
    status: Option<&Status>,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let all = catalog::statuses(&visitor.web.app, &visitor.caller).await?.len();
    let last = if status.is_some() { all } else { all + 1 };
    let places: Vec<_> = (1..=last).map(|place| place.to_string()).collect();
    let places: Vec<_> = places.iter().map(|place| Pick::new(place, place)).collect();
    let order = answers.some("order").map_or_else(|| last.to_string(), str::to_owned);
    let kinds = [
        Pick::new("ready", "Ready").hint("Can be handed out; new assets get the first of these"),
        Pick::new("pending", "Pending").hint("On its way: ordered, being set up, in repair"),
        Pick::new("unavailable", "Unavailable").hint("Lost, broken, retired"),
    ];
    let colors = Status::COLORS.map(|color| (color, titled(color)));
    let colors: Vec<_> = colors.iter().map(|(color, label)| Pick::new(color, label)).collect();
    let field = |name, label| Field::new(name, label).error(wrong.at(name));
    let fields = html! {
        (field("name", "Name").required().text(answers.get("name")))
        (field("kind", "Kind").radios(&kinds, answers.get("kind")))
        (field("color", "Color").select(&colors, answers.get("color")))
        (field("order", "Place in the order").select(&places, &order))
    };
    let held = status.map(|status| (status.id, status.name.as_str()));
    Ok(form(visitor, held, (answers, wrong), &fields))
}
