//! The laws, checked on what the database holds after every step. Events are folded as they come,
//! so that an asset that is not what its events tell stands out at once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use domain::actor::ActorKind;
use domain::event::Subject;
use domain::id::{AssetId, EventId, TenantId};
use domain::{Action, Asset, AssetTag, Event, Field, NewAsset, id::StatusId};
use serde_json::Value;
use store::assets::{Archived, AssetQuery};
use store::{
    DatabaseUrl, Settings, Store, StoreError, Tx, assets, custody, events, links, runs, sources,
};

pub struct Ledger {
    store: Store,
    tenant: TenantId,
    newest: Option<EventId>,
    /// The assets, as their events tell them.
    told: BTreeMap<AssetId, Asset>,
}

/// Everything, from one snapshot.
struct Held {
    assets: Vec<Asset>,
    events: Vec<Event>,
    custody: BTreeMap<AssetId, Vec<custody::Interval>>,
    links: Vec<(AssetId, String)>,
    open_runs: usize,
}

impl Ledger {
    pub fn open(database: &Path, tenant: TenantId) -> Ledger {
        let url = DatabaseUrl::Sqlite(database.to_owned());
        let settings = Settings { threads: 1, ..Settings::default() };
        let store = Store::open_with(&url, settings).unwrap();
        Ledger { store, tenant, newest: None, told: BTreeMap::new() }
    }

    pub fn check(&mut self) {
        let newest = self.newest;
        let held: Result<Held, StoreError> =
            self.store.read_blocking(self.tenant, move |tx| held(tx, newest));
        let held = held.unwrap();
        for event in &held.events {
            self.custody_is_told(event);
            self.fold(event);
            self.newest = Some(event.id);
        }
        self.events_give_the_assets(&held);
        tags_are_unique(&held);
        links_are_unique(&held);
        custody_agrees(&held);
        assert!(held.open_runs <= 1, "{} runs are open at once", held.open_runs);
    }

    /// Whoever has it changes by an event that knows who had it before and says why, and no run
    /// takes anything from a place or another asset.
    fn custody_is_told(&self, event: &Event) {
        let Subject::Asset(id) = event.subject else { return };
        let moved = event.changes.iter().find(|change| change.field == Field::Custodian);
        let Some(moved) = moved else { return };
        let before = self.told.get(&id).map_or(Value::Null, |asset| asset.get(&Field::Custodian));
        assert_eq!(moved.before, before, "custody changed without an event before {event:#?}");
        if event.action != Action::Created && event.action != Action::Deleted {
            let why = event.note.as_deref().unwrap_or_default();
            assert!(!why.is_empty(), "custody changed without a reason: {event:#?}");
        }
        if event.actor.kind == ActorKind::Run {
            let by_place = ["location", "asset"].iter().any(|kind| before["kind"] == *kind);
            assert!(!by_place, "a run took it from a place: {event:#?}");
        }
    }

    fn fold(&mut self, event: &Event) {
        let Subject::Asset(id) = event.subject else { return };
        match event.action {
            Action::Created => {
                let tag = AssetTag::parse("?").unwrap();
                let mut made = NewAsset::plain(id, tag, StatusId::new(1)).into_asset(event.at);
                made.version = 0;
                made.fold(&event.changes, event.at).unwrap();
                assert!(self.told.insert(id, made).is_none(), "created twice: {event:#?}");
            }
            Action::Deleted => {
                assert!(self.told.remove(&id).is_some(), "deleted twice: {event:#?}");
            }
            _ => {
                let asset = self.told.get_mut(&id).expect("only what was created changes");
                asset.fold(&event.changes, event.at).unwrap();
            }
        }
    }

    fn events_give_the_assets(&self, held: &Held) {
        let stored: BTreeMap<AssetId, &Asset> = held.assets.iter().map(|a| (a.id, a)).collect();
        assert!(stored.keys().eq(self.told.keys()), "other assets than the events tell");
        for (id, told) in &self.told {
            assert_eq!(stored[id], told, "an asset is not what its events tell");
        }
    }
}

fn tags_are_unique(held: &Held) {
    let mut seen = BTreeSet::new();
    for asset in &held.assets {
        assert!(seen.insert(asset.tag.key()), "two assets have the tag {}", asset.tag.as_str());
    }
}

/// A device has one asset, an asset one device of the source, and both are there.
fn links_are_unique(held: &Held) {
    let (mut devices, mut linked) = (BTreeSet::new(), BTreeSet::new());
    for (asset, device) in &held.links {
        assert!(devices.insert(device), "{device} is two assets");
        assert!(linked.insert(asset), "{asset} is two devices");
        assert!(held.assets.iter().any(|held| held.id == *asset), "{device} is no asset at all");
    }
}

/// The one open interval of an asset's custody is its custodian.
fn custody_agrees(held: &Held) {
    for asset in &held.assets {
        let open = held.custody[&asset.id].iter().filter(|interval| interval.until_at.is_none());
        let open: Vec<_> = open.map(|interval| interval.custodian).collect();
        let holder: Vec<_> = asset.custodian.into_iter().collect();
        assert_eq!(open, holder, "the intervals of {} disagree", asset.tag.as_str());
    }
}

/// The events after this one, oldest first.
fn since(tx: &mut Tx<'_>, newest: Option<EventId>) -> Result<Vec<Event>, StoreError> {
    let (mut fresh, mut cursor) = (Vec::new(), None::<i64>);
    loop {
        let page = events::activity::flat(tx, &events::EventFilter::default(), cursor, 20)?;
        let known = |event: &Event| newest.is_some_and(|newest| event.id <= newest);
        let all_fresh = !page.items.iter().any(known);
        fresh.extend(page.items.into_iter().take_while(|event| !known(event)));
        cursor = page.next.filter(|_| all_fresh);
        if cursor.is_none() {
            fresh.reverse();
            return Ok(fresh);
        }
    }
}

fn held(tx: &mut Tx<'_>, newest: Option<EventId>) -> Result<Held, StoreError> {
    let query = AssetQuery { archived: Archived::Any, limit: 1_000, ..AssetQuery::default() };
    let rows = assets::list::list(tx, &query)?.items;
    let assets: Vec<Asset> = rows.into_iter().map(|row| row.asset).collect();
    let events = since(tx, newest)?;
    let mut held_by = BTreeMap::new();
    for asset in &assets {
        let intervals = custody::of_asset(tx, asset.id)?;
        held_by.insert(asset.id, intervals.into_iter().map(|(interval, _)| interval).collect());
    }
    let (mut linked, mut open_runs) = (Vec::new(), 0);
    for source in sources::list(tx)? {
        let links = links::of_source(tx, source.id)?.into_iter();
        linked.extend(links.map(|link| (link.asset, link.device_id.to_string())));
        let runs = runs::list(tx, Some(source.id), None, 10)?;
        open_runs += runs.iter().filter(|run| run.state.is_open()).count();
    }
    Ok(Held { assets, events, custody: held_by, links: linked, open_runs })
}
