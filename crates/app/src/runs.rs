//! Runs to look at: how far, what changed and why, and why nothing happened.

pub mod steps;

use std::collections::BTreeMap;

use domain::Timestamp;
use domain::access::Role;
use domain::id::{RunId, SourceId};
use reconcile::plan::{Counts, DeviceOutcome, Verdict};
use reconcile::survey::{DeviceId, Note};
use store::{StoreError, notes, outcomes, plans, runs};

pub use store::Count;
pub use store::outcomes::OutcomeFilter;
pub use store::plans::{ChangeKind, KeptChange};
pub use store::runs::{Run, RunMode as Mode, RunState as State, Trigger};

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
    limit: u32,
) -> Result<Vec<Run>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| runs::list(tx, Some(source), before, limit)).await?)
}

/// The same, of those alone that changed at that time or later; and how many they are in all.
pub async fn changed(
    app: &App,
    caller: &Caller,
    source: SourceId,
    since: Option<Timestamp>,
    before: Option<RunId>,
    limit: u32,
) -> Result<(Vec<Run>, i64), Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| {
        let total = runs::count(tx, source, since)?;
        Ok::<_, StoreError>((runs::list_since(tx, Some(source), since, before, limit)?, total))
    });
    Ok(found.await?)
}

/// What a run's plan would do or did, a page at a time; `after` is the last one's position.
pub async fn changes(
    app: &App,
    caller: &Caller,
    id: RunId,
    kind: Option<ChangeKind>,
    after: Option<u32>,
    limit: u32,
) -> Result<Vec<KeptChange>, Refusal> {
    run(app, caller, id).await?;
    let found = app.store.read(caller.tenant, move |tx| plans::changes(tx, id, kind, after, limit));
    Ok(found.await?)
}

/// How many [`changes`] finds in all.
pub async fn count_changes(
    app: &App,
    caller: &Caller,
    id: RunId,
    kind: Option<ChangeKind>,
) -> Result<i64, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| plans::count_changes(tx, id, kind)).await?)
}

/// How many assets the plan would change in each way; `None` where no plan is kept.
pub async fn planned(app: &App, caller: &Caller, id: RunId) -> Result<Option<Counts>, Refusal> {
    run(app, caller, id).await?;
    Ok(app.store.read(caller.tenant, move |tx| plans::counts(tx, id)).await?)
}

/// Why the guards held a plan, each as a sentence.
pub async fn doubts(app: &App, caller: &Caller, id: RunId) -> Result<Vec<String>, Refusal> {
    run(app, caller, id).await?;
    let doubts = app.store.read(caller.tenant, move |tx| plans::doubts(tx, id)).await?;
    Ok(doubts.iter().map(reconcile::explain::doubt).collect())
}

/// What was last decided about every device of a source, changed or not, by device id.
pub async fn devices(
    app: &App,
    caller: &Caller,
    source: SourceId,
    filter: OutcomeFilter,
    after: Option<DeviceId>,
    limit: u32,
) -> Result<Vec<DeviceOutcome>, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app
        .store
        .read(caller.tenant, move |tx| outcomes::list(tx, source, &filter, after.as_ref(), limit));
    Ok(found.await?)
}

/// How many [`devices`] finds in all: exact without filters, else up to `most`.
pub async fn count_devices(
    app: &App,
    caller: &Caller,
    source: SourceId,
    filter: OutcomeFilter,
    most: i64,
) -> Result<Count, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| outcomes::count(tx, source, &filter, most));
    Ok(found.await?)
}

/// How many devices there are of each verdict.
pub async fn verdicts(
    app: &App,
    caller: &Caller,
    source: SourceId,
) -> Result<BTreeMap<Verdict, u32>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| outcomes::counts(tx, source)).await?)
}

/// Odd rows that did not stop the run.
pub async fn notes(
    app: &App,
    caller: &Caller,
    id: RunId,
    after: Option<u32>,
    limit: u32,
) -> Result<Vec<(u32, Note)>, Refusal> {
    run(app, caller, id).await?;
    Ok(app.store.read(caller.tenant, move |tx| notes::list(tx, id, after, limit)).await?)
}

/// How many of them there are.
pub async fn count_notes(app: &App, caller: &Caller, id: RunId) -> Result<i64, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| notes::count(tx, id)).await?)
}

/// Held plans that wait for a decision, newest first.
pub async fn awaiting_review(app: &App, caller: &Caller) -> Result<Vec<Run>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, runs::awaiting_review).await?)
}
