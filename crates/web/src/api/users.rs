//! Users: people who sign in to this tenant, and what they may.

use app::changes::Changeable;
use app::reports::lists::RegisterList;
use app::users::{self, NewUser, UserChange, UserRow};
use app::versions;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::id::noun;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bearer::{Administrator, Bearer};
use super::headers::{At, IfMatch, location, versioned};
use super::listing::{AsFile, Lately, List, Listed};
use super::problem::{Answer, Problem};
use super::reading::{AskedBoth, Body, Patch, read};
use super::shape::Named;
use super::words;
use crate::state::Web;

/// Someone who signs in.
#[derive(Debug, Serialize, ToSchema)]
pub struct User {
    #[schema(example = "usr_0HZX4K9Q2M7RA")]
    id: String,
    email: String,
    name: String,
    #[schema(schema_with = words::roles)]
    role: Role,
    /// The employee they are: chosen, else the one with the same e-mail.
    employee: Option<Named>,
    created_at: String,
    /// In a session that is still open; to five minutes.
    last_seen_at: Option<String>,
    /// How many sessions are open.
    sessions: i64,
    /// A password that was made up; only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserNew {
    /// Unique in the tenant.
    email: String,
    /// Left out, it is the part of the address before the @.
    name: Option<String>,
    #[schema(schema_with = words::roles)]
    role: Role,
    /// 12 characters or more. Left out, one is made up and answered this once.
    password: Option<String>,
}

/// What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserPatch {
    /// With which they sign in from then on; their sessions stay.
    email: Option<String>,
    name: Option<String>,
    #[schema(schema_with = words::roles)]
    role: Option<Role>,
    /// An employee's id or e-mail, of one that no other user is; `null` for the one with the same
    /// e-mail.
    employee: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordNew {
    /// 12 characters or more. Left out, one is made up.
    password: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PasswordMade {
    /// The one that was made up; `null` when it was given.
    password: Option<String>,
}

/// List the users.
///
/// Role: administrator. By `email`, unless `sort` says `name`, `role`, `employee`, `created_at` or
/// `last_seen_at`; `q` is looked for in the name and the e-mail.
#[utoipa::path(get, path = "/api/v1/users", tag = "users", params(AsFile, Listed),
    responses((status = 200, content((List<User> = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    AskedBoth(as_file, asked): AskedBoth<AsFile, Listed>,
) -> Answer<Response> {
    let narrowed = asked.narrowed::<UserRow>()?;
    let (now, since) = (web.app.now(), narrowed.updated_since);
    let whole = || RegisterList::Users(now, narrowed.clone());
    if let Some(file) = as_file.of(&web, &caller, whole).await? {
        return Ok(file);
    }
    let lately = Lately::of(&web, &caller, Changeable::Users, since).await?;
    let mut rows = users::list(&web.app, &caller).await?;
    let seen = |row: &UserRow| row.seen_at.is_some_and(|at| Some(at) >= since);
    rows.retain(|row| lately.has(row.user.id) || seen(row));
    let (rows, id) = (narrowed.of(rows), |row: &UserRow| row.user.id.to_string());
    Ok(Json(List::cut(rows, &asked.paged(), id, |row| shape(row, None))?).into_response())
}

/// One user.
///
/// Role: administrator.
#[utoipa::path(get, path = "/api/v1/users/{id}", tag = "users",
    params(("id" = String, Path, description = "`usr_…`")),
    responses((status = 200, body = User)))]
pub async fn get(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    At(id): At<noun::User>,
) -> Answer<impl IntoResponse> {
    Ok(answer(users::user(&web.app, &caller, id).await?, None))
}

/// Let someone sign in.
///
/// Role: administrator. Without a password one is made up, and answered this once.
#[utoipa::path(post, path = "/api/v1/users", tag = "users", request_body = UserNew,
    responses((status = 201, body = User)))]
pub async fn create(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    Body(new): Body<UserNew>,
) -> Answer<impl IntoResponse> {
    let new = NewUser {
        email: new.email,
        name: new.name.unwrap_or_default(),
        role: new.role,
        password: new.password,
    };
    let (row, password) = users::create(&web.app, &caller, new).await?;
    let at = location("users", row.user.id);
    Ok((StatusCode::CREATED, at, answer(row, password)))
}

/// Change a user's e-mail, name, role or employee.
///
/// Role: administrator. The last administrator of a tenant stays one. Give `If-Match` to be sure that
/// nobody changed them in between.
#[utoipa::path(patch, path = "/api/v1/users/{id}", tag = "users", request_body = UserPatch,
    params(("id" = String, Path, description = "`usr_…`"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` it was read with")),
    responses((status = 200, body = User), (status = 409, description = "The last administrator."),
        (status = 412, description = "Somebody was quicker.")))]
pub async fn change(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    At(id): At<noun::User>,
    IfMatch(version): IfMatch,
    Patch(given): Patch,
) -> Answer<impl IntoResponse> {
    let patch: UserPatch = read(&given).map_err(Problem::fields)?;
    let employee = patch.employee.as_deref().unwrap_or_default();
    let employee = users::employee_named(&web.app, &caller, employee).await?;
    let employee = given.contains_key("employee").then_some(employee);
    let UserPatch { email, name, role, .. } = patch;
    let change = UserChange { email, name, role, employee };
    Ok(answer(users::change(&web.app, &caller, id, version, change).await?, None))
}

/// Remove a user.
///
/// Role: administrator. Their sessions end. The last administrator of a tenant stays.
#[utoipa::path(delete, path = "/api/v1/users/{id}", tag = "users",
    params(("id" = String, Path, description = "`usr_…`")),
    responses((status = 204), (status = 409, description = "The last administrator.")))]
pub async fn delete(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    At(id): At<noun::User>,
) -> Answer<StatusCode> {
    users::delete(&web.app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a user a new password.
///
/// Role: administrator. Their sessions end. Without a password one is made up.
#[utoipa::path(post, path = "/api/v1/users/{id}/password", tag = "users",
    request_body = PasswordNew, params(("id" = String, Path, description = "`usr_…`")),
    responses((status = 200, body = PasswordMade)))]
pub async fn reset_password(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    At(id): At<noun::User>,
    Body(new): Body<PasswordNew>,
) -> Answer<Json<PasswordMade>> {
    let password = users::reset_password(&web.app, &caller, id, new.password).await?;
    Ok(Json(PasswordMade { password }))
}

/// Sign a user out everywhere.
///
/// Role: administrator.
#[utoipa::path(delete, path = "/api/v1/users/{id}/sessions", tag = "users",
    params(("id" = String, Path, description = "`usr_…`")), responses((status = 204)))]
pub async fn end_sessions(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    At(id): At<noun::User>,
) -> Answer<StatusCode> {
    users::end_sessions(&web.app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn answer(row: UserRow, password: Option<String>) -> impl IntoResponse {
    versioned(versions::user(&row.user, row.employee_chosen()), shape(row, password))
}

fn shape(row: UserRow, password: Option<String>) -> User {
    User {
        id: row.user.id.to_string(),
        email: row.user.email.into(),
        name: row.user.name,
        role: row.user.role,
        employee: row.employee.map(|(id, name)| Named::of(id, name)),
        created_at: row.created_at.to_string(),
        last_seen_at: row.seen_at.map(|at| at.to_string()),
        sessions: row.sessions,
        password,
    }
}
