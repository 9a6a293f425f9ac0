//! Jobs: work written down in the transaction that made it necessary, and done soon after by
//! whichever process is free. A claim is a lease: who dies over a job leaves it to the next.

#[cfg(test)]
mod tests;

use domain::{
    Timestamp,
    id::{JobId, TenantId},
};
use serde_json::Value;

use crate::{
    StoreError, SystemTx, Tx, leases,
    seam::{Dialect, Json, Query, Sql, sql},
};

/// A job in the hands of one process.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    pub tenant: TenantId,
    pub id: JobId,
    /// What is to be done, in the app's words.
    pub body: Value,
    /// This one included.
    pub attempts: u32,
}

/// `false` when the same work waits already.
pub fn enqueue(
    tx: &mut Tx<'_>,
    id: JobId,
    key: &str,
    body: &Value,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let written = tx.exec(sql! {
        "INSERT INTO jobs (tenant_id, id, key, body, attempts, due_at, queued_at) VALUES (",
        tenant, ", ", id, ", ", key, ", ", Json(body), ", 0, ", now, ", ", now, ") \
         ON CONFLICT (tenant_id, key) DO NOTHING"
    })?;
    Ok(written > 0)
}

/// Work that waits for its time, to be tried again, waits no longer.
pub fn hasten(tx: &mut Tx<'_>, key: &str, now: Timestamp) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "UPDATE jobs SET due_at = ", now, " \
         WHERE tenant_id = ", tenant, " AND key = ", key, " AND due_at > ", now
    })
    .map(drop)
}

/// Whether there is anything to claim; it waits for no writer.
pub fn any_due(
    tx: &mut SystemTx<'_>,
    now: Timestamp,
    leave: Option<&str>,
) -> Result<bool, StoreError> {
    let due = tx.find(
        sql! {
            "SELECT id FROM jobs WHERE due_at <= ", now,
            " AND (lease_until IS NULL OR ", + leases::ended(now), ")",
            + but(leave), " LIMIT 1"
        },
        |row| row.get::<JobId>(0),
    )?;
    Ok(due.is_some())
}

/// The job that has been due for longest is the caller's until the lease runs out. Those whose key
/// begins with `leave` are left to others.
pub fn claim(
    tx: &mut SystemTx<'_>,
    owner: &str,
    now: Timestamp,
    lease_until: Timestamp,
    leave: Option<&str>,
) -> Result<Option<Job>, StoreError> {
    let skip = match tx.dialect() {
        Dialect::Postgres => " FOR UPDATE SKIP LOCKED",
        Dialect::Sqlite => "",
    };
    let mut query = sql! {
        "UPDATE jobs SET lease_owner = ", owner, ", lease_until = ", lease_until,
        ", attempts = attempts + 1 \
         WHERE (tenant_id, id) = (\
           SELECT tenant_id, id FROM jobs WHERE due_at <= ", now,
        " AND (lease_until IS NULL OR ", + leases::ended(now), ")", + but(leave),
        " ORDER BY due_at, id LIMIT 1"
    };
    query.text(skip);
    sql! { query =>
        ") AND (lease_until IS NULL OR ", + leases::ended(now),
        ") RETURNING tenant_id, id, body, attempts"
    };
    tx.find(query, |row| {
        Ok(Job {
            tenant: row.next()?,
            id: row.next()?,
            body: row.next::<Json<_>>()?.0,
            attempts: row.next()?,
        })
    })
}

fn but(leave: Option<&str>) -> Sql {
    leave.map_or_else(Sql::default, |key| sql! { " AND key NOT LIKE ", format!("{key}%") })
}

/// Whether the lease is the caller's; no other takes it before the transaction ends.
pub fn is_held(tx: &mut Tx<'_>, id: JobId, owner: &str) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE jobs SET lease_owner = lease_owner \
         WHERE tenant_id = ", tenant, " AND id = ", id, " AND lease_owner = ", owner
    })?;
    Ok(touched > 0)
}

/// Done, or no longer wanted. `false`: the lease is lost, and whoever asks must write nothing.
pub fn finish(tx: &mut Tx<'_>, id: JobId, owner: &str) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "DELETE FROM jobs \
         WHERE tenant_id = ", tenant, " AND id = ", id, " AND lease_owner = ", owner
    })?;
    Ok(touched > 0)
}

/// Once more at that time. `false`: the lease is lost, and whoever asks must write nothing.
pub fn again(
    tx: &mut Tx<'_>,
    id: JobId,
    owner: &str,
    due_at: Timestamp,
    error: &str,
) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE jobs SET due_at = ", due_at, ", error = ", error,
        ", lease_owner = NULL, lease_until = NULL \
         WHERE tenant_id = ", tenant, " AND id = ", id, " AND lease_owner = ", owner
    })?;
    Ok(touched > 0)
}
