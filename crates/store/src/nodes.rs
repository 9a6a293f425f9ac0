//! Node numbers: each start of a process takes the next, so that no two mint the same id.

use crate::seam::{Query, StoreError, SystemTx, sql};

/// The number for this process; after 1,024 starts they begin again.
pub fn next(tx: &mut SystemTx<'_>) -> Result<u16, StoreError> {
    let given: i64 = tx.one(
        sql!(
            "INSERT INTO nodes (name, given)
             VALUES ('process', 1)
             ON CONFLICT (name) DO UPDATE SET given = nodes.given + 1
             RETURNING given"
        ),
        |row| row.next(),
    )?;
    Ok(u16::try_from(given % 1024).expect("a remainder of 1,024 fits"))
}
