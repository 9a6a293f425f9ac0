//! What somebody chose once and need not choose again, by name.

use domain::id::UserId;

use crate::seam::{Query, StoreError, Tx, sql};

pub fn find(tx: &mut Tx<'_>, user: UserId, name: &str) -> Result<Option<String>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT value
             FROM preferences
             WHERE tenant_id = ", tenant, " AND user_id = ", user, " AND name = ", name
        },
        |row| row.next(),
    )
}

pub fn keep(tx: &mut Tx<'_>, user: UserId, name: &str, value: &str) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO preferences (tenant_id, user_id, name, value)
         VALUES (", tenant, ", ", user, ", ", name, ", ", value, ")
         ON CONFLICT (tenant_id, user_id, name) DO UPDATE SET value = excluded.value"
    })
    .map(drop)
}

pub fn forget(tx: &mut Tx<'_>, user: UserId, name: &str) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "DELETE FROM preferences
         WHERE tenant_id = ", tenant, " AND user_id = ", user, " AND name = ", name
    })
    .map(drop)
}
