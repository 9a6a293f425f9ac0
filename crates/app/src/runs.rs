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

/// What a run's plan would do or did, a page at a time; `after` is the last one's position.
pub async fn changes(
    app: &App,
    caller: &Caller,
    id: RunId,
    kind: Option<ChangeKind>,
    after: Option<i64>,
    limit: usize,
) -> Result<Vec<(i64, AssetChange)>, Refusal> {
    run(app, caller, id).await?;
    let found = app.store.read(caller.tenant, move |tx| plans::changes(tx, id, kind, after, limit));
    Ok(found.await?)
}

/// How many changes of each kind the plan has.
pub async fn change_counts(app: &App, caller: &Caller, id: RunId) -> Result<KindCounts, Refusal> {
    run(app, caller, id).await?;
    Ok(app.store.read(caller.tenant, move |tx| plans::counts(tx, id)).await?)
}

/// Why the guards held a plan, each as a sentence.
pub async fn doubts(app: &App, caller: &Caller, id: RunId) -> Result<Vec<String>, Refusal> {
    run(app, caller, id).await?;
    let stored = app.store.read(caller.tenant, move |tx| plans::load_head(tx, id)).await?;
    let doubts = stored.map(|stored| stored.plan.doubts).unwrap_or_default();
    Ok(doubts.iter().map(reconcile::explain::doubt).collect())
}

/// What the latest run of this source decided about every device, changed or not.
pub async fn devices(
    app: &App,
    caller: &Caller,
    source: SourceId,
    filter: OutcomeFilter,
) -> Result<Vec<OutcomeRow>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| outcomes::list(tx, source, &filter)).await?)
}

/// Odd rows that did not stop the run.
pub async fn notes(app: &App, caller: &Caller, id: RunId) -> Result<Vec<Note>, Refusal> {
    run(app, caller, id).await?;
    Ok(app.store.read(caller.tenant, move |tx| notes::list(tx, id)).await?)
}
