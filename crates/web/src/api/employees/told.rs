//! What is told of an employee: what they held, what happened, what people have to say of them.

use app::{notes, people};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::event::Subject;
use domain::id::noun;

use crate::api::assets::known::Origin;
use crate::api::assets::told::{NewNote, noted};
use crate::api::bearer::{Bearer, Operator, Viewer};
use crate::api::events::EventShape;
use crate::api::headers::At;
use crate::api::intervals::{self, IntervalShape};
use crate::api::listing::{List, Paged, PagedSince};
use crate::api::problem::Answer;
use crate::api::reading::{Asked, Body};
use crate::state::Web;

/// What an employee held.
///
/// Role: viewer. From when until when, newest first. What ended changed then.
#[utoipa::path(get, path = "/api/v1/employees/{id}/custody", tag = "employees",
    params(("id" = String, Path, description = "`emp_…`"), PagedSince),
    responses((status = 200, body = List<IntervalShape>)))]
pub async fn held(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Employee>,
    Asked(asked): Asked<PagedSince>,
) -> Answer<Json<List<IntervalShape>>> {
    let employee = people::employee(&web.app, &caller, id).await?;
    let held = people::held(&web.app, &caller, id).await?;
    let shape = |(interval, tag)| IntervalShape::of(interval, tag, employee.name.clone());
    Ok(Json(intervals::page(held, asked, shape)?))
}

/// An employee's history.
///
/// Role: viewer. What happened to them, and of assets what they got and gave back: `subject` says which
/// it is. Newest first.
#[utoipa::path(get, path = "/api/v1/employees/{id}/history", tag = "employees",
    params(("id" = String, Path, description = "`emp_…`"), Paged),
    responses((status = 200, body = List<EventShape>)))]
pub async fn history(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Employee>,
    Asked(asked): Asked<Paged>,
) -> Answer<Json<List<EventShape>>> {
    let (limit, cursor) = (asked.limit().0, asked.cursor()?);
    let (page, total) = people::history(&web.app, &caller, id, cursor, limit).await?;
    Ok(Json(List::page(page, total, EventShape::of)))
}

/// Who set each field of an employee.
///
/// Role: viewer. Fields by the names that the events call them: `name`, `fields.email`,
/// `fields.<key>`.
#[utoipa::path(get, path = "/api/v1/employees/{id}/origins", tag = "employees",
    params(("id" = String, Path, description = "`emp_…`"), PagedSince),
    responses((status = 200, body = List<Origin>)))]
pub async fn origins(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Employee>,
    Asked(asked): Asked<PagedSince>,
) -> Answer<Json<List<Origin>>> {
    Origin::page(people::origins(&web.app, &caller, id).await?, asked)
}

/// List the notes of an employee.
///
/// Role: viewer. The events `noted` of their history, newest first.
#[utoipa::path(get, path = "/api/v1/employees/{id}/notes", tag = "employees",
    params(("id" = String, Path, description = "`emp_…`"), Paged),
    responses((status = 200, body = List<EventShape>)))]
pub async fn notes(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Employee>,
    Asked(asked): Asked<Paged>,
) -> Answer<Json<List<EventShape>>> {
    people::employee(&web.app, &caller, id).await?;
    noted(&web, &caller, Subject::Employee(id), &asked).await
}

/// Write a note about an employee.
///
/// Role: operator. It stands in the history with the token's name; nobody changes it later.
#[utoipa::path(post, path = "/api/v1/employees/{id}/notes", tag = "employees",
    params(("id" = String, Path, description = "`emp_…`")),
    request_body = NewNote,
    responses((status = 201, body = EventShape)))]
pub async fn note(
    State(web): State<Web>,
    Bearer(caller): Operator,
    At(id): At<noun::Employee>,
    Body(new): Body<NewNote>,
) -> Answer<impl IntoResponse> {
    let event = notes::add(&web.app, &caller, Subject::Employee(id), &new.note).await?;
    Ok((StatusCode::CREATED, Json(EventShape::of(event))))
}
