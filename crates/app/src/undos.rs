//! Taking back what one cause did, however long that takes: chunk by chunk, so that others have
//! their turn to write, and taken up again by another process where one dies over it.

use std::time::Duration;

use domain::access::Role;
use domain::event::Subject;
use domain::id::{AssetId, EventId, RunId, TenantId};
use domain::{Action, Actor, Cause, Deed, Timestamp};
use jiff::SignedDuration;
use store::bulks::Lease;
use store::ledger::{self, Kept, Undone};
use store::runs::{self, RunState};
use store::{StoreError, Tx, events, undos};
use tokio::task::JoinHandle;

pub use store::undos::Undo;

use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;

/// How long it lives without a sign of life; each transaction is one.
pub(crate) const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// Chunks in one transaction while nobody else waits to write.
const CHUNKS_AT_ONCE: usize = 16;

/// What taking back a cause's deeds is itself caused by.
fn own(cause: &Cause) -> Cause {
    Cause { kind: "undo".into(), id: cause.id.clone() }
}

/// Begins to take back all that `cause` did to assets; the task ends with it. Whoever no longer
/// waits does not stop it.
pub(crate) async fn begin(
    app: &App,
    caller: &Caller,
    cause: &Cause,
) -> Result<JoinHandle<()>, Refusal> {
    let (owner, now, actor) = (app.owner.to_string(), app.now(), caller.actor.clone());
    let of = cause.clone();
    let begun = app
        .store
        .write(caller.tenant, move |tx| {
            let lease = Lease { owner: &owner, until: now + LEASE };
            if undos::begin(tx, &of, &actor, now, lease)? {
                return Ok(());
            }
            let finished = undos::find(tx, &of)?.is_some_and(|undo| undo.finished_at.is_some());
            Err(Refusal::conflict(if finished {
                "this was taken back already; hint: look at what stayed and why"
            } else {
                "this is being taken back just now; hint: look again in a moment"
            }))
        })
        .await;
    begun?;
    Ok(spawn(app, caller.tenant, cause.clone(), caller.actor.clone()))
}

/// The same, and waits for its end.
pub(crate) async fn whole(app: &App, caller: &Caller, cause: &Cause) -> Result<Undo, Refusal> {
    let work = begin(app, caller, cause).await?;
    // The task writes its own end, whatever that is.
    drop(work.await);
    let undo = find(app, caller, cause).await?;
    let undo = undo.ok_or_else(|| Refusal::Failed("it did not begin".into()))?;
    if undo.finished_at.is_some() {
        return Ok(undo);
    }
    Err(Refusal::Busy("it was interrupted and goes on by itself; hint: look again soon".into()))
}

/// How far it is; nothing where nobody asked for it.
pub async fn find(app: &App, caller: &Caller, cause: &Cause) -> Result<Option<Undo>, Refusal> {
    caller.need(Role::Viewer)?;
    let cause = cause.clone();
    Ok(app.store.read(caller.tenant, move |tx| undos::find(tx, &cause)).await?)
}

/// What stayed and why, in order of the assets.
pub async fn kept(
    app: &App,
    caller: &Caller,
    cause: &Cause,
    after: Option<AssetId>,
    most: usize,
) -> Result<Vec<Kept>, Refusal> {
    caller.need(Role::Viewer)?;
    let cause = cause.clone();
    let kept = app.store.read(caller.tenant, move |tx| undos::kept(tx, &cause, after, most));
    Ok(kept.await?)
}

/// What others may be told of at once; longer lists are read page by page.
pub const KEPT: usize = 1_000;

/// Goes on with what processes left behind that fell silent.
pub(crate) async fn take_up(app: &App) -> Result<(), Refusal> {
    let now = app.now();
    for (tenant, cause) in app.store.system_read(move |tx| undos::abandoned(tx, now)).await? {
        let (owner, of) = (app.owner.to_string(), cause.clone());
        let taken = app.store.write(tenant, move |tx| {
            let lease = Lease { owner: &owner, until: now + LEASE };
            let taken = undos::take_over(tx, &of, now, lease)?;
            Ok::<_, Refusal>(undos::find(tx, &of)?.filter(|_| taken))
        });
        if let Some(undo) = taken.await? {
            spawn(app, tenant, cause, undo.actor);
        }
    }
    Ok(())
}

fn spawn(app: &App, tenant: TenantId, cause: Cause, actor: Actor) -> JoinHandle<()> {
    let app = app.clone();
    tokio::spawn(async move {
        loop {
            match some(&app, tenant, &cause, &actor).await {
                Ok(true) => {}
                Ok(false) => return,
                // Its lease runs out, and it is taken up again.
                Err(error) => {
                    tracing::warn!(%error, "taking back stopped; it goes on later");
                    return;
                }
            }
        }
    })
}

/// Some of it in one transaction; `false` when there is no more to do here.
async fn some(app: &App, tenant: TenantId, cause: &Cause, actor: &Actor) -> Result<bool, Refusal> {
    let (owner, clock, mint) = (app.owner.to_string(), app.clock.clone(), app.mint.clone());
    let (cause, actor) = (cause.clone(), actor.clone());
    app.store
        .write(tenant, move |tx| {
            let now = clock.now();
            if !undos::hold(tx, &cause, Lease { owner: &owner, until: now + LEASE })? {
                return Ok(false);
            }
            let deed = Deed { at: now, actor, cause: own(&cause) };
            let mut down_to = undos::find(tx, &cause)?.and_then(|undo| undo.down_to);
            for _ in 0..CHUNKS_AT_ONCE {
                let some = ledger::undo_some(tx, &deed, &mint, &cause, down_to)?;
                undos::did(tx, &cause, &some, now)?;
                down_to = some.next;
                if down_to.is_none() {
                    ended(tx, &cause, now)?;
                    return Ok(false);
                }
                if tx.others_wait() {
                    break;
                }
            }
            Ok::<_, Refusal>(true)
        })
        .await
}

/// What else ends with it.
fn ended(tx: &mut Tx<'_>, cause: &Cause, now: Timestamp) -> Result<(), StoreError> {
    let run = cause.id.as_deref().filter(|_| cause.kind == "run");
    let Some(run) = run.and_then(|id| id.parse::<RunId>().ok()) else { return Ok(()) };
    for from in [RunState::Applied, RunState::Partial, RunState::Failed] {
        runs::set_state(tx, run, from, RunState::Undone, now)?;
    }
    Ok(())
}

/// Takes back one event of an asset: what a person did a moment ago.
pub async fn undo_event(app: &App, caller: &Caller, id: EventId) -> Result<Undone, Refusal> {
    caller.need(Role::Operator)?;
    let (deed, mint) = (caller.deed(app.now()), app.mint.clone());
    let role = caller.role;
    app.store
        .write(caller.tenant, move |tx| {
            let event = events::find(tx, id)?;
            let event = event.filter(|event| matches!(event.subject, Subject::Asset(_)));
            let event = event.ok_or_else(|| Refusal::not_found("event", id))?;
            let custody = matches!(event.action, Action::CheckedOut | Action::CheckedIn);
            let needs = if custody { Role::Operator } else { Role::Manager };
            if !role.may(needs) {
                return Err(Refusal::Forbidden { needs, has: role });
            }
            if matches!(event.action, Action::Created | Action::Deleted | Action::Linked) {
                let detail = "this cannot be taken back by itself; hint: delete the asset instead";
                return Err(Refusal::conflict(detail));
            }
            if event.action == Action::Merged {
                let detail = "a merge is not taken back; hint: change what should be otherwise";
                return Err(Refusal::conflict(detail));
            }
            Ok(ledger::undo_event(tx, &deed, &mint, &event)?)
        })
        .await
}

/// Waits for a task as long as a person likes to wait for a page.
pub(crate) async fn patiently(work: JoinHandle<()>) {
    const PATIENCE: Duration = Duration::from_secs(2);
    drop(tokio::time::timeout(PATIENCE, work).await);
}
