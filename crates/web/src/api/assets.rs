//! Assets: found, made, changed, taken away. Custody and what is known of one stand beside.

mod change;
pub mod custody;
pub mod known;
pub mod merge;
mod query;
mod shape;
pub mod told;

use app::assets::{self, AssetQuery, AssetRow};
use app::{Caller, Refusal, serials};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::id::AssetId;
use domain::money;

pub use self::change::AssetChange;
pub use self::query::AssetListQuery;
pub use self::shape::{AssetShape, CustodianShape, WrittenAsset};
use super::bearer::{Bearer, Manager, Viewer};
use super::events::EventShape;
use super::headers::{IfMatch, Which, etag, location, versioned};
use super::listing::{COUNTED, List};
use super::problem::Answer;
use super::reading::{Asked, Body};
use super::shape::Named;
use crate::state::Web;

/// List assets.
///
/// Role: viewer. Archived ones only with `archived=true` or `any`.
#[utoipa::path(get, path = "/api/v1/assets", tag = "assets", params(AssetListQuery),
    responses((status = 200, body = List<AssetShape>)))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Asked(asked): Asked<AssetListQuery>,
) -> Answer<Json<List<AssetShape>>> {
    let query = asked.query(&web, &caller).await?;
    page(&web, &caller, query).await.map(Json)
}

/// One asset.
///
/// Role: viewer. Its version stands in `ETag`.
#[utoipa::path(get, path = "/api/v1/assets/{id}", tag = "assets",
    params(("id" = String, Path, description = "`ast_…` or `tag:` and the asset tag")),
    responses((status = 200, body = AssetShape)))]
pub async fn get(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Which(which): Which,
) -> Answer<impl IntoResponse> {
    Ok(shown(named(&web, &caller, &which).await?))
}

/// Make an asset.
///
/// Role: manager. Only `tag` is required; the status defaults to the first that is ready. Two assets
/// may bear one serial; `warnings` then says which others do.
#[utoipa::path(post, path = "/api/v1/assets", tag = "assets", request_body = AssetChange,
    responses((status = 201, body = WrittenAsset)))]
pub async fn create(
    State(web): State<Web>,
    Bearer(caller): Manager,
    Body(change): Body<AssetChange>,
) -> Answer<impl IntoResponse> {
    let currency = change.currency_of(&web, &caller, None).await?;
    let (tag, fields) = change.creation(&currency)?;
    let made = assets::create(&web.app, &caller, tag, fields).await.map_err(change::as_written)?;
    let written = written(&web, &caller, made.id).await?;
    Ok((StatusCode::CREATED, location("assets", made.id), written))
}

/// Change an asset.
///
/// Role: manager. What is left out stays, `null` clears. Give `If-Match` to be sure that nobody
/// changed it in between. `warnings` says which others bear its serial.
#[utoipa::path(patch, path = "/api/v1/assets/{id}", tag = "assets", request_body = AssetChange,
    params(("id" = String, Path, description = "`ast_…` or `tag:` and the asset tag"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` it was read with")),
    responses((status = 200, body = WrittenAsset),
        (status = 412, description = "Somebody was quicker.")))]
pub async fn change(
    State(web): State<Web>,
    Bearer(caller): Manager,
    Which(which): Which,
    IfMatch(version): IfMatch,
    Body(change): Body<AssetChange>,
) -> Answer<impl IntoResponse> {
    let held = named(&web, &caller, &which).await?.asset;
    let currency = change.currency_of(&web, &caller, Some(&held)).await?;
    let fields = change.fields(Some(&held), &currency)?;
    if !fields.is_empty() {
        let changed = assets::change(&web.app, &caller, held.id, version, fields).await;
        changed.map_err(change::as_written)?;
    } else if version.is_some_and(|version| version != held.version) {
        return Err(Refusal::Stale.into());
    }
    Ok(written(&web, &caller, held.id).await?)
}

/// Delete an asset.
///
/// Role: manager. Its links go with it; its history stays in the ledger. Archiving is kinder.
#[utoipa::path(delete, path = "/api/v1/assets/{id}", tag = "assets",
    params(("id" = String, Path, description = "`ast_…` or `tag:` and the asset tag"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` it was read with")),
    responses((status = 204), (status = 412, description = "Somebody was quicker.")))]
pub async fn delete(
    State(web): State<Web>,
    Bearer(caller): Manager,
    Which(which): Which,
    version: IfMatch,
) -> Answer<StatusCode> {
    let found = expected(&web, &caller, &which, version).await?;
    // What was merged away is gone already; the one that it was merged into is not meant.
    if !assets::Which::read(&which).names(&found.asset) {
        return Err(Refusal::not_found("asset", which).into());
    }
    assets::delete(&web.app, &caller, found.asset.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A page of assets, counted.
pub async fn page(web: &Web, caller: &Caller, query: AssetQuery) -> Answer<List<AssetShape>> {
    let (page, count) = assets::counted(&web.app, caller, query, COUNTED).await?;
    let more = count.more.then_some(true);
    Ok(List { more, ..List::page(page, count.n, AssetShape::of) })
}

/// The asset an address means: `ast_…`, or `tag:…` however it is spelled.
pub async fn named(web: &Web, caller: &Caller, which: &str) -> Result<AssetRow, Refusal> {
    match which.strip_prefix("tag:") {
        Some(tag) => assets::named(&web.app, caller, tag).await,
        None => match which.parse() {
            Ok(id) => assets::asset(&web.app, caller, id).await,
            Err(_) => Err(Refusal::not_found("asset", which)),
        },
    }
}

/// The same, unless somebody was quicker than the version expected.
async fn expected(
    web: &Web,
    caller: &Caller,
    which: &str,
    IfMatch(version): IfMatch,
) -> Result<AssetRow, Refusal> {
    let found = named(web, caller, which).await?;
    if version.is_some_and(|version| version != found.asset.version) {
        return Err(Refusal::Stale);
    }
    Ok(found)
}

/// As it is now, with what its writer should know.
async fn written(
    web: &Web,
    caller: &Caller,
    id: AssetId,
) -> Result<impl IntoResponse + use<>, Refusal> {
    let row = assets::asset(&web.app, caller, id).await?;
    let others = serials::others(&web.app, caller, &row.asset).await?;
    Ok(versioned(row.asset.version, WrittenAsset::of(row, &others)))
}

fn shown(row: AssetRow) -> impl IntoResponse {
    (etag(row.asset.version), Json(AssetShape::of(row)))
}
