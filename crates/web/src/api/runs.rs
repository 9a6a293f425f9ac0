//! Runs: asked for, looked at, approved or rejected, taken back.

pub mod plan;
mod shape;

use app::reports::run_list::RunList;
use app::runs::{self, Mode, Run};
use app::{Caller, Refusal, sync};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::id::noun;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::shape::RunShape;
use super::bearer::{Bearer, Manager, Viewer};
use super::headers::{At, Which, location};
use super::listing::{AsFile, List, PagedSince};
use super::problem::Answer;
use super::reading::{AskedBoth, Body};
use super::{sources, words};
use crate::state::Web;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRun {
    /// `apply`, or `preview`, which changes nothing.
    #[schema(schema_with = words::modes)]
    mode: Mode,
}

/// What could and could not be taken back.
#[derive(Debug, Serialize, ToSchema)]
pub struct Undone {
    /// How many assets stand as before.
    restored: usize,
    /// Those that something newer stands on.
    kept: Vec<Kept>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Kept {
    #[schema(example = "ast_0HZX4K9Q2M7RA")]
    asset: String,
    /// Why it stays as it is.
    detail: String,
}

impl Kept {
    pub fn of(kept: app::bulks::Kept) -> Self {
        Kept { asset: kept.asset.to_string(), detail: kept.why }
    }
}

/// List a source's runs.
///
/// Role: viewer. Newest first.
#[utoipa::path(get, path = "/api/v1/sources/{id}/runs", tag = "runs",
    params(("id" = String, Path, description = "`src_…` or the source's name"), AsFile, PagedSince),
    responses((status = 200, content((List<RunShape> = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Which(which): Which,
    AskedBoth(as_file, asked): AskedBoth<AsFile, PagedSince>,
) -> Answer<Response> {
    let source = sources::named(&web, &caller, &which).await?.id;
    let (asked, since) = asked.split();
    if let Some(file) = as_file.of(&web, &caller, || RunList { source, since }).await? {
        return Ok(file);
    }
    let (limit, cursor) = (asked.limit(), asked.cursor()?);
    let most = limit.and_one();
    let (found, total) = runs::changed(&web.app, &caller, source, since, cursor, most).await?;
    let list = List::walk(found, limit.0, total, |run| run.id.to_string(), RunShape::of);
    Ok(Json(list).into_response())
}

/// Start a run.
///
/// Role: manager. Follow `Location` until its state is final.
#[utoipa::path(post, path = "/api/v1/sources/{id}/runs", tag = "runs", request_body = NewRun,
    params(("id" = String, Path, description = "`src_…` or the source's name")),
    responses((status = 202, body = RunShape, description = "Queued."),
        (status = 409, description = "One is under way; `Location` leads to it.")))]
pub async fn start(
    State(web): State<Web>,
    Bearer(caller): Manager,
    Which(which): Which,
    Body(new): Body<NewRun>,
) -> Answer<impl IntoResponse> {
    let source = sources::named(&web, &caller, &which).await?.id;
    let id = sync::start(&web.app, &caller, source, new.mode).await?;
    let run = runs::run(&web.app, &caller, id).await?;
    Ok((StatusCode::ACCEPTED, location("runs", id), Json(RunShape::of(run))))
}

/// One run.
///
/// Role: viewer. Where its plan is held, `doubts` say why.
#[utoipa::path(get, path = "/api/v1/runs/{id}", tag = "runs",
    params(("id" = String, Path, description = "`run_…`")),
    responses((status = 200, body = RunShape)))]
pub async fn get(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Run>,
) -> Answer<Json<RunShape>> {
    let run = runs::run(&web.app, &caller, id).await?;
    Ok(Json(with_doubts(&web, &caller, run).await?))
}

/// Approve a held plan.
///
/// Role: manager. If something changed since it was made, that is planned anew by a run that
/// starts at once.
#[utoipa::path(post, path = "/api/v1/runs/{id}/approval", tag = "runs",
    params(("id" = String, Path, description = "`run_…`")),
    responses((status = 200, body = RunShape),
        (status = 409, description = "It is not held for review.")))]
pub async fn approve(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Run>,
) -> Answer<Json<RunShape>> {
    Ok(Json(RunShape::of(sync::approve(&web.app, &caller, id).await?.run)))
}

/// Reject a held plan.
///
/// Role: manager. Nothing of it is done.
#[utoipa::path(delete, path = "/api/v1/runs/{id}/approval", tag = "runs",
    params(("id" = String, Path, description = "`run_…`")),
    responses((status = 200, body = RunShape),
        (status = 409, description = "It is not held for review.")))]
pub async fn reject(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Run>,
) -> Answer<Json<RunShape>> {
    Ok(Json(RunShape::of(sync::reject(&web.app, &caller, id).await?)))
}

/// Take a run back.
///
/// Role: manager. Wherever nothing newer stands on top; the rest is named.
#[utoipa::path(post, path = "/api/v1/runs/{id}/undo", tag = "runs",
    params(("id" = String, Path, description = "`run_…`")),
    responses((status = 200, body = Undone),
        (status = 409, description = "It was not applied, or is taken back already.")))]
pub async fn undo(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Run>,
) -> Answer<Json<Undone>> {
    let undone = sync::undo(&web.app, &caller, id).await?;
    let kept = undone.kept.into_iter();
    let kept = kept.map(|(asset, detail)| Kept { asset: asset.to_string(), detail });
    Ok(Json(Undone { restored: undone.restored, kept: kept.collect() }))
}

async fn with_doubts(web: &Web, caller: &Caller, run: Run) -> Result<RunShape, Refusal> {
    let doubts = runs::doubts(&web.app, caller, run.id).await?;
    Ok(RunShape { doubts: Some(doubts), ..RunShape::of(run) })
}
