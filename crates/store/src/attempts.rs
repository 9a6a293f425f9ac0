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

pub fn count_between(
    tx: &mut SystemTx<'_>,
    key: &str,
    since: Timestamp,
    until: Timestamp,
) -> Result<u32, StoreError> {
    tx.one(
        sql! {
            "SELECT count(*) FROM sign_in_attempts
             WHERE key = ", key, " AND at >= ", since, " AND at <= ", until
        },
        |row| row.get(0),
    )
}

/// When the attempt was before which there are `newer` others in that time.
pub fn nth_latest(
    tx: &mut SystemTx<'_>,
    key: &str,
    newer: u32,
    since: Timestamp,
    until: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    tx.find(
        sql! {
            "SELECT at FROM sign_in_attempts
             WHERE key = ", key, " AND at >= ", since, " AND at <= ", until, "
             ORDER BY at DESC LIMIT 1 OFFSET ", newer
        },
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

/// Forgets those outside of that time, of a clock that was ahead too; answers how many.
pub fn sweep(tx: &mut SystemTx<'_>, since: Timestamp, until: Timestamp) -> Result<u64, StoreError> {
    tx.exec(sql! { "DELETE FROM sign_in_attempts WHERE at < ", since, " OR at > ", until })
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
                    let robin = "robin@example.com";
                    assert_eq!(count_between(tx, robin, at(2), at(9))?, 2);
                    assert_eq!(count_between(tx, robin, at(0), at(1))?, 1);
                    assert_eq!(nth_latest(tx, robin, 2, at(0), at(9))?, Some(at(1)));
                    assert_eq!(nth_latest(tx, robin, 0, at(0), at(1))?, Some(at(1)));
                    assert_eq!(nth_latest(tx, robin, 3, at(0), at(9))?, None);
                    assert_eq!(sweep(tx, at(2), at(9))?, 2);
                    assert_eq!(count_between(tx, "192.0.2.1", at(0), at(9))?, 0);
                    record(tx, robin, at(3))?;
                    take_back(tx, robin, at(3))?;
                    assert_eq!(count_between(tx, robin, at(0), at(9))?, 2);
                    assert_eq!(sweep(tx, at(0), at(1))?, 2, "of a clock that was ahead");
                    record(tx, robin, at(3))?;
                    clear(tx, robin)?;
                    assert_eq!(count_between(tx, robin, at(0), at(9))?, 0);
                    Ok::<_, StoreError>(())
                })
                .unwrap();
        });
    }
}
