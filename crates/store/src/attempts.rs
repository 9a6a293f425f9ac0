//! Failed sign-ins, counted so that guessing is slow. A key is an address or a user's e-mail.

use domain::Timestamp;

use crate::seam::{Query, StoreError, SystemTx, sql};

pub fn record(tx: &mut SystemTx<'_>, key: &str, at: Timestamp) -> Result<(), StoreError> {
    tx.exec(sql!("INSERT INTO sign_in_attempts (key, at) VALUES (", key, ", ", at, ")"))?;
    Ok(())
}

pub fn count_since(
    tx: &mut SystemTx<'_>,
    key: &str,
    since: Timestamp,
) -> Result<i64, StoreError> {
    tx.one(
        sql!("SELECT count(*) FROM sign_in_attempts WHERE key = ", key, " AND at >= ", since),
        |row| row.next(),
    )
}

/// Forgets the failures of a key, after a sign-in that worked.
pub fn clear(tx: &mut SystemTx<'_>, key: &str) -> Result<(), StoreError> {
    tx.exec(sql!("DELETE FROM sign_in_attempts WHERE key = ", key))?;
    Ok(())
}

/// Removes what is too old to count.
pub fn sweep(tx: &mut SystemTx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    tx.exec(sql!("DELETE FROM sign_in_attempts WHERE at < ", before))
}
