//! Whom an alert is mailed to, and what became of each mail.

use std::collections::BTreeMap;

use domain::{
    Timestamp,
    id::{AlertId, UserId},
    person::User,
};

use crate::{
    StoreError, Tx,
    seam::{Query, sql},
};

/// One alert to one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertMail {
    pub user: UserId,
    pub email: String,
    pub attempts: u32,
    /// Why the last attempt came to nothing.
    pub error: Option<String>,
    /// When it is tried next; nothing once it was sent or given up.
    pub next_at: Option<Timestamp>,
    pub sent_at: Option<Timestamp>,
}

/// It is to be mailed to them.
pub fn mail_to(
    tx: &mut Tx<'_>,
    alert: AlertId,
    user: &User,
    now: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO alert_mails (tenant_id, alert_id, user_id, email, attempts, next_at) VALUES (",
        tenant, ", ", alert, ", ", user.id, ", ", user.email.as_str(), ", 0, ", now, ")"
    })?;
    Ok(())
}

pub fn mailed(
    tx: &mut Tx<'_>,
    alert: AlertId,
    user: UserId,
    now: Timestamp,
) -> Result<(), StoreError> {
    attempted(tx, alert, user, Attempt { sent_at: Some(now), next_at: None, error: None })
}

pub fn not_mailed(
    tx: &mut Tx<'_>,
    alert: AlertId,
    user: UserId,
    error: &str,
    next_at: Timestamp,
) -> Result<(), StoreError> {
    let error = Some(error);
    attempted(tx, alert, user, Attempt { sent_at: None, next_at: Some(next_at), error })
}

/// It will not be tried again.
pub fn given_up(
    tx: &mut Tx<'_>,
    alert: AlertId,
    user: UserId,
    error: &str,
) -> Result<(), StoreError> {
    attempted(tx, alert, user, Attempt { sent_at: None, next_at: None, error: Some(error) })
}

struct Attempt<'e> {
    sent_at: Option<Timestamp>,
    next_at: Option<Timestamp>,
    error: Option<&'e str>,
}

fn attempted(
    tx: &mut Tx<'_>,
    alert: AlertId,
    user: UserId,
    attempt: Attempt<'_>,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "UPDATE alert_mails SET attempts = attempts + 1, sent_at = ", attempt.sent_at,
        ", next_at = ", attempt.next_at, ", error = ", attempt.error,
        " WHERE tenant_id = ", tenant, " AND alert_id = ", alert, " AND user_id = ", user
    })?;
    Ok(())
}

/// The mails of several alerts, in order of address.
pub fn mails_of(
    tx: &mut Tx<'_>,
    alerts: &[AlertId],
) -> Result<BTreeMap<AlertId, Vec<AlertMail>>, StoreError> {
    let tenant = tx.tenant();
    let found = tx.of_ids(
        alerts.iter().copied(),
        |ids| {
            sql! {
                "SELECT alert_id, user_id, email, attempts, error, next_at, sent_at \
                 FROM alert_mails \
                 WHERE tenant_id = ", tenant, " AND alert_id IN (", + ids, ") \
                 ORDER BY alert_id, email, user_id"
            }
        },
        |row| {
            let alert: AlertId = row.next()?;
            let mail = AlertMail {
                user: row.next()?,
                email: row.next()?,
                attempts: row.next()?,
                error: row.next()?,
                next_at: row.next()?,
                sent_at: row.next()?,
            };
            Ok((alert, mail))
        },
    )?;
    let mut mails: BTreeMap<AlertId, Vec<AlertMail>> = BTreeMap::new();
    for (alert, mail) in found {
        mails.entry(alert).or_default().push(mail);
    }
    Ok(mails)
}
