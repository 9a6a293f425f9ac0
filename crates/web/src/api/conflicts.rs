//! Conflicts: the questions only a person can answer, and the answers.

use app::questions::{self, ConflictRow};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::id::{AssetId, noun};
use reconcile::inventory::Settlement;
use reconcile::plan::ConflictKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bearer::{Bearer, Manager, Viewer};
use super::headers::At;
use super::listing::{List, Paged};
use super::problem::{Answer, Problem};
use super::reading::{Asked, Body};
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
    /// Answer the same way whenever it comes up again.
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
}

/// List the open conflicts.
///
/// Role: viewer. Oldest first.
#[utoipa::path(get, path = "/api/v1/conflicts", tag = "conflicts",
    params(Paged), responses((status = 200, body = List<Conflict>)))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Asked(asked): Asked<Paged>,
) -> Answer<Json<List<Conflict>>> {
    let (limit, cursor) = (asked.limit(), asked.cursor()?);
    let found = questions::conflicts(&web.app, &caller, cursor, limit.and_one()).await?;
    Ok(Json(List::walk(found, limit.0, |row| row.id.to_string(), shape)))
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
    let answer = match (new.choice, new.asset) {
        (Choice::Adopt, Some(asset)) => Settlement::Adopt(asset),
        (Choice::Adopt, None) => {
            return Err(Problem::field("asset", "\"asset\" is missing; hint: which one is it?"));
        }
        (Choice::Create, None) => Settlement::Create,
        (Choice::Ignore, None) => Settlement::Ignore,
        (Choice::Create | Choice::Ignore, Some(_)) => {
            return Err(Problem::field("asset", "only \"adopt\" names an asset"));
        }
    };
    questions::settle(&web.app, &caller, id, answer, new.always.unwrap_or(false)).await?;
    Ok(StatusCode::NO_CONTENT)
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
