//! Imports that this process works on: how far each is, and why the last attempt at one came to
//! nothing. It is for people who watch; what is true stands in the database.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::id::ImportId;

use crate::installation::App;
use crate::refusal::Refusal;

/// Attempts that came to nothing and are remembered; those at the oldest imports are forgotten first.
const MOST_TROUBLES: usize = 100;

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
        let troubled = |(id, entry): (&ImportId, &Entry)| {
            matches!(entry, Entry::CameToNothing(_)).then_some(*id)
        };
        let troubles: Vec<ImportId> = entries.iter().filter_map(troubled).collect();
        for oldest in troubles.iter().rev().skip(MOST_TROUBLES) {
            entries.remove(oldest);
        }
    }

    /// Nobody asks about it any more.
    pub(super) fn forget(&self, id: ImportId) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(entries.get(&id), Some(Entry::CameToNothing(_))) {
            entries.remove(&id);
        }
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

#[cfg(test)]
mod tests {
    use domain::{Mint, Timestamp};

    use super::*;

    fn told(working: &Working, id: ImportId) -> bool {
        working.0.lock().unwrap().contains_key(&id)
    }

    #[test]
    fn only_the_last_attempts_that_came_to_nothing_are_remembered() {
        let (working, mint) = (Working::default(), Mint::new(1));
        let ids: Vec<ImportId> =
            (0..=MOST_TROUBLES).map(|_| mint.id(Timestamp::UNIX_EPOCH)).collect();
        let work = working.begin(ids[0], Stage::Applying, 1).unwrap();
        for id in &ids[1..] {
            working.note(*id, "the disk is full".into());
        }
        assert!(ids.iter().all(|id| told(&working, *id)));
        let last = mint.id(Timestamp::UNIX_EPOCH);
        working.note(last, "the disk is full".into());
        // What is being worked on stays.
        assert!(told(&working, ids[0]) && !told(&working, ids[1]) && told(&working, last));
        drop(work);
        assert_eq!(working.0.lock().unwrap().len(), MOST_TROUBLES);
    }

    #[test]
    fn an_import_thrown_away_is_not_remembered() {
        let (working, mint) = (Working::default(), Mint::new(1));
        let [failed, at_work] = [(); 2].map(|()| mint.id(Timestamp::UNIX_EPOCH));
        working.note(failed, "the disk is full".into());
        let work = working.begin(at_work, Stage::Planning, 1).unwrap();
        working.forget(failed);
        working.forget(at_work);
        assert!(!told(&working, failed) && told(&working, at_work));
        drop(work);
    }
}
