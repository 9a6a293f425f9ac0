//! What waits for a person: conflicts to settle and alerts to mend.

use domain::access::Role;
use domain::id::{AlertId, ConflictId};
use reconcile::inventory::Settlement;
use reconcile::plan::ConflictKind;
use store::{alerts, conflicts};

pub use store::alerts::{Alert, Severity};
pub use store::conflicts::ConflictRow;

use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;

/// The open ones, oldest first, a page at a time.
pub async fn conflicts(
    app: &App,
    caller: &Caller,
    after: Option<ConflictId>,
    limit: u32,
) -> Result<Vec<ConflictRow>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| conflicts::open(tx, after, limit)).await?)
}

/// One question, open or answered.
pub async fn conflict(app: &App, caller: &Caller, id: ConflictId) -> Result<ConflictRow, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| conflicts::find(tx, id)).await?;
    found.ok_or_else(|| Refusal::not_found("conflict", id))
}

/// Answers a question; the next run acts on it.
pub async fn settle(
    app: &App,
    caller: &Caller,
    id: ConflictId,
    answer: Settlement,
    always: bool,
) -> Result<(), Refusal> {
    caller.need(Role::Manager)?;
    let (now, by) = (app.now(), caller.actor.clone());
    app.store
        .write(caller.tenant, move |tx| {
            let found = conflicts::find(tx, id)?;
            let found = found.ok_or_else(|| Refusal::not_found("conflict", id))?;
            if matches!(found.kind, ConflictKind::FieldMoved | ConflictKind::Suggestion) {
                let detail = "this question is about a value; hint: change the asset's field to \
                              what it should be, and the next run closes the question";
                return Err(Refusal::conflict(detail));
            }
            conflicts::settle(tx, id, answer, always, &by, now)?;
            Ok(())
        })
        .await
}

pub async fn alerts(app: &App, caller: &Caller) -> Result<Vec<Alert>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, alerts::open).await?)
}

/// Mended ones too, newest first, a page at a time.
pub async fn all_alerts(
    app: &App,
    caller: &Caller,
    before: Option<AlertId>,
    limit: u32,
) -> Result<Vec<Alert>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| alerts::list(tx, before, limit)).await?)
}

pub async fn seen(app: &App, caller: &Caller, id: AlertId) -> Result<(), Refusal> {
    caller.need(Role::Viewer)?;
    let now = app.now();
    app.store.write(caller.tenant, move |tx| alerts::seen(tx, id, now)).await?;
    Ok(())
}
