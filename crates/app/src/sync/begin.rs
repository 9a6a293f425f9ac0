//! Move one: opening a run. One source has one open run, across every process over the database.

use std::sync::Arc;

use domain::access::Role;
use domain::actor::ActorKind;
use domain::id::{RunId, SourceId, TenantId};
use store::runs::{self, NewRun, Run, RunMode, Trigger};
use tracing::Instrument;

use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;
use crate::sync::heart::Progress;
use crate::sync::moves;
use crate::sync::opened::{LEASE, Opened, under_way};

/// Opens a run and performs it in the background. 409 with its address while one is open.
pub async fn start(
    app: &App,
    caller: &Caller,
    source: SourceId,
    mode: RunMode,
) -> Result<RunId, Refusal> {
    caller.need(Role::Manager)?;
    let trigger = match caller.actor.kind {
        ActorKind::Token => Trigger::Api,
        _ => Trigger::Person,
    };
    let opened = open(app, caller.tenant, source, mode, trigger, &caller.actor.name).await?;
    let run = opened.run;
    in_background(app, opened);
    Ok(run)
}

/// Opens a run and performs it before answering; for the command line.
pub async fn run_here(
    app: &App,
    caller: &Caller,
    source: SourceId,
    mode: RunMode,
) -> Result<Run, Refusal> {
    run_watched(app, caller, source, mode, |_| {}).await
}

/// The same; `watch` is handed the run's progress before it begins.
pub async fn run_watched(
    app: &App,
    caller: &Caller,
    source: SourceId,
    mode: RunMode,
    watch: impl FnOnce(Arc<Progress>),
) -> Result<Run, Refusal> {
    caller.need(Role::Manager)?;
    let trigger = Trigger::Command;
    let opened = open(app, caller.tenant, source, mode, trigger, &caller.actor.name).await?;
    let run = opened.run;
    watch(opened.progress.clone());
    Box::pin(moves::perform(app, opened)).await;
    let found = app.store.read(caller.tenant, move |tx| runs::find(tx, run)).await?;
    found.ok_or_else(|| Refusal::not_found("run", run))
}

pub(crate) fn in_background(app: &App, opened: Opened) {
    let span = tracing::info_span!("run", id = %opened.run);
    let app = app.clone();
    tokio::spawn(async move { Box::pin(moves::perform(&app, opened)).await }.instrument(span));
}

pub(crate) async fn open(
    app: &App,
    tenant: TenantId,
    source: SourceId,
    mode: RunMode,
    trigger: Trigger,
    requested_by: &str,
) -> Result<Opened, Refusal> {
    let new =
        NewRun { id: app.id(), source, mode, trigger, requested_by: Some(requested_by.to_owned()) };
    let run = new.id;
    let (owner, clock) = (app.owner.to_string(), app.clock.clone());
    let opened = app
        .store
        .write(tenant, move |tx| {
            // Asked here, since the writer may have kept us waiting.
            let now = clock.now();
            if store::sources::find(tx, source)?.is_none() {
                return Err(Refusal::not_found("source", source));
            }
            runs::open(tx, &new, now, &owner, now + LEASE).map_err(under_way)
        })
        .await;
    opened?;
    Ok(Opened { tenant, source, run, mode, progress: Arc::default() })
}
