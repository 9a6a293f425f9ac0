//! Webhooks: who is told of what happens, whether it arrives, and a form for one more.

mod form;
mod one;

use app::webhooks::{self, Webhook};
use axum::Form;
use axum::response::{IntoResponse, Response};
use domain::id::WebhookId;
use maud::{Markup, html};

use super::answers::{Answers, Wrong};
use super::at::At;
use super::done::said;
use super::visitor::Visitor;
use crate::components::{
    Callout, Column, Confirm, Icon, PageHeader, Panel, Row, Table, Tone, badge, empty, snippet,
};
use crate::error::Refused;
use crate::layout::Room;

pub use one::{disable, enable, page as one, replay, save, test};

const TITLE: &str = "Webhooks";

pub async fn page(visitor: Visitor) -> Result<Markup, Refused> {
    view(&visitor, None, &Answers::default(), &Wrong::default()).await
}

pub async fn create(visitor: Visitor, Form(answers): Form<Answers>) -> Result<Response, Refused> {
    let new = form::read(&answers);
    match webhooks::create(&visitor.web.app, &visitor.caller, new).await {
        // Shown on the answer itself: it must not stand in an address or a cookie.
        Ok((made, secret)) => {
            let made = (made, secret);
            let none = (Answers::default(), Wrong::default());
            Ok(view(&visitor, Some(&made), &none.0, &none.1).await?.into_response())
        }
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            let page = view(&visitor, None, &answers, &wrong).await?;
            Ok((wrong.status(), page).into_response())
        }
    }
}

async fn view(
    visitor: &Visitor,
    made: Option<&(Webhook, String)>,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let all = webhooks::list(&visitor.web.app, &visitor.caller).await?;
    let lead = html! { "A program of yours hears of what happens here within seconds: each event with every field before and after." };
    let inside = html! {
        (PageHeader::new(TITLE).under(&[(&visitor.to("settings"), "Settings")]).lead(lead))
        @if let Some((made, secret)) = made {
            @let title = format!("The secret of {}; it is shown only now", made.name);
            (Callout::new(Tone::Success, &title).body(html! {
                p { "Give it to the receiver, which proves with it that a request is ours. "
                    a href=(visitor.to(&format!("settings/webhooks/{}", made.id))) { "Then send a test" } "." }
                (snippet(secret))
            }))
        }
        @if all.is_empty() {
            (empty(Icon::Plug, "Nobody is told yet", "Chat rooms, ticket desks and scripts can follow what happens without asking again and again.", &html! {}))
        } @else {
            (Panel::new(TITLE).edge_to_edge(list(visitor, &all)))
        }
        (Panel::new("New webhook").body(form::new(visitor, answers, wrong)))
    };
    Ok(visitor.page(Room::Settings, TITLE, &inside))
}

fn list(visitor: &Visitor, all: &[Webhook]) -> Markup {
    let columns = [
        Column::new("Name").title(),
        Column::new("Goes to").wrap(),
        Column::new("Hears of").drop(),
        Column::new("Last delivery"),
        Column::new("").aside(),
    ];
    let rows = all.iter().map(|webhook| {
        let href = visitor.to(&format!("settings/webhooks/{}", webhook.id));
        Row::new(vec![
            html! { a href=(href) { (webhook.name) } },
            html! { (host(&webhook.url)) },
            html! { (form::hears(webhook)) },
            html! { @if let Some(at) = webhook.delivered_at { (visitor.now.ago(at)) } @else { "none yet" } },
            health(webhook),
        ])
    });
    html! { (Table::new(TITLE, &columns, rows.collect())) }
}

/// Addresses may carry what only the receiver shall know behind the host.
fn host(url: &str) -> String {
    let parsed = url::Url::parse(url).ok();
    let host = parsed.and_then(|url| url.host_str().map(str::to_owned));
    host.unwrap_or_else(|| url.to_owned())
}

/// In a word, with the color of how bad it is.
fn health(webhook: &Webhook) -> Markup {
    match (webhook.enabled, webhook.failures) {
        (false, 0) => badge(None, "Disabled"),
        (false, _) => badge(Some(Tone::Danger), "Disabled"),
        (true, 0) => badge(Some(Tone::Success), "Enabled"),
        (true, _) => badge(Some(Tone::Warning), "Failing"),
    }
}

pub async fn confirm(visitor: Visitor, At(id): At<WebhookId>) -> Result<Markup, Refused> {
    let webhook = webhooks::webhook(&visitor.web.app, &visitor.caller, id).await?;
    let (settings, list) = (visitor.to("settings"), visitor.to("settings/webhooks"));
    let back = format!("{list}/{id}");
    let title = format!("Delete the webhook “{}”?", webhook.name);
    let confirm = Confirm {
        action: &format!("{back}/delete"),
        verb: "Delete webhook",
        consequences: &[
            "Nothing is sent there any more, what waits for it neither.",
            "Its secret and the record of its deliveries go with it.",
        ],
        back: &back,
        fields: html! {},
    };
    let trail = [(settings.as_str(), "Settings"), (list.as_str(), TITLE)];
    let inside = html! { (PageHeader::new(&title).under(&trail)) (confirm) };
    Ok(visitor.page(Room::Settings, &title, &inside))
}

pub async fn delete(visitor: Visitor, At(id): At<WebhookId>) -> Result<Response, Refused> {
    webhooks::delete(&visitor.web.app, &visitor.caller, id).await?;
    let list = visitor.to("settings/webhooks");
    Ok(said(&visitor.web, Tone::Success, "The webhook was deleted.", &list))
}

/// On the settings' own page.
pub fn panel(visitor: &Visitor) -> Markup {
    let may = visitor.may(domain::access::Role::Administrator);
    html! {
        (Panel::new(TITLE).body(html! {
            p { "What happens here is sent to an address of yours as it happens, signed." }
            @if may {
                div.form-actions {
                    (crate::components::Button::link(&visitor.to("settings/webhooks"), "Manage webhooks"))
                }
            } @else { p.quiet-text { "Only administrators see and change them." } }
        }))
    }
}
