//! Links: a source's id for an asset, tied to ours, with its past and its baseline.

use domain::Serial;
use domain::id::{AssetId, SourceId};
use reconcile::inventory::Link;
use reconcile::survey::DeviceId;

use crate::read::parsed_if;
use crate::seam::{Json, Query, Row, StoreError, Tx, sql};

pub(crate) const COLUMNS: &str = "l.asset_id, l.device_id, l.serial, l.past, l.baseline, l.absence";

/// The links of a source, in order of device id.
pub fn of_source(tx: &mut Tx<'_>, source: SourceId) -> Result<Vec<Link>, StoreError> {
    let tenant = tx.tenant();
    // Asked in the order they were written, and put in order here: a database that follows its
    // index of device ids goes to and fro in the table, which takes it twice as long. The plus
    // takes that index out of its choice.
    let mut links: Vec<Link> = tx.all(
        sql! {
            "SELECT ", const COLUMNS, "
             FROM links l
             WHERE l.tenant_id = ", tenant, " AND +l.source_id = ", source, "
             ORDER BY l.asset_id"
        },
        read,
    )?;
    links.sort_unstable_by(|one, other| one.device_id.cmp(&other.device_id));
    Ok(links)
}

/// The links of an asset, each with its source.
pub fn of_asset(tx: &mut Tx<'_>, asset: AssetId) -> Result<Vec<(SourceId, Link)>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT ", const COLUMNS, ", l.source_id
             FROM links l
             WHERE l.tenant_id = ", tenant, " AND l.asset_id = ", asset, "
             ORDER BY l.source_id"
        },
        |row| {
            let link = read(row)?;
            Ok((row.next()?, link))
        },
    )
}

/// The assets that these devices are linked to.
pub(crate) fn holders<'d>(
    tx: &mut Tx<'_>,
    source: SourceId,
    devices: impl IntoIterator<Item = &'d str>,
) -> Result<Vec<AssetId>, StoreError> {
    let tenant = tx.tenant();
    tx.of_ids(
        devices,
        |list| {
            sql! {
                "SELECT asset_id
                 FROM links
                 WHERE tenant_id = ", tenant, " AND source_id = ", source, "
                   AND device_id IN (", + list, ")"
            }
        },
        |row| row.next(),
    )
}

/// Writes links as they stand after a change. An asset has one device a source, and a device one
/// asset; the plan's word is the newest, so what stood in its way goes.
pub(crate) fn save(tx: &mut Tx<'_>, source: SourceId, links: &[&Link]) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.of_ids(
        links.iter().map(|link| link.asset),
        |list| {
            sql! {
                "DELETE FROM links
                 WHERE tenant_id = ", tenant, "
                   AND source_id = ", source, "
                   AND asset_id IN (", + list, ")"
            }
        },
        |_| Ok(()),
    )?;
    let rows = links.iter().map(|link| {
        [
            tenant.into(),
            source.into(),
            link.device_id.as_str().into(),
            link.asset.into(),
            link.serial.as_ref().map(Serial::as_str).into(),
            Json(&link.past).into(),
            Json(&link.baseline).into(),
            Json(&link.absence).into(),
        ]
    });
    tx.exec_many(
        "INSERT INTO links (
            tenant_id, source_id, device_id, asset_id, serial, past, baseline, absence
         ) VALUES ",
        rows.collect(),
        " ON CONFLICT (tenant_id, source_id, device_id) DO UPDATE
          SET asset_id = excluded.asset_id, serial = excluded.serial, past = excluded.past,
              baseline = excluded.baseline, absence = excluded.absence",
    )?;
    Ok(())
}

/// An asset is no longer a device of this source.
pub(crate) fn forget(tx: &mut Tx<'_>, source: SourceId, asset: AssetId) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "DELETE FROM links
         WHERE tenant_id = ", tenant, " AND source_id = ", source, " AND asset_id = ", asset
    })
    .map(drop)
}

/// Moves the memory of links that still tie the same device to the same asset.
pub(crate) fn remember(
    tx: &mut Tx<'_>,
    source: SourceId,
    links: &[Link],
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    for link in links {
        tx.exec(sql! {
            "UPDATE links
             SET serial = ", link.serial.as_ref().map(Serial::as_str), ",
                 past = ", Json(&link.past), ",
                 baseline = ", Json(&link.baseline), ",
                 absence = ", Json(&link.absence), "
             WHERE tenant_id = ", tenant, "
               AND source_id = ", source, "
               AND device_id = ", link.device_id.as_str(), "
               AND asset_id = ", link.asset
        })?;
    }
    Ok(())
}

pub(crate) fn read(row: &mut Row<'_>) -> Result<Link, StoreError> {
    let (asset, device_id): (_, String) = (row.next()?, row.next()?);
    let serial = parsed_if(row, Serial::parse)?;
    let (Json(past), Json(baseline), Json(absence)) = (row.next()?, row.next()?, row.next()?);
    Ok(Link { asset, device_id: DeviceId::new(&device_id), serial, past, baseline, absence })
}
