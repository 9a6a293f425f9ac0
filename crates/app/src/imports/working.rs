//! Imports that this process works on: how far each is, and why the last attempt at one came to
//! nothing. It is for people who watch; what is true stands in the database.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::id::ImportId;

use crate::installation::App;
use crate::refusal::Refusal;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Planning,
    Applying,
    TakingBack,
}

/// How far the work on an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub stage: Stage,
    pub done: u32,
    pub total: u32,
}

#[derive(Debug, Clone, Default)]
pub struct Working(Arc<Mutex<BTreeMap<ImportId, Entry>>>);

#[derive(Debug)]
enum Entry {
    UnderWay { stage: Stage, done: Arc<AtomicU32>, total: u32 },
    CameToNothing(String),
}

impl Working {
    /// Refused while somebody else is at it in this process.
    pub(super) fn begin(&self, id: ImportId, stage: Stage, total: u32) -> Result<Work, Refusal> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(entries.get(&id), Some(Entry::UnderWay { .. })) {
            let detail = "this import is being worked on; hint: wait until it is done";
            return Err(Refusal::conflict(detail));
        }
        let done = Arc::new(AtomicU32::new(0));
        entries.insert(id, Entry::UnderWay { stage, done: Arc::clone(&done), total });
        Ok(Work { id, done, working: self.clone() })
    }

    fn note(&self, id: ImportId, why: String) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.insert(id, Entry::CameToNothing(why));
    }
}

/// Work under way; it ends with the value.
pub(super) struct Work {
    id: ImportId,
    done: Arc<AtomicU32>,
    working: Working,
}

impl Work {
    pub fn told(&self, done: u32) {
        self.done.store(done, Ordering::Relaxed);
    }

    pub fn more(&self, done: usize) {
        self.done.fetch_add(u32::try_from(done).unwrap_or(u32::MAX), Ordering::Relaxed);
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        let mut entries = self.working.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.remove(&self.id);
    }
}

pub fn progress(app: &App, id: ImportId) -> Option<Progress> {
    let entries = app.imports.0.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(Entry::UnderWay { stage, done, total }) = entries.get(&id) else { return None };
    Some(Progress { stage: *stage, done: done.load(Ordering::Relaxed), total: *total })
}

/// Why the last attempt, whose end nobody waited for, came to nothing.
pub fn trouble(app: &App, id: ImportId) -> Option<String> {
    let entries = app.imports.0.lock().unwrap_or_else(PoisonError::into_inner);
    match entries.get(&id) {
        Some(Entry::CameToNothing(why)) => Some(why.clone()),
        _ => None,
    }
}

/// Begins something that goes on when nobody waits any more. Its answer, if it has one soon.
pub async fn begun<T: Send + 'static>(
    app: &App,
    id: ImportId,
    patience: Duration,
    work: impl Future<Output = Result<T, Refusal>> + Send + 'static,
) -> Option<Result<T, Refusal>> {
    let mut task = tokio::spawn(work);
    if let Ok(done) = tokio::time::timeout(patience, &mut task).await {
        let broken = || Refusal::Failed("a bug stopped this; hint: the log says more".into());
        return Some(done.unwrap_or_else(|_| Err(broken())));
    }
    let working = app.imports.clone();
    tokio::spawn(async move {
        if let Ok(Err(refusal)) = task.await {
            working.note(id, refusal.to_string());
        }
    });
    None
}
