//! Locations: places, in a tree.

use app::assets::{Archived, AssetQuery};
use app::changes::Changeable;
use app::{Refusal, catalog};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::Custodian;
use domain::event::Subject;
use domain::id::{LocationId, noun};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::assets::{self, AssetShape};
use super::bearer::{Bearer, Manager, Viewer};
use super::headers::{At, location};
use super::listing::{Lately, List, Listed, PagedSince};
use super::nouns::{self, Merge};
use super::problem::Answer;
use super::reading::{Asked, Body};
use super::shape::Named;
use super::written::{Given, given, never_null, put, put_there};
use crate::state::Web;

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

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LocationChange {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    name: Given<String>,
    /// `null` puts it at the top.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    parent: Given<LocationId>,
}

/// List locations.
///
/// Role: viewer. By name; `parent` makes the tree.
#[utoipa::path(get, path = "/api/v1/locations", tag = "catalog", params(Listed),
    responses((status = 200, body = List<Location>)))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Asked(asked): Asked<Listed>,
) -> Answer<Json<List<Location>>> {
    let lately = Lately::of(&web, &caller, Changeable::Locations, asked.since()).await?;
    let all = all(&web, &caller).await?;
    let fits = |place: &Location| {
        asked.names(&place.name) && place.id.parse().is_ok_and(|id: LocationId| lately.has(id))
    };
    let all = all.into_iter().filter(fits).collect();
    List::cut(all, &asked, |place: &Location| place.id.clone(), |place| place).map(Json)
}

/// One location.
///
/// Role: viewer.
#[utoipa::path(get, path = "/api/v1/locations/{id}", tag = "catalog",
    params(("id" = String, Path, description = "`loc_…`")),
    responses((status = 200, body = Location)))]
pub async fn get(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Location>,
) -> Answer<Json<Location>> {
    Ok(Json(one(&web, &caller, id).await?))
}

/// Add a location.
///
/// Role: manager.
#[utoipa::path(post, path = "/api/v1/locations", tag = "catalog", request_body = NewLocation,
    responses((status = 201, body = Location)))]
pub async fn create(
    State(web): State<Web>,
    Bearer(caller): Manager,
    Body(new): Body<NewLocation>,
) -> Answer<impl IntoResponse> {
    let made = catalog::create_location(&web.app, &caller, &new.name, new.parent).await?.id;
    let shape = one(&web, &caller, made).await?;
    Ok((StatusCode::CREATED, location("locations", made), Json(shape)))
}

/// Change a location.
///
/// Role: manager. With another `parent` it moves there with all that is in it.
#[utoipa::path(patch, path = "/api/v1/locations/{id}", tag = "catalog",
    request_body = LocationChange,
    params(("id" = String, Path, description = "`loc_…`")),
    responses((status = 200, body = Location)))]
pub async fn change(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Location>,
    Body(change): Body<LocationChange>,
) -> Answer<Json<Location>> {
    let name = never_null("name", change.name)?.map(|name| app::nouns::named(&name)).transpose()?;
    catalog::change_location(&web.app, &caller, id, move |place| {
        put_there(&mut place.name, name.map(Into::into));
        put(&mut place.parent, change.parent);
    })
    .await?;
    Ok(Json(one(&web, &caller, id).await?))
}

/// Delete a location.
///
/// Role: manager.
#[utoipa::path(delete, path = "/api/v1/locations/{id}", tag = "catalog",
    params(("id" = String, Path, description = "`loc_…`")),
    responses((status = 204), (status = 409, description = "Something points at it.")))]
pub async fn delete(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Location>,
) -> Answer<StatusCode> {
    Ok(nouns::delete(&web, &caller, Subject::Location(id)).await?)
}

/// Merge a location into another.
///
/// Role: manager. Assets, employees and places move to the one that stays; so does what it holds.
#[utoipa::path(post, path = "/api/v1/locations/{id}/merge", tag = "catalog", request_body = Merge,
    params(("id" = String, Path, description = "`loc_…`, the one that goes")),
    responses((status = 200, body = Location)))]
pub async fn merge(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Location>,
    Body(merge): Body<Merge>,
) -> Answer<Json<Location>> {
    let into = merge.perform(&web, &caller, id, Subject::Location).await?;
    Ok(Json(one(&web, &caller, into).await?))
}

/// What a location has.
///
/// Role: viewer. What is checked out to it, by tag; `/assets?location=` lists what stands there.
#[utoipa::path(get, path = "/api/v1/locations/{id}/assets", tag = "catalog",
    params(("id" = String, Path, description = "`loc_…`"), PagedSince),
    responses((status = 200, body = List<AssetShape>)))]
pub async fn holdings(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Location>,
    Asked(asked): Asked<PagedSince>,
) -> Answer<Json<List<AssetShape>>> {
    one(&web, &caller, id).await?;
    let (asked, updated_since) = asked.split();
    let query = AssetQuery {
        custodian: Some(Custodian::Location(id)),
        archived: Archived::Any,
        cursor: asked.cursor()?,
        limit: asked.limit().0,
        updated_since,
        ..AssetQuery::default()
    };
    assets::page(&web, &caller, query).await.map(Json)
}

async fn all(web: &Web, caller: &app::Caller) -> Result<Vec<Location>, Refusal> {
    let found = catalog::locations(&web.app, caller).await?;
    let name = |id| found.iter().find(|(place, _)| place.id == id).map(|(p, _)| p.name.clone());
    let shape = |(place, assets): &(domain::catalog::Location, i64)| Location {
        id: place.id.to_string(),
        name: place.name.clone(),
        parent: Named::maybe(place.parent, place.parent.and_then(name)),
        assets: *assets,
    };
    Ok(found.iter().map(shape).collect())
}

async fn one(web: &Web, caller: &app::Caller, id: LocationId) -> Result<Location, Refusal> {
    let found = all(web, caller).await?.into_iter().find(|place| place.id == id.to_string());
    found.ok_or_else(|| Refusal::not_found("location", id))
}
