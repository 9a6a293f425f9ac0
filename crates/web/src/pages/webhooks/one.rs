//! One webhook: how it fares, what was sent, a test, and a way back in time.

use app::webhooks::{self, Again, Delivery, Webhook, WebhookChange};
use axum::Form;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::id::WebhookId;
use jiff::civil::Date;
use maud::{Markup, html};

use super::{TITLE, form, health};
use crate::components::{
    Button, Callout, Column, Field, Icon, PageHeader, Panel, Row, Table, Tone, badge, facts,
};
use crate::error::{Refused, sentences};
use crate::layout::Room;
use crate::pages::answers::{Answers, Wrong};
use crate::pages::at::At;
use crate::pages::done::said;
use crate::pages::overtaken::{self, Held};
use crate::pages::visitor::Visitor;
use crate::pages::words::{Whose, counted};

pub async fn page(visitor: Visitor, At(id): At<WebhookId>) -> Result<Markup, Refused> {
    view(&visitor, id, None, &Wrong::default()).await
}

async fn view(
    visitor: &Visitor,
    id: WebhookId,
    given: Option<&Answers>,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let webhook = webhooks::webhook(app, caller, id).await?;
    let behind = webhooks::behind(app, caller, &webhook).await?;
    let sent = webhooks::deliveries(app, caller, id).await?;
    let held = form::answers(&webhook);
    let here = visitor.to(&format!("settings/webhooks/{id}"));
    let (settings, list) = (visitor.to("settings"), visitor.to("settings/webhooks"));
    let trail = [(settings.as_str(), "Settings"), (list.as_str(), TITLE)];
    let inside = html! {
        (PageHeader::new(&webhook.name).under(&trail).note(health(&webhook)).actions(actions(&webhook, &here)))
        (trouble(visitor, &webhook))
        (Panel::new("How it fares").body(state(visitor, &webhook, behind)))
        (Panel::new("Deliveries").edge_to_edge(deliveries(visitor, &sent)))
        (Panel::new("Send again").body(again(visitor, &here, wrong)))
        (Panel::new("Settings").body(form::edit(&here, given.unwrap_or(&held), wrong)))
    };
    Ok(visitor.page(Room::Settings, &webhook.name, &inside))
}

fn actions(webhook: &Webhook, here: &str) -> Markup {
    html! {
        (Button::post(&format!("{here}/test"), "Send a test").icon(Icon::Upload))
        @if webhook.enabled { (Button::post(&format!("{here}/disable"), "Disable")) }
        @else { (Button::post(&format!("{here}/enable"), "Enable").primary()) }
        (Button::link(&format!("{here}/delete"), "Delete").quiet())
    }
}

fn trouble(visitor: &Visitor, webhook: &Webhook) -> Markup {
    let Some(error) = webhook.error.as_deref().filter(|_| webhook.failures > 0) else {
        return html! {};
    };
    let (what, how) = error.split_once("; hint: ").unwrap_or((error, ""));
    let title =
        if webhook.enabled { "It does not take what is sent" } else { "It was switched off" };
    let tone = if webhook.enabled { Tone::Warning } else { Tone::Danger };
    let body = html! {
        p { (sentences(what)) @if !how.is_empty() { " " (sentences(how)) } }
        p.quiet-text.small {
            (counted(webhook.failures.into(), "attempt", "attempts")) " in a row"
            @if let Some(since) = webhook.failing_since { ", the first " (visitor.now.ago(since)) }
            ". Nothing is lost: it goes on where it stopped."
        }
    };
    html! { (Callout::new(tone, title).body(body)) }
}

fn state(visitor: &Visitor, webhook: &Webhook, behind: i64) -> Markup {
    let waiting = u64::try_from(behind).unwrap_or_default();
    let rows = [
        ("Goes to", html! { (webhook.url) }),
        ("Hears of", html! { (form::hears(webhook)) }),
        (
            "Last delivery",
            html! { @if let Some(at) = webhook.delivered_at { (visitor.now.ago(at)) } @else { "none yet" } },
        ),
        (
            "Waits to be sent",
            html! { @if waiting == 0 { "Nothing" } @else { (counted(waiting, "event", "events")) } },
        ),
        ("Made", html! { (visitor.now.ago(webhook.created_at)) " by " (webhook.created_by) }),
    ];
    facts(&rows)
}

fn deliveries(visitor: &Visitor, sent: &[Delivery]) -> Markup {
    if sent.is_empty() {
        return html! { p.panel-body.quiet-text { "Nothing was sent yet. A test shows whether it would arrive." } };
    }
    let columns = [
        Column::new("When").title(),
        Column::new("What"),
        Column::new("Answer").wrap(),
        Column::new("Took").num().drop(),
        Column::new("").aside(),
    ];
    let rows = sent.iter().map(|one| {
        Row::new(vec![
            visitor.now.ago(one.tried_at.unwrap_or(one.made_at)),
            html! { @if one.test { "a test" } @else { (counted(one.events.len() as u64, "event", "events")) } },
            answer(visitor, one),
            html! { @if let Some(took) = one.duration_ms { (took) " ms" } },
            outcome(one),
        ])
    });
    html! { (Table::new("Deliveries", &columns, rows.collect())) }
}

fn answer(visitor: &Visitor, one: &Delivery) -> Markup {
    html! {
        @if let (Some(status), None) = (one.status, &one.error) { (status) " " }
        @if let Some(error) = &one.error { span.quiet-text { (sentences(error)) " " } }
        @if let Some(excerpt) = &one.excerpt { code { (excerpt) } }
        @if let Some(next) = one.next_at.filter(|next| *next > visitor.now.at) {
            span.quiet-text { " Tried again " (visitor.now.ago(next)) "." }
        }
    }
}

fn outcome(one: &Delivery) -> Markup {
    let tries = (one.attempts > 1).then(|| format!(" after {} attempts", one.attempts));
    let after = tries.unwrap_or_default();
    match one.state.as_str() {
        "taken" => badge(Some(Tone::Success), &format!("Taken{after}")),
        "open" => badge(Some(Tone::Warning), "Not yet taken"),
        _ => badge(None, if one.test { "Not taken" } else { "Dropped" }),
    }
}

fn again(visitor: &Visitor, here: &str, wrong: &Wrong) -> Markup {
    let today = visitor.now.date_of(visitor.now.at).to_string();
    html! {
        form.form method="post" action={ (here) "/replay" } {
            p { "Everything that happened from a day on is sent once more, in order. Events keep their ids, so that the receiver knows those it has had." }
            (Field::new("since", "From the beginning of").required().error(wrong.at("since")).date(&today))
            div.form-actions { (Button::submit("Send again")) }
        }
    }
}

pub async fn save(
    visitor: Visitor,
    At(id): At<WebhookId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    let given = form::read(&answers);
    let change = WebhookChange {
        name: Some(given.name),
        url: Some(given.url),
        secret: given.secret,
        subjects: Some(given.subjects),
        actions: Some(given.actions),
    };
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    match webhooks::change(app, caller, id, overtaken::version(&answers), change).await {
        Ok(_) => Ok(back(&visitor, id, Tone::Success, "Saved.")),
        Err(refusal) => {
            let now = form::answers(&webhooks::webhook(app, caller, id).await?);
            let anew = visitor.to(&format!("settings/webhooks/{id}"));
            let now = Held { what: "webhook", whose: Whose::Other, answers: &now, anew: &anew };
            let (answers, wrong) = overtaken::refused(&visitor, now, answers, refusal).await?;
            let page = view(&visitor, id, Some(&answers), &wrong).await?;
            Ok((wrong.status(), page).into_response())
        }
    }
}

pub async fn test(visitor: Visitor, At(id): At<WebhookId>) -> Result<Response, Refused> {
    let sent = webhooks::test(&visitor.web.app, &visitor.caller, id).await?;
    Ok(match sent.error {
        None => back(&visitor, id, Tone::Success, "The test arrived and was taken."),
        Some(error) => {
            let words = format!("The test was not taken: {error}");
            back(&visitor, id, Tone::Danger, &sentences(&words))
        }
    })
}

pub async fn enable(visitor: Visitor, At(id): At<WebhookId>) -> Result<Response, Refused> {
    webhooks::set_enabled(&visitor.web.app, &visitor.caller, id, true).await?;
    Ok(back(&visitor, id, Tone::Success, "Enabled; it goes on where it stopped."))
}

pub async fn disable(visitor: Visitor, At(id): At<WebhookId>) -> Result<Response, Refused> {
    webhooks::set_enabled(&visitor.web.app, &visitor.caller, id, false).await?;
    Ok(back(&visitor, id, Tone::Success, "Disabled; what happens meanwhile waits for it."))
}

pub async fn replay(
    visitor: Visitor,
    At(id): At<WebhookId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    let day = answers.get("since").parse::<Date>().ok();
    let midnight = day.and_then(|day| day.to_zoned(visitor.now.zone.clone()).ok());
    let Some(midnight) = midnight else {
        webhooks::webhook(&visitor.web.app, &visitor.caller, id).await?;
        let refusal = app::Refusal::invalid("since", "choose the day to begin with");
        let page = view(&visitor, id, None, &Wrong::fields(refusal)?).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let again = Again::Since(midnight.timestamp());
    webhooks::replay(&visitor.web.app, &visitor.caller, id, again).await?;
    Ok(back(&visitor, id, Tone::Success, "It is sent again from that day on."))
}

fn back(visitor: &Visitor, id: WebhookId, tone: Tone, words: &str) -> Response {
    said(&visitor.web, tone, words, &visitor.to(&format!("settings/webhooks/{id}")))
}
