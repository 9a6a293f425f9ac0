//! Background work of one process: due sources are run, a little apart from each other.

use std::time::Duration;

use domain::Timestamp;
use domain::id::{SourceId, TenantId};
use jiff::SignedDuration;
use store::leases::AHEAD;
use store::runs::{self, RunMode, Trigger};
use store::sources::{self, Source};

use crate::alerts::Bell;
use crate::clock::jitter;
use crate::installation::App;
use crate::refusal::Refusal;
use crate::sync::{begin, review};

const LOOK: Duration = Duration::from_secs(2);

/// Looks for due sources until the task is dropped. `every` overrides their intervals (the demo's).
pub async fn background(app: App, every: Option<SignedDuration>) {
    let mut interval = tokio::time::interval(LOOK);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        if let Err(error) = end_abandoned(&app).await {
            tracing::warn!(%error, "abandoned runs could not be ended");
        }
        if let Err(error) = start_due(&app, every).await {
            tracing::warn!(%error, "due sources could not be looked up");
        }
    }
}

/// Runs whose process died say so, even where no other run of their source comes along.
async fn end_abandoned(app: &App) -> Result<(), Refusal> {
    let clock = app.clock.clone();
    let ended = app.store.system(move |tx| runs::fail_abandoned(tx, clock.now())).await?;
    for (tenant, source) in ended {
        // It may have been an approved one, of which an alert still says that it waits.
        let bell = Bell::of(app);
        app.store.write(tenant, move |tx| review::tell_of_held(tx, source, &bell)).await?;
    }
    Ok(())
}

async fn start_due(app: &App, every: Option<SignedDuration>) -> Result<(), Refusal> {
    let now = app.now();
    let due = app
        .store
        .system_read(move |tx| {
            let mut due = sources::due(tx, now)?;
            for (tenant, id) in sources::put_off_beyond(tx, now + LONGEST)? {
                let source = sources::find(&mut tx.inside(tenant), id)?;
                due.extend(source.filter(|source| is_due(source, now)).map(|_| (tenant, id)));
            }
            Ok::<_, Refusal>(due)
        })
        .await?;
    for (tenant, source) in due {
        start_one(app, tenant, source, every).await?;
    }
    Ok(())
}

/// The next time is set first, so that a run that cannot start is not tried every second.
async fn start_one(
    app: &App,
    tenant: TenantId,
    source: SourceId,
    every: Option<SignedDuration>,
) -> Result<(), Refusal> {
    let now = app.now();
    let claimed = app
        .store
        .write(tenant, move |tx| {
            let Some(found) = sources::find(tx, source)? else { return Ok::<_, Refusal>(false) };
            // Another replica may have been quicker.
            if !is_due(&found, now) {
                return Ok(false);
            }
            let interval = every.unwrap_or_else(|| {
                SignedDuration::from_mins(i64::from(found.rules.interval_minutes))
            });
            sources::set_next_run(tx, source, Some(now + spread(interval)))?;
            Ok(true)
        })
        .await?;
    if !claimed {
        return Ok(());
    }
    match begin::open(app, tenant, source, RunMode::Apply, Trigger::Schedule, "Schedule").await {
        Ok(opened) => begin::in_background(app, opened),
        // The last run is still going; its successor comes at the next time.
        Err(Refusal::Conflict { .. }) => {}
        Err(error) => tracing::warn!(%error, %source, "a scheduled run could not be opened"),
    }
    Ok(())
}

/// Its time has come, or lies further off than any wait we know: a clock was ahead when it was set.
fn is_due(source: &Source, now: Timestamp) -> bool {
    let interval = SignedDuration::from_mins(i64::from(source.rules.interval_minutes));
    let longest = LONGEST.max(interval);
    let beyond = now + longest + longest / 10 + AHEAD;
    source.enabled && source.next_run_at.is_some_and(|next| next <= now || next > beyond)
}

/// After so many runs in a row failed for what passes by itself: twice the interval, four times,
/// … or what Kandji asked for; at most an hour, unless the interval is longer.
pub(crate) fn backed_off(
    interval: SignedDuration,
    runs: u32,
    asked: Option<SignedDuration>,
) -> SignedDuration {
    let doubled = interval.saturating_mul(1 << runs.min(8));
    doubled.max(asked.unwrap_or(doubled)).min(LONGEST.max(interval))
}

const LONGEST: SignedDuration = SignedDuration::from_hours(1);

/// Up to a tenth later, so that many sources do not knock at once.
pub(crate) fn spread(interval: SignedDuration) -> SignedDuration {
    let tenth = u64::try_from(interval.as_millis() / 10).unwrap_or(0);
    let later = i64::try_from(jitter(tenth.max(1))).unwrap_or(0);
    interval + SignedDuration::from_millis(later)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_backs_off_to_an_hour_and_never_below_its_interval() {
        let minutes = SignedDuration::from_mins;
        let after = |interval, runs, asked: Option<i64>| {
            backed_off(minutes(interval), runs, asked.map(minutes)).as_mins()
        };
        assert_eq!([1, 2, 3, 4].map(|runs| after(10, runs, None)), [20, 40, 60, 60]);
        assert_eq!([1, 2].map(|runs| after(240, runs, None)), [240, 240]);
        assert_eq!(after(10, 1, Some(45)), 45, "as long as Kandji asked for");
        assert_eq!(after(10, 3, Some(5)), 60, "but no less than our own patience");
        assert_eq!(after(5, u32::MAX, Some(100_000)), 60);
    }
}
