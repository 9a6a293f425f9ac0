//! Alerts: what is wrong, since when, and where to mend it. They go by themselves once it works.

use app::questions::{self, Alert, Severity};
use axum::response::Response;
use domain::id::AlertId;
use maud::{Markup, html};

use super::at::At;
use super::done::done;
use super::visitor::Visitor;
use crate::components::{Button, Callout, Icon, PageHeader, Tone, empty};
use crate::error::{Refused, sentences};
use crate::layout::Room;

pub async fn page(visitor: Visitor) -> Result<Markup, Refused> {
    let open = questions::alerts(&visitor.web.app, &visitor.caller).await?;
    let inside = html! {
        (PageHeader::new("Alerts").lead(html! { "An alert goes away by itself once what it is about works again." }))
        @if open.is_empty() {
            (empty(Icon::Bell, "Nothing is wrong", "When a connection breaks, or something else needs an administrator, it stands here.", &html! {}))
        }
        div.stack { @for alert in &open { (line(&visitor, alert)) } }
    };
    Ok(visitor.page(Room::Alerts, "Alerts", &inside))
}

fn line(visitor: &Visitor, alert: &Alert) -> Markup {
    let tone = match alert.severity {
        Severity::Info => Tone::Info,
        Severity::Warning => Tone::Warning,
        Severity::Danger => Tone::Danger,
    };
    let body = html! {
        p { (sentences(&alert.detail)) }
        p.quiet-text.small {
            "Since " (visitor.now.ago(alert.raised_at))
            @if let Some(seen) = alert.seen_at { ", noticed " (visitor.now.ago(seen)) }
        }
    };
    let link = alert.link.as_ref().map(|link| visitor.to(link));
    let action = html! {
        @if alert.seen_at.is_none() {
            (Button::post(&visitor.to(&format!("alerts/{}/seen", alert.id)), "I have seen it").quiet())
        }
        @if let Some(link) = &link { (Button::link(link, "Mend it").primary()) }
    };
    html! { (Callout::new(tone, &alert.title).body(body).action(action)) }
}

pub async fn seen(visitor: Visitor, At(id): At<AlertId>) -> Result<Response, Refused> {
    questions::seen(&visitor.web.app, &visitor.caller, id).await?;
    Ok(done(&visitor.to("alerts")))
}
