//! A bulk, its assets and its taking back as programs read them.

use app::bulks::{Bulk, Kept as Stayed, Shown};
use app::undos::Undo;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::runs::Kept;
use crate::api::words;

pub const ACTIONS: [&str; 5] = ["edit", "check_out", "check_in", "archive", "unarchive"];

#[derive(Debug, Serialize, ToSchema)]
pub struct BulkShape {
    #[schema(example = "blk_0HZX4K9Q2M7RA")]
    id: String,
    #[schema(schema_with = words::bulk_actions)]
    action: String,
    #[schema(schema_with = words::bulk_states)]
    state: &'static str,
    assets: BulkCounts,
    /// Who asked for it; once it is applied, who had it done.
    by: String,
    note: Option<String>,
    /// Why it could not be prepared.
    error: Option<String>,
    #[schema(format = DateTime)]
    made_at: String,
    #[schema(format = DateTime)]
    applied_at: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct BulkCounts {
    total: i64,
    /// Those that change.
    fits: i64,
    /// Those that are so already.
    same: i64,
    /// Those that may not change.
    refused: i64,
    /// Those that were changed.
    done: i64,
    /// Those left alone because they moved between preview and application.
    passed_over: i64,
}

impl BulkShape {
    pub fn of(bulk: Bulk) -> Self {
        let counts = bulk.counts;
        let action = bulk.doing.get("do").and_then(Value::as_str).unwrap_or_default();
        BulkShape {
            id: bulk.id.to_string(),
            action: action.to_owned(),
            state: bulk.state.as_str(),
            assets: BulkCounts {
                total: counts.total,
                fits: counts.fits,
                same: counts.same,
                refused: counts.refused,
                done: counts.done,
                passed_over: counts.passed_over,
            },
            by: bulk.actor.name,
            note: bulk.note,
            error: bulk.error,
            made_at: bulk.made_at.to_string(),
            applied_at: bulk.applied_at.map(|at| at.to_string()),
        }
    }
}

/// One asset, and what changes about it as things are now.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkAsset {
    #[schema(example = "ast_0HZX4K9Q2M7RA")]
    asset: String,
    /// `null` where it is gone.
    tag: Option<String>,
    changes: Vec<BulkChange>,
    /// Why it does not change.
    why: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct BulkChange {
    #[schema(example = "location")]
    field: String,
    before: Value,
    after: Value,
}

impl BulkAsset {
    pub fn of(item: Shown) -> Self {
        let changes = item.changes.into_iter().map(|change| BulkChange {
            field: change.field.to_string(),
            before: change.before,
            after: change.after,
        });
        BulkAsset {
            asset: item.asset.to_string(),
            tag: item.row.map(|row| row.asset.tag.to_string()),
            changes: changes.collect(),
            why: item.why,
        }
    }
}

/// What could and could not be taken back, so far.
#[derive(Debug, Serialize, ToSchema)]
pub struct UndoShape {
    /// How many assets stand as before.
    restored: i64,
    /// Those that something newer stands on; 1,000 at most.
    kept: Vec<Kept>,
    by: String,
    #[schema(format = DateTime)]
    started_at: String,
    #[schema(format = DateTime)]
    finished_at: Option<String>,
}

impl UndoShape {
    pub fn of(undo: Undo, kept: Vec<Stayed>) -> Self {
        UndoShape {
            restored: undo.restored,
            kept: kept.into_iter().map(Kept::of).collect(),
            by: undo.actor.name,
            started_at: undo.started_at.to_string(),
            finished_at: undo.finished_at.map(|at| at.to_string()),
        }
    }
}
