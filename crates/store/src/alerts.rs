//! Alerts: what a person should know, open until it is mended. One open alert a key.

use domain::{Timestamp, id::AlertId};
use serde::{Deserialize, Serialize};

use crate::{
    StoreError, Tx,
    seam::{Query, Row, sql},
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

/// `true` when it is news. One that is open already only gets the new detail.
pub fn raise(tx: &mut Tx<'_>, alert: &NewAlert, now: Timestamp) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let written: Option<AlertId> = tx.find(
        sql! {
            "INSERT INTO alerts \
             (tenant_id, id, key, severity, title, detail, link, raised_at) VALUES (",
            tenant, ", ", alert.id, ", ", &alert.key, ", ", Word(alert.severity), ", ",
            &alert.title, ", ", &alert.detail, ", ", alert.link.as_ref(), ", ", now, ") \
             ON CONFLICT (tenant_id, key) WHERE mended_at IS NULL \
             DO UPDATE SET detail = excluded.detail WHERE alerts.detail <> excluded.detail \
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
        "UPDATE alerts SET mended_at = ", now,
        " WHERE tenant_id = ", tenant, " AND key = ", key, " AND mended_at IS NULL"
    })?;
    Ok(touched > 0)
}

/// Newest first.
pub fn open(tx: &mut Tx<'_>) -> Result<Vec<Alert>, StoreError> {
    let tenant = tx.tenant();
    tx.all(sql! { const SELECT, tenant, " AND mended_at IS NULL ORDER BY id DESC" }, read)
}

/// Mended ones too, newest first; the next page is `before` the last of this one.
pub fn list(
    tx: &mut Tx<'_>,
    before: Option<AlertId>,
    limit: u32,
) -> Result<Vec<Alert>, StoreError> {
    let tenant = tx.tenant();
    let mut query = sql! { const SELECT, tenant };
    if let Some(before) = before {
        sql! { query => " AND id < ", before };
    }
    sql! { query => " ORDER BY id DESC LIMIT ", limit };
    tx.all(query, read)
}

/// A person has read it; the first time counts.
pub fn seen(tx: &mut Tx<'_>, id: AlertId, now: Timestamp) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE alerts SET seen_at = coalesce(seen_at, ", now, ") \
         WHERE tenant_id = ", tenant, " AND id = ", id
    })?;
    if touched == 0 { Err(StoreError::NotFound) } else { Ok(()) }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        stage::{MINT, at, tenant},
        testing::on_both,
    };

    fn failing(detail: &str) -> NewAlert {
        NewAlert {
            id: MINT.id(at(0)),
            key: "source failing".into(),
            severity: Severity::Danger,
            title: "Kandji does not answer".into(),
            detail: detail.into(),
            link: Some("/sources".into()),
        }
    }

    #[test]
    fn an_open_alert_is_not_raised_twice_and_a_mended_one_anew() {
        on_both(|store| {
            let acme = tenant(&store, "acme");
            store
                .write_blocking(acme, |tx| {
                    assert!(raise(tx, &failing("401"), at(1))?);
                    assert!(!raise(tx, &failing("401"), at(2))?);
                    assert!(!raise(tx, &failing("403"), at(3))?);
                    let [alert] = &open(tx)?[..] else { panic!("one alert") };
                    assert_eq!((alert.detail.as_str(), alert.raised_at), ("403", at(1)));
                    assert_eq!(alert.severity, Severity::Danger);
                    assert!(mend(tx, "source failing", at(4))?);
                    assert!(!mend(tx, "source failing", at(5))?);
                    assert_eq!(open(tx)?, []);
                    assert!(raise(tx, &failing("500"), at(6))?);
                    let all = list(tx, None, 9)?;
                    let mended: Vec<_> = all.iter().map(|alert| alert.mended_at).collect();
                    assert_eq!(mended, [None, Some(at(4))]);
                    assert_eq!(list(tx, Some(all[0].id), 9)?, all[1..]);
                    Ok::<_, StoreError>(())
                })
                .unwrap();
        });
    }

    #[test]
    fn an_alert_is_seen_for_the_first_time_once() {
        on_both(|store| {
            let acme = tenant(&store, "acme");
            store
                .write_blocking(acme, |tx| {
                    let alert = failing("401");
                    raise(tx, &alert, at(1))?;
                    seen(tx, alert.id, at(2))?;
                    seen(tx, alert.id, at(3))?;
                    assert_eq!(open(tx)?[0].seen_at, Some(at(2)));
                    Ok::<_, StoreError>(())
                })
                .unwrap();
        });
    }

    #[test]
    fn another_tenants_alert_is_not_here_and_may_have_the_same_key() {
        on_both(|store| {
            let (acme, globex) = (tenant(&store, "acme"), tenant(&store, "globex"));
            let alert = failing("401");
            let id = alert.id;
            store.write_blocking(acme, move |tx| raise(tx, &alert, at(1))).unwrap();
            store
                .write_blocking(globex, move |tx| {
                    assert_eq!(open(tx)?, []);
                    assert!(!mend(tx, "source failing", at(2))?);
                    assert_eq!(seen(tx, id, at(2)), Err(StoreError::NotFound));
                    assert!(raise(tx, &failing("404"), at(3))?);
                    Ok::<_, StoreError>(())
                })
                .unwrap();
            let ours = store.read_blocking(acme, open);
            assert_eq!(ours.map(|open| open.len()), Ok::<_, StoreError>(1));
        });
    }
}
