//! How many there are of each, kept beside the rows by triggers in the very statement that changes
//! them, and for new assets on SQLite by who inserts them: whoever writes, and whatever is rolled
//! back, a tally is what a count would be.

use domain::id::{AssetId, StatusId};

use crate::seam::{Query, StoreError, Tx, sql};

/// Counts assets that were just inserted.
pub(crate) fn assets_arrived(tx: &mut Tx<'_>, assets: &[AssetId]) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.of_ids(
        assets.iter().copied(),
        |list| {
            sql! {
                "INSERT INTO asset_tallies (tenant_id, status_id, product_key, platform, held, slot, n)
                 SELECT tenant_id, status_id, product_key, platform, custodian_key > '', 0, count(*)
                 FROM assets
                 WHERE tenant_id = ", tenant, " AND archived = FALSE AND id IN (", + list, ")
                 GROUP BY tenant_id, status_id, product_key, platform, custodian_key > ''
                 ON CONFLICT (tenant_id, status_id, product_key, platform, held, slot)
                 DO UPDATE SET n = n + excluded.n"
            }
        },
        |_| Ok(()),
    )
    .map(drop)
}

/// Unarchived assets by status.
pub(crate) fn statuses(tx: &mut Tx<'_>) -> Result<Vec<(StatusId, i64)>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT status_id, CAST(sum(n) AS BIGINT)
             FROM asset_tallies
             WHERE tenant_id = ", tenant, "
             GROUP BY status_id
             HAVING sum(n) > 0"
        },
        |row| Ok((row.next()?, row.next()?)),
    )
}

/// The most common products of unarchived assets, by folded name.
pub(crate) fn products(tx: &mut Tx<'_>, most: i64) -> Result<Vec<(String, i64)>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT product_key, CAST(sum(n) AS BIGINT) AS assets
             FROM asset_tallies
             WHERE tenant_id = ", tenant, " AND product_key > ''
             GROUP BY product_key
             HAVING sum(n) > 0
             ORDER BY assets DESC, product_key
             LIMIT ", most
        },
        |row| Ok((row.next()?, row.next()?)),
    )
}

/// Unarchived assets that have one, by platform; the most common first.
pub(crate) fn platforms(tx: &mut Tx<'_>) -> Result<Vec<(String, i64)>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT platform, CAST(sum(n) AS BIGINT) AS assets
             FROM asset_tallies
             WHERE tenant_id = ", tenant, " AND platform > ''
             GROUP BY platform
             HAVING sum(n) > 0
             ORDER BY assets DESC, platform"
        },
        |row| Ok((row.next()?, row.next()?)),
    )
}

/// Unarchived assets: all of them, and those that someone has.
pub(crate) fn assets(tx: &mut Tx<'_>) -> Result<(i64, i64), StoreError> {
    let tenant = tx.tenant();
    tx.one(
        sql! {
            "SELECT COALESCE(CAST(sum(n) AS BIGINT), 0),
                    COALESCE(CAST(sum(CASE WHEN held THEN n ELSE 0 END) AS BIGINT), 0)
             FROM asset_tallies
             WHERE tenant_id = ", tenant
        },
        |row| Ok((row.next()?, row.next()?)),
    )
}

/// Platform, version and how many devices have both, the most common first.
pub(crate) fn os_versions(
    tx: &mut Tx<'_>,
    most: i64,
) -> Result<Vec<(String, String, i64)>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT platform, os_version, CAST(sum(n) AS BIGINT) AS devices
             FROM device_tallies
             WHERE tenant_id = ", tenant, " AND os_version > ''
             GROUP BY platform, os_version
             HAVING sum(n) > 0
             ORDER BY devices DESC, platform, os_version
             LIMIT ", most
        },
        |row| Ok((row.next()?, row.next()?, row.next()?)),
    )
}
