//! The register's plain nouns as lists: what there is, and how many assets belong to each.

use app::catalog::{self, Entry, ProductRow};
use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::catalog::{Location, Status};
use domain::id::Noun;
use maud::{Markup, html};

use super::answers::{Answers, Wrong};
use super::done::said;
use super::visitor::Visitor;
use super::words::{counted, status_of, titled};
use crate::components::{
    Button, Column, Field, Icon, PageHeader, Panel, Pick, Row, Table, Tone, empty, search_box,
    turner,
};
use crate::error::Refused;
use crate::layout::Room;

const ROWS: usize = 50;

/// How many assets, leading to their list.
fn assets(visitor: &Visitor, filter: &str, id: &str, count: i64) -> Markup {
    let href = Answers::default().with(filter, id).at(&visitor.to("assets"));
    html! { @if count > 0 { a href=(href) { (counted(count.unsigned_abs(), "asset", "assets")) } } }
}

pub async fn products(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Markup, Refused> {
    let (q, cursor) = (asked.some("q").map(str::to_owned), asked.get("cursor").parse().ok());
    let found = catalog::products(&visitor.web.app, &visitor.caller, q, cursor, ROWS).await?;
    let columns = [
        Column::new("Product").title(),
        Column::new("Manufacturer"),
        Column::new("Category"),
        Column::new("Identifiers").drop(),
        Column::new("Assets").num().aside(),
    ];
    let rows: Vec<_> = found.items.iter().map(|row| product(&visitor, row)).collect();
    let turn = |cursor: app::assets::Cursor| {
        asked.with("cursor", &cursor.to_string()).at(&visitor.to("products"))
    };
    let (before, next) = (found.previous.map(turn), found.next.map(turn));
    let inside = html! {
        (PageHeader::new("Products"))
        div.toolbar { (search_box(&visitor.to("products"), asked.get("q"), "Search products", &[], "#main")) }
        @if rows.is_empty() {
            (empty(Icon::Package, "No products", "A product appears with the first device of its model.", &html! {}))
        } @else {
            (Table::new("Products", &columns, rows))
            (turner(before.as_deref(), next.as_deref()))
        }
    };
    Ok(visitor.list_page(Room::Products, "Products", &inside))
}

fn product(visitor: &Visitor, row: &ProductRow) -> Row {
    let product = &row.product;
    Row::new(vec![
        html! { a href=(Answers::default().with("product", &product.id.to_string()).at(&visitor.to("assets"))) { (product.name) } },
        html! { (row.manufacturer.as_deref().unwrap_or_default()) },
        html! { (row.category.as_deref().unwrap_or_default()) },
        html! { (product.identifiers.join(", ")) },
        assets(visitor, "product", &product.id.to_string(), row.assets),
    ])
}

pub async fn categories(visitor: Visitor) -> Result<Markup, Refused> {
    let all = catalog::categories(&visitor.web.app, &visitor.caller).await?;
    Ok(entries(&visitor, Room::Categories, ("Categories", Icon::Shapes, "category"), &all))
}

pub async fn manufacturers(visitor: Visitor) -> Result<Markup, Refused> {
    let all = catalog::manufacturers(&visitor.web.app, &visitor.caller).await?;
    Ok(entries(&visitor, Room::Manufacturers, ("Manufacturers", Icon::Factory, ""), &all))
}

pub async fn departments(visitor: Visitor) -> Result<Markup, Refused> {
    let all = catalog::departments(&visitor.web.app, &visitor.caller).await?;
    Ok(entries(&visitor, Room::Departments, ("Departments", Icon::Building2, "department"), &all))
}

/// A list of names; `filter` is the asset list's word for them, where it has one.
fn entries<N: Noun>(
    visitor: &Visitor,
    room: Room,
    (title, icon, filter): (&str, Icon, &str),
    all: &[Entry<N>],
) -> Markup {
    let columns = [Column::new("Name").title(), Column::new("Assets").num().aside()];
    let rows = all.iter().map(|entry| {
        let count = if filter.is_empty() {
            html! { @if entry.assets > 0 { (counted(entry.assets.unsigned_abs(), "asset", "assets")) } }
        } else {
            assets(visitor, filter, &entry.id.to_string(), entry.assets)
        };
        Row::new(vec![html! { (entry.name) }, count])
    });
    let hint = "They appear with the first devices that bring them.";
    let inside = html! {
        (PageHeader::new(title))
        @if all.is_empty() { (empty(icon, "None yet", hint, &html! {})) }
        @else { (Table::new(title, &columns, rows.collect())) }
    };
    visitor.list_page(room, title, &inside)
}

pub async fn locations(visitor: Visitor) -> Result<Markup, Refused> {
    places(&visitor, &Answers::default(), &Wrong::default()).await
}

pub async fn create_location(
    visitor: Visitor,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let parent = answers.get("parent").parse().ok();
    match catalog::create_location(app, caller, answers.get("name"), parent).await {
        Ok(place) => {
            let sentence = format!("{} was added.", place.name);
            Ok(said(&visitor.web, Tone::Success, &sentence, &visitor.to("locations")))
        }
        Err(refusal) => {
            let page = places(&visitor, &answers, &Wrong::fields(refusal)?).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

async fn places(visitor: &Visitor, answers: &Answers, wrong: &Wrong) -> Result<Markup, Refused> {
    let all = catalog::locations(&visitor.web.app, &visitor.caller).await?;
    let columns =
        [Column::new("Location").title(), Column::new("In"), Column::new("Assets").num().aside()];
    let name = |location: &Location| {
        let parent = all.iter().find(|(other, _)| Some(other.id) == location.parent);
        parent.map(|(parent, _)| parent.name.as_str()).unwrap_or_default()
    };
    let rows = all.iter().map(|(location, count)| {
        let count = assets(visitor, "location", &location.id.to_string(), *count);
        Row::new(vec![html! { (location.name) }, html! { (name(location)) }, count])
    });
    let ids: Vec<_> = all.iter().map(|(place, _)| place.id.to_string()).collect();
    let inside_of = ids.iter().zip(&all).map(|(id, (place, _))| Pick::new(id, &place.name));
    let parents: Vec<_> = std::iter::once(Pick::new("", "Nothing")).chain(inside_of).collect();
    let inside = html! {
        (PageHeader::new("Locations"))
        @if all.is_empty() {
            (empty(Icon::MapPin, "No locations yet", "Add the places where assets stand: offices, floors, store rooms.", &html! {}))
        } @else {
            (Table::new("Locations", &columns, rows.collect()))
        }
        @if visitor.may(Role::Manager) {
            (Panel::new("New location").body(html! {
                form.form method="post" action=(visitor.to("locations")) {
                    (Field::new("name", "Name").required().error(wrong.at("name")).text(answers.get("name")))
                    (Field::new("parent", "Inside").select(&parents, answers.get("parent")))
                    div.form-actions { (Button::submit("Add location").primary()) }
                }
            }))
        }
    };
    Ok(visitor.page(Room::Locations, "Locations", &inside))
}

pub async fn statuses(visitor: Visitor) -> Result<Markup, Refused> {
    let all = catalog::statuses(&visitor.web.app, &visitor.caller).await?;
    let columns =
        [Column::new("Status").title(), Column::new("Kind"), Column::new("Assets").num().aside()];
    let rows = all.iter().map(|(status, count)| {
        let kind = |status: &Status| titled(status.kind.as_str());
        let count = assets(&visitor, "status", &status.id.to_string(), *count);
        Row::new(vec![status_of(status), html! { (kind(status)) }, count])
    });
    let lead = html! { "Ready can be handed out; pending and unavailable cannot." };
    let inside = html! {
        (PageHeader::new("Statuses").lead(lead))
        (Table::new("Statuses", &columns, rows.collect()))
    };
    Ok(visitor.list_page(Room::Statuses, "Statuses", &inside))
}
