//! How fast the store is: `cargo run --release -p store --example speed -- 100000 [URL]`.
//! Without a URL it measures a SQLite file that it makes and removes.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use domain::actor::ActorKind;
use domain::company::{Company, Tenant};
use domain::filters::Words;
use domain::id::{AssetId, EmployeeId, SourceId, StatusId, TenantId};
use domain::person::Employee;
use domain::{Actor, AssetTag, Cause, Custodian, Deed, Mint, NewAsset, Serial, Timestamp};
use reconcile::inventory::{Absence, Baseline, Link};
use reconcile::plan::{AssetChange, CatalogChange, Step};
use reconcile::preset::Preset;
use reconcile::survey::DeviceId;
use reconcile::{Reason, Rules};
use store::assets::conditions::{Ask, Condition, Detail, Place, Property, Test, Told};
use store::assets::{AssetQuery, AssetSort, list};
use store::devices::{self, DeviceSaid};
use store::sources::{Health, HealthState, NewSource};
use store::{DatabaseUrl, Store, StoreError, employees, home, inventory, ledger, sources, tenants};

const PEOPLE: usize = 2_000;
const CHUNK: usize = 1_000;
static MINT: Mint = Mint::new(1);

fn main() -> Result<(), StoreError> {
    let mut arguments = std::env::args().skip(1);
    let assets = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(10_000);
    let folder = std::env::temp_dir().join(format!("stockroom-speed-{:08x}", fastrand::u32(..)));
    let url: DatabaseUrl = if let Some(url) = arguments.next() {
        url.parse()?
    } else {
        std::fs::create_dir(&folder).expect("the folder for temporary files can be written");
        DatabaseUrl::Sqlite(folder.join("speed.db"))
    };
    let measured = measure(&url, assets);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("we made it");
    }
    measured
}

fn measure(url: &DatabaseUrl, assets: usize) -> Result<(), StoreError> {
    let world = timed("open and fill the catalog", || World::build(url))?;
    let changes = world.plan(assets);
    timed(&format!("apply {assets} new assets, links, checkouts"), || world.apply(&changes))?;
    timed(&format!("keep {assets} devices"), || world.keep_devices(&changes))?;
    let recalled = timed("recall the inventory", || world.recall())?;
    assert_eq!(recalled, assets);
    let edits = world.edits(&changes);
    timed(&format!("apply {} checkins", edits.len()), || world.apply(&edits))?;
    timed("the home page", || world.home())?;
    let of = |sort| AssetQuery { sort, limit: 50, ..AssetQuery::default() };
    let find = |q: &str| AssetQuery { q: Some(q.into()), ..of(AssetSort::Name) };
    world.list("by tag", &of(AssetSort::Tag))?;
    world.list("by name, backwards", &AssetQuery { descending: true, ..of(AssetSort::Name) })?;
    world.list("by custodian", &of(AssetSort::Custodian))?;
    world.list(
        "one status, by name",
        &AssetQuery { status: vec![world.status], ..of(AssetSort::Name) },
    )?;
    world.list("held, by update", &AssetQuery { held: Some(true), ..of(AssetSort::UpdatedAt) })?;
    let custodian = Some(Custodian::Employee(world.people[7]));
    world.list("one custodian", &AssetQuery { custodian, ..of(AssetSort::Name) })?;
    world.list("search: one hit", &find("syn0000077"))?;
    world.list("search: a person", &find("person 0042"))?;
    world.list("search: a third of all", &find("macbook"))?;
    world.list("search: nobody has it", &find("thinkpad"))?;
    world.list("by product's maker", &of(AssetSort::Manufacturer))?;
    world.list("by category", &of(AssetSort::Category))?;
    world.list("by kind of custodian", &of(AssetSort::CustodianKind))?;
    world.list("by blueprint", &of(AssetSort::Said(&BLUEPRINT)))?;
    let held = AssetQuery { held: Some(true), ..of(AssetSort::Said(&BLUEPRINT)) };
    world.list("held, by blueprint", &held)?;
    let lab = Detail { of: &BLUEPRINT, ask: Ask::Words(Words::Part("staff".into())) };
    let lab = vec![Condition { not: false, any: vec![Test::Said(lab)] }];
    world.list("of one blueprint", &AssetQuery { conditions: lab, ..of(AssetSort::Name) })
}

static BLUEPRINT: LazyLock<Property> = LazyLock::new(|| Property {
    key: "blueprint_name",
    told: Told::Text,
    places: vec![Place::Row("blueprint_name")],
});

struct World {
    store: Store,
    tenant: TenantId,
    source: SourceId,
    status: StatusId,
    people: Vec<EmployeeId>,
    products: Vec<domain::id::ProductId>,
}

fn now() -> Timestamp {
    Timestamp::from_second(1_790_000_000).expect("a moment of this century")
}

fn deed() -> Deed {
    let actor = Actor { kind: ActorKind::Run, id: None, name: "Kandji".into() };
    Deed { at: now(), actor, cause: Cause { kind: "run".into(), id: Some("run_1".into()) } }
}

impl World {
    fn build(url: &DatabaseUrl) -> Result<Self, StoreError> {
        let store = Store::open(url)?;
        let slug = format!("speed-{:08x}", fastrand::u32(..));
        let tenant = Tenant { id: MINT.id(now()), name: "Speed".into(), slug };
        let id = tenant.id;
        store.system_blocking(move |tx| {
            tenants::create(tx, &tenant, &Company::named("Speed"), now(), &MINT)
        })?;
        let source = new_source();
        let source_id = source.id;
        let models = ["MacBook Pro (14-inch)", "iPhone 15", "iPad Air"];
        let products = models.map(|_| MINT.id(now())).to_vec();
        let made: Vec<CatalogChange> = products
            .iter()
            .zip(models)
            .map(|(id, name)| CatalogChange::Product {
                id: *id,
                name: name.into(),
                manufacturer: None,
                category: None,
            })
            .collect();
        let people: Vec<EmployeeId> = (0..PEOPLE).map(|_| MINT.id(now())).collect();
        let ids = people.clone();
        let status = store.write_blocking(id, move |tx| {
            sources::create(tx, &deed(), &MINT, &source)?;
            ledger::apply_catalog(tx, &deed(), &MINT, &made)?;
            for (n, id) in ids.into_iter().enumerate() {
                employees::create(tx, &deed(), &MINT, &employee(n, id), None)?;
            }
            store::statuses::default(tx)
        })?;
        Ok(Self { store, tenant: id, source: source_id, status, people, products })
    }

    fn plan(&self, assets: usize) -> Vec<AssetChange> {
        (0..assets).map(|n| self.newcomer(n)).collect()
    }

    /// Nine in ten are handed to someone.
    fn newcomer(&self, n: usize) -> AssetChange {
        let serial = format!("SYN{n:07}");
        let tag = AssetTag::parse(&serial).expect("it is printable");
        let mut asset = NewAsset::plain(MINT.id(now()), tag, self.status);
        asset.name = Some(format!("Device {:06}", n * 7_919 % 1_000_000));
        asset.serial = Serial::parse(&serial).ok();
        asset.product = Some(self.products[n % self.products.len()]);
        let id = asset.id;
        let mut steps = vec![
            Step::Create { asset, reason: Reason::NewDevice },
            Step::Link { reason: Reason::NewDevice },
        ];
        if !n.is_multiple_of(10) {
            let to = Custodian::Employee(self.people[n % PEOPLE]);
            let reason = Reason::AssignedInSource { who: "someone".into() };
            steps.push(Step::CheckOut { to, edits: Vec::new(), reason });
        }
        change(id, None, &serial, steps)
    }

    /// A tenth of what is held comes back.
    fn edits(&self, changes: &[AssetChange]) -> Vec<AssetChange> {
        let held = changes.iter().enumerate().filter(|(n, _)| n % 10 == 1);
        held.map(|(n, made)| {
            let from = Custodian::Employee(self.people[n % PEOPLE]);
            let step = Step::CheckIn { from, reason: Reason::UserRemovedInSource };
            change(made.asset, Some(3), &made.tag, vec![step])
        })
        .collect()
    }

    fn apply(&self, changes: &[AssetChange]) -> Result<(), StoreError> {
        let source = self.source;
        for chunk in changes.chunks(CHUNK) {
            let chunk = chunk.to_vec();
            let applied = self.store.write_blocking(self.tenant, move |tx| {
                ledger::apply(tx, &deed(), &MINT, source, &chunk, &[])
            })?;
            assert!(applied.stale.is_empty(), "nobody else is here");
        }
        Ok(())
    }

    fn keep_devices(&self, changes: &[AssetChange]) -> Result<(), StoreError> {
        let source = self.source;
        for chunk in changes.chunks(CHUNK) {
            let said: Vec<DeviceSaid> = chunk.iter().map(said).collect();
            self.store
                .write_blocking(self.tenant, move |tx| devices::save(tx, source, &said, now()))?;
        }
        Ok(())
    }

    fn recall(&self) -> Result<usize, StoreError> {
        let (source, rules): (SourceId, Rules) = (self.source, Preset::Recommended.rules());
        let work = move |tx: &mut store::Tx<'_>| inventory::recall(tx, source, &rules);
        Ok(self.store.read_blocking(self.tenant, work)?.assets.len())
    }

    fn home(&self) -> Result<(), StoreError> {
        let months: Vec<Timestamp> = (0..12).map(|_| now()).collect();
        self.store
            .read_blocking(self.tenant, move |tx| {
                home::home(tx, jiff::civil::Date::MAX, [now(); 3], &months)
            })
            .map(drop)
    }

    /// The first hundred pages, and one count.
    fn list(&self, name: &str, query: &AssetQuery) -> Result<(), StoreError> {
        let mut times = Vec::new();
        let mut query = query.clone();
        for _ in 0..100 {
            let asked = query.clone();
            let began = Instant::now();
            let page = self.store.read_blocking(self.tenant, move |tx| list::list(tx, &asked));
            times.push(began.elapsed());
            query.cursor = page.map_err(|error: StoreError| error)?.next;
        }
        query.cursor = None;
        let began = Instant::now();
        let count =
            self.store.read_blocking(self.tenant, move |tx| list::count(tx, &query, 10_000));
        let counted = began.elapsed();
        times.sort_unstable();
        let count = count.map_err(|error: StoreError| error)?;
        let [middle, slow, slowest] = [times[50], times[95], times[99]].map(millis);
        println!(
            "{name:<40} p50 {middle:7.2}  p95 {slow:7.2}  max {slowest:7.2}  count {:6} in {:.2}",
            count.n,
            millis(counted)
        );
        Ok(())
    }
}

fn new_source() -> NewSource {
    let health = Health { state: HealthState::Untested, detail: String::new(), checked_at: None };
    NewSource {
        id: MINT.id(now()),
        name: "Kandji".into(),
        api_url: "https://acme.api.kandji.io".into(),
        token: Vec::new(),
        preset: None,
        rules: Preset::Recommended.rules(),
        health,
        capabilities: Vec::new(),
        next_run_at: None,
    }
}

fn employee(n: usize, id: EmployeeId) -> Employee {
    Employee::named(id, format!("Person {n:04}"))
}

fn change(asset: AssetId, version: Option<i64>, device: &str, steps: Vec<Step>) -> AssetChange {
    let device_id = DeviceId::new(device);
    let link = Link {
        asset,
        device_id: device_id.clone(),
        serial: Serial::parse(device).ok(),
        past: Vec::new(),
        baseline: Baseline::default(),
        absence: Absence::Present,
    };
    AssetChange { asset, version, tag: device.into(), device_id, steps, link: Some(link) }
}

/// About as long as a row of the real list.
fn said(change: &AssetChange) -> DeviceSaid {
    DeviceSaid {
        words: format!(
            "device {}\n15.{}\nstaff macs\nperson@example.com",
            change.device_id,
            change.asset.number() % 9
        ),
        device_id: change.device_id.clone(),
        hash: 7,
        platform: "Mac".into(),
        os_version: format!("15.{}", change.asset.number() % 9),
        last_seen_at: Some(now()),
        enrolled_at: Some(now()),
        raw: format!(
            "{{\"device_id\":\"{}\",\"filler\":\"{}\",\"blueprint_name\":\"Staff {}\"}}",
            change.device_id,
            "x".repeat(900),
            change.asset.number() % 7
        ),
    }
}

fn timed<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let done = work();
    println!("{name:<40} {:9.1} ms", millis(began.elapsed()));
    done
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
