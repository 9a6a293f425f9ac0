//! What people tell of an asset: that they saw it, and what they have to say of it.

use app::{Caller, assets, notes, sightings};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::event::Subject;
use domain::id::LocationId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{AssetShape, EventShape, List, expected, named, shown};
use crate::api::bearer::{Bearer, Operator, Viewer};
use crate::api::headers::{IfMatch, Which};
use crate::api::listing::Paged;
use crate::api::problem::Answer;
use crate::api::reading::{Asked, Body};
use crate::state::Web;

/// Somebody stood before it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sighting {
    /// Where; the asset is there from now on. Without it its location stays.
    #[schema(value_type = Option<String>, example = "loc_0HZX4K9Q2M7RA")]
    location: Option<LocationId>,
    /// Stands in the history.
    note: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNote {
    /// Up to 4,000 characters; line breaks are kept.
    pub note: String,
}

/// Say that an asset was seen.
///
/// Role: operator. One event, `seen`; whoever has the asset keeps it.
#[utoipa::path(post, path = "/api/v1/assets/{id}/sighting", tag = "assets",
    params(("id" = String, Path, description = "`ast_…` or `tag:` and the asset tag"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` it was read with")),
    request_body = Sighting,
    responses((status = 200, body = AssetShape),
        (status = 412, description = "Somebody was quicker.")))]
pub async fn see(
    State(web): State<Web>,
    Bearer(caller): Operator,
    Which(which): Which,
    version: IfMatch,
    Body(new): Body<Sighting>,
) -> Answer<impl IntoResponse> {
    let id = expected(&web, &caller, &which, version).await?.asset.id;
    let note = new.note.filter(|note| !note.trim().is_empty());
    sightings::see(&web.app, &caller, id, new.location, note).await?;
    Ok(shown(assets::asset(&web.app, &caller, id).await?))
}

/// List the notes of an asset.
///
/// Role: viewer. The events `noted` of its history, newest first.
#[utoipa::path(get, path = "/api/v1/assets/{id}/notes", tag = "assets",
    params(("id" = String, Path, description = "`ast_…` or `tag:` and the asset tag"), Paged),
    responses((status = 200, body = List<EventShape>)))]
pub async fn notes(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Which(which): Which,
    Asked(asked): Asked<Paged>,
) -> Answer<Json<List<EventShape>>> {
    let id = named(&web, &caller, &which).await?.asset.id;
    noted(&web, &caller, Subject::Asset(id), &asked).await
}

/// A page of the notes of one thing.
pub async fn noted(
    web: &Web,
    caller: &Caller,
    subject: Subject,
    asked: &Paged,
) -> Answer<Json<List<EventShape>>> {
    let (limit, cursor) = (asked.limit().0, asked.cursor()?);
    let (page, total) = notes::of(&web.app, caller, subject, cursor, limit).await?;
    Ok(Json(List::page(page, total, EventShape::of)))
}

/// Write a note about an asset.
///
/// Role: operator. It stands in the history with the token's name; nobody changes it later.
#[utoipa::path(post, path = "/api/v1/assets/{id}/notes", tag = "assets",
    params(("id" = String, Path, description = "`ast_…` or `tag:` and the asset tag")),
    request_body = NewNote,
    responses((status = 201, body = EventShape)))]
pub async fn note(
    State(web): State<Web>,
    Bearer(caller): Operator,
    Which(which): Which,
    Body(new): Body<NewNote>,
) -> Answer<impl IntoResponse> {
    let id = named(&web, &caller, &which).await?.asset.id;
    let event = notes::add(&web.app, &caller, Subject::Asset(id), &new.note).await?;
    Ok((StatusCode::CREATED, Json(EventShape::of(event))))
}
