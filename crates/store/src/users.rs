//! Users: those who sign in. An e-mail address belongs to one user of the whole installation.

use domain::access::Role;
use domain::id::{TenantId, UserId};
use domain::person::User;
use domain::{Email, Timestamp};

use crate::read::parsed;
use crate::seam::{Query, Row, StoreError, SystemTx, sql};

/// A user as sign-in needs them.
#[derive(Debug, Clone)]
pub struct UserHeld {
    pub tenant: TenantId,
    pub user: User,
    pub password_hash: String,
}

const COLUMNS: &str = "tenant_id, id, email, name, role, password_hash";

/// Conflict `users_email` when the address is taken.
pub fn create(
    tx: &mut SystemTx<'_>,
    tenant: TenantId,
    user: &User,
    password_hash: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(sql!(
        "INSERT INTO users
            (tenant_id, id, email, email_key, name, role, password_hash, created_at)
         VALUES (", tenant, ", ", user.id, ", ", user.email.as_str(), ", ", user.email.key(),
                ", ", &user.name, ", ", user.role.as_str(), ", ", password_hash, ", ", at, ")"
    ))?;
    Ok(())
}

pub fn by_email(tx: &mut SystemTx<'_>, email: &Email) -> Result<Option<UserHeld>, StoreError> {
    tx.find(
        sql!("SELECT ", const COLUMNS, " FROM users WHERE email_key = ", email.key()),
        read,
    )
}

pub fn find(
    tx: &mut SystemTx<'_>,
    tenant: TenantId,
    id: UserId,
) -> Result<Option<UserHeld>, StoreError> {
    tx.find(
        sql!("SELECT ", const COLUMNS, " FROM users WHERE tenant_id = ", tenant, " AND id = ", id),
        read,
    )
}

pub fn list(tx: &mut SystemTx<'_>, tenant: TenantId) -> Result<Vec<User>, StoreError> {
    tx.all(
        sql!(
            "SELECT ", const COLUMNS, "
             FROM users
             WHERE tenant_id = ", tenant, "
             ORDER BY email_key"
        ),
        |row| read(row).map(|held| held.user),
    )
}

/// How many users the installation has; none means that it was never set up.
pub fn count(tx: &mut SystemTx<'_>) -> Result<i64, StoreError> {
    tx.one(sql!("SELECT count(*) FROM users"), |row| row.next())
}

pub fn set_password(
    tx: &mut SystemTx<'_>,
    tenant: TenantId,
    id: UserId,
    password_hash: &str,
) -> Result<(), StoreError> {
    let touched = tx.exec(sql!(
        "UPDATE users
         SET password_hash = ", password_hash, "
         WHERE tenant_id = ", tenant, " AND id = ", id
    ))?;
    if touched == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Name and role; the address stays.
pub fn update(tx: &mut SystemTx<'_>, tenant: TenantId, user: &User) -> Result<(), StoreError> {
    let touched = tx.exec(sql!(
        "UPDATE users
         SET name = ", &user.name, ", role = ", user.role.as_str(), "
         WHERE tenant_id = ", tenant, " AND id = ", user.id
    ))?;
    if touched == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Removes a user; their sessions end, what they did keeps their name.
pub fn delete(tx: &mut SystemTx<'_>, tenant: TenantId, id: UserId) -> Result<bool, StoreError> {
    let touched =
        tx.exec(sql!("DELETE FROM users WHERE tenant_id = ", tenant, " AND id = ", id))?;
    Ok(touched > 0)
}

pub(crate) fn read(row: &mut Row<'_>) -> Result<UserHeld, StoreError> {
    Ok(UserHeld {
        tenant: row.next()?,
        user: User {
            id: row.next()?,
            email: parsed(row, Email::parse)?,
            name: row.next()?,
            role: parsed(row, |text| Role::parse(text).ok_or("no such role"))?,
        },
        password_hash: row.next()?,
    })
}
