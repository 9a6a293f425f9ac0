//! Bulks: one change to many assets, previewed, then applied, and taken back.

mod shape;

use app::bulks::{self, Chosen, Doing, ItemState};
use app::custody::Back;
use app::{Caller, Refusal, assets as register, undos};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::Custodian;
use domain::id::{AssetId, LocationId, StatusId, noun};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use self::shape::{BulkAsset, BulkShape, UndoShape};
use super::assets::{AssetChange, AssetListQuery};
use super::bearer::{Bearer, Operator, Viewer};
use super::headers::{At, location};
use super::inner::{perhaps_custodian, perhaps_within};
use super::listing::{Limit, List, PagedSince, parsed};
use super::problem::{Answer, Problem};
use super::reading::{Asked, Body, asked};
use super::words;
use super::written::day;
use crate::state::Web;

/// What is done, and to which assets: `assets` or `query`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBulk {
    #[schema(schema_with = words::bulk_actions)]
    action: String,
    /// Ids; or `tag:` and the asset tag.
    assets: Option<Vec<String>>,
    /// Every asset that `GET /api/v1/assets` finds with this after its question mark; `""` for all
    /// that are not archived.
    #[schema(example = "status=sta_0HZX4K9Q2M7RA&held=false")]
    query: Option<String>,
    /// To edit: what is left out stays on each asset, `null` clears.
    #[serde(default, deserialize_with = "perhaps_within")]
    fields: Option<AssetChange>,
    /// To check out.
    #[serde(default, deserialize_with = "perhaps_custodian")]
    #[schema(schema_with = words::custodian)]
    to: Option<Custodian>,
    /// To check out: when they should be given back.
    #[serde(default, deserialize_with = "day")]
    #[schema(value_type = Option<String>, format = Date)]
    due_on: Option<Date>,
    /// To check in: the status they get; without one each keeps its own.
    #[schema(value_type = Option<String>, example = "sta_0HZX4K9Q2M7RA")]
    status: Option<StatusId>,
    /// To check in: where they lie from now on; without one that stays as it is.
    #[schema(value_type = Option<String>, example = "loc_0HZX4K9Q2M7RA")]
    location: Option<LocationId>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// Why; stands in the history of each.
    note: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BulkAssets {
    /// `fits` for those that change, `same`, `refused`, or `passed_over` for those that moved
    /// between preview and application.
    state: Option<String>,
    /// 1 to 200, else 50.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    cursor: Option<AssetId>,
}

/// List bulk changes.
///
/// Role: viewer. Newest first; a preview that was not applied is forgotten after a day.
#[utoipa::path(get, path = "/api/v1/bulks", tag = "bulks", params(PagedSince),
    responses((status = 200, body = List<BulkShape>)))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Asked(asked): Asked<PagedSince>,
) -> Answer<Json<List<BulkShape>>> {
    let (asked, since) = asked.split();
    let (limit, cursor) = (asked.limit(), asked.cursor()?);
    let (found, total) = bulks::recent(&web.app, &caller, cursor, since, limit.and_one()).await?;
    Ok(Json(List::walk(found, limit.0, total, |bulk| bulk.id.to_string(), BulkShape::of)))
}

/// Preview a bulk change.
///
/// Role: operator. Managers alone edit, archive and unarchive. Nothing is changed yet. While `state` is
/// `preparing`, follow `Location`; once it is `ready`, apply it.
#[utoipa::path(post, path = "/api/v1/bulks", tag = "bulks", request_body = NewBulk,
    responses((status = 201, body = BulkShape)))]
pub async fn create(
    State(web): State<Web>,
    Bearer(caller): Operator,
    Body(new): Body<NewBulk>,
) -> Answer<impl IntoResponse> {
    let chosen = chosen(&web, &caller, new.assets.as_deref(), new.query.as_deref()).await?;
    let (to, due_on) = (new.to, new.due_on);
    let doing = match new.action.as_str() {
        "edit" => {
            let change = new.fields.unwrap_or_default();
            let currency = change.currency_of(&web, &caller, None).await?;
            Doing::Edit { set: change.fields(None, &currency)? }
        }
        "check_out" => {
            let to = to.ok_or_else(|| Problem::field("to", "\"to\" is missing"))?;
            Doing::CheckOut { to, due_on }
        }
        "check_in" => Doing::CheckIn { back: Back { status: new.status, location: new.location } },
        "archive" => Doing::Archive,
        "unarchive" => Doing::Unarchive,
        other => {
            let known = shape::ACTIONS.join(", ");
            return Err(Problem::field("action", format!("no action \"{other}\"; hint: {known}")));
        }
    };
    let bulk = bulks::preview(&web.app, &caller, doing, chosen, "").await?;
    let at = location("bulks", bulk.id);
    Ok((StatusCode::CREATED, at, Json(BulkShape::of(bulk))))
}

async fn chosen(
    web: &Web,
    caller: &Caller,
    named: Option<&[String]>,
    query: Option<&str>,
) -> Result<Chosen, Problem> {
    match (named, query) {
        (Some(named), None) => {
            let wanted = named.iter().map(|one| register::Which::read(one)).collect();
            Ok(Chosen::These(register::ids(&web.app, caller, wanted).await?))
        }
        (None, Some(query)) => {
            let list: AssetListQuery = asked(query)?;
            Ok(Chosen::Found(Box::new(list.query(web, caller).await?)))
        }
        _ => Err(Problem::field("assets", "which assets? hint: either \"assets\" or \"query\"")),
    }
}

/// Get a bulk change.
///
/// Role: viewer.
#[utoipa::path(get, path = "/api/v1/bulks/{id}", tag = "bulks",
    params(("id" = String, Path, description = "`blk_…`")),
    responses((status = 200, body = BulkShape)))]
pub async fn get(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Bulk>,
) -> Answer<Json<BulkShape>> {
    Ok(Json(BulkShape::of(bulks::find(&web.app, &caller, id).await?)))
}

/// List what becomes of each asset.
///
/// Role: viewer. Those that are done are listed no more; their history tells of them.
#[utoipa::path(get, path = "/api/v1/bulks/{id}/assets", tag = "bulks",
    params(("id" = String, Path, description = "`blk_…`"), BulkAssets),
    responses((status = 200, body = List<BulkAsset>)))]
pub async fn assets(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Bulk>,
    Asked(asked): Asked<BulkAssets>,
) -> Answer<Json<List<BulkAsset>>> {
    let word = asked.state.as_deref().unwrap_or("fits");
    let state = ItemState::ALL.into_iter().find(|state| state.as_str() == word);
    let state = state.ok_or_else(|| {
        let known = ItemState::ALL.map(ItemState::as_str).join(", ");
        Problem::field("state", format!("no state \"{word}\"; hint: {known}"))
    })?;
    let limit = asked.limit.unwrap_or_default().0;
    let bulk = bulks::find(&web.app, &caller, id).await?;
    let found = bulks::items(&web.app, &caller, id, state, asked.cursor, limit + 1).await?;
    let total = match state {
        ItemState::Fits => bulk.counts.fits - bulk.counts.done - bulk.counts.passed_over,
        ItemState::Same => bulk.counts.same,
        ItemState::Refused => bulk.counts.refused,
        ItemState::PassedOver => bulk.counts.passed_over,
    };
    Ok(Json(List::walk(found, limit, total, |item| item.asset.to_string(), BulkAsset::of)))
}

/// Apply a bulk change.
///
/// Role: operator. Managers alone edit, archive and unarchive. What was previewed is what is done, with
/// an event each; an asset that moved meanwhile is left alone. While `state` is `applying`, look
/// again.
#[utoipa::path(post, path = "/api/v1/bulks/{id}/application", tag = "bulks",
    params(("id" = String, Path, description = "`blk_…`")), request_body = Application,
    responses((status = 200, body = BulkShape),
        (status = 409, description = "It is not ready, or was applied already.")))]
pub async fn apply(
    State(web): State<Web>,
    Bearer(caller): Operator,
    At(id): At<noun::Bulk>,
    Body(new): Body<Application>,
) -> Answer<Json<BulkShape>> {
    Ok(Json(BulkShape::of(bulks::apply(&web.app, &caller, id, new.note).await?)))
}

/// Take a bulk change back.
///
/// Role: operator. Managers alone edit, archive and unarchive. Wherever nothing newer stands on top; the
/// rest is named. While `finished_at` is `null`, look again.
#[utoipa::path(post, path = "/api/v1/bulks/{id}/undo", tag = "bulks",
    params(("id" = String, Path, description = "`blk_…`")),
    responses((status = 200, body = UndoShape),
        (status = 409, description = "It was not applied, or is taken back already.")))]
pub async fn undo(
    State(web): State<Web>,
    Bearer(caller): Operator,
    At(id): At<noun::Bulk>,
) -> Answer<Json<UndoShape>> {
    bulks::undo(&web.app, &caller, id).await?;
    told(&web, &caller, id).await
}

/// Get how far the taking back is.
///
/// Role: viewer.
#[utoipa::path(get, path = "/api/v1/bulks/{id}/undo", tag = "bulks",
    params(("id" = String, Path, description = "`blk_…`")),
    responses((status = 200, body = UndoShape)))]
pub async fn undone(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Bulk>,
) -> Answer<Json<UndoShape>> {
    told(&web, &caller, id).await
}

async fn told(web: &Web, caller: &Caller, id: domain::id::BulkId) -> Answer<Json<UndoShape>> {
    let cause = bulks::cause(id);
    let undo = undos::find(&web.app, caller, &cause).await?;
    let undo = undo.ok_or_else(|| Refusal::not_found("undo of bulk", id))?;
    let kept = undos::kept(&web.app, caller, &cause, None, undos::KEPT).await?;
    Ok(Json(UndoShape::of(undo, kept)))
}
