//! Many assets in one transaction, each whole or not at all: the versions expected are checked, what
//! cannot be written is left alone and said.

use std::collections::BTreeMap;

use domain::id::AssetId;
use domain::{Action, Deed, Field, Mint};
use serde_json::Value;

use super::draft::Draft;
use super::names::Names;
use super::rows;
use super::undo::Kept;
use crate::fields::SOLE;
use crate::seam::{Query, StoreError, Tx};
use crate::{assets, former_names};

/// How many assets are changed before looking whether somebody else waits to write.
pub const CHUNK: usize = 500;

/// What one of many assets gets, as one event.
#[derive(Debug, Clone, PartialEq)]
pub struct ToChange {
    pub asset: AssetId,
    /// The version it was decided from.
    pub version: i64,
    pub action: Action,
    pub values: Vec<(Field, Value)>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Many {
    pub changed: Vec<AssetId>,
    /// What was left alone whole, and why.
    pub left: Vec<Kept>,
}

/// Changes each asset that is still as expected; one that would stay as it is gets no event.
pub fn change_many(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    wanted: &[ToChange],
    note: Option<&str>,
) -> Result<Many, StoreError> {
    let held = assets::held(tx, wanted.iter().map(|one| one.asset))?;
    let mut held: BTreeMap<AssetId, assets::Held> =
        held.into_iter().map(|held| (held.asset.id, held)).collect();
    let mut many = Many::default();
    let mut drafts = Vec::with_capacity(wanted.len());
    for one in wanted {
        let mut leave = |why: &str| many.left.push(Kept { asset: one.asset, why: why.into() });
        let Some(held) = held.remove(&one.asset) else {
            leave(gone(tx, one.asset)?);
            continue;
        };
        if held.asset.version != one.version {
            leave(CHANGED);
            continue;
        }
        let mut draft = Draft::of(held);
        let changes = draft.changes(&one.values)?;
        if changes.is_empty() && one.action == Action::Updated {
            leave("it is so already");
            continue;
        }
        draft.record(deed, mint, one.action, changes, note.map(str::to_owned))?;
        drafts.push(draft);
    }
    let (done, left) = save(tx, drafts)?;
    many.changed = done.iter().map(|draft| draft.asset.id).collect();
    many.left.extend(left);
    Ok(many)
}

const DELETED: &str = "the asset was deleted since";
const MERGED: &str = "the asset was merged into another since";
const CHANGED: &str = "it was changed meanwhile";
const GONE: &str = "something it would refer to was merged or deleted since";
const TAKEN: &str = "another asset has one of its values now";

/// Why an asset is not there.
pub(super) fn gone(tx: &mut Tx<'_>, asset: AssetId) -> Result<&'static str, StoreError> {
    Ok(if former_names::heir(tx, asset)?.is_some() { MERGED } else { DELETED })
}

/// Writes drafts of assets that are there, with their events and their custody.
pub(super) fn save(
    tx: &mut Tx<'_>,
    drafts: Vec<Draft>,
) -> Result<(Vec<Draft>, Vec<Kept>), StoreError> {
    let names = Names::of(tx, &drafts)?;
    let mut done = Vec::with_capacity(drafts.len());
    let mut left = Vec::new();
    for draft in drafts {
        let why = if names.know(&draft) { update(tx, &draft, &names)? } else { Some(GONE) };
        match why {
            None => done.push(draft),
            Some(why) => left.push(Kept { asset: draft.asset.id, why: why.into() }),
        }
    }
    rows::record(tx, &done)?;
    Ok((done, left))
}

/// Nothing when it is written; else why not: the row is no longer as expected, or its tag or one of
/// its unique values is taken.
pub(super) fn update(
    tx: &mut Tx<'_>,
    draft: &Draft,
    names: &Names,
) -> Result<Option<&'static str>, StoreError> {
    let was = draft.before.as_ref().map(|held| &held.asset.tag);
    // Only what can be refused needs a way back: a new tag, or a value of a unique field.
    let done = if was == Some(&draft.asset.tag) && !names.may_clash(draft) {
        rows::update(tx, draft, names)
    } else {
        tx.attempt(|tx| rows::update(tx, draft, names))
    };
    match done {
        Ok(()) => Ok(None),
        Err(StoreError::Stale) => Ok(Some(CHANGED)),
        Err(StoreError::Conflict(name)) if name == "assets_tag" || name == SOLE => Ok(Some(TAKEN)),
        Err(error) => Err(error),
    }
}
