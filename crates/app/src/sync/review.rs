//! A plan that was held: approved or rejected by a person; and a run taken back afterwards.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::Cause;
use domain::access::Role;
use domain::id::{RunId, SourceId};
use store::runs::{self, Finish, Run, RunMode, RunState, Trigger};
use store::{Tx, plans, sources};

use crate::alerts::{About, Bell, Severity, Words};
use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;
use crate::sync::apply;
use crate::sync::begin;
use crate::sync::heart::Progress;
use crate::sync::moves;
use crate::sync::opened::{LEASE, Opened, Trouble, under_way};
use crate::undos::{self, Undo};

/// What came of an approval.
#[derive(Debug)]
pub struct Approved {
    pub run: Run,
    /// The run that began right behind it.
    pub further: Option<RunId>,
}

/// Applies a held plan. It goes on when whoever asked no longer waits. What changed since the plan
/// was made is left out, and planned anew by a run that starts at once; where all of it still
/// fitted, no run follows.
pub async fn approve(app: &App, caller: &Caller, run: RunId) -> Result<Approved, Refusal> {
    caller.need(Role::Manager)?;
    let held = find(app, caller, run).await?;
    if held.state != RunState::NeedsReview {
        return Err(not_held(&held));
    }
    let (clock, owner) = (app.clock.clone(), app.owner.to_string());
    app.store
        .write(caller.tenant, move |tx| {
            // Takes the run's lease; a second approval, or another process, finds it gone.
            let now = clock.now();
            let reopened = runs::reopen(tx, run, now, &owner, now + LEASE).map_err(under_way)?;
            if reopened { Ok(()) } else { Err(Refusal::Stale) }
        })
        .await?;
    let opened = Opened {
        tenant: caller.tenant,
        source: held.source,
        run,
        mode: RunMode::Apply,
        progress: Arc::default(),
    };
    let (here, who) = (app.clone(), caller.actor.name.clone());
    let work = tokio::spawn(async move {
        let left = AtomicBool::new(false);
        let approved = async |_: &Progress| do_approved(&here, &opened, &held, &left).await;
        Box::pin(moves::to_its_end(&here, &opened, approved)).await;
        if left.into_inner() { start_next(&here, &opened, &who).await } else { None }
    });
    // The task writes its own end, whatever that is.
    let further = work.await.ok().flatten();
    Ok(Approved { run: find(app, caller, run).await?, further })
}

/// `left` is set when something of the plan could no longer be done.
async fn do_approved(
    app: &App,
    opened: &Opened,
    held: &Run,
    left: &AtomicBool,
) -> Result<Finish, Trouble> {
    let (run, source_id) = (opened.run, opened.source);
    let (stored, source) = app
        .store
        .read(opened.tenant, move |tx| {
            Ok::<_, Refusal>((plans::load(tx, run)?, sources::find(tx, source_id)?))
        })
        .await?;
    let source = source.ok_or_else(|| Refusal::not_found("source", source_id))?;
    let stored = stored.ok_or_else(|| Refusal::not_found("plan of run", run))?;
    if stored.rules_version != source.rules_version {
        // The settings changed since: nothing of this plan is done, the next run makes another.
        left.store(true, Ordering::Relaxed);
        return Ok(Finish { state: RunState::Superseded, ..as_held(held) });
    }
    let deed = moves::deed(app, opened, &source);
    let applied = apply::apply(app, opened, &deed, stored.plan).await?;
    left.store(applied.stale > 0, Ordering::Relaxed);
    Ok(Finish { state: RunState::Applied, planned: None, ..as_held(held) })
}

/// A run right behind an approved one: what changed meanwhile is planned anew.
async fn start_next(app: &App, opened: &Opened, who: &str) -> Option<RunId> {
    let (tenant, source) = (opened.tenant, opened.source);
    match begin::open(app, tenant, source, RunMode::Apply, Trigger::Person, who).await {
        Ok(opened) => {
            let run = opened.run;
            begin::in_background(app, opened);
            return Some(run);
        }
        Err(Refusal::Conflict { .. }) => {}
        Err(error) => tracing::warn!(%error, "the run after an approval could not be opened"),
    }
    None
}

/// Keeps the alert about plans that wait in step: called wherever one began to wait, or ceased to.
pub(crate) fn tell_of_held(tx: &mut Tx<'_>, id: SourceId, bell: &Bell) -> Result<(), Refusal> {
    let about = About::Review(id);
    let (Some(run), Some(source)) = (runs::held(tx, id)?, sources::find(tx, id)?) else {
        return Ok(bell.mend(tx, &about)?);
    };
    let doubts = plans::doubts(tx, run.id)?;
    let doubts: Vec<_> = doubts.iter().map(reconcile::explain::doubt).collect();
    let words = Words {
        severity: Severity::Warning,
        title: format!("A run of {} waits for review", source.name),
        detail: format!(
            "{} Nothing of it was done; hint: look at its plan, then approve or reject it",
            doubts.join(" ")
        ),
        link: format!("runs/{}", run.id),
    };
    Ok(bell.raise(tx, &about, words)?)
}

pub async fn reject(app: &App, caller: &Caller, run: RunId) -> Result<Run, Refusal> {
    caller.need(Role::Manager)?;
    let held = find(app, caller, run).await?;
    let (source, bell, now) = (held.source, Bell::of(app), app.now());
    let done = app
        .store
        .write(caller.tenant, move |tx| {
            let (from, to) = (RunState::NeedsReview, RunState::Rejected);
            let done = runs::set_state(tx, run, from, to, now)?;
            tell_of_held(tx, source, &bell)?;
            Ok::<_, Refusal>(done)
        })
        .await?;
    if done { find(app, caller, run).await } else { Err(not_held(&held)) }
}

/// What could and could not be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    pub restored: usize,
    /// Assets that something newer stands on, each with why it stays.
    pub kept: Vec<(domain::id::AssetId, String)>,
}

/// Takes a run back wherever nothing newer stands on top, and waits for the end.
pub async fn undo(app: &App, caller: &Caller, run: RunId) -> Result<Undone, Refusal> {
    let cause = taken_back(app, caller, run).await?;
    let undo = undos::whole(app, caller, &cause).await?;
    told(app, caller, &cause, &undo).await
}

/// The same as long as a person waits for a page; nothing while it is still under way.
pub async fn undo_patiently(
    app: &App,
    caller: &Caller,
    run: RunId,
) -> Result<Option<Undone>, Refusal> {
    let cause = taken_back(app, caller, run).await?;
    undos::patiently(undos::begin(app, caller, &cause).await?).await;
    match undos::find(app, caller, &cause).await?.filter(|undo| undo.finished_at.is_some()) {
        Some(undo) => Ok(Some(told(app, caller, &cause, &undo).await?)),
        None => Ok(None),
    }
}

/// By which a run's events are known.
pub fn cause(run: RunId) -> Cause {
    Cause { kind: "run".into(), id: Some(run.to_string()) }
}

async fn told(app: &App, caller: &Caller, cause: &Cause, undo: &Undo) -> Result<Undone, Refusal> {
    let kept = undos::kept(app, caller, cause, None, undos::KEPT).await?;
    let kept = kept.into_iter().map(|kept| (kept.asset, kept.why)).collect();
    Ok(Undone { restored: usize::try_from(undo.restored).unwrap_or(0), kept })
}

/// The cause of a run that may be taken back.
async fn taken_back(app: &App, caller: &Caller, run: RunId) -> Result<Cause, Refusal> {
    caller.need(Role::Manager)?;
    let found = find(app, caller, run).await?;
    // A run that failed half-way has done things too.
    if !matches!(found.state, RunState::Applied | RunState::Partial | RunState::Failed) {
        let detail = format!(
            "a run that is {} has nothing to take back; hint: only runs that changed something do",
            found.state.as_str()
        );
        return Err(Refusal::conflict(detail));
    }
    Ok(cause(run))
}

async fn find(app: &App, caller: &Caller, run: RunId) -> Result<Run, Refusal> {
    crate::runs::run(app, caller, run).await
}

/// The figures of a run stay as they were when it was held.
fn as_held(run: &Run) -> Finish {
    Finish {
        state: run.state,
        planned: Some(run.counts),
        requests: run.requests,
        left_this_hour: run.left_this_hour,
        devices: run.devices,
        conflicts: run.conflicts,
        skipped: run.skipped,
        notes: run.notes,
        coverage: run.coverage.clone(),
        error: None,
    }
}

fn not_held(run: &Run) -> Refusal {
    let state = run.state.as_str();
    Refusal::conflict(format!("this run is {state}; hint: only a run held for review is decided"))
}
