//! What waits for a person: conflicts to settle, and how much there is of everything.

use domain::access::Role;
use domain::id::ConflictId;
use reconcile::inventory::Settlement;
use reconcile::plan::ConflictKind;
use store::alerts::{Alert, Severity};
use store::{alerts, conflicts};

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

/// What stands beside and above every page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waiting {
    pub conflicts: u32,
    pub alerts: usize,
    /// The worst that an administrator has not seen yet, the newest first.
    pub urgent: Vec<Alert>,
}

pub async fn waiting(app: &App, caller: &Caller) -> Result<Waiting, Refusal> {
    let user = caller.user_id().filter(|_| caller.role.may(Role::Administrator));
    let counted = app.store.read(caller.tenant, move |tx| {
        let open = alerts::open(tx)?;
        let conflicts = conflicts::count_open(tx)?;
        let mut waiting = Waiting { conflicts, alerts: open.len(), urgent: Vec::new() };
        let urgent = |alert: &Alert| alert.severity == Severity::Danger;
        if let Some(user) = user.filter(|_| open.iter().any(urgent)) {
            let seen = alerts::seen_by(tx, user)?;
            let news = |alert: &Alert| urgent(alert) && !seen.contains_key(&alert.id);
            waiting.urgent = open.into_iter().filter(news).collect();
        }
        Ok::<_, Refusal>(waiting)
    });
    counted.await
}
