//! Alerts: something a person should know, until it is mended. One is open per key.

use domain::id::AlertId;
use domain::{Mint, Timestamp};

use crate::seam::{Query, Row, StoreError, Tx, sql};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    pub id: AlertId,
    /// What it is about; the same trouble has the same key.
    pub key: String,
    /// `info`, `warning` or `error`.
    pub severity: String,
    pub title: String,
    pub detail: String,
    /// Where in the app it can be mended.
    pub link: Option<String>,
    pub raised_at: Timestamp,
    pub mended_at: Option<Timestamp>,
    pub seen_at: Option<Timestamp>,
}

/// What an alert says.
#[derive(Debug, Clone)]
pub struct NewAlert {
    pub key: String,
    pub severity: String,
    pub title: String,
    pub detail: String,
    pub link: Option<String>,
}

const COLUMNS: &str = "id, key, severity, title, detail, link, raised_at, mended_at, seen_at";

/// True when it is new; one that is open stays as it is.
pub fn raise(
    tx: &mut Tx<'_>,
    mint: &Mint,
    alert: &NewAlert,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let id: AlertId = mint.id(at);
    let touched = tx.exec(sql!(
        "INSERT INTO alerts (tenant_id, id, key, severity, title, detail, link, raised_at)
         VALUES (", tenant, ", ", id, ", ", &alert.key, ", ", &alert.severity, ", ", &alert.title,
                ", ", &alert.detail, ", ", alert.link.clone(), ", ", at, ")
         ON CONFLICT DO NOTHING"
    ))?;
    Ok(touched > 0)
}

/// True when one was open.
pub fn mend(tx: &mut Tx<'_>, key: &str, at: Timestamp) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql!(
        "UPDATE alerts
         SET mended_at = ", at, "
         WHERE tenant_id = ", tenant, " AND key = ", key, " AND mended_at IS NULL"
    ))?;
    Ok(touched > 0)
}

/// Notes that a person has seen the open ones.
pub fn see(tx: &mut Tx<'_>, at: Timestamp) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql!(
        "UPDATE alerts
         SET seen_at = ", at, "
         WHERE tenant_id = ", tenant, " AND mended_at IS NULL AND seen_at IS NULL"
    ))
    .map(drop)
}

/// Newest first.
pub fn open(tx: &mut Tx<'_>) -> Result<Vec<Alert>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql!(
            "SELECT ", const COLUMNS, "
             FROM alerts
             WHERE tenant_id = ", tenant, " AND mended_at IS NULL
             ORDER BY id DESC"
        ),
        read,
    )
}

/// Mended ones too, newest first, up to `limit`.
pub fn list(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<Alert>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql!(
            "SELECT ", const COLUMNS, "
             FROM alerts
             WHERE tenant_id = ", tenant, "
             ORDER BY id DESC
             LIMIT ", limit
        ),
        read,
    )
}

fn read(row: &mut Row<'_>) -> Result<Alert, StoreError> {
    Ok(Alert {
        id: row.next()?,
        key: row.next()?,
        severity: row.next()?,
        title: row.next()?,
        detail: row.next()?,
        link: row.next()?,
        raised_at: row.next()?,
        mended_at: row.next()?,
        seen_at: row.next()?,
    })
}
