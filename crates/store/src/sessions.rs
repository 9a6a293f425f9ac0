//! Sessions: what a browser's cookie stands for: a user in each tenant it opens.
//! Only the hash of the cookie is known here.

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

/// An open session, in one tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub user: User,
    pub tenant: Tenant,
    pub seen_at: Timestamp,
    pub expires_at: Timestamp,
}

/// A session as its owner sees it in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    pub hash: Vec<u8>,
    pub created_at: Timestamp,
    pub seen_at: Timestamp,
    pub browser: Browser,
}

/// Where a session began: what is known of the browser, blank where nothing is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Browser {
    /// The network address.
    pub address: String,
    /// What it calls itself.
    pub agent: String,
}

/// A visit is written down at most this often.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(5);

impl Session {
    /// Whether [`touch`] would write.
    pub fn wants_touch(&self, now: Timestamp) -> bool {
        now.duration_since(self.seen_at) > SEEN_EVERY
    }
}

/// Opens the tenant to this cookie, beside those it opens already.
pub fn open(
    tx: &mut SystemTx<'_>,
    hash: &[u8],
    tenant: TenantId,
    user: UserId,
    browser: &Browser,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(sql! {
        "INSERT INTO sessions \
         (token_hash, tenant_id, user_id, created_at, seen_at, expires_at, address, agent) VALUES (",
        hash, ", ", tenant, ", ", user, ", ", now, ", ", now, ", ", expires_at, ", ",
        &browser.address, ", ", &browser.agent, ")"
    })?;
    Ok(())
}

/// Whoever is signed in as the one is from now on signed in as the other too.
pub fn widen(
    tx: &mut SystemTx<'_>,
    (tenant, user): (TenantId, UserId),
    (further, there): (TenantId, UserId),
) -> Result<(), StoreError> {
    tx.exec(sql! {
        "INSERT INTO sessions \
         (token_hash, tenant_id, user_id, created_at, seen_at, expires_at, address, agent) \
         SELECT token_hash, ", further, ", ", there,
         ", created_at, created_at, expires_at, address, agent \
         FROM sessions WHERE tenant_id = ", tenant, " AND user_id = ", user
    })?;
    Ok(())
}

/// In every tenant the cookie opens, the one last visited first; empty when it has run out.
/// Only reads, so that a page waits for no writer.
pub fn find(
    tx: &mut SystemTx<'_>,
    hash: &[u8],
    now: Timestamp,
) -> Result<Vec<Session>, StoreError> {
    tx.all(
        sql! {
            "SELECT u.id, u.email, u.name, u.role, t.id, t.name, t.slug, s.seen_at, s.expires_at \
             FROM sessions AS s \
             JOIN users AS u ON u.tenant_id = s.tenant_id AND u.id = s.user_id \
             JOIN tenants AS t ON t.id = s.tenant_id \
             WHERE s.token_hash = ", hash, " AND s.expires_at > ", now,
            " ORDER BY s.seen_at DESC, t.id"
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

/// Where this user is signed in, the one last used first.
pub fn of_user(
    tx: &mut SystemTx<'_>,
    tenant: TenantId,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<SessionRow>, StoreError> {
    tx.all(
        sql! {
            "SELECT token_hash, created_at, seen_at, address, agent \
             FROM sessions \
             WHERE tenant_id = ", tenant, " AND user_id = ", user, " AND expires_at > ", now,
            " ORDER BY seen_at DESC, created_at DESC"
        },
        |row| {
            let (hash, created_at, seen_at) = (row.next()?, row.next()?, row.next()?);
            let browser = Browser { address: row.next()?, agent: row.next()? };
            Ok(SessionRow { hash, created_at, seen_at, browser })
        },
    )
}

/// A visit to a tenant: the whole session lives on until `expires_at`. Writes nothing within five
/// minutes of the last; says whether it wrote.
pub fn touch(
    tx: &mut SystemTx<'_>,
    hash: &[u8],
    tenant: TenantId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<bool, StoreError> {
    let written = tx.exec(sql! {
        "UPDATE sessions SET seen_at = ", now, ", expires_at = ", expires_at,
        " WHERE token_hash = ", hash, " AND tenant_id = ", tenant,
        " AND expires_at > ", now,
        " AND seen_at < ", now - SEEN_EVERY
    })?;
    if written > 0 {
        tx.exec(sql! {
            "UPDATE sessions SET expires_at = ", expires_at,
            " WHERE token_hash = ", hash, " AND expires_at > ", now
        })?;
    }
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
            .system_blocking(move |tx| open(tx, &COOKIE, acme, id, &browser(), at(0), at(3_600)))
            .unwrap_or_else(|error: StoreError| panic!("{error}"));
        (acme, robin)
    }

    fn found(store: &Store, hash: [u8; 32], now: Timestamp) -> Option<Session> {
        store
            .system_blocking(move |tx| find(tx, &hash, now))
            .map_or_else(|error: StoreError| panic!("{error}"), |found| found.into_iter().next())
    }

    fn browser() -> Browser {
        Browser { address: "192.0.2.7".into(), agent: "Firefox".into() }
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
            let (acme, _) = signed_in(&store);
            let visit = |now: i64| {
                store.system_blocking(move |tx| touch(tx, &COOKIE, acme, at(now), at(now + 3_600)))
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
            user(&store, acme, "casey@example.com");
            let again = move |tx: &mut SystemTx<'_>| {
                assert_eq!(find(tx, &COOKIE, at(1))?, []);
                open(tx, &COOKIE, acme, robin.id, &browser(), at(0), at(3_600))
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
                open(tx, &[9; 32], acme, robin.id, &browser(), at(0), at(10))?;
                sweep(tx, at(10))
            });
            assert_eq!(swept, Ok::<_, StoreError>(1));
            assert!(found(&store, COOKIE, at(1)).is_some());
        });
    }

    #[test]
    fn one_cookie_opens_several_tenants_and_lives_on_in_all_of_them() {
        on_both(|store| {
            let (acme, robin) = signed_in(&store);
            let globex = tenant(&store, "globex");
            let there = user(&store, globex, "robin@example.com").id;
            let here = robin.id;
            store
                .system_blocking(move |tx| {
                    widen(tx, (acme, here), (globex, there))?;
                    let opened = find(tx, &COOKIE, at(1))?;
                    let opened: Vec<_> = opened.iter().map(|open| open.tenant.id).collect();
                    assert_eq!(opened, [acme, globex]);
                    assert!(touch(tx, &COOKIE, globex, at(301), at(9_000))?);
                    let opened = find(tx, &COOKIE, at(8_000))?;
                    let opened: Vec<_> = opened.iter().map(|open| open.tenant.id).collect();
                    assert_eq!(opened, [globex, acme], "the one last visited leads");
                    close_all(tx, globex, there)?;
                    assert_eq!(find(tx, &COOKIE, at(8_000))?.len(), 1, "the other stays open");
                    Ok::<_, StoreError>(())
                })
                .unwrap();
        });
    }

    #[test]
    fn a_list_tells_where_a_user_is_signed_in() {
        on_both(|store| {
            let (acme, robin) = signed_in(&store);
            let listed = store.system_blocking(move |tx| {
                open(tx, &[9; 32], acme, robin.id, &browser(), at(50), at(100))?;
                open(tx, &[8; 32], acme, robin.id, &browser(), at(50), at(60))?;
                of_user(tx, acme, robin.id, at(60))
            });
            let listed = listed.unwrap_or_else(|error: StoreError| panic!("{error}"));
            let begun: Vec<_> = listed.iter().map(|row| row.created_at).collect();
            assert_eq!(begun, [at(50), at(0)]);
            assert_eq!(listed[0].browser, browser());
        });
    }
}
