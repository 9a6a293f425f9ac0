//! Sign-ins that failed, counted by key (an address, a network) to slow guessing down.

use domain::Timestamp;

use crate::{
    StoreError, SystemTx,
    seam::{Query, sql},
};

pub fn record(tx: &mut SystemTx<'_>, key: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.exec(sql! { "INSERT INTO sign_in_attempts (key, at) VALUES (", key, ", ", now, ")" })?;
    Ok(())
}

pub fn count_since(tx: &mut SystemTx<'_>, key: &str, since: Timestamp) -> Result<u32, StoreError> {
    tx.one(
        sql! { "SELECT count(*) FROM sign_in_attempts WHERE key = ", key, " AND at >= ", since },
        |row| row.get(0),
    )
}

/// After a sign-in that worked.
pub fn clear(tx: &mut SystemTx<'_>, key: &str) -> Result<(), StoreError> {
    tx.exec(sql! { "DELETE FROM sign_in_attempts WHERE key = ", key })?;
    Ok(())
}

/// One that turned out to be no failure; the others stay.
pub fn take_back(tx: &mut SystemTx<'_>, key: &str, at: Timestamp) -> Result<(), StoreError> {
    tx.exec(sql! { "DELETE FROM sign_in_attempts WHERE key = ", key, " AND at = ", at })?;
    Ok(())
}

/// Forgets those from before that moment; answers how many.
pub fn sweep(tx: &mut SystemTx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    tx.exec(sql! { "DELETE FROM sign_in_attempts WHERE at < ", before })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{stage::at, testing::on_both};

    #[test]
    fn attempts_count_by_key_from_a_moment_on_until_cleared_or_swept() {
        on_both(|store| {
            store
                .system_blocking(|tx| {
                    for second in [1, 2, 2] {
                        record(tx, "robin@example.com", at(second))?;
                    }
                    record(tx, "192.0.2.1", at(1))?;
                    assert_eq!(count_since(tx, "robin@example.com", at(2))?, 2);
                    assert_eq!(sweep(tx, at(2))?, 2);
                    assert_eq!(count_since(tx, "192.0.2.1", at(0))?, 0);
                    record(tx, "robin@example.com", at(3))?;
                    take_back(tx, "robin@example.com", at(3))?;
                    assert_eq!(count_since(tx, "robin@example.com", at(0))?, 2);
                    clear(tx, "robin@example.com")?;
                    assert_eq!(count_since(tx, "robin@example.com", at(0))?, 0);
                    Ok::<_, StoreError>(())
                })
                .unwrap();
        });
    }
}
