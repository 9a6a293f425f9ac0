//! Taking back what one cause did (a run, an import, a bulk), wherever nothing newer stands on top:
//! the newest first, some at a time. What cannot be taken back is left and said.

mod made;
mod people;

use std::collections::{BTreeMap, BTreeSet};

use domain::event::Subject;
use domain::id::{AssetId, EventId};
use domain::{Action, Cause, Custodian, Deed, Event, Field, Mint};
use serde_json::Value;

pub use self::made::{Unmade, unmake};
pub use self::people::{UndonePeople, undo_people};
use super::delete;
use super::draft::Draft;
use super::many::{self, CHUNK};
use crate::assets::Held;
use crate::seam::{Query, StoreError, Tx, sql};
use crate::{assets, custody, derived, events, nouns};

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

/// A part of what a cause did, taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UndoneSome {
    pub undone: Undone,
    /// Events looked at.
    pub seen: usize,
    /// Where to go on; nothing at the end.
    pub next: Option<EventId>,
}

/// Takes back everything `cause` did to assets, in this one transaction; employees and catalog
/// entries it made stay. For what may be long there is [`undo_some`].
pub fn undo(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    cause: &Cause,
) -> Result<Undone, StoreError> {
    let mut undone = Undone::default();
    let mut before = None;
    loop {
        let some = undo_some(tx, deed, mint, cause, before)?;
        undone.restored.extend(some.undone.restored);
        undone.kept.extend(some.undone.kept);
        before = some.next;
        if before.is_none() {
            return Ok(undone);
        }
    }
}

/// The same for up to [`CHUNK`] events older than `before`, the newest first. An asset that the
/// deed's own cause has changed already is passed over, so that it may be asked for again.
pub fn undo_some(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    cause: &Cause,
    before: Option<EventId>,
) -> Result<UndoneSome, StoreError> {
    let found = events::assets_of_cause(tx, cause, before, CHUNK)?;
    let next = found.last().map(|(event, _)| *event).filter(|_| found.len() == CHUNK);
    let mut seen = BTreeSet::new();
    let assets: Vec<AssetId> =
        found.iter().map(|(_, asset)| *asset).filter(|asset| seen.insert(*asset)).collect();
    let mut of_asset: BTreeMap<AssetId, Vec<Event>> = BTreeMap::new();
    for event in events::of_assets_by(tx, &assets, &[cause, &deed.cause])? {
        if let Subject::Asset(asset) = event.subject {
            of_asset.entry(asset).or_default().push(event);
        }
    }
    let held = assets::held(tx, assets.iter().copied())?;
    let mut held: BTreeMap<AssetId, Held> =
        held.into_iter().map(|held| (held.asset.id, held)).collect();
    let mut work = Work { deed, mint, drafts: Vec::new(), undone: Undone::default() };
    for asset in assets {
        let done = of_asset.remove(&asset).unwrap_or_default();
        let taken_back = |event: &Event| event.cause == deed.cause && event.cause != *cause;
        if !(deed.cause.id.is_some() && done.iter().any(taken_back)) {
            work.one(tx, asset, held.remove(&asset), &done)?;
        }
    }
    work.flush(tx)?;
    Ok(UndoneSome { undone: work.undone, seen: found.len(), next })
}

/// Takes back what one event did to an asset.
pub fn undo_event(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    event: &Event,
) -> Result<Undone, StoreError> {
    let Subject::Asset(asset) = event.subject else { return Err(StoreError::NotFound) };
    let held = assets::held(tx, [asset])?.pop();
    let mut work = Work { deed, mint, drafts: Vec::new(), undone: Undone::default() };
    work.one(tx, asset, held, std::slice::from_ref(event))?;
    work.flush(tx)?;
    Ok(work.undone)
}

/// Drafts are written together where nothing else looks at what they change.
struct Work<'d> {
    deed: &'d Deed,
    mint: &'d Mint,
    /// With the events by which each was linked.
    drafts: Vec<(Draft, Vec<Event>)>,
    undone: Undone,
}

impl Work<'_> {
    /// Takes back the events of one asset; they come oldest first.
    fn one(
        &mut self,
        tx: &mut Tx<'_>,
        id: AssetId,
        held: Option<Held>,
        done: &[Event],
    ) -> Result<(), StoreError> {
        let Some(held) = held else {
            self.keep(id, many::gone(tx, id)?);
            return Ok(());
        };
        if done.iter().any(|event| event.action == Action::Created) {
            return self.uncreate(tx, &held, done);
        }
        let mut draft = Draft::of(held);
        let (back, newer) = restorable(&draft, done);
        for field in newer {
            self.keep(id, &format!("\"{field}\" was changed since"));
        }
        let changes = draft.changes(&back)?;
        let linked = done.iter().any(|event| event.action == Action::Linked);
        if changes.is_empty() && !linked {
            return Ok(());
        }
        let action = if linked { Action::Unlinked } else { action_of(&back) };
        draft.record(self.deed, self.mint, action, changes, Some("taken back".into()))?;
        if let Some(Custodian::Asset(place)) = draft.asset.custodian {
            self.flush(tx)?;
            if custody::inside(tx, place, id)? {
                self.keep(id, "it would lie inside itself, as things are now");
                return Ok(());
            }
        }
        let linked = if linked { done.to_vec() } else { Vec::new() };
        self.drafts.push((draft, linked));
        Ok(())
    }

    fn uncreate(&mut self, tx: &mut Tx<'_>, held: &Held, done: &[Event]) -> Result<(), StoreError> {
        let (id, version) = (held.asset.id, held.asset.version);
        let touched = version > i64::try_from(done.len()).unwrap_or(i64::MAX);
        if touched && !is_as_made(tx, held, done)? {
            self.keep(id, "it was created there, but changed since");
            return Ok(());
        }
        self.flush(tx)?;
        nouns::hold(tx, Subject::Asset(id))?;
        if custody::count_holdings(tx, Custodian::Asset(id))? > 0 {
            self.keep(id, "it was created there, but another asset is checked out to it");
            return Ok(());
        }
        let note = Some("its creation was taken back".into());
        delete(tx, self.deed, self.mint, id, Some(version), note)?;
        self.undone.restored.push(id);
        Ok(())
    }

    fn keep(&mut self, asset: AssetId, why: &str) {
        self.undone.kept.push(Kept { asset, why: why.into() });
    }

    fn flush(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let (drafts, linked): (Vec<_>, Vec<_>) = std::mem::take(&mut self.drafts)
            .into_iter()
            .map(|(draft, linked)| {
                let id = draft.asset.id;
                (draft, (id, linked))
            })
            .unzip();
        let (done, left) = many::save(tx, drafts)?;
        let done: Vec<AssetId> = done.iter().map(|draft| draft.asset.id).collect();
        let restored: BTreeSet<AssetId> = done.iter().copied().collect();
        for (asset, events) in linked.iter().filter(|(asset, _)| restored.contains(asset)) {
            unlink(tx, *asset, events)?;
        }
        self.undone.restored.extend(done);
        self.undone.kept.extend(left);
        Ok(())
    }
}

/// What these events left in each field they wrote.
fn written(done: &[Event]) -> BTreeMap<Field, Value> {
    let changes = done.iter().flat_map(|event| &event.changes);
    changes.map(|change| (change.field.clone(), change.after.clone())).collect()
}

/// The newest of this many events of an asset say whether it is as it was made; of more than these
/// nobody says that nothing happened.
const LOOKED_AT: usize = 200;

/// Whether it was changed since, and all of it was set back: every value is the one that `done` wrote,
/// and nothing came to it that is no value.
fn is_as_made(tx: &mut Tx<'_>, held: &Held, done: &[Event]) -> Result<bool, StoreError> {
    let mut written = written(done);
    written.retain(|_, value| !value.is_null());
    let now = held.asset.as_changes().into_iter().map(|change| (change.field, change.after));
    if written != now.collect() {
        return Ok(false);
    }
    let all = events::of_asset(tx, held.asset.id, None, LOOKED_AT)?;
    let ours: BTreeSet<EventId> = done.iter().map(|event| event.id).collect();
    let of_values = |event: &Event| {
        use Action::{Archived, CheckedIn, CheckedOut, Unarchived, Updated};
        matches!(event.action, Updated | CheckedOut | CheckedIn | Archived | Unarchived)
    };
    let mut since = all.items.iter().filter(|event| !ours.contains(&event.id));
    Ok(all.next.is_none() && since.all(of_values))
}

/// The values to put back, and the fields on which something newer stands. What was changed since
/// and set back is as it was written.
fn restorable(draft: &Draft, done: &[Event]) -> (Vec<(Field, Value)>, Vec<Field>) {
    let ours: BTreeSet<EventId> = done.iter().map(|event| event.id).collect();
    let mut first: BTreeMap<Field, Value> = BTreeMap::new();
    for change in done.iter().flat_map(|event| &event.changes) {
        first.entry(change.field.clone()).or_insert_with(|| change.before.clone());
    }
    let written = written(done);
    let (back, newer): (Vec<_>, Vec<_>) = first.into_iter().partition(|(field, _)| {
        let is_ours = draft.origins.get(field).is_some_and(|set| ours.contains(set));
        is_ours || written.get(field).is_some_and(|value| *value == draft.asset.get(field))
    });
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
    let Some(run) = run.and_then(|run| run.parse::<domain::id::RunId>().ok()) else {
        return Ok(());
    };
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
