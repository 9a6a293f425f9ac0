//! The same for employees: who was made goes unless something points at them by now, and every
//! value that still is what was set becomes what it was.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::Subject;
use domain::id::EmployeeId;
use domain::person::Employee;
use domain::{Action, Cause, Deed, Event, Field, Mint};
use serde_json::Value;

use crate::seam::{Query, StoreError, Tx};
use crate::{employees, events, nouns};

/// What could and could not be taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UndonePeople {
    pub restored: Vec<EmployeeId>,
    /// What stayed, and why.
    pub kept: Vec<(EmployeeId, String)>,
}

pub fn undo_people(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    cause: &Cause,
) -> Result<UndonePeople, StoreError> {
    let mut of_employee: BTreeMap<EmployeeId, Vec<Event>> = BTreeMap::new();
    for event in events::of_cause(tx, cause)? {
        if let Subject::Employee(id) = event.subject {
            of_employee.entry(id).or_default().push(event);
        }
    }
    let mut undone = UndonePeople::default();
    let is_made = |events: &Vec<Event>| events.iter().any(|one| one.action == Action::Created);
    let (made, changed): (Vec<_>, Vec<_>) =
        of_employee.into_iter().partition(|(_, events)| is_made(events));
    for (id, events) in changed {
        restore(tx, deed, mint, (id, &events), &mut undone)?;
    }
    // Nobody reports to anybody who goes: whom they report to is blanked first.
    let mut goes = BTreeSet::new();
    for (id, events) in &made {
        let Some(employee) = employees::find(tx, *id)? else { continue };
        if !untouched(tx, *id, events)? && !is_as_made(tx, &employee, events)? {
            continue;
        }
        goes.insert(*id);
        if employee.manager.is_some_and(|id| made.iter().any(|(other, _)| *other == id)) {
            let blank = Employee { manager: None, ..employee };
            employees::update(tx, deed, mint, &blank, Some("taken back".into()))?;
        }
    }
    for (id, events) in made {
        let as_made = goes.contains(&id);
        unmake(tx, deed, mint, (id, &events, as_made), &mut undone)?;
    }
    Ok(undone)
}

/// Whether nothing happened to them but this, and its taking back.
fn untouched(tx: &mut Tx<'_>, id: EmployeeId, ours: &[Event]) -> Result<bool, StoreError> {
    let all = events::count(tx, Subject::Employee(id))?;
    Ok(usize::try_from(all).unwrap_or(usize::MAX) <= ours.len())
}

/// Whether they were changed since, and all of it was set back, so that every value is as it was
/// written; nothing was noted down about them either.
fn is_as_made(tx: &mut Tx<'_>, employee: &Employee, ours: &[Event]) -> Result<bool, StoreError> {
    let blank = |value: &Value| value.is_null() || *value == Value::Bool(false);
    let mut written = super::written(ours);
    written.retain(|_, value| !blank(value));
    let known = employees::known_of(employee).into_iter().filter(|(_, value)| !blank(value));
    if written != known.collect() {
        return Ok(false);
    }
    let subject = Subject::Employee(employee.id);
    let updates = events::count_action(tx, subject, Action::Updated)?;
    let all = events::count(tx, subject)?;
    Ok(all == updates + 1)
}

fn unmake(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    (id, ours, as_made): (EmployeeId, &[Event], bool),
    undone: &mut UndonePeople,
) -> Result<(), StoreError> {
    let subject = Subject::Employee(id);
    if employees::find(tx, id)?.is_none() {
        undone.kept.push((id, "they were deleted since".into()));
        return Ok(());
    }
    let used = nouns::uses(tx, subject)?;
    if used.any() {
        undone.kept.push((id, format!("they were made there, but {used} point at them now")));
        return Ok(());
    }
    let others = events::count_besides(tx, subject, &deed.cause)?;
    if !as_made && usize::try_from(others).unwrap_or(usize::MAX) > ours.len() {
        undone.kept.push((id, "they were made there, but changed since".into()));
        return Ok(());
    }
    let gone = tx.attempt(|tx| {
        employees::delete(tx, deed, mint, id, Some("their making was taken back".into()))
    });
    match gone {
        Ok(_) => undone.restored.push(id),
        Err(StoreError::Conflict(_) | StoreError::Referenced) => {
            undone.kept.push((id, "they were made there, but something points at them now".into()));
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

fn restore(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    (id, ours): (EmployeeId, &[Event]),
    undone: &mut UndonePeople,
) -> Result<(), StoreError> {
    nouns::hold(tx, Subject::Employee(id))?;
    let Some(held) = employees::find(tx, id)? else {
        undone.kept.push((id, "they were deleted since".into()));
        return Ok(());
    };
    // Per field what it was at first, and what it was set to in the end.
    let mut spans: BTreeMap<Field, (Value, Value)> = BTreeMap::new();
    for change in ours.iter().flat_map(|event| &event.changes) {
        let span = spans
            .entry(change.field.clone())
            .or_insert_with(|| (change.before.clone(), change.after.clone()));
        span.1 = change.after.clone();
    }
    let now: BTreeMap<Field, Value> = employees::known_of(&held).into_iter().collect();
    let mut back = held.clone();
    for (field, (before, after)) in spans {
        if now.get(&field).unwrap_or(&Value::Null) != &after {
            undone.kept.push((id, format!("\"{}\" was changed since", word(&field))));
        } else if !put(&mut back, &field, &before) {
            undone.kept.push((id, format!("\"{}\" cannot be put back", word(&field))));
        }
    }
    if back == held {
        return Ok(());
    }
    let done = tx.attempt(|tx| employees::update(tx, deed, mint, &back, Some("taken back".into())));
    match done {
        Ok(()) => undone.restored.push(id),
        Err(StoreError::Conflict(_) | StoreError::Referenced) => {
            undone.kept.push((id, "something it referred to is gone or taken".into()));
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// The events of employees call their own fields as they call custom ones.
fn word(field: &Field) -> String {
    field.to_string().trim_start_matches("fields.").to_owned()
}

fn put(employee: &mut Employee, field: &Field, value: &Value) -> bool {
    fn read<T: serde::de::DeserializeOwned>(place: &mut T, value: &Value) -> bool {
        match serde_json::from_value(value.clone()) {
            Ok(read) => {
                *place = read;
                true
            }
            Err(_) => false,
        }
    }
    match word(field).as_str() {
        "name" => read(&mut employee.name, value),
        "email" => read(&mut employee.email, value),
        "title" => read(&mut employee.title, value),
        "department" => read(&mut employee.department, value),
        "location" => read(&mut employee.location, value),
        "manager" => read(&mut employee.manager, value),
        "starts_on" => read(&mut employee.starts_on, value),
        "ends_on" => read(&mut employee.ends_on, value),
        "leaver" => read(&mut employee.leaver, value),
        key if value.is_null() => {
            employee.fields.remove(key);
            true
        }
        key => {
            employee.fields.insert(key.to_owned(), value.clone());
            true
        }
    }
}
