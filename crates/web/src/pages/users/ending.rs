//! What ends something for a user: a new password, signing out everywhere, removal.

use app::users;
use axum::Form;
use axum::response::{IntoResponse, Response};
use domain::id::UserId;
use maud::{Markup, html};

use super::super::answers::{Answers, Wrong};
use super::super::at::At;
use super::super::done::said;
use super::super::visitor::Visitor;
use super::super::words::counted;
use super::{TITLE, one, told};
use crate::components::{Button, Confirm, Field, PageHeader, Panel, Tone};
use crate::error::Refused;
use crate::layout::Room;

pub async fn new_password(visitor: Visitor, At(id): At<UserId>) -> Result<Markup, Refused> {
    let row = users::user(&visitor.web.app, &visitor.caller, id).await?;
    Ok(password_view(&visitor, id, &row.user.name, None, &Wrong::default()))
}

pub async fn set_password(
    visitor: Visitor,
    At(id): At<UserId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let name = users::user(app, caller, id).await?.user.name;
    let password = answers.secret("password");
    match users::reset_password(app, caller, id, password).await {
        Ok(Some(made)) => {
            let made = told(&name, &made);
            let page = password_view(&visitor, id, &name, Some(&made), &Wrong::default());
            Ok(page.into_response())
        }
        Ok(None) => {
            let sentence = format!("{name} has a new password and was signed out everywhere.");
            Ok(said(&visitor.web, Tone::Success, &sentence, &one(&visitor, id, "")))
        }
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            let page = password_view(&visitor, id, &name, None, &wrong);
            Ok((wrong.status(), page).into_response())
        }
    }
}

fn password_view(
    visitor: &Visitor,
    id: UserId,
    name: &str,
    made: Option<&Markup>,
    wrong: &Wrong,
) -> Markup {
    let title = format!("New password for {name}");
    let back = one(visitor, id, "");
    let (settings, people) = (visitor.to("settings"), visitor.to("settings/users"));
    let trail = [(settings.as_str(), "Settings"), (people.as_str(), TITLE), (back.as_str(), name)];
    let inside = html! {
        (PageHeader::new(&title).under(&trail))
        @if let Some(made) = made { (made) } @else {
            (Panel::new("New password").body(html! {
                form.form method="post" action=(one(visitor, id, "/password")) {
                    (wrong.callout())
                    p { "The old one opens nothing any more, and " (name) " is signed out everywhere." }
                    (Field::new("password", "New password").autocomplete("new-password")
                        .hint("12 characters or more; left empty, one is made up and shown once").error(wrong.at("password")).password())
                    div.form-actions { (Button::submit("Set the password").danger()) (Button::link(&back, "Keep as it is")) }
                }
            }))
        }
    };
    visitor.page(Room::Settings, &title, &inside)
}

pub async fn end_sessions(visitor: Visitor, At(id): At<UserId>) -> Result<Response, Refused> {
    let ended = users::end_sessions(&visitor.web.app, &visitor.caller, id).await?;
    let sentence = format!("Signed out: {} ended.", counted(ended, "session", "sessions"));
    Ok(said(&visitor.web, Tone::Success, &sentence, &one(&visitor, id, "")))
}

pub async fn confirm(visitor: Visitor, At(id): At<UserId>) -> Result<Markup, Refused> {
    let row = users::user(&visitor.web.app, &visitor.caller, id).await?;
    let (name, back) = (&row.user.name, one(&visitor, id, ""));
    let title = format!("Remove {name}?");
    let out = format!("{name} is signed out and cannot sign in to {} again.", visitor.company.name);
    let confirm = Confirm {
        action: &one(&visitor, id, "/delete"),
        verb: "Remove",
        consequences: &[
            &out,
            "What they did keeps their name, and what they hold as an employee stays with them.",
            "API tokens they made go on working; delete those on their own page.",
        ],
        back: &back,
        fields: html! {},
    };
    let (settings, people) = (visitor.to("settings"), visitor.to("settings/users"));
    let trail =
        [(settings.as_str(), "Settings"), (people.as_str(), TITLE), (back.as_str(), name.as_str())];
    let inside = html! { (PageHeader::new(&title).under(&trail)) (confirm) };
    Ok(visitor.page(Room::Settings, &title, &inside))
}

pub async fn delete(visitor: Visitor, At(id): At<UserId>) -> Result<Response, Refused> {
    users::delete(&visitor.web.app, &visitor.caller, id).await?;
    let to = visitor.to("settings/users");
    Ok(said(&visitor.web, Tone::Success, "They cannot sign in any more.", &to))
}
