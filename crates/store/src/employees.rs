//! Employees: people who can hold assets. Changes write an event and follow to what they hold.

pub mod conditions;
mod list;
mod order;

use std::collections::BTreeSet;

use domain::event::Subject;
use domain::fields::{AppliesTo, Values};
use domain::id::EmployeeId;
use domain::person::Employee;
use domain::text::key;
use domain::{Action, Deed, Email, Field, FieldChange, Mint, Timestamp};
use jiff::civil::Date;
use serde_json::Value;

use crate::derived;
use crate::fields::{self, Moved};
use crate::nouns::{self, Told, own};
use crate::read::{date, date_value, parsed_if};
use crate::seam::{Json, Query, Row, StoreError, Tx, sql};

pub use self::list::{EmployeeQuery, EmployeeRow, counted, list, row};
pub use self::order::EmployeeSort;

pub(crate) const COLUMNS: &str =
    "e.id, e.name, e.email, e.title, e.department_id, e.location_id, e.manager_id, e.starts_on,
     e.ends_on, e.leaver, e.fields";

pub fn find(tx: &mut Tx<'_>, id: EmployeeId) -> Result<Option<Employee>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT ", const COLUMNS, "
             FROM employees e
             WHERE e.tenant_id = ", tenant, " AND e.id = ", id
        },
        read,
    )
}

/// Those whose last day was before this one, and who count as here all the same.
pub fn ended(tx: &mut Tx<'_>, before: Date) -> Result<Vec<Employee>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT ", const COLUMNS, "
             FROM employees e
             WHERE e.tenant_id = ", tenant, " AND e.leaver = FALSE
               AND e.ends_on < ", before.to_string(), "
             ORDER BY e.id"
        },
        read,
    )
}

pub fn find_by_email(tx: &mut Tx<'_>, email: &Email) -> Result<Option<Employee>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT ", const COLUMNS, "
             FROM employees e
             WHERE e.tenant_id = ", tenant, " AND e.email_key = ", email.key()
        },
        read,
    )
}

/// Every employee, in order of id; for the planner.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Employee>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT ", const COLUMNS, "
             FROM employees e
             WHERE e.tenant_id = ", tenant, "
             ORDER BY e.id"
        },
        read,
    )
}

/// Conflict `employees_email` when the address is taken; [`StoreError::Referenced`] when department,
/// location or manager is not there.
pub fn create(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    employee: &Employee,
    note: Option<String>,
) -> Result<(), StoreError> {
    reports_to_someone(tx, employee)?;
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO employees
            (tenant_id, id, name, name_key, email, email_key, title, department_id, location_id,
             manager_id, starts_on, ends_on, leaver, fields, search, version, created_at,
             updated_at)
         VALUES (", tenant, ", ", employee.id, ", ", &employee.name, ", ", key(&employee.name),
                ", ", employee.email.as_ref().map(Email::as_str), ", ",
                employee.email.as_ref().map(Email::key), ", ", employee.title.clone(), ", ",
                employee.department, ", ", employee.location, ", ", employee.manager, ", ",
                date_value(employee.starts_on), ", ", date_value(employee.ends_on), ", ",
                employee.leaver, ", ", Json(&employee.fields), ", ", search_text(employee), ", 1, ",
                deed.at, ", ", deed.at, ")"
    })?;
    keep_values(tx, None, employee)?;
    let mut changes = nouns::appearing(told(employee));
    changes.extend(own_changes(&Values::new(), &employee.fields));
    nouns::record(tx, deed, mint, Subject::Employee(employee.id), Action::Created, changes, note)
}

/// Replaces what is known of an employee. Without any change nothing is written.
/// Conflict `employees_manager` when they would report to themselves, `employees_ring` when their
/// manager reports to them further up.
pub fn update(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    employee: &Employee,
    note: Option<String>,
) -> Result<(), StoreError> {
    let before = find(tx, employee.id)?.ok_or(StoreError::NotFound)?;
    let changes = changes(&before, employee);
    if changes.is_empty() {
        return Ok(());
    }
    if before.manager != employee.manager {
        reports_to_someone(tx, employee)?;
        reports_in_no_ring(tx, employee)?;
    }
    write(tx, deed.at, &before, employee)?;
    if key(&before.name) != key(&employee.name) {
        derived::employee_renamed(tx, employee.id, &key(&employee.name))?;
    }
    nouns::record(tx, deed, mint, Subject::Employee(employee.id), Action::Updated, changes, note)
}

/// The row and its values alone; the event is the caller's.
pub(crate) fn write(
    tx: &mut Tx<'_>,
    at: Timestamp,
    before: &Employee,
    employee: &Employee,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "UPDATE employees
         SET name = ", &employee.name, ", name_key = ", key(&employee.name), ",
             email = ", employee.email.as_ref().map(Email::as_str), ",
             email_key = ", employee.email.as_ref().map(Email::key), ",
             title = ", employee.title.clone(), ",
             department_id = ", employee.department, ",
             location_id = ", employee.location, ",
             manager_id = ", employee.manager, ",
             starts_on = ", date_value(employee.starts_on), ",
             ends_on = ", date_value(employee.ends_on), ",
             leaver = ", employee.leaver, ",
             fields = ", Json(&employee.fields), ",
             search = ", search_text(employee), ",
             version = version + 1,
             updated_at = ", at, "
         WHERE tenant_id = ", tenant, " AND id = ", employee.id
    })?;
    keep_values(tx, Some(&before.fields), employee)
}

/// SQLite has no foreign key here, so both databases are asked.
fn reports_to_someone(tx: &mut Tx<'_>, employee: &Employee) -> Result<(), StoreError> {
    let Some(manager) = employee.manager else { return Ok(()) };
    if manager == employee.id {
        return Err(StoreError::Conflict("employees_manager".into()));
    }
    let there = nouns::stands(tx, Subject::Employee(manager))?;
    if there { Ok(()) } else { Err(StoreError::Referenced) }
}

fn reports_in_no_ring(tx: &mut Tx<'_>, employee: &Employee) -> Result<(), StoreError> {
    let Some(manager) = employee.manager else { return Ok(()) };
    let in_ring = from_up(tx, manager)?.contains(&employee.id);
    if in_ring { Err(StoreError::Conflict("employees_ring".into())) } else { Ok(()) }
}

/// Somebody, and everybody above them. In a transaction that writes, all of them stay where they are
/// until its end: two who were put above each other at once would make a ring.
pub(crate) fn from_up(
    tx: &mut Tx<'_>,
    employee: EmployeeId,
) -> Result<BTreeSet<EmployeeId>, StoreError> {
    let tenant = tx.tenant();
    let (mut above, mut next) = (BTreeSet::new(), Some(employee));
    // A ring of old has no end.
    while let Some(here) = next.filter(|here| above.insert(*here)) {
        let mut sql = sql! {
            "SELECT manager_id FROM employees WHERE tenant_id = ", tenant, " AND id = ", here
        };
        sql.text(tx.held_still());
        next = tx.find(sql, |row| row.next::<Option<EmployeeId>>())?.flatten();
    }
    Ok(above)
}

/// Conflict `in_use` while they hold something or someone reports to them; false when there was
/// none.
pub fn delete(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    id: EmployeeId,
    note: Option<String>,
) -> Result<bool, StoreError> {
    let Some(gone) = find(tx, id)? else { return Ok(false) };
    nouns::remove(tx, Subject::Employee(id))?;
    let changes = forget(tx, &gone)?;
    nouns::record(tx, deed, mint, Subject::Employee(id), Action::Deleted, changes, note)?;
    Ok(true)
}

/// The values of someone who is gone go too; answers all that went.
pub(crate) fn forget(tx: &mut Tx<'_>, gone: &Employee) -> Result<Vec<FieldChange>, StoreError> {
    fields::forget(tx, gone.id.number())?;
    let mut changes = nouns::vanishing(told(gone));
    changes.extend(own_changes(&gone.fields, &Values::new()));
    Ok(changes)
}

/// What moved from one to the other.
pub(crate) fn changes(before: &Employee, after: &Employee) -> Vec<FieldChange> {
    let mut changes = nouns::moved(told(before), told(after));
    changes.extend(own_changes(&before.fields, &after.fields));
    changes
}

/// All that is known of somebody, field by field, as their events tell it.
pub(crate) fn known_of(employee: &Employee) -> Told {
    let custom = employee.fields.iter();
    let custom = custom.map(|(key, value)| (Field::Custom(key.clone()), value.clone()));
    told(employee).into_iter().chain(custom).collect()
}

/// An employee in the words of events.
fn told(employee: &Employee) -> Told {
    let id = |id: Option<String>| Value::from(id);
    vec![
        (Field::Name, employee.name.as_str().into()),
        (own("email"), id(employee.email.as_ref().map(ToString::to_string))),
        (own("title"), id(employee.title.clone())),
        (Field::Department, id(employee.department.map(|id| id.to_string()))),
        (Field::Location, id(employee.location.map(|id| id.to_string()))),
        (own("manager"), id(employee.manager.map(|id| id.to_string()))),
        (own("starts_on"), id(employee.starts_on.map(|day| day.to_string()))),
        (own("ends_on"), id(employee.ends_on.map(|day| day.to_string()))),
        (own("leaver"), employee.leaver.into()),
    ]
}

/// The steps of custom fields from one document to the other.
fn own_changes(before: &Values, after: &Values) -> Vec<FieldChange> {
    let all: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let value = |values: &Values, key: &String| values.get(key).cloned().unwrap_or_default();
    let change = |key: &String| FieldChange {
        field: Field::Custom(key.clone()),
        before: value(before, key),
        after: value(after, key),
    };
    all.into_iter().map(change).filter(|change| change.before != change.after).collect()
}

fn keep_values(
    tx: &mut Tx<'_>,
    before: Option<&Values>,
    employee: &Employee,
) -> Result<(), StoreError> {
    if before.map_or(employee.fields.is_empty(), |before| *before == employee.fields) {
        return Ok(());
    }
    let kept = fields::kept(tx, AppliesTo::Employees)?;
    let moved = Moved { subject: employee.id.number(), before, after: &employee.fields };
    fields::write(tx, &kept, &[moved])
}

fn search_text(employee: &Employee) -> String {
    let email = employee.email.as_ref().map(Email::key).unwrap_or_default();
    let title = employee.title.as_deref().map(key).unwrap_or_default();
    [key(&employee.name), email, title, fields::text(&employee.fields)].join("\n")
}

pub(crate) fn read(row: &mut Row<'_>) -> Result<Employee, StoreError> {
    Ok(Employee {
        id: row.next()?,
        name: row.next()?,
        email: parsed_if(row, Email::parse)?,
        title: row.next()?,
        department: row.next()?,
        location: row.next()?,
        manager: row.next()?,
        starts_on: date(row)?,
        ends_on: date(row)?,
        leaver: row.next()?,
        fields: row.next::<Json<_>>()?.0,
    })
}
