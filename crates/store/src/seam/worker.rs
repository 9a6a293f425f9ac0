//! A database thread: takes jobs, runs each in a transaction, tells the callers.
//! Several small writes share one commit, because a commit waits for the disk.

use super::{
    Access,
    connection::{Connection, Mark},
    error::StoreError,
    job::{Job, Outcome, Queue},
};

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
    let mut done = Vec::new();
    let mut next = Some(first);
    let mut taken = 0;
    while let Some(job) = next {
        connection.shared = taken > 0;
        taken += 1;
        match run_alone(connection, job, group) {
            Some(outcome) if outcome.keep => done.push(outcome),
            Some(outcome) => (outcome.answer)(Ok(())),
            None => {}
        }
        if let Some(error) = connection.lost_transaction() {
            return answer_all(done, &Err(error));
        }
        next = if taken < group { queue.take_now() } else { None };
    }
    let committed = if done.is_empty() { connection.rollback() } else { connection.commit() };
    if committed.is_err() && connection.rollback().is_err() {
        tracing::debug!("there was nothing left to roll back");
    }
    answer_all(done, &committed);
}

/// Runs a job so that, when it fails, those before it in the transaction stand.
/// `None`: it was answered already.
fn run_alone(connection: &mut Connection, job: Job, group: usize) -> Option<Outcome> {
    if group == 1 {
        return Some(job.run(connection));
    }
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
