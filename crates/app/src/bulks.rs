//! Bulks: one change to many assets, previewed before it is done, with an event each, and taken back
//! by its cause. What was previewed is what is applied: an asset that moved meanwhile is left alone.

mod rules;
mod work;

use std::collections::{BTreeMap, BTreeSet};

use domain::access::Role;
use domain::id::{AssetId, BulkId, EventId};
use domain::{Cause, Custodian, Field, FieldChange, Timestamp};
use jiff::SignedDuration;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::assets::{self, AssetQuery, AssetRow, list};
use store::bulks::{self, Item, Lease};
use store::{StoreError, events};

pub use store::bulks::{Bulk, BulkCounts, BulkState, ItemState};
pub use store::ledger::Kept;

use self::rules::{Rules, Verdict};
use self::work::spawn;
use crate::caller::Caller;
use crate::custody::Back;
use crate::fields::values;
use crate::installation::App;
use crate::notes;
use crate::refusal::Refusal;
use crate::undos::{self, LEASE, Undo, patiently};

pub(crate) use self::work::take_up;

/// A preview that nobody says yes to is forgotten after this.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// What is done to each asset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Doing {
    /// Puts values into fields; `null` blanks one.
    Edit {
        set: Vec<(Field, Value)>,
    },
    CheckOut {
        to: Custodian,
        due_on: Option<Date>,
    },
    CheckIn {
        #[serde(flatten)]
        back: Back,
    },
    Archive,
    Unarchive,
}

impl Doing {
    /// The word in addresses and in the API.
    pub const fn word(&self) -> &'static str {
        match self {
            Doing::Edit { .. } => "edit",
            Doing::CheckOut { .. } => "check_out",
            Doing::CheckIn { .. } => "check_in",
            Doing::Archive => "archive",
            Doing::Unarchive => "unarchive",
        }
    }

    /// Who may.
    pub const fn role(&self) -> Role {
        match self {
            Doing::CheckOut { .. } | Doing::CheckIn { .. } => Role::Operator,
            Doing::Edit { .. } | Doing::Archive | Doing::Unarchive => Role::Manager,
        }
    }
}

/// What a stored bulk does.
pub fn doing(bulk: &Bulk) -> Result<Doing, Refusal> {
    serde_json::from_value(bulk.doing.clone()).map_err(|error| {
        Refusal::Failed(format!("this bulk is not known here: {error}; hint: it is newer, upgrade"))
    })
}

/// By which a bulk's events are known.
pub fn cause(id: BulkId) -> Cause {
    Cause { kind: "bulk".into(), id: Some(id.to_string()) }
}

/// Which assets.
#[derive(Debug, Clone)]
pub enum Chosen {
    These(Vec<AssetId>),
    /// Everything a list finds, on whatever page.
    Found(Box<AssetQuery>),
}

/// Looks at each asset and writes down what would become of it; nothing is changed. `list` is the
/// list it was chosen from, as its address asks. A long one is still being prepared when this
/// answers.
pub async fn preview(
    app: &App,
    caller: &Caller,
    doing: Doing,
    chosen: Chosen,
    list: &str,
) -> Result<Bulk, Refusal> {
    caller.need(doing.role())?;
    let chosen = app.store.read(caller.tenant, move |tx| match chosen {
        Chosen::Found(query) => list::versions(tx, &query),
        Chosen::These(ids) => {
            let ids: BTreeSet<AssetId> = ids.into_iter().collect();
            Ok(ids.into_iter().map(|id| (id, 0)).collect())
        }
    });
    let mut chosen: Vec<AssetId> = chosen.await?.into_iter().map(|(id, _)| id).collect();
    chosen.sort();
    if chosen.is_empty() {
        let detail = "no asset is selected; hint: tick some, or take all that the list finds";
        return Err(Refusal::invalid("assets", detail));
    }
    let (id, now, owner) = (app.id(), app.now(), app.owner.to_string());
    let bulk = Bulk {
        id,
        doing: serde_json::to_value(&doing).expect("plain values"),
        list: list.to_owned(),
        state: BulkState::Preparing,
        counts: BulkCounts {
            total: i64::try_from(chosen.len()).unwrap_or(i64::MAX),
            ..BulkCounts::default()
        },
        actor: caller.actor.clone(),
        note: None,
        error: None,
        made_at: now,
        applied_at: None,
    };
    let created = app.store.write(caller.tenant, move |tx| {
        // What can be done to no asset is refused before anything is written.
        Rules::of(tx, doing, now)?;
        bulks::forget(tx, now - KEPT)?;
        Ok::<_, Refusal>(bulks::create(tx, &bulk, Lease { owner: &owner, until: now + LEASE })?)
    });
    created.await?;
    patiently(spawn(app, caller.tenant, id, chosen)).await;
    find(app, caller, id).await
}

pub async fn find(app: &App, caller: &Caller, id: BulkId) -> Result<Bulk, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| bulks::find(tx, id)).await?;
    found.ok_or_else(|| Refusal::not_found("bulk", id))
}

/// The newest first, older than `before`; and how many there are in all.
pub async fn recent(
    app: &App,
    caller: &Caller,
    before: Option<BulkId>,
    since: Option<Timestamp>,
    most: u32,
) -> Result<(Vec<Bulk>, i64), Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| {
        Ok::<_, Refusal>((
            bulks::recent(tx, before, since, i64::from(most))?,
            bulks::count(tx, since)?,
        ))
    });
    found.await
}

/// How many of those that fit come with something to know first.
pub async fn bewares(app: &App, caller: &Caller, id: BulkId) -> Result<i64, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| bulks::bewares(tx, id)).await?)
}

/// Does what was previewed. A long one is still under way when this answers; it goes on by itself.
pub async fn apply(
    app: &App,
    caller: &Caller,
    id: BulkId,
    note: Option<String>,
) -> Result<Bulk, Refusal> {
    let bulk = find(app, caller, id).await?;
    caller.need(doing(&bulk)?.role())?;
    let note = notes::perhaps(note)?;
    let (owner, now, actor) = (app.owner.to_string(), app.now(), caller.actor.clone());
    let approved = app
        .store
        .write(caller.tenant, move |tx| {
            let lease = Lease { owner: &owner, until: now + LEASE };
            bulks::approve(tx, id, &actor, note.as_deref(), now, lease)
        })
        .await?;
    if !approved {
        let state = bulk.state.as_str();
        let detail = format!("this bulk is {state}; hint: only one that is ready can be applied");
        return Err(Refusal::conflict(detail));
    }
    patiently(spawn(app, caller.tenant, id, Vec::new())).await;
    find(app, caller, id).await
}

/// Takes back what a bulk did, wherever nothing newer stands on top.
pub async fn undo(app: &App, caller: &Caller, id: BulkId) -> Result<Undo, Refusal> {
    let bulk = find(app, caller, id).await?;
    caller.need(doing(&bulk)?.role())?;
    if bulk.state != BulkState::Applied {
        let state = bulk.state.as_str();
        let detail = format!("this bulk is {state}; hint: only one that was applied is taken back");
        return Err(Refusal::conflict(detail));
    }
    patiently(undos::begin(app, caller, &cause(id)).await?).await;
    let undo = undos::find(app, caller, &cause(id)).await?;
    undo.ok_or_else(|| Refusal::not_found("undo of bulk", id))
}

/// One asset of a bulk, and what is to change about it.
#[derive(Debug, Clone)]
pub struct Shown {
    pub asset: AssetId,
    /// Nothing where it is gone.
    pub row: Option<AssetRow>,
    pub changes: Vec<FieldChange>,
    pub why: Option<String>,
}

/// Those that were changed, the last one first, with what changed then; each with its place.
pub async fn changed(
    app: &App,
    caller: &Caller,
    id: BulkId,
    before: Option<EventId>,
    most: usize,
) -> Result<Vec<(EventId, Shown)>, Refusal> {
    find(app, caller, id).await?;
    let found = app.store.read(caller.tenant, move |tx| {
        let done = events::assets_of_cause(tx, &cause(id), before, most)?;
        let told = events::by_ids(tx, done.iter().map(|(event, _)| *event))?;
        let mut told: BTreeMap<EventId, Vec<FieldChange>> =
            told.into_iter().map(|event| (event.id, event.changes)).collect();
        let rows = list::rows(tx, done.iter().map(|(_, asset)| *asset))?;
        let shown = done.into_iter().map(|(event, asset)| {
            let row = rows.iter().find(|row| row.asset.id == asset).cloned();
            let changes = told.remove(&event).unwrap_or_default();
            (event, Shown { asset, row, changes, why: None })
        });
        Ok::<_, StoreError>(shown.collect())
    });
    Ok(found.await?)
}

/// Those of one state, in order of their ids, with what would change as things are now.
pub async fn items(
    app: &App,
    caller: &Caller,
    id: BulkId,
    state: ItemState,
    after: Option<AssetId>,
    most: usize,
) -> Result<Vec<Shown>, Refusal> {
    let doing = doing(&find(app, caller, id).await?)?;
    let now = app.now();
    app.store
        .read(caller.tenant, move |tx| {
            let items = bulks::items(tx, id, state, after, most)?;
            let mut rules = match state {
                ItemState::Fits => Rules::of(tx, doing, now).ok(),
                _ => None,
            };
            let mut rows = list::rows(tx, items.iter().map(|item| item.asset))?;
            values::in_sight(
                tx,
                domain::fields::AppliesTo::Assets,
                rows.iter_mut().map(|row| &mut row.asset.fields),
            )?;
            let mut shown = Vec::with_capacity(items.len());
            for Item { asset, version, why, .. } in items {
                let held = assets::find(tx, asset)?.filter(|held| held.version == version);
                let changes = match (&mut rules, held) {
                    (Some(rules), Some(held)) => match rules.verdict(tx, &held)? {
                        Verdict::Fits { values, .. } => rules::changes(&held, &values)?,
                        Verdict::Same | Verdict::Refused(_) => Vec::new(),
                    },
                    _ => Vec::new(),
                };
                let row = rows.iter().find(|row| row.asset.id == asset).cloned();
                shown.push(Shown { asset, row, changes, why });
            }
            Ok(shown)
        })
        .await
}
