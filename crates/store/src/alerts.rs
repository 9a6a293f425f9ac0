//! Alerts: what a person should know, open until it is mended. One open alert a key.

mod mails;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use domain::{
    Timestamp,
    id::{AlertId, UserId},
};
use serde::{Deserialize, Serialize};

pub use self::mails::{AlertMail, given_up, mail_to, mailed, mails_of, not_mailed};
use crate::{
    StoreError, Tx,
    seam::{Query, Row, Sql, sql},
    word::Word,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    pub id: AlertId,
    /// What it is about; while it is open, the same thing is not said twice.
    pub key: String,
    pub severity: Severity,
    pub title: String,
    pub detail: String,
    /// Where in the app it can be mended.
    pub link: Option<String>,
    pub raised_at: Timestamp,
    pub mended_at: Option<Timestamp>,
    /// When the first person read it.
    pub seen_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Info,
    Warning,
    Danger,
}

impl Severity {
    pub const fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Danger => "danger",
        }
    }
}

#[derive(Debug, Clone)]
pub struct NewAlert {
    pub id: AlertId,
    pub key: String,
    pub severity: Severity,
    pub title: String,
    pub detail: String,
    pub link: Option<String>,
}

const SELECT: &str = "SELECT id, key, severity, title, detail, link, raised_at, mended_at, seen_at \
     FROM alerts \
     WHERE tenant_id = ";

/// `true` when it is news. One that is open already only gets the new words.
pub fn raise(tx: &mut Tx<'_>, alert: &NewAlert, now: Timestamp) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let written: Option<AlertId> = tx.find(
        sql! {
            "INSERT INTO alerts \
             (tenant_id, id, key, severity, title, detail, link, raised_at, updated_at) VALUES (",
            tenant, ", ", alert.id, ", ", &alert.key, ", ", Word(alert.severity), ", ",
            &alert.title, ", ", &alert.detail, ", ", alert.link.as_ref(), ", ", now, ", ", now, ") \
             ON CONFLICT (tenant_id, key) WHERE mended_at IS NULL \
             DO UPDATE SET severity = excluded.severity, title = excluded.title, \
               detail = excluded.detail, link = excluded.link, \
               updated_at = excluded.updated_at \
             WHERE alerts.detail <> excluded.detail OR alerts.title <> excluded.title \
               OR alerts.severity <> excluded.severity \
               OR coalesce(alerts.link, '') <> coalesce(excluded.link, '') \
             RETURNING id"
        },
        |row| row.get(0),
    )?;
    Ok(written == Some(alert.id))
}

/// `true` when there was something to mend.
pub fn mend(tx: &mut Tx<'_>, key: &str, now: Timestamp) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE alerts SET mended_at = ", now, ", updated_at = ", now,
        " WHERE tenant_id = ", tenant, " AND key = ", key, " AND mended_at IS NULL"
    })?;
    Ok(touched > 0)
}

/// Mends what `key` is about, and whatever is about a part of it: `source:1` and `source:1:…`.
pub fn mend_with_parts(tx: &mut Tx<'_>, key: &str, now: Timestamp) -> Result<u64, StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "UPDATE alerts SET mended_at = ", now, ", updated_at = ", now,
        " WHERE tenant_id = ", tenant, " AND mended_at IS NULL AND (key = ", key,
        " OR (key >= ", format!("{key}:"), " AND key < ", format!("{key};"), "))"
    })
}

pub fn find(tx: &mut Tx<'_>, id: AlertId) -> Result<Option<Alert>, StoreError> {
    let tenant = tx.tenant();
    tx.find(sql! { const SELECT, tenant, " AND id = ", id }, read)
}

/// What is said about this and not mended.
pub fn find_open(tx: &mut Tx<'_>, key: &str) -> Result<Option<Alert>, StoreError> {
    let tenant = tx.tenant();
    tx.find(sql! { const SELECT, tenant, " AND mended_at IS NULL AND key = ", key }, read)
}

/// Newest first.
pub fn open(tx: &mut Tx<'_>) -> Result<Vec<Alert>, StoreError> {
    let tenant = tx.tenant();
    tx.all(sql! { const SELECT, tenant, " AND mended_at IS NULL ORDER BY id DESC" }, read)
}

/// Mended ones too, newest first; the next page is `before` the last of this one. None that
/// changed before `since`.
pub fn list(
    tx: &mut Tx<'_>,
    since: Option<Timestamp>,
    before: Option<AlertId>,
    limit: u32,
) -> Result<Vec<Alert>, StoreError> {
    let tenant = tx.tenant();
    let mut query = sql! { const SELECT, tenant };
    changed(&mut query, since);
    if let Some(before) = before {
        sql! { query => " AND id < ", before };
    }
    sql! { query => " ORDER BY id DESC LIMIT ", limit };
    tx.all(query, read)
}

/// How many [`list`] has in all.
pub fn count(tx: &mut Tx<'_>, since: Option<Timestamp>) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    let mut query = sql! { "SELECT count(*) FROM alerts WHERE tenant_id = ", tenant };
    changed(&mut query, since);
    tx.one(query, |row| row.next())
}

fn changed(query: &mut Sql, since: Option<Timestamp>) {
    if let Some(since) = since {
        sql! { query => " AND updated_at >= ", since };
    }
}

/// A person has read it; the first time counts. Without a user it was a program.
pub fn seen(
    tx: &mut Tx<'_>,
    id: AlertId,
    user: Option<UserId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE alerts SET seen_at = coalesce(seen_at, ", now, "), updated_at = ", now, " \
         WHERE tenant_id = ", tenant, " AND id = ", id
    })?;
    if touched == 0 {
        return Err(StoreError::NotFound);
    }
    if let Some(user) = user {
        tx.exec(sql! {
            "INSERT INTO alert_seen (tenant_id, alert_id, user_id, seen_at) VALUES (",
            tenant, ", ", id, ", ", user, ", ", now, ") \
             ON CONFLICT (tenant_id, alert_id, user_id) DO NOTHING"
        })?;
    }
    Ok(())
}

/// The open alerts that this user has read, and when.
pub fn seen_by(tx: &mut Tx<'_>, user: UserId) -> Result<BTreeMap<AlertId, Timestamp>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT s.alert_id, s.seen_at \
             FROM alert_seen AS s \
             JOIN alerts AS a ON a.tenant_id = s.tenant_id AND a.id = s.alert_id \
             WHERE s.tenant_id = ", tenant, " AND s.user_id = ", user, " AND a.mended_at IS NULL"
        },
        |row| Ok::<(AlertId, Timestamp), _>((row.next()?, row.next()?)),
    )
}

fn read(row: &mut Row<'_>) -> Result<Alert, StoreError> {
    Ok(Alert {
        id: row.next()?,
        key: row.next()?,
        severity: row.next::<Word<_>>()?.0,
        title: row.next()?,
        detail: row.next()?,
        link: row.next()?,
        raised_at: row.next()?,
        mended_at: row.next()?,
        seen_at: row.next()?,
    })
}
