//! The same for employees. Managers who are made along with those who report to them come first.

use std::collections::BTreeSet;

use domain::id::EmployeeId;
use domain::person::Employee;
use domain::{Deed, Mint};

use crate::employees;
use crate::seam::{Query, StoreError, Tx};

/// What is to be done to one employee.
#[derive(Debug, Clone, Copy)]
pub struct BulkPerson<'a> {
    /// As they were when it was planned; none for somebody new.
    pub before: Option<&'a Employee>,
    pub after: &'a Employee,
    pub note: &'a str,
}

/// Answers who was done. Left alone are those who changed since, whose e-mail or unique value is
/// taken, or whose manager did not come.
pub fn bulk_people(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    changes: &[BulkPerson<'_>],
) -> Result<BTreeSet<EmployeeId>, StoreError> {
    let mut done = BTreeSet::new();
    let mut left: Vec<BulkPerson<'_>> = changes.to_vec();
    loop {
        // Whoever waits for somebody of this list waits until nobody else can be done.
        let waits = |one: &BulkPerson<'_>| {
            let manager = one.after.manager;
            left.iter().any(|other| other.before.is_none() && Some(other.after.id) == manager)
        };
        let (waiting, ready): (Vec<BulkPerson<'_>>, Vec<BulkPerson<'_>>) =
            left.iter().partition(|one| waits(one));
        let circle = ready.is_empty();
        if circle && waiting.is_empty() {
            return Ok(done);
        }
        for one in if circle { &waiting } else { &ready } {
            if person(tx, deed, mint, one, circle)? {
                done.insert(one.after.id);
            }
        }
        if circle {
            // They report to each other; now that all are there, they can say so.
            for one in waiting.iter().filter(|one| done.contains(&one.after.id)) {
                let note = Some(one.note.to_owned());
                let told = tx.attempt(|tx| employees::update(tx, deed, mint, one.after, note));
                told.or_else(passed_over)?;
            }
            return Ok(done);
        }
        left = waiting;
    }
}

fn person(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    one: &BulkPerson<'_>,
    without_manager: bool,
) -> Result<bool, StoreError> {
    let manager = one.after.manager.filter(|_| !without_manager);
    let employee = Employee { manager, ..one.after.clone() };
    let note = Some(one.note.to_owned());
    if let Some(before) = one.before {
        if employees::find(tx, before.id)?.as_ref() != Some(before) {
            return Ok(false);
        }
        let done = tx.attempt(|tx| employees::update(tx, deed, mint, &employee, note));
        return done.map(|()| true).or_else(|error| passed_over(error).map(|()| false));
    }
    let done = tx.attempt(|tx| employees::create(tx, deed, mint, &employee, note));
    done.map(|()| true).or_else(|error| passed_over(error).map(|()| false))
}

/// What is taken or gone costs the row, all else the whole.
fn passed_over(error: StoreError) -> Result<(), StoreError> {
    match error {
        StoreError::Conflict(_) | StoreError::Referenced | StoreError::NotFound => Ok(()),
        other => Err(other),
    }
}
