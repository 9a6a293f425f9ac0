//! Everything a tenant has, as one document.

use axum::extract::State;
use axum::response::Response;

use super::bearer::{Administrator, Bearer};
use super::problem::Answer;
use crate::download::sent;
use crate::state::Web;

/// Export everything.
///
/// Role: administrator. All that the tenant has, of one moment, as one JSON object: `about`,
/// `company`, then a list each of `statuses`, `categories`, `manufacturers`, `suppliers`,
/// `departments`, `locations`, `products`, `fields`, `employees`, `sources`, `assets`, `links`,
/// `custody`, `attachments`, `views`, `reports`, `users`, `devices` and `events`. No secret is in it.
#[utoipa::path(get, path = "/api/v1/export", tag = "operations",
    responses((status = 200, body = serde_json::Value)))]
pub async fn everything(State(web): State<Web>, Bearer(caller): Administrator) -> Answer<Response> {
    Ok(sent(app::everything::everything(&web.app, &caller).await?))
}
