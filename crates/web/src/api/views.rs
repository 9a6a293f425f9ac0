//! Views: lists of assets and of employees kept under a name.

use app::versions;
use app::views::{self, View, ViewChange};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::fields::AppliesTo;
use domain::id::noun;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bearer::{Bearer, Manager, Viewer};
use super::headers::{At, IfMatch, location, versioned};
use super::listing::{List, PagedSince};
use super::problem::{Answer, Problem};
use super::reading::{Asked, Body};
use crate::state::Web;

/// A view.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = View)]
pub struct ViewShape {
    #[schema(example = "viw_0HZX4K9Q2M7RA")]
    id: String,
    #[schema(example = "Warranty ends soon")]
    name: String,
    /// The list it is of: `assets` or `employees`.
    #[schema(example = "assets")]
    list: &'static str,
    /// What stands behind the question mark of the list's address: filters as that list takes them,
    /// `sort` and `columns`.
    #[schema(example = "warranty_until=next-90-days&sort=location")]
    query: String,
    /// Whether everybody sees it.
    shared: bool,
    /// The user who keeps it; `null` where a program made it.
    owner: Option<String>,
    created_at: String,
    updated_at: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewView {
    /// `assets`, unless it says `employees`.
    list: Option<String>,
    name: String,
    query: Option<String>,
}

/// What is left out stays. `list` is fixed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewPatch {
    name: Option<String>,
    query: Option<String>,
}

/// List views.
///
/// Role: viewer. The shared ones, by name; what people keep for themselves is theirs.
#[utoipa::path(get, path = "/api/v1/views", tag = "views", params(PagedSince),
    responses((status = 200, body = List<ViewShape>)))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Asked(asked): Asked<PagedSince>,
) -> Answer<Json<List<ViewShape>>> {
    let mut found = views::list(&web.app, &caller).await?;
    found.retain(|view| asked.takes(view.updated_at));
    Ok(Json(asked.cut(found, |view| view.id.to_string(), shape)?))
}

/// One view.
///
/// Role: viewer.
#[utoipa::path(get, path = "/api/v1/views/{id}", tag = "views",
    params(("id" = String, Path, description = "`viw_…`")),
    responses((status = 200, body = ViewShape)))]
pub async fn get(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::View>,
) -> Answer<impl IntoResponse> {
    Ok(answer(views::view(&web.app, &caller, id).await?))
}

/// Add a view.
///
/// Role: manager. It is shared with everybody.
#[utoipa::path(post, path = "/api/v1/views", tag = "views", request_body = NewView,
    responses((status = 201, body = ViewShape)))]
pub async fn create(
    State(web): State<Web>,
    Bearer(caller): Manager,
    Body(new): Body<NewView>,
) -> Answer<impl IntoResponse> {
    let list = new.list.as_deref().unwrap_or("assets");
    let Some(list) = AppliesTo::parse(list) else {
        let detail = format!("\"{list}\" has no views; hint: assets, employees");
        return Err(Problem::field("list", detail));
    };
    let query = new.query.unwrap_or_default();
    let made = views::create(&web.app, &caller, list, &new.name, &query, true).await?;
    Ok((StatusCode::CREATED, location("views", made.id), answer(made)))
}

/// Change a view.
///
/// Role: manager. One that a person keeps takes an administrator. Give `If-Match` to be sure that
/// nobody changed it in between.
#[utoipa::path(patch, path = "/api/v1/views/{id}", tag = "views", request_body = ViewPatch,
    params(("id" = String, Path, description = "`viw_…`"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` it was read with")),
    responses((status = 200, body = ViewShape), (status = 412, description = "Somebody was quicker.")))]
pub async fn change(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::View>,
    IfMatch(version): IfMatch,
    Body(change): Body<ViewPatch>,
) -> Answer<impl IntoResponse> {
    let change = ViewChange { name: change.name, query: change.query, shared: None };
    Ok(answer(views::change(&web.app, &caller, id, version, change).await?))
}

/// Delete a view.
///
/// Role: manager. One that a person keeps takes an administrator. Nothing that it
/// lists changes.
#[utoipa::path(delete, path = "/api/v1/views/{id}", tag = "views",
    params(("id" = String, Path, description = "`viw_…`")),
    responses((status = 204)))]
pub async fn delete(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::View>,
) -> Answer<StatusCode> {
    views::delete(&web.app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn answer(view: View) -> impl IntoResponse {
    versioned(versions::view(&view), shape(view))
}

fn shape(view: View) -> ViewShape {
    ViewShape {
        id: view.id.to_string(),
        list: view.list.as_str(),
        name: view.name,
        query: view.query,
        shared: view.shared,
        owner: view.owner.map(|owner| owner.to_string()),
        created_at: view.created_at.to_string(),
        updated_at: view.updated_at.to_string(),
    }
}
