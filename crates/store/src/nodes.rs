//! Node numbers: what tells the ids of processes over one database apart.

use crate::{
    StoreError, SystemTx,
    seam::{Query, sql},
};

/// For a process that starts: the one after the last given, 0 to 1023 round and round.
pub fn next(tx: &mut SystemTx<'_>) -> Result<u16, StoreError> {
    tx.one(
        sql! {
            "INSERT INTO nodes (name, given) VALUES ('process', 0) \
             ON CONFLICT (name) DO UPDATE SET given = (nodes.given + 1) % 1024 \
             RETURNING given"
        },
        |row| row.get(0),
    )
}

/// The greatest id that anything of which the order is told has, in any tenant.
pub fn newest_id(tx: &mut SystemTx<'_>) -> Result<i64, StoreError> {
    tx.one(
        sql! {
            "SELECT COALESCE(max(CASE WHEN e > r THEN e ELSE r END), 0)
             FROM (SELECT COALESCE((SELECT max(id) FROM events WHERE tenant_id = t.id), 0) AS e,
                          COALESCE((SELECT max(id) FROM runs WHERE tenant_id = t.id), 0) AS r
                   FROM tenants AS t) AS newest"
        },
        |row| row.get(0),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::on_both;

    #[test]
    fn each_process_gets_the_next_number_and_after_the_last_comes_the_first() {
        on_both(|store| {
            let given = store.system_blocking(|tx| {
                (0..1_026).map(|_| next(tx)).collect::<Result<Vec<_>, StoreError>>()
            });
            let given = given.unwrap();
            assert_eq!(given[..3], [0, 1, 2]);
            assert_eq!(given[1_022..], [1_022, 1_023, 0, 1]);
        });
    }
}
