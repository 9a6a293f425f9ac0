//! Employees: who can hold assets, what each holds and held.

mod change;
mod query;
pub mod told;

use app::Caller;
use app::assets::{Archived, AssetQuery};
use app::people::{self, EmployeeRow};
use app::reports::employee_list::EmployeeList;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::Custodian;
use domain::event::Subject;
use domain::fields::Values;
use domain::id::{EmployeeId, noun};
use serde::Serialize;
use utoipa::ToSchema;

use self::change::{EmployeeChange, NewEmployee};
use self::query::EmployeeListQuery;
use super::assets::{self, AssetShape};
use super::bearer::{Bearer, Manager, Viewer};
use super::headers::{At, IfMatch, location, versioned};
use super::listing::{AsFile, List, PagedSince};
use super::nouns::{self, Merge};
use super::problem::Answer;
use super::reading::{Asked, AskedBoth, Body, Patch};
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
    version: i64,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

/// List employees.
///
/// Role: viewer. By name, unless `sort` says otherwise. A file has every column there is, custom fields
/// among them.
#[utoipa::path(get, path = "/api/v1/employees", tag = "employees", params(AsFile, EmployeeListQuery),
    responses((status = 200, content((List<Employee> = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    AskedBoth(as_file, asked): AskedBoth<AsFile, EmployeeListQuery>,
) -> Answer<Response> {
    let query = asked.query(&web, &caller).await?;
    let whole = || EmployeeList { employees: query.clone(), columns: None };
    if let Some(file) = as_file.of(&web, &caller, whole).await? {
        return Ok(file);
    }
    let (page, total) = people::counted(&web.app, &caller, query).await?;
    Ok(Json(List::page(page, total, shape)).into_response())
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
) -> Answer<Response> {
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
/// Role: manager. What is left out stays, `null` clears. Give `If-Match` to be sure that nobody changed
/// it in between.
#[utoipa::path(patch, path = "/api/v1/employees/{id}", tag = "employees",
    request_body = EmployeeChange,
    params(("id" = String, Path, description = "`emp_…`"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` it was read with")),
    responses((status = 200, body = Employee), (status = 412, description = "Somebody was quicker.")))]
pub async fn change(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Employee>,
    IfMatch(version): IfMatch,
    Body(mut change): Body<EmployeeChange>,
) -> Answer<Response> {
    let held = people::employee(&web.app, &caller, id).await?;
    let fields = change.take_fields(&held);
    people::change(&web.app, &caller, id, version, fields, change.edit()?).await?;
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
) -> Answer<Response> {
    let into = merge.perform(&web, &caller, id, Subject::Employee).await?;
    one(&web, &caller, into).await
}

/// Change an employee's custom fields.
///
/// Role: manager. A JSON object of values by key, merged; `null` clears one.
#[utoipa::path(patch, path = "/api/v1/employees/{id}/fields", tag = "employees",
    params(("id" = String, Path, description = "`emp_…`"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` it was read with")),
    request_body = Object,
    responses((status = 200, body = Employee), (status = 412, description = "Somebody was quicker.")))]
pub async fn set_fields(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Employee>,
    IfMatch(version): IfMatch,
    Patch(patch): Patch,
) -> Answer<Response> {
    let given = patch.into_iter().collect();
    people::set_fields(&web.app, &caller, id, version, given).await?;
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

fn held_by(id: EmployeeId) -> AssetQuery {
    let custodian = Some(Custodian::Employee(id));
    AssetQuery { custodian, archived: Archived::Any, ..AssetQuery::default() }
}

async fn one(web: &Web, caller: &Caller, id: EmployeeId) -> Answer<Response> {
    let row = people::row(&web.app, caller, id).await?;
    Ok(versioned(row.stamp.version, shape(row)).into_response())
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
        version: row.stamp.version,
        created_at: row.created_at.to_string(),
        updated_at: row.stamp.updated_at.to_string(),
    }
}
