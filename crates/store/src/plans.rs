//! Plans: what a run would do, kept before anything acts on it. The changes to assets are rows,
//! so that a page can show a few of a hundred thousand; everything else is one document.

mod changes;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use domain::id::{RunId, SourceId};
use reconcile::{
    Plan,
    guard::Doubt,
    inventory::Link,
    plan::{CatalogChange, Counts, PersonChange},
};
use serde::{Deserialize, Serialize};

pub use self::changes::{ChangeKind, KeptChange, changes, count as count_changes};
use crate::{
    StoreError, Tx,
    seam::{Json, Query, sql},
};

/// A plan as it was kept; `devices` and `conflicts` are kept elsewhere and are empty here.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredPlan {
    pub plan: Plan,
    /// The version of the source's rules it was made with.
    pub rules_version: i64,
}

#[derive(Serialize, Deserialize)]
struct Document<'p> {
    catalog: Cow<'p, [CatalogChange]>,
    people: Cow<'p, [PersonChange]>,
    links: Cow<'p, [Link]>,
}

/// What is asked for again and again while a run goes on, apart from the thousands it may make.
#[derive(Serialize, Deserialize)]
struct Summary<'p> {
    doubts: Cow<'p, [Doubt]>,
    counts: Counts,
}

/// Takes the place of a plan that the same run made before.
pub fn keep(
    tx: &mut Tx<'_>,
    run: RunId,
    plan: &Plan,
    rules_version: i64,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let document = Document {
        catalog: Cow::Borrowed(&plan.catalog),
        people: Cow::Borrowed(&plan.people),
        links: Cow::Borrowed(&plan.links),
    };
    let summary = Summary { doubts: Cow::Borrowed(&plan.doubts), counts: plan.counts() };
    forget(tx, run)?;
    let source: SourceId = tx.one(
        sql! { "SELECT source_id FROM runs WHERE tenant_id = ", tenant, " AND id = ", run },
        |row| row.get(0),
    )?;
    tx.exec(sql! {
        "INSERT INTO plans (tenant_id, run_id, source_id, settings_version, body, summary) VALUES (",
        tenant, ", ", run, ", ", source, ", ", rules_version, ", ", Json(document),
        ", ", Json(summary), ")"
    })?;
    changes::insert(tx, run, &plan.assets)
}

/// `None` where the run had nothing to keep, or its plan is no longer kept.
pub fn load(tx: &mut Tx<'_>, run: RunId) -> Result<Option<StoredPlan>, StoreError> {
    let Some((document, rules_version)) = head(tx, run)? else { return Ok(None) };
    let plan = Plan {
        catalog: document.catalog.into_owned(),
        people: document.people.into_owned(),
        assets: changes::all(tx, run)?,
        links: document.links.into_owned(),
        doubts: doubts(tx, run)?,
        ..Plan::default()
    };
    Ok(Some(StoredPlan { plan, rules_version }))
}

/// How many assets there are of each kind of change.
pub fn counts(tx: &mut Tx<'_>, run: RunId) -> Result<Option<Counts>, StoreError> {
    Ok(summary(tx, run)?.map(|summary| summary.counts))
}

/// Why the plan was doubted; what a review page says first.
pub fn doubts(tx: &mut Tx<'_>, run: RunId) -> Result<Vec<Doubt>, StoreError> {
    Ok(summary(tx, run)?.map(|summary| summary.doubts.into_owned()).unwrap_or_default())
}

/// What the plan makes before any asset that names it.
pub fn newcomers(
    tx: &mut Tx<'_>,
    run: RunId,
) -> Result<(Vec<CatalogChange>, Vec<PersonChange>), StoreError> {
    let head = head(tx, run)?.map(|(document, _)| document);
    Ok(head.map(|head| (head.catalog.into_owned(), head.people.into_owned())).unwrap_or_default())
}

/// Keeps the newest `kept` plans of a source, and those that wait for review; runs stay.
/// Answers how many plans went.
pub fn delete_bodies(tx: &mut Tx<'_>, source: SourceId, kept: u32) -> Result<u64, StoreError> {
    let tenant = tx.tenant();
    let old = tx.all::<RunId, Vec<_>>(
        sql! {
            "SELECT run_id FROM plans \
             WHERE tenant_id = ", tenant, " AND source_id = ", source,
            " AND run_id NOT IN (SELECT id FROM runs \
                                 WHERE tenant_id = ", tenant, " AND state = 'needs_review') \
              AND run_id NOT IN (SELECT run_id FROM plans \
                                 WHERE tenant_id = ", tenant, " AND source_id = ", source,
            "                    ORDER BY run_id DESC LIMIT ", kept, ")"
        },
        |row| row.get(0),
    )?;
    for run in &old {
        forget(tx, *run)?;
    }
    Ok(old.len() as u64)
}

/// Every plan of a source that is about to go itself.
pub(crate) fn forget_source(tx: &mut Tx<'_>, source: SourceId) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "DELETE FROM plan_changes \
         WHERE tenant_id = ", tenant,
        " AND run_id IN (SELECT run_id FROM plans \
                         WHERE tenant_id = ", tenant, " AND source_id = ", source, ")"
    })?;
    Ok(())
}

fn forget(tx: &mut Tx<'_>, run: RunId) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! { "DELETE FROM plan_changes WHERE tenant_id = ", tenant, " AND run_id = ", run })?;
    tx.exec(sql! { "DELETE FROM plans WHERE tenant_id = ", tenant, " AND run_id = ", run })?;
    Ok(())
}

fn head(tx: &mut Tx<'_>, run: RunId) -> Result<Option<(Document<'static>, i64)>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! {
            "SELECT body, settings_version FROM plans \
             WHERE tenant_id = ", tenant, " AND run_id = ", run
        },
        |row| Ok((row.next::<Json<_>>()?.0, row.next()?)),
    )
}

fn summary(tx: &mut Tx<'_>, run: RunId) -> Result<Option<Summary<'static>>, StoreError> {
    let tenant = tx.tenant();
    tx.find(
        sql! { "SELECT summary FROM plans WHERE tenant_id = ", tenant, " AND run_id = ", run },
        |row| Ok(row.next::<Json<_>>()?.0),
    )
}
