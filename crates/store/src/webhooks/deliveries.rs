//! Deliveries: what was sent to a webhook. One at a time is open: the same events under the same
//! id are sent until they are taken.

use domain::Timestamp;
use domain::id::{DeliveryId, EventId, WebhookId};
use serde::{Deserialize, Serialize};

use super::must_be_here;
use crate::seam::{Json, Query, Row, StoreError, Tx, sql};
use crate::word::Word;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub id: DeliveryId,
    pub webhook: WebhookId,
    /// Sent by hand to see whether it arrives; carries no events.
    pub test: bool,
    pub state: DeliveryState,
    pub events: Vec<EventId>,
    /// Where the webhook stands in the feed once this is taken.
    pub position: i64,
    pub attempts: u32,
    pub made_at: Timestamp,
    pub tried_at: Option<Timestamp>,
    /// When it is tried again.
    pub next_at: Option<Timestamp>,
    /// What came of the last attempt.
    pub status: Option<i32>,
    pub duration_ms: Option<i64>,
    pub excerpt: Option<String>,
    pub error: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    Open,
    Taken,
    /// It is not sent any more.
    Dropped,
}

impl DeliveryState {
    pub const fn as_str(self) -> &'static str {
        match self {
            DeliveryState::Open => "open",
            DeliveryState::Taken => "taken",
            DeliveryState::Dropped => "dropped",
        }
    }
}

/// What came of an attempt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Try {
    pub status: Option<i32>,
    pub duration_ms: i64,
    /// The beginning of what was answered.
    pub excerpt: Option<String>,
    /// Why it was not taken.
    pub error: Option<String>,
}

/// As many are kept of each webhook.
const KEPT: i64 = 100;

const COLUMNS: &str = "id, webhook_id, test, state, events, position, attempts, made_at, tried_at,
    next_at, status, duration_ms, excerpt, error";

/// Newest first.
pub fn list(tx: &mut Tx<'_>, webhook: WebhookId) -> Result<Vec<Delivery>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT ", const COLUMNS, "
             FROM deliveries
             WHERE tenant_id = ", tenant, " AND webhook_id = ", webhook, "
             ORDER BY id DESC
             LIMIT ", KEPT
        },
        read,
    )
}

/// The one that is not taken yet.
pub fn open(tx: &mut Tx<'_>, webhook: WebhookId) -> Result<Option<Delivery>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT ", const COLUMNS, "
             FROM deliveries
             WHERE tenant_id = ", tenant, " AND webhook_id = ", webhook, " AND state = 'open'"
        },
        read,
    )
}

/// Conflict `deliveries_open` while another is open.
pub fn begin(tx: &mut Tx<'_>, new: &Delivery) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO deliveries
            (tenant_id, id, webhook_id, test, state, events, position, attempts, made_at)
         VALUES (", tenant, ", ", new.id, ", ", new.webhook, ", ", new.test, ", ",
                Word(new.state), ", ", Json(&new.events), ", ", new.position, ", ",
                new.attempts, ", ", new.made_at, ")"
    })?;
    Ok(())
}

/// An attempt and what became of the delivery, which is open still or a test; the oldest of many
/// are forgotten.
pub fn record(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    state: DeliveryState,
    tried: &Try,
    now: Timestamp,
    next_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let (tenant, webhook) = (tx.tenant(), delivery.webhook);
    let touched = tx.exec(sql! {
        "UPDATE deliveries
         SET state = ", Word(state), ", attempts = attempts + 1, tried_at = ", now, ",
             next_at = ", next_at, ", status = ", tried.status, ",
             duration_ms = ", tried.duration_ms, ", excerpt = ", tried.excerpt.clone(), ",
             error = ", tried.error.clone(), "
         WHERE tenant_id = ", tenant, " AND id = ", delivery.id, " AND (state = 'open' OR test)"
    })?;
    must_be_here(touched)?;
    tx.exec(sql! {
        "DELETE FROM deliveries
         WHERE tenant_id = ", tenant, " AND webhook_id = ", webhook, " AND state <> 'open'
           AND id <= (SELECT id FROM deliveries
                      WHERE tenant_id = ", tenant, " AND webhook_id = ", webhook, "
                      ORDER BY id DESC
                      LIMIT 1 OFFSET ", KEPT, ")"
    })?;
    Ok(())
}

/// The webhook took a delivery: it stands where that one ends, and nothing is wrong with it.
pub fn taken(tx: &mut Tx<'_>, delivery: &Delivery, now: Timestamp) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE webhooks
         SET position = ", delivery.position, ", failures = 0, failing_since = NULL,
             error = NULL, delivered_at = ", now, "
         WHERE tenant_id = ", tenant, " AND id = ", delivery.webhook
    })?;
    must_be_here(touched)
}

/// What is open is not sent any more.
pub fn drop_open(tx: &mut Tx<'_>, webhook: WebhookId) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "UPDATE deliveries SET state = 'dropped', next_at = NULL
         WHERE tenant_id = ", tenant, " AND webhook_id = ", webhook, " AND state = 'open'"
    })?;
    Ok(())
}

fn read(row: &mut Row<'_>) -> Result<Delivery, StoreError> {
    Ok(Delivery {
        id: row.next()?,
        webhook: row.next()?,
        test: row.next()?,
        state: row.next::<Word<_>>()?.0,
        events: row.next::<Json<_>>()?.0,
        position: row.next()?,
        attempts: row.next()?,
        made_at: row.next()?,
        tried_at: row.next()?,
        next_at: row.next()?,
        status: row.next()?,
        duration_ms: row.next()?,
        excerpt: row.next()?,
        error: row.next()?,
    })
}
