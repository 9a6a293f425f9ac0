//! Employees: who can hold assets, what they hold and held.

use std::collections::BTreeMap;

use domain::access::Role;
use domain::event::Subject;
use domain::fields::AppliesTo;
use domain::id::EmployeeId;
use domain::person::Employee;
use domain::text::key;
use domain::{Asset, Custodian, Email, Event, Field, Timestamp};
use jiff::civil::Date;
use serde_json::Value;
use store::{StoreError, Tx, custody, employees, events};

pub use crate::columns::employees::sort;
pub use store::custody::Interval;
pub use store::employees::{EmployeeQuery, EmployeeRow, EmployeeSort};
pub use store::{Cursor, Page};

use crate::caller::Caller;
use crate::fields::values;
use crate::installation::App;
use crate::refusal::Refusal;
use crate::{company, nouns};

pub async fn list(
    app: &App,
    caller: &Caller,
    query: EmployeeQuery,
) -> Result<Page<EmployeeRow>, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| {
        let mut page = employees::list(tx, &query)?;
        in_sight(tx, &mut page)?;
        Ok::<_, StoreError>(page)
    });
    Ok(found.await?)
}

/// A page, and how many the query finds in all.
pub async fn counted(
    app: &App,
    caller: &Caller,
    query: EmployeeQuery,
) -> Result<(Page<EmployeeRow>, i64), Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| {
        let (mut page, total) = employees::counted(tx, &query)?;
        in_sight(tx, &mut page)?;
        Ok::<_, StoreError>((page, total))
    });
    Ok(found.await?)
}

fn in_sight(tx: &mut Tx<'_>, page: &mut Page<EmployeeRow>) -> Result<(), StoreError> {
    let documents = page.items.iter_mut().map(|row| &mut row.employee.fields);
    values::in_sight(tx, AppliesTo::Employees, documents)
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

/// What happened to them, and what they got and gave back, newest first; how many that is in all.
pub async fn history(
    app: &App,
    caller: &Caller,
    id: EmployeeId,
    cursor: Option<Cursor>,
    limit: usize,
) -> Result<(Page<Event>, i64), Refusal> {
    employee(app, caller, id).await?;
    let found = app.store.read(caller.tenant, move |tx| {
        let page = events::around_employee(tx, id, cursor.as_ref(), limit)?;
        Ok::<_, StoreError>((page, events::count_around_employee(tx, id)?))
    });
    Ok(found.await?)
}

/// Per field, the event that set it.
pub async fn origins(
    app: &App,
    caller: &Caller,
    id: EmployeeId,
) -> Result<BTreeMap<Field, Event>, Refusal> {
    employee(app, caller, id).await?;
    let found = move |tx: &mut Tx<'_>| events::origins(tx, Subject::Employee(id));
    Ok(app.store.read(caller.tenant, found).await?)
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

/// One as lists show them.
pub async fn row(app: &App, caller: &Caller, id: EmployeeId) -> Result<EmployeeRow, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| {
        let mut found = employees::row(tx, id)?;
        let documents = found.iter_mut().map(|row| &mut row.employee.fields);
        values::in_sight(tx, AppliesTo::Employees, documents)?;
        Ok::<_, StoreError>(found)
    });
    found.await?.ok_or_else(|| Refusal::not_found("employee", id))
}

/// Someone new who can hold assets.
pub async fn create(
    app: &App,
    caller: &Caller,
    name: &str,
    fields: Vec<(String, Value)>,
    edit: impl FnOnce(&mut Employee) + Send + 'static,
) -> Result<EmployeeId, Refusal> {
    caller.need(Role::Manager)?;
    let mut employee = Employee::named(app.id(), nouns::named(name)?);
    edit(&mut employee);
    let at = app.now();
    let (id, deed, mint) = (employee.id, caller.deed(at), app.mint.clone());
    let created = app.store.write(caller.tenant, move |tx| {
        fits(tx, &employee)?;
        employee.leaver |= is_over(tx, &employee, at)?.is_some();
        put(tx, &mut employee, None, fields)?;
        let made = employees::create(tx, &deed, &mint, &employee, None);
        made.map_err(nouns::refused("employee")).map(|()| id)
    });
    created.await
}

/// Changes what is known of them; custom fields are merged, `null` clears one. Refused unless they are
/// of the version expected, where one is.
pub async fn change(
    app: &App,
    caller: &Caller,
    id: EmployeeId,
    version: Option<i64>,
    fields: Vec<(String, Value)>,
    edit: impl FnOnce(&mut Employee) + Send + 'static,
) -> Result<(), Refusal> {
    caller.need(Role::Manager)?;
    let at = app.now();
    let (deed, mint) = (caller.deed(at), app.mint.clone());
    let changed = app.store.write(caller.tenant, move |tx| {
        store::nouns::hold(tx, Subject::Employee(id))?;
        store::changes::expect(tx, Subject::Employee(id), version)?;
        let found = employees::find(tx, id)?;
        let mut employee = found.ok_or_else(|| Refusal::not_found("employee", id))?;
        let had_left = employee.leaver;
        edit(&mut employee);
        fits(tx, &employee)?;
        if let Some(ends) = is_over(tx, &employee, at)? {
            if had_left && !employee.leaver {
                return Err(has_ended(ends));
            }
            employee.leaver = true;
        }
        put(tx, &mut employee, Some(id), fields)?;
        let done = employees::update(tx, &deed, &mint, &employee, None);
        done.map_err(nouns::refused("employee"))
    });
    changed.await
}

/// Custom fields of an employee, merged; `null` clears one.
pub async fn set_fields(
    app: &App,
    caller: &Caller,
    id: EmployeeId,
    version: Option<i64>,
    fields: Vec<(String, Value)>,
) -> Result<Employee, Refusal> {
    change(app, caller, id, version, fields, |_| {}).await?;
    employee(app, caller, id).await
}

/// An employee by the e-mail address, else by a name that only one has.
pub async fn known_as(app: &App, caller: &Caller, text: &str) -> Result<EmployeeId, Refusal> {
    let unknown = || {
        let detail = format!("nobody is called \"{text}\"; hint: an e-mail address or a full name");
        Refusal::invalid("manager", detail)
    };
    if let Ok(email) = Email::parse(text) {
        let found =
            app.store.read(caller.tenant, move |tx| employees::find_by_email(tx, &email)).await?;
        return found.map(|employee| employee.id).ok_or_else(unknown);
    }
    let query = EmployeeQuery { q: Some(text.to_owned()), limit: 200, ..EmployeeQuery::default() };
    let found = list(app, caller, query).await?.items.into_iter();
    let same = |row: &EmployeeRow| key(&row.employee.name) == key(text);
    let mut ids = found.filter(same).map(|row| row.employee.id);
    match (ids.next(), ids.next()) {
        (Some(id), None) => Ok(id),
        (Some(_), Some(_)) => Err(Refusal::invalid(
            "manager",
            format!("several are called \"{text}\"; hint: give the e-mail address"),
        )),
        (None, _) => Err(unknown()),
    }
}

/// Holds the values against their definitions and puts them into the employee.
fn put(
    tx: &mut Tx<'_>,
    employee: &mut Employee,
    id: Option<EmployeeId>,
    fields: Vec<(String, Value)>,
) -> Result<(), Refusal> {
    let mut given = fields.into_iter().map(|(key, value)| (Field::Custom(key), value)).collect();
    let subject = values::Subject {
        applies_to: AppliesTo::Employees,
        id: id.map(domain::Id::number),
        held: &employee.fields,
        category: None,
        held_category: None,
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

/// Their last day, where it is over: whoever it is of has left, from the moment it is written. Of
/// days that pass, see `departures`.
fn is_over(
    tx: &mut Tx<'_>,
    employee: &Employee,
    at: Timestamp,
) -> Result<Option<Date>, StoreError> {
    let Some(ends) = employee.ends_on else { return Ok(None) };
    let today = company::day(&store::tenants::company(tx)?, at);
    Ok((ends < today).then_some(ends))
}

/// Whose last day is over has left again tomorrow.
fn has_ended(ends: Date) -> Refusal {
    let detail =
        format!("their last day was {ends}; hint: clear it, or give another, to have them back");
    Refusal::invalid("ends_on", detail)
}

/// The first day and the last.
pub fn one_after_the_other(starts: Option<Date>, ends: Option<Date>) -> Result<(), Refusal> {
    if starts.zip(ends).is_some_and(|(starts, ends)| ends < starts) {
        return Err(Refusal::invalid("ends_on", "nobody leaves before they start"));
    }
    Ok(())
}

fn fits(tx: &mut Tx<'_>, employee: &Employee) -> Result<(), Refusal> {
    nouns::must_stand(tx, "department", employee.department.map(Subject::Department))?;
    nouns::must_stand(tx, "location", employee.location.map(Subject::Location))?;
    nouns::must_stand(tx, "manager", employee.manager.map(Subject::Employee))?;
    one_after_the_other(employee.starts_on, employee.ends_on)
}
