//! Webhooks: addresses that events are sent to as they happen. The secret goes in, or is answered
//! once, and never comes out.

use app::versions;
use app::webhooks::{self, Again, Delivery, NewWebhook, Webhook, WebhookChange};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::Action;
use domain::id::noun;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bearer::{Administrator, Bearer};
use super::events::EventShape;
use super::headers::{At, IfMatch, location, versioned};
use super::listing::{List, Moment, PagedSince};
use super::problem::{Answer, Problem};
use super::reading::{Asked, Body};
use crate::state::Web;

/// A webhook, without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Webhook)]
pub struct WebhookShape {
    #[schema(example = "whk_0HZX4K9Q2M7RA")]
    id: String,
    name: String,
    #[schema(example = "https://hooks.example.com/stockroom")]
    url: String,
    /// Kinds of things it hears of; empty: all.
    subjects: Vec<String>,
    /// Actions it hears of; empty: all.
    actions: Vec<&'static str>,
    enabled: bool,
    /// Where it stands in the feed of `/events`: all before was delivered or passed over.
    after: String,
    /// Attempts in a row that failed.
    failures: u32,
    failing_since: Option<String>,
    /// Why the last attempt failed.
    error: Option<String>,
    delivered_at: Option<String>,
    created_at: String,
    updated_at: String,
    /// The secret itself, in the answer that makes the webhook and nowhere else.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhookBody {
    /// 1 to 100 characters, unique in the tenant.
    name: String,
    /// HTTPS, at a public address, never Kandji's.
    url: String,
    /// `whsec_` and 24 to 64 bytes in base 64; made where it is left out.
    secret: Option<String>,
    /// `asset`, `employee`, `product`, …; all where it is left out.
    subjects: Option<Vec<String>>,
    /// `created`, `updated`, `checked_out`, …; all where it is left out.
    #[schema(value_type = Option<Vec<String>>)]
    actions: Option<Vec<Action>>,
}

/// What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookChangeBody {
    name: Option<String>,
    url: Option<String>,
    /// Replaces the one it has, at once.
    secret: Option<String>,
    subjects: Option<Vec<String>>,
    #[schema(value_type = Option<Vec<String>>)]
    actions: Option<Vec<Action>>,
}

/// From where on events are sent again: one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Replay {
    /// A place in the feed, as `next` of `/events` has it; `0` for all of it.
    after: Option<String>,
    /// What happened at that time or later.
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Moment>,
}

/// Something that was sent, or is tried again until it is taken.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub struct DeliveryShape {
    /// The `webhook-id` it was sent under; every attempt has the same.
    #[schema(example = "dlv_0HZX4K9Q2M7RA")]
    id: String,
    /// Sent by hand, without events.
    test: bool,
    /// `open`, `taken`, or `dropped`: not sent any more.
    state: &'static str,
    /// Ids of its events.
    events: Vec<String>,
    attempts: u32,
    made_at: String,
    tried_at: Option<String>,
    /// When it is tried again.
    next_at: Option<String>,
    /// What the last attempt was answered.
    status: Option<i32>,
    duration_ms: Option<i64>,
    /// The beginning of the answer's body.
    excerpt: Option<String>,
    /// Why the last attempt was not taken.
    error: Option<String>,
}

/// What is sent to a webhook, with the headers `webhook-id`, `webhook-timestamp` and
/// `webhook-signature` of Standard Webhooks.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookBody {
    /// `events`, or `test`, which has none and names the webhook.
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: String,
    /// The place in the feed of `/events` behind the last of them.
    next: Option<String>,
    /// In the order of the feed. One that was sent before has the same id.
    events: Vec<EventShape>,
}

/// List the webhooks.
///
/// Role: administrator. By name.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "webhooks", params(PagedSince),
    responses((status = 200, body = List<WebhookShape>)))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    Asked(asked): Asked<PagedSince>,
) -> Answer<Json<List<WebhookShape>>> {
    let mut found = webhooks::list(&web.app, &caller).await?;
    found.retain(|webhook| {
        let latest = [webhook.delivered_at, webhook.failing_since].into_iter().flatten();
        asked.takes(latest.fold(webhook.updated_at, Ord::max))
    });
    let id = |webhook: &Webhook| webhook.id.to_string();
    Ok(Json(asked.cut(found, id, |webhook| shape(webhook, None))?))
}

/// One webhook.
///
/// Role: administrator.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}", tag = "webhooks",
    params(("id" = String, Path, description = "`whk_…`")),
    responses((status = 200, body = WebhookShape)))]
pub async fn get(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    At(id): At<noun::Webhook>,
) -> Answer<impl IntoResponse> {
    Ok(answer(webhooks::webhook(&web.app, &caller, id).await?, None))
}

/// Add a webhook.
///
/// Role: administrator. It hears of what happens from now on, in `WebhookBody`, signed with its
/// secret, which is answered this once.
#[utoipa::path(post, path = "/api/v1/webhooks", tag = "webhooks", request_body = NewWebhookBody,
    responses((status = 201, body = WebhookShape)))]
pub async fn create(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    Body(new): Body<NewWebhookBody>,
) -> Answer<impl IntoResponse> {
    let new = NewWebhook {
        name: new.name,
        url: new.url,
        secret: new.secret.map(Into::into),
        subjects: new.subjects.unwrap_or_default(),
        actions: new.actions.unwrap_or_default(),
    };
    let (made, secret) = webhooks::create(&web.app, &caller, new).await?;
    let at = location("webhooks", made.id);
    Ok((StatusCode::CREATED, at, answer(made, Some(secret))))
}

/// Change a webhook.
///
/// Role: administrator. Give `If-Match` to be sure that nobody changed it in between.
#[utoipa::path(patch, path = "/api/v1/webhooks/{id}", tag = "webhooks",
    request_body = WebhookChangeBody,
    params(("id" = String, Path, description = "`whk_…`"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` it was read with")),
    responses((status = 200, body = WebhookShape),
        (status = 412, description = "Somebody was quicker.")))]
pub async fn change(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    At(id): At<noun::Webhook>,
    IfMatch(version): IfMatch,
    Body(change): Body<WebhookChangeBody>,
) -> Answer<impl IntoResponse> {
    let WebhookChangeBody { name, url, secret, subjects, actions } = change;
    let secret = secret.map(Into::into);
    let change = WebhookChange { name, url, secret, subjects, actions };
    Ok(answer(webhooks::change(&web.app, &caller, id, version, change).await?, None))
}

/// Delete a webhook.
///
/// Role: administrator. With the record of what was sent to it.
#[utoipa::path(delete, path = "/api/v1/webhooks/{id}", tag = "webhooks",
    params(("id" = String, Path, description = "`whk_…`")), responses((status = 204)))]
pub async fn delete(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    At(id): At<noun::Webhook>,
) -> Answer<StatusCode> {
    webhooks::delete(&web.app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Enable a webhook.
///
/// Role: administrator. It goes on where it stopped.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/enable", tag = "webhooks",
    params(("id" = String, Path, description = "`whk_…`")),
    responses((status = 200, body = WebhookShape)))]
pub async fn enable(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    At(id): At<noun::Webhook>,
) -> Answer<impl IntoResponse> {
    Ok(answer(webhooks::set_enabled(&web.app, &caller, id, true).await?, None))
}

/// Disable a webhook.
///
/// Role: administrator. What happens meanwhile waits for it.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/disable", tag = "webhooks",
    params(("id" = String, Path, description = "`whk_…`")),
    responses((status = 200, body = WebhookShape)))]
pub async fn disable(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    At(id): At<noun::Webhook>,
) -> Answer<impl IntoResponse> {
    Ok(answer(webhooks::set_enabled(&web.app, &caller, id, false).await?, None))
}

/// Send a test.
///
/// Role: administrator. At once, without events; answers what came of it.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/test", tag = "webhooks",
    params(("id" = String, Path, description = "`whk_…`")),
    responses((status = 200, body = DeliveryShape)))]
pub async fn test(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    At(id): At<noun::Webhook>,
) -> Answer<Json<DeliveryShape>> {
    Ok(Json(delivery(webhooks::test(&web.app, &caller, id).await?)))
}

/// Send events again.
///
/// Role: administrator. From a place or a time on, in order; what is under way is dropped and sent
/// anew, and what was never taken is sent however late that is. Events keep their ids, so that a
/// receiver knows those it has had.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/replay", tag = "webhooks",
    request_body = Replay,
    params(("id" = String, Path, description = "`whk_…`")),
    responses((status = 200, body = WebhookShape)))]
pub async fn replay(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    At(id): At<noun::Webhook>,
    Body(replay): Body<Replay>,
) -> Answer<impl IntoResponse> {
    let again = match (replay.after, replay.since) {
        (Some(after), None) => {
            let no = "this is no place; hint: take it from \"next\" of /events, or 0";
            Again::After(after.parse().map_err(|_| Problem::field("after", no))?)
        }
        (None, Some(since)) => Again::Since(since.0),
        _ => return Err(Problem::field("after", "one of \"after\" and \"since\" must be given")),
    };
    Ok(answer(webhooks::replay(&web.app, &caller, id, again).await?, None))
}

/// What was sent to a webhook.
///
/// Role: administrator. The last hundred deliveries, newest first.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}/deliveries", tag = "webhooks",
    params(("id" = String, Path, description = "`whk_…`"), PagedSince),
    responses((status = 200, body = List<DeliveryShape>)))]
pub async fn deliveries(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    At(id): At<noun::Webhook>,
    Asked(asked): Asked<PagedSince>,
) -> Answer<Json<List<DeliveryShape>>> {
    let mut found = webhooks::deliveries(&web.app, &caller, id).await?;
    found.retain(|one| asked.takes(one.tried_at.unwrap_or(one.made_at)));
    Ok(Json(asked.cut(found, |one| one.id.to_string(), delivery)?))
}

fn answer(webhook: Webhook, secret: Option<String>) -> impl IntoResponse {
    versioned(versions::webhook(&webhook), shape(webhook, secret))
}

fn shape(webhook: Webhook, secret: Option<String>) -> WebhookShape {
    WebhookShape {
        id: webhook.id.to_string(),
        name: webhook.name,
        url: webhook.url,
        subjects: webhook.subjects,
        actions: webhook.actions.into_iter().map(Action::as_str).collect(),
        enabled: webhook.enabled,
        after: webhook.position.to_string(),
        failures: webhook.failures,
        failing_since: webhook.failing_since.map(|at| at.to_string()),
        error: webhook.error,
        delivered_at: webhook.delivered_at.map(|at| at.to_string()),
        created_at: webhook.created_at.to_string(),
        updated_at: webhook.updated_at.to_string(),
        secret,
    }
}

fn delivery(one: Delivery) -> DeliveryShape {
    DeliveryShape {
        id: one.id.to_string(),
        test: one.test,
        state: one.state.as_str(),
        events: one.events.iter().map(ToString::to_string).collect(),
        attempts: one.attempts,
        made_at: one.made_at.to_string(),
        tried_at: one.tried_at.map(|at| at.to_string()),
        next_at: one.next_at.map(|at| at.to_string()),
        status: one.status,
        duration_ms: one.duration_ms,
        excerpt: one.excerpt,
        error: one.error,
    }
}
