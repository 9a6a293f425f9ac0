//! Alerts: what is wrong, since when, how to mend it, and who was mailed. They go by themselves
//! once it works.

use app::alerts::{self, AlertMail, Severity, Told};
use app::reports::Format;
use app::reports::alert_list::AlertList;
use axum::Form;
use axum::response::Response;
use domain::access::Role;
use domain::id::AlertId;
use maud::{Markup, html};

use super::answers::Answers;
use super::assets::downloads;
use super::at::At;
use super::done::done;
use super::visitor::Visitor;
use crate::components::{Button, Callout, Icon, PageHeader, Tone, empty};
use crate::download;
use crate::error::{Refused, sentences};
use crate::layout::Room;

pub async fn page(visitor: Visitor) -> Result<Markup, Refused> {
    let open = alerts::open(&visitor.web.app, &visitor.caller).await?;
    let inside = html! {
        (PageHeader::new("Alerts")
            .lead(html! { "An alert goes away by itself once what it is about works again." })
            .actions(html! {
                @if !open.is_empty() { (downloads(&visitor, &Answers::default(), "alerts")) }
            }))
        @if open.is_empty() {
            (empty(Icon::Bell, "Nothing is wrong", "When a connection breaks, or something else needs an administrator, it stands here.", &html! {}))
        }
        div.stack {
            @for told in &open { (line(&visitor, told)) }
            @if visitor.web.app.mail().is_none() { (no_mail(&visitor)) }
        }
    };
    Ok(visitor.page(Room::Alerts, "Alerts", &inside))
}

/// What is open, an alert a row.
pub async fn csv(visitor: Visitor) -> Result<Response, Refused> {
    download::file(&visitor, Box::new(AlertList::default()), Format::Csv).await
}

pub async fn xlsx(visitor: Visitor) -> Result<Response, Refused> {
    download::file(&visitor, Box::new(AlertList::default()), Format::Xlsx).await
}

fn no_mail(visitor: &Visitor) -> Markup {
    let body = html! {
        "Alerts stay in the app; nobody is mailed."
        @if visitor.may(Role::Administrator) {
            " To have administrators mailed, start Stockroom with the settings " code { "mail.url" }
            " and " code { "mail.from" } "; " code { "stockroom doctor" } " then tries the mail server."
        }
    };
    html! { (Callout::new(Tone::Info, "Mail is not set up").body(body)) }
}

fn line(visitor: &Visitor, told: &Told) -> Markup {
    let alert = &told.alert;
    let tone = match alert.severity {
        Severity::Info => Tone::Info,
        Severity::Warning => Tone::Warning,
        Severity::Danger => Tone::Danger,
    };
    let (what, how) = alert.detail.split_once("; hint: ").unwrap_or((&alert.detail, ""));
    let body = html! {
        p { (sentences(what)) }
        @if !how.is_empty() { p { strong { "How to mend it: " } (sentences(how)) } }
        p.quiet-text.small {
            "Since " (visitor.now.ago(alert.raised_at)) ". "
            (mailed(visitor, &told.mails))
            @if let Some(seen) = told.seen { " You saw it " (visitor.now.ago(seen)) "." }
        }
    };
    let link = alert.link.as_ref().map(|link| visitor.to(link));
    let action = html! {
        @if told.seen.is_none() {
            (Button::post(&visitor.to(&format!("alerts/{}/seen", alert.id)), "I have seen it").quiet())
        }
        @if let Some(link) = &link {
            (Button::link(link, if told.is_of_a_held_run() { "Review" } else { "Mend it" }).primary())
        }
    };
    html! { (Callout::new(tone, &alert.title).body(body).action(action)) }
}

/// Who was told, who waits to be told and why, and who cannot be.
fn mailed(visitor: &Visitor, mails: &[AlertMail]) -> Markup {
    if mails.is_empty() {
        return html! { "Nobody was mailed." };
    }
    html! {
        @for mail in mails {
            @let error = sentences(mail.error.as_deref().unwrap_or_default());
            @if let Some(at) = mail.sent_at { "Mailed to " (mail.email) " " (visitor.now.ago(at)) ". " }
            @else if let Some(next) = mail.next_at {
                "Not yet mailed to " (mail.email) ": "
                @if error.is_empty() { "it waits to be sent. " }
                @else { (error) " It is tried again " (soon(visitor, next)) ". " }
            }
            @else { "Not mailed to " (mail.email) ": " (error) " " }
        }
    }
}

fn soon(visitor: &Visitor, next: domain::Timestamp) -> Markup {
    if next > visitor.now.at {
        visitor.now.ago(next)
    } else {
        html! { "now" }
    }
}

/// Back to the page whose banner it was, if it is one of ours.
pub async fn seen(
    visitor: Visitor,
    At(id): At<AlertId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    alerts::seen(&visitor.web.app, &visitor.caller, id).await?;
    let back = answers.get("back");
    let ours = back
        .strip_prefix(visitor.home())
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let list = visitor.to("alerts");
    Ok(done(if ours { back } else { &list }))
}
