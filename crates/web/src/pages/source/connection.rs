//! A new address or token for a source: it replaces the old one only if it works (B6).

use app::sources;
use axum::Form;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::id::SourceId;
use maud::{Markup, html};

use super::super::answers::{Answers, Wrong};
use super::super::at::At;
use super::super::done::said;
use super::super::sources::{connection_fields, pasted, result, test_button};
use super::super::visitor::Visitor;
use crate::components::{Button, Callout, PageHeader, Tone};
use crate::error::Refused;
use crate::layout::Room;

pub async fn connection(visitor: Visitor, At(id): At<SourceId>) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Administrator)?;
    let source = sources::source(&visitor.web.app, &visitor.caller, id).await?;
    let held = Answers::default().with("api_url", &source.api_url);
    view(&visitor, id, &held, &Wrong::default(), &html! {}).await
}

pub async fn reconnect(
    visitor: Visitor,
    At(id): At<SourceId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    visitor.caller.need(Role::Administrator)?;
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let connection = pasted(&answers);
    if answers.get("deed") == "test" {
        let (wrong, found) = match sources::test(app, caller, &connection).await {
            Ok(tested) => (Wrong::default(), result(&tested)),
            Err(refusal) => (Wrong::form(refusal)?, html! {}),
        };
        return Ok(view(&visitor, id, &answers, &wrong, &found).await?.into_response());
    }
    match sources::reconnect(app, caller, id, &connection).await {
        Ok(_) => {
            let to = visitor.to(&format!("sources/{id}"));
            Ok(said(&visitor.web, Tone::Success, "It works; the new connection is in use.", &to))
        }
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            let page = view(&visitor, id, &answers, &wrong, &html! {}).await?;
            Ok((wrong.status(), page).into_response())
        }
    }
}

async fn view(
    visitor: &Visitor,
    id: SourceId,
    answers: &Answers,
    wrong: &Wrong,
    found: &Markup,
) -> Result<Markup, Refused> {
    let source = sources::source(&visitor.web.app, &visitor.caller, id).await?;
    let (list, here) = (visitor.to("sources"), visitor.to(&format!("sources/{id}")));
    let action = format!("{here}/connection");
    let lead =
        html! { "The new connection is tested first. If it fails, the one in use stays as it is." };
    let inside = html! {
        (PageHeader::new("Update connection").under(&[(&list, "Sources"), (&here, &source.name)]).lead(lead))
        form.form method="post" action=(action) {
            (wrong.callout())
            (connection_fields(answers, wrong))
            div id="tested" {
                @for fault in wrong.elsewhere(&["api_url", "token"]) {
                    (Callout::new(Tone::Danger, "This does not work; nothing was changed").body(html! { (fault) }))
                }
                (found)
            }
            div.form-actions {
                (Button::submit("Test and save").primary())
                (test_button(&action))
                (Button::link(&here, "Cancel").quiet())
            }
        }
    };
    Ok(visitor.page(Room::Sources, "Update connection", &inside))
}
