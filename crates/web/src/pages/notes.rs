//! Notes: what people write down about an asset or an employee, and where they do.

use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::event::Subject;
use domain::id::EmployeeId;
use maud::{Markup, html};

use super::answers::{Answers, Wrong};
use super::assets::path;
use super::at::At;
use super::done::said;
use super::visitor::Visitor;
use crate::components::{Button, Field, Icon, PageHeader, Tone};
use crate::error::Refused;
use crate::layout::Room;

pub async fn to_asset(
    visitor: Visitor,
    Path((_, which)): Path<(String, String)>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    visitor.caller.need(Role::Operator)?;
    let row = app::assets::named(&visitor.web.app, &visitor.caller, &which).await?;
    let here = path(&visitor, &row);
    let page = Noted { room: Room::Assets, here: &here, name: row.asset.tag.as_str() };
    page.written(&visitor, Subject::Asset(row.asset.id), &answers).await
}

pub async fn to_employee(
    visitor: Visitor,
    At(id): At<EmployeeId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    visitor.caller.need(Role::Operator)?;
    let employee = app::people::employee(&visitor.web.app, &visitor.caller, id).await?;
    let here = visitor.to(&format!("employees/{id}"));
    let page = Noted { room: Room::Employees, here: &here, name: &employee.name };
    page.written(&visitor, Subject::Employee(id), &answers).await
}

/// The page of what the note is about.
struct Noted<'a> {
    room: Room,
    here: &'a str,
    name: &'a str,
}

impl Noted<'_> {
    async fn written(
        &self,
        visitor: &Visitor,
        subject: Subject,
        answers: &Answers,
    ) -> Result<Response, Refused> {
        let note = answers.raw("note");
        match app::notes::add(&visitor.web.app, &visitor.caller, subject, note).await {
            Ok(_) => Ok(said(&visitor.web, Tone::Success, "Written down.", self.here)),
            Err(refusal) => {
                let wrong = Wrong::form(refusal)?;
                let page = self.again(visitor, note, &wrong);
                Ok((wrong.status(), page).into_response())
            }
        }
    }

    fn again(&self, visitor: &Visitor, note: &str, wrong: &Wrong) -> Markup {
        let title = format!("A note about {}", self.name);
        let inside = html! {
            (PageHeader::new(&title).under(&[(self.here, self.name)]))
            (form(self.here, note, wrong))
        };
        visitor.page(self.room, &title, &inside)
    }
}

/// Where one is written; nothing for those who may not.
pub fn panel(visitor: &Visitor, here: &str) -> Markup {
    html! {
        @if visitor.may(Role::Operator) {
            section.panel {
                details.fold {
                    summary { (Icon::ChevronRight) "Write a note" }
                    (form(here, "", &Wrong::default()))
                }
            }
        }
    }
}

fn form(here: &str, note: &str, wrong: &Wrong) -> Markup {
    html! {
        form.form method="post" action={ (here) "/notes" } {
            (wrong.callout())
            (Field::new("note", "Note").hint("Stands in the history with your name and the time").required().error(wrong.at("note")).long_text(note))
            div.form-actions { (Button::submit("Add note").icon(Icon::NotebookPen)) }
        }
    }
}
