//! Moves seven and eight: the plan is stored before anything acts on it, then done in small
//! transactions. Each leaves the register whole; what a crash leaves undone, the next run finds.

use std::mem;

use domain::Deed;
use kandji::wire::AdeIntegration;
use reconcile::plan::{AssetChange, CatalogChange, PersonChange, Plan, Verdict};
use reconcile::survey::{Coverage, Survey};
use store::conflicts::Raising;
use store::device_details::{self, DeviceDetails};
use store::devices::DeviceSaid;
use store::sources::Source;
use store::{conflicts, devices, ledger, notes, outcomes, plans, runs};

use crate::ade_tokens;
use crate::alerts::Bell;
use crate::installation::App;
use crate::refusal::Refusal;
use crate::sync::opened::{LEASE, Opened, Trouble, taken_over};

/// What is done before looking whether somebody waits to write.
const CHUNK: usize = 1_000;
/// Chunks in one transaction while nobody does. A page of an index that many chunks touch is then
/// written once; people wait for one chunk at most.
const CHUNKS_AT_ONCE: usize = 16;
/// Plans of a source that stay to be looked at; runs themselves stay for good.
const PLANS_KEPT: u32 = 50;

#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Applied {
    /// Assets that had changed since the plan was made; nothing was done to them.
    pub stale: usize,
}

/// Keeps what was decided about every device, the questions, and the plan where it does anything.
pub(crate) async fn keep(
    app: &App,
    opened: &Opened,
    source: &Source,
    mut plan: Plan,
    survey: &Survey,
) -> Result<Plan, Trouble> {
    let run = opened.run;
    let (notes, rules_version) = (survey.notes.clone(), source.rules_version);
    let complete = survey.coverage == Coverage::Complete;
    let raising = Raising { source: opened.source, run, complete, now: app.now() };
    let kept = in_transaction(app, opened, move |work| {
        outcomes::keep(work.tx, raising.source, run, &plan.devices)?;
        conflicts::keep(work.tx, work.mint, raising, &plan.conflicts)?;
        notes::keep(work.tx, run, &notes)?;
        if !plan.is_empty() {
            plans::keep(work.tx, run, &plan, rules_version)?;
            plans::delete_bodies(work.tx, raising.source, PLANS_KEPT)?;
        }
        // Kept apart from the plan; applying does not look at them.
        let apart = (mem::take(&mut plan.devices), mem::take(&mut plan.conflicts));
        Ok((plan, apart))
    });
    let (plan, apart) = kept.await?;
    forget(apart);
    Ok(plan)
}

/// Giving a large fleet's memory back takes a while; the run goes on meanwhile.
pub(crate) fn forget(what: impl Send + 'static) {
    tokio::task::spawn_blocking(move || drop(what));
}

/// Does what the plan says. Every transaction first makes sure that the run is still ours.
pub(crate) async fn apply(
    app: &App,
    opened: &Opened,
    deed: &Deed,
    plan: Plan,
) -> Result<Applied, Trouble> {
    let Plan { catalog, people, assets, links, .. } = plan;
    let mut applied = Applied::default();
    if !first_things(app, opened, deed, catalog, people).await? {
        applied.stale = assets.len().max(1);
        return Ok(applied);
    }
    if !links.is_empty() {
        let by = deed.clone();
        let moved = move |work: &mut Work<'_, '_>| {
            ledger::apply(work.tx, &by, work.mint, work.source, &[], &links)
        };
        in_transaction(app, opened, moved).await?;
    }
    let by = deed.clone();
    let step = move |work: &mut Work<'_, '_>, chunk: &[AssetChange]| {
        let done = ledger::apply(work.tx, &by, work.mint, work.source, chunk, &[])?;
        runs::did(work.tx, work.run, done.counts)?;
        Ok(done)
    };
    let done = |done: ledger::Applied| applied.stale += done.stale.len();
    in_chunks(app, opened, assets, step, done).await?;
    Ok(applied)
}

/// The catalog and the people that the assets will refer to. `false` when someone else made one of
/// them meanwhile: then the plan is stale.
async fn first_things(
    app: &App,
    opened: &Opened,
    deed: &Deed,
    catalog: Vec<CatalogChange>,
    people: Vec<PersonChange>,
) -> Result<bool, Trouble> {
    let mut catalog = Some(catalog).filter(|catalog| !catalog.is_empty());
    let mut people = people.into_iter();
    while catalog.is_some() || people.len() > 0 {
        let chunk: Vec<_> = people.by_ref().take(CHUNK).collect();
        let (by, catalog) = (deed.clone(), catalog.take().unwrap_or_default());
        let done = in_transaction(app, opened, move |work| {
            ledger::apply_catalog(work.tx, &by, work.mint, &catalog)?;
            ledger::apply_people(work.tx, &by, work.mint, work.source, &chunk)
        });
        match done.await {
            Ok(()) => {}
            Err(Trouble::Ours(Refusal::Stale)) => return Ok(false),
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(true)
}

/// Does a long list chunk by chunk, several in one transaction as long as nobody waits to write.
/// `done` hears of each chunk once it is committed.
async fn in_chunks<T: Send + 'static, R: Send + 'static>(
    app: &App,
    opened: &Opened,
    list: Vec<T>,
    step: impl Fn(&mut Work<'_, '_>, &[T]) -> Result<R, store::StoreError> + Clone + Send + 'static,
    done: impl FnMut(R),
) -> Result<(), Trouble> {
    let (mut rest, mut done) = (list.into_iter(), done);
    while rest.len() > 0 {
        let (step, mut list) = (step.clone(), rest);
        let working = in_transaction(app, opened, move |work| {
            let mut some = Vec::new();
            while some.len() < CHUNKS_AT_ONCE && list.len() > 0 {
                let chunk: Vec<T> = list.by_ref().take(CHUNK).collect();
                some.push(step(work, &chunk)?);
                if work.tx.others_wait() {
                    break;
                }
            }
            Ok((some, list))
        });
        let some;
        (some, rest) = working.await?;
        some.into_iter().for_each(&mut done);
    }
    Ok(())
}

/// What one transaction of a run may use.
struct Work<'w, 't> {
    tx: &'w mut store::Tx<'t>,
    mint: &'w domain::Mint,
    source: domain::id::SourceId,
    run: domain::id::RunId,
}

/// A transaction that only goes through while this process holds the run.
async fn in_transaction<T: Send + 'static>(
    app: &App,
    opened: &Opened,
    work: impl FnOnce(&mut Work<'_, '_>) -> Result<T, store::StoreError> + Send + 'static,
) -> Result<T, Trouble> {
    let (run, source, owner) = (opened.run, opened.source, app.owner.to_string());
    let (mint, clock) = (app.mint.clone(), app.clock.clone());
    let done = app.store.write(opened.tenant, move |tx| {
        if !runs::heartbeat(tx, run, &owner, clock.now() + LEASE)? {
            return Err(taken_over());
        }
        Ok::<_, Refusal>(work(&mut Work { tx, mint: &mint, source, run })?)
    });
    Ok(done.await?)
}

/// What the source said of devices that moved, for the details panel and for later runs.
pub(crate) async fn save_said(
    app: &App,
    opened: &Opened,
    moved: Vec<DeviceSaid>,
    details: Vec<DeviceDetails>,
) -> Result<(), Trouble> {
    let now = app.now();
    let step = move |work: &mut Work<'_, '_>, chunk: &[DeviceSaid]| {
        devices::save(work.tx, work.source, chunk, now)
    };
    in_chunks(app, opened, moved, step, drop).await?;
    if details.is_empty() {
        return Ok(());
    }
    let save = move |work: &mut Work<'_, '_>| device_details::save(work.tx, work.source, &details);
    in_transaction(app, opened, save).await
}

/// Devices that are listed no more go, unless an asset still is the one; what was said of that is
/// shown on its page.
pub(crate) async fn forget_unlisted(
    app: &App,
    opened: &Opened,
    unlisted: Vec<String>,
) -> Result<(), Trouble> {
    let source = opened.source;
    let gone = app.store.read(opened.tenant, move |tx| devices::unlinked(tx, source, &unlisted));
    let gone = gone.await?;
    if gone.is_empty() {
        return Ok(());
    }
    in_transaction(app, opened, move |work| devices::forget(work.tx, work.source, &gone)).await
}

/// The enrollment tokens that were read for a rule say when they expire.
pub(crate) async fn note_ade_tokens(
    app: &App,
    opened: &Opened,
    source: &Source,
    tokens: Vec<AdeIntegration>,
) -> Result<(), Trouble> {
    let (source, bell) = (source.clone(), Bell::of(app));
    let note = move |work: &mut Work<'_, '_>| ade_tokens::note(work.tx, &source, &tokens, &bell);
    in_transaction(app, opened, note).await
}

/// Devices that a run leaves alone although they are there.
pub(crate) fn skipped(plan: &Plan) -> usize {
    let left = |verdict| !matches!(verdict, Verdict::Matched | Verdict::Absent | Verdict::Awaiting);
    let skipped = plan.devices.iter().filter(|d| d.asset.is_none() && left(d.verdict));
    skipped.count()
}
