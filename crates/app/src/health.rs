//! How a connection is: written after every run and test. What a person must mend raises an alert
//! at once, what passes by itself only when it lasts; both mend themselves when it works again.

use domain::Timestamp;
use domain::id::SourceId;
use jiff::SignedDuration;
use kandji::Fault;
use kandji::probe::Tested;
use store::Tx;
use store::alerts::{self, Severity};
use store::runs::Finish;
use store::sources::{self, Health, HealthState, Outage, Source};

use crate::alerts::{About, Bell, Words, told_at};
use crate::refusal::Refusal;
use crate::sync::{Trouble, backed_off, spread};

/// What a run or a test says about the connection, in a sentence.
pub(crate) struct Found {
    verdict: Verdict,
    detail: String,
    /// A run; else somebody tests, and wants to see that it was looked at.
    run: bool,
}

enum Verdict {
    Works,
    /// It works, and something that is wanted cannot be had.
    Lacks,
    /// Somebody must mend it.
    Broken,
    /// The world may do better next time; Kandji may have said how long to wait.
    Passing {
        asked: Option<SignedDuration>,
    },
}

/// An outage lasts once so many runs in a row have failed …
const RUNS: u32 = 3;
/// … over so long a time.
const LASTS: SignedDuration = SignedDuration::from_hours(1);

impl Found {
    /// `None` where a run says nothing: our own trouble is none of the connection's, and who applies
    /// an approved plan asks nothing of the source.
    pub fn by_run(ended: &Result<Finish, Trouble>, requests: u32) -> Option<Self> {
        let (verdict, detail) = match ended {
            Ok(_) if requests == 0 => return None,
            Ok(finish) => match &finish.coverage {
                None => (Verdict::Works, "the last run read everything".into()),
                Some(detail) => (Verdict::Lacks, detail.clone()),
            },
            Err(Trouble::Source(fault)) if fault.is_transient() => {
                (Verdict::Passing { asked: asked(fault) }, fault.to_string())
            }
            Err(Trouble::Source(fault)) => (Verdict::Broken, fault.to_string()),
            Err(Trouble::Unasked(refusal)) => (Verdict::Broken, refusal.to_string()),
            Err(Trouble::Ours(_)) => return None,
        };
        Some(Found { verdict, detail, run: true })
    }

    pub fn by_test(tested: &Tested) -> Self {
        let verdict = match tested {
            Tested { ok: true, .. } => Verdict::Works,
            Tested { passing: true, .. } => Verdict::Passing { asked: None },
            Tested { .. } => Verdict::Broken,
        };
        Found { verdict, detail: tested.detail.clone(), run: false }
    }

    /// Writes it on the source, and raises or mends the alert about its connection.
    pub fn write(self, tx: &mut Tx<'_>, id: SourceId, bell: &Bell) -> Result<(), Refusal> {
        let Some(source) = sources::find(tx, id)? else { return Ok(()) };
        let (state, detail) = match self.verdict {
            Verdict::Works | Verdict::Lacks => self.works(tx, &source, bell)?,
            Verdict::Broken => {
                raise(tx, &source, &self.detail, bell)?;
                (HealthState::Failing, self.detail)
            }
            Verdict::Passing { asked } => self.passes(tx, &source, asked, bell)?,
        };
        let checked_at = Some(bell.now);
        Ok(sources::save_health(tx, id, &Health { state, detail, checked_at })?)
    }

    fn works(
        &self,
        tx: &mut Tx<'_>,
        source: &Source,
        bell: &Bell,
    ) -> Result<(HealthState, String), Refusal> {
        bell.mend(tx, &About::Connection(source.id))?;
        if sources::end_outage(tx, source.id)? {
            // Back to the interval at once, however far the next run had been put off.
            let interval = spread(interval(source));
            put_off(tx, source, |next| next.min(bell.now + interval))?;
        }
        let lacks = matches!(self.verdict, Verdict::Lacks);
        let state = if lacks { HealthState::Degraded } else { HealthState::Ok };
        Ok((state, self.detail.clone()))
    }

    fn passes(
        &self,
        tx: &mut Tx<'_>,
        source: &Source,
        asked: Option<SignedDuration>,
        bell: &Bell,
    ) -> Result<(HealthState, String), Refusal> {
        if self.run {
            let outage = sources::count_outage(tx, source.id, bell.now)?;
            let wait = spread(backed_off(interval(source), outage.runs, asked));
            put_off(tx, source, |_| bell.now + wait)?;
            if lasts(outage, bell.now) {
                let since = told_at(tx, outage.since)?;
                let detail = format!("no run has worked since {since}; {}", self.detail);
                raise(tx, source, &detail, bell)?;
                return Ok((HealthState::Failing, detail));
            }
        }
        // What somebody must mend stays said while the network has a bad moment on top.
        let open = alerts::find_open(tx, &About::Connection(source.id).key())?;
        if open.is_some() {
            return Ok((HealthState::Failing, source.health.detail.clone()));
        }
        Ok((HealthState::Degraded, self.detail.clone()))
    }
}

fn lasts(outage: Outage, now: Timestamp) -> bool {
    outage.runs >= RUNS && now.duration_since(outage.since) >= LASTS
}

/// Nobody is told about a source that is switched off.
fn raise(tx: &mut Tx<'_>, source: &Source, detail: &str, bell: &Bell) -> Result<(), Refusal> {
    if !source.enabled {
        return Ok(());
    }
    let words = Words {
        severity: Severity::Danger,
        title: format!("{} cannot be read", source.name),
        detail: detail.to_owned(),
        link: format!("sources/{}", source.id),
    };
    Ok(bell.raise(tx, &About::Connection(source.id), words)?)
}

/// Moves the next scheduled run, where there is one.
fn put_off(
    tx: &mut Tx<'_>,
    source: &Source,
    to: impl FnOnce(Timestamp) -> Timestamp,
) -> Result<(), Refusal> {
    if let (true, Some(next)) = (source.enabled, source.next_run_at) {
        sources::set_next_run(tx, source.id, Some(to(next)))?;
    }
    Ok(())
}

fn interval(source: &Source) -> SignedDuration {
    SignedDuration::from_mins(i64::from(source.rules.interval_minutes))
}

fn asked(fault: &Fault) -> Option<SignedDuration> {
    match fault {
        Fault::RateLimited { asked, .. } => asked.and_then(|wait| wait.try_into().ok()),
        _ => None,
    }
}
