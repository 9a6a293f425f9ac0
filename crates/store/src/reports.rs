//! What reports ask beyond lists: devices of many assets at once, devices that no asset stands
//! for, and who custody and a source each name. Everything goes page by page.

use std::collections::BTreeMap;

use domain::Custodian;
use domain::id::{AssetId, EmployeeId, SourceId};
use jiff::civil::Date;
use reconcile::Rules;
use reconcile::plan::DeviceOutcome;

use crate::assets::AssetQuery;
use crate::read::{custodian, date};
use crate::seam::{Json, Query, Sql, StoreError, Tx, sql};

/// What a source last said about the device of an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub asset: AssetId,
    pub source: SourceId,
    pub device_id: String,
    /// JSON as sent; `None` once the source lists the device no more.
    pub raw: Option<String>,
}

/// A device that no asset stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Unlinked {
    pub source: SourceId,
    pub device_id: String,
    pub raw: String,
    /// What the last run decided about it.
    pub outcome: Option<DeviceOutcome>,
}

/// Who has an asset, and the device whose user that may be compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Custody {
    pub asset: AssetId,
    pub custodian: Option<Custodian>,
    pub source: SourceId,
    pub raw: String,
}

/// The tenant's sources by name, the one whose word counts most first.
pub fn sources(tx: &mut Tx<'_>) -> Result<Vec<(SourceId, String)>, StoreError> {
    let tenant = tx.tenant();
    let mut found: Vec<(i32, SourceId, String)> = tx.all(
        sql! { "SELECT id, name, settings FROM sources WHERE tenant_id = ", tenant },
        |row| {
            let (id, name) = (row.next()?, row.next()?);
            let Json(rules) = row.next::<Json<Rules>>()?;
            Ok((rules.priority, id, name))
        },
    )?;
    found.sort();
    Ok(found.into_iter().map(|(_, id, name)| (id, name)).collect())
}

/// The most sources that any one asset is linked from.
pub fn most_links(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    let most = tx.find(
        sql! {
            "SELECT count(*) AS n
             FROM links
             WHERE tenant_id = ", tenant, "
             GROUP BY asset_id
             ORDER BY n DESC
             LIMIT 1"
        },
        |row| row.next(),
    )?;
    Ok(most.unwrap_or(0))
}

/// What every source last said about these assets.
pub fn said(
    tx: &mut Tx<'_>,
    assets: impl IntoIterator<Item = AssetId>,
) -> Result<Vec<Said>, StoreError> {
    let tenant = tx.tenant();
    tx.of_ids(
        assets,
        |list| {
            sql! {
                "SELECT l.asset_id, l.source_id, l.device_id, d.raw
                 FROM links l
                 LEFT JOIN devices d ON d.tenant_id = l.tenant_id
                     AND d.source_id = l.source_id AND d.device_id = l.device_id
                 WHERE l.tenant_id = ", tenant, " AND l.asset_id IN (", + list, ")"
            }
        },
        |row| {
            Ok(Said {
                asset: row.next()?,
                source: row.next()?,
                device_id: row.next()?,
                raw: row.next()?,
            })
        },
    )
}

/// Devices without an asset, by source and device id; the next page is `after` the last of this.
pub fn unlinked(
    tx: &mut Tx<'_>,
    after: Option<(SourceId, &str)>,
    limit: i64,
) -> Result<Vec<Unlinked>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! {
        "SELECT d.source_id, d.device_id, d.raw, o.body
         FROM devices d
         LEFT JOIN outcomes o ON o.tenant_id = d.tenant_id
             AND o.source_id = d.source_id AND o.device_id = d.device_id
         WHERE d.tenant_id = ", tenant, "
           AND NOT EXISTS (SELECT 1 FROM links l
                           WHERE l.tenant_id = d.tenant_id AND l.source_id = d.source_id
                             AND l.device_id = d.device_id)"
    };
    if let Some((source, device)) = after {
        sql! { sql => " AND (d.source_id, d.device_id) > (", source, ", ", device, ")" };
    }
    sql! { sql => " ORDER BY d.source_id, d.device_id LIMIT ", limit };
    tx.all(sql, |row| {
        Ok(Unlinked {
            source: row.next()?,
            device_id: row.next()?,
            raw: row.next()?,
            outcome: row.next::<Option<Json<_>>>()?.map(|Json(outcome)| outcome),
        })
    })
}

pub fn count_unlinked(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    tx.one(
        sql! {
            "SELECT count(*)
             FROM devices d
             WHERE d.tenant_id = ", tenant, "
               AND NOT EXISTS (SELECT 1 FROM links l
                               WHERE l.tenant_id = d.tenant_id AND l.source_id = d.source_id
                                 AND l.device_id = d.device_id)"
        },
        |row| row.next(),
    )
}

/// Who has each asset in use and what a source says of it, by asset and source; the next page is
/// `after` the last of this one.
pub fn custody(
    tx: &mut Tx<'_>,
    after: Option<(AssetId, SourceId)>,
    limit: i64,
) -> Result<Vec<Custody>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! {
        "SELECT l.asset_id, a.custodian_kind, a.custodian_id, l.source_id, d.raw
         FROM links l
         JOIN assets a ON a.tenant_id = l.tenant_id AND a.id = l.asset_id
         JOIN devices d ON d.tenant_id = l.tenant_id
             AND d.source_id = l.source_id AND d.device_id = l.device_id
         WHERE l.tenant_id = ", tenant, " AND a.archived = FALSE"
    };
    if let Some((asset, source)) = after {
        sql! { sql => " AND (l.asset_id, l.source_id) > (", asset, ", ", source, ")" };
    }
    sql! { sql => " ORDER BY l.asset_id, l.source_id LIMIT ", limit };
    tx.all(sql, |row| {
        Ok(Custody {
            asset: row.next()?,
            custodian: custodian(row)?,
            source: row.next()?,
            raw: row.next()?,
        })
    })
}

/// The employees that these users of sources are linked to.
pub fn linked_people(
    tx: &mut Tx<'_>,
    users: impl IntoIterator<Item = String>,
) -> Result<BTreeMap<(SourceId, String), EmployeeId>, StoreError> {
    let tenant = tx.tenant();
    let found = tx.of_ids(
        users,
        |list| {
            sql! {
                "SELECT source_id, user_id, employee_id
                 FROM person_links
                 WHERE tenant_id = ", tenant, " AND user_id IN (", + list, ")"
            }
        },
        |row| Ok(((row.next()?, row.next()?), row.next()?)),
    )?;
    Ok(found.into_iter().collect())
}

/// The employees with these addresses, by folded address.
pub fn people_by_email(
    tx: &mut Tx<'_>,
    keys: impl IntoIterator<Item = String>,
) -> Result<BTreeMap<String, EmployeeId>, StoreError> {
    let tenant = tx.tenant();
    let found = tx.of_ids(
        keys,
        |list| {
            sql! {
                "SELECT email_key, id
                 FROM employees
                 WHERE tenant_id = ", tenant, " AND email_key IN (", + list, ")"
            }
        },
        |row| Ok((row.next()?, row.next()?)),
    )?;
    Ok(found.into_iter().collect())
}

/// Something that a person who left still has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StillHeld {
    pub employee: EmployeeId,
    pub name: String,
    pub name_key: String,
    pub email: Option<String>,
    pub department: Option<String>,
    pub ended_on: Option<Date>,
    pub asset: AssetId,
}

/// What leavers have, by their names; the next page is `after` the last of this one.
pub fn still_held(
    tx: &mut Tx<'_>,
    query: &AssetQuery,
    after: Option<(&str, EmployeeId, AssetId)>,
    limit: i64,
) -> Result<Vec<StillHeld>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! {
        "SELECT e.id, e.name, e.name_key, e.email, d.name, e.ends_on, f.id
         FROM (SELECT a.id, a.custodian_id"
    };
    sql.append(held_by_people(tx, query)?);
    sql! { sql =>
        ") f
         JOIN employees e ON e.tenant_id = ", tenant, " AND e.id = f.custodian_id
         LEFT JOIN departments d ON d.tenant_id = e.tenant_id AND d.id = e.department_id
         WHERE e.leaver = TRUE"
    };
    if let Some((name, employee, asset)) = after {
        sql! { sql =>
            " AND (e.name_key, e.id, f.id) > (", name, ", ", employee, ", ", asset, ")"
        };
    }
    sql! { sql => " ORDER BY e.name_key, e.id, f.id LIMIT ", limit };
    tx.all(sql, |row| {
        Ok(StillHeld {
            employee: row.next()?,
            name: row.next()?,
            name_key: row.next()?,
            email: row.next()?,
            department: row.next()?,
            ended_on: date(row)?,
            asset: row.next()?,
        })
    })
}

/// Everybody who left and how many things they have, whoever has most first.
pub fn leavers(
    tx: &mut Tx<'_>,
    query: &AssetQuery,
) -> Result<Vec<(EmployeeId, String, i64)>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! { "SELECT e.id, e.name, count(*) AS n FROM (SELECT a.id, a.custodian_id" };
    sql.append(held_by_people(tx, query)?);
    sql! { sql =>
        ") f
         JOIN employees e ON e.tenant_id = ", tenant, " AND e.id = f.custodian_id
         WHERE e.leaver = TRUE
         GROUP BY e.id, e.name
         ORDER BY n DESC, e.name, e.id"
    };
    tx.all(sql, |row| Ok((row.next()?, row.next()?, row.next()?)))
}

fn held_by_people(tx: &mut Tx<'_>, query: &AssetQuery) -> Result<Sql, StoreError> {
    let mut sql = crate::assets::list::matching(tx, query)?;
    sql.text(" AND a.custodian_kind = 'employee'");
    Ok(sql)
}
