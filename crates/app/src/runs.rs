//! Runs to look at: how far, what changed and why, and why nothing happened.

use domain::access::Role;
use domain::id::{RunId, SourceId};
use reconcile::plan::AssetChange;
use reconcile::survey::Note;
use store::{notes, outcomes, plans, runs};

pub use store::outcomes::{OutcomeFilter, OutcomeRow};
pub use store::plans::{ChangeKind, KindCounts};
pub use store::runs::{Mode, Run, State, Trigger};

use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;

pub async fn run(app: &App, caller: &Caller, id: RunId) -> Result<Run, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| runs::find(tx, id)).await?;
    found.ok_or_else(|| Refusal::not_found("run", id))
}

pub async fn of_source(
    app: &App,
    caller: &Caller,
    source: SourceId,
    before: Option<RunId>,
    limit: usize,
) -> Result<Vec<Run>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| runs::list(tx, source, before, limit)).await?)
}
