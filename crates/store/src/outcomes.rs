//! Outcomes: what the last run decided about each device of a source. A row is rewritten only
//! when what it says moved, so an idle run writes none.

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
};

use domain::{
    id::{RunId, SourceId, TenantId},
    text,
};
use reconcile::{
    plan::{DeviceOutcome, Verdict},
    survey::DeviceId,
};

use crate::{
    StoreError, Tx,
    page::Count,
    seam::{Json, Query, Sql, sql},
    search::pattern,
    word::Word,
};

/// Rows made at a time, so that a large fleet does not stand in memory twice.
const ROWS_IN_MEMORY: usize = 1_024;

/// What a list shows; the default is everything.
#[derive(Debug, Clone, Default)]
pub struct OutcomeFilter {
    pub verdict: Option<Verdict>,
    /// Only devices for which that run's plan has no change.
    pub unchanged_by: Option<RunId>,
    /// Part of the serial, the name or the device id.
    pub q: Option<String>,
}

/// Takes in all that a run decided. Devices it does not mention go.
/// Answers how many rows were written or removed.
pub fn keep(
    tx: &mut Tx<'_>,
    source: SourceId,
    run: RunId,
    outcomes: &[DeviceOutcome],
) -> Result<u64, StoreError> {
    let mut gone = hashes(tx, source)?;
    // One row a device, whatever a source says twice: a statement cannot write a row twice.
    let mut moved = BTreeMap::new();
    for outcome in outcomes {
        let hash = fingerprint(outcome);
        let device_id = outcome.device_id.as_str();
        match gone.remove(device_id) {
            Some(known) if known == hash => {}
            _ => drop(moved.insert(device_id, (outcome, hash))),
        }
    }
    let gone: Vec<String> = gone.into_keys().collect();
    Ok(write(tx, source, run, &moved.into_values().collect::<Vec<_>>())?
        + remove(tx, source, &gone)?)
}

/// In order of device id; the next page is `after` the last of this one.
pub fn list(
    tx: &mut Tx<'_>,
    source: SourceId,
    filter: &OutcomeFilter,
    after: Option<&DeviceId>,
    limit: u32,
) -> Result<Vec<DeviceOutcome>, StoreError> {
    let tenant = tx.tenant();
    let mut query = sql! { "SELECT o.body" };
    query.append(found(tenant, source, filter));
    if let Some(after) = after {
        sql! { query => " AND o.device_id > ", after.as_str() };
    }
    sql! { query => " ORDER BY o.device_id LIMIT ", limit };
    tx.all(query, |row| Ok(row.next::<Json<_>>()?.0))
}

/// How many [`list`] finds in all: exact without filters, else up to `most`.
pub fn count(
    tx: &mut Tx<'_>,
    source: SourceId,
    filter: &OutcomeFilter,
    most: i64,
) -> Result<Count, StoreError> {
    let tenant = tx.tenant();
    let filtered = filter.verdict.is_some() || filter.unchanged_by.is_some() || filter.q.is_some();
    let most = if filtered { most } else { i64::MAX - 1 };
    let mut query = sql! { "SELECT count(*) FROM (SELECT 1" };
    query.append(found(tenant, source, filter));
    sql! { query => " LIMIT ", most + 1, ") hits" };
    let n: i64 = tx.one(query, |row| row.next())?;
    Ok(Count { n: n.min(most), more: n > most })
}

/// ` FROM … WHERE …`
fn found(tenant: TenantId, source: SourceId, filter: &OutcomeFilter) -> Sql {
    let mut query = sql! {
        " FROM outcomes AS o \
         WHERE o.tenant_id = ", tenant, " AND o.source_id = ", source
    };
    if let Some(verdict) = filter.verdict {
        sql! { query => " AND o.verdict = ", Word(verdict) };
    }
    if let Some(run) = filter.unchanged_by {
        // OFFSET keeps PostgreSQL from making a join of it, which fresh tables mislead it about.
        sql! { query => " AND NOT EXISTS (SELECT 1 FROM plan_changes AS c \
         WHERE c.tenant_id = ", tenant, " AND c.run_id = ", run,
        " AND c.device_id = o.device_id LIMIT 1 OFFSET 0)" };
    }
    if let Some(q) = filter.q.as_deref().map(text::key).filter(|q| !q.is_empty()) {
        sql! { query => " AND o.search LIKE ", pattern(&q), " ESCAPE '\\'" };
    }
    query
}

/// How many devices there are of each verdict; those with none are absent.
pub fn counts(tx: &mut Tx<'_>, source: SourceId) -> Result<BTreeMap<Verdict, u32>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT verdict, count(*) FROM outcomes \
             WHERE tenant_id = ", tenant, " AND source_id = ", source, " GROUP BY verdict"
        },
        |row| Ok((row.next::<Word<Verdict>>()?.0, row.next::<u32>()?)),
    )
}

/// What was last decided about one device, and the run since which it stands.
pub fn of_device(
    tx: &mut Tx<'_>,
    source: SourceId,
    device: &DeviceId,
) -> Result<Option<(DeviceOutcome, RunId)>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT body, run_id FROM outcomes \
             WHERE tenant_id = ", tenant, " AND source_id = ", source,
            " AND device_id = ", device.as_str()
        },
        |row| Ok((row.next::<Json<_>>()?.0, row.next()?)),
    )
}

/// Answered from an index alone, so in no order.
fn hashes(tx: &mut Tx<'_>, source: SourceId) -> Result<HashMap<String, i64>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT device_id, hash FROM outcomes \
             WHERE tenant_id = ", tenant, " AND source_id = ", source
        },
        |row| Ok((row.next()?, row.next()?)),
    )
}

/// May differ from release to release; each row is then rewritten once.
fn fingerprint(outcome: &DeviceOutcome) -> i64 {
    let mut hasher = DefaultHasher::new();
    outcome.hash(&mut hasher);
    hasher.finish().cast_signed()
}

fn write(
    tx: &mut Tx<'_>,
    source: SourceId,
    run: RunId,
    moved: &[(&DeviceOutcome, i64)],
) -> Result<u64, StoreError> {
    let tenant = tx.tenant();
    let row = |(outcome, hash): &(&DeviceOutcome, i64)| {
        [
            tenant.into(),
            source.into(),
            outcome.device_id.as_str().into(),
            Word(outcome.verdict).into(),
            (*hash).into(),
            searched(outcome).into(),
            Json(outcome).into(),
            run.into(),
        ]
    };
    let mut written = 0;
    for some in moved.chunks(ROWS_IN_MEMORY) {
        written += tx.exec_each(
            "INSERT INTO outcomes \
             (tenant_id, source_id, device_id, verdict, hash, search, body, run_id) VALUES ",
            some.iter().map(row).collect(),
            " ON CONFLICT (tenant_id, source_id, device_id) DO UPDATE SET \
             verdict = excluded.verdict, hash = excluded.hash, \
             search = excluded.search, body = excluded.body, run_id = excluded.run_id",
        )?;
    }
    Ok(written)
}

fn remove(tx: &mut Tx<'_>, source: SourceId, gone: &[String]) -> Result<u64, StoreError> {
    let tenant = tx.tenant();
    let mut removed = 0;
    for device in gone {
        removed += tx.exec(sql! {
            "DELETE FROM outcomes WHERE tenant_id = ", tenant, " AND source_id = ", source,
            " AND device_id = ", device
        })?;
    }
    Ok(removed)
}

/// Every outcome of a source that is about to go itself.
pub(crate) fn forget_source(tx: &mut Tx<'_>, source: SourceId) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(
        sql! { "DELETE FROM outcomes WHERE tenant_id = ", tenant, " AND source_id = ", source },
    )?;
    Ok(())
}

fn searched(outcome: &DeviceOutcome) -> String {
    let id = Some(outcome.device_id.as_str());
    let parts = [outcome.serial.as_deref(), outcome.name.as_deref(), id];
    text::key(&parts.into_iter().flatten().collect::<Vec<_>>().join("\n"))
}
