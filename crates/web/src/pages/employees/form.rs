//! An employee as a form: for a new one, and to change one.

use app::Refusal;
use app::catalog::{self, Picks};
use app::people::{self, EmployeeRow};
use axum::Form;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::id::EmployeeId;
use domain::person::Employee;
use domain::{Email, Name};
use jiff::civil::Date;
use maud::{Markup, html};

use super::super::answers::{Answers, Faults, Wrong};
use super::super::at::At;
use super::super::done::said;
use super::super::nouns::locations;
use super::super::overtaken::{self, Held};
use super::super::visitor::Visitor;
use super::super::words::{Whose, choice};
use super::own;
use crate::components::{Button, Field, PageHeader, Tone, checkbox};
use crate::error::Refused;
use crate::layout::Room;

pub async fn new_form(visitor: Visitor) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    view(&visitor, None, &own::begun(&visitor).await?, &Wrong::default()).await
}

pub async fn create(visitor: Visitor, Form(answers): Form<Answers>) -> Result<Response, Refused> {
    match made(&visitor, &answers).await {
        Ok(id) => {
            let to = visitor.to(&format!("employees/{id}"));
            let sentence = format!("{} was added.", answers.get("name"));
            Ok(said(&visitor.web, Tone::Success, &sentence, &to))
        }
        Err(refusal) => again(&visitor, None, &answers, &Wrong::form(refusal)?).await,
    }
}

async fn made(visitor: &Visitor, answers: &Answers) -> Result<EmployeeId, Refusal> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    caller.need(Role::Manager)?;
    let mut faults = Faults::default();
    let edit = faults.kept(edit(visitor, answers).await);
    let own = faults.kept(own::given(visitor, answers).await);
    let (edit, own) = faults.all(edit.zip(own))?;
    people::create(app, caller, answers.get("name"), own, edit).await
}

pub async fn edit_form(visitor: Visitor, At(id): At<EmployeeId>) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    let row = people::row(&visitor.web.app, &visitor.caller, id).await?;
    let held = held(&visitor, &row).await?;
    view(&visitor, Some(&row.employee), &held, &Wrong::default()).await
}

pub async fn save(
    visitor: Visitor,
    At(id): At<EmployeeId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    match changed(&visitor, id, &answers).await {
        Ok(()) => {
            let to = visitor.to(&format!("employees/{id}"));
            Ok(said(&visitor.web, Tone::Success, "Saved.", &to))
        }
        Err(refusal) => {
            let row = people::row(&visitor.web.app, &visitor.caller, id).await?;
            let (now, anew) =
                (held(&visitor, &row).await?, visitor.to(&format!("employees/{id}/edit")));
            let now = Held { what: "employee", whose: Whose::Employee, answers: &now, anew: &anew };
            let (answers, wrong) = overtaken::refused(&visitor, now, answers, refusal).await?;
            again(&visitor, Some(&row.employee), &answers, &wrong).await
        }
    }
}

async fn changed(visitor: &Visitor, id: EmployeeId, answers: &Answers) -> Result<(), Refusal> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    caller.need(Role::Manager)?;
    let edit = edit(visitor, answers).await?;
    people::change(app, caller, id, overtaken::version(answers), vec![], edit).await
}

/// What the form says, read; a manager is named by address or full name.
async fn edit(
    visitor: &Visitor,
    answers: &Answers,
) -> Result<impl FnOnce(&mut Employee) + Send + 'static, Refusal> {
    let mut faults = Faults::default();
    let name = faults.kept(app::nouns::named(answers.get("name")));
    let email = answers.some("email").map(Email::parse).transpose();
    let email = faults.kept(email.map_err(Refusal::text("email"))).flatten();
    let title = answers.some("title").map(Name::parse).transpose();
    let title = faults.kept(title.map_err(Refusal::text("title"))).flatten();
    let manager = match answers.some("manager") {
        Some(text) => faults.kept(people::known_as(&visitor.web.app, &visitor.caller, text).await),
        None => None,
    };
    let starts_on = faults.kept(day(answers, "starts_on")).flatten();
    let ends_on = faults.kept(day(answers, "ends_on")).flatten();
    faults.kept(people::one_after_the_other(starts_on, ends_on));
    let name = faults.all(name)?;
    let department = answers.get("department").parse().ok();
    let location = answers.get("location").parse().ok();
    let leaver = answers.ticked("leaver");
    Ok(move |employee: &mut Employee| {
        employee.name = name.into();
        employee.email = email;
        employee.title = title.map(Into::into);
        employee.department = department;
        employee.location = location;
        employee.manager = manager;
        employee.starts_on = starts_on;
        employee.ends_on = ends_on;
        employee.leaver = leaver;
    })
}

fn day(answers: &Answers, field: &str) -> Result<Option<Date>, Refusal> {
    let day = answers.some(field).map(str::parse).transpose();
    day.map_err(|_| Refusal::invalid(field, "this is no date; hint: write it like 2027-01-31"))
}

/// Whom they report to, as the form asks for it.
async fn manager_of(visitor: &Visitor, row: &EmployeeRow) -> Result<String, Refused> {
    let Some(id) = row.employee.manager else { return Ok(String::new()) };
    let manager = people::employee(&visitor.web.app, &visitor.caller, id).await?;
    Ok(manager.email.map_or(manager.name, Into::into))
}

async fn held(visitor: &Visitor, row: &EmployeeRow) -> Result<Answers, Refused> {
    let (employee, manager) = (&row.employee, manager_of(visitor, row).await?);
    let id = |id: Option<String>| id.unwrap_or_default();
    let held = Answers::default()
        .with("name", &employee.name)
        .with("email", employee.email.as_ref().map(Email::as_str).unwrap_or_default())
        .with("title", employee.title.as_deref().unwrap_or_default())
        .with("department", &id(employee.department.map(|id| id.to_string())))
        .with("location", &id(employee.location.map(|id| id.to_string())))
        .with("starts_on", &id(employee.starts_on.map(|day| day.to_string())))
        .with("ends_on", &id(employee.ends_on.map(|day| day.to_string())))
        .with("leaver", if employee.leaver { "on" } else { "" })
        .with("manager", &manager)
        .with("version", &row.stamp.version.to_string());
    Ok(held)
}

async fn again(
    visitor: &Visitor,
    employee: Option<&Employee>,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Response, Refused> {
    let page = view(visitor, employee, answers, wrong).await?;
    Ok((wrong.status(), page).into_response())
}

async fn view(
    visitor: &Visitor,
    employee: Option<&Employee>,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let department = answers.get("department");
    let departments = catalog::picks_with(app, caller, Picks::Departments, department).await?;
    let places = locations::picks(visitor).await?;
    let list = visitor.to("employees");
    let back = employee.map_or_else(|| list.clone(), |one| format!("{list}/{}", one.id));
    let action = if employee.is_some() { format!("{back}/edit") } else { format!("{list}/new") };
    let title =
        employee.map_or_else(|| "New employee".to_owned(), |one| format!("Edit {}", one.name));
    let verb = if employee.is_some() { "Save" } else { "Add employee" };
    let mut trail = vec![(list.as_str(), "Employees")];
    if let Some(employee) = employee {
        trail.push((&back, &employee.name));
    }
    // Those who are here already have a page of their own for them.
    let own = if employee.is_none() {
        own::inputs(visitor, answers, wrong).await?
    } else {
        html! {}
    };
    let field = |name, label| Field::new(name, label).error(wrong.at(name));
    let get = |name| answers.get(name);
    let inside = html! {
        (PageHeader::new(&title).under(&trail))
        form.form method="post" action=(action) {
            (wrong.callout())
            (overtaken::hidden(answers))
            (field("name", "Name").required().text(get("name")))
            (field("email", "E-mail").hint("By this address Kandji's users are recognized").email(get("email")))
            (field("title", "Title").text(get("title")))
            (choice(field("department", "Department"), Some("None"), departments, get("department")))
            (choice(field("location", "Location"), Some("None"), places, get("location")))
            (field("manager", "Reports to").hint("E-mail address or full name").text(get("manager")))
            (field("starts_on", "Starts on").date(get("starts_on")))
            (field("ends_on", "Last day").date(get("ends_on")))
            (checkbox("leaver", "Has left", Some("Nothing new is checked out to them, and what they hold is to be got back"), answers.ticked("leaver")))
            (own)
            div.form-actions { (Button::submit(verb).primary()) (Button::link(&back, "Cancel").quiet()) }
        }
    };
    Ok(visitor.page(Room::Employees, &title, &inside))
}
