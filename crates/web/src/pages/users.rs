//! People who sign in: who they are, what they may, and a form for one more.

mod ending;

use app::reports::Format;
use app::reports::lists::RegisterList;
use app::users::{self, NewUser, UserChange, UserRow};
use app::{Refusal, versions};
use axum::Form;
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::id::UserId;
use maud::{Markup, html};

use super::answers::{Answers, Wrong};
use super::assets::downloads;
use super::at::At;
use super::done::said;
use super::ordered::{self, narrowed};
use super::overtaken::{self, Held};
use super::roles::{role_field, role_given};
use super::visitor::Visitor;
use super::words::{Whose, counted, titled};
use crate::components::{
    Button, Callout, Field, Icon, PageHeader, Panel, Row, Table, Tone, snippet,
};
use crate::download;
use crate::error::Refused;
use crate::layout::Room;

pub use ending::{confirm, delete, end_sessions, new_password, set_password};

const TITLE: &str = "People who sign in";

/// Heads of the list, and the words of its orders.
const HEADS: [(&str, &str); 5] = [
    ("name", "Name"),
    ("email", "E-mail"),
    ("role", "Role"),
    ("employee", "Employee"),
    ("last_seen_at", "Last here"),
];

pub async fn page(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Markup, Refused> {
    view(&visitor, None, &ordered::order_alone(&asked), &Wrong::default()).await
}

pub async fn create(visitor: Visitor, Form(answers): Form<Answers>) -> Result<Response, Refused> {
    match created(&visitor, &answers).await {
        Ok((row, Some(password))) => {
            let made = told(&row.user.name, &password);
            let page = view(&visitor, Some(&made), &Answers::default(), &Wrong::default()).await?;
            Ok(page.into_response())
        }
        Ok((row, None)) => {
            let sentence = format!("{} can sign in now.", row.user.name);
            let to = visitor.to("settings/users");
            Ok(said(&visitor.web, Tone::Success, &sentence, &to))
        }
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            let page = view(&visitor, None, &answers, &wrong).await?;
            Ok((wrong.status(), page).into_response())
        }
    }
}

async fn created(
    visitor: &Visitor,
    answers: &Answers,
) -> Result<(UserRow, Option<String>), Refusal> {
    let new = NewUser {
        email: answers.get("email").to_owned(),
        name: answers.get("name").to_owned(),
        role: role_given(answers)?,
        password: answers.secret("password"),
    };
    users::create(&visitor.web.app, &visitor.caller, new).await
}

/// Shown on the answer itself: it must not stand in an address or a cookie.
fn told(name: &str, password: &str) -> Markup {
    let title = format!("The password of {name}; it is shown only now");
    html! {
        (Callout::new(Tone::Success, &title).body(html! {
            p { "Hand it over in person or by a channel you trust. It can be changed under " strong { "Your account" } "." }
            (snippet(password))
        }))
    }
}

pub async fn csv(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Response, Refused> {
    file(&visitor, &asked, Format::Csv).await
}

pub async fn xlsx(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Response, Refused> {
    file(&visitor, &asked, Format::Xlsx).await
}

async fn file(visitor: &Visitor, asked: &Answers, format: Format) -> Result<Response, Refused> {
    visitor.caller.need(Role::Administrator)?;
    let list = RegisterList::Users(visitor.now.at, narrowed(&ordered::order_alone(asked)));
    download::file(visitor, Box::new(list), format).await
}

async fn view(
    visitor: &Visitor,
    made: Option<&Markup>,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let order = ordered::order_alone(answers);
    let all = narrowed(&order).of(users::list(&visitor.web.app, &visitor.caller).await?);
    let inside = html! {
        (PageHeader::new(TITLE).under(&[(&visitor.to("settings"), "Settings")])
            .actions(downloads(visitor, &order, "settings/users")))
        @if let Some(made) = made { (made) }
        (Panel::new("People").edge_to_edge(list(visitor, &order, &all)))
        (Panel::new("One more").body(form(visitor, answers, wrong)))
    };
    Ok(visitor.page(Room::Settings, TITLE, &inside))
}

fn list(visitor: &Visitor, order: &Answers, all: &[UserRow]) -> Markup {
    let heads = ordered::heads(order, &visitor.to("settings/users"), "email", HEADS);
    let columns = [
        heads[0].column().title(),
        heads[1].column(),
        heads[2].column().aside(),
        heads[3].column(),
        heads[4].column(),
    ];
    let rows = all.iter().map(|row| {
        Row::new(vec![
            html! { a href=(one(visitor, row.user.id, "")) { (row.user.name) } },
            html! { (row.user.email.as_str()) },
            html! { (titled(row.user.role.as_str())) },
            employee(visitor, row),
            html! { @if let Some(seen) = row.seen_at { (visitor.now.ago(seen)) } @else { "not signed in" } },
        ])
    });
    html! { (Table::new("People", &columns, rows.collect())) }
}

fn employee(visitor: &Visitor, row: &UserRow) -> Markup {
    html! {
        @if let Some((id, name)) = &row.employee {
            a href=(visitor.to(&format!("employees/{id}"))) { (name) }
        }
    }
}

fn form(visitor: &Visitor, answers: &Answers, wrong: &Wrong) -> Markup {
    html! {
        form.form method="post" action=(visitor.to("settings/users")) {
            (wrong.callout())
            (Field::new("email", "E-mail").required().autocomplete("off").error(wrong.at("email")).email(answers.get("email")))
            (Field::new("name", "Name").autocomplete("off").hint("As it stands in the history of what they do").error(wrong.at("name")).text(answers.get("name")))
            (role_field("What they may do", answers, wrong))
            (Field::new("password", "First password").autocomplete("new-password")
                .hint("12 characters or more; left empty, one is made up and shown once").error(wrong.at("password")).password())
            div.form-actions { (Button::submit("Let them sign in").primary()) }
        }
    }
}

/// An address of one user's: `one(&visitor, id, "/delete")`.
fn one(visitor: &Visitor, id: UserId, rest: &str) -> String {
    visitor.to(&format!("settings/users/{id}{rest}"))
}

pub async fn edit(visitor: Visitor, At(id): At<UserId>) -> Result<Markup, Refused> {
    let row = users::user(&visitor.web.app, &visitor.caller, id).await?;
    Ok(edit_view(&visitor, &row, &held(&row), &Wrong::default()))
}

pub async fn save(
    visitor: Visitor,
    At(id): At<UserId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    match saved(&visitor, id, &answers).await {
        Ok(row) => {
            let sentence = format!("{} was changed.", row.user.name);
            let to = visitor.to("settings/users");
            Ok(said(&visitor.web, Tone::Success, &sentence, &to))
        }
        Err(refusal) => {
            let row = users::user(app, caller, id).await?;
            let (now, anew) = (held(&row), one(&visitor, id, ""));
            let now = Held { what: "user", whose: Whose::Other, answers: &now, anew: &anew };
            let (answers, wrong) = overtaken::refused(&visitor, now, answers, refusal).await?;
            let page = edit_view(&visitor, &row, &answers, &wrong);
            Ok((wrong.status(), page).into_response())
        }
    }
}

async fn saved(visitor: &Visitor, id: UserId, answers: &Answers) -> Result<UserRow, Refusal> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let employee = users::employee_named(app, caller, answers.get("employee")).await?;
    let change = UserChange {
        email: answers.has("email").then(|| answers.get("email").to_owned()),
        name: Some(answers.get("name").to_owned()),
        role: Some(role_given(answers)?),
        employee: Some(employee),
    };
    users::change(app, caller, id, overtaken::version(answers), change).await
}

fn held(row: &UserRow) -> Answers {
    let chosen = row.employee_chosen();
    Answers::default()
        .with("email", row.user.email.as_str())
        .with("name", &row.user.name)
        .with("role", row.user.role.as_str())
        .with("employee", &chosen.map(|id| id.to_string()).unwrap_or_default())
        .with("version", &versions::user(&row.user, chosen).to_string())
}

fn edit_view(visitor: &Visitor, row: &UserRow, answers: &Answers, wrong: &Wrong) -> Markup {
    let (user, id) = (&row.user, row.user.id);
    let sessions = counted(row.sessions.unsigned_abs(), "session", "sessions");
    let (settings, people) = (visitor.to("settings"), visitor.to("settings/users"));
    let trail = [(settings.as_str(), "Settings"), (people.as_str(), TITLE)];
    let inside = html! {
        (PageHeader::new(&user.name).under(&trail).lead(html! { (user.email.as_str()) }))
        (Panel::new("What they may").body(html! {
            form.form method="post" action=(one(visitor, id, "")) {
                (wrong.callout())
                (overtaken::hidden(answers))
                (Field::new("email", "E-mail").required().autocomplete("off").hint("What they sign in with; their sessions stay")
                    .error(wrong.at("email")).email(answers.get("email")))
                (Field::new("name", "Name").required().autocomplete("off").error(wrong.at("name")).text(answers.get("name")))
                (role_field("What they may do", answers, wrong))
                (Field::new("employee", "Employee").autocomplete("off")
                    .hint("Whose things they see under My things: the employee's e-mail or id; left empty, whoever has their e-mail")
                    .error(wrong.at("employee")).text(answers.get("employee")))
                @if row.employee.is_some() { p.quiet-text { "They are the employee " (employee(visitor, row)) "." } }
                div.form-actions { (Button::submit("Save").primary()) (Button::link(&people, "Cancel").quiet()) }
            }
        }))
        (Panel::new("Signing in").body(html! {
            p { "Signed in with " (sessions) "." }
            div.form-actions {
                (Button::link(&one(visitor, id, "/password"), "New password"))
                (Button::post(&one(visitor, id, "/sessions"), "Sign out everywhere").icon(Icon::LogOut))
                (Button::link(&one(visitor, id, "/delete"), "Remove").danger())
            }
        }))
    };
    visitor.page(Room::Settings, &user.name, &inside)
}

/// Stands among the settings.
pub fn panel(visitor: &Visitor) -> Markup {
    html! {
        @if visitor.may(Role::Administrator) {
            (Panel::new(TITLE).body(html! {
                p { "Who may come in, and whether they look, hand out, manage or administer." }
                div.form-actions { (Button::link(&visitor.to("settings/users"), "Manage people")) }
            }))
        }
    }
}
