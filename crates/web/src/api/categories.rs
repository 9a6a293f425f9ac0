//! Categories: the kinds of product.

use app::reports::lists::RegisterList;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::event::Subject;
use domain::id::noun;

use super::bearer::{Bearer, Manager, Viewer};
use super::headers::{At, IfMatch};
use super::listing::{AsFile, List, Listed};
use super::nouns::{self, Merge, NewNoun, NounChange, PlainNoun};
use super::problem::Answer;
use super::reading::{AskedBoth, Body};
use crate::state::Web;

/// List categories.
///
/// Role: viewer. By `name`, unless `sort` says `assets` or `updated_at`.
#[utoipa::path(get, path = "/api/v1/categories", tag = "catalog", params(AsFile, Listed),
    responses((status = 200, content((List<PlainNoun> = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    AskedBoth(as_file, asked): AskedBoth<AsFile, Listed>,
) -> Answer<Response> {
    let whole = RegisterList::Categories;
    nouns::list::<noun::Category>(&web, &caller, (as_file, &asked), whole).await
}

/// One category.
///
/// Role: viewer.
#[utoipa::path(get, path = "/api/v1/categories/{id}", tag = "catalog",
    params(("id" = String, Path, description = "`cat_…`")),
    responses((status = 200, body = PlainNoun)))]
pub async fn get(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Category>,
) -> Answer<Response> {
    nouns::get(&web, &caller, id).await
}

/// Add a category.
///
/// Role: manager.
#[utoipa::path(post, path = "/api/v1/categories", tag = "catalog", request_body = NewNoun,
    responses((status = 201, body = PlainNoun)))]
pub async fn create(
    State(web): State<Web>,
    Bearer(caller): Manager,
    Body(new): Body<NewNoun>,
) -> Answer<impl IntoResponse> {
    nouns::create::<noun::Category>(&web, &caller, "categories", &new).await
}

/// Rename a category.
///
/// Role: manager. Sources that say the old name still mean it. Give `If-Match` to be
/// sure that nobody changed it in between.
#[utoipa::path(patch, path = "/api/v1/categories/{id}", tag = "catalog", request_body = NounChange,
    params(("id" = String, Path, description = "`cat_…`"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` it was read with")),
    responses((status = 200, body = PlainNoun), (status = 412, description = "Somebody was quicker.")))]
pub async fn change(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Category>,
    version: IfMatch,
    Body(change): Body<NounChange>,
) -> Answer<Response> {
    nouns::change(&web, &caller, id, version, change).await
}

/// Delete a category.
///
/// Role: manager.
#[utoipa::path(delete, path = "/api/v1/categories/{id}", tag = "catalog",
    params(("id" = String, Path, description = "`cat_…`")),
    responses((status = 204), (status = 409, description = "Something points at it.")))]
pub async fn delete(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Category>,
) -> Answer<StatusCode> {
    Ok(nouns::delete(&web, &caller, Subject::Category(id)).await?)
}

/// Merge a category into another.
///
/// Role: manager. Its products and assets move to the one that stays.
#[utoipa::path(post, path = "/api/v1/categories/{id}/merge", tag = "catalog", request_body = Merge,
    params(("id" = String, Path, description = "`cat_…`, the one that goes")),
    responses((status = 200, body = PlainNoun)))]
pub async fn merge(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Category>,
    Body(merge): Body<Merge>,
) -> Answer<Response> {
    nouns::merge(&web, &caller, id, &merge).await
}
