//! Custody: who had what from when until when. Written by the ledger with its events.

use std::collections::BTreeSet;

use domain::event::Subject;
use domain::id::{AssetId, EmployeeId, EventId};
use domain::{Asset, Custodian, Timestamp};

use crate::assets;
use crate::departed;
use crate::locations;
use crate::read::custodian;
use crate::seam::{Query, Row, StoreError, Tx, sql};

/// One time in one pair of hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    pub asset: AssetId,
    pub custodian: Custodian,
    pub from_at: Timestamp,
    /// `None`: still.
    pub until_at: Option<Timestamp>,
    pub out_event: EventId,
    pub in_event: Option<EventId>,
    /// Whether the custodian is there no more; asked of an employee, whether the asset is.
    pub gone: bool,
}

/// Newest first. A custodian that is gone is called as it was; the name is empty where nobody knows.
pub fn of_asset(tx: &mut Tx<'_>, asset: AssetId) -> Result<Vec<(Interval, String)>, StoreError> {
    let tenant = tx.tenant();
    let mut held: Vec<(Interval, String)> = tx.all(
        sql! {
            "SELECT c.asset_id, c.custodian_kind, c.custodian_id, c.from_at, c.until_at,
                    c.out_event, c.in_event, COALESCE(e.name, l.name, a.tag, '')
             FROM custody c
             LEFT JOIN employees e ON c.custodian_kind = 'employee'
                 AND e.tenant_id = c.tenant_id AND e.id = c.custodian_id
             LEFT JOIN locations l ON c.custodian_kind = 'location'
                 AND l.tenant_id = c.tenant_id AND l.id = c.custodian_id
             LEFT JOIN assets a ON c.custodian_kind = 'asset'
                 AND a.tenant_id = c.tenant_id AND a.id = c.custodian_id
             WHERE c.tenant_id = ", tenant, " AND c.asset_id = ", asset, "
             ORDER BY c.out_event DESC"
        },
        |row| Ok((read(row)?, row.next()?)),
    )?;
    let place = |interval: &Interval| match interval.custodian {
        Custodian::Location(id) => Some(id.number()),
        Custodian::Employee(_) | Custodian::Asset(_) => None,
    };
    let names = locations::called(tx, held.iter().filter_map(|(interval, _)| place(interval)))?;
    for (interval, name) in &mut held {
        if let Some(called) = place(interval).and_then(|id| names.get(&id)) {
            name.clone_from(called);
        }
    }
    call_gone(tx, &mut held, |interval| interval.custodian.into())?;
    Ok(held)
}

/// Where the name is empty, the one it would have been is gone.
fn call_gone(
    tx: &mut Tx<'_>,
    held: &mut [(Interval, String)],
    whose: impl Fn(&Interval) -> Subject,
) -> Result<(), StoreError> {
    let gone = held.iter().filter(|(_, name)| name.is_empty());
    let gone: BTreeSet<String> = gone.map(|(interval, _)| whose(interval).id()).collect();
    let names = departed::names(tx, gone)?;
    for (interval, name) in held.iter_mut().filter(|(_, name)| name.is_empty()) {
        interval.gone = true;
        *name = names.get(&whose(interval).id()).cloned().unwrap_or_default();
    }
    Ok(())
}

/// Newest first. An asset that is gone is called as it was; the tag is empty where nobody knows.
pub fn of_employee(
    tx: &mut Tx<'_>,
    employee: EmployeeId,
) -> Result<Vec<(Interval, String)>, StoreError> {
    let tenant = tx.tenant();
    let mut held: Vec<(Interval, String)> = tx.all(
        sql! {
            "SELECT c.asset_id, c.custodian_kind, c.custodian_id, c.from_at, c.until_at,
                    c.out_event, c.in_event, COALESCE(a.tag, '')
             FROM custody c
             LEFT JOIN assets a ON a.tenant_id = c.tenant_id AND a.id = c.asset_id
             WHERE c.tenant_id = ", tenant, "
               AND c.custodian_kind = 'employee'
               AND c.custodian_id = ", employee, "
             ORDER BY c.out_event DESC"
        },
        |row| Ok((read(row)?, row.next()?)),
    )?;
    call_gone(tx, &mut held, |interval| Subject::Asset(interval.asset))?;
    Ok(held)
}

/// What a custodian has now, by tag.
pub fn holdings(tx: &mut Tx<'_>, custodian: Custodian) -> Result<Vec<Asset>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT ", const assets::COLUMNS, "
             FROM assets a
             WHERE a.tenant_id = ", tenant, "
               AND a.custodian_kind = ", custodian.kind(), "
               AND a.custodian_id = ", custodian.number(), "
             ORDER BY a.tag_key"
        },
        assets::read,
    )
}

/// How many [`holdings`] finds.
pub fn count_holdings(tx: &mut Tx<'_>, custodian: Custodian) -> Result<u64, StoreError> {
    let tenant = tx.tenant();
    let held: i64 = tx.one(
        sql! {
            "SELECT count(*)
             FROM assets a
             WHERE a.tenant_id = ", tenant, "
               AND a.custodian_kind = ", custodian.kind(), "
               AND a.custodian_id = ", custodian.number()
        },
        |row| row.next(),
    )?;
    Ok(held.unsigned_abs())
}

/// Who had it last within a span of time, its end left out.
pub fn within(
    tx: &mut Tx<'_>,
    asset: AssetId,
    from: Timestamp,
    until: Timestamp,
) -> Result<Option<(Interval, String)>, StoreError> {
    let overlaps = |interval: &Interval| {
        interval.from_at < until && interval.until_at.is_none_or(|end| end > from)
    };
    Ok(of_asset(tx, asset)?.into_iter().find(|(interval, _)| overlaps(interval)))
}

/// Whether `place` is inside `asset`, at any depth, or is the asset itself.
pub fn inside(tx: &mut Tx<'_>, place: AssetId, asset: AssetId) -> Result<bool, StoreError> {
    Ok(around(tx, place)?.contains(&asset))
}

/// An asset, and all that it lies in. In a transaction that writes, all of it stays where it is until
/// the end, the outermost too: two that were put into each other at once would make a ring.
pub fn around(tx: &mut Tx<'_>, asset: AssetId) -> Result<BTreeSet<AssetId>, StoreError> {
    let tenant = tx.tenant();
    let (mut around, mut next) = (BTreeSet::new(), Some(asset));
    while let Some(here) = next.filter(|here| around.insert(*here)) {
        let mut sql = sql! {
            "SELECT custodian_kind, custodian_id
             FROM assets
             WHERE tenant_id = ", tenant, " AND id = ", here
        };
        sql.text(tx.held_still());
        next = match tx.find(sql, custodian)?.flatten() {
            Some(Custodian::Asset(place)) => Some(place),
            _ => None,
        };
    }
    Ok(around)
}

fn read(row: &mut Row<'_>) -> Result<Interval, StoreError> {
    Ok(Interval {
        asset: row.next()?,
        custodian: custodian(row)?
            .ok_or_else(|| StoreError::Corrupt("custody without a custodian".into()))?,
        from_at: row.next()?,
        until_at: row.next()?,
        out_event: row.next()?,
        in_event: row.next()?,
        gone: false,
    })
}
