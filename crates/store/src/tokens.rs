//! API tokens: one tenant, one role. Only a hash is kept.

use domain::Timestamp;
use domain::access::Role;
use domain::company::Tenant;
use domain::id::{TenantId, TokenId};

use crate::read::parsed;
use crate::seam::{Query, Row, StoreError, SystemTx, sql};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub id: TokenId,
    pub name: String,
    pub role: Role,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

pub fn create(
    tx: &mut SystemTx<'_>,
    tenant: TenantId,
    token: &Token,
    hash: &[u8],
) -> Result<(), StoreError> {
    tx.exec(sql!(
        "INSERT INTO tokens (tenant_id, id, name, role, hash, created_at)
         VALUES (", tenant, ", ", token.id, ", ", &token.name, ", ", token.role.as_str(), ", ",
                hash, ", ", token.created_at, ")"
    ))?;
    Ok(())
}

pub fn find_by_hash(
    tx: &mut SystemTx<'_>,
    hash: &[u8],
) -> Result<Option<(Token, Tenant)>, StoreError> {
    tx.find(
        sql!(
            "SELECT k.id, k.name, k.role, k.created_at, k.last_used_at, t.id, t.name, t.slug
             FROM tokens k
             JOIN tenants t ON t.id = k.tenant_id
             WHERE k.hash = ", hash
        ),
        |row| {
            let token = read(row)?;
            Ok((token, Tenant { id: row.next()?, name: row.next()?, slug: row.next()? }))
        },
    )
}

pub fn list(tx: &mut SystemTx<'_>, tenant: TenantId) -> Result<Vec<Token>, StoreError> {
    tx.all(
        sql!(
            "SELECT id, name, role, created_at, last_used_at
             FROM tokens
             WHERE tenant_id = ", tenant, "
             ORDER BY id"
        ),
        read,
    )
}

/// False when there was none.
pub fn delete(tx: &mut SystemTx<'_>, tenant: TenantId, id: TokenId) -> Result<bool, StoreError> {
    let touched =
        tx.exec(sql!("DELETE FROM tokens WHERE tenant_id = ", tenant, " AND id = ", id))?;
    Ok(touched > 0)
}

pub fn touch(
    tx: &mut SystemTx<'_>,
    tenant: TenantId,
    id: TokenId,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(sql!(
        "UPDATE tokens SET last_used_at = ", at, " WHERE tenant_id = ", tenant, " AND id = ", id
    ))?;
    Ok(())
}

fn read(row: &mut Row<'_>) -> Result<Token, StoreError> {
    Ok(Token {
        id: row.next()?,
        name: row.next()?,
        role: parsed(row, |text| Role::parse(text).ok_or("no such role"))?,
        created_at: row.next()?,
        last_used_at: row.next()?,
    })
}
