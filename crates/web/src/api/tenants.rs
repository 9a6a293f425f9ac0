//! Tenants: made and named by the administrators of the first one.

use app::tenants::{self, FirstAdministrator, NewTenant};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::id::noun;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bearer::Installation;
use super::headers::{At, location};
use super::listing::{List, PagedSince};
use super::problem::Answer;
use super::reading::{Asked, Body};
use crate::state::Web;

/// An organization whose records stand alone.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tenant {
    #[schema(example = "ten_0HZX4K9Q2M7RA")]
    id: String,
    name: String,
    /// Its part of the address: `/t/{slug}`.
    slug: String,
    /// The first administrator's, when it was made up; only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TenantNew {
    /// 1 to 100 characters.
    name: String,
    /// Lower-case letters, digits and hyphens; left out, it is made from the name.
    slug: Option<String>,
    /// Left out, nobody signs in there yet; `stockroom admin create --tenant` makes one later.
    administrator: Option<AdministratorNew>,
}

/// Who administers a new tenant first.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdministratorNew {
    /// A user of the first tenant gets in with the password they have.
    email: String,
    name: Option<String>,
    /// For somebody new. Left out, one is made up and answered this once.
    password: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TenantPatch {
    /// The company goes by it too.
    name: Option<String>,
}

/// List the tenants.
///
/// Role: administrator. Of the first tenant; oldest first.
#[utoipa::path(get, path = "/api/v1/tenants", tag = "tenants", params(PagedSince),
    responses((status = 200, body = List<Tenant>)))]
pub async fn list(
    State(web): State<Web>,
    Installation(caller): Installation,
    Asked(asked): Asked<PagedSince>,
) -> Answer<Json<List<Tenant>>> {
    let mut all = tenants::list(&web.app, &caller).await?;
    if let Some(since) = asked.since() {
        let lately = app::changes::tenants_since(&web.app, &caller, since).await?;
        all.retain(|tenant| lately.contains(&tenant.id));
    }
    Ok(Json(asked.cut(all, |tenant| tenant.id.to_string(), |tenant| shape(tenant, None))?))
}

/// One tenant.
///
/// Role: administrator. Of the first tenant.
#[utoipa::path(get, path = "/api/v1/tenants/{id}", tag = "tenants",
    params(("id" = String, Path, description = "`ten_…`")),
    responses((status = 200, body = Tenant)))]
pub async fn get(
    State(web): State<Web>,
    Installation(caller): Installation,
    At(id): At<noun::Tenant>,
) -> Answer<Json<Tenant>> {
    Ok(Json(shape(tenants::tenant(&web.app, &caller, id).await?, None)))
}

/// Make a tenant.
///
/// Role: administrator. Of the first tenant. The new one holds statuses and nothing else.
#[utoipa::path(post, path = "/api/v1/tenants", tag = "tenants", request_body = TenantNew,
    responses((status = 201, body = Tenant)))]
pub async fn create(
    State(web): State<Web>,
    Installation(caller): Installation,
    Body(new): Body<TenantNew>,
) -> Answer<impl IntoResponse> {
    let administrator = new.administrator.map(|who| FirstAdministrator {
        email: who.email,
        name: who.name.unwrap_or_default(),
        password: who.password,
    });
    let new = NewTenant { name: new.name, slug: new.slug.unwrap_or_default(), administrator };
    let (tenant, password) = tenants::create(&web.app, &caller, new).await?;
    let at = location("tenants", tenant.id);
    Ok((StatusCode::CREATED, at, Json(shape(tenant, password))))
}

/// Rename a tenant.
///
/// Role: administrator. Of the first tenant. Its address stays.
#[utoipa::path(patch, path = "/api/v1/tenants/{id}", tag = "tenants", request_body = TenantPatch,
    params(("id" = String, Path, description = "`ten_…`")),
    responses((status = 200, body = Tenant)))]
pub async fn change(
    State(web): State<Web>,
    Installation(caller): Installation,
    At(id): At<noun::Tenant>,
    Body(patch): Body<TenantPatch>,
) -> Answer<Json<Tenant>> {
    let tenant = match patch.name {
        Some(name) => tenants::rename(&web.app, &caller, id, &name).await?,
        None => tenants::tenant(&web.app, &caller, id).await?,
    };
    Ok(Json(shape(tenant, None)))
}

fn shape(tenant: domain::company::Tenant, password: Option<String>) -> Tenant {
    Tenant { id: tenant.id.to_string(), name: tenant.name, slug: tenant.slug, password }
}
