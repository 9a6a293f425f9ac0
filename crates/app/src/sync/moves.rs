//! The moves of a run in their order, and how each way of ending is written down.

use std::sync::Arc;

use domain::Deed;
use domain::actor::{Actor, ActorKind, Cause};
use reconcile::Inventory;
use reconcile::plan::{Counts, Plan};
use reconcile::survey::{Coverage, Survey};
use store::runs::{self, Finish, RunMode, RunState};
use store::sources::{self, Source};

use crate::ade_tokens;
use crate::alerts::Bell;
use crate::health::Found;
use crate::installation::App;
use crate::refusal::Refusal;
use crate::sync::apply::{self, Applied};
use crate::sync::fetch::{self, Seen};
use crate::sync::heart::{Heart, Progress};
use crate::sync::opened::{Opened, Trouble, taken_over};
use crate::sync::review;

/// A stale plan is planned again this often before the run gives up; people edit, but not so fast.
const ATTEMPTS: u32 = 5;

/// Performs an opened run to its end; whatever happens is written on the run.
pub(crate) async fn perform(app: &App, opened: Opened) {
    to_its_end(app, &opened, async |progress| Box::pin(in_turn(app, &opened, progress)).await)
        .await;
}

/// Does a run's work with a sign of life beside it, and writes down how it ended.
pub(crate) async fn to_its_end(
    app: &App,
    opened: &Opened,
    work: impl AsyncFnOnce(&Progress) -> Result<Finish, Trouble>,
) {
    let heart = Heart::start(app, opened);
    let progress = &*opened.progress;
    let ended = tokio::select! {
        ended = work(progress) => ended,
        () = heart.lost() => {
            tracing::warn!("another process took this run over; nothing more is written");
            return;
        }
    };
    drop(heart);
    if let Err(error) = write_end(app, opened, progress, ended).await {
        tracing::error!(%error, "the end of the run could not be written; its lease will run out");
    }
}

async fn in_turn(app: &App, opened: &Opened, progress: &Progress) -> Result<Finish, Trouble> {
    let _slot = app.runs.acquire().await.expect("the semaphore is never closed");
    let (run, source_id) = (opened.run, opened.source);
    let (owner, now) = (app.owner.to_string(), app.now());
    let source = app
        .store
        .write(opened.tenant, move |tx| {
            if !runs::start(tx, run, &owner, now)? {
                return Err(taken_over());
            }
            Ok::<_, Refusal>(sources::find(tx, source_id)?)
        })
        .await?
        .ok_or_else(|| Refusal::not_found("source", source_id))?;
    // What we believe is read while Kandji answers; an edit in between is caught by its version.
    let (seen, held) =
        tokio::join!(fetch::fetch(app, opened, &source, progress), recall(app, opened, &source));
    let (mut seen, held) = (seen?, held?);
    tracing::debug!("fetched, observed, recalled");
    if opened.mode == RunMode::Apply {
        let said = std::mem::take(&mut seen.said);
        let details = std::mem::take(&mut seen.details);
        apply::save_said(app, opened, said, details).await?;
        if let Some(tokens) = seen.ade_tokens.take() {
            apply::note_ade_tokens(app, opened, &source, tokens).await?;
        }
    }
    let Seen { survey, unlisted, requests, degraded, .. } = seen;
    let begun = Finish {
        requests,
        left_this_hour: progress.left_this_hour(),
        devices: count(survey.observations.len()),
        notes: count(survey.notes.len()),
        coverage: coverage(&survey, &degraded),
        ..unfinished()
    };
    let survey = Arc::new(survey);
    let decided = decide(app, opened, &source, &survey, begun, held).await;
    apply::forget(survey);
    let applied = decided.as_ref().is_ok_and(|finish| finish.state == RunState::Applied);
    if applied && !unlisted.is_empty() {
        apply::forget_unlisted(app, opened, unlisted).await?;
    }
    decided
}

/// Moves four to eight, again while people change what the plan was made from.
async fn decide(
    app: &App,
    opened: &Opened,
    source: &Source,
    survey: &Arc<Survey>,
    begun: Finish,
    held: Inventory,
) -> Result<Finish, Trouble> {
    let mut finish = begun;
    let mut held = Some(held);
    for _ in 0..ATTEMPTS {
        let inventory = match held.take() {
            Some(held) => held,
            None => recall(app, opened, source).await?,
        };
        let plan = plan(app, source, survey.clone(), inventory).await?;
        tracing::debug!("planned");
        finish.conflicts = count(plan.conflicts.len());
        finish.skipped = count(apply::skipped(&plan));
        let doubted = !plan.doubts.is_empty() && opened.mode == RunMode::Apply;
        let plan = apply::keep(app, opened, source, plan, survey).await?;
        tracing::debug!("kept");
        if opened.mode == RunMode::Preview || doubted {
            finish.planned = Some(plan.counts());
            finish.state = if doubted { RunState::NeedsReview } else { RunState::Previewed };
            return Ok(finish);
        }
        let deed = deed(app, opened, source);
        let Applied { stale } = apply::apply(app, opened, &deed, plan).await?;
        tracing::debug!("applied");
        if stale == 0 {
            let complete = survey.coverage == Coverage::Complete;
            finish.state = if complete { RunState::Applied } else { RunState::Partial };
            return Ok(finish);
        }
        tracing::info!(stale, "some assets changed while they were planned; planning them again");
    }
    Err(Refusal::Failed(
        "assets kept changing while they were planned; hint: the next run tries again".into(),
    )
    .into())
}

/// Move four.
async fn recall(app: &App, opened: &Opened, source: &Source) -> Result<Inventory, Trouble> {
    let (id, rules) = (opened.source, source.rules.clone());
    let recalled =
        app.store.read(opened.tenant, move |tx| store::inventory::recall(tx, id, &rules));
    Ok(recalled.await?)
}

/// Moves five and six.
async fn plan(
    app: &App,
    source: &Source,
    survey: Arc<Survey>,
    inventory: Inventory,
) -> Result<Plan, Trouble> {
    let (rules, mint, now) = (source.rules.clone(), app.mint.clone(), app.now());
    let planned = tokio::task::spawn_blocking(move || {
        let plan = reconcile::reconcile(&survey, &inventory, &rules, now, &mint);
        apply::forget(inventory);
        plan
    });
    planned.await.map_err(|bug| Refusal::Failed(format!("planning stopped: {bug}")).into())
}

/// Every event of a run says that this run did it.
pub(crate) fn deed(app: &App, opened: &Opened, source: &Source) -> Deed {
    let id = Some(opened.run.to_string());
    let actor = Actor { kind: ActorKind::Run, id: id.clone(), name: source.name.clone() };
    Deed { at: app.now(), actor, cause: Cause { kind: "run".into(), id } }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn unfinished() -> Finish {
    Finish {
        state: RunState::Failed,
        planned: None,
        requests: 0,
        left_this_hour: None,
        devices: 0,
        conflicts: 0,
        skipped: 0,
        notes: 0,
        coverage: None,
        error: None,
    }
}

fn coverage(survey: &Survey, degraded: &[String]) -> Option<String> {
    let partial = match &survey.coverage {
        Coverage::Complete => None,
        Coverage::Partial(why) => Some(format!("incomplete: {why}")),
    };
    let all: Vec<String> = partial.into_iter().chain(degraded.iter().cloned()).collect();
    (!all.is_empty()).then(|| all.join("\n"))
}

async fn write_end(
    app: &App,
    opened: &Opened,
    progress: &Progress,
    ended: Result<Finish, Trouble>,
) -> Result<(), Refusal> {
    let found = Found::by_run(&ended, progress.requests());
    let finish = match ended {
        Ok(finish) => finish,
        Err(trouble) => {
            let error = match trouble {
                Trouble::Source(fault) => fault.to_string(),
                Trouble::Unasked(refusal) | Trouble::Ours(refusal) => refusal.to_string(),
            };
            tracing::warn!(%error, "the run failed");
            let requests = progress.requests();
            let left_this_hour = progress.left_this_hour();
            Finish { error: Some(error), requests, left_this_hour, ..unfinished() }
        }
    };
    let so_far = progress.so_far();
    let (now, owner, run, source) = (app.now(), app.owner.to_string(), opened.run, opened.source);
    let applied = matches!(finish.state, RunState::Applied | RunState::Partial);
    let mode = opened.mode;
    let tenant = opened.tenant;
    let bell = Bell::of(app);
    app.store
        .write(tenant, move |tx| {
            // An approved plan fetches nothing; what its run once read stays told.
            if so_far != runs::Progress::default() {
                runs::progress(tx, run, &owner, so_far, now)?;
            }
            if !runs::finish(tx, run, &owner, &finish, now)? {
                return Err(Refusal::conflict("another process ended this run"));
            }
            let did = runs::find(tx, run)?.map(|run| run.counts).unwrap_or_default();
            if applied && did != Counts::default() {
                sources::mark_synced(tx, source)?;
            }
            // A plan that waits for a person is overtaken by a newer one, not by a failure.
            if mode == RunMode::Apply && finish.state != RunState::Failed {
                runs::supersede(tx, source, run, now)?;
            }
            review::tell_of_held(tx, source, &bell)?;
            let worked = finish.state != RunState::Failed;
            if let Some(source) = sources::find(tx, source)?.filter(|_| worked) {
                ade_tokens::ask_daily(tx, &source, &bell)?;
            }
            found.map_or(Ok(()), |found| found.write(tx, source, &bell))
        })
        .await
}
