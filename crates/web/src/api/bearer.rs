//! Who calls the API: a bearer token and nothing else; a session's cookie opens no door here.

use app::{Caller, Refusal, tokens};
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use domain::access::Role;

use super::problem::Problem;
use crate::state::Web;

/// The caller, known to have at least the role; asked before the body is read.
pub struct Bearer<const ROLE: u8>(pub Caller);

pub type Viewer = Bearer<{ Role::Viewer as u8 }>;
pub type Operator = Bearer<{ Role::Operator as u8 }>;
pub type Manager = Bearer<{ Role::Manager as u8 }>;
pub type Administrator = Bearer<{ Role::Administrator as u8 }>;

impl<const ROLE: u8> FromRequestParts<Web> for Bearer<ROLE> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let token = token(parts).ok_or(Refusal::SignedOut)?;
        let caller = tokens::caller(&web.app, token).await?;
        caller.need(Role::ALL[usize::from(ROLE)])?;
        Ok(Bearer(caller))
    }
}

/// An administrator of the first tenant, who administers the installation.
pub struct Installation(pub Caller);

impl FromRequestParts<Web> for Installation {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let Bearer(caller) = Administrator::from_request_parts(parts, web).await?;
        let here = app::tenants::administers(&web.app, &caller).await?;
        here.then_some(Installation(caller)).ok_or_else(|| Refusal::OtherTenant.into())
    }
}

fn token(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}
