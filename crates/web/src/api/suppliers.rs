//! Suppliers: who sold it.

use app::changes::Changeable;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::event::Subject;
use domain::id::noun;

use super::bearer::{Bearer, Manager, Viewer};
use super::headers::At;
use super::listing::{List, Listed};
use super::nouns::{self, Merge, NewNoun, NounChange, PlainNoun};
use super::problem::Answer;
use super::reading::{Asked, Body};
use crate::state::Web;

/// List suppliers.
///
/// Role: viewer. By name.
#[utoipa::path(get, path = "/api/v1/suppliers", tag = "catalog", params(Listed),
    responses((status = 200, body = List<PlainNoun>)))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Asked(asked): Asked<Listed>,
) -> Answer<Json<List<PlainNoun>>> {
    nouns::list::<noun::Supplier>(&web, &caller, &asked, Changeable::Suppliers).await
}

/// One supplier.
///
/// Role: viewer.
#[utoipa::path(get, path = "/api/v1/suppliers/{id}", tag = "catalog",
    params(("id" = String, Path, description = "`sup_…`")),
    responses((status = 200, body = PlainNoun)))]
pub async fn get(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Supplier>,
) -> Answer<Json<PlainNoun>> {
    nouns::get(&web, &caller, id).await
}

/// Add a supplier.
///
/// Role: manager.
#[utoipa::path(post, path = "/api/v1/suppliers", tag = "catalog", request_body = NewNoun,
    responses((status = 201, body = PlainNoun)))]
pub async fn create(
    State(web): State<Web>,
    Bearer(caller): Manager,
    Body(new): Body<NewNoun>,
) -> Answer<impl IntoResponse> {
    nouns::create::<noun::Supplier>(&web, &caller, "suppliers", &new).await
}

/// Rename a supplier.
///
/// Role: manager. Sources that say the old name still mean it.
#[utoipa::path(patch, path = "/api/v1/suppliers/{id}", tag = "catalog", request_body = NounChange,
    params(("id" = String, Path, description = "`sup_…`")),
    responses((status = 200, body = PlainNoun)))]
pub async fn change(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Supplier>,
    Body(change): Body<NounChange>,
) -> Answer<Json<PlainNoun>> {
    nouns::change(&web, &caller, id, change).await
}

/// Delete a supplier.
///
/// Role: manager.
#[utoipa::path(delete, path = "/api/v1/suppliers/{id}", tag = "catalog",
    params(("id" = String, Path, description = "`sup_…`")),
    responses((status = 204), (status = 409, description = "Something points at it.")))]
pub async fn delete(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Supplier>,
) -> Answer<StatusCode> {
    Ok(nouns::delete(&web, &caller, Subject::Supplier(id)).await?)
}

/// Merge a supplier into another.
///
/// Role: manager. Its assets move to the one that stays.
#[utoipa::path(post, path = "/api/v1/suppliers/{id}/merge", tag = "catalog", request_body = Merge,
    params(("id" = String, Path, description = "`sup_…`, the one that goes")),
    responses((status = 200, body = PlainNoun)))]
pub async fn merge(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Supplier>,
    Body(merge): Body<Merge>,
) -> Answer<Json<PlainNoun>> {
    nouns::merge(&web, &caller, id, &merge).await
}
