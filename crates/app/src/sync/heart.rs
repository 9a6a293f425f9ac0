//! A run's sign of life: while it beats, no other process may take the run over, and people see
//! how far it got.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::id::{RunId, TenantId};
use store::runs;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::installation::App;
use crate::refusal::Refusal;
use crate::sync::opened::{LEASE, Opened};

/// How often progress is written; a lease outlives many beats.
const BEAT: Duration = Duration::from_millis(700);

/// What the fetch reports, read by the beats and by whoever waits for the run.
#[derive(Debug, Default)]
pub struct Progress {
    pages: AtomicU32,
    devices: AtomicU32,
    requests: AtomicU32,
    left_this_hour: Mutex<Option<u32>>,
}

impl Progress {
    pub fn set(&self, pages: u32, devices: u32) {
        self.pages.store(pages, Ordering::Relaxed);
        self.devices.store(devices, Ordering::Relaxed);
    }

    /// How far the fetch got.
    pub fn so_far(&self) -> runs::Progress {
        runs::Progress {
            pages: self.pages.load(Ordering::Relaxed),
            devices: self.devices.load(Ordering::Relaxed),
        }
    }

    /// Requests made, and how many the source says are left this hour; told also where the fetch
    /// failed.
    pub fn asked(&self, requests: u64, left_this_hour: Option<u64>) {
        let few = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        self.requests.store(few(requests), Ordering::Relaxed);
        *self.left_this_hour.lock().unwrap_or_else(PoisonError::into_inner) =
            left_this_hour.map(few);
    }

    pub fn requests(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }

    pub fn left_this_hour(&self) -> Option<u32> {
        *self.left_this_hour.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub struct Heart {
    lost: Arc<(AtomicBool, Notify)>,
    beats: JoinHandle<()>,
}

impl Heart {
    pub fn start(app: &App, opened: &Opened) -> Self {
        let (tenant, run, progress) = (opened.tenant, opened.run, opened.progress.clone());
        let lost = Arc::new((AtomicBool::new(false), Notify::new()));
        let beats = tokio::spawn(beat(app.clone(), tenant, run, progress, lost.clone()));
        Heart { lost, beats }
    }

    /// Ends when another process has taken the run; this one must not write any more.
    pub async fn lost(&self) {
        let (lost, bell) = &*self.lost;
        while !lost.load(Ordering::Acquire) {
            bell.notified().await;
        }
    }
}

impl Drop for Heart {
    fn drop(&mut self) {
        self.beats.abort();
    }
}

async fn beat(
    app: App,
    tenant: TenantId,
    run: RunId,
    progress: Arc<Progress>,
    lost: Arc<(AtomicBool, Notify)>,
) {
    let mut interval = tokio::time::interval(BEAT);
    interval.tick().await;
    loop {
        interval.tick().await;
        let (owner, clock) = (app.owner.to_string(), app.clock.clone());
        let so_far = progress.so_far();
        let alive = app
            .store
            .write(tenant, move |tx| {
                let now = clock.now();
                runs::progress(tx, run, &owner, so_far, now)?;
                Ok::<_, Refusal>(runs::heartbeat(tx, run, &owner, now + LEASE)?)
            })
            .await;
        match alive {
            Ok(true) => {}
            // A database that does not answer now may do so before the lease ends.
            Err(error) => tracing::warn!(%error, "a sign of life could not be written"),
            Ok(false) => {
                lost.0.store(true, Ordering::Release);
                lost.1.notify_one();
                return;
            }
        }
    }
}
