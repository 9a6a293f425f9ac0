//! One small tenant, and the few deeds that stories are told with.

use std::sync::mpsc;

use domain::actor::ActorKind;
use domain::catalog::{Location, Product};
use domain::id::{AssetId, EmployeeId, LocationId, ProductId, SourceId, StatusId, TenantId};
use domain::person::Employee;
use domain::{Action, Event};
use domain::{Actor, Asset, AssetTag, Cause, Custodian, Deed, Email, Field, NewAsset, Serial};
use reconcile::inventory::{Absence, Baseline, Link};
use reconcile::survey::DeviceId;
use serde_json::{Value, json};

use crate::assets::AssetQuery;
use crate::assets::list::{self, AssetRow};
use crate::seam::{Query, sql};
use crate::stage::{self, MINT, at};
use crate::testing::on_both;
use crate::{
    DatabaseUrl, Store, StoreError, Tx, assets, employees, events, ledger, locations, products,
    statuses,
};

/// A tenant with a source, on one of the two databases.
pub struct World {
    pub store: Store,
    pub tenant: TenantId,
    pub source: SourceId,
    pub status: StatusId,
}

/// Tells a story on both databases.
pub fn in_a_world(story: impl Fn(&World)) {
    on_both(|store| story(&world(store)));
}

pub fn world(store: Store) -> World {
    let tenant = stage::tenant(&store, "acme");
    let source = stage::source(&store, tenant, "Kandji");
    let status = store.read_blocking(tenant, statuses::default).unwrap_or_else(unexpected);
    World { store, tenant, source, status }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands where `map_err` wants a function")]
pub fn unexpected<T>(error: StoreError) -> T {
    panic!("{error}")
}

/// A person's deed at a second of the story.
pub fn deed(second: i64) -> Deed {
    let actor = Actor { kind: ActorKind::User, id: None, name: "Robin".into() };
    Deed { at: at(second), actor, cause: Cause { kind: "request".into(), id: None } }
}

/// A deed that can be taken back together with others of its cause.
pub fn caused(second: i64, id: &str) -> Deed {
    let cause = Cause { kind: "run".into(), id: Some(id.into()) };
    Deed { cause, ..deed(second) }
}

impl World {
    /// Every row of a query, page by page, there and back again.
    pub fn walk(&self, query: &AssetQuery) -> Vec<AssetRow> {
        let (mut rows, mut pages, mut query) = (Vec::new(), Vec::new(), query.clone());
        loop {
            let asked = query.clone();
            let page = self.read(move |tx| list::list(tx, &asked));
            rows.extend(page.items.clone());
            pages.push(page.clone());
            match page.next {
                Some(next) => query.cursor = Some(next.to_string().parse().unwrap()),
                None => break,
            }
        }
        for pair in pages.windows(2).rev() {
            let back = AssetQuery { cursor: pair[1].previous.clone(), ..query.clone() };
            let page = self.read(move |tx| list::list(tx, &back));
            assert_eq!(page.items, pair[0].items, "{:?}", query.sort);
        }
        rows
    }

    pub fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.try_write(work).unwrap_or_else(unexpected)
    }

    pub fn try_write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.store.write_blocking(self.tenant, work)
    }

    /// Does the one, and the other beside it: the first commits once the second waits for it. On
    /// SQLite writers stand in line anyway.
    pub fn at_once<T: Send + 'static>(
        &self,
        first: impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError> + Send + 'static,
        second: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        if matches!(self.store.url(), DatabaseUrl::Sqlite(_)) {
            self.write(first);
            return self.write(second);
        }
        let (written, is_written) = mpsc::channel();
        let (go, wait) = mpsc::channel::<()>();
        std::thread::scope(move |scope| {
            scope.spawn(move || {
                self.write(move |tx| {
                    first(tx)?;
                    written.send(()).unwrap();
                    wait.recv().unwrap();
                    Ok(())
                });
            });
            is_written.recv().unwrap();
            let second = scope.spawn(move || self.write(second));
            while !second.is_finished() && !self.somebody_waits() {
                std::thread::yield_now();
            }
            go.send(()).unwrap();
            second.join().unwrap()
        })
    }

    fn somebody_waits(&self) -> bool {
        let waiting = self.store.system_blocking(|tx| {
            let sql = sql! {
                "SELECT COUNT(*)
                 FROM pg_stat_activity
                 WHERE datname = current_database() AND wait_event_type = 'Lock'"
            };
            tx.find(sql, |row| row.get::<i64>(0))
        });
        waiting.unwrap_or_else(unexpected) > Some(0)
    }

    pub fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store.read_blocking(self.tenant, work).unwrap_or_else(unexpected)
    }

    pub fn new_asset(&self, tag: &str) -> NewAsset {
        NewAsset::plain(MINT.id(at(0)), AssetTag::parse(tag).unwrap(), self.status)
    }

    pub fn asset(&self, tag: &str) -> Asset {
        self.asset_with(tag, &[])
    }

    pub fn asset_with(&self, tag: &str, more: &[(Field, Value)]) -> Asset {
        let (new, more) = (self.new_asset(tag), more.to_vec());
        self.write(move |tx| ledger::create(tx, &deed(1), &MINT, new, &more, None))
    }

    pub fn change(
        &self,
        deed: Deed,
        id: AssetId,
        action: Action,
        values: &[(Field, Value)],
    ) -> Asset {
        let values = values.to_vec();
        self.write(move |tx| ledger::change(tx, &deed, &MINT, id, None, action, &values, None))
    }

    pub fn find(&self, id: AssetId) -> Option<Asset> {
        self.read(move |tx| assets::find(tx, id))
    }

    pub fn events(&self, id: AssetId) -> Vec<Event> {
        let mut events = self.read(move |tx| events::of_asset(tx, id, None, 1_000)).items;
        events.reverse();
        events
    }

    pub fn actions(&self, id: AssetId) -> Vec<Action> {
        self.events(id).iter().map(|event| event.action).collect()
    }

    pub fn employee(&self, name: &str) -> Employee {
        let email = format!("{}@example.com", domain::company::slug(name));
        let employee = Employee {
            email: Some(Email::parse(&email).unwrap()),
            ..Employee::named(MINT.id(at(0)), name)
        };
        let made = employee.clone();
        self.write(move |tx| employees::create(tx, &deed(0), &MINT, &made, None));
        employee
    }

    pub fn location(&self, name: &str) -> LocationId {
        let location = Location { id: MINT.id(at(0)), name: name.into(), parent: None };
        let id = location.id;
        self.write(move |tx| locations::create(tx, &deed(0), &MINT, &location));
        id
    }

    pub fn product(&self, name: &str) -> ProductId {
        let product = Product {
            id: MINT.id(at(0)),
            name: name.into(),
            manufacturer: None,
            category: None,
            models: vec![name.into()],
            identifiers: Vec::new(),
        };
        let id = product.id;
        self.write(move |tx| products::create(tx, &deed(0), &MINT, &product));
        id
    }
}

pub fn held_by(id: EmployeeId) -> (Field, Value) {
    (Field::Custodian, serde_json::to_value(Some(Custodian::Employee(id))).unwrap())
}

#[expect(clippy::needless_pass_by_value, reason = "ids and literals read best as they are")]
pub fn text(field: Field, value: impl ToString) -> (Field, Value) {
    (field, json!(value.to_string()))
}

pub fn link(asset: AssetId, device: &str) -> Link {
    Link {
        asset,
        device_id: DeviceId::new(device),
        serial: Serial::parse(device).ok(),
        past: Vec::new(),
        baseline: Baseline::default(),
        absence: Absence::Present,
    }
}
