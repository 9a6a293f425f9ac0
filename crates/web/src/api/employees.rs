//! Employees: who can hold assets, and what each holds.

use app::assets::{Archived, AssetQuery, Cursor};
use app::names::{self, Wanted};
use app::people::{self, EmployeeQuery, EmployeeRow};
use app::{Caller, Refusal};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::Custodian;
use domain::fields::Values;
use domain::id::{DepartmentId, EmployeeId, LocationId, noun};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::assets::{self, AssetShape};
use super::bearer::{Bearer, Manager, Viewer};
use super::headers::{At, location};
use super::listing::{Limit, List, Paged, parsed};
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
    /// Left, or archived in the directory: gets nothing new.
    leaver: bool,
    /// Custom fields by key.
    #[schema(value_type = Object)]
    fields: Values,
    /// How many assets they hold.
    holds: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEmployee {
    /// 1 to 200 characters.
    name: String,
    /// Unique in the tenant.
    email: Option<String>,
    /// Custom fields by key.
    #[schema(value_type = Option<Object>)]
    fields: Option<Values>,
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
    /// `true` for those alone who hold something.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<bool>)]
    holding: Option<bool>,
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
    Ok(Json(List { items, next, total: Some(total), more: None }))
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
    let found = people::employee(&web.app, &caller, id).await?;
    Ok(Json(shape(row(&web, &caller, found).await?)))
}

/// Add an employee.
///
/// Role: manager.
#[utoipa::path(post, path = "/api/v1/employees", tag = "employees", request_body = NewEmployee,
    responses((status = 201, body = Employee)))]
pub async fn create(
    State(web): State<Web>,
    Bearer(caller): Manager,
    Body(new): Body<NewEmployee>,
) -> Answer<impl IntoResponse> {
    let fields = new.fields.unwrap_or_default().into_iter().collect();
    let made = people::create(&web.app, &caller, &new.name, new.email.as_deref(), fields).await?;
    let at = location("employees", made.id);
    Ok((StatusCode::CREATED, at, Json(shape(row(&web, &caller, made).await?))))
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
    let changed = people::set_fields(&web.app, &caller, id, given).await?;
    Ok(Json(shape(row(&web, &caller, changed).await?)))
}

/// What an employee holds.
///
/// Role: viewer. Archived ones too; by tag.
#[utoipa::path(get, path = "/api/v1/employees/{id}/assets", tag = "employees",
    params(("id" = String, Path, description = "`emp_…`"), Paged),
    responses((status = 200, body = List<AssetShape>)))]
pub async fn holdings(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Employee>,
    Asked(asked): Asked<Paged>,
) -> Answer<Json<List<AssetShape>>> {
    people::employee(&web.app, &caller, id).await?;
    let query = AssetQuery { cursor: asked.cursor()?, limit: asked.limit().0, ..held_by(id) };
    assets::page(&web, &caller, query).await.map(Json)
}

impl EmployeeListQuery {
    fn query(self) -> EmployeeQuery {
        EmployeeQuery {
            q: self.q,
            leaver: self.leaver,
            department: self.department,
            location: self.location,
            holding: self.holding.unwrap_or(false),
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

/// One employee as lists show them.
async fn row(
    web: &Web,
    caller: &Caller,
    employee: domain::person::Employee,
) -> Result<EmployeeRow, Refusal> {
    let mut wanted = Wanted::default();
    employee.department.into_iter().for_each(|id| wanted.id(id));
    employee.location.into_iter().for_each(|id| wanted.id(id));
    let names = names::names(&web.app, caller, wanted).await?;
    let name = |id: Option<String>| names.get(&id?).map(str::to_owned);
    let department = name(employee.department.map(|id| id.to_string()));
    let location = name(employee.location.map(|id| id.to_string()));
    let holds = app::people::holdings(&web.app, caller, employee.id).await?.len();
    let holds = i64::try_from(holds).unwrap_or(i64::MAX);
    Ok(EmployeeRow { employee, department, location, holds })
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
        leaver: employee.leaver,
        fields: employee.fields,
        holds: row.holds,
    }
}
