//! Employees: who can hold assets, and what they hold.

use domain::access::Role;
use domain::id::EmployeeId;
use domain::person::Employee;
use domain::{Email, Event};
use store::{employees, events};

pub use store::employees::{EmployeeQuery, EmployeeRow, EmployeeSort};
pub use store::paging::Page;

use crate::assets::AssetRow;
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

pub async fn employee(app: &App, caller: &Caller, id: EmployeeId) -> Result<EmployeeRow, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| employees::row(tx, id)).await?;
    found.ok_or_else(|| Refusal::not_found("employee", id))
}

/// What they hold now.
pub async fn holdings(
    app: &App,
    caller: &Caller,
    id: EmployeeId,
) -> Result<Vec<AssetRow>, Refusal> {
    employee(app, caller, id).await?;
    Ok(app.store.read(caller.tenant, move |tx| employees::holdings(tx, id)).await?)
}

pub async fn history(app: &App, caller: &Caller, id: EmployeeId) -> Result<Vec<Event>, Refusal> {
    employee(app, caller, id).await?;
    Ok(app.store.read(caller.tenant, move |tx| events::of_employee(tx, id, None, 200)).await?)
}

/// Someone new who can hold assets.
pub async fn create(
    app: &App,
    caller: &Caller,
    name: &str,
    email: Option<&str>,
) -> Result<EmployeeRow, Refusal> {
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
        .write(caller.tenant, move |tx| employees::create(tx, &deed, &mint, &employee))
        .await;
    created.map_err(|error| match error {
        store::StoreError::Conflict(_) => {
            Refusal::invalid("email", "another employee has this e-mail already")
        }
        other => other.into(),
    })?;
    self::employee(app, caller, id).await
}
