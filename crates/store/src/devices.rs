//! Devices: what a source last said, in its own words, for the details panel.

use std::collections::{BTreeMap, HashMap};

use domain::Timestamp;
use domain::id::{AssetId, SourceId};
use domain::text::key;
use reconcile::Rules;
use reconcile::inventory::Link;
use reconcile::plan::Verdict;
use reconcile::survey::DeviceId;

use crate::seam::{Json, Query, StoreError, Tx, sql};
use crate::word::Word;
use crate::{derived, links};

/// A device whose row moved, with the few facts that are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceSaid {
    pub device_id: DeviceId,
    /// Of `raw`; equal hashes are taken for equal rows.
    pub hash: u64,
    pub platform: String,
    pub os_version: String,
    pub last_seen_at: Option<Timestamp>,
    pub enrolled_at: Option<Timestamp>,
    /// JSON as sent.
    pub raw: String,
    /// What of it search finds, a line each.
    pub words: String,
}

/// A device as the details panel needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct DeviceDoc {
    pub source: SourceId,
    pub source_name: String,
    pub link: Link,
    /// `None` when the row was never kept.
    pub raw: Option<String>,
    /// When the row was last seen to differ.
    pub seen_at: Option<Timestamp>,
}

/// The hash of every row kept.
pub fn known_hashes(tx: &mut Tx<'_>, source: SourceId) -> Result<HashMap<String, u64>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT device_id, hash
             FROM devices
             WHERE tenant_id = ", tenant, " AND source_id = ", source
        },
        |row| Ok((row.next()?, row.next::<i64>()?.cast_unsigned())),
    )
}

/// Keeps rows that moved, and brings the platform and the search text of their
/// assets up to date.
pub fn save(
    tx: &mut Tx<'_>,
    source: SourceId,
    moved: &[DeviceSaid],
    seen_at: Timestamp,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let rows = moved.iter().map(|device| {
        [
            tenant.into(),
            source.into(),
            device.device_id.as_str().into(),
            device.hash.cast_signed().into(),
            (&device.platform).into(),
            (&device.os_version).into(),
            device.last_seen_at.into(),
            device.enrolled_at.into(),
            seen_at.into(),
            (&device.raw).into(),
            key(&device.words).into(),
        ]
    });
    tx.exec_many(
        "INSERT INTO devices (
            tenant_id, source_id, device_id, hash, platform, os_version, last_seen_at,
            enrolled_at, seen_at, raw, words
         ) VALUES ",
        rows.collect(),
        " ON CONFLICT (tenant_id, source_id, device_id) DO UPDATE
          SET hash = excluded.hash, platform = excluded.platform,
              os_version = excluded.os_version, last_seen_at = excluded.last_seen_at,
              enrolled_at = excluded.enrolled_at, seen_at = excluded.seen_at, raw = excluded.raw,
              words = excluded.words",
    )?;
    let mut by_platform: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for device in moved {
        by_platform.entry(&device.platform).or_default().push(device.device_id.as_str());
    }
    by_platform.into_iter().try_for_each(|(platform, ids)| show(tx, source, platform, ids))?;
    let ids = moved.iter().map(|device| device.device_id.as_str());
    let assets = links::holders(tx, source, ids)?;
    derived::details_changed(tx, assets)
}

fn show(
    tx: &mut Tx<'_>,
    source: SourceId,
    platform: &str,
    devices: Vec<&str>,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.of_ids(
        devices,
        |list| {
            sql! {
                "UPDATE assets
                 SET platform = ", platform, "
                 WHERE tenant_id = ", tenant, "
                   AND platform <> ", platform, "
                   AND id IN (SELECT asset_id FROM links
                              WHERE tenant_id = ", tenant, "
                                AND source_id = ", source, "
                                AND device_id IN (", + list, "))"
            }
        },
        |_| Ok(()),
    )?;
    Ok(())
}

/// The rows of the devices that the last run saw, JSON as sent, in order of device id.
pub fn last_seen(tx: &mut Tx<'_>, source: SourceId) -> Result<Vec<String>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT d.raw
             FROM devices d
             JOIN outcomes o ON o.tenant_id = d.tenant_id
                 AND o.source_id = d.source_id AND o.device_id = d.device_id
             WHERE d.tenant_id = ", tenant, " AND d.source_id = ", source, "
               AND o.verdict <> ", Word(Verdict::Absent), "
             ORDER BY d.device_id"
        },
        |row| row.next(),
    )
}

/// Those that no asset is linked to.
pub fn unlinked(
    tx: &mut Tx<'_>,
    source: SourceId,
    devices: &[String],
) -> Result<Vec<String>, StoreError> {
    let tenant = tx.tenant();
    tx.of_ids(
        devices.iter().map(String::as_str),
        |list| {
            sql! {
                "SELECT d.device_id
                 FROM devices d
                 WHERE d.tenant_id = ", tenant, " AND d.source_id = ", source, "
                   AND NOT EXISTS (SELECT 1 FROM links l
                                   WHERE l.tenant_id = d.tenant_id AND l.source_id = d.source_id
                                     AND l.device_id = d.device_id)
                   AND d.device_id IN (", + list, ")"
            }
        },
        |row| row.next(),
    )
}

/// What was said of these goes, the details too.
pub fn forget(tx: &mut Tx<'_>, source: SourceId, devices: &[String]) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    for table in ["devices", "device_details"] {
        tx.of_ids(
            devices.iter().map(String::as_str),
            |list| {
                sql! {
                    "DELETE FROM ", const table, "
                     WHERE tenant_id = ", tenant, "
                       AND source_id = ", source, "
                       AND device_id IN (", + list, ")"
                }
            },
            |_| Ok(()),
        )?;
    }
    Ok(())
}

/// What a source last said about one device, linked or not; JSON as sent.
pub fn raw(
    tx: &mut Tx<'_>,
    source: SourceId,
    device: &DeviceId,
) -> Result<Option<String>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT raw
             FROM devices
             WHERE tenant_id = ", tenant, " AND source_id = ", source, "
               AND device_id = ", device.as_str()
        },
        |row| row.next(),
    )
}

/// What each source last said about an asset, best source first.
pub fn of_asset(tx: &mut Tx<'_>, asset: AssetId) -> Result<Vec<DeviceDoc>, StoreError> {
    let tenant = tx.tenant();
    let mut docs: Vec<(i32, DeviceDoc)> = tx.all(
        sql! {
            "SELECT ", const links::COLUMNS, ", s.id, s.name, s.settings, d.raw, d.seen_at
             FROM links l
             JOIN sources s ON s.tenant_id = l.tenant_id AND s.id = l.source_id
             LEFT JOIN devices d ON d.tenant_id = l.tenant_id
                 AND d.source_id = l.source_id AND d.device_id = l.device_id
             WHERE l.tenant_id = ", tenant, " AND l.asset_id = ", asset, "
             ORDER BY s.id"
        },
        |row| {
            let link = links::read(row)?;
            let (source, source_name) = (row.next()?, row.next()?);
            let Json(rules) = row.next::<Json<Rules>>()?;
            let doc =
                DeviceDoc { source, source_name, link, raw: row.next()?, seen_at: row.next()? };
            Ok((rules.priority, doc))
        },
    )?;
    docs.sort_by_key(|(priority, doc)| (*priority, doc.source));
    Ok(docs.into_iter().map(|(_, doc)| doc).collect())
}

/// The platforms of these devices and what search finds of them, by device id.
pub(crate) fn shown<'d>(
    tx: &mut Tx<'_>,
    source: SourceId,
    devices: impl IntoIterator<Item = &'d str>,
) -> Result<BTreeMap<String, (String, String)>, StoreError> {
    let tenant = tx.tenant();
    let found = tx.of_ids(
        devices,
        |list| {
            sql! {
                "SELECT device_id, platform, words
                 FROM devices
                 WHERE tenant_id = ", tenant, "
                   AND source_id = ", source, "
                   AND device_id IN (", + list, ")"
            }
        },
        |row| Ok((row.next()?, (row.next()?, row.next()?))),
    )?;
    Ok(found.into_iter().collect())
}
