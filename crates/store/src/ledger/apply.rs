//! The bulk door for runs: a plan's changes, each asset whole or not at all.

use std::collections::{BTreeMap, BTreeSet};

use domain::catalog::Product;
use domain::id::{AssetId, SourceId, noun};
use domain::{Action, Custodian, Deed, Field, Mint};
use reconcile::explain::sentence;
use reconcile::inventory::Link;
use reconcile::plan::{AssetChange, CatalogChange, Counts, Edit, Step};
use serde_json::Value;

use super::draft::Draft;
use super::names::Names;
use super::{many, rows};
use crate::seam::{StoreError, Tx};
use crate::{assets, catalog, derived, devices, links, products};

/// What a chunk of a plan did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    pub counts: Counts,
    /// Left alone whole: changed since the plan was made, or what it was to get is gone or taken.
    pub stale: Vec<AssetId>,
}

/// Performs each change's steps in order, one event a step; then moves the links' memory.
pub fn apply(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    source: SourceId,
    changes: &[AssetChange],
    moved: &[Link],
) -> Result<Applied, StoreError> {
    let drafts = drafted(tx, deed, mint, source, changes)?;
    let done = written(tx, drafts)?;
    let (applied, stale): (Vec<&AssetChange>, Vec<&AssetChange>) =
        changes.iter().partition(|change| done.contains(&change.asset));
    let linked: Vec<&Link> = applied.iter().filter_map(|change| change.link.as_ref()).collect();
    let mut told = links::holders(tx, source, linked.iter().map(|link| link.device_id.as_str()))?;
    links::save(tx, source, &linked)?;
    links::remember(tx, source, moved)?;
    let known = changes.iter().filter(|change| change.version.is_some() && change.link.is_some());
    told.extend(known.map(|change| change.asset));
    derived::details_changed(tx, told)?;
    Ok(Applied {
        counts: Counts::of(applied),
        stale: stale.into_iter().map(|change| change.asset).collect(),
    })
}

/// Writes drafts, each whole or not at all, with their events and custody; answers which were: those
/// whose row was as expected, whose tag and unique values were free, and all they point at there.
pub(super) fn written(
    tx: &mut Tx<'_>,
    drafts: Vec<Draft>,
) -> Result<BTreeSet<AssetId>, StoreError> {
    let names = Names::of(tx, &drafts)?;
    // What a change points at may have been merged or deleted since it was planned.
    let drafts: Vec<Draft> = drafts.into_iter().filter(|draft| names.know(draft)).collect();
    let fresh: Vec<&Draft> = drafts.iter().filter(|draft| draft.before.is_none()).collect();
    let mut done = rows::insert_many(tx, &fresh, &names)?;
    for draft in drafts.iter().filter(|draft| draft.before.is_some()) {
        if many::update(tx, draft, &names)?.is_none() {
            done.insert(draft.asset.id);
        }
    }
    let drafts: Vec<Draft> =
        drafts.into_iter().filter(|draft| done.contains(&draft.asset.id)).collect();
    rows::record(tx, &drafts)?;
    Ok(done)
}

/// Makes what devices needed and nobody had made. [`StoreError::Stale`] when someone has made it
/// meanwhile: the run plans anew.
pub fn apply_catalog(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    changes: &[CatalogChange],
) -> Result<(), StoreError> {
    changes.iter().try_for_each(|change| make(tx, deed, mint, change)).map_err(stale_when_taken)
}

pub(super) fn stale_when_taken(error: StoreError) -> StoreError {
    match error {
        StoreError::Conflict(_) | StoreError::Referenced | StoreError::NotFound => {
            StoreError::Stale
        }
        other => other,
    }
}

fn make(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    change: &CatalogChange,
) -> Result<(), StoreError> {
    match change {
        CatalogChange::Manufacturer { id, name } => {
            catalog::create::<noun::Manufacturer>(tx, deed, mint, *id, name)
        }
        CatalogChange::Category { id, name } => {
            catalog::create::<noun::Category>(tx, deed, mint, *id, name)
        }
        CatalogChange::Department { id, name } => {
            catalog::create::<noun::Department>(tx, deed, mint, *id, name)
        }
        CatalogChange::Product { id, name, manufacturer, category } => {
            let product = Product {
                id: *id,
                name: name.clone(),
                manufacturer: *manufacturer,
                category: *category,
                models: vec![name.clone()],
                identifiers: Vec::new(),
            };
            products::create(tx, deed, mint, &product)
        }
        CatalogChange::ProductKnownAs { id, models, identifiers } => {
            products::known_as(tx, deed, mint, *id, models, identifiers)
        }
    }
}

/// The drafts of all changes whose asset is as the plan expects.
fn drafted(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    source: SourceId,
    changes: &[AssetChange],
) -> Result<Vec<Draft>, StoreError> {
    let known = changes.iter().filter(|change| change.version.is_some());
    let held = assets::held(tx, known.map(|change| change.asset))?;
    let mut held: BTreeMap<AssetId, assets::Held> =
        held.into_iter().map(|held| (held.asset.id, held)).collect();
    let linked = changes.iter().filter_map(|change| change.link.as_ref());
    let shown = devices::shown(tx, source, linked.map(|link| link.device_id.as_str()))?;
    let mut drafts = Vec::with_capacity(changes.len());
    for change in changes {
        let draft = match change.version {
            None => None,
            Some(version) => match held.remove(&change.asset) {
                Some(held) if held.asset.version == version => Some(Draft::of(held)),
                _ => continue,
            },
        };
        let Some(mut draft) = stepped(deed, mint, draft, &change.steps)? else { continue };
        let device = change.link.as_ref().map(|link| link.device_id.as_str());
        if let Some((platform, words)) = device.and_then(|device| shown.get(device)) {
            draft.platform.clone_from(platform);
            if change.version.is_none() {
                draft.details = derived::details([words.as_str()]);
            }
        }
        drafts.push(draft);
    }
    Ok(drafts)
}

/// Folds the steps into a draft, one event each.
fn stepped(
    deed: &Deed,
    mint: &Mint,
    mut draft: Option<Draft>,
    steps: &[Step],
) -> Result<Option<Draft>, StoreError> {
    for step in steps {
        if let Step::Create { asset, reason } = step {
            let asset = asset.clone().into_asset(deed.at);
            draft = Some(Draft::created(deed, mint, asset, Some(sentence(reason)))?);
        } else if let Some(draft) = &mut draft {
            let (action, values, note) = told(deed, step);
            let changes = draft.changes(&values)?;
            draft.record(deed, mint, action, changes, Some(note))?;
        }
    }
    Ok(draft)
}

/// A step as the ledger tells it.
fn told(deed: &Deed, step: &Step) -> (Action, Vec<(Field, Value)>, String) {
    let custody = |to: Option<Custodian>| {
        (Field::Custodian, serde_json::to_value(to).expect("a custodian is two plain texts"))
    };
    match step {
        Step::Create { reason, .. } => (Action::Created, Vec::new(), sentence(reason)),
        Step::Link { reason } => (Action::Linked, Vec::new(), sentence(reason)),
        Step::Relink { reason, .. } => (Action::Relinked, Vec::new(), sentence(reason)),
        Step::Edit { edits } => (Action::Updated, values(edits), sentences(edits)),
        Step::CheckIn { reason, .. } => {
            let blank = (Field::DueOn, Value::Null);
            (Action::CheckedIn, vec![custody(None), blank], sentence(reason))
        }
        Step::CheckOut { to, edits, reason } => {
            let values = [custody(Some(*to))].into_iter().chain(values(edits)).collect();
            (Action::CheckedOut, values, sentence(reason))
        }
        Step::Archive { reason } => {
            let at = (Field::ArchivedAt, Value::from(deed.at.to_string()));
            (Action::Archived, vec![at], sentence(reason))
        }
    }
}

fn values(edits: &[Edit]) -> Vec<(Field, Value)> {
    edits.iter().map(|edit| (edit.field.clone(), edit.after.clone())).collect()
}

/// Each reason once.
fn sentences(edits: &[Edit]) -> String {
    let mut said: Vec<String> = edits.iter().map(|edit| sentence(&edit.reason)).collect();
    said.dedup();
    said.join(" ")
}
