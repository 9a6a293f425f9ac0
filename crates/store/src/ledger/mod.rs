//! The only door to change an asset. Each deed writes, in one transaction, the row with the version
//! it expects, the event, the origins of the fields it set, and who has the thing from when on.

mod apply;
mod bulk;
mod draft;
mod many;
mod merge;
mod names;
mod people;
mod rows;
mod undo;

use domain::event::Subject;
use domain::id::AssetId;
use domain::{Action, Asset, Deed, Field, Mint, NewAsset};
use serde_json::Value;

use crate::seam::{Query, StoreError, Tx, sql};
use crate::{assets, fields, former_names};

use self::draft::Draft;
pub(crate) use self::rows::insert_events;
pub use self::{
    apply::{Applied, apply, apply_catalog},
    bulk::{Bulk, BulkPerson, bulk, bulk_people},
    many::{CHUNK, Many, ToChange, change_many},
    merge::{Choice, InTheWay, Pair, merge, merge_assets, merge_fields, pair, united},
    people::apply_people,
    undo::{
        Kept, Undone, UndonePeople, UndoneSome, Unmade, undo, undo_event, undo_people, undo_some,
        unmake,
    },
};

/// Makes an asset. `more` are fields beyond [`NewAsset`]'s; they belong to the same event.
/// Conflict `assets_tag` when the tag is taken, [`fields::SOLE`] when a unique value is.
pub fn create(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    new: NewAsset,
    more: &[(Field, Value)],
    note: Option<String>,
) -> Result<Asset, StoreError> {
    let mut asset = new.into_asset(deed.at);
    for (field, value) in more {
        asset.set(field, value).map_err(|error| misfit(&error))?;
    }
    let draft = Draft::created(deed, mint, asset, note)?;
    rows::insert(tx, &draft)?;
    rows::record(tx, std::slice::from_ref(&draft))?;
    Ok(draft.asset)
}

/// Puts values into fields as one event. Without any change no event is written, unless the action
/// is one that stands by itself. `expected: None` takes the version as it is.
#[expect(clippy::too_many_arguments, reason = "who, when, why, what and from which version")]
pub fn change(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    id: AssetId,
    expected: Option<i64>,
    action: Action,
    values: &[(Field, Value)],
    note: Option<String>,
) -> Result<Asset, StoreError> {
    let mut draft = open(tx, id, expected)?;
    let changes = draft.changes(values)?;
    if changes.is_empty() && action == Action::Updated {
        return Ok(draft.asset);
    }
    draft.record(deed, mint, action, changes, note)?;
    let names = names::Names::of(tx, std::slice::from_ref(&draft))?;
    rows::update(tx, &draft, &names)?;
    rows::record(tx, std::slice::from_ref(&draft))?;
    Ok(draft.asset)
}

/// Removes an asset with its links, which the caller holds and nothing is checked out to. Its events
/// stay; the last says what it was.
pub fn delete(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    id: AssetId,
    expected: Option<i64>,
    note: Option<String>,
) -> Result<(), StoreError> {
    let mut draft = open(tx, id, expected)?;
    let changes = draft.blanked();
    draft.record(deed, mint, Action::Deleted, changes, note)?;
    let tenant = tx.tenant();
    tx.exec(sql! { "DELETE FROM assets WHERE tenant_id = ", tenant, " AND id = ", id })?;
    fields::forget(tx, id.number())?;
    former_names::forget(tx, Subject::Asset(id))?;
    rows::record(tx, std::slice::from_ref(&draft))
}

/// The asset as a draft, at the version expected.
fn open(tx: &mut Tx<'_>, id: AssetId, expected: Option<i64>) -> Result<Draft, StoreError> {
    let held = assets::held(tx, [id])?.pop().ok_or(StoreError::NotFound)?;
    if expected.is_some_and(|expected| expected != held.asset.version) {
        return Err(StoreError::Stale);
    }
    Ok(Draft::of(held))
}

fn misfit(misfit: &domain::asset::Misfit) -> StoreError {
    StoreError::Misfit(misfit.to_string())
}
