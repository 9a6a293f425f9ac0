//! Locations: places, in a tree.

use std::collections::BTreeMap;

use app::assets::{Archived, AssetQuery};
use app::catalog::{self, Place};
use app::reports::lists::RegisterList;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::Custodian;
use domain::event::Subject;
use domain::id::{LocationId, noun};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::assets::{self, AssetShape};
use super::bearer::{Bearer, Manager, Viewer};
use super::headers::{At, IfMatch, location, versioned};
use super::listing::{AsFile, List, Listed, PagedSince};
use super::nouns::{self, Merge};
use super::problem::Answer;
use super::reading::{Asked, AskedBoth, Body};
use super::shape::Named;
use super::written::{Given, given, never_null, put, put_there};
use crate::state::Web;

#[derive(Debug, Serialize, ToSchema)]
pub struct Location {
    id: String,
    /// Unique in the place it is part of.
    name: String,
    /// The way to it from the top; imports know it by this.
    #[schema(example = "Berlin / Storage")]
    path: String,
    /// The place it is part of.
    parent: Option<Named>,
    /// How many unarchived assets stand in it; `/assets?location=loc_…` lists them.
    assets: i64,
    /// The same with those in the places inside it; `/assets?location=in:loc_…` lists them.
    assets_with_inside: i64,
    version: i64,
    #[schema(format = DateTime)]
    updated_at: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLocation {
    /// 1 to 200 characters, unique in the place it is part of.
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
/// Role: viewer. By `path`, each after the place it is part of, unless `sort` says `name`, `assets`,
/// `assets_with_inside` or `updated_at`; `q` is looked for in the way to it.
#[utoipa::path(get, path = "/api/v1/locations", tag = "catalog", params(AsFile, Listed),
    responses((status = 200, content((List<Location> = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    AskedBoth(as_file, asked): AskedBoth<AsFile, Listed>,
) -> Answer<Response> {
    let narrowed = asked.narrowed::<Place>()?;
    let whole = || RegisterList::Locations(narrowed.clone());
    if let Some(file) = as_file.of(&web, &caller, whole).await? {
        return Ok(file);
    }
    let all = catalog::locations(&web.app, &caller).await?;
    let names = names(&all);
    let all = narrowed.of(all);
    let id = |place: &Place| place.location.id.to_string();
    Ok(Json(List::cut(all, &asked.paged(), id, |place| shape(place, &names))?).into_response())
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
) -> Answer<Response> {
    one(&web, &caller, id).await
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
    Ok((StatusCode::CREATED, location("locations", made), one(&web, &caller, made).await?))
}

/// Change a location.
///
/// Role: manager. With another `parent` it moves there with all that is in it. Give `If-Match` to be
/// sure that nobody changed it in between.
#[utoipa::path(patch, path = "/api/v1/locations/{id}", tag = "catalog",
    request_body = LocationChange,
    params(("id" = String, Path, description = "`loc_…`"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` it was read with")),
    responses((status = 200, body = Location), (status = 412, description = "Somebody was quicker.")))]
pub async fn change(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Location>,
    IfMatch(version): IfMatch,
    Body(change): Body<LocationChange>,
) -> Answer<Response> {
    let name = never_null("name", change.name)?.map(|name| app::nouns::named(&name)).transpose()?;
    catalog::change_location(&web.app, &caller, id, version, move |place| {
        put_there(&mut place.name, name.map(Into::into));
        put(&mut place.parent, change.parent);
    })
    .await?;
    one(&web, &caller, id).await
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
) -> Answer<Response> {
    let into = merge.perform(&web, &caller, id, Subject::Location).await?;
    one(&web, &caller, into).await
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
    catalog::location(&web.app, &caller, id).await?;
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

async fn one(web: &Web, caller: &app::Caller, id: LocationId) -> Answer<Response> {
    let all = catalog::locations(&web.app, caller).await?;
    let names = names(&all);
    let found = all.into_iter().find(|place| place.location.id == id);
    let place = found.ok_or_else(|| app::Refusal::not_found("location", id))?;
    Ok(versioned(place.stamp.version, shape(place, &names)).into_response())
}

fn names(all: &[Place]) -> BTreeMap<LocationId, String> {
    all.iter().map(|place| (place.location.id, place.location.name.clone())).collect()
}

fn shape(place: Place, names: &BTreeMap<LocationId, String>) -> Location {
    let parent = place.location.parent;
    Location {
        id: place.location.id.to_string(),
        name: place.location.name,
        path: place.path,
        parent: Named::maybe(parent, parent.and_then(|id| names.get(&id).cloned())),
        assets: place.assets,
        assets_with_inside: place.with_inside,
        version: place.stamp.version,
        updated_at: place.stamp.updated_at.to_string(),
    }
}
