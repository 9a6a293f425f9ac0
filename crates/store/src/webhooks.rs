//! Webhooks: addresses that events are sent to in order, where each stands in the feed, and what
//! was sent. Secrets are opaque here.

mod deliveries;
#[cfg(test)]
mod tests;

use domain::id::{TenantId, WebhookId};
use domain::text::key;
use domain::{Action, Timestamp};

pub use self::deliveries::{Delivery, DeliveryState, Try, begin, drop_open, list as deliveries};
pub use self::deliveries::{open as open_delivery, record, taken};
use crate::seam::{Json, Query, Row, StoreError, SystemTx, Tx, sql};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    pub id: WebhookId,
    pub name: String,
    pub url: String,
    /// Encrypted by the app.
    pub secret: Vec<u8>,
    /// Kinds of subjects it hears of; none for all.
    pub subjects: Vec<String>,
    /// Actions it hears of; none for all.
    pub actions: Vec<Action>,
    pub enabled: bool,
    /// Where it stands in the feed.
    pub position: i64,
    /// Attempts in a row that failed.
    pub failures: u32,
    pub failing_since: Option<Timestamp>,
    /// Why the last attempt failed.
    pub error: Option<String>,
    /// When it last took something.
    pub delivered_at: Option<Timestamp>,
    /// The name of who made it.
    pub created_by: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

const COLUMNS: &str = "id, name, url, secret, subjects, actions, enabled, position, failures,
    failing_since, error, delivered_at, created_by, created_at, updated_at";

/// By name.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Webhook>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT ", const COLUMNS, "
             FROM webhooks
             WHERE tenant_id = ", tenant, "
             ORDER BY name_key"
        },
        read,
    )
}

pub fn find(tx: &mut Tx<'_>, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT ", const COLUMNS, " FROM webhooks WHERE tenant_id = ", tenant, " AND id = ", id
        },
        read,
    )
}

/// As it stands; nobody moves it, or drops what is open, before the transaction ends.
pub fn hold(tx: &mut Tx<'_>, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "UPDATE webhooks SET position = position
             WHERE tenant_id = ", tenant, " AND id = ", id, "
             RETURNING ", const COLUMNS
        },
        read,
    )
}

/// As it is, but that nothing was sent yet. Conflict `webhooks_name` when the name is taken.
pub fn create(tx: &mut Tx<'_>, new: &Webhook) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO webhooks
            (tenant_id, id, name, name_key, url, secret, subjects, actions, enabled, position,
             created_by, created_at, updated_at)
         VALUES (", tenant, ", ", new.id, ", ", &new.name, ", ", key(&new.name), ", ", &new.url,
                ", ", new.secret.as_slice(), ", ", Json(&new.subjects), ", ", Json(&new.actions),
                ", ", new.enabled, ", ", new.position, ", ", &new.created_by, ", ", new.created_at,
                ", ", new.updated_at, ")"
    })?;
    Ok(())
}

/// What a person settles: name, address, secret, what it hears of. [`StoreError::NotFound`]
/// without it, conflict `webhooks_name` when the name is taken.
pub fn save(tx: &mut Tx<'_>, webhook: &Webhook, now: Timestamp) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE webhooks
         SET name = ", &webhook.name, ", name_key = ", key(&webhook.name), ",
             url = ", &webhook.url, ", secret = ", webhook.secret.as_slice(), ",
             subjects = ", Json(&webhook.subjects), ", actions = ", Json(&webhook.actions), ",
             updated_at = ", now, "
         WHERE tenant_id = ", tenant, " AND id = ", webhook.id
    })?;
    must_be_here(touched)
}

/// Switched on it begins anew: no failures count.
pub fn set_enabled(
    tx: &mut Tx<'_>,
    id: WebhookId,
    enabled: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE webhooks SET enabled = ", enabled, ", updated_at = ", now,
        ", failures = CASE WHEN ", enabled, " THEN 0 ELSE failures END",
        ", failing_since = CASE WHEN ", enabled, " THEN NULL ELSE failing_since END",
        " WHERE tenant_id = ", tenant, " AND id = ", id
    })?;
    must_be_here(touched)
}

/// What follows this place in the feed is sent next.
pub fn set_position(tx: &mut Tx<'_>, id: WebhookId, position: i64) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE webhooks SET position = ", position, "
         WHERE tenant_id = ", tenant, " AND id = ", id
    })?;
    must_be_here(touched)
}

/// An attempt failed; answers how many did in a row, and since when.
pub fn failed(
    tx: &mut Tx<'_>,
    id: WebhookId,
    error: &str,
    now: Timestamp,
) -> Result<(u32, Timestamp), StoreError> {
    let tenant = tx.tenant();
    tx.one(
        sql! {
            "UPDATE webhooks
             SET failures = failures + 1, failing_since = COALESCE(failing_since, ", now, "),
                 error = ", error, "
             WHERE tenant_id = ", tenant, " AND id = ", id, "
             RETURNING failures, failing_since"
        },
        |row| Ok((row.next()?, row.next()?)),
    )
}

/// With what was sent to it. `false` when there was none.
pub fn delete(tx: &mut Tx<'_>, id: WebhookId) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let touched =
        tx.exec(sql! { "DELETE FROM webhooks WHERE tenant_id = ", tenant, " AND id = ", id })?;
    Ok(touched > 0)
}

/// Enabled webhooks of all tenants that have something before them and nothing under way.
pub fn due(tx: &mut SystemTx<'_>) -> Result<Vec<(TenantId, WebhookId)>, StoreError> {
    tx.all(
        sql! {
            "SELECT w.tenant_id, w.id
             FROM webhooks w
             JOIN event_heads h ON h.tenant_id = w.tenant_id
             WHERE w.enabled AND w.position < h.position
               AND NOT EXISTS (SELECT 1 FROM deliveries d
                               WHERE d.tenant_id = w.tenant_id AND d.webhook_id = w.id
                                 AND d.state = 'open')"
        },
        |row| Ok((row.next()?, row.next()?)),
    )
}

pub(crate) fn must_be_here(touched: u64) -> Result<(), StoreError> {
    if touched == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

fn read(row: &mut Row<'_>) -> Result<Webhook, StoreError> {
    Ok(Webhook {
        id: row.next()?,
        name: row.next()?,
        url: row.next()?,
        secret: row.next()?,
        subjects: row.next::<Json<_>>()?.0,
        actions: row.next::<Json<_>>()?.0,
        enabled: row.next()?,
        position: row.next()?,
        failures: row.next()?,
        failing_since: row.next()?,
        error: row.next()?,
        delivered_at: row.next()?,
        created_by: row.next()?,
        created_at: row.next()?,
        updated_at: row.next()?,
    })
}
