//! Sources: connected after a test that worked. The token goes in and never comes out.

pub mod connect;
pub mod preview;
mod shape;

use app::sources::{self, Source};
use app::{Caller, Refusal, versions};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use self::shape::SourceShape;
use super::bearer::{Administrator, Bearer, Viewer};
use super::headers::{IfMatch, Which, versioned};
use super::listing::{List, PagedSince};
use super::problem::Answer;
use super::reading::{Asked, Body, Patch};
use crate::state::Web;

/// List the sources.
///
/// Role: viewer. A look at its connection counts as a change.
#[utoipa::path(get, path = "/api/v1/sources", tag = "sources", params(PagedSince),
    responses((status = 200, body = List<SourceShape>)))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Asked(asked): Asked<PagedSince>,
) -> Answer<Json<List<SourceShape>>> {
    let mut found = sources::list(&web.app, &caller).await?;
    found.retain(|source| {
        let looked = source.health.checked_at.unwrap_or(source.updated_at);
        asked.takes(source.updated_at.max(looked))
    });
    Ok(Json(asked.cut(found, |source| source.id.to_string(), SourceShape::of)?))
}

/// One source.
///
/// Role: viewer. The version of its settings stands in `ETag`.
#[utoipa::path(get, path = "/api/v1/sources/{id}", tag = "sources",
    params(("id" = String, Path, description = "`src_…` or the source's name")),
    responses((status = 200, body = SourceShape)))]
pub async fn get(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Which(which): Which,
) -> Answer<impl IntoResponse> {
    Ok(answer(named(&web, &caller, &which).await?))
}

/// What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourcePatch {
    /// Up to 100 letters, unique in the tenant.
    #[schema(example = "Kandji, Acme EU")]
    name: Option<String>,
}

/// Rename a source.
///
/// Role: administrator. Its id stays, and with it runs, links and settings; addresses that name it by
/// the old name find it no longer.
#[utoipa::path(patch, path = "/api/v1/sources/{id}", tag = "sources", request_body = SourcePatch,
    params(("id" = String, Path, description = "`src_…` or the source's name")),
    responses((status = 200, body = SourceShape)))]
pub async fn change(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    Which(which): Which,
    Body(patch): Body<SourcePatch>,
) -> Answer<impl IntoResponse> {
    let found = named(&web, &caller, &which).await?;
    let saved = match patch.name {
        Some(name) => sources::rename(&web.app, &caller, found.id, &name).await?,
        None => found,
    };
    Ok(answer(saved))
}

/// Take a source away.
///
/// Role: administrator. Its assets stay, as things nobody syncs.
#[utoipa::path(delete, path = "/api/v1/sources/{id}", tag = "sources",
    params(("id" = String, Path, description = "`src_…` or the source's name")),
    responses((status = 204)))]
pub async fn delete(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    Which(which): Which,
) -> Answer<StatusCode> {
    let found = named(&web, &caller, &which).await?;
    sources::delete(&web.app, &caller, found.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Change a source's settings.
///
/// Role: administrator. What is left out stays. A `preset` in the same body is applied first, the
/// other keys after it. `tag_from` is fixed after the first applied run. Give `If-Match` to be sure
/// that nobody changed them in between.
#[utoipa::path(patch, path = "/api/v1/sources/{id}/settings", tag = "sources",
    params(("id" = String, Path, description = "`src_…` or the source's name"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` it was read with")),
    request_body = Object,
    responses((status = 200, body = SourceShape),
        (status = 409, description = "`tag_from` is fixed."),
        (status = 412, description = "Somebody was quicker.")))]
pub async fn change_settings(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    Which(which): Which,
    IfMatch(version): IfMatch,
    Patch(patch): Patch,
) -> Answer<impl IntoResponse> {
    let found = named(&web, &caller, &which).await?;
    let patch = Value::Object(patch);
    let saved = sources::save_settings(&web.app, &caller, found.id, version, &patch).await?;
    Ok(answer(saved))
}

/// Enable a source.
///
/// Role: administrator. Tests its connection again, and refuses when that fails. Starts nothing by
/// itself; the next run is one interval on.
#[utoipa::path(post, path = "/api/v1/sources/{id}/enable", tag = "sources",
    params(("id" = String, Path, description = "`src_…` or the source's name")),
    responses((status = 200, body = SourceShape)))]
pub async fn enable(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    Which(which): Which,
) -> Answer<impl IntoResponse> {
    let found = named(&web, &caller, &which).await?;
    Ok(answer(sources::enable(&web.app, &caller, found.id).await?))
}

/// Disable a source.
///
/// Role: administrator. Its assets, links and settings stay.
#[utoipa::path(post, path = "/api/v1/sources/{id}/disable", tag = "sources",
    params(("id" = String, Path, description = "`src_…` or the source's name")),
    responses((status = 200, body = SourceShape)))]
pub async fn disable(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    Which(which): Which,
) -> Answer<impl IntoResponse> {
    let found = named(&web, &caller, &which).await?;
    Ok(answer(sources::disable(&web.app, &caller, found.id).await?))
}

/// The source an address means: an id or a name.
pub async fn named(web: &Web, caller: &Caller, which: &str) -> Result<Source, Refusal> {
    sources::named(&web.app, caller, which).await
}

/// A source, with the version of its settings.
fn answer(source: Source) -> impl IntoResponse {
    versioned(versions::source(&source), SourceShape::of(source))
}
