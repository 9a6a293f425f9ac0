//! Tokens: how programs come in. One tenant, one role; only the hash of the secret is kept.

use domain::{
    Timestamp,
    access::Role,
    company::Tenant,
    id::{TenantId, TokenId},
};
use jiff::SignedDuration;

use crate::{
    StoreError, SystemTx, Tx,
    seam::{Query, Row, sql},
    tenants,
    word::Word,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub id: TokenId,
    pub name: String,
    pub role: Role,
    /// The name of who made it.
    pub created_by: String,
    pub created_at: Timestamp,
    /// To the minute.
    pub last_used_at: Option<Timestamp>,
}

/// A use is written down at most this often.
const USED_EVERY: SignedDuration = SignedDuration::from_mins(1);

impl Token {
    /// Whether [`touch`] would write.
    pub fn wants_touch(&self, now: Timestamp) -> bool {
        self.last_used_at.is_none_or(|used| now.duration_since(used) > USED_EVERY)
    }
}

/// `last_used_at` starts out blank whatever the token says.
pub fn create(
    tx: &mut SystemTx<'_>,
    tenant: TenantId,
    token: &Token,
    hash: &[u8],
) -> Result<(), StoreError> {
    tx.exec(sql! {
        "INSERT INTO tokens (tenant_id, id, name, role, hash, created_by, created_at) VALUES (",
        tenant, ", ", token.id, ", ", &token.name, ", ", Word(token.role), ", ", hash,
        ", ", &token.created_by, ", ", token.created_at, ")"
    })?;
    Ok(())
}

/// In any tenant; only reads, so that a request waits for no writer.
pub fn find_by_hash(
    tx: &mut SystemTx<'_>,
    hash: &[u8],
) -> Result<Option<(Token, Tenant)>, StoreError> {
    tx.find(
        sql! {
            "SELECT k.id, k.name, k.role, k.created_by, k.created_at, k.last_used_at, \
                    t.id, t.name, t.slug \
             FROM tokens AS k \
             JOIN tenants AS t ON t.id = k.tenant_id \
             WHERE k.hash = ", hash
        },
        |row| Ok((read(row)?, tenants::read(row)?)),
    )
}

/// One of the transaction's own tenant.
pub fn here(tx: &mut Tx<'_>, id: TokenId) -> Result<Option<Token>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT id, name, role, created_by, created_at, last_used_at \
             FROM tokens \
             WHERE tenant_id = ", tenant, " AND id = ", id
        },
        read,
    )
}

/// Newest first.
pub fn list(tx: &mut SystemTx<'_>, tenant: TenantId) -> Result<Vec<Token>, StoreError> {
    tx.all(
        sql! {
            "SELECT id, name, role, created_by, created_at, last_used_at \
             FROM tokens \
             WHERE tenant_id = ", tenant, " ORDER BY id DESC"
        },
        read,
    )
}

/// `false` when there was none.
pub fn delete(tx: &mut SystemTx<'_>, tenant: TenantId, id: TokenId) -> Result<bool, StoreError> {
    let touched =
        tx.exec(sql! { "DELETE FROM tokens WHERE tenant_id = ", tenant, " AND id = ", id })?;
    Ok(touched > 0)
}

/// A use; writes nothing within a minute of the last, and says whether it wrote.
pub fn touch(
    tx: &mut SystemTx<'_>,
    tenant: TenantId,
    id: TokenId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let written = tx.exec(sql! {
        "UPDATE tokens SET last_used_at = ", now,
        " WHERE tenant_id = ", tenant, " AND id = ", id,
        " AND (last_used_at IS NULL OR last_used_at < ", now - USED_EVERY, ")"
    })?;
    Ok(written > 0)
}

fn read(row: &mut Row<'_>) -> Result<Token, StoreError> {
    let (id, name) = (row.next()?, row.next()?);
    let Word(role) = row.next()?;
    Ok(Token {
        id,
        name,
        role,
        created_by: row.next()?,
        created_at: row.next()?,
        last_used_at: row.next()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        stage::{at, tenant},
        testing::on_both,
    };

    fn token() -> Token {
        Token {
            id: TokenId::new(5),
            name: "nightly export".into(),
            role: Role::Viewer,
            created_by: "Robin".into(),
            created_at: at(0),
            last_used_at: None,
        }
    }

    #[test]
    fn a_token_leads_to_its_tenant_and_a_use_is_written_once_a_minute() {
        on_both(|store| {
            let acme = tenant(&store, "acme");
            store
                .system_blocking(move |tx| {
                    create(tx, acme, &token(), &[1; 32])?;
                    assert!(token().wants_touch(at(1)));
                    assert!(touch(tx, acme, token().id, at(100))?);
                    assert!(!touch(tx, acme, token().id, at(160))?);
                    assert!(touch(tx, acme, token().id, at(161))?);
                    let (found, tenant) = find_by_hash(tx, &[1; 32])?.unwrap();
                    assert_eq!(tenant.id, acme);
                    assert_eq!(found, Token { last_used_at: Some(at(161)), ..token() });
                    assert!(!found.wants_touch(at(221)));
                    assert_eq!(find_by_hash(tx, &[2; 32])?, None);
                    Ok::<_, StoreError>(())
                })
                .unwrap();
            let here = |place| {
                let found = store.write_blocking(place, move |tx| here(tx, token().id));
                found.unwrap().map(|found| found.role)
            };
            let globex = tenant(&store, "globex");
            assert_eq!((here(acme), here(globex)), (Some(token().role), None));
        });
    }

    #[test]
    fn another_tenants_token_is_not_here_and_a_deleted_one_opens_nothing() {
        on_both(|store| {
            let (acme, globex) = (tenant(&store, "acme"), tenant(&store, "globex"));
            store
                .system_blocking(move |tx| {
                    create(tx, acme, &token(), &[1; 32])?;
                    assert_eq!(list(tx, globex)?, []);
                    assert!(!delete(tx, globex, token().id)?);
                    assert!(!touch(tx, globex, token().id, at(100))?);
                    assert_eq!(list(tx, acme)?, [token()]);
                    assert!(delete(tx, acme, token().id)?);
                    assert_eq!(find_by_hash(tx, &[1; 32])?, None);
                    Ok::<_, StoreError>(())
                })
                .unwrap();
        });
    }
}
