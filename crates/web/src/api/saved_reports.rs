//! Saved reports: kept under a name, for oneself or for everybody, and mailed by the clock.

use app::reports::mailing;
use app::reports::saved::{self, NewReport, Parameters, SavedReport};
use app::{Caller, Refusal, versions};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::id::noun;
use domain::mailing::{Attached, Every, Mailing, Rhythm};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bearer::{Bearer, Manager, Viewer};
use super::headers::{At, IfMatch, location, versioned};
use super::listing::{List, PagedSince};
use super::problem::Answer;
use super::reading::{Asked, Body};
use crate::state::Web;

/// A report with what it is asked for, under a name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SavedReport)]
pub struct SavedShape {
    #[schema(example = "rep_0HZX4K9Q2M7RA")]
    id: String,
    name: String,
    /// A name of `GET /api/v1/reports`.
    #[schema(example = "status")]
    report: String,
    /// What it is asked for, as behind the question mark of its page's address.
    #[schema(example = "q=macbook&held=yes")]
    query: String,
    /// Whether everybody of the tenant may open it.
    shared: bool,
    saved_by: String,
    created_at: String,
    updated_at: String,
    /// `null` where it is not mailed.
    schedule: Option<Schedule>,
    next_at: Option<String>,
    sent_at: Option<String>,
    /// Why it is mailed no more.
    stopped: Option<String>,
    /// What went wrong with the last mail.
    error: Option<String>,
}

/// When it is mailed, and to whom.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportSchedule)]
pub struct Schedule {
    every: Often,
    /// Every week 1 for Monday to 7 for Sunday; every month 1 to 31, where a month without such a
    /// day has its last.
    on: Option<u8>,
    /// 0 to 23, on the company's clocks.
    hour: u8,
    format: As,
    /// 1 to 20 e-mail addresses.
    to: Vec<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportMail {
    /// 1 to 20 e-mail addresses; without it those of its schedule.
    #[schema(example = json!(["robin@example.com"]))]
    to: Option<Vec<String>>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Often {
    Day,
    Week,
    Month,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum As {
    Csv,
    Xlsx,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSaved {
    /// 1 to 100 characters; each of your reports has another.
    name: String,
    report: String,
    /// As behind the question mark of the report's page.
    query: Option<String>,
    /// Needs the role manager.
    shared: Option<bool>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedChange {
    name: Option<String>,
    query: Option<String>,
    shared: Option<bool>,
}

/// List saved reports.
///
/// Role: viewer. Your own and the shared ones.
#[utoipa::path(get, path = "/api/v1/reports/saved", tag = "reports", params(PagedSince),
    responses((status = 200, body = List<SavedShape>)))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Asked(asked): Asked<PagedSince>,
) -> Answer<Json<List<SavedShape>>> {
    let mut items = Vec::new();
    let found = saved::list(&web.app, &caller).await?.into_iter();
    for report in found.filter(|report| asked.takes(report.updated_at)) {
        items.push(shape(&web, &caller, report).await?);
    }
    Ok(Json(asked.cut(items, |item: &SavedShape| item.id.clone(), |item| item)?))
}

/// One saved report.
///
/// Role: viewer.
#[utoipa::path(get, path = "/api/v1/reports/saved/{id}", tag = "reports",
    params(("id" = String, Path, description = "`rep_…`")),
    responses((status = 200, body = SavedShape)))]
pub async fn get(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::SavedReport>,
) -> Answer<impl IntoResponse> {
    let report = saved::saved(&web.app, &caller, id).await?;
    answer(&web, &caller, report).await
}

/// Save a report.
///
/// Role: viewer. A shared one needs the role manager.
#[utoipa::path(post, path = "/api/v1/reports/saved", tag = "reports", request_body = NewSaved,
    responses((status = 201, body = SavedShape)))]
pub async fn create(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Body(new): Body<NewSaved>,
) -> Answer<impl IntoResponse> {
    let NewSaved { name, report, query, shared } = new;
    let parameters = parameters(&query.unwrap_or_default());
    let new = NewReport { name, report, parameters, shared: shared.unwrap_or(false) };
    let made = saved::create(&web.app, &caller, new).await?;
    let at = location("reports/saved", made.id);
    Ok((StatusCode::CREATED, at, answer(&web, &caller, made).await?))
}

/// Change a saved report.
///
/// Role: viewer. A shared one needs the role manager. What is left out stays. Give `If-Match` to be
/// sure that nobody changed it in between.
#[utoipa::path(patch, path = "/api/v1/reports/saved/{id}", tag = "reports",
    request_body = SavedChange,
    params(("id" = String, Path, description = "`rep_…`"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` it was read with")),
    responses((status = 200, body = SavedShape), (status = 412, description = "Somebody was quicker.")))]
pub async fn change(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::SavedReport>,
    IfMatch(version): IfMatch,
    Body(change): Body<SavedChange>,
) -> Answer<impl IntoResponse> {
    let SavedChange { name, query, shared } = change;
    let parameters = query.as_deref().map(parameters);
    let changed = saved::change(&web.app, &caller, id, version, name, parameters, shared).await?;
    answer(&web, &caller, changed).await
}

/// Delete a saved report.
///
/// Role: viewer. A shared one needs the role manager.
#[utoipa::path(delete, path = "/api/v1/reports/saved/{id}", tag = "reports",
    params(("id" = String, Path, description = "`rep_…`")), responses((status = 204)))]
pub async fn delete(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::SavedReport>,
) -> Answer<StatusCode> {
    saved::delete(&web.app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Have a saved report mailed.
///
/// Role: manager. Whoever saved it, a person or a token, must have that role; when they lose it or
/// are gone, the mails stop. Give `If-Match` to be sure that nobody changed it in between.
#[utoipa::path(put, path = "/api/v1/reports/saved/{id}/schedule", tag = "reports",
    request_body = Schedule,
    params(("id" = String, Path, description = "`rep_…`"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` it was read with")),
    responses((status = 200, body = SavedShape), (status = 412, description = "Somebody was quicker.")))]
pub async fn schedule(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::SavedReport>,
    IfMatch(version): IfMatch,
    Body(asked): Body<Schedule>,
) -> Answer<impl IntoResponse> {
    let every = match (asked.every, asked.on) {
        (Often::Day, _) => Every::Day,
        (Often::Week, Some(on)) => Every::Week { on },
        (Often::Month, Some(on)) => Every::Month { on },
        (Often::Week | Often::Month, None) => {
            let detail = "on which day; hint: 1 for Monday, or the day of the month";
            return Err(Refusal::invalid("on", detail).into());
        }
    };
    let format = match asked.format {
        As::Csv => Attached::Csv,
        As::Xlsx => Attached::Xlsx,
    };
    let to = mailing::recipients(&web.app, &caller, &asked.to).await?;
    let rhythm = Rhythm { every, hour: asked.hour };
    let mailing = Some(Mailing { rhythm, format, to });
    mailing::schedule(&web.app, &caller, id, version, mailing).await?;
    let report = saved::saved(&web.app, &caller, id).await?;
    answer(&web, &caller, report).await
}

/// Mail a saved report now.
///
/// Role: manager. Once, beside its schedule: to those named, else to those of the schedule. A token
/// is nobody to mail to. When this is answered the mails wait to be sent; what became of them stands
/// in `error`.
#[utoipa::path(post, path = "/api/v1/reports/saved/{id}/mail", tag = "reports",
    request_body = ReportMail, params(("id" = String, Path, description = "`rep_…`")),
    responses((status = 202),
        (status = 409, description = "This installation sends no mail.")))]
pub async fn mail(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::SavedReport>,
    Body(asked): Body<ReportMail>,
) -> Answer<StatusCode> {
    let to = match &asked.to {
        Some(to) => Some(mailing::recipients(&web.app, &caller, to).await?),
        None => None,
    };
    mailing::send(&web.app, &caller, id, to).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Mail a saved report no more.
///
/// Role: manager.
#[utoipa::path(delete, path = "/api/v1/reports/saved/{id}/schedule", tag = "reports",
    params(("id" = String, Path, description = "`rep_…`")), responses((status = 204)))]
pub async fn unschedule(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::SavedReport>,
) -> Answer<StatusCode> {
    mailing::schedule(&web.app, &caller, id, None, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn parameters(query: &str) -> Parameters {
    let query = query.trim_start_matches('?');
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

async fn answer(
    web: &Web,
    caller: &Caller,
    report: SavedReport,
) -> Answer<impl IntoResponse + use<>> {
    let version = versions::report(&report);
    Ok(versioned(version, shape(web, caller, report).await?))
}

async fn shape(web: &Web, caller: &Caller, report: SavedReport) -> Answer<SavedShape> {
    let schedule = match &report.mailing {
        None => None,
        Some(mailing) => {
            let known = mailing::known(&web.app, caller, &mailing.to).await?;
            let (every, on) = match mailing.rhythm.every {
                Every::Day => (Often::Day, None),
                Every::Week { on } => (Often::Week, Some(on)),
                Every::Month { on } => (Often::Month, Some(on)),
            };
            Some(Schedule {
                every,
                on,
                hour: mailing.rhythm.hour,
                format: match mailing.format {
                    Attached::Csv => As::Csv,
                    Attached::Xlsx => As::Xlsx,
                },
                to: known.iter().filter_map(|one| Some(one.email.as_ref()?.to_string())).collect(),
            })
        }
    };
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(&report.parameters);
    Ok(SavedShape {
        id: report.id.to_string(),
        name: report.name,
        report: report.report,
        query: query.finish(),
        shared: report.shared,
        saved_by: report.owner_name,
        created_at: report.created_at.to_string(),
        updated_at: report.updated_at.to_string(),
        schedule,
        next_at: report.next_at.map(|at| at.to_string()),
        sent_at: report.sent_at.map(|at| at.to_string()),
        stopped: report.stopped,
        error: report.error,
    })
}
