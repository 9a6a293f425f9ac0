//! The bulk door for what people plan: many assets made or changed under one cause, each whole or
//! not at all.

mod people;

use std::collections::{BTreeMap, BTreeSet};

use domain::id::AssetId;
use domain::imports::Step;
use domain::{Asset, Deed, Field, FieldChange, Mint};
use serde_json::Value;

pub use self::people::{BulkPerson, bulk_people};
use super::apply::written;
use super::draft::Draft;
use crate::assets;
use crate::seam::{StoreError, Tx};

/// What is to be done to one asset; one event for its making and one for each step.
#[derive(Debug, Clone, Copy)]
pub struct Bulk<'a> {
    pub asset: AssetId,
    /// The version the steps were planned from; none for an asset that is made.
    pub version: Option<i64>,
    /// As it is made, with what the steps set already in it.
    pub made: Option<&'a Asset>,
    pub steps: &'a [Step],
    /// Why, for each event.
    pub note: &'a str,
}

/// Answers which were done. Left alone are those that changed since, whose tag or unique value is
/// taken, or that point at something gone.
pub fn bulk(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    changes: &[Bulk<'_>],
) -> Result<BTreeSet<AssetId>, StoreError> {
    let known = changes.iter().filter(|change| change.version.is_some());
    let held = assets::held(tx, known.map(|change| change.asset))?;
    let mut held: BTreeMap<AssetId, assets::Held> =
        held.into_iter().map(|held| (held.asset.id, held)).collect();
    let mut drafts = Vec::with_capacity(changes.len());
    for change in changes {
        let mut draft = match (change.version, change.made) {
            (None, Some(asset)) => made(deed, mint, asset, change)?,
            (None, None) => continue,
            (Some(version), _) => match held.remove(&change.asset) {
                Some(held) if held.asset.version == version => Draft::of(held),
                _ => continue,
            },
        };
        for step in change.steps {
            let values: Vec<(Field, Value)> =
                step.changes.iter().map(|change| set(deed, change)).collect();
            let moved = draft.changes(&values)?;
            draft.record(deed, mint, step.action, moved, Some(change.note.to_owned()))?;
        }
        drafts.push(draft);
    }
    written(tx, drafts)
}

/// The asset as its first event leaves it: without what its steps will set.
fn made(
    deed: &Deed,
    mint: &Mint,
    asset: &Asset,
    Bulk { steps, note, .. }: &Bulk<'_>,
) -> Result<Draft, StoreError> {
    let mut asset = Asset { created_at: deed.at, updated_at: deed.at, ..asset.clone() };
    for change in steps.iter().rev().flat_map(|step| step.changes.iter().rev()) {
        asset.set(&change.field, &change.before).map_err(|error| super::misfit(&error))?;
    }
    Draft::created(deed, mint, asset, Some((*note).to_owned()))
}

/// It is archived when it is done, not when it was planned.
fn set(deed: &Deed, change: &FieldChange) -> (Field, Value) {
    let archived = change.field == Field::ArchivedAt && !change.after.is_null();
    let value = if archived { deed.at.to_string().into() } else { change.after.clone() };
    (change.field.clone(), value)
}
