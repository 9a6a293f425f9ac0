//! Statuses: the tenant's own labels, each of a fixed kind, in the tenant's own order.

use app::catalog::{self, StatusRow};
use app::reports::lists::RegisterList;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::catalog::{Status, StatusKind};
use domain::event::Subject;
use domain::id::{StatusId, noun};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bearer::{Bearer, Manager, Viewer};
use super::headers::{At, IfMatch, location, versioned};
use super::listing::{AsFile, List, Listed};
use super::nouns::{self, Merge};
use super::problem::Answer;
use super::reading::{AskedBoth, Body};
use super::words;
use super::written::{Given, given, never_null, put_there};
use crate::state::Web;

/// The tenant's own label, of a fixed kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatusCounted {
    id: String,
    name: String,
    #[schema(schema_with = words::status_kinds)]
    kind: StatusKind,
    /// gray, blue, green, yellow, orange, red, purple or pink.
    color: String,
    /// Its place in the order, counted from one.
    order: usize,
    /// How many unarchived assets have it.
    assets: i64,
    version: i64,
    #[schema(format = DateTime)]
    updated_at: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStatus {
    /// 1 to 200 characters, unique in the tenant.
    name: String,
    #[schema(schema_with = words::status_kinds)]
    kind: StatusKind,
    /// gray, blue, green, yellow, orange, red, purple or pink; else gray.
    color: Option<String>,
    /// Its place in the order, counted from one; else the last.
    order: Option<usize>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StatusChange {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    name: Given<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(schema_with = words::status_kinds, required = false)]
    kind: Given<StatusKind>,
    /// gray, blue, green, yellow, orange, red, purple or pink.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    color: Given<String>,
    /// Its place in the order, counted from one.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<usize>)]
    order: Given<usize>,
}

/// List statuses.
///
/// Role: viewer. In the tenant's own `order`, unless `sort` says `name`, `kind`, `assets` or
/// `updated_at`.
#[utoipa::path(get, path = "/api/v1/statuses", tag = "catalog", params(AsFile, Listed),
    responses((status = 200, content((List<StatusCounted> = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    AskedBoth(as_file, asked): AskedBoth<AsFile, Listed>,
) -> Answer<Response> {
    let narrowed = asked.narrowed::<StatusRow>()?;
    let whole = || RegisterList::Statuses(narrowed.clone());
    if let Some(file) = as_file.of(&web, &caller, whole).await? {
        return Ok(file);
    }
    let all = narrowed.of(catalog::statuses(&web.app, &caller).await?);
    let id = |row: &StatusRow| row.status.id.to_string();
    let page = List::cut(all, &asked.paged(), id, shape)?;
    Ok(Json(page).into_response())
}

/// One status.
///
/// Role: viewer.
#[utoipa::path(get, path = "/api/v1/statuses/{id}", tag = "catalog",
    params(("id" = String, Path, description = "`sta_…`")),
    responses((status = 200, body = StatusCounted)))]
pub async fn get(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Status>,
) -> Answer<Response> {
    one(&web, &caller, id).await
}

/// Add a status.
///
/// Role: manager.
#[utoipa::path(post, path = "/api/v1/statuses", tag = "catalog", request_body = NewStatus,
    responses((status = 201, body = StatusCounted)))]
pub async fn create(
    State(web): State<Web>,
    Bearer(caller): Manager,
    Body(new): Body<NewStatus>,
) -> Answer<impl IntoResponse> {
    let color = new.color.as_deref().unwrap_or("gray");
    let made =
        catalog::create_status(&web.app, &caller, &new.name, new.kind, color, new.order).await?;
    Ok((StatusCode::CREATED, location("statuses", made), one(&web, &caller, made).await?))
}

/// Change a status.
///
/// Role: manager. What is left out stays. Give `If-Match` to be sure that nobody changed it in
/// between.
#[utoipa::path(patch, path = "/api/v1/statuses/{id}", tag = "catalog",
    request_body = StatusChange,
    params(("id" = String, Path, description = "`sta_…`"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` it was read with")),
    responses((status = 200, body = StatusCounted),
        (status = 412, description = "Somebody was quicker."),
        (status = 409, description = "It is the last one that is ready.")))]
pub async fn change(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Status>,
    IfMatch(version): IfMatch,
    Body(change): Body<StatusChange>,
) -> Answer<Response> {
    let name = never_null("name", change.name)?.map(|name| app::nouns::named(&name)).transpose()?;
    let (kind, color) = (never_null("kind", change.kind)?, never_null("color", change.color)?);
    let order = never_null("order", change.order)?;
    catalog::change_status(&web.app, &caller, id, version, order, move |status| {
        put_there(&mut status.name, name.map(Into::into));
        put_there(&mut status.kind, kind);
        put_there(&mut status.color, color);
    })
    .await?;
    one(&web, &caller, id).await
}

/// Delete a status.
///
/// Role: manager. One that is ready always stays.
#[utoipa::path(delete, path = "/api/v1/statuses/{id}", tag = "catalog",
    params(("id" = String, Path, description = "`sta_…`")),
    responses((status = 204),
        (status = 409, description = "Something points at it, or it is the last that is ready.")))]
pub async fn delete(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Status>,
) -> Answer<StatusCode> {
    Ok(nouns::delete(&web, &caller, Subject::Status(id)).await?)
}

/// Merge a status into another.
///
/// Role: manager. Its assets move to the one that stays.
#[utoipa::path(post, path = "/api/v1/statuses/{id}/merge", tag = "catalog", request_body = Merge,
    params(("id" = String, Path, description = "`sta_…`, the one that goes")),
    responses((status = 200, body = StatusCounted),
        (status = 409, description = "It is the last one that is ready.")))]
pub async fn merge(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Status>,
    Body(merge): Body<Merge>,
) -> Answer<Response> {
    let into = merge.perform(&web, &caller, id, Subject::Status).await?;
    one(&web, &caller, into).await
}

async fn one(web: &Web, caller: &app::Caller, id: StatusId) -> Answer<Response> {
    let row = catalog::status(&web.app, caller, id).await?;
    Ok(versioned(row.stamp.version, shape(row)).into_response())
}

fn shape(row: StatusRow) -> StatusCounted {
    let Status { id, name, kind, color } = row.status;
    StatusCounted {
        id: id.to_string(),
        name,
        kind,
        color,
        order: row.order,
        assets: row.assets,
        version: row.stamp.version,
        updated_at: row.stamp.updated_at.to_string(),
    }
}
