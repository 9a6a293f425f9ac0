//! Employees: who can hold assets, and what they hold.

use domain::access::Role;
use domain::fields::{AppliesTo, Values};
use domain::id::EmployeeId;
use domain::person::Employee;
use domain::{Asset, Custodian, Email, Event, Field};
use serde_json::Value;
use store::{StoreError, Tx, custody, employees, events};

pub use store::custody::Interval;
pub use store::employees::{EmployeeQuery, EmployeeRow};
pub use store::{Cursor, Page};

use crate::caller::Caller;
use crate::fields::values::{self, Subject};
use crate::installation::App;
use crate::refusal::Refusal;

pub async fn list(
    app: &App,
    caller: &Caller,
    query: EmployeeQuery,
) -> Result<Page<EmployeeRow>, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| {
        let mut page = employees::list(tx, &query)?;
        let documents = page.items.iter_mut().map(|row| &mut row.employee.fields);
        values::in_sight(tx, AppliesTo::Employees, documents)?;
        Ok::<_, StoreError>(page)
    });
    Ok(found.await?)
}

/// How many a query finds.
pub async fn count(app: &App, caller: &Caller, query: EmployeeQuery) -> Result<i64, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| employees::count(tx, &query)).await?)
}

pub async fn employee(app: &App, caller: &Caller, id: EmployeeId) -> Result<Employee, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| {
        let mut found = employees::find(tx, id)?;
        let documents = found.iter_mut().map(|employee| &mut employee.fields);
        values::in_sight(tx, AppliesTo::Employees, documents)?;
        Ok::<_, StoreError>(found)
    });
    found.await?.ok_or_else(|| Refusal::not_found("employee", id))
}

/// What they hold now, by tag.
pub async fn holdings(app: &App, caller: &Caller, id: EmployeeId) -> Result<Vec<Asset>, Refusal> {
    employee(app, caller, id).await?;
    let who = Custodian::Employee(id);
    Ok(app.store.read(caller.tenant, move |tx| custody::holdings(tx, who)).await?)
}

/// What they held from when until when, newest first, each with the asset's tag.
pub async fn held(
    app: &App,
    caller: &Caller,
    id: EmployeeId,
) -> Result<Vec<(Interval, String)>, Refusal> {
    employee(app, caller, id).await?;
    Ok(app.store.read(caller.tenant, move |tx| custody::of_employee(tx, id)).await?)
}

pub async fn history(
    app: &App,
    caller: &Caller,
    id: EmployeeId,
    cursor: Option<Cursor>,
    limit: usize,
) -> Result<Page<Event>, Refusal> {
    employee(app, caller, id).await?;
    let found = app
        .store
        .read(caller.tenant, move |tx| events::of_employee(tx, id, cursor.as_ref(), limit));
    Ok(found.await?)
}

/// Someone new who can hold assets.
pub async fn create(
    app: &App,
    caller: &Caller,
    name: &str,
    email: Option<&str>,
    fields: Vec<(String, Value)>,
) -> Result<Employee, Refusal> {
    caller.need(Role::Manager)?;
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 200 {
        return Err(Refusal::invalid(
            "name",
            "the employee needs a name; hint: 1 to 200 characters",
        ));
    }
    let email = email.map(str::trim).filter(|email| !email.is_empty());
    let email = email.map(Email::parse).transpose().map_err(Refusal::text("email"))?;
    let mut employee = Employee {
        id: app.id(),
        name: name.to_owned(),
        email,
        title: None,
        department: None,
        location: None,
        leaver: false,
        fields: Values::new(),
    };
    let (id, deed, mint) = (employee.id, caller.deed(app.now()), app.mint.clone());
    let created = app
        .store
        .write(caller.tenant, move |tx| {
            put(tx, &mut employee, None, fields)?;
            employees::create(tx, &deed, &mint, &employee, None).map_err(taken)
        })
        .await;
    created?;
    self::employee(app, caller, id).await
}

/// Custom fields of an employee, merged; `null` clears one.
pub async fn set_fields(
    app: &App,
    caller: &Caller,
    id: EmployeeId,
    fields: Vec<(String, Value)>,
) -> Result<Employee, Refusal> {
    caller.need(Role::Manager)?;
    let (deed, mint) = (caller.deed(app.now()), app.mint.clone());
    app.store
        .write(caller.tenant, move |tx| {
            let found = employees::find(tx, id)?;
            let mut employee = found.ok_or_else(|| Refusal::not_found("employee", id))?;
            put(tx, &mut employee, Some(id), fields)?;
            employees::update(tx, &deed, &mint, &employee, None).map_err(taken)
        })
        .await?;
    employee(app, caller, id).await
}

/// Holds the values against their definitions and puts them into the employee.
fn put(
    tx: &mut Tx<'_>,
    employee: &mut Employee,
    id: Option<EmployeeId>,
    fields: Vec<(String, Value)>,
) -> Result<(), Refusal> {
    let mut given = fields.into_iter().map(|(key, value)| (Field::Custom(key), value)).collect();
    let subject = Subject {
        applies_to: AppliesTo::Employees,
        id: id.map(domain::Id::number),
        held: &employee.fields,
        category: None,
    };
    values::fit(tx, subject, &mut given)?;
    for (field, value) in given {
        let Field::Custom(key) = field else { continue };
        if value.is_null() {
            employee.fields.remove(&key);
        } else {
            employee.fields.insert(key, value);
        }
    }
    Ok(())
}

fn taken(error: StoreError) -> Refusal {
    match error {
        StoreError::Conflict(name) if name == store::fields::SOLE => values::taken_meanwhile(),
        StoreError::Conflict(_) => {
            Refusal::invalid("email", "another employee has this e-mail already")
        }
        other => other.into(),
    }
}
