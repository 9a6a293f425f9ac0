//! Bulks: one change to many assets. What becomes of each is written down before anything is done;
//! whoever prepares or applies one holds it by a lease.

use domain::id::{AssetId, BulkId, TenantId};
use domain::{Actor, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::leases;
use crate::ledger::Kept;
use crate::seam::{Json, Query, Row, Sql, StoreError, SystemTx, Tx, sql};
use crate::word::Word;

#[derive(Debug, Clone, PartialEq)]
pub struct Bulk {
    pub id: BulkId,
    /// What is done to each, in the app's words.
    pub doing: Value,
    /// The list it was chosen from, as its address asks.
    pub list: String,
    pub state: BulkState,
    pub counts: BulkCounts,
    /// Who asked for it, then who had it done.
    pub actor: Actor,
    pub note: Option<String>,
    pub error: Option<String>,
    pub made_at: Timestamp,
    pub applied_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkState {
    /// Each asset is looked at.
    Preparing,
    /// It waits for somebody to say yes.
    Ready,
    Applying,
    Applied,
    /// It could not be prepared; nothing was done.
    Failed,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BulkCounts {
    pub total: i64,
    /// Those that change.
    pub fits: i64,
    /// Those that are so already.
    pub same: i64,
    pub refused: i64,
    pub done: i64,
    /// Left alone because they moved between preview and application.
    pub passed_over: i64,
}

/// What becomes of one asset; those that are done are no items any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub asset: AssetId,
    /// The version it was decided from.
    pub version: i64,
    pub state: ItemState,
    pub why: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    Fits,
    Same,
    Refused,
    PassedOver,
}

impl BulkState {
    pub const fn as_str(self) -> &'static str {
        match self {
            BulkState::Preparing => "preparing",
            BulkState::Ready => "ready",
            BulkState::Applying => "applying",
            BulkState::Applied => "applied",
            BulkState::Failed => "failed",
        }
    }

    /// Some process is at it, or soon will be.
    pub const fn is_open(self) -> bool {
        matches!(self, BulkState::Preparing | BulkState::Applying)
    }
}

impl ItemState {
    pub const ALL: [ItemState; 4] =
        [ItemState::Fits, ItemState::Same, ItemState::Refused, ItemState::PassedOver];

    pub const fn as_str(self) -> &'static str {
        match self {
            ItemState::Fits => "fits",
            ItemState::Same => "same",
            ItemState::Refused => "refused",
            ItemState::PassedOver => "passed_over",
        }
    }
}

/// Who holds it, and until when.
#[derive(Debug, Clone, Copy)]
pub struct Lease<'a> {
    pub owner: &'a str,
    pub until: Timestamp,
}

const SELECT: &str = "SELECT id, doing, list, state, total, fits, same, refused, done, passed_over,
        actor, note, error, made_at, applied_at
     FROM bulks
     WHERE tenant_id = ";

pub fn find(tx: &mut Tx<'_>, id: BulkId) -> Result<Option<Bulk>, StoreError> {
    let tenant = tx.tenant();
    tx.find(sql! { const SELECT, tenant, " AND id = ", id }, read)
}

/// The newest first, and older than `before`.
/// `since`: those made or applied then or later.
pub fn recent(
    tx: &mut Tx<'_>,
    before: Option<BulkId>,
    since: Option<Timestamp>,
    most: i64,
) -> Result<Vec<Bulk>, StoreError> {
    let (tenant, before) = (tx.tenant(), before.map_or(i64::MAX, BulkId::number));
    let mut sql = sql! { const SELECT, tenant, " AND id < ", before };
    changed(&mut sql, since);
    sql! { sql => " ORDER BY id DESC LIMIT ", most };
    tx.all(sql, read)
}

pub fn count(tx: &mut Tx<'_>, since: Option<Timestamp>) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! { "SELECT count(*) FROM bulks WHERE tenant_id = ", tenant };
    changed(&mut sql, since);
    tx.one(sql, |row| row.next())
}

fn changed(sql: &mut Sql, since: Option<Timestamp>) {
    if let Some(since) = since {
        sql! { sql => " AND COALESCE(applied_at, made_at) >= ", since };
    }
}

/// A new one, to be prepared by whoever holds it.
pub fn create(tx: &mut Tx<'_>, bulk: &Bulk, lease: Lease<'_>) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "INSERT INTO bulks (
            tenant_id, id, doing, list, state, total, actor, made_at, lease_owner, lease_until
         ) VALUES (",
        tenant, ", ", bulk.id, ", ", Json(&bulk.doing), ", ", &bulk.list, ", ", Word(bulk.state),
        ", ", bulk.counts.total, ", ", Json(&bulk.actor), ", ", bulk.made_at, ", ", lease.owner,
        ", ", lease.until, ")"
    })
    .map(drop)
}

/// Forgets previews that nobody said yes to.
pub fn forget(tx: &mut Tx<'_>, before: Timestamp) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "DELETE FROM bulks
         WHERE tenant_id = ", tenant, "
           AND state IN ('preparing', 'ready', 'failed')
           AND made_at < ", before
    })
    .map(drop)
}

/// Keeps it for whoever holds it. `false`: the lease is lost, and whoever asks must do nothing.
pub fn hold(tx: &mut Tx<'_>, id: BulkId, lease: Lease<'_>) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let held = tx.exec(sql! {
        "UPDATE bulks
         SET lease_until = ", lease.until, "
         WHERE tenant_id = ", tenant, " AND id = ", id, "
           AND lease_owner = ", lease.owner, " AND lease_until IS NOT NULL"
    })?;
    Ok(held > 0)
}

/// Takes over from a process that fell silent.
pub fn take_over(
    tx: &mut Tx<'_>,
    id: BulkId,
    now: Timestamp,
    lease: Lease<'_>,
) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let taken = tx.exec(sql! {
        "UPDATE bulks
         SET lease_owner = ", lease.owner, ", lease_until = ", lease.until, "
         WHERE tenant_id = ", tenant, " AND id = ", id, " AND ", + leases::ended(now)
    })?;
    Ok(taken > 0)
}

/// Those whose process fell silent.
pub fn abandoned(
    tx: &mut SystemTx<'_>,
    now: Timestamp,
) -> Result<Vec<(TenantId, BulkId)>, StoreError> {
    tx.all(sql! { "SELECT tenant_id, id FROM bulks WHERE ", + leases::ended(now) }, |row| {
        Ok((row.next()?, row.next()?))
    })
}

/// Writes down what becomes of some; each asset once.
pub fn add(tx: &mut Tx<'_>, id: BulkId, items: &[Item]) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let rows = items.iter().map(|item| {
        let (state, why) = (Word(item.state), item.why.clone());
        let (asset, version) = (item.asset, item.version);
        [tenant.into(), id.into(), asset.into(), version.into(), state.into(), why.into()]
    });
    tx.exec_many(
        "INSERT INTO bulk_items (tenant_id, bulk_id, asset_id, version, state, why) VALUES ",
        rows.collect(),
        "",
    )?;
    let count = |state| {
        let some = items.iter().filter(|item| item.state == state).count();
        i64::try_from(some).unwrap_or(i64::MAX)
    };
    tx.exec(sql! {
        "UPDATE bulks
         SET fits = fits + ", count(ItemState::Fits), ",
             same = same + ", count(ItemState::Same), ",
             refused = refused + ", count(ItemState::Refused), "
         WHERE tenant_id = ", tenant, " AND id = ", id
    })
    .map(drop)
}

/// How many of those that fit come with something to know first.
pub fn bewares(tx: &mut Tx<'_>, id: BulkId) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    tx.one(
        sql! {
            "SELECT COUNT(*)
             FROM bulk_items
             WHERE tenant_id = ", tenant, " AND bulk_id = ", id, "
               AND state = ", Word(ItemState::Fits), " AND why IS NOT NULL"
        },
        |row| row.next(),
    )
}

/// It is prepared, or it failed to be.
pub fn prepared(tx: &mut Tx<'_>, id: BulkId, error: Option<&str>) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let state = if error.is_some() { BulkState::Failed } else { BulkState::Ready };
    tx.exec(sql! {
        "UPDATE bulks
         SET state = ", Word(state), ", error = ", error, ", lease_until = NULL
         WHERE tenant_id = ", tenant, " AND id = ", id, " AND state = 'preparing'"
    })
    .map(drop)
}

/// Somebody said yes. `false`: it does not wait for that.
pub fn approve(
    tx: &mut Tx<'_>,
    id: BulkId,
    actor: &Actor,
    note: Option<&str>,
    now: Timestamp,
    lease: Lease<'_>,
) -> Result<bool, StoreError> {
    let tenant = tx.tenant();
    let approved = tx.exec(sql! {
        "UPDATE bulks
         SET state = 'applying', actor = ", Json(actor), ", note = ", note, ",
             applied_at = ", now, ", lease_owner = ", lease.owner, ",
             lease_until = ", lease.until, "
         WHERE tenant_id = ", tenant, " AND id = ", id, " AND state = 'ready'"
    })?;
    Ok(approved > 0)
}

/// Items of one state, in order of their assets.
pub fn items(
    tx: &mut Tx<'_>,
    id: BulkId,
    state: ItemState,
    after: Option<AssetId>,
    most: usize,
) -> Result<Vec<Item>, StoreError> {
    let tenant = tx.tenant();
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    tx.all(
        sql! {
            "SELECT asset_id, version, state, why
             FROM bulk_items
             WHERE tenant_id = ", tenant, "
               AND bulk_id = ", id, "
               AND state = ", Word(state), "
               AND asset_id > ", after.map_or(i64::MIN, AssetId::number), "
             ORDER BY asset_id
             LIMIT ", most
        },
        |row| {
            Ok(Item {
                asset: row.next()?,
                version: row.next()?,
                state: row.next::<Word<_>>()?.0,
                why: row.next()?,
            })
        },
    )
}

/// Some that were to change are done, but for those in `left`. `items` are in order of their assets.
pub fn did(tx: &mut Tx<'_>, id: BulkId, items: &[Item], left: &[Kept]) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let (Some(first), Some(last)) = (items.first(), items.last()) else { return Ok(()) };
    for kept in left {
        tx.exec(sql! {
            "UPDATE bulk_items
             SET state = 'passed_over', why = ", &kept.why, "
             WHERE tenant_id = ", tenant, " AND bulk_id = ", id, " AND asset_id = ", kept.asset
        })?;
    }
    tx.exec(sql! {
        "DELETE FROM bulk_items
         WHERE tenant_id = ", tenant, "
           AND bulk_id = ", id, "
           AND state = 'fits'
           AND asset_id >= ", first.asset, " AND asset_id <= ", last.asset
    })?;
    let left = i64::try_from(left.len()).unwrap_or(i64::MAX);
    let done = i64::try_from(items.len()).unwrap_or(i64::MAX) - left;
    tx.exec(sql! {
        "UPDATE bulks
         SET done = done + ", done, ", passed_over = passed_over + ", left, "
         WHERE tenant_id = ", tenant, " AND id = ", id
    })
    .map(drop)
}

/// All is done. What was so already is not told for ever.
pub fn finish(tx: &mut Tx<'_>, id: BulkId) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "DELETE FROM bulk_items
         WHERE tenant_id = ", tenant, " AND bulk_id = ", id, " AND state = 'same'"
    })?;
    tx.exec(sql! {
        "UPDATE bulks
         SET state = 'applied', lease_until = NULL
         WHERE tenant_id = ", tenant, " AND id = ", id, " AND state = 'applying'"
    })
    .map(drop)
}

fn read(row: &mut Row<'_>) -> Result<Bulk, StoreError> {
    Ok(Bulk {
        id: row.next()?,
        doing: row.next::<Json<_>>()?.0,
        list: row.next()?,
        state: row.next::<Word<_>>()?.0,
        counts: BulkCounts {
            total: row.next()?,
            fits: row.next()?,
            same: row.next()?,
            refused: row.next()?,
            done: row.next()?,
            passed_over: row.next()?,
        },
        actor: row.next::<Json<_>>()?.0,
        note: row.next()?,
        error: row.next()?,
        made_at: row.next()?,
        applied_at: row.next()?,
    })
}
