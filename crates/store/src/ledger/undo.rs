//! Taking back what one cause did (a run, an import, a bulk edit), wherever nothing newer stands
//! on top. What cannot be taken back is left and said.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::Subject;
use domain::id::{AssetId, EventId};
use domain::{Action, Cause, Deed, Event, Field, Mint};
use serde_json::Value;

use super::draft::Draft;
use super::{delete, names::Names, rows};
use crate::fields::SOLE;
use crate::seam::{Query, StoreError, Tx, sql};
use crate::{assets, derived, events};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undone {
    /// Assets that stand as before, whole or in part; created ones are gone.
    pub restored: Vec<AssetId>,
    /// What stayed, and why.
    pub kept: Vec<Kept>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub asset: AssetId,
    pub why: String,
}

/// Takes back everything `cause` did to assets; employees and catalog entries it made stay.
pub fn undo(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    cause: &Cause,
) -> Result<Undone, StoreError> {
    let mut of_asset: BTreeMap<AssetId, Vec<Event>> = BTreeMap::new();
    for event in events::of_cause(tx, cause)? {
        if let Subject::Asset(asset) = event.subject {
            of_asset.entry(asset).or_default().push(event);
        }
    }
    let mut undone = Undone::default();
    for (asset, events) in of_asset {
        one(tx, deed, mint, asset, &events, &mut undone)?;
    }
    Ok(undone)
}

/// Takes back the events of one asset, oldest first.
fn one(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    id: AssetId,
    done: &[Event],
    undone: &mut Undone,
) -> Result<(), StoreError> {
    let mut keep = |why: String| undone.kept.push(Kept { asset: id, why });
    let Some(held) = assets::held(tx, [id])?.pop() else {
        keep("the asset was deleted since".into());
        return Ok(());
    };
    if done.iter().any(|event| event.action == Action::Created) {
        let events = i64::try_from(done.len()).unwrap_or(i64::MAX);
        if held.asset.version > events {
            keep("it was created there, but changed since".into());
            return Ok(());
        }
        let note = Some("its creation was taken back".into());
        delete(tx, deed, mint, id, Some(held.asset.version), note)?;
        undone.restored.push(id);
        return Ok(());
    }
    let mut draft = Draft::of(held);
    let (back, newer) = restorable(&draft, done);
    for field in newer {
        keep(format!("\"{field}\" was changed since"));
    }
    let changes = draft.changes(&back)?;
    let linked = done.iter().any(|event| event.action == Action::Linked);
    if changes.is_empty() && !linked {
        return Ok(());
    }
    let action = if linked { Action::Unlinked } else { action_of(&back) };
    draft.record(deed, mint, action, changes, Some("taken back".into()))?;
    let names = Names::of(tx, std::slice::from_ref(&draft))?;
    if !names.know(&draft) {
        keep("something it referred to was merged or deleted since".into());
        return Ok(());
    }
    match tx.attempt(|tx| rows::update(tx, &draft, &names)) {
        Ok(()) => {}
        Err(StoreError::Conflict(name)) if name == SOLE || name == "assets_tag" => {
            keep("another asset has one of its former values now".into());
            return Ok(());
        }
        Err(error) => return Err(error),
    }
    rows::record(tx, std::slice::from_ref(&draft))?;
    if linked {
        unlink(tx, id, done)?;
    }
    undone.restored.push(id);
    Ok(())
}

/// The values to put back, and the fields on which something newer stands.
fn restorable(draft: &Draft, done: &[Event]) -> (Vec<(Field, Value)>, Vec<Field>) {
    let ours: BTreeSet<EventId> = done.iter().map(|event| event.id).collect();
    let mut first: BTreeMap<Field, Value> = BTreeMap::new();
    for change in done.iter().flat_map(|event| &event.changes) {
        first.entry(change.field.clone()).or_insert_with(|| change.before.clone());
    }
    let (back, newer): (Vec<_>, Vec<_>) = first
        .into_iter()
        .partition(|(field, _)| draft.origins.get(field).is_some_and(|set| ours.contains(set)));
    (back, newer.into_iter().map(|(field, _)| field).collect())
}

fn action_of(back: &[(Field, Value)]) -> Action {
    let custody = back.iter().find(|(field, _)| *field == Field::Custodian);
    let archived = back.iter().find(|(field, _)| *field == Field::ArchivedAt);
    match (custody, archived) {
        (Some((_, Value::Null)), _) => Action::CheckedIn,
        (Some(_), _) => Action::CheckedOut,
        (None, Some((_, Value::Null))) => Action::Unarchived,
        (None, Some(_)) => Action::Archived,
        (None, None) => Action::Updated,
    }
}

/// Removes the links that the cause made: those of the source whose run it was.
fn unlink(tx: &mut Tx<'_>, asset: AssetId, done: &[Event]) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let run = done.iter().find_map(|event| event.cause.id.as_deref());
    let run = run.and_then(|run| run.parse::<domain::id::RunId>().ok());
    tx.exec(sql! {
        "DELETE FROM links
         WHERE tenant_id = ", tenant, "
           AND asset_id = ", asset, "
           AND source_id = (SELECT source_id
                            FROM runs
                            WHERE tenant_id = ", tenant, " AND id = ", run, ")"
    })?;
    derived::details_changed(tx, [asset])
}
