//! Users: who signs in. Each is one tenant's alone; whoever signs in to several has one in each.

use domain::{
    Email, Timestamp,
    access::Role,
    id::{EmployeeId, TenantId, UserId},
    person::User,
};

use crate::{
    StoreError, SystemTx, Tx,
    seam::{Query, Row, sql},
    tenants, views,
    word::Word,
};

/// What signing in needs to know of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    pub user: User,
    pub tenant: TenantId,
    /// As the app wrote it, opaque here.
    pub password_hash: String,
}

/// A user as lists show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    pub user: User,
    /// Chosen, else the one with the same e-mail; with the name.
    pub employee: Option<(EmployeeId, String)>,
    /// That employee was chosen by hand.
    pub chosen: bool,
    pub created_at: Timestamp,
    /// In a session that is still open.
    pub seen_at: Option<Timestamp>,
    pub sessions: i64,
}

impl UserRow {
    /// The employee chosen by hand.
    pub fn employee_chosen(&self) -> Option<EmployeeId> {
        self.employee.as_ref().filter(|_| self.chosen).map(|(id, _)| *id)
    }
}

/// The conflict of a change that would leave a tenant without anybody who administers it.
pub const LAST_ADMINISTRATOR: &str = "last_administrator";

/// An address that the tenant has already is a conflict over `users_email`.
pub fn create(
    tx: &mut SystemTx<'_>,
    tenant: TenantId,
    user: &User,
    password_hash: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(sql! {
        "INSERT INTO users \
         (tenant_id, id, email, email_key, name, role, password_hash, created_at, updated_at) \
         VALUES (",
        tenant, ", ", user.id, ", ", user.email.as_str(), ", ", user.email.key(), ", ",
        &user.name, ", ", Word(user.role), ", ", password_hash, ", ", now, ", ", now, ")"
    })?;
    Ok(())
}

/// By address, however it is spelled, in every tenant, the oldest first.
pub fn by_email(tx: &mut SystemTx<'_>, email: &Email) -> Result<Vec<SignIn>, StoreError> {
    tx.all(
        sql! {
            "SELECT id, email, name, role, tenant_id, password_hash \
             FROM users \
             WHERE email_key = ", email.key(), " ORDER BY tenant_id"
        },
        sign_in,
    )
}

/// The users a session stands for, one a tenant.
pub fn of_session(tx: &mut SystemTx<'_>, hash: &[u8]) -> Result<Vec<SignIn>, StoreError> {
    tx.all(
        sql! {
            "SELECT u.id, u.email, u.name, u.role, u.tenant_id, u.password_hash \
             FROM sessions AS s \
             JOIN users AS u ON u.tenant_id = s.tenant_id AND u.id = s.user_id \
             WHERE s.token_hash = ", hash, " ORDER BY u.tenant_id"
        },
        sign_in,
    )
}

/// In all tenants: none means that nobody has set this installation up.
pub fn count(tx: &mut SystemTx<'_>) -> Result<u32, StoreError> {
    tx.one(sql! { "SELECT count(*) FROM users" }, |row| row.get(0))
}

pub fn find(
    tx: &mut SystemTx<'_>,
    tenant: TenantId,
    id: UserId,
) -> Result<Option<User>, StoreError> {
    tx.find(
        sql! {
            "SELECT id, email, name, role FROM users WHERE tenant_id = ", tenant, " AND id = ", id
        },
        read,
    )
}

/// One of the transaction's own tenant.
pub fn here(tx: &mut Tx<'_>, id: UserId) -> Result<Option<User>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT id, email, name, role FROM users WHERE tenant_id = ", tenant,
            " AND id = ", id
        },
        read,
    )
}

/// In order of address.
pub fn list(tx: &mut SystemTx<'_>, tenant: TenantId) -> Result<Vec<User>, StoreError> {
    tx.all(
        sql! {
            "SELECT id, email, name, role FROM users WHERE tenant_id = ", tenant,
            " ORDER BY email_key"
        },
        read,
    )
}

/// In order of address, or one of them alone.
pub fn rows(
    tx: &mut Tx<'_>,
    one: Option<UserId>,
    now: Timestamp,
) -> Result<Vec<UserRow>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! {
        "SELECT u.id, u.email, u.name, u.role, u.created_at,
                COALESCE(c.id, m.id), COALESCE(c.name, m.name), c.id IS NOT NULL,
                (SELECT max(s.seen_at) FROM sessions s
                 WHERE s.tenant_id = u.tenant_id AND s.user_id = u.id AND s.expires_at > ", now, "),
                (SELECT count(*) FROM sessions s
                 WHERE s.tenant_id = u.tenant_id AND s.user_id = u.id AND s.expires_at > ", now, ")
         FROM users u
         LEFT JOIN employees c ON c.tenant_id = u.tenant_id AND c.id = u.employee_id
         LEFT JOIN employees m ON m.tenant_id = u.tenant_id AND m.email_key = u.email_key
         WHERE u.tenant_id = ", tenant
    };
    if let Some(id) = one {
        sql! { sql => " AND u.id = ", id };
    }
    sql! { sql => " ORDER BY u.email_key" };
    tx.all(sql, |row| {
        let (user, created_at) = (read(row)?, row.next()?);
        let (employee, name): (Option<EmployeeId>, Option<String>) = (row.next()?, row.next()?);
        Ok(UserRow {
            user,
            employee: employee.zip(name),
            chosen: row.next()?,
            created_at,
            seen_at: row.next()?,
            sessions: row.next()?,
        })
    })
}

/// Who this user is among the employees: chosen, else whoever has the same e-mail.
pub fn employee(tx: &mut Tx<'_>, id: UserId) -> Result<Option<EmployeeId>, StoreError> {
    let tenant = tx.tenant();
    let found: Option<Option<EmployeeId>> = tx.find(
        sql! {
            "SELECT COALESCE(c.id, m.id)
             FROM users u
             LEFT JOIN employees c ON c.tenant_id = u.tenant_id AND c.id = u.employee_id
             LEFT JOIN employees m ON m.tenant_id = u.tenant_id AND m.email_key = u.email_key
             WHERE u.tenant_id = ", tenant, " AND u.id = ", id
        },
        |row| row.next(),
    )?;
    Ok(found.flatten())
}

/// Whom somebody said this is.
pub fn linked(tx: &mut Tx<'_>, id: UserId) -> Result<Option<EmployeeId>, StoreError> {
    let tenant = tx.tenant();
    tx.one(
        sql! { "SELECT employee_id FROM users WHERE tenant_id = ", tenant, " AND id = ", id },
        |row| row.next(),
    )
}

/// `None` leaves it to the e-mail.
pub fn link(tx: &mut Tx<'_>, id: UserId, employee: Option<EmployeeId>) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let touched = tx.exec(sql! {
        "UPDATE users SET employee_id = ", employee,
        " WHERE tenant_id = ", tenant, " AND id = ", id
    })?;
    must_be_here(touched)
}

/// Who is told when something breaks, in order of address.
pub fn administrators(tx: &mut Tx<'_>) -> Result<Vec<User>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT id, email, name, role FROM users WHERE tenant_id = ", tenant,
            " AND role = ", Word(Role::Administrator), " ORDER BY email_key"
        },
        read,
    )
}

/// Leaves open sessions alone; `sessions::close_all` ends them.
pub fn set_password(
    tx: &mut SystemTx<'_>,
    tenant: TenantId,
    id: UserId,
    password_hash: &str,
) -> Result<(), StoreError> {
    let touched = tx.exec(sql! {
        "UPDATE users SET password_hash = ", password_hash,
        " WHERE tenant_id = ", tenant, " AND id = ", id
    })?;
    must_be_here(touched)
}

/// Users that are this employee: chosen to be, or by the same e-mail.
pub fn of_employee(tx: &mut Tx<'_>, employee: EmployeeId) -> Result<Vec<User>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT u.id, u.email, u.name, u.role
             FROM users u
             LEFT JOIN employees m ON m.tenant_id = u.tenant_id AND m.email_key = u.email_key
             WHERE u.tenant_id = ", tenant, " AND COALESCE(u.employee_id, m.id) = ", employee, "
             ORDER BY u.email_key"
        },
        read,
    )
}

/// Address, name and role; sessions stay open. Conflict `users_email` when another has the address,
/// [`LAST_ADMINISTRATOR`] when nobody would be left. Asked once the tenant is [held](tenants::hold).
pub fn save(tx: &mut Tx<'_>, user: &User) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    if user.role != Role::Administrator {
        keep_one_administrator(tx, user.id)?;
    }
    let touched = tx.exec(sql! {
        "UPDATE users SET email = ", user.email.as_str(), ", email_key = ", user.email.key(),
        ", name = ", &user.name, ", role = ", Word(user.role),
        " WHERE tenant_id = ", tenant, " AND id = ", user.id
    })?;
    must_be_here(touched)
}

/// The user's sessions end with it; what they did keeps their name.
/// Conflict [`LAST_ADMINISTRATOR`] when nobody would be left.
pub fn delete(tx: &mut SystemTx<'_>, tenant: TenantId, id: UserId) -> Result<(), StoreError> {
    let inside = &mut tx.inside(tenant);
    tenants::hold(inside)?;
    keep_one_administrator(inside, id)?;
    views::leave(tx, tenant, id)?;
    let touched =
        tx.exec(sql! { "DELETE FROM users WHERE tenant_id = ", tenant, " AND id = ", id })?;
    must_be_here(touched)
}

/// Refuses when this user is the only one who administers. Two who step down at the same moment
/// wait for each other at the tenant's row, which both hold, so that one of them stays.
fn keep_one_administrator(tx: &mut Tx<'_>, id: UserId) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let administrators = tx.all::<UserId, Vec<_>>(
        sql! {
            "SELECT id FROM users WHERE tenant_id = ", tenant,
            " AND role = ", Word(Role::Administrator)
        },
        |row| row.next(),
    )?;
    if administrators == [id] {
        return Err(StoreError::Conflict(LAST_ADMINISTRATOR.into()));
    }
    Ok(())
}

fn must_be_here(touched: u64) -> Result<(), StoreError> {
    if touched == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

fn sign_in(row: &mut Row<'_>) -> Result<SignIn, StoreError> {
    Ok(SignIn { user: read(row)?, tenant: row.next()?, password_hash: row.next()? })
}

/// From `id, email, name, role`.
pub(crate) fn read(row: &mut Row<'_>) -> Result<User, StoreError> {
    let id = row.next()?;
    let Word::<Email>(email) = row.next()?;
    let name = row.next()?;
    let Word(role) = row.next()?;
    Ok(User { id, email, name, role })
}

#[cfg(test)]
mod tests;
