//! API tokens: a new one is shown once; one that is deleted stops working at once.

use app::Refusal;
use app::tokens::{self, Token};
use axum::Form;
use axum::response::{IntoResponse, Response};
use domain::id::TokenId;
use maud::{Markup, html};

use super::answers::{Answers, Wrong};
use super::at::At;
use super::done::said;
use super::roles::{role_field, role_given};
use super::visitor::Visitor;
use super::words::titled;
use crate::components::{
    Button, Callout, Column, Confirm, Field, PageHeader, Panel, Row, Table, Tone, snippet,
};
use crate::error::Refused;
use crate::layout::Room;

pub async fn page(visitor: Visitor) -> Result<Markup, Refused> {
    view(&visitor, None, &Answers::default(), &Wrong::default()).await
}

pub async fn create(visitor: Visitor, Form(answers): Form<Answers>) -> Result<Response, Refused> {
    match made(&visitor, &answers).await {
        // Shown on the answer itself: it must not stand in an address or a cookie.
        Ok((_, text)) => {
            let page = view(&visitor, Some(&text), &Answers::default(), &Wrong::default()).await?;
            Ok(page.into_response())
        }
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            let page = view(&visitor, None, &answers, &wrong).await?;
            Ok((wrong.status(), page).into_response())
        }
    }
}

async fn made(visitor: &Visitor, answers: &Answers) -> Result<(Token, String), Refusal> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    tokens::create(app, caller, answers.get("name"), role_given(answers)?).await
}

async fn view(
    visitor: &Visitor,
    made: Option<&str>,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let all = tokens::list(&visitor.web.app, &visitor.caller).await?;
    let inside = html! {
        (PageHeader::new("API tokens").under(&[(&visitor.to("settings"), "Settings")]))
        @if let Some(text) = made {
            (Callout::new(Tone::Success, "This is the new token; it is shown only now").body(html! {
                p { "Copy it to where it is needed. If it is lost, delete it and make another." }
                (snippet(text))
            }))
        }
        (Panel::new("Tokens").edge_to_edge(list(visitor, &all)))
        (Panel::new("New token").body(form(visitor, answers, wrong)))
    };
    Ok(visitor.page(Room::Settings, "API tokens", &inside))
}

fn list(visitor: &Visitor, all: &[Token]) -> Markup {
    if all.is_empty() {
        return html! { p.panel-body.quiet-text { "No program has a token yet." } };
    }
    let columns = [
        Column::new("Name").title(),
        Column::new("Role"),
        Column::new("Made").named(true),
        Column::new("Last used").named(true),
        Column::new("").aside(),
    ];
    let rows = all.iter().map(|token| {
        let delete = visitor.to(&format!("settings/tokens/{}/delete", token.id));
        Row::new(vec![
            html! { (token.name) },
            html! { (titled(token.role.as_str())) },
            html! { (visitor.now.ago(token.created_at)) " by " (token.created_by) },
            html! { @if let Some(used) = token.last_used_at { (visitor.now.ago(used)) } @else { "never" } },
            html! { a href=(delete) { "Delete" span.spoken { " " (token.name) } } },
        ])
    });
    html! { (Table::new("Tokens", &columns, rows.collect())) }
}

fn form(visitor: &Visitor, answers: &Answers, wrong: &Wrong) -> Markup {
    html! {
        form.form method="post" action=(visitor.to("settings/tokens")) {
            (wrong.callout())
            (Field::new("name", "Name").hint("What will use it, such as Nightly export").required().error(wrong.at("name")).text(answers.get("name")))
            (role_field("What it may do", answers, wrong))
            div.form-actions { (Button::submit("Make token").primary()) }
        }
    }
}

pub async fn confirm(visitor: Visitor, At(id): At<TokenId>) -> Result<Markup, Refused> {
    let all = tokens::list(&visitor.web.app, &visitor.caller).await?;
    let token = all.into_iter().find(|token| token.id == id);
    let token = token.ok_or_else(|| app::Refusal::not_found("token", id))?;
    let (settings, back) = (visitor.to("settings"), visitor.to("settings/tokens"));
    let title = format!("Delete the token “{}”?", token.name);
    let confirm = Confirm {
        action: &format!("{back}/{id}/delete"),
        verb: "Delete token",
        consequences: &[
            "Whatever uses it is refused from this moment on.",
            "It cannot be brought back; a new one has to be made.",
        ],
        back: &back,
        fields: html! {},
    };
    let trail = [(settings.as_str(), "Settings"), (back.as_str(), "API tokens")];
    let inside = html! { (PageHeader::new(&title).under(&trail)) (confirm) };
    Ok(visitor.page(Room::Settings, &title, &inside))
}

pub async fn delete(visitor: Visitor, At(id): At<TokenId>) -> Result<Response, Refused> {
    tokens::delete(&visitor.web.app, &visitor.caller, id).await?;
    Ok(said(&visitor.web, Tone::Success, "The token was deleted.", &visitor.to("settings/tokens")))
}
