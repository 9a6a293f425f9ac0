//! Sessions: what a browser's cookie stands for. Only the hash of the cookie is known here.

use domain::{
    Timestamp,
    company::Tenant,
    id::{TenantId, UserId},
    person::User,
};
use jiff::SignedDuration;

use crate::{
    StoreError, SystemTx,
    seam::{Query, sql},
    tenants, users,
};

/// An open session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub user: User,
    pub tenant: Tenant,
    pub seen_at: Timestamp,
    pub expires_at: Timestamp,
}

/// A visit is written down at most this often.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(5);

impl Session {
    /// Whether [`touch`] would write.
    pub fn wants_touch(&self, now: Timestamp) -> bool {
        now.duration_since(self.seen_at) > SEEN_EVERY
    }
}

pub fn open(
    tx: &mut SystemTx<'_>,
    hash: &[u8],
    tenant: TenantId,
    user: UserId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(sql! {
        "INSERT INTO sessions \
         (token_hash, tenant_id, user_id, created_at, seen_at, expires_at) VALUES (",
        hash, ", ", tenant, ", ", user, ", ", now, ", ", now, ", ", expires_at, ")"
    })?;
    Ok(())
}

/// Only reads, so that a page waits for no writer. `None` for one that has run out.
pub fn find(
    tx: &mut SystemTx<'_>,
    hash: &[u8],
    now: Timestamp,
) -> Result<Option<Session>, StoreError> {
    tx.find(
        sql! {
            "SELECT u.id, u.email, u.name, u.role, t.id, t.name, t.slug, s.seen_at, s.expires_at \
             FROM sessions AS s \
             JOIN users AS u ON u.tenant_id = s.tenant_id AND u.id = s.user_id \
             JOIN tenants AS t ON t.id = s.tenant_id \
             WHERE s.token_hash = ", hash, " AND s.expires_at > ", now
        },
        |row| {
            Ok(Session {
                user: users::read(row)?,
                tenant: tenants::read(row)?,
                seen_at: row.next()?,
                expires_at: row.next()?,
            })
        },
    )
}

/// A visit: the session lives on until `expires_at`. Writes nothing within five minutes of the
/// last; says whether it wrote.
pub fn touch(
    tx: &mut SystemTx<'_>,
    hash: &[u8],
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<bool, StoreError> {
    let written = tx.exec(sql! {
        "UPDATE sessions SET seen_at = ", now, ", expires_at = ", expires_at,
        " WHERE token_hash = ", hash,
        " AND expires_at > ", now,
        " AND seen_at < ", now - SEEN_EVERY
    })?;
    Ok(written > 0)
}

/// Signs out; a session that is not there is as closed as can be.
pub fn close(tx: &mut SystemTx<'_>, hash: &[u8]) -> Result<(), StoreError> {
    tx.exec(sql! { "DELETE FROM sessions WHERE token_hash = ", hash })?;
    Ok(())
}

/// Signs a user out everywhere; answers how many sessions ended.
pub fn close_all(tx: &mut SystemTx<'_>, tenant: TenantId, user: UserId) -> Result<u64, StoreError> {
    tx.exec(sql! { "DELETE FROM sessions WHERE tenant_id = ", tenant, " AND user_id = ", user })
}

/// Removes what has run out; answers how many.
pub fn sweep(tx: &mut SystemTx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    tx.exec(sql! { "DELETE FROM sessions WHERE expires_at <= ", now })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Store,
        stage::{at, tenant, user},
        testing::on_both,
    };

    const COOKIE: [u8; 32] = [7; 32];

    fn signed_in(store: &Store) -> (TenantId, User) {
        let acme = tenant(store, "acme");
        let robin = user(store, acme, "robin@example.com");
        let id = robin.id;
        store
            .system_blocking(move |tx| open(tx, &COOKIE, acme, id, at(0), at(3_600)))
            .unwrap_or_else(|error: StoreError| panic!("{error}"));
        (acme, robin)
    }

    fn found(store: &Store, hash: [u8; 32], now: Timestamp) -> Option<Session> {
        store
            .system_blocking(move |tx| find(tx, &hash, now))
            .unwrap_or_else(|error: StoreError| panic!("{error}"))
    }

    #[test]
    fn a_session_tells_who_and_where_until_it_runs_out() {
        on_both(|store| {
            let (acme, robin) = signed_in(&store);
            let session = found(&store, COOKIE, at(3_599)).unwrap();
            assert_eq!((session.user, session.tenant.id), (robin, acme));
            assert_eq!(found(&store, COOKIE, at(3_600)), None);
            assert_eq!(found(&store, [8; 32], at(0)), None);
        });
    }

    #[test]
    fn a_visit_is_written_once_in_five_minutes_and_prolongs_the_session() {
        on_both(|store| {
            signed_in(&store);
            let visit = |now: i64| {
                store.system_blocking(move |tx| touch(tx, &COOKIE, at(now), at(now + 3_600)))
            };
            assert_eq!(visit(299), Ok::<_, StoreError>(false));
            assert!(!found(&store, COOKIE, at(299)).unwrap().wants_touch(at(299)));
            assert!(found(&store, COOKIE, at(301)).unwrap().wants_touch(at(301)));
            assert_eq!(visit(301), Ok(true));
            assert_eq!(visit(302), Ok(false));
            assert!(found(&store, COOKIE, at(3_800)).is_some());
            assert_eq!(visit(9_000), Ok(false), "what ran out is not revived");
        });
    }

    #[test]
    fn signing_out_here_or_everywhere_and_removal_each_end_a_session() {
        on_both(|store| {
            let (acme, robin) = signed_in(&store);
            let again = move |tx: &mut SystemTx<'_>| {
                assert_eq!(find(tx, &COOKIE, at(1))?, None);
                open(tx, &COOKIE, acme, robin.id, at(0), at(3_600))
            };
            store
                .system_blocking(move |tx| close(tx, &COOKIE))
                .unwrap_or_else(|error: StoreError| panic!("{error}"));
            store.system_blocking(again).unwrap_or_else(|error: StoreError| panic!("{error}"));
            let closed = store.system_blocking(move |tx| close_all(tx, acme, robin.id));
            assert_eq!(closed, Ok::<_, StoreError>(1));
            store.system_blocking(again).unwrap_or_else(|error: StoreError| panic!("{error}"));
            let deleted = store.system_blocking(move |tx| users::delete(tx, acme, robin.id));
            assert_eq!(deleted, Ok::<_, StoreError>(()));
            assert_eq!(found(&store, COOKIE, at(1)), None);
        });
    }

    #[test]
    fn the_sweep_takes_only_what_has_run_out() {
        on_both(|store| {
            let (acme, robin) = signed_in(&store);
            let swept = store.system_blocking(move |tx| {
                open(tx, &[9; 32], acme, robin.id, at(0), at(10))?;
                sweep(tx, at(10))
            });
            assert_eq!(swept, Ok::<_, StoreError>(1));
            assert!(found(&store, COOKIE, at(1)).is_some());
        });
    }
}
