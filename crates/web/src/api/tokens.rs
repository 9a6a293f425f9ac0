//! API tokens: one tenant, one role; the text is answered once and kept by nobody.

use app::tokens;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::access::Role;
use domain::id::noun;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bearer::{Administrator, Bearer};
use super::headers::{At, location};
use super::listing::{List, PagedSince};
use super::problem::Answer;
use super::reading::{Asked, Body};
use super::words;
use crate::state::Web;

/// A token, without its text.
#[derive(Debug, Serialize, ToSchema)]
pub struct Token {
    #[schema(example = "tok_0HZX4K9Q2M7RA")]
    id: String,
    name: String,
    #[schema(schema_with = words::roles)]
    role: Role,
    created_at: String,
    last_used_at: Option<String>,
    /// The secret itself; only in the answer that makes it.
    #[serde(rename = "token", skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// 1 to 100 characters.
    name: String,
    /// What it may do; each role includes the ones before it.
    #[schema(schema_with = words::roles)]
    role: Role,
}

/// List the tokens.
///
/// Role: administrator.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "tokens", params(PagedSince),
    responses((status = 200, body = List<Token>)))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    Asked(asked): Asked<PagedSince>,
) -> Answer<Json<List<Token>>> {
    let mut tokens = tokens::list(&web.app, &caller).await?;
    tokens.retain(|token| asked.takes(token.last_used_at.unwrap_or(token.created_at)));
    Ok(Json(asked.cut(tokens, |token| token.id.to_string(), |token| shape(token, None))?))
}

/// Make a token.
///
/// Role: administrator. Its text is answered this once.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "tokens", request_body = NewToken,
    responses((status = 201, body = Token)))]
pub async fn create(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    Body(new): Body<NewToken>,
) -> Answer<impl IntoResponse> {
    let (token, text) = tokens::create(&web.app, &caller, &new.name, new.role).await?;
    let at = location("tokens", token.id);
    Ok((StatusCode::CREATED, at, Json(shape(token, Some(text)))))
}

/// Revoke a token.
///
/// Role: administrator. It stops working at once.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", tag = "tokens",
    params(("id" = String, Path, description = "`tok_…`")), responses((status = 204)))]
pub async fn delete(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    At(id): At<noun::Token>,
) -> Answer<StatusCode> {
    tokens::delete(&web.app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn shape(token: tokens::Token, text: Option<String>) -> Token {
    Token {
        id: token.id.to_string(),
        name: token.name,
        role: token.role,
        created_at: token.created_at.to_string(),
        last_used_at: token.last_used_at.map(|at| at.to_string()),
        text,
    }
}
