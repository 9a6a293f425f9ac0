//! Alerts: what a person should know until it is mended.

use app::alerts::{self, Severity, Told};
use app::changes::Changeable;
use app::reports::alert_list::AlertList;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::id::AlertId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::bearer::{Bearer, Viewer};
use super::listing::{AsFile, Lately, Limit, List, Moment, count, parsed};
use super::problem::Answer;
use super::reading::AskedBoth;
use super::words;
use crate::state::Web;

/// An alert.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Alert)]
pub struct AlertShape {
    #[schema(example = "alr_0HZX4K9Q2M7RA")]
    id: String,
    #[schema(schema_with = words::severities)]
    severity: Severity,
    title: String,
    detail: String,
    /// Where in the app it can be mended.
    link: Option<String>,
    raised_at: String,
    mended_at: Option<String>,
    /// When the first person read it.
    seen_at: Option<String>,
    /// When the first of its mails was sent; null where none was, or mail is not set up.
    mailed_at: Option<String>,
    /// Whom it was mailed to.
    mailed_to: Vec<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AlertListQuery {
    /// 1 to 200, else 50.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    cursor: Option<AlertId>,
    /// Those that changed at that time or later.
    #[param(value_type = Option<String>, format = DateTime)]
    updated_since: Option<Moment>,
    /// `any` for the mended ones too.
    #[param(inline)]
    mended: Option<Mended>,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Mended {
    Any,
}

/// List alerts.
///
/// Role: viewer. The open ones; with `mended=any` all. Newest first.
#[utoipa::path(get, path = "/api/v1/alerts", tag = "alerts", params(AsFile, AlertListQuery),
    responses((status = 200, content((List<AlertShape> = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    AskedBoth(as_file, asked): AskedBoth<AsFile, AlertListQuery>,
) -> Answer<Response> {
    let since = asked.updated_since.map(|moment| moment.0);
    let whole = || AlertList { mended: asked.mended.is_some(), since };
    if let Some(file) = as_file.of(&web, &caller, whole).await? {
        return Ok(file);
    }
    let limit = asked.limit.unwrap_or_default();
    let place = |told: &Told| told.alert.id.to_string();
    if let Some(Mended::Any) = asked.mended {
        let app = &web.app;
        let most = limit.and_one();
        let found = alerts::all(app, &caller, since, asked.cursor, most).await?;
        let total = alerts::count(app, &caller, since).await?;
        return Ok(Json(List::walk(found, limit.0, total, place, shape)).into_response());
    }
    let lately = Lately::of(&web, &caller, Changeable::Alerts, since).await?;
    let mut found = alerts::open(&web.app, &caller).await?;
    found.retain(|told| lately.has(told.alert.id));
    let total = count(&found);
    found.retain(|told| asked.cursor.is_none_or(|last| told.alert.id < last));
    Ok(Json(List::walk(found, limit.0, total, place, shape)).into_response())
}

fn shape(told: Told) -> AlertShape {
    let Told { alert, mails, .. } = told;
    let mailed_at = mails.iter().filter_map(|mail| mail.sent_at).min();
    let sent = mails.into_iter().filter(|mail| mail.sent_at.is_some());
    AlertShape {
        id: alert.id.to_string(),
        severity: alert.severity,
        title: alert.title,
        detail: alert.detail,
        link: alert.link,
        raised_at: alert.raised_at.to_string(),
        mended_at: alert.mended_at.map(|at| at.to_string()),
        seen_at: alert.seen_at.map(|at| at.to_string()),
        mailed_at: mailed_at.map(|at| at.to_string()),
        mailed_to: sent.map(|mail| mail.email).collect(),
    }
}
