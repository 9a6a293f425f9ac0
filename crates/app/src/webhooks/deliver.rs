//! Delivering: one batch of events after the other, each until it is taken; in the hands of one
//! process at a time.

use std::sync::Arc;
use std::time::Duration;

use domain::event::Subject;
use domain::id::{TenantId, WebhookId};
use domain::{Event, Timestamp};
use jiff::SignedDuration;
use secrecy::SecretString;

use store::alerts::Severity;
use store::events::{self, feed};
use store::webhooks::{self, Delivery, DeliveryState, Try, Webhook};
use store::{StoreError, Tx};

use super::target::Target;
use super::{filter, payload, secret_place, signature, source_addresses};
use crate::activity::{From, piece, up_to_date};
use crate::alerts::{About, Bell, Words, told_at};
use crate::installation::App;
use crate::jobs::{Held, Work};
use crate::refusal::Refusal;

/// Events in one delivery.
const TOGETHER: usize = 100;
/// For one request, from looking its address up to the end of its answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// Deliveries, or pieces of the feed that are passed over, in a row before others have their turn.
const ROUNDS: usize = 5;
/// So much of an answer is read and kept.
const EXCERPT: usize = 500;
/// After so long without success it is switched off.
const GIVE_UP: SignedDuration = SignedDuration::from_hours(72);

/// What is waited after so many failures in a row.
fn wait(failures: u32) -> SignedDuration {
    const WAITS: [i64; 7] = [10, 60, 300, 900, 1_800, 3_600, 7_200];
    let at = usize::try_from(failures.saturating_sub(1)).unwrap_or(usize::MAX);
    SignedDuration::from_secs(WAITS[at.min(WAITS.len() - 1)])
}

/// Gives what happened its place in the feed, whoever listens; finds who has something before them,
/// and makes it somebody's job.
pub(crate) async fn wake(app: &App) -> Result<(), Refusal> {
    for tenant in app.store.system_read(feed::waiting).await? {
        up_to_date(app, tenant).await?;
    }
    for (tenant, webhook) in app.store.system_read(webhooks::due).await? {
        let bell = Bell::of(app);
        let work = Work::Deliver { webhook };
        app.store.write(tenant, move |tx| bell.enqueue(tx, &work)).await?;
    }
    Ok(())
}

/// What is to be sent.
struct Ready {
    webhook: Webhook,
    delivery: Delivery,
    events: Vec<Event>,
    sources: Vec<String>,
}

enum Next {
    Send(Box<Ready>),
    /// A piece of the feed held nothing that it wants to hear; more follows.
    PassedOver,
    Nothing,
}

pub(crate) async fn deliver(app: &App, held: &Arc<Held>, id: WebhookId) -> Result<(), Refusal> {
    let tenant = held.job.tenant;
    for _ in 0..ROUNDS {
        let (mine, now, delivery) = (held.clone(), app.now(), app.id());
        let next = app.store.write(tenant, move |tx| {
            if !mine.still(tx)? {
                return Ok(Next::Nothing);
            }
            let next = next(tx, id, delivery, now)?;
            if matches!(next, Next::Nothing) {
                mine.finish(tx, |_| Ok(()))?;
            }
            Ok::<_, Refusal>(next)
        });
        match next.await? {
            Next::Nothing => return Ok(()),
            Next::PassedOver => {}
            Next::Send(ready) => {
                if !send_one(app, held, *ready).await? {
                    return Ok(());
                }
            }
        }
    }
    let (mine, now) = (held.clone(), app.now());
    app.store.write(tenant, move |tx| mine.later(tx, now, "", |_| Ok(()))).await
}

/// The delivery that is open, else one made of what follows in the feed. One piece is looked at:
/// who wants to hear little must not keep everybody's writes waiting for the whole feed.
fn next(
    tx: &mut Tx<'_>,
    id: WebhookId,
    delivery: domain::id::DeliveryId,
    now: Timestamp,
) -> Result<Next, StoreError> {
    let Some(webhook) = webhooks::hold(tx, id)?.filter(|webhook| webhook.enabled) else {
        return Ok(Next::Nothing);
    };
    let sources = source_addresses(tx)?;
    if let Some(open) = webhooks::open_delivery(tx, id)? {
        let mut events = events::by_ids(tx, open.events.iter().copied())?;
        let place = |event: &Event| open.events.iter().position(|id| *id == event.id);
        events.sort_by_key(place);
        return Ok(Next::Send(Box::new(Ready { webhook, delivery: open, events, sources })));
    }
    let position = webhook.position;
    let mut found = piece(tx, &filter(&webhook), From::After(position), TOGETHER)?;
    // Nobody is told of what was done with their own webhook: else each switch would be news.
    found.events.retain(|event| event.subject != Subject::Webhook(id));
    if found.events.is_empty() {
        if found.next > position {
            webhooks::set_position(tx, id, found.next)?;
        }
        let more = found.next > position && found.next < found.head;
        return Ok(if more { Next::PassedOver } else { Next::Nothing });
    }
    let made = Delivery {
        events: found.events.iter().map(|event| event.id).collect(),
        ..blank(id, delivery, found.next, now)
    };
    webhooks::begin(tx, &made)?;
    Ok(Next::Send(Box::new(Ready { webhook, delivery: made, events: found.events, sources })))
}

/// Whether a delivery is to be sent still: nobody dropped it, and nobody will before the
/// transaction ends.
fn still_open(tx: &mut Tx<'_>, delivery: &Delivery) -> Result<bool, StoreError> {
    if webhooks::hold(tx, delivery.webhook)?.is_none() {
        return Ok(false);
    }
    let open = webhooks::open_delivery(tx, delivery.webhook)?;
    Ok(open.is_some_and(|open| open.id == delivery.id))
}

pub(super) fn blank(
    webhook: WebhookId,
    id: domain::id::DeliveryId,
    position: i64,
    now: Timestamp,
) -> Delivery {
    Delivery {
        id,
        webhook,
        test: false,
        state: DeliveryState::Open,
        events: Vec::new(),
        position,
        attempts: 0,
        made_at: now,
        tried_at: None,
        next_at: None,
        status: None,
        duration_ms: None,
        excerpt: None,
        error: None,
    }
}

/// Whether the next may follow: this one was taken, or is not wanted any more.
async fn send_one(app: &App, held: &Arc<Held>, ready: Ready) -> Result<bool, Refusal> {
    let Ready { webhook, delivery, events, sources } = ready;
    let tenant = held.job.tenant;
    let body = payload::of_events(&events, delivery.position, app.now()).to_string();
    let tried = post(app, tenant, &webhook, &sources, &delivery.id.to_string(), &body).await;
    let (mine, now, bell) = (held.clone(), app.now(), Bell::of(app));
    let (taken, gone) = (tried.error.is_none(), tried.status == Some(410));
    let write = move |tx: &mut Tx<'_>| {
        if !mine.still(tx)? {
            return Ok(false);
        }
        // Sent again from elsewhere, or deleted, while the request was under way.
        if !still_open(tx, &delivery)? {
            return Ok(true);
        }
        if taken {
            webhooks::record(tx, &delivery, DeliveryState::Taken, &tried, now, None)?;
            webhooks::taken(tx, &delivery, now)?;
            return Ok(true);
        }
        let error = tried.error.clone().unwrap_or_default();
        let (failures, since) = webhooks::failed(tx, webhook.id, &error, now)?;
        if gone || now.duration_since(since) >= GIVE_UP {
            webhooks::record(tx, &delivery, DeliveryState::Open, &tried, now, None)?;
            webhooks::set_enabled(tx, webhook.id, false, now)?;
            let words = words(tx, &webhook, &error, gone, since)?;
            bell.raise(tx, &About::Webhook(webhook.id), words)?;
            mine.finish(tx, |_| Ok(()))?;
            return Ok(false);
        }
        let due_at = now + wait(failures);
        mine.later(tx, due_at, &error, |tx| {
            let (state, next_at) = (DeliveryState::Open, Some(due_at));
            webhooks::record(tx, &delivery, state, &tried, now, next_at)
        })?;
        Ok::<_, Refusal>(false)
    };
    app.store.write(tenant, write).await
}

fn words(
    tx: &mut Tx<'_>,
    webhook: &Webhook,
    error: &str,
    gone: bool,
    since: Timestamp,
) -> Result<Words, StoreError> {
    let why = if gone {
        "its address answered that it is gone for good (410)".to_owned()
    } else {
        let since = told_at(tx, since)?;
        let last = error.split("; hint: ").next().unwrap_or_default();
        format!("it took nothing since {since}; the last attempt: {last}")
    };
    Ok(Words {
        severity: Severity::Danger,
        title: format!("The webhook {} was switched off", webhook.name),
        detail: format!(
            "{why}; hint: mend where it leads, send a test, then enable it; nothing is lost, it goes \
             on where it stopped"
        ),
        link: format!("settings/webhooks/{}", webhook.id),
    })
}

/// One request, whatever comes of it.
pub(super) async fn post(
    app: &App,
    tenant: TenantId,
    webhook: &Webhook,
    sources: &[String],
    message: &str,
    body: &str,
) -> Try {
    let begun = std::time::Instant::now();
    let sent =
        tokio::time::timeout(2 * PATIENCE, request(app, tenant, webhook, sources, message, body));
    let mut tried = match sent.await {
        Ok(Ok(answered)) => answered,
        Ok(Err(error)) => Try { error: Some(error), ..Try::default() },
        Err(_) => Try { error: Some("it took too long to answer".into()), ..Try::default() },
    };
    tried.duration_ms = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
    tried
}

async fn request(
    app: &App,
    tenant: TenantId,
    webhook: &Webhook,
    sources: &[String],
    message: &str,
    body: &str,
) -> Result<Try, String> {
    let secret: SecretString = app
        .keys
        .open(&webhook.secret, &secret_place(tenant, webhook.id))
        .map_err(|refusal| refusal.to_string())?;
    let key = signature::key(&secret).ok_or("its secret is none; hint: give it a new one")?;
    let target = Target::parse(&webhook.url, &app.webhook_hosts, sources)?;
    let client = target.client(PATIENCE).await?;
    let timestamp = app.now().as_second();
    let sent = client
        .post(target.url)
        .header("content-type", "application/json")
        .header("webhook-id", message)
        .header("webhook-timestamp", timestamp.to_string())
        .header("webhook-signature", signature::sign(&key, message, timestamp, body))
        .body(body.to_owned())
        .send()
        .await;
    let response = sent.map_err(|error| lost(&error))?;
    let status = response.status();
    let excerpt = excerpt(response).await;
    let error = (!status.is_success()).then(|| refused(status));
    Ok(Try { status: Some(status.as_u16().into()), duration_ms: 0, excerpt, error })
}

fn refused(status: reqwest::StatusCode) -> String {
    let hint = match status.as_u16() {
        300..=399 => "hint: redirects are not followed, give the address it leads to",
        401 | 403 => "hint: the receiver must let signed requests in",
        404 | 410 => "hint: check the address",
        413 => "hint: the receiver must take bodies of 1 MB",
        429 => "hint: the receiver is asked again later",
        _ => "hint: see the receiver's own log",
    };
    format!("it answered {}; {hint}", status.as_u16())
}

/// The beginning of a body, of which no more is read.
async fn excerpt(mut response: reqwest::Response) -> Option<String> {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        bytes.extend_from_slice(&chunk);
        if bytes.len() >= EXCERPT {
            break;
        }
    }
    bytes.truncate(EXCERPT);
    let text = String::from_utf8_lossy(&bytes).replace('\0', " ");
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// What a failure below HTTP means.
fn lost(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "it took too long to answer; hint: answer first, then work".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    let why: String = cause.to_string().to_lowercase().chars().take(160).collect();
    format!("it cannot be reached: {why}; hint: check the address and its certificate")
}

#[cfg(test)]
mod tests;
