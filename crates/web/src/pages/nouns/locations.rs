//! Locations: places, in a tree; each is shown with the places around it.

use app::catalog::Place;
use app::{Refusal, catalog};
use axum::Form;
use axum::extract::Query;
use axum::response::Response;
use domain::access::Role;
use domain::catalog::Location;
use domain::id::{LocationId, noun};
use maud::{Markup, html};

use super::{again, assets, at, form, heads, refused, saved};
use crate::components::{Field, Row};
use crate::error::Refused;
use crate::pages::answers::{Answers, Wrong};
use crate::pages::at::At;
use crate::pages::ordered::narrowed;
use crate::pages::overtaken;
use crate::pages::visitor::Visitor;
use crate::pages::words::choice;

const HEADS: [(&str, &str); 3] =
    [("path", "Location"), ("assets", "Here"), ("assets_with_inside", "Here and inside")];

/// Every place, each after the one it is in.
async fn tree(visitor: &Visitor) -> Result<Vec<Place>, Refusal> {
    catalog::locations(&visitor.web.app, &visitor.caller).await
}

/// Ids of all places with the way to each, for a form.
pub async fn picks(visitor: &Visitor) -> Result<Vec<(String, String)>, Refused> {
    let places = tree(visitor).await?.into_iter();
    Ok(places.map(|place| (place.location.id.to_string(), place.path)).collect())
}

pub async fn list(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Markup, Refused> {
    let all = tree(&visitor).await?;
    let heads = heads::<noun::Location>(&visitor, &asked, &HEADS);
    let columns = [
        heads[0].column().title(),
        heads[1].column().num().drop(),
        heads[2].column().num().aside(),
    ];
    let rows = narrowed(&asked).of(all).into_iter().map(|place| {
        let id = place.location.id;
        let around = place.path.strip_suffix(&place.location.name).unwrap_or_default();
        let own = Answers::default().with("location", &id.to_string()).at(&visitor.to("assets"));
        Row::new(vec![
            html! { span.quiet-text { (around) } a href=(at(&visitor, id)) { (place.location.name) } },
            html! { @if place.assets > 0 { a href=(own) { (place.assets) } } },
            assets(&visitor, id, place.with_inside),
        ])
    });
    Ok(super::list::<noun::Location>(
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
    At(id): At<LocationId>,
    Query(asked): Query<Answers>,
) -> Result<Markup, Refused> {
    let all = tree(&visitor).await?;
    let place = here(&all, id)?;
    let links = |places: Vec<&Place>| {
        html! {
            @for (n, place) in places.iter().enumerate() {
                @if n > 0 { ", " }
                a href=(at(&visitor, place.location.id)) { (place.location.name) }
            }
        }
    };
    let parent = all.iter().filter(|other| Some(other.location.id) == place.location.parent);
    let children = all.iter().filter(|other| other.location.parent == Some(id));
    let about = [("Inside", links(parent.collect())), ("Holds", links(children.collect()))];
    super::page(&visitor, &asked, id, &place.path, &about, place.with_inside).await
}

fn here(all: &[Place], id: LocationId) -> Result<&Place, Refusal> {
    let found = all.iter().find(|place| place.location.id == id);
    found.ok_or_else(|| Refusal::not_found("location", id))
}

pub async fn new_form(visitor: Visitor) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    view(&visitor, None, &Answers::default(), &Wrong::default()).await
}

pub async fn create(visitor: Visitor, Form(answers): Form<Answers>) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let parent = answers.get("parent").parse().ok();
    match catalog::create_location(app, caller, answers.get("name"), parent).await {
        Ok(place) => Ok(saved(&visitor, place.id, &format!("{} was added.", place.name))),
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            Ok(again(&wrong, view(&visitor, None, &answers, &wrong).await?))
        }
    }
}

pub async fn edit_form(visitor: Visitor, At(id): At<LocationId>) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    let place = catalog::location(&visitor.web.app, &visitor.caller, id).await?;
    view(&visitor, Some(&place.location), &held(&place), &Wrong::default()).await
}

fn held(place: &Place) -> Answers {
    let parent = place.location.parent.map(|id| id.to_string()).unwrap_or_default();
    Answers::default()
        .with("name", &place.location.name)
        .with("parent", &parent)
        .with("version", &place.stamp.version.to_string())
}

pub async fn save(
    visitor: Visitor,
    At(id): At<LocationId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    match changed(&visitor, id, &answers).await {
        Ok(()) => Ok(saved(&visitor, id, "Saved.")),
        Err(refusal) => {
            let place = catalog::location(&visitor.web.app, &visitor.caller, id).await?;
            let (answers, wrong) = refused(&visitor, id, &held(&place), answers, refusal).await?;
            Ok(again(&wrong, view(&visitor, Some(&place.location), &answers, &wrong).await?))
        }
    }
}

async fn changed(visitor: &Visitor, id: LocationId, answers: &Answers) -> Result<(), Refusal> {
    visitor.caller.need(Role::Manager)?;
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let name = app::nouns::named(answers.get("name"))?;
    let parent = answers.get("parent").parse().ok();
    catalog::change_location(app, caller, id, overtaken::version(answers), move |place| {
        *place = Location { id, name: name.into(), parent };
    })
    .await
}

async fn view(
    visitor: &Visitor,
    place: Option<&Location>,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let own = place.map(|place| place.id.to_string());
    let mut places = picks(visitor).await?;
    places.retain(|(id, _)| Some(id) != own.as_ref());
    let field = |name, label| Field::new(name, label).error(wrong.at(name));
    let fields = html! {
        (field("name", "Name").required().text(answers.get("name")))
        (choice(field("parent", "Inside"), Some("Nothing"), places, answers.get("parent")))
    };
    let held = place.map(|place| (place.id, place.name.as_str()));
    Ok(form(visitor, held, (answers, wrong), &fields))
}
