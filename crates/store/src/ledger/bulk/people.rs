//! The same for employees. Managers who are made along with those who report to them come first.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::Subject;
use domain::id::EmployeeId;
use domain::person::Employee;
use domain::{Deed, Mint};

use crate::seam::{Query, StoreError, Tx};
use crate::{employees, nouns};

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
    let (ready, circle) = in_order(changes);
    let mut done = BTreeSet::new();
    for (those, without_manager) in [(&ready, false), (&circle, true)] {
        let mut those: Vec<_> = those.clone();
        // Whose manager still reports to them waits until that one's own row is done.
        loop {
            let before = those.len();
            let mut later = Vec::new();
            for one in those {
                match person(tx, deed, mint, one, without_manager)? {
                    Outcome::Done => drop(done.insert(one.after.id)),
                    Outcome::PassedOver => {}
                    Outcome::Later => later.push(one),
                }
            }
            those = later;
            if those.is_empty() || those.len() == before {
                break;
            }
        }
    }
    // They report to each other; now that all are there, they can say so.
    for one in circle.iter().filter(|one| done.contains(&one.after.id)) {
        let note = Some(one.note.to_owned());
        let told = tx.attempt(|tx| employees::update(tx, deed, mint, one.after, note));
        told.or_else(passed_over)?;
    }
    Ok(done)
}

/// Whoever reports to somebody new comes after them; and those who then are left, for they wait for
/// each other.
fn in_order<'a>(
    changes: &'a [BulkPerson<'a>],
) -> (Vec<&'a BulkPerson<'a>>, Vec<&'a BulkPerson<'a>>) {
    let new = changes.iter().filter(|one| one.before.is_none());
    let new: BTreeSet<EmployeeId> = new.map(|one| one.after.id).collect();
    let waits_for = |one: &BulkPerson<'_>| one.after.manager.filter(|id| new.contains(id));
    let mut waiting: BTreeMap<EmployeeId, Vec<&BulkPerson<'_>>> = BTreeMap::new();
    let mut ready = Vec::new();
    for one in changes {
        match waits_for(one) {
            Some(manager) => waiting.entry(manager).or_default().push(one),
            None => ready.push(one),
        }
    }
    let mut at = 0;
    while let Some(one) = ready.get(at) {
        let id = one.after.id;
        ready.extend(waiting.remove(&id).unwrap_or_default());
        at += 1;
    }
    (ready, waiting.into_values().flatten().collect())
}

enum Outcome {
    Done,
    PassedOver,
    Later,
}

fn person(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    one: &BulkPerson<'_>,
    without_manager: bool,
) -> Result<Outcome, StoreError> {
    let manager = one.after.manager.filter(|_| !without_manager);
    let employee = Employee { manager, ..one.after.clone() };
    let note = Some(one.note.to_owned());
    if let Some(before) = one.before {
        nouns::hold(tx, Subject::Employee(before.id))?;
        if employees::find(tx, before.id)?.as_ref() != Some(before) {
            return Ok(Outcome::PassedOver);
        }
        let done = tx.attempt(|tx| employees::update(tx, deed, mint, &employee, note));
        return match done {
            Ok(()) => Ok(Outcome::Done),
            Err(error) if error.is_conflict("employees_ring") => Ok(Outcome::Later),
            Err(error) => passed_over(error).map(|()| Outcome::PassedOver),
        };
    }
    let done = tx.attempt(|tx| employees::create(tx, deed, mint, &employee, note));
    done.map(|()| Outcome::Done).or_else(|error| passed_over(error).map(|()| Outcome::PassedOver))
}

/// What is taken or gone costs the row, all else the whole.
fn passed_over(error: StoreError) -> Result<(), StoreError> {
    match error {
        StoreError::Conflict(_) | StoreError::Referenced | StoreError::NotFound => Ok(()),
        other => Err(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::{MINT, at};

    #[test]
    fn a_long_line_of_command_is_put_in_order_at_once() {
        let named = |n: usize| Employee::named(MINT.id(at(0)), n.to_string());
        let mut line: Vec<Employee> = (0..50_000).map(named).collect();
        let ids: Vec<EmployeeId> = line.iter().map(|one| one.id).collect();
        for (one, above) in line[1..].iter_mut().zip(&ids) {
            one.manager = Some(*above);
        }
        let mut pair = [named(1), named(2)];
        (pair[0].manager, pair[1].manager) = (Some(pair[1].id), Some(pair[0].id));
        // Those at the bottom stand first in the file.
        let all = line.iter().chain(&pair).rev();
        let all: Vec<BulkPerson<'_>> =
            all.map(|after| BulkPerson { before: None, after, note: "" }).collect();
        let (ready, circle) = in_order(&all);
        assert_eq!(ready.iter().map(|one| one.after.id).collect::<Vec<_>>(), ids);
        let circle: Vec<EmployeeId> = circle.iter().map(|one| one.after.id).collect();
        assert_eq!(circle, [pair[1].id, pair[0].id]);
    }
}
