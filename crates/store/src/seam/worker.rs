//! A database thread: takes jobs, runs each in a transaction, tells the callers.
//! Several small writes share one commit, because a commit waits for the disk.

use std::sync::{Mutex, PoisonError};

use super::{
    Access,
    connection::{Connection, Mark},
    error::StoreError,
    job::{Job, Outcome, Queue},
};

/// Held while a connection is closed. SQLite's last one moves the log into the file; of two that
/// close at once each takes the other for one that stays, and the log would stay as well.
static CLOSING: Mutex<()> = Mutex::new(());

/// Serves the queue until it is closed. At most `group` jobs share a transaction.
pub(super) fn serve(
    queue: &Queue,
    group: usize,
    open: impl Fn() -> Result<Connection, StoreError>,
) {
    let mut held = None;
    while let Some(job) = queue.take() {
        match begun(&mut held, job.access, &open) {
            Err(error) => job.refuse(error),
            Ok(connection) => run_group(connection, job, queue, group),
        }
        held = held.filter(|connection| !connection.is_closed());
    }
    let _alone = CLOSING.lock().unwrap_or_else(PoisonError::into_inner);
    drop(held);
}

/// A connection with its transaction begun; one that broke while idle is opened anew.
fn begun<'h>(
    held: &'h mut Option<Connection>,
    access: Access,
    open: &impl Fn() -> Result<Connection, StoreError>,
) -> Result<&'h mut Connection, StoreError> {
    let works = match held {
        Some(connection) => connection.begin(access).is_ok(),
        None => false,
    };
    if !works {
        *held = None;
        let mut fresh = open()?;
        fresh.begin(access)?;
        *held = Some(fresh);
    }
    Ok(held.as_mut().expect("it works, or was just put there"))
}

fn run_group(connection: &mut Connection, first: Job, queue: &Queue, group: usize) {
    connection.shared = false;
    // Nothing stands before the first one, so that it needs no savepoint: a long piece of work
    // under one would pay for it with every statement.
    let outcome = first.run(connection);
    if !outcome.keep {
        let ended = connection.lost_transaction().map_or_else(|| connection.rollback(), Err);
        return (outcome.answer)(ended);
    }
    let mut done = vec![outcome];
    while let Some(job) = if done.len() < group { queue.take_now() } else { None } {
        connection.shared = true;
        match run_after(connection, job) {
            Some(outcome) if outcome.keep => done.push(outcome),
            Some(outcome) => (outcome.answer)(Ok(())),
            None => {}
        }
        if let Some(error) = connection.lost_transaction() {
            return answer_all(done, &Err(error));
        }
    }
    let committed = connection.lost_transaction().map_or_else(|| connection.commit(), Err);
    if committed.is_err() && connection.rollback().is_err() {
        tracing::debug!("there was nothing left to roll back");
    }
    answer_all(done, &committed);
}

/// Runs a job so that, when it fails, those before it in the transaction stand.
/// `None`: it was answered already.
fn run_after(connection: &mut Connection, job: Job) -> Option<Outcome> {
    if let Err(error) = connection.savepoint(Mark::Job) {
        job.refuse(error);
        return None;
    }
    let outcome = job.run(connection);
    let ended =
        if outcome.keep { connection.release(Mark::Job) } else { connection.back_to(Mark::Job) };
    if let Err(error) = ended {
        (outcome.answer)(Err(error));
        return None;
    }
    Some(outcome)
}

fn answer_all(done: Vec<Outcome>, committed: &Result<(), StoreError>) {
    for outcome in done {
        (outcome.answer)(committed.clone());
    }
}
