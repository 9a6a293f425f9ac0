//! A job: one closure on its way to a database thread, where it runs in one transaction.

use std::{
    any::Any,
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{Access, connection::Connection, error::StoreError};

pub(super) struct Job {
    pub access: Access,
    claimed: Arc<AtomicBool>,
    work: Work,
}

type Work = Box<dyn FnOnce(Result<&mut Connection, StoreError>) -> Outcome + Send>;

/// A job that has run but is not committed yet.
pub(super) struct Outcome {
    /// Whether what it did is to stay.
    pub keep: bool,
    /// Tells the caller, once it is known whether the commit worked.
    pub answer: Box<dyn FnOnce(Result<(), StoreError>) + Send>,
}

/// The caller's hold on a job. Dropped before a thread takes the job, it withdraws it.
pub(super) struct Ticket(Arc<AtomicBool>);

impl Ticket {
    /// Takes the job back; false when a thread already has it.
    pub fn withdraw(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.withdraw();
    }
}

impl Job {
    pub fn new<T, E>(
        access: Access,
        work: impl FnOnce(&mut Connection) -> Result<T, E> + Send + 'static,
        reply: impl FnOnce(Result<T, E>) + Send + 'static,
    ) -> (Self, Ticket)
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let claimed = Arc::new(AtomicBool::new(false));
        let work = Box::new(|connection: Result<&mut Connection, StoreError>| {
            let done = connection.map_err(E::from).and_then(|connection| guarded(connection, work));
            let keep = done.is_ok();
            let answer = Box::new(move |committed: Result<(), StoreError>| {
                reply(done.and_then(|value| committed.map(|()| value).map_err(E::from)));
            });
            Outcome { keep, answer }
        });
        (Self { access, claimed: Arc::clone(&claimed), work }, Ticket(claimed))
    }

    /// Whether the caller is still waiting; from here on it can no longer withdraw.
    pub fn claim(&self) -> bool {
        !self.claimed.swap(true, Ordering::AcqRel)
    }

    pub fn run(self, connection: &mut Connection) -> Outcome {
        (self.work)(Ok(connection))
    }

    /// Answers without having run.
    pub fn refuse(self, error: StoreError) {
        ((self.work)(Err(error)).answer)(Ok(()));
    }
}

fn guarded<T, E: From<StoreError>>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Connection) -> Result<T, E>,
) -> Result<T, E> {
    let done = catch_unwind(AssertUnwindSafe(|| work(&mut *connection)))
        .unwrap_or_else(|panic| Err(StoreError::Panicked(words(&*panic)).into()))?;
    connection.refuse_swallowed()?;
    Ok(done)
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("it left no words").to_owned()
}

/// Jobs waiting for a database thread.
#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    closed: bool,
}

impl Queue {
    pub fn push(&self, job: Job) {
        self.lock().jobs.push_back(job);
        self.changed.notify_one();
    }

    /// Waits for a job whose caller still waits; `None` once closed and empty.
    pub fn take(&self) -> Option<Job> {
        let mut waiting = self.lock();
        loop {
            match waiting.jobs.pop_front() {
                Some(job) if job.claim() => return Some(job),
                Some(_) => {}
                None if waiting.closed => return None,
                None => {
                    waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    /// A job that is already there, if any.
    pub fn take_now(&self) -> Option<Job> {
        let mut waiting = self.lock();
        std::iter::from_fn(|| waiting.jobs.pop_front()).find(Job::claim)
    }

    /// Whether nobody waits for a thread.
    pub fn is_empty(&self) -> bool {
        self.lock().jobs.is_empty()
    }

    /// What waits is still done; the threads end after it.
    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
