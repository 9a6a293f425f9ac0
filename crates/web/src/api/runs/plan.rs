//! What a run decided: every change with its reason, every device with why nothing happened.

use app::reports::run_changes::RunChanges;
use app::runs::{self, ChangeKind, KeptChange, OutcomeFilter};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::id::noun;
use reconcile::plan::{DeviceOutcome, Edit, Step, Verdict};
use reconcile::survey::DeviceId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use crate::api::bearer::{Bearer, Viewer};
use crate::api::headers::At;
use crate::api::listing::{AsFile, COUNTED, Limit, List, Paged, parsed, yes_no};
use crate::api::problem::{Answer, Problem};
use crate::api::reading::{Asked, AskedBoth};
use crate::api::reason::Why;
use crate::api::words;
use crate::state::Web;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangeQuery {
    /// 1 to 200, else 50.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    cursor: Option<u32>,
    /// Those alone with a step of this kind.
    #[param(schema_with = words::change_kinds, required = false)]
    kind: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeviceQuery {
    /// 1 to 200, else 50.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// What became of them.
    #[param(schema_with = words::verdicts, required = false)]
    verdict: Option<Verdict>,
    /// `false` for those alone for which this run's plan has no change.
    #[serde(default, deserialize_with = "yes_no")]
    #[param(value_type = Option<bool>)]
    changed: Option<bool>,
    /// Part of the serial, the name or the device id.
    q: Option<String>,
}

/// All that happens to one asset, in order.
#[derive(Debug, Serialize, ToSchema)]
pub struct Change {
    asset: AssetTagged,
    device_id: String,
    /// The version the plan was made from; `null` for a new asset.
    version: Option<i64>,
    steps: Vec<ChangeStep>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AssetTagged {
    #[schema(example = "ast_0HZX4K9Q2M7RA")]
    id: String,
    #[schema(example = "MBP-0042")]
    tag: String,
}

/// One deed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeStep {
    /// `create`, `link`, `relink`, `edit`, `check_in`, `check_out` or `archive`.
    step: &'static str,
    /// What the step is about: the new asset, the device id before, the custodian.
    #[schema(value_type = Option<Object>)]
    with: Value,
    /// An edit has its reasons field by field.
    reason: Option<Why>,
    edits: Vec<FieldEdit>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FieldEdit {
    #[schema(example = "name")]
    field: String,
    before: Value,
    after: Value,
    reason: Why,
}

/// What became of one device, changes or not.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeviceDecision {
    device_id: String,
    serial: Option<String>,
    name: Option<String>,
    #[schema(example = "ast_0HZX4K9Q2M7RA")]
    asset: Option<String>,
    #[schema(schema_with = words::verdicts)]
    verdict: Verdict,
    /// Every reason as a sentence.
    reason: String,
    /// The same, for programs.
    reasons: Vec<Why>,
}

/// Something odd that did not stop the run.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunNote {
    /// The device, or where the row stood.
    about: String,
    reason: String,
}

/// List what a run's plan would do or did.
///
/// Role: viewer. In the order it is applied. A file has a row for each asset and kind of change, in
/// words.
#[utoipa::path(get, path = "/api/v1/runs/{id}/changes", tag = "runs",
    params(("id" = String, Path, description = "`run_…`"), AsFile, ChangeQuery),
    responses((status = 200, content((List<Change> = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn changes(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Run>,
    AskedBoth(as_file, asked): AskedBoth<AsFile, ChangeQuery>,
) -> Answer<Response> {
    let kind = asked.kind.map(|kind| {
        let known = || ChangeKind::ALL.map(ChangeKind::as_str).join(", ");
        let no = || Problem::field("kind", format!("no kind \"{kind}\"; hint: {}", known()));
        ChangeKind::parse(&kind).ok_or_else(no)
    });
    let (app, kind, after) = (&web.app, kind.transpose()?, asked.cursor);
    if let Some(file) = as_file.of(&web, &caller, || RunChanges { run: id, kind }).await? {
        return Ok(file);
    }
    let limit = asked.limit.unwrap_or_default();
    let found = runs::changes(app, &caller, id, kind, after, limit.and_one()).await?;
    let total = runs::count_changes(app, &caller, id, kind).await?;
    let list = List::walk(found, limit.0, total, |kept| kept.position.to_string(), change);
    Ok(Json(list).into_response())
}

/// List what was decided about each device.
///
/// Role: viewer. As the last run of the same source left it, by device id.
#[utoipa::path(get, path = "/api/v1/runs/{id}/devices", tag = "runs",
    params(("id" = String, Path, description = "`run_…`"), DeviceQuery),
    responses((status = 200, body = List<DeviceDecision>)))]
pub async fn devices(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Run>,
    Asked(asked): Asked<DeviceQuery>,
) -> Answer<Json<List<DeviceDecision>>> {
    let run = runs::run(&web.app, &caller, id).await?;
    let unchanged_by = (asked.changed == Some(false)).then_some(id);
    let filter = OutcomeFilter { verdict: asked.verdict, unchanged_by, q: asked.q };
    let after = asked.cursor.map(|device| DeviceId::new(&device));
    let limit = asked.limit.unwrap_or_default();
    let (app, source) = (&web.app, run.source);
    let count = runs::count_devices(app, &caller, source, filter.clone(), COUNTED).await?;
    let found = runs::devices(app, &caller, source, filter, after, limit.and_one()).await?;
    let place = |seen: &DeviceOutcome| seen.device_id.to_string();
    let list = List::walk(found, limit.0, count.n, place, decision);
    Ok(Json(List { more: count.more.then_some(true), ..list }))
}

/// List what was odd about a run.
///
/// Role: viewer. Rows that were passed over and values that were cut, each with why.
#[utoipa::path(get, path = "/api/v1/runs/{id}/notes", tag = "runs",
    params(("id" = String, Path, description = "`run_…`"), Paged),
    responses((status = 200, body = List<RunNote>)))]
pub async fn notes(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Run>,
    Asked(asked): Asked<Paged>,
) -> Answer<Json<List<RunNote>>> {
    let (limit, cursor) = (asked.limit(), asked.cursor()?);
    let found = runs::notes(&web.app, &caller, id, cursor, limit.and_one()).await?;
    let note = |(_, note): (u32, reconcile::survey::Note)| RunNote {
        about: note.about,
        reason: note.reason,
    };
    let total = runs::count_notes(&web.app, &caller, id).await?;
    Ok(Json(List::walk(found, limit.0, total, |(seq, _)| seq.to_string(), note)))
}

fn change(kept: KeptChange) -> Change {
    let change = kept.change;
    Change {
        asset: AssetTagged { id: change.asset.to_string(), tag: change.tag },
        device_id: change.device_id.to_string(),
        version: change.version,
        steps: change.steps.into_iter().map(step).collect(),
    }
}

fn step(step: Step) -> ChangeStep {
    let none = Vec::new;
    let (step, with, reason, edits) = match step {
        Step::Create { asset, reason } => ("create", json!(asset), Some(reason), none()),
        Step::Link { reason } => ("link", Value::Null, Some(reason), none()),
        Step::Relink { from, reason } => {
            ("relink", json!({"device_id": from}), Some(reason), none())
        }
        Step::Edit { edits } => ("edit", Value::Null, None, edits),
        Step::CheckIn { from, reason } => ("check_in", json!(from), Some(reason), none()),
        Step::CheckOut { to, edits, reason } => ("check_out", json!(to), Some(reason), edits),
        Step::Archive { reason } => ("archive", Value::Null, Some(reason), none()),
    };
    let edits = edits.into_iter().map(edit).collect();
    ChangeStep { step, with, reason: reason.map(Why::of), edits }
}

fn edit(edit: Edit) -> FieldEdit {
    let Edit { field, before, after, reason } = edit;
    FieldEdit { field: field.to_string(), before, after, reason: Why::of(reason) }
}

fn decision(outcome: DeviceOutcome) -> DeviceDecision {
    let reasons: Vec<Why> = outcome.reasons.into_iter().map(Why::of).collect();
    let sentences: Vec<&str> = reasons.iter().map(|why| why.sentence.as_str()).collect();
    DeviceDecision {
        device_id: outcome.device_id.to_string(),
        serial: outcome.serial,
        name: outcome.name,
        asset: outcome.asset.map(|asset| asset.to_string()),
        verdict: outcome.verdict,
        reason: sentences.join(" "),
        reasons,
    }
}
