//! The register's own nouns: statuses, categories, manufacturers, products, locations, departments.

use app::Refusal;
use app::assets::{Archived, AssetQuery};
use app::catalog::{self, Cursor, Entry, ProductRow};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::Custodian;
use domain::catalog::StatusKind;
use domain::id::{LocationId, noun};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::assets::{self, AssetShape};
use super::bearer::{Bearer, Manager, Viewer};
use super::headers::{At, location};
use super::listing::{Limit, List, Paged, parsed};
use super::problem::{Answer, Problem};
use super::reading::{Asked, Body};
use super::shape::Named;
use super::words;
use crate::state::Web;

/// A category, manufacturer or department.
#[derive(Debug, Serialize, ToSchema)]
pub struct Noun {
    id: String,
    name: String,
    /// How many unarchived assets belong to it.
    assets: i64,
}

/// The tenant's own label, of a fixed kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatusCounted {
    id: String,
    name: String,
    #[schema(schema_with = words::status_kinds)]
    kind: StatusKind,
    /// gray, blue, green, yellow, orange, red, purple or pink.
    color: String,
    assets: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Location {
    id: String,
    name: String,
    /// The place it is part of.
    parent: Option<Named>,
    /// How many unarchived assets are there.
    assets: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLocation {
    /// 1 to 200 characters, unique in the tenant.
    name: String,
    #[schema(value_type = Option<String>)]
    parent: Option<LocationId>,
}

/// What assets are specimens of.
#[derive(Debug, Serialize, ToSchema)]
pub struct Product {
    id: String,
    name: String,
    manufacturer: Option<Named>,
    category: Option<Named>,
    /// Model identifiers met, such as `Mac14,5`.
    identifiers: Vec<String>,
    /// How many unarchived assets are one.
    assets: i64,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProductListQuery {
    /// 1 to 200, else 50.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
    /// Part of the name.
    q: Option<String>,
}

/// List statuses.
///
/// Role: viewer. In the tenant's own order.
#[utoipa::path(get, path = "/api/v1/statuses", tag = "catalog",
    responses((status = 200, body = List<StatusCounted>)))]
pub async fn statuses(
    State(web): State<Web>,
    Bearer(caller): Viewer,
) -> Answer<Json<List<StatusCounted>>> {
    let found = catalog::statuses(&web.app, &caller).await?;
    let shape = |(status, assets): (domain::catalog::Status, i64)| StatusCounted {
        id: status.id.to_string(),
        name: status.name,
        kind: status.kind,
        color: status.color,
        assets,
    };
    Ok(Json(List::whole(found.into_iter().map(shape).collect())))
}

/// List categories.
///
/// Role: viewer. By name.
#[utoipa::path(get, path = "/api/v1/categories", tag = "catalog",
    responses((status = 200, body = List<Noun>)))]
pub async fn categories(
    State(web): State<Web>,
    Bearer(caller): Viewer,
) -> Answer<Json<List<Noun>>> {
    Ok(Json(nouns(catalog::categories(&web.app, &caller).await?)))
}

/// List manufacturers.
///
/// Role: viewer. By name.
#[utoipa::path(get, path = "/api/v1/manufacturers", tag = "catalog",
    responses((status = 200, body = List<Noun>)))]
pub async fn manufacturers(
    State(web): State<Web>,
    Bearer(caller): Viewer,
) -> Answer<Json<List<Noun>>> {
    Ok(Json(nouns(catalog::manufacturers(&web.app, &caller).await?)))
}

/// List departments.
///
/// Role: viewer. By name.
#[utoipa::path(get, path = "/api/v1/departments", tag = "catalog",
    responses((status = 200, body = List<Noun>)))]
pub async fn departments(
    State(web): State<Web>,
    Bearer(caller): Viewer,
) -> Answer<Json<List<Noun>>> {
    Ok(Json(nouns(catalog::departments(&web.app, &caller).await?)))
}

/// List locations.
///
/// Role: viewer. By name; `parent` makes the tree.
#[utoipa::path(get, path = "/api/v1/locations", tag = "catalog",
    responses((status = 200, body = List<Location>)))]
pub async fn locations(
    State(web): State<Web>,
    Bearer(caller): Viewer,
) -> Answer<Json<List<Location>>> {
    let found = catalog::locations(&web.app, &caller).await?;
    let name = |id| found.iter().find(|(place, _)| place.id == id).map(|(p, _)| p.name.clone());
    let shape = |(place, assets): &(domain::catalog::Location, i64)| Location {
        id: place.id.to_string(),
        name: place.name.clone(),
        parent: Named::maybe(place.parent, place.parent.and_then(name)),
        assets: *assets,
    };
    Ok(Json(List::whole(found.iter().map(shape).collect())))
}

/// Add a location.
///
/// Role: manager.
#[utoipa::path(post, path = "/api/v1/locations", tag = "catalog", request_body = NewLocation,
    responses((status = 201, body = Location)))]
pub async fn create_location(
    State(web): State<Web>,
    Bearer(caller): Manager,
    Body(new): Body<NewLocation>,
) -> Answer<impl IntoResponse> {
    let places = catalog::locations(&web.app, &caller).await?;
    let parent = new.parent.map(|id| {
        let found = places.iter().find(|(place, _)| place.id == id);
        let no = || Problem::field("parent", format!("no location \"{id}\""));
        found.map(|(place, _)| Named::of(id, place.name.clone())).ok_or_else(no)
    });
    let parent = parent.transpose()?;
    let made = catalog::create_location(&web.app, &caller, &new.name, new.parent).await?;
    let shape = Location { id: made.id.to_string(), name: made.name, parent, assets: 0 };
    Ok((StatusCode::CREATED, location("locations", made.id), Json(shape)))
}

/// What a location has.
///
/// Role: viewer. What is checked out to it, by tag; `/assets?location=` lists what stands there.
#[utoipa::path(get, path = "/api/v1/locations/{id}/assets", tag = "catalog",
    params(("id" = String, Path, description = "`loc_…`"), Paged),
    responses((status = 200, body = List<AssetShape>)))]
pub async fn holdings(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Location>,
    Asked(asked): Asked<Paged>,
) -> Answer<Json<List<AssetShape>>> {
    let places = catalog::locations(&web.app, &caller).await?;
    if !places.iter().any(|(place, _)| place.id == id) {
        return Err(Refusal::not_found("location", id).into());
    }
    let query = AssetQuery {
        custodian: Some(Custodian::Location(id)),
        archived: Archived::Any,
        cursor: asked.cursor()?,
        limit: asked.limit().0,
        ..AssetQuery::default()
    };
    assets::page(&web, &caller, query).await.map(Json)
}

/// List products.
///
/// Role: viewer. By name.
#[utoipa::path(get, path = "/api/v1/products", tag = "catalog", params(ProductListQuery),
    responses((status = 200, body = List<Product>)))]
pub async fn products(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Asked(asked): Asked<ProductListQuery>,
) -> Answer<Json<List<Product>>> {
    let limit = asked.limit.unwrap_or_default().0;
    let page = catalog::products(&web.app, &caller, asked.q, asked.cursor, limit).await?;
    let next = page.next.map(|cursor| cursor.to_string());
    let items = page.items.into_iter().map(product).collect();
    Ok(Json(List { items, next, total: None, more: None }))
}

fn product(row: ProductRow) -> Product {
    Product {
        id: row.product.id.to_string(),
        name: row.product.name,
        manufacturer: Named::maybe(row.product.manufacturer, row.manufacturer),
        category: Named::maybe(row.product.category, row.category),
        identifiers: row.product.identifiers,
        assets: row.assets,
    }
}

fn nouns<N: domain::id::Noun>(entries: Vec<Entry<N>>) -> List<Noun> {
    let noun =
        |entry: Entry<N>| Noun { id: entry.id.to_string(), name: entry.name, assets: entry.assets };
    List::whole(entries.into_iter().map(noun).collect())
}
