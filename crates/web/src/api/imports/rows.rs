//! The plan of an import, row by row.

use app::imports::{self, KeptRow};
use axum::Json;
use axum::extract::State;
use domain::event::FieldChange;
use domain::id::noun;
use domain::imports::{Fault, Intent, Step, Verdict};
use domain::person::Employee;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::api::bearer::{Bearer, Viewer};
use crate::api::headers::At;
use crate::api::listing::{Limit, List, parsed, yes_no};
use crate::api::problem::{Answer, Problem};
use crate::api::reading::Asked;
use crate::api::words;
use crate::state::Web;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RowQuery {
    /// 1 to 200, else 50.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    cursor: Option<u32>,
    /// Those alone of this verdict.
    #[param(schema_with = words::import_verdicts, required = false)]
    verdict: Option<Verdict>,
    /// Those alone that carry a warning; not together with `verdict`.
    #[serde(default, deserialize_with = "yes_no")]
    #[param(value_type = Option<bool>)]
    warned: Option<bool>,
}

/// What becomes of a row.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportRow {
    /// Where it stands in the file; counted from one.
    line: u32,
    /// The cell by which it is known.
    key: String,
    #[schema(schema_with = words::import_verdicts)]
    verdict: &'static str,
    /// The asset, or employee, it is about; one that is to be made has its id already.
    id: Option<String>,
    /// Its asset tag, or their name.
    name: Option<String>,
    /// What it sets, in order; references as ids.
    changes: Vec<RowChange>,
    /// What is wrong with it.
    faults: Vec<RowFault>,
    /// What is odd about it and is done all the same: a serial that something else has too, a
    /// check-out of what is not ready.
    warnings: Vec<RowFault>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RowChange {
    field: String,
    #[schema(value_type = Object)]
    before: Value,
    #[schema(value_type = Object)]
    after: Value,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RowFault {
    /// The column's name in the file; `null` where it is about the row.
    column: Option<String>,
    value: String,
    /// What is wrong or odd, and what would mend it.
    detail: String,
}

/// List the rows of an import.
///
/// Role: viewer. What each would do, or did; in the file's order.
#[utoipa::path(get, path = "/api/v1/imports/{id}/rows", tag = "imports",
    params(("id" = String, Path, description = "`imp_…`"), RowQuery),
    responses((status = 200, body = List<ImportRow>)))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Import>,
    Asked(asked): Asked<RowQuery>,
) -> Answer<Json<List<ImportRow>>> {
    let import = imports::import(&web.app, &caller, id).await?;
    let limit = asked.limit.unwrap_or_default();
    let (verdict, after) = (asked.verdict, asked.cursor);
    let warned = asked.warned.unwrap_or(false);
    if warned && verdict.is_some() {
        let detail = "not together with \"verdict\"; hint: the rows that come tell their verdicts";
        return Err(Problem::field("warned", detail));
    }
    let (found, total) = if warned {
        let found = imports::warned(&web.app, &caller, id, after, limit.and_one()).await?;
        (found, import.counts.warned)
    } else {
        let found = imports::rows(&web.app, &caller, id, verdict, after, limit.and_one()).await?;
        let all = || Verdict::ALL.iter().map(|verdict| import.counts.get(*verdict)).sum();
        (found, verdict.map_or_else(all, |verdict| import.counts.get(verdict)))
    };
    let place = |kept: &KeptRow| kept.position.to_string();
    Ok(Json(List::walk(found, limit.0, total.into(), place, ImportRow::of)))
}

impl ImportRow {
    fn of(kept: KeptRow) -> Self {
        let row = kept.row;
        let (id, name, changes) = match &row.intent {
            Intent::CreateAsset { asset, .. } => {
                (Some(asset.id.to_string()), Some(asset.tag.to_string()), asset.as_changes())
            }
            Intent::ChangeAsset { id, tag, steps, .. } => {
                (Some(id.to_string()), Some(tag.clone()), of_steps(steps))
            }
            Intent::SkipAsset { id, tag } => (Some(id.to_string()), Some(tag.clone()), Vec::new()),
            Intent::CreateEmployee { employee } => of_employee(None, employee),
            Intent::ChangeEmployee { before, after } => of_employee(Some(before), after),
            Intent::SkipEmployee { id, name } => {
                (Some(id.to_string()), Some(name.clone()), Vec::new())
            }
            Intent::LeftOut | Intent::Fault { .. } => (None, None, Vec::new()),
        };
        let faults = match row.intent {
            Intent::Fault { faults } => faults,
            _ => Vec::new(),
        };
        let change = |change: FieldChange| RowChange {
            field: change.field.to_string(),
            before: change.before,
            after: change.after,
        };
        let fault = |Fault { column, value, detail }| RowFault { column, value, detail };
        ImportRow {
            line: row.line,
            key: row.key,
            verdict: kept.verdict.as_str(),
            id,
            name,
            changes: changes.into_iter().map(change).collect(),
            faults: faults.into_iter().map(fault).collect(),
            warnings: row.warnings.into_iter().map(fault).collect(),
        }
    }
}

fn of_steps(steps: &[Step]) -> Vec<FieldChange> {
    steps.iter().flat_map(|step| step.changes.iter().cloned()).collect()
}

fn of_employee(
    before: Option<&Employee>,
    after: &Employee,
) -> (Option<String>, Option<String>, Vec<FieldChange>) {
    let changes = domain::imports::people::changes(before, after);
    (Some(after.id.to_string()), Some(after.name.clone()), changes)
}
