//! The custom fields of one employee, as facts and as a form.

use app::people::{self, EmployeeRow};
use axum::Form;
use axum::response::{IntoResponse, Response};
use domain::Field;
use domain::access::Role;
use domain::fields::{AppliesTo, CustomField};
use domain::id::EmployeeId;
use domain::person::Employee;
use maud::{Markup, html};

use crate::components::{Button, Callout, PageHeader, Panel, Tone, facts};
use crate::error::Refused;
use crate::layout::Room;
use crate::pages::answers::{Answers, Wrong};
use crate::pages::at::At;
use crate::pages::done::said;
use crate::pages::origin::Origins;
use crate::pages::overtaken::{self, Held};
use crate::pages::values;
use crate::pages::visitor::Visitor;
use crate::pages::words::Whose;

async fn defined(visitor: &Visitor) -> Result<Vec<CustomField>, Refused> {
    Ok(app::fields::of(&visitor.web.app, &visitor.caller, AppliesTo::Employees).await?)
}

/// What the tenant added; nothing where it added nothing.
pub async fn panel(
    visitor: &Visitor,
    employee: &Employee,
    origins: &Origins,
) -> Result<Markup, Refused> {
    let all = defined(visitor).await?;
    if all.is_empty() {
        return Ok(html! {});
    }
    let rows: Vec<_> = all
        .iter()
        .map(|field| {
            let value = employee.fields.get(field.key.as_str());
            let value = value.map(|value| values::value(field, value));
            let (label, named) = (field.label.as_str(), Field::Custom(field.key.to_string()));
            (label, origins.set(visitor, &named, label, value.unwrap_or_else(|| html! {})))
        })
        .collect();
    let edit = visitor.to(&format!("employees/{}/fields", employee.id));
    Ok(html! {
        (Panel::new("More").body(html! {
            (facts(&rows))
            @if visitor.may(Role::Manager) { div.form-actions { (Button::link(&edit, "Edit these")) } }
        }))
    })
}

/// What the form of a new employee begins with.
pub async fn begun(visitor: &Visitor) -> Result<Answers, Refused> {
    Ok(values::begun(Answers::default(), &defined(visitor).await?))
}

/// The inputs for a new employee.
pub async fn inputs(
    visitor: &Visitor,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    Ok(values::inputs(&defined(visitor).await?, answers, wrong, values::Demanded::All))
}

/// What was typed for a new one.
pub async fn given(
    visitor: &Visitor,
    answers: &Answers,
) -> Result<Vec<(String, serde_json::Value)>, app::Refusal> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let all = app::fields::of(app, caller, AppliesTo::Employees).await?;
    Ok(keyed(values::given_anew(&all, answers, &visitor.company.currency)?))
}

fn keyed(given: Vec<(Field, serde_json::Value)>) -> Vec<(String, serde_json::Value)> {
    let key = |(field, value)| match field {
        Field::Custom(key) => Some((key, value)),
        _ => None,
    };
    given.into_iter().filter_map(key).collect()
}

pub async fn form(visitor: Visitor, At(id): At<EmployeeId>) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    let row = people::row(&visitor.web.app, &visitor.caller, id).await?;
    let all = defined(&visitor).await?;
    Ok(view(&visitor, &row.employee, &all, &held(&row, &all), &Wrong::default()))
}

fn held(row: &EmployeeRow, all: &[CustomField]) -> Answers {
    let version = Answers::default().with("version", &row.stamp.version.to_string());
    values::held(version, all, &row.employee.fields)
}

pub async fn save(
    visitor: Visitor,
    At(id): At<EmployeeId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    caller.need(Role::Manager)?;
    let employee = people::employee(app, caller, id).await?;
    let all = defined(&visitor).await?;
    let given = values::given(&all, &answers, &employee.fields, &visitor.company.currency);
    let saved = match given {
        Ok(given) => {
            let version = overtaken::version(&answers);
            people::set_fields(app, caller, id, version, keyed(given)).await
        }
        Err(refusal) => Err(refusal),
    };
    match saved {
        Ok(_) => {
            let to = visitor.to(&format!("employees/{id}"));
            Ok(said(&visitor.web, Tone::Success, "Saved.", &to))
        }
        Err(refusal) => {
            let row = people::row(app, caller, id).await?;
            let (now, anew) = (held(&row, &all), visitor.to(&format!("employees/{id}/fields")));
            let now = Held { what: "employee", whose: Whose::Employee, answers: &now, anew: &anew };
            let (answers, wrong) = overtaken::refused(&visitor, now, answers, refusal).await?;
            let page = view(&visitor, &row.employee, &all, &answers, &wrong);
            Ok((wrong.status(), page).into_response())
        }
    }
}

fn view(
    visitor: &Visitor,
    employee: &Employee,
    all: &[CustomField],
    answers: &Answers,
    wrong: &Wrong,
) -> Markup {
    let (list, here) = (visitor.to("employees"), visitor.to(&format!("employees/{}", employee.id)));
    let title = format!("More of {}", employee.name);
    let names: Vec<String> = all.iter().map(values::name).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let inside = html! {
        (PageHeader::new(&title).under(&[(&list, "Employees"), (&here, &employee.name)]))
        form.form method="post" action={ (here) "/fields" } {
            (wrong.callout())
            (overtaken::hidden(answers))
            @for fault in wrong.elsewhere(&names) { (Callout::new(Tone::Danger, fault)) }
            (values::inputs(all, answers, wrong, values::Demanded::Held(&employee.fields)))
            div.form-actions { (Button::submit("Save").primary()) (Button::link(&here, "Cancel").quiet()) }
        }
    };
    visitor.page(Room::Employees, &title, &inside)
}
