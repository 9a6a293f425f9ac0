//! Sessions: who is signed in. Only a hash of the cookie is kept.

use domain::Timestamp;
use domain::company::Tenant;
use domain::id::{TenantId, UserId};
use domain::person::User;

use crate::seam::{Query, StoreError, SystemTx, sql};

/// Someone signed in.
#[derive(Debug, Clone)]
pub struct Session {
    pub user: User,
    pub tenant: Tenant,
    pub expires_at: Timestamp,
    pub seen_at: Timestamp,
}

pub fn open(
    tx: &mut SystemTx<'_>,
    token_hash: &[u8],
    tenant: TenantId,
    user: UserId,
    at: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(sql!(
        "INSERT INTO sessions (token_hash, tenant_id, user_id, created_at, expires_at, seen_at)
         VALUES (", token_hash, ", ", tenant, ", ", user, ", ", at, ", ", expires_at, ", ", at, ")"
    ))?;
    Ok(())
}

/// The session of a cookie, unless it is over.
pub fn find(
    tx: &mut SystemTx<'_>,
    token_hash: &[u8],
    now: Timestamp,
) -> Result<Option<Session>, StoreError> {
    tx.find(
        sql!(
            "SELECT u.tenant_id, u.id, u.email, u.name, u.role, u.password_hash,
                    t.name, t.slug, s.expires_at, s.seen_at
             FROM sessions s
             JOIN users u ON u.tenant_id = s.tenant_id AND u.id = s.user_id
             JOIN tenants t ON t.id = s.tenant_id
             WHERE s.token_hash = ", token_hash, " AND s.expires_at > ", now
        ),
        |row| {
            let held = crate::users::read(row)?;
            let tenant = Tenant { id: held.tenant, name: row.next()?, slug: row.next()? };
            Ok(Session {
                user: held.user,
                tenant,
                expires_at: row.next()?,
                seen_at: row.next()?,
            })
        },
    )
}

/// Notes that it is in use, and moves its end.
pub fn touch(
    tx: &mut SystemTx<'_>,
    token_hash: &[u8],
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(sql!(
        "UPDATE sessions
         SET seen_at = ", now, ", expires_at = ", expires_at, "
         WHERE token_hash = ", token_hash
    ))?;
    Ok(())
}

pub fn close(tx: &mut SystemTx<'_>, token_hash: &[u8]) -> Result<(), StoreError> {
    tx.exec(sql!("DELETE FROM sessions WHERE token_hash = ", token_hash))?;
    Ok(())
}

/// Ends every session of a user, for a changed password.
pub fn close_all(tx: &mut SystemTx<'_>, tenant: TenantId, user: UserId) -> Result<u64, StoreError> {
    tx.exec(sql!("DELETE FROM sessions WHERE tenant_id = ", tenant, " AND user_id = ", user))
}

/// Removes what is over; answers how many.
pub fn sweep(tx: &mut SystemTx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    tx.exec(sql!("DELETE FROM sessions WHERE expires_at <= ", now))
}
