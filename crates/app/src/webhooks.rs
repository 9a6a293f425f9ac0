//! Webhooks: addresses that events are sent to as they happen, signed, in order, at least once.

mod deliver;
mod payload;
mod signature;
mod target;

use domain::access::Role;
use domain::event::Subject;
use domain::id::{DeliveryId, TenantId, WebhookId};
use domain::{Action, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use store::events::feed;
use store::webhooks::{self, DeliveryState};
use store::{StoreError, Tx, nouns, sources};

pub use store::webhooks::{Delivery, Try, Webhook};

pub(crate) use self::deliver::{deliver, wake};
use self::target::Target;
use crate::activity::{EventFilter, up_to_date};
use crate::alerts::{About, Bell};
use crate::caller::Caller;
use crate::installation::App;
use crate::jobs::Work;
use crate::refusal::Refusal;
use crate::told::{self, Teller};
use crate::versions;

/// A webhook as people settle it. Without a secret one is made up.
#[derive(Debug, Clone, Default)]
pub struct NewWebhook {
    pub name: String,
    pub url: String,
    pub secret: Option<SecretString>,
    pub subjects: Vec<String>,
    pub actions: Vec<Action>,
}

/// What is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct WebhookChange {
    pub name: Option<String>,
    pub url: Option<String>,
    pub secret: Option<SecretString>,
    pub subjects: Option<Vec<String>>,
    pub actions: Option<Vec<Action>>,
}

/// From where on events are sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Behind this place in the feed.
    After(i64),
    /// What happened then or later.
    Since(Timestamp),
}

/// How many events are before it in the feed, of those it may or may not hear.
pub async fn behind(app: &App, caller: &Caller, webhook: &Webhook) -> Result<i64, Refusal> {
    caller.need(Role::Administrator)?;
    let head = app.store.read(caller.tenant, feed::head).await?;
    Ok((head - webhook.position).max(0))
}

/// By name.
pub async fn list(app: &App, caller: &Caller) -> Result<Vec<Webhook>, Refusal> {
    caller.need(Role::Administrator)?;
    Ok(app.store.read(caller.tenant, webhooks::list).await?)
}

pub async fn webhook(app: &App, caller: &Caller, id: WebhookId) -> Result<Webhook, Refusal> {
    caller.need(Role::Administrator)?;
    let found = app.store.read(caller.tenant, move |tx| webhooks::find(tx, id)).await?;
    found.ok_or_else(|| Refusal::not_found("webhook", id))
}

/// What was sent lately, newest first.
pub async fn deliveries(
    app: &App,
    caller: &Caller,
    id: WebhookId,
) -> Result<Vec<Delivery>, Refusal> {
    webhook(app, caller, id).await?;
    Ok(app.store.read(caller.tenant, move |tx| webhooks::deliveries(tx, id)).await?)
}

/// Answers the secret too; it is told this once. It hears of what happens from now on.
pub async fn create(
    app: &App,
    caller: &Caller,
    new: NewWebhook,
) -> Result<(Webhook, String), Refusal> {
    caller.need(Role::Administrator)?;
    let secret = new.secret.unwrap_or_else(signature::new_secret);
    let (id, now): (WebhookId, _) = (app.id(), app.now());
    let made = Webhook {
        id,
        name: named(&new.name)?,
        url: addressed(app, caller, &new.url).await?,
        secret: sealed(app, caller.tenant, id, &secret)?,
        subjects: known(new.subjects)?,
        actions: new.actions,
        enabled: true,
        position: 0,
        failures: 0,
        failing_since: None,
        error: None,
        delivered_at: None,
        created_by: caller.actor.name.clone(),
        created_at: now,
        updated_at: now,
    };
    up_to_date(app, caller.tenant).await?;
    let teller = Teller::new(app, caller);
    let created = app.store.write(caller.tenant, move |tx| {
        let made = Webhook { position: feed::head(tx)?, ..made };
        webhooks::create(tx, &made)?;
        teller.tell(tx, Subject::Webhook(id), None, Some(told::webhook(&made)))
    });
    created.await.map_err(name_taken)?;
    Ok((webhook(app, caller, id).await?, secret.expose_secret().to_owned()))
}

/// Refused unless it is of the version expected, where one is.
pub async fn change(
    app: &App,
    caller: &Caller,
    id: WebhookId,
    version: Option<i64>,
    change: WebhookChange,
) -> Result<Webhook, Refusal> {
    let held = webhook(app, caller, id).await?;
    let name = change.name.as_deref().map(named).transpose()?;
    let url = match change.url {
        Some(url) if url != held.url => Some(addressed(app, caller, &url).await?),
        _ => None,
    };
    let seal = |secret| sealed(app, caller.tenant, id, &secret);
    let secret = change.secret.map(seal).transpose()?;
    let subjects = change.subjects.map(known).transpose()?;
    let (actions, replaced) = (change.actions, secret.is_some());
    let (now, teller) = (app.now(), Teller::new(app, caller));
    let done = app.store.write(caller.tenant, move |tx| {
        let subject = Subject::Webhook(id);
        nouns::hold(tx, subject)?;
        let held = webhooks::find(tx, id)?.ok_or(StoreError::NotFound)?;
        versions::expect(version, versions::webhook(&held))?;
        let before = told::webhook(&held);
        let saved = Webhook {
            name: name.unwrap_or(held.name),
            url: url.unwrap_or(held.url),
            secret: secret.unwrap_or(held.secret),
            subjects: subjects.unwrap_or(held.subjects),
            actions: actions.unwrap_or(held.actions),
            ..held
        };
        webhooks::save(tx, &saved, now)?;
        if replaced {
            teller.tell_replaced(tx, subject, "secret")?;
        }
        teller.tell(tx, subject, Some(before), Some(told::webhook(&saved)))
    });
    done.await.map_err(name_taken)?;
    webhook(app, caller, id).await
}

/// Switched on it goes on where it stopped.
pub async fn set_enabled(
    app: &App,
    caller: &Caller,
    id: WebhookId,
    enabled: bool,
) -> Result<Webhook, Refusal> {
    webhook(app, caller, id).await?;
    let (now, bell, teller) = (app.now(), Bell::of(app), Teller::new(app, caller));
    let done = app.store.write(caller.tenant, move |tx| {
        nouns::hold(tx, Subject::Webhook(id))?;
        let held = webhooks::find(tx, id)?.ok_or(StoreError::NotFound)?;
        if enabled {
            bell.enqueue_now(tx, &Work::Deliver { webhook: id })?;
            bell.mend(tx, &About::Webhook(id))?;
        }
        webhooks::set_enabled(tx, id, enabled, now)?;
        let after = told::webhook(&Webhook { enabled, ..held.clone() });
        teller.tell(tx, Subject::Webhook(id), Some(told::webhook(&held)), Some(after))?;
        Ok::<_, StoreError>(())
    });
    done.await?;
    webhook(app, caller, id).await
}

/// With all that was sent to it.
pub async fn delete(app: &App, caller: &Caller, id: WebhookId) -> Result<(), Refusal> {
    let held = webhook(app, caller, id).await?;
    let (bell, teller) = (Bell::of(app), Teller::new(app, caller));
    let gone = app.store.write(caller.tenant, move |tx| {
        bell.mend(tx, &About::Webhook(id))?;
        let gone = webhooks::delete(tx, id)?;
        if gone {
            teller.tell(tx, Subject::Webhook(id), Some(told::webhook(&held)), None)?;
        }
        Ok::<_, StoreError>(gone)
    });
    if gone.await? { Ok(()) } else { Err(Refusal::not_found("webhook", id)) }
}

/// Sends from an earlier place on; what is under way is dropped and sent anew. What was never taken is
/// not passed over, whatever place is asked for. Receivers know an event that they have had by its id.
pub async fn replay(
    app: &App,
    caller: &Caller,
    id: WebhookId,
    again: Again,
) -> Result<Webhook, Refusal> {
    webhook(app, caller, id).await?;
    if let Again::Since(at) = again
        && at > app.now()
    {
        let detail = "that is still to come; hint: a moment from which events are sent again";
        return Err(Refusal::invalid("since", detail));
    }
    up_to_date(app, caller.tenant).await?;
    let bell = Bell::of(app);
    let done = app.store.write(caller.tenant, move |tx| {
        let head = feed::head(tx)?;
        let position = match again {
            Again::After(position) => position,
            Again::Since(at) => feed::before(tx, at)?,
        };
        if !(0..=head).contains(&position) {
            let detail = format!("the feed has no place {position}; hint: 0 to {head}");
            return Err(Refusal::invalid("after", detail));
        }
        // The job, the webhook, then what is open: in the order in which a delivery holds them.
        bell.enqueue_now(tx, &Work::Deliver { webhook: id })?;
        let held = webhooks::hold(tx, id)?.ok_or_else(|| Refusal::not_found("webhook", id))?;
        webhooks::set_position(tx, id, position.min(held.position))?;
        webhooks::drop_open(tx, id)?;
        Ok(())
    });
    done.await?;
    webhook(app, caller, id).await
}

/// Sends something without events, now, and says what came of it.
pub async fn test(app: &App, caller: &Caller, id: WebhookId) -> Result<Delivery, Refusal> {
    let held = webhook(app, caller, id).await?;
    let sources = app.store.read(caller.tenant, source_addresses).await?;
    let (delivery, now): (DeliveryId, _) = (app.id(), app.now());
    let body = payload::of_test(&held.name, now).to_string();
    let message = delivery.to_string();
    let tried = deliver::post(app, caller.tenant, &held, &sources, &message, &body).await;
    let state = if tried.error.is_none() { DeliveryState::Taken } else { DeliveryState::Dropped };
    let made = Delivery { test: true, state, ..deliver::blank(id, delivery, held.position, now) };
    let (ended, sent) = (app.now(), made.clone());
    let written = tried.clone();
    app.store
        .write(caller.tenant, move |tx| {
            webhooks::begin(tx, &sent)?;
            webhooks::record(tx, &sent, state, &written, ended, None)
        })
        .await?;
    let Try { status, duration_ms, excerpt, error } = tried;
    let (tried_at, duration_ms) = (Some(ended), Some(duration_ms));
    Ok(Delivery { attempts: 1, tried_at, status, duration_ms, excerpt, error, ..made })
}

/// What a webhook wants to hear of.
fn filter(webhook: &Webhook) -> EventFilter {
    EventFilter {
        subjects: webhook.subjects.iter().filter_map(|kind| Subject::kind_named(kind)).collect(),
        actions: webhook.actions.clone(),
        ..EventFilter::default()
    }
}

fn named(name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        let detail = "a webhook needs a name of 1 to 100 characters; hint: who listens there";
        return Err(Refusal::invalid("name", detail));
    }
    Ok(name.to_owned())
}

fn known(subjects: Vec<String>) -> Result<Vec<String>, Refusal> {
    match subjects.iter().find(|kind| Subject::kind_named(kind).is_none()) {
        None => Ok(subjects),
        Some(kind) => {
            let detail = format!("nothing is a \"{kind}\"; hint: {}", Subject::KINDS.join(", "));
            Err(Refusal::invalid("subjects", detail))
        }
    }
}

fn source_addresses(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    Ok(sources::list(tx)?.into_iter().map(|source| source.api_url).collect())
}

async fn addressed(app: &App, caller: &Caller, url: &str) -> Result<String, Refusal> {
    let sources = app.store.read(caller.tenant, source_addresses).await?;
    let target = Target::parse(url, &app.webhook_hosts, &sources);
    Ok(target.map_err(|error| Refusal::invalid("url", error))?.url.to_string())
}

fn sealed(
    app: &App,
    tenant: TenantId,
    id: WebhookId,
    secret: &SecretString,
) -> Result<Vec<u8>, Refusal> {
    if signature::key(secret).is_none() {
        let detail = "this is no secret; hint: whsec_ and 24 to 64 bytes in base 64, or leave it \
                      blank and one is made";
        return Err(Refusal::invalid("secret", detail));
    }
    Ok(app.keys.seal(secret.expose_secret(), &secret_place(tenant, id)))
}

/// Where a secret belongs: sealed for here, it opens nowhere else.
fn secret_place(tenant: TenantId, id: WebhookId) -> String {
    format!("{tenant}/webhook/{id}")
}

fn name_taken(error: StoreError) -> Refusal {
    if error.is_conflict("webhooks_name") {
        return Refusal::invalid("name", "another webhook has this name; hint: choose another");
    }
    error.into()
}
