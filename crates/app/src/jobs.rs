//! Jobs: work that a transaction made necessary, done soon after it by whichever process is free.
//! Each is done at least once: a job must be harmless when it is done again.

use std::time::Duration;

use domain::Timestamp;
use domain::id::{AlertId, SavedReportId, SourceId, UserId, WebhookId};
use domain::mailing::Recipient;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::jobs::{self, Job};
use tokio::task::JoinSet;
use tokio::time::{Interval, MissedTickBehavior};
use tracing::Instrument;

use crate::installation::App;
use crate::refusal::Refusal;
use crate::{ade_tokens, bulks, departures, mail, reports, undos, webhooks};

/// What there is to do, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum Work {
    MailAlert {
        alert: AlertId,
        user: UserId,
    },
    LookAtAdeTokens {
        source: SourceId,
    },
    /// `due` is the time that had come; without it somebody asked for one now.
    MailReport {
        report: SavedReportId,
        to: Recipient,
        due: Option<Timestamp>,
    },
    Deliver {
        webhook: WebhookId,
    },
}

impl Work {
    /// The same work waits once.
    pub fn key(&self) -> String {
        match self {
            Work::MailAlert { alert, user } => format!("mail:{alert}:{user}"),
            Work::LookAtAdeTokens { source } => format!("ade:{source}"),
            Work::MailReport { report, to, due } => {
                let to = match to {
                    Recipient::User(id) => id.to_string(),
                    Recipient::Email(email) => email.key(),
                };
                let due = due.map_or_else(|| "now".to_owned(), |due| due.to_string());
                format!("report:{report}:{to}:{due}")
            }
            Work::Deliver { webhook } => format!("{DELIVERIES}{webhook}"),
        }
    }
}

/// A job that this process holds.
pub(crate) struct Held {
    pub job: Job,
    owner: String,
    /// When it was taken.
    pub now: Timestamp,
}

impl Held {
    /// It is done. What goes with that is written by `end`, unless another process took over.
    pub fn finish(
        &self,
        tx: &mut Tx<'_>,
        end: impl FnOnce(&mut Tx<'_>) -> Result<(), store::StoreError>,
    ) -> Result<(), Refusal> {
        if jobs::finish(tx, self.job.id, &self.owner)? { Ok(end(tx)?) } else { Ok(()) }
    }

    /// Whether it is ours still; then it stays so until the transaction ends.
    pub fn still(&self, tx: &mut Tx<'_>) -> Result<bool, store::StoreError> {
        jobs::is_held(tx, self.job.id, &self.owner)
    }

    /// It goes on at that time; `end` as above.
    pub fn later(
        &self,
        tx: &mut Tx<'_>,
        due_at: Timestamp,
        error: &str,
        end: impl FnOnce(&mut Tx<'_>) -> Result<(), store::StoreError>,
    ) -> Result<(), Refusal> {
        if jobs::again(tx, self.job.id, &self.owner, due_at, error)? {
            Ok(end(tx)?)
        } else {
            Ok(())
        }
    }

    /// It failed and comes again; `end` as above, with the time.
    pub fn again(
        &self,
        tx: &mut Tx<'_>,
        error: &str,
        end: impl FnOnce(&mut Tx<'_>, Timestamp) -> Result<(), store::StoreError>,
    ) -> Result<(), Refusal> {
        let due_at = self.now + wait(self.job.attempts);
        if jobs::again(tx, self.job.id, &self.owner, due_at, error)? {
            end(tx, due_at)?;
        }
        Ok(())
    }
}

const LOOK: Duration = Duration::from_secs(2);
/// Looks between two at whose last day is over: ten minutes.
const LAST_DAYS: u64 = 300;
/// Longer than any job may take, so that nobody need renew it.
const LEASE: SignedDuration = SignedDuration::from_mins(3);
const LONGEST: Duration = Duration::from_mins(2);
/// Jobs of this process at once. Most of the time they wait for somebody else's server.
const AT_ONCE: usize = 4;
/// Of these so many deliver: however many receivers are slow, a mail finds a place.
const DELIVERIES_AT_ONCE: usize = 3;
/// What their keys begin with.
const DELIVERIES: &str = "webhook:";

/// One minute, two, four, … at most an hour.
fn wait(attempts: u32) -> SignedDuration {
    SignedDuration::from_mins(1 << attempts.saturating_sub(1).min(6)).min(HOUR)
}

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Does what is due until the task is dropped. Nothing of it waits for the rest: a receiver of
/// webhooks that takes its time must not keep a mail, or somebody's last day.
pub async fn background(app: App) {
    tokio::join!(do_jobs(&app), look_up(&app), look_after(&app));
}

fn looks() -> Interval {
    let mut interval = tokio::time::interval(LOOK);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

async fn do_jobs(app: &App) {
    let mut looks = looks();
    loop {
        looks.tick().await;
        if let Err(error) = do_due(app).await {
            tracing::warn!(%error, "jobs could not be done");
        }
    }
}

/// Makes jobs of what time and events have brought.
async fn look_up(app: &App) {
    let mut looks = looks();
    loop {
        looks.tick().await;
        if let Err(error) = reports::mailing::start_due(app).await {
            tracing::warn!(%error, "reports that are due could not be looked up");
        }
        if let Err(error) = webhooks::wake(app).await {
            tracing::warn!(%error, "webhooks could not be looked after");
        }
    }
}

async fn look_after(app: &App) {
    let mut looks = looks();
    for looked in 0_u64.. {
        looks.tick().await;
        if looked % LAST_DAYS == 0
            && let Err(error) = departures::look(app).await
        {
            tracing::warn!(%error, "last days that are over could not be looked up");
        }
        if let Err(error) = take_up(app).await {
            tracing::warn!(%error, "what was left half done could not be taken up");
        }
    }
}

/// Goes on with long pieces of work whose process fell silent.
pub async fn take_up(app: &App) -> Result<(), Refusal> {
    bulks::take_up(app).await?;
    undos::take_up(app).await
}

/// Finds what webhooks are to hear, and does everything that is due; answers how many jobs that
/// were.
pub async fn work_off(app: &App) -> Result<usize, Refusal> {
    if let Err(error) = webhooks::wake(app).await {
        tracing::warn!(%error, "webhooks could not be looked after");
    }
    do_due(app).await
}

/// Some jobs at once, those that were due first before others, until none is due or under way.
async fn do_due(app: &App) -> Result<usize, Refusal> {
    let mut under_way = JoinSet::new();
    let (mut done, mut deliveries) = (0, 0);
    loop {
        while under_way.len() < AT_ONCE {
            let held = match claim(app, deliveries < DELIVERIES_AT_ONCE).await {
                Ok(Some(held)) => held,
                Ok(None) => break,
                Err(error) if under_way.is_empty() => return Err(error),
                Err(error) => {
                    tracing::warn!(%error, "no more jobs could be claimed");
                    break;
                }
            };
            done += 1;
            let delivers = held.job.body["do"] == "deliver";
            deliveries += usize::from(delivers);
            let (app, span) = (app.clone(), tracing::info_span!("job", id = %held.job.id));
            let job = async move {
                if let Err(error) = perform(&app, held).await {
                    tracing::warn!(%error, "the end of a job could not be written");
                }
                delivers
            };
            under_way.spawn(job.instrument(span));
        }
        tokio::select! {
            ended = under_way.join_next() => match ended {
                None => return Ok(done),
                Some(delivered) => deliveries -= usize::from(delivered.map_err(stopped)?),
            },
            // What has become due meanwhile has its turn as well.
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

fn stopped(bug: tokio::task::JoinError) -> Refusal {
    Refusal::Failed(format!("a job stopped: {bug}"))
}

async fn claim(app: &App, deliveries: bool) -> Result<Option<Held>, Refusal> {
    let (owner, now) = (app.owner.to_string(), app.now());
    let leave = (!deliveries).then_some(DELIVERIES);
    if !app.store.system_read(move |tx| jobs::any_due(tx, now, leave)).await? {
        return Ok(None);
    }
    let by = owner.clone();
    let claimed = app.store.system(move |tx| jobs::claim(tx, &by, now, now + LEASE, leave));
    Ok(claimed.await?.map(|job| Held { job, owner, now }))
}

/// A job that panics, hangs or cannot be read comes again later and stops nobody else's.
async fn perform(app: &App, held: Held) -> Result<(), Refusal> {
    let held = std::sync::Arc::new(held);
    let (here, mine) = (app.clone(), held.clone());
    let task = tokio::spawn(async move { Box::pin(work(&here, &mine)).await });
    let stop = task.abort_handle();
    let failed = match tokio::time::timeout(LONGEST, task).await {
        Ok(Ok(Ok(()))) => return Ok(()),
        Ok(Ok(Err(refusal))) => refusal.to_string(),
        Ok(Err(bug)) => format!("it stopped: {bug}"),
        Err(_) => {
            stop.abort();
            "it took too long".to_owned()
        }
    };
    tracing::warn!(error = %failed, "a job failed and comes again");
    let tenant = held.job.tenant;
    app.store.write(tenant, move |tx| held.again(tx, &failed, |_, _| Ok(()))).await
}

async fn work(app: &App, held: &std::sync::Arc<Held>) -> Result<(), Refusal> {
    let work = serde_json::from_value(held.job.body.clone()).map_err(|error| {
        Refusal::Failed(format!("this job is not known here: {error}; hint: it is newer, upgrade"))
    })?;
    match work {
        Work::MailAlert { alert, user } => mail::alert(app, held, alert, user).await,
        Work::LookAtAdeTokens { source } => ade_tokens::look(app, held, source).await,
        Work::MailReport { report, to, due } => {
            mail::report::report(app, held, report, to, due).await
        }
        Work::Deliver { webhook } => webhooks::deliver(app, held, webhook).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_fails_waits_longer_each_time_and_at_most_an_hour() {
        let minutes: Vec<_> = (1..9).map(|attempts| wait(attempts).as_mins()).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(wait(u32::MAX), HOUR);
    }
}
