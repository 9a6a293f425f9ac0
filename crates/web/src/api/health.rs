//! Whether the process lives, and whether it can work; asked by load balancers, without a token.

use axum::extract::State;

use super::problem::{Answer, Problem};
use crate::state::Web;

/// Is the process alive?
#[utoipa::path(get, path = "/healthz", tag = "operations",
    responses((status = 200, body = String, content_type = "text/plain", example = "ok")))]
pub async fn alive() -> &'static str {
    "ok"
}

/// Can it work: does the database answer, and is it up to date?
#[utoipa::path(get, path = "/readyz", tag = "operations", responses(
    (status = 200, body = String, content_type = "text/plain", example = "ready"),
    (status = 503, description = "The database does not answer.", body = Problem,
        content_type = "application/problem+json")))]
pub async fn ready(State(web): State<Web>) -> Answer<&'static str> {
    let down = |refusal: app::Refusal| {
        Problem::new(axum::http::StatusCode::SERVICE_UNAVAILABLE, refusal.to_string())
    };
    web.app.ready().await.map_err(down)?;
    Ok("ready")
}
