//! Everything one run asks of Kandji. The device list alone is enough; whatever else cannot be
//! had costs its own feature, with a sentence that says so, and never the run.

mod details;
mod kept;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde_json::value::RawValue;

use crate::client::Client;
use crate::endpoints::{self, Progress, Walk};
use crate::fault::Fault;
use crate::permission::{Permission, PrismCategory};
use crate::properties::{Needs, needs};
use crate::wire::{AdeDevice, AdeIntegration, Blueprint, DeviceRow, User};

pub use kept::{Enrollment, kept};

/// What a run wants to know besides the devices.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "four lists, each wanted or not")]
pub struct Wants {
    /// ADE integrations and their devices, those awaiting enrollment included.
    pub ade: bool,
    /// The whole directory.
    pub users: bool,
    pub blueprints: bool,
    /// Kandji's own count of devices, to compare with.
    pub count: bool,
    /// Keys of the properties that rules read; they decide about details, Prism and the rest.
    pub properties: BTreeSet<String>,
    /// Details kept from earlier runs, by device id: asked for again only once the device has
    /// checked in since.
    pub known_details: HashMap<String, Details>,
    /// The most devices asked for their details in this run, so that one run cannot use up the
    /// hour's 10,000 requests; `None` is 2,000.
    pub details_at_most: Option<usize>,
}

/// A device's details, and when it had checked in by then.
#[derive(Debug, Clone)]
pub struct Details {
    pub last_check_in: Option<Timestamp>,
    pub document: Box<RawValue>,
}

/// A list besides the devices: `None` where it was not wanted or could not be had.
pub type Listed<T> = Option<Walk<T>>;

/// What came back.
#[derive(Debug)]
pub struct Fetched {
    pub devices: Walk<DeviceRow>,
    pub integrations: Listed<AdeIntegration>,
    pub ade: Listed<AdeDevice>,
    pub users: Listed<User>,
    pub blueprints: Listed<Blueprint>,
    /// By device id, those kept from earlier runs included.
    pub details: HashMap<String, Details>,
    /// The devices whose details are new, for the caller to keep.
    pub new_details: BTreeSet<String>,
    /// By device id, for each table that could be read to its end.
    pub prism: BTreeMap<PrismCategory, HashMap<String, Box<RawValue>>>,
    /// What could not be had, a sentence each.
    pub degraded: Vec<String>,
    /// Requests this took, every try counted.
    pub requests: u64,
}

/// Asks for all that is wanted. Fails only where not even the first page of devices can be read.
pub async fn fetch(
    client: &Client,
    wants: Wants,
    on_progress: &(dyn Fn(Progress) + Sync),
) -> Result<Fetched, Fault> {
    let before = client.requests();
    let needs = needs(wants.properties.iter().map(String::as_str));
    let devices = endpoints::devices(client, on_progress).await?;
    let mut degraded = Degraded::default();
    let lists = Box::pin(lists(client, &wants, &needs)).await;
    let integrations = degraded.list(Permission::ListIntegrations, lists.integrations);
    let ade = degraded.list(Permission::ListAdeDevices, lists.ade);
    let users = degraded.list(Permission::ListUsers, lists.users);
    let blueprints = degraded.list(Permission::ListBlueprints, lists.blueprints);
    let prism = prism(client, &needs, &mut degraded).await;
    degraded.compare(lists.count, &devices);
    let details = details::read(client, wants, &devices.rows, &prism, &mut degraded).await;
    Ok(Fetched {
        integrations,
        ade,
        users,
        blueprints,
        details: details.all,
        new_details: details.new,
        prism,
        degraded: degraded.sentences,
        requests: client.requests() - before,
        devices,
    })
}

type Asked<T> = Option<Result<T, Fault>>;

struct Lists {
    integrations: Asked<Walk<AdeIntegration>>,
    ade: Asked<Walk<AdeDevice>>,
    users: Asked<Walk<User>>,
    blueprints: Asked<Walk<Blueprint>>,
    count: Asked<Option<u64>>,
}

/// The lists that do not depend on each other, all at once.
async fn lists(client: &Client, wants: &Wants, needs: &Needs) -> Lists {
    let ade = wants.ade || needs.ade;
    let count = async { Ok(endpoints::licensing(client).await?.devices) };
    let (integrations, ade, users, blueprints, count) = tokio::join!(
        when(ade, endpoints::ade_integrations(client)),
        when(ade, endpoints::ade_devices(client)),
        when(wants.users || needs.users, endpoints::users(client)),
        when(wants.blueprints, endpoints::blueprints(client)),
        when(wants.count, count),
    );
    Lists { integrations, ade, users, blueprints, count }
}

async fn when<T>(wanted: bool, asking: impl Future<Output = T>) -> Option<T> {
    if wanted { Some(asking.await) } else { None }
}

async fn prism(
    client: &Client,
    needs: &Needs,
    degraded: &mut Degraded,
) -> BTreeMap<PrismCategory, HashMap<String, Box<RawValue>>> {
    let mut tables = BTreeMap::new();
    for &category in &needs.prism {
        let asked = Some(endpoints::prism(client, category).await);
        let walk = degraded.list(Permission::Prism(category), asked);
        // Half a table would make the other half look blank.
        if let Some(walk) = walk.filter(Walk::is_complete) {
            let rows = walk.rows.into_iter().map(|row| (row.device_id, row.raw));
            tables.insert(category, rows.collect());
        }
    }
    tables
}

/// What could not be had.
#[derive(Default)]
struct Degraded {
    sentences: Vec<String>,
}

impl Degraded {
    /// Takes a list in; one that failed or broke off leaves a sentence.
    fn list<T>(&mut self, permission: Permission, asked: Asked<Walk<T>>) -> Listed<T> {
        match asked? {
            Ok(walk) => {
                if let Some(shortfall) = walk.shortfall() {
                    self.lacks(permission, &shortfall);
                }
                Some(walk)
            }
            Err(fault) => {
                self.lacks(permission, &fault.to_string());
                None
            }
        }
    }

    fn lacks(&mut self, permission: Permission, why: &str) {
        let (label, needed_for) = (permission.label(), permission.needed_for());
        self.sentences.push(format!("\"{label}\" (needed for {needed_for}): {why}"));
    }

    fn compare(&mut self, count: Asked<Option<u64>>, devices: &Walk<DeviceRow>) {
        match count {
            Some(Err(fault)) => self.lacks(Permission::Licensing, &fault.to_string()),
            Some(Ok(Some(count))) if count > devices.rows.len() as u64 => {
                let read = devices.rows.len();
                self.sentences.push(format!(
                    "Kandji counts {count} devices, its list held {read}; hint: the next run \
                     reads them all again, report it if it stays so"
                ));
            }
            None | Some(Ok(_)) => {}
        }
    }
}
