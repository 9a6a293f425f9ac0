//! Users: who signs in. An e-mail address is one user's in the whole installation.

use domain::{
    Email, Timestamp,
    access::Role,
    id::{TenantId, UserId},
    person::User,
};

use crate::{
    StoreError, SystemTx, Tx,
    seam::{Query, Row, sql},
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

/// An address that is taken is a conflict over `users_email`.
pub fn create(
    tx: &mut SystemTx<'_>,
    tenant: TenantId,
    user: &User,
    password_hash: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(sql! {
        "INSERT INTO users \
         (tenant_id, id, email, email_key, name, role, password_hash, created_at) VALUES (",
        tenant, ", ", user.id, ", ", user.email.as_str(), ", ", user.email.key(), ", ",
        &user.name, ", ", Word(user.role), ", ", password_hash, ", ", now, ")"
    })?;
    Ok(())
}

/// By address, however it is spelled, in any tenant.
pub fn by_email(tx: &mut SystemTx<'_>, email: &Email) -> Result<Option<SignIn>, StoreError> {
    tx.find(
        sql! {
            "SELECT id, email, name, role, tenant_id, password_hash \
             FROM users \
             WHERE email_key = ", email.key()
        },
        |row| Ok(SignIn { user: read(row)?, tenant: row.next()?, password_hash: row.next()? }),
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

/// Name and role; the address stays.
pub fn save(
    tx: &mut SystemTx<'_>,
    tenant: TenantId,
    id: UserId,
    name: &str,
    role: Role,
) -> Result<(), StoreError> {
    let touched = tx.exec(sql! {
        "UPDATE users SET name = ", name, ", role = ", Word(role),
        " WHERE tenant_id = ", tenant, " AND id = ", id
    })?;
    must_be_here(touched)
}

/// The user's sessions end with it; what they did keeps their name.
pub fn delete(tx: &mut SystemTx<'_>, tenant: TenantId, id: UserId) -> Result<(), StoreError> {
    let touched =
        tx.exec(sql! { "DELETE FROM users WHERE tenant_id = ", tenant, " AND id = ", id })?;
    must_be_here(touched)
}

fn must_be_here(touched: u64) -> Result<(), StoreError> {
    if touched == 0 { Err(StoreError::NotFound) } else { Ok(()) }
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
mod tests {
    use super::*;
    use crate::{
        stage::{at, tenant, user},
        testing::on_both,
    };

    #[test]
    fn an_address_is_found_however_it_is_spelled_and_is_one_users_everywhere() {
        on_both(|store| {
            let (acme, globex) = (tenant(&store, "acme"), tenant(&store, "globex"));
            let robin = user(&store, acme, "Robin@Example.com");
            let spelled = Email::parse("robin@example.COM").unwrap();
            let found: Result<_, StoreError> =
                store.system_blocking(move |tx| by_email(tx, &spelled));
            let found = found.unwrap().unwrap();
            assert_eq!((&found.user, found.tenant), (&robin, acme));
            assert_eq!(found.password_hash, "hash of Robin@Example.com");

            let mut twin = robin;
            twin.id = UserId::new(77);
            twin.email = Email::parse("robin@example.com").unwrap();
            let taken = store.system_blocking(move |tx| create(tx, globex, &twin, "x", at(0)));
            assert!(taken.is_err_and(|error: StoreError| error.is_conflict("users_email")));
            assert_eq!(store.system_blocking(count), Ok::<_, StoreError>(1));
        });
    }

    #[test]
    fn another_tenants_user_is_not_here() {
        on_both(|store| {
            let (acme, globex) = (tenant(&store, "acme"), tenant(&store, "globex"));
            let robin = user(&store, acme, "robin@example.com");
            let id = robin.id;
            store
                .system_blocking(move |tx| {
                    let gone = Err(StoreError::NotFound);
                    assert_eq!(find(tx, globex, id)?, None);
                    assert_eq!(list(tx, globex)?, []);
                    assert_eq!(set_password(tx, globex, id, "stolen"), gone);
                    assert_eq!(save(tx, globex, id, "King", Role::Viewer), gone);
                    assert_eq!(delete(tx, globex, id), gone);
                    assert_eq!(list(tx, acme)?, [robin]);
                    Ok::<_, StoreError>(())
                })
                .unwrap();
        });
    }

    #[test]
    fn a_user_is_renamed_given_a_role_and_removed() {
        on_both(|store| {
            let acme = tenant(&store, "acme");
            let id = user(&store, acme, "robin@example.com").id;
            store
                .system_blocking(move |tx| {
                    save(tx, acme, id, "Robin B.", Role::Viewer)?;
                    let saved = find(tx, acme, id)?.map(|user| (user.name, user.role));
                    assert_eq!(saved, Some(("Robin B.".into(), Role::Viewer)));
                    delete(tx, acme, id)?;
                    assert_eq!(find(tx, acme, id)?, None);
                    Ok::<_, StoreError>(())
                })
                .unwrap();
        });
    }
}
