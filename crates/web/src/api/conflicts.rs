//! Conflicts: the questions only a person can answer, and the answers.

use app::questions::{self, ConflictRow, Given, Standing};
use app::reports::conflict_list::ConflictList;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::id::{AssetId, noun};
use reconcile::inventory::Settlement;
use reconcile::plan::ConflictKind;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::bearer::{Bearer, Manager, Viewer};
use super::headers::At;
use super::listing::{AsFile, List, PagedSince};
use super::problem::{Answer, Problem};
use super::reading::{Asked, AskedBoth, Body};
use super::reason::Why;
use super::shape::{DeviceNamed, Named};
use super::words;
use crate::state::Web;

/// A question.
#[derive(Debug, Serialize, ToSchema)]
pub struct Conflict {
    #[schema(example = "cfl_0HZX4K9Q2M7RA")]
    id: String,
    #[schema(schema_with = words::conflict_kinds)]
    kind: ConflictKind,
    /// The question as a sentence.
    question: String,
    /// The same, for programs.
    reason: Why,
    source: Named,
    device: DeviceNamed,
    /// Ids of the assets that could be meant.
    candidates: Vec<String>,
    raised_at: String,
}

/// An answer; the next run acts on it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSettlement {
    choice: Choice,
    /// The asset to adopt; only with `adopt`.
    #[schema(value_type = Option<String>)]
    asset: Option<AssetId>,
    /// Answer the same way whatever becomes of the device; else the answer holds while its serial
    /// number and asset tag are what they were. Not with `take` and `keep`.
    always: Option<bool>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// The device is this asset.
    Adopt,
    /// It is none of them: make a new one.
    Create,
    /// Leave the device alone.
    Ignore,
    /// A question about a value: take what the source says, at once.
    Take,
    /// The same: keep ours while the source says what it says now.
    Keep,
}

/// An answer that stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct StandingAnswer {
    /// The question that was answered; its settlement is deleted to take the answer back.
    #[schema(example = "cfl_0HZX4K9Q2M7RA")]
    conflict: String,
    #[schema(schema_with = words::conflict_kinds)]
    kind: ConflictKind,
    question: String,
    source: Named,
    device: DeviceNamed,
    /// `adopt`, `create`, `ignore` or `keep`.
    choice: &'static str,
    /// The asset that was adopted.
    asset: Option<String>,
    /// The field whose value was kept, `fields.<key>`.
    field: Option<String>,
    /// The source's value that was not taken.
    theirs: Value,
    /// It holds whatever becomes of the device.
    always: bool,
    settled_by: String,
    settled_at: String,
}

/// List the open conflicts.
///
/// Role: viewer. Oldest first.
#[utoipa::path(get, path = "/api/v1/conflicts", tag = "conflicts",
    params(AsFile, PagedSince),
    responses((status = 200, content((List<Conflict> = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    AskedBoth(as_file, asked): AskedBoth<AsFile, PagedSince>,
) -> Answer<Response> {
    let (asked, since) = asked.split();
    if let Some(file) = as_file.of(&web, &caller, || ConflictList { since }).await? {
        return Ok(file);
    }
    let (limit, cursor) = (asked.limit(), asked.cursor()?);
    let most = limit.and_one();
    let (found, total) = questions::changed(&web.app, &caller, since, cursor, most).await?;
    let list = List::walk(found, limit.0, total, |row| row.id.to_string(), shape);
    Ok(Json(list).into_response())
}

/// Settle a conflict.
///
/// Role: manager. The next run of its source acts on the answer.
#[utoipa::path(post, path = "/api/v1/conflicts/{id}/settlement", tag = "conflicts",
    params(("id" = String, Path, description = "`cfl_…`")), request_body = NewSettlement,
    responses((status = 204), (status = 412, description = "It is settled already.")))]
pub async fn settle(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Conflict>,
    Body(new): Body<NewSettlement>,
) -> Answer<StatusCode> {
    let always = new.always.unwrap_or(false);
    let settlement = match (new.choice, new.asset) {
        (Choice::Take | Choice::Keep, None) if always => {
            let detail = "an answer about a value holds for that value; hint: leave \"always\" out";
            return Err(Problem::field("always", detail));
        }
        (Choice::Take, None) => {
            questions::settle(&web.app, &caller, id, questions::Answer::Take).await?;
            return Ok(StatusCode::NO_CONTENT);
        }
        (Choice::Keep, None) => {
            questions::settle(&web.app, &caller, id, questions::Answer::Keep).await?;
            return Ok(StatusCode::NO_CONTENT);
        }
        (Choice::Adopt, Some(asset)) => Settlement::Adopt(asset),
        (Choice::Adopt, None) => {
            return Err(Problem::field("asset", "\"asset\" is missing; hint: which one is it?"));
        }
        (Choice::Create, None) => Settlement::Create,
        (Choice::Ignore, None) => Settlement::Ignore,
        (_, Some(_)) => {
            return Err(Problem::field("asset", "only \"adopt\" names an asset"));
        }
    };
    let answer = questions::Answer::Device { settlement, always };
    questions::settle(&web.app, &caller, id, answer).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take an answer back.
///
/// Role: manager. The next run asks again, where there is still something to ask. 404 when no
/// answer to this conflict stands.
#[utoipa::path(delete, path = "/api/v1/conflicts/{id}/settlement", tag = "conflicts",
    params(("id" = String, Path, description = "`cfl_…`")), responses((status = 204)))]
pub async fn take_back(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Conflict>,
) -> Answer<StatusCode> {
    questions::take_back(&web.app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List the standing answers.
///
/// Role: viewer. Newest first.
#[utoipa::path(get, path = "/api/v1/settlements", tag = "conflicts", params(PagedSince),
    responses((status = 200, body = List<StandingAnswer>)))]
pub async fn standing(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Asked(asked): Asked<PagedSince>,
) -> Answer<Json<List<StandingAnswer>>> {
    let mut found = questions::standing(&web.app, &caller).await?;
    found.retain(|answer| asked.takes(answer.at));
    Ok(Json(asked.cut(found, |answer| answer.conflict.to_string(), standing_shape)?))
}

fn standing_shape(row: Standing) -> StandingAnswer {
    let (choice, asset, field, theirs) = match row.answer {
        Given::Device(Settlement::Adopt(asset)) => {
            ("adopt", Some(asset.to_string()), None, Value::Null)
        }
        Given::Device(Settlement::Create) => ("create", None, None, Value::Null),
        Given::Device(Settlement::Ignore) => ("ignore", None, None, Value::Null),
        Given::Value { field, theirs } => ("keep", None, Some(format!("fields.{field}")), theirs),
    };
    StandingAnswer {
        conflict: row.conflict.to_string(),
        kind: row.kind,
        question: reconcile::explain::sentence(&row.reason),
        source: Named::of(row.source, row.source_name),
        device: DeviceNamed {
            device_id: row.device_id.to_string(),
            serial: row.serial,
            name: row.name,
        },
        choice,
        asset,
        field,
        theirs,
        always: row.holds_for.is_none() && choice != "keep",
        settled_by: row.by.name,
        settled_at: row.at.to_string(),
    }
}

fn shape(row: ConflictRow) -> Conflict {
    let reason = Why::of(row.reason);
    Conflict {
        id: row.id.to_string(),
        kind: row.kind,
        question: reason.sentence.clone(),
        reason,
        source: Named::of(row.source, row.source_name),
        device: DeviceNamed {
            device_id: row.device_id.to_string(),
            serial: row.serial,
            name: row.name,
        },
        candidates: row.candidates.iter().map(ToString::to_string).collect(),
        raised_at: row.raised_at.to_string(),
    }
}
