//! Employees: who can hold assets, what each holds and held.

mod change;

use app::Caller;
use app::assets::{Archived, AssetQuery, Cursor};
use app::people::{self, EmployeeQuery, EmployeeRow};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::Custodian;
use domain::event::Subject;
use domain::fields::Values;
use domain::id::{DepartmentId, EmployeeId, LocationId, noun};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use self::change::{EmployeeChange, NewEmployee};
use super::assets::{self, AssetShape};
use super::bearer::{Bearer, Manager, Viewer};
use super::events::EventShape;
use super::headers::{At, location};
use super::intervals::IntervalShape;
use super::listing::{Limit, List, Moment, Paged, PagedSince, parsed};
use super::nouns::{self, Merge};
use super::problem::Answer;
use super::reading::{Asked, Body, Patch};
use super::shape::Named;
use crate::state::Web;

/// A person who can hold assets.
#[derive(Debug, Serialize, ToSchema)]
pub struct Employee {
    #[schema(example = "emp_0HZX4K9Q2M7RA")]
    id: String,
    name: String,
    email: Option<String>,
    title: Option<String>,
    department: Option<Named>,
    location: Option<Named>,
    /// Whom they report to.
    manager: Option<Named>,
    #[schema(format = Date)]
    starts_on: Option<String>,
    /// Their last day.
    #[schema(format = Date)]
    ends_on: Option<String>,
    /// Left, or archived in the directory: gets nothing new.
    leaver: bool,
    /// Custom fields by key.
    #[schema(value_type = Object)]
    fields: Values,
    /// How many assets they hold.
    holds: i64,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EmployeeListQuery {
    /// 1 to 200, else 50.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
    /// `name` or `-name`.
    #[param(inline)]
    sort: Option<Sort>,
    /// Every word must stand in the name or the e-mail.
    q: Option<String>,
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<bool>)]
    leaver: Option<bool>,
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    department: Option<DepartmentId>,
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    location: Option<LocationId>,
    /// Those who report to this employee.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    manager: Option<EmployeeId>,
    /// `true` for those alone who hold something.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<bool>)]
    holding: Option<bool>,
    /// Those who changed at that time or later.
    #[param(value_type = Option<String>, format = DateTime)]
    updated_since: Option<Moment>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
pub enum Sort {
    #[serde(rename = "name")]
    Name,
    #[serde(rename = "-name")]
    NameDown,
}

/// List employees.
///
/// Role: viewer. By name.
#[utoipa::path(get, path = "/api/v1/employees", tag = "employees", params(EmployeeListQuery),
    responses((status = 200, body = List<Employee>)))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Asked(asked): Asked<EmployeeListQuery>,
) -> Answer<Json<List<Employee>>> {
    let query = asked.query();
    let total = people::count(&web.app, &caller, query.clone()).await?;
    let page = people::list(&web.app, &caller, query).await?;
    let next = page.next.map(|cursor| cursor.to_string());
    let items = page.items.into_iter().map(shape).collect();
    Ok(Json(List { items, next, total, more: None }))
}

/// One employee.
///
/// Role: viewer.
#[utoipa::path(get, path = "/api/v1/employees/{id}", tag = "employees",
    params(("id" = String, Path, description = "`emp_…`")),
    responses((status = 200, body = Employee)))]
pub async fn get(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Employee>,
) -> Answer<Json<Employee>> {
    one(&web, &caller, id).await
}

/// Add an employee.
///
/// Role: manager. Only `name` is required.
#[utoipa::path(post, path = "/api/v1/employees", tag = "employees",
    request_body = NewEmployee,
    responses((status = 201, body = Employee)))]
pub async fn create(
    State(web): State<Web>,
    Bearer(caller): Manager,
    Body(mut new): Body<NewEmployee>,
) -> Answer<impl IntoResponse> {
    let (name, fields) = (new.name.to_string(), new.take_fields());
    let made = people::create(&web.app, &caller, &name, fields, new.edit()).await?;
    Ok((StatusCode::CREATED, location("employees", made), one(&web, &caller, made).await?))
}

/// Change an employee.
///
/// Role: manager. What is left out stays, `null` clears.
#[utoipa::path(patch, path = "/api/v1/employees/{id}", tag = "employees",
    request_body = EmployeeChange,
    params(("id" = String, Path, description = "`emp_…`")),
    responses((status = 200, body = Employee)))]
pub async fn change(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Employee>,
    Body(mut change): Body<EmployeeChange>,
) -> Answer<Json<Employee>> {
    let held = people::employee(&web.app, &caller, id).await?;
    let fields = change.take_fields(&held);
    people::change(&web.app, &caller, id, fields, change.edit()?).await?;
    one(&web, &caller, id).await
}

/// Delete an employee.
///
/// Role: manager. Whoever holds something stays; what they held remains in the histories.
#[utoipa::path(delete, path = "/api/v1/employees/{id}", tag = "employees",
    params(("id" = String, Path, description = "`emp_…`")),
    responses((status = 204), (status = 409, description = "They hold something, or are a manager.")))]
pub async fn delete(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Employee>,
) -> Answer<StatusCode> {
    Ok(nouns::delete(&web, &caller, Subject::Employee(id)).await?)
}

/// Merge an employee into another.
///
/// Role: manager. What they hold, held and lead moves to the one that stays, whose blanks are filled.
#[utoipa::path(post, path = "/api/v1/employees/{id}/merge", tag = "employees",
    request_body = Merge,
    params(("id" = String, Path, description = "`emp_…`, the one that goes")),
    responses((status = 200, body = Employee)))]
pub async fn merge(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Employee>,
    Body(merge): Body<Merge>,
) -> Answer<Json<Employee>> {
    let into = merge.perform(&web, &caller, id, Subject::Employee).await?;
    one(&web, &caller, into).await
}

/// What an employee held.
///
/// Role: viewer. From when until when, newest first.
#[utoipa::path(get, path = "/api/v1/employees/{id}/custody", tag = "employees",
    params(("id" = String, Path, description = "`emp_…`")),
    responses((status = 200, body = List<IntervalShape>)))]
pub async fn held(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Employee>,
) -> Answer<Json<List<IntervalShape>>> {
    let employee = people::employee(&web.app, &caller, id).await?;
    let held = people::held(&web.app, &caller, id).await?.into_iter();
    let shape = |(interval, tag)| IntervalShape::of(interval, tag, employee.name.clone());
    Ok(Json(List::whole(held.map(shape).collect())))
}

/// An employee's history.
///
/// Role: viewer. Newest first.
#[utoipa::path(get, path = "/api/v1/employees/{id}/history", tag = "employees",
    params(("id" = String, Path, description = "`emp_…`"), Paged),
    responses((status = 200, body = List<EventShape>)))]
pub async fn history(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Employee>,
    Asked(asked): Asked<Paged>,
) -> Answer<Json<List<EventShape>>> {
    people::employee(&web.app, &caller, id).await?;
    let (subject, limit, cursor) = (Subject::Employee(id), asked.limit().0, asked.cursor()?);
    let page = app::nouns::history(&web.app, &caller, subject, cursor, limit).await?;
    let total = app::nouns::count_events(&web.app, &caller, subject).await?;
    Ok(Json(List::page(page, total, EventShape::of)))
}

/// Change an employee's custom fields.
///
/// Role: manager. A JSON object of values by key, merged; `null` clears one.
#[utoipa::path(patch, path = "/api/v1/employees/{id}/fields", tag = "employees",
    params(("id" = String, Path, description = "`emp_…`")), request_body = Object,
    responses((status = 200, body = Employee)))]
pub async fn set_fields(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Employee>,
    Patch(patch): Patch,
) -> Answer<Json<Employee>> {
    let given = patch.into_iter().collect();
    people::set_fields(&web.app, &caller, id, given).await?;
    one(&web, &caller, id).await
}

/// What an employee holds.
///
/// Role: viewer. Archived ones too; by tag.
#[utoipa::path(get, path = "/api/v1/employees/{id}/assets", tag = "employees",
    params(("id" = String, Path, description = "`emp_…`"), PagedSince),
    responses((status = 200, body = List<AssetShape>)))]
pub async fn holdings(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Employee>,
    Asked(asked): Asked<PagedSince>,
) -> Answer<Json<List<AssetShape>>> {
    people::employee(&web.app, &caller, id).await?;
    let (asked, updated_since) = asked.split();
    let (cursor, limit) = (asked.cursor()?, asked.limit().0);
    let query = AssetQuery { cursor, limit, updated_since, ..held_by(id) };
    assets::page(&web, &caller, query).await.map(Json)
}

impl EmployeeListQuery {
    fn query(self) -> EmployeeQuery {
        EmployeeQuery {
            q: self.q,
            leaver: self.leaver,
            department: self.department,
            location: self.location,
            manager: self.manager,
            holding: self.holding.unwrap_or(false),
            updated_since: self.updated_since.map(|moment| moment.0),
            descending: self.sort == Some(Sort::NameDown),
            cursor: self.cursor,
            limit: self.limit.unwrap_or_default().0,
        }
    }
}

fn held_by(id: EmployeeId) -> AssetQuery {
    let custodian = Some(Custodian::Employee(id));
    AssetQuery { custodian, archived: Archived::Any, ..AssetQuery::default() }
}

async fn one(web: &Web, caller: &Caller, id: EmployeeId) -> Answer<Json<Employee>> {
    Ok(Json(shape(people::row(&web.app, caller, id).await?)))
}

fn shape(row: EmployeeRow) -> Employee {
    let employee = row.employee;
    Employee {
        id: employee.id.to_string(),
        name: employee.name,
        email: employee.email.map(Into::into),
        title: employee.title,
        department: Named::maybe(employee.department, row.department),
        location: Named::maybe(employee.location, row.location),
        manager: Named::maybe(employee.manager, row.manager),
        starts_on: employee.starts_on.map(|day| day.to_string()),
        ends_on: employee.ends_on.map(|day| day.to_string()),
        leaver: employee.leaver,
        fields: employee.fields,
        holds: row.holds,
    }
}
