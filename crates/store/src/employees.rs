//! Employees: people who can hold assets. Changes write an event and follow to what they hold.

use std::collections::BTreeSet;

use domain::event::Subject;
use domain::fields::{AppliesTo, Values};
use domain::id::{DepartmentId, EmployeeId, LocationId};
use domain::person::Employee;
use domain::text::key;
use domain::{Action, Deed, Email, Event, Field, FieldChange, Mint};
use serde_json::Value;

use crate::fields::{self, Moved};
use crate::ledger;
use crate::page::{Cursor, Page};
use crate::read::parsed_if;
use crate::seam::{Json, Query, Row, StoreError, Tx, sql};
use crate::search::Terms;
use crate::{derived, page};

/// What a list of employees asks for.
#[derive(Debug, Clone, Default)]
pub struct EmployeeQuery {
    pub q: Option<String>,
    pub leaver: Option<bool>,
    pub department: Option<DepartmentId>,
    pub location: Option<LocationId>,
    /// Only those who hold something.
    pub holding: bool,
    pub descending: bool,
    pub cursor: Option<Cursor>,
    pub limit: usize,
}

/// An employee as lists show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmployeeRow {
    pub employee: Employee,
    pub department: Option<String>,
    pub location: Option<String>,
    /// How many assets they hold.
    pub holds: i64,
}

pub(crate) const COLUMNS: &str =
    "e.id, e.name, e.email, e.title, e.department_id, e.location_id, e.leaver, e.fields";

const HOLDS: &str = "(SELECT count(*) FROM assets a
    WHERE a.tenant_id = e.tenant_id AND a.custodian_kind = 'employee' AND a.custodian_id = e.id)";

/// By name.
pub fn list(tx: &mut Tx<'_>, query: &EmployeeQuery) -> Result<Page<EmployeeRow>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! {
        "SELECT ", const COLUMNS, ", d.name, l.name, ", const HOLDS, "
         FROM employees e
         LEFT JOIN departments d ON d.tenant_id = e.tenant_id AND d.id = e.department_id
         LEFT JOIN locations l ON l.tenant_id = e.tenant_id AND l.id = e.location_id
         WHERE e.tenant_id = ", tenant
    };
    narrow(&mut sql, query);
    Cursor::walk(&mut sql, query.cursor.as_ref(), "e.name_key", "e.id", query.descending);
    page::limit(&mut sql, query.limit);
    let rows: Vec<EmployeeRow> = tx.all(sql, |row| {
        Ok(EmployeeRow {
            employee: read(row)?,
            department: row.next()?,
            location: row.next()?,
            holds: row.next()?,
        })
    })?;
    Ok(Page::of(rows, query.limit, query.cursor.as_ref(), |row| {
        (key(&row.employee.name), row.employee.id.number())
    }))
}

/// How many the query finds.
pub fn count(tx: &mut Tx<'_>, query: &EmployeeQuery) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! { "SELECT count(*) FROM employees e WHERE e.tenant_id = ", tenant };
    narrow(&mut sql, query);
    tx.one(sql, |row| row.next())
}

fn narrow(sql: &mut crate::seam::Sql, query: &EmployeeQuery) {
    for pattern in Terms::of(query.q.as_deref()).iter().flat_map(Terms::patterns) {
        sql! { sql => " AND e.search LIKE ", pattern, " ESCAPE '\\'" };
    }
    if let Some(leaver) = query.leaver {
        sql! { sql => " AND e.leaver = ", leaver };
    }
    if let Some(department) = query.department {
        sql! { sql => " AND e.department_id = ", department };
    }
    if let Some(location) = query.location {
        sql! { sql => " AND e.location_id = ", location };
    }
    if query.holding {
        sql! { sql => " AND ", const HOLDS, " > 0" };
    }
}

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

/// Conflict `employees_email` when the address is taken.
pub fn create(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    employee: &Employee,
    note: Option<String>,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO employees
            (tenant_id, id, name, name_key, email, email_key, title, department_id, location_id,
             leaver, fields, search, version, created_at, updated_at)
         VALUES (", tenant, ", ", employee.id, ", ", &employee.name, ", ", key(&employee.name),
                ", ", employee.email.as_ref().map(Email::as_str), ", ",
                employee.email.as_ref().map(Email::key), ", ", employee.title.clone(), ", ",
                employee.department, ", ", employee.location, ", ", employee.leaver, ", ",
                Json(&employee.fields), ", ",
                search_text(employee), ", 1, ", deed.at, ", ", deed.at, ")"
    })?;
    keep_values(tx, None, employee)?;
    let mut changes: Vec<FieldChange> = told(employee)
        .into_iter()
        .map(|(field, after)| FieldChange { field, before: Value::Null, after })
        .filter(|change| !change.after.is_null())
        .collect();
    changes.extend(own_changes(&Values::new(), &employee.fields));
    record(tx, deed, mint, employee.id, Action::Created, changes, note)
}

/// Replaces what is known of an employee. Without any change nothing is written.
pub fn update(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    employee: &Employee,
    note: Option<String>,
) -> Result<(), StoreError> {
    let before = find(tx, employee.id)?.ok_or(StoreError::NotFound)?;
    let mut changes: Vec<FieldChange> = told(&before)
        .into_iter()
        .zip(told(employee))
        .filter(|((_, before), (_, after))| before != after)
        .map(|((field, before), (_, after))| FieldChange { field, before, after })
        .collect();
    changes.extend(own_changes(&before.fields, &employee.fields));
    if changes.is_empty() {
        return Ok(());
    }
    let tenant = tx.tenant();
    let name_key = key(&employee.name);
    tx.exec(sql! {
        "UPDATE employees
         SET name = ", &employee.name, ", name_key = ", &name_key, ",
             email = ", employee.email.as_ref().map(Email::as_str), ",
             email_key = ", employee.email.as_ref().map(Email::key), ",
             title = ", employee.title.clone(), ",
             department_id = ", employee.department, ",
             location_id = ", employee.location, ",
             leaver = ", employee.leaver, ",
             fields = ", Json(&employee.fields), ",
             search = ", search_text(employee), ",
             version = version + 1,
             updated_at = ", deed.at, "
         WHERE tenant_id = ", tenant, " AND id = ", employee.id
    })?;
    keep_values(tx, Some(&before.fields), employee)?;
    if key(&before.name) != name_key {
        derived::employee_renamed(tx, employee.id, &name_key)?;
    }
    record(tx, deed, mint, employee.id, Action::Updated, changes, note)
}

/// Conflict `employees_holding` while they hold something; false when there was none.
pub fn delete(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    id: EmployeeId,
    note: Option<String>,
) -> Result<bool, StoreError> {
    let Some(employee) = find(tx, id)? else { return Ok(false) };
    let tenant = tx.tenant();
    let holds: i64 = tx.one(
        sql! {
            "SELECT ", const HOLDS, "
             FROM employees e
             WHERE e.tenant_id = ", tenant, " AND e.id = ", id
        },
        |row| row.next(),
    )?;
    if holds > 0 {
        return Err(StoreError::Conflict("employees_holding".into()));
    }
    tx.exec(sql! { "DELETE FROM employees WHERE tenant_id = ", tenant, " AND id = ", id })?;
    fields::forget(tx, id.number())?;
    let mut changes: Vec<FieldChange> = told(&employee)
        .into_iter()
        .map(|(field, before)| FieldChange { field, before, after: Value::Null })
        .filter(|change| !change.before.is_null())
        .collect();
    changes.extend(own_changes(&employee.fields, &Values::new()));
    record(tx, deed, mint, id, Action::Deleted, changes, note)?;
    Ok(true)
}

fn record(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    id: EmployeeId,
    action: Action,
    changes: Vec<FieldChange>,
    note: Option<String>,
) -> Result<(), StoreError> {
    let event = Event {
        id: mint.id(deed.at),
        at: deed.at,
        actor: deed.actor.clone(),
        subject: Subject::Employee(id),
        action,
        changes,
        cause: deed.cause.clone(),
        note,
    };
    ledger::insert_events(tx, std::iter::once(&event))
}

/// An employee in the words of events; what an asset has no field for goes by its own name.
fn told(employee: &Employee) -> [(Field, Value); 6] {
    let own = |name: &str| Field::Custom(name.to_owned());
    let id = |id: Option<String>| Value::from(id);
    [
        (Field::Name, Value::from(employee.name.as_str())),
        (own("email"), Value::from(employee.email.as_ref().map(Email::as_str))),
        (own("title"), Value::from(employee.title.clone())),
        (Field::Department, id(employee.department.map(|id| id.to_string()))),
        (Field::Location, id(employee.location.map(|id| id.to_string()))),
        (own("leaver"), Value::from(employee.leaver)),
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
        leaver: row.next()?,
        fields: row.next::<Json<_>>()?.0,
    })
}
