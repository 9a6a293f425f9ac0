//! Alerts: what a person should know until it is mended.

use app::questions::{self, Alert};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::bearer::{Bearer, Viewer};
use super::listing::List;
use super::problem::Answer;
use crate::state::Web;

/// An alert.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Alert)]
pub struct AlertShape {
    #[schema(example = "alr_0HZX4K9Q2M7RA")]
    id: String,
    /// `info`, `warning` or `danger`.
    severity: &'static str,
    title: String,
    detail: String,
    /// Where in the app it can be mended.
    link: Option<String>,
    raised_at: String,
    mended_at: Option<String>,
    seen_at: Option<String>,
}

/// List the open alerts.
///
/// Role: viewer.
#[utoipa::path(get, path = "/api/v1/alerts", tag = "alerts",
    responses((status = 200, body = List<AlertShape>)))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Viewer,
) -> Answer<Json<List<AlertShape>>> {
    let found = questions::alerts(&web.app, &caller).await?;
    Ok(Json(List::whole(found.into_iter().map(shape).collect())))
}

fn shape(alert: Alert) -> AlertShape {
    AlertShape {
        id: alert.id.to_string(),
        severity: alert.severity.as_str(),
        title: alert.title,
        detail: alert.detail,
        link: alert.link,
        raised_at: alert.raised_at.to_string(),
        mended_at: alert.mended_at.map(|at| at.to_string()),
        seen_at: alert.seen_at.map(|at| at.to_string()),
    }
}
