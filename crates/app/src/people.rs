//! Employees: who can hold assets, and what they hold.

use domain::access::Role;
use domain::id::EmployeeId;
use domain::person::Employee;
use domain::{Asset, Custodian, Email, Event};
use store::{custody, employees, events};

pub use store::custody::Interval;
pub use store::employees::{EmployeeQuery, EmployeeRow};
pub use store::{Cursor, Page};

use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;

pub async fn list(
    app: &App,
    caller: &Caller,
    query: EmployeeQuery,
) -> Result<Page<EmployeeRow>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| employees::list(tx, &query)).await?)
}

/// How many a query finds.
pub async fn count(app: &App, caller: &Caller, query: EmployeeQuery) -> Result<i64, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| employees::count(tx, &query)).await?)
}

pub async fn employee(app: &App, caller: &Caller, id: EmployeeId) -> Result<Employee, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| employees::find(tx, id)).await?;
    found.ok_or_else(|| Refusal::not_found("employee", id))
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
    let employee = Employee {
        id: app.id(),
        name: name.to_owned(),
        email,
        title: None,
        department: None,
        location: None,
        leaver: false,
    };
    let (id, deed, mint) = (employee.id, caller.deed(app.now()), app.mint.clone());
    let created = app
        .store
        .write(caller.tenant, move |tx| employees::create(tx, &deed, &mint, &employee, None))
        .await;
    created.map_err(|error| match error {
        store::StoreError::Conflict(_) => {
            Refusal::invalid("email", "another employee has this e-mail already")
        }
        other => other.into(),
    })?;
    self::employee(app, caller, id).await
}
