//! The changes of a plan, one row an asset, in the order in which they are applied.

use domain::id::RunId;
use reconcile::plan::{AssetChange, Step};

use crate::{
    StoreError, Tx,
    seam::{Json, Query, Sql, sql},
};

/// Rows made at a time, so that a large plan does not stand in memory twice.
const ROWS_IN_MEMORY: usize = 1_024;

/// What a person filters changes by; the words of a run's counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    Created,
    Updated,
    Linked,
    CheckedOut,
    CheckedIn,
}

impl ChangeKind {
    pub const ALL: [ChangeKind; 5] = [
        ChangeKind::Created,
        ChangeKind::Updated,
        ChangeKind::Linked,
        ChangeKind::CheckedOut,
        ChangeKind::CheckedIn,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            ChangeKind::Created => "created",
            ChangeKind::Updated => "updated",
            ChangeKind::Linked => "linked",
            ChangeKind::CheckedOut => "checked_out",
            ChangeKind::CheckedIn => "checked_in",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        ChangeKind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// As [`reconcile::Plan::counts`] counts.
    pub fn of(step: &Step) -> Self {
        match step {
            Step::Create { .. } => ChangeKind::Created,
            Step::Edit { .. } | Step::Archive { .. } => ChangeKind::Updated,
            Step::Link { .. } | Step::Relink { .. } => ChangeKind::Linked,
            Step::CheckOut { .. } => ChangeKind::CheckedOut,
            Step::CheckIn { .. } => ChangeKind::CheckedIn,
        }
    }

    /// Its bit in the column `kinds`; stored, so it never changes.
    const fn bit(self) -> i64 {
        match self {
            ChangeKind::Created => 1,
            ChangeKind::Updated => 2,
            ChangeKind::Linked => 4,
            ChangeKind::CheckedOut => 8,
            ChangeKind::CheckedIn => 16,
        }
    }
}

/// A change with its place in the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptChange {
    pub position: u32,
    pub change: AssetChange,
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    run: RunId,
    changes: &[AssetChange],
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let row = |(position, change): (u32, &AssetChange)| {
        let kinds = change.steps.iter().fold(0, |kinds, step| kinds | ChangeKind::of(step).bit());
        [
            tenant.into(),
            run.into(),
            position.into(),
            kinds.into(),
            change.device_id.as_str().into(),
            Json(change).into(),
        ]
    };
    let mut positions = 0..;
    for some in changes.chunks(ROWS_IN_MEMORY) {
        tx.exec_each(
            "INSERT INTO plan_changes \
             (tenant_id, run_id, position, kinds, device_id, body) VALUES ",
            positions.by_ref().zip(some).map(row).collect(),
            "",
        )?;
    }
    Ok(())
}

/// All, or only those with a step of that kind; the next page is `after` the last of this one.
pub fn changes(
    tx: &mut Tx<'_>,
    run: RunId,
    kind: Option<ChangeKind>,
    after: Option<u32>,
    limit: u32,
) -> Result<Vec<KeptChange>, StoreError> {
    let tenant = tx.tenant();
    let mut query = sql! {
        "SELECT position, body FROM plan_changes WHERE tenant_id = ", tenant, " AND run_id = ", run
    };
    of_kind(&mut query, kind);
    if let Some(after) = after {
        sql! { query => " AND position > ", after };
    }
    sql! { query => " ORDER BY position LIMIT ", limit };
    tx.all(query, |row| Ok(KeptChange { position: row.next()?, change: row.next::<Json<_>>()?.0 }))
}

/// How many [`changes`] finds in all.
pub fn count(tx: &mut Tx<'_>, run: RunId, kind: Option<ChangeKind>) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    let mut query = sql! {
        "SELECT count(*) FROM plan_changes WHERE tenant_id = ", tenant, " AND run_id = ", run
    };
    of_kind(&mut query, kind);
    tx.one(query, |row| row.next())
}

fn of_kind(query: &mut Sql, kind: Option<ChangeKind>) {
    if let Some(kind) = kind {
        sql! { query => " AND kinds & ", kind.bit(), " <> 0" };
    }
}

pub(super) fn all(tx: &mut Tx<'_>, run: RunId) -> Result<Vec<AssetChange>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql! {
            "SELECT body FROM plan_changes \
             WHERE tenant_id = ", tenant, " AND run_id = ", run, " ORDER BY position"
        },
        |row| Ok(row.next::<Json<_>>()?.0),
    )
}
