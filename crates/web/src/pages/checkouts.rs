//! Checking out several assets at once; and what every checkout asks: to whom, until when, why.

use app::assets::{self, AssetQuery, AssetRow, Which};
use app::people::{self, EmployeeQuery};
use app::{Refusal, catalog, custody};
use axum::Form;
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use domain::Custodian;
use domain::access::Role;
use domain::id::AssetId;
use jiff::civil::Date;
use maud::{Markup, html};

use super::answers::{Answers, Wrong};
use super::done::said;
use super::visitor::Visitor;
use super::words::counted;
use crate::components::{Button, Field, PageHeader, Pick, Tone, search_box};
use crate::error::Refused;
use crate::layout::Room;

/// People, places and assets shown at once; the search brings the others.
const SHOWN: usize = 8;

/// The answers of a checkout.
pub struct Handed {
    pub to: Custodian,
    pub due_on: Option<Date>,
    pub note: Option<String>,
}

impl Handed {
    pub fn read(answers: &Answers) -> Result<Self, Refusal> {
        let to = custodian(answers.get("to")).ok_or_else(|| {
            Refusal::invalid("to", "choose who or where; hint: search for a name")
        })?;
        let due_on = answers.some("due_on").map(str::parse::<Date>).transpose();
        let due_on = due_on.map_err(|_| {
            Refusal::invalid("due_on", "this is no date; hint: write it like 2027-01-31")
        })?;
        Ok(Handed { to, due_on, note: answers.some("note").map(str::to_owned) })
    }
}

pub fn custodian(id: &str) -> Option<Custodian> {
    let employee = id.parse().ok().map(Custodian::Employee);
    let location = || id.parse().ok().map(Custodian::Location);
    employee.or_else(location).or_else(|| id.parse().ok().map(Custodian::Asset))
}

/// Id, name and a hint.
type Offered = Vec<(String, String, String)>;

/// People who have not left, places, and, once something is searched for, assets that could hold
/// `asset`. Whoever was chosen already comes first.
pub async fn offered(
    visitor: &Visitor,
    asset: Option<AssetId>,
    answers: &Answers,
) -> Result<Offered, Refused> {
    let (app, caller, q) = (&visitor.web.app, &visitor.caller, answers.get("q"));
    let some = Some(q.to_owned()).filter(|q| !q.is_empty());
    let query = EmployeeQuery {
        q: some.clone(),
        leaver: Some(false),
        limit: SHOWN,
        ..EmployeeQuery::default()
    };
    let mut offered = chosen(visitor, answers.get("to")).await?;
    offered.extend(people::list(app, caller, query).await?.items.into_iter().map(|row| {
        let mail = row.employee.email.map(|mail| mail.to_string()).unwrap_or_default();
        (row.employee.id.to_string(), row.employee.name, mail)
    }));
    let key = domain::text::key(q);
    let places = catalog::locations(app, caller).await?.into_iter();
    let places = places.filter(|(place, _)| domain::text::key(&place.name).contains(&key));
    let place = |(place, _): (domain::catalog::Location, i64)| {
        (place.id.to_string(), place.name, "Location".to_owned())
    };
    offered.extend(places.take(SHOWN).map(place));
    if some.is_some() {
        let query = AssetQuery { q: some, limit: SHOWN, ..AssetQuery::default() };
        let found = assets::list(app, caller, query).await?.items.into_iter();
        let found = found.filter(|row| Some(row.asset.id) != asset);
        offered.extend(found.map(|row| {
            let name = row.asset.name.or(row.product).unwrap_or_default();
            (row.asset.id.to_string(), row.asset.tag.to_string(), format!("Asset {name}"))
        }));
    }
    let mut seen = std::collections::BTreeSet::new();
    offered.retain(|(id, ..)| seen.insert(id.clone()));
    Ok(offered)
}

/// The one an address or a form names.
async fn chosen(visitor: &Visitor, id: &str) -> Result<Offered, Refused> {
    let mut wanted = app::names::Wanted::default();
    wanted.id(id);
    let names = app::names::names(&visitor.web.app, &visitor.caller, wanted).await?;
    let named = custodian(id).and_then(|_| names.get(id));
    Ok(named.map(|name| (id.to_owned(), name.to_owned(), String::new())).into_iter().collect())
}

/// To whom, until when, why.
pub fn handing(visitor: &Visitor, offered: &Offered, answers: &Answers, wrong: &Wrong) -> Markup {
    html! {
        (receiving(visitor, offered, answers, wrong))
        (Field::new("note", "Note").hint("Stands in the history").text(answers.get("note")))
    }
}

/// To whom, until when.
pub fn receiving(visitor: &Visitor, offered: &Offered, answers: &Answers, wrong: &Wrong) -> Markup {
    let picks: Vec<_> = offered
        .iter()
        .map(|(id, name, hint)| {
            let pick = Pick::new(id, name);
            if hint.is_empty() { pick } else { pick.hint(hint) }
        })
        .collect();
    html! {
        div id="offered" {
            @if picks.is_empty() {
                p.quiet-text { (if answers.get("q").is_empty() { "There is nobody and nowhere to hand it to yet. " } else { "Nobody and nowhere by that name. " }) a href=(visitor.to("employees/new")) { "Add an employee" } " or " a href=(visitor.to("locations/new")) { "a location" } " first." }
            } @else {
                (Field::new("to", "To").error(wrong.at("to")).radios(&picks, answers.get("to")))
            }
        }
        (Field::new("due_on", "Due back").hint("Leave blank if they keep it").error(wrong.at("due_on")).date(answers.get("due_on")))
    }
}

pub async fn new_form(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Operator)?;
    view(&visitor, &asked, &Wrong::default()).await
}

pub async fn create(visitor: Visitor, Form(answers): Form<Answers>) -> Result<Response, Refused> {
    match handed(&visitor, &answers).await {
        Ok((to, done)) => {
            let sentence =
                format!("{} checked out.", counted(done.len() as u64, "asset was", "assets were"));
            let there = match to {
                Custodian::Employee(id) => format!("employees/{id}"),
                Custodian::Location(id) => format!("locations/{id}"),
                Custodian::Asset(id) => format!("assets/{id}"),
            };
            Ok(said(&visitor.web, Tone::Success, &sentence, &visitor.to(&there)))
        }
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            let page = view(&visitor, &answers, &wrong).await?;
            Ok((wrong.status(), page).into_response())
        }
    }
}

async fn handed(
    visitor: &Visitor,
    answers: &Answers,
) -> Result<(Custodian, Vec<AssetRow>), Refusal> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    caller.need(Role::Operator)?;
    let which: Vec<_> = answers
        .get("assets")
        .split(['\n', ',', ';'])
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(Which::read)
        .collect();
    let ids = assets::ids(app, caller, which).await?;
    let Handed { to, due_on, note } = Handed::read(answers)?;
    let done = custody::check_out_all(app, caller, ids, to, due_on, note).await?;
    Ok((to, done))
}

async fn view(visitor: &Visitor, answers: &Answers, wrong: &Wrong) -> Result<Markup, Refused> {
    let offer = offered(visitor, None, answers).await?;
    let action = visitor.to("checkouts/new");
    let list = visitor.to("assets");
    let kept: Vec<_> = ["assets", "due_on", "note"]
        .into_iter()
        .filter_map(|name| Some((name, answers.some(name)?)))
        .collect();
    let inside = html! {
        (PageHeader::new("Check out several").under(&[(&list, "Assets")])
            .lead(html! { "All of them or none; each gets its own line of history." }))
        div.narrow.stack {
            (wrong.callout())
            div.toolbar { (search_box(&action, answers.get("q"), "Search people, places, assets", &kept, "#offered")) }
            form.form method="post" action=(action) {
                (Field::new("assets", "Assets").required().hint("Asset tags, one a line or with commas; a scanner may type them").error(wrong.at("assets")).long_text(answers.get("assets")))
                (handing(visitor, &offer, answers, wrong))
                div.form-actions { (Button::submit("Check out").primary()) (Button::link(&list, "Cancel").quiet()) }
            }
        }
    };
    Ok(visitor.page(Room::Assets, "Check out several", &inside))
}
