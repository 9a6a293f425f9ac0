//! The details of those devices whose wanted properties stand nowhere else: one request each, so
//! only where the device has checked in since they were last read, and only so many a run.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::value::RawValue;
use tokio::task::JoinSet;

use super::{Degraded, Details, Wants};
use crate::client::Client;
use crate::endpoints::{Deadline, device_details};
use crate::fault::Fault;
use crate::permission::{Permission, PrismCategory};
use crate::properties::needs_details;
use crate::wire::DeviceRow;

/// A fifth of the hour's requests.
const AT_MOST: usize = 2_000;

#[derive(Default)]
pub(super) struct Read {
    pub all: HashMap<String, Details>,
    pub new: BTreeSet<String>,
}

pub(super) async fn read(
    client: &Client,
    wants: Wants,
    rows: &[DeviceRow],
    prism: &BTreeMap<PrismCategory, HashMap<String, Box<RawValue>>>,
    degraded: &mut Degraded,
) -> Read {
    let mut read = Read { all: wants.known_details, new: BTreeSet::new() };
    let listed: HashSet<&str> = rows.iter().map(|row| row.device_id.as_str()).collect();
    read.all.retain(|id, _| listed.contains(id.as_str()));
    let keys = || wants.properties.iter().map(String::as_str);
    let stale: Vec<&DeviceRow> = rows
        .iter()
        .filter(|row| {
            needs_details(keys(), &row.platform, |table| prism.contains_key(&table))
                && is_stale(row, &read.all)
        })
        .collect();
    let at_most = wants.details_at_most.unwrap_or(AT_MOST);
    if stale.len() > at_most {
        let left = stale.len() - at_most;
        degraded.lacks(
            Permission::DeviceDetails,
            &format!("{left} devices are left for the next run, to spare Kandji's request limit"),
        );
    }
    match ask(client, stale.into_iter().take(at_most), &mut read).await {
        Asked::All => {}
        Asked::Failed(fault) => degraded.lacks(Permission::DeviceDetails, &fault.to_string()),
        Asked::TooSlow { left, minutes } => degraded.lacks(
            Permission::DeviceDetails,
            &format!(
                "{left} devices are left for the next run, for it took over {minutes} minutes"
            ),
        ),
    }
    read
}

/// How far the asking went.
enum Asked {
    All,
    /// The first fault ended it.
    Failed(Fault),
    TooSlow {
        left: usize,
        minutes: u64,
    },
}

fn is_stale(row: &DeviceRow, known: &HashMap<String, Details>) -> bool {
    known.get(&row.device_id).is_none_or(|known| known.last_check_in != row.last_check_in)
}

/// Asks for each, a few at a time; the first fault ends it, since the next would meet it too.
async fn ask(client: &Client, rows: impl Iterator<Item = &DeviceRow>, read: &mut Read) -> Asked {
    let deadline = Deadline::of(client);
    let mut rows = rows.fuse();
    let mut asking = JoinSet::new();
    loop {
        while asking.len() < client.limits().in_flight.max(1)
            && let Some(row) = rows.next()
        {
            let (client, id, last_check_in) =
                (client.clone(), row.device_id.clone(), row.last_check_in);
            asking.spawn(async move { (device_details(&client, &id).await, id, last_check_in) });
        }
        if asking.is_empty() {
            return Asked::All;
        }
        let Some(answered) = deadline.within(asking.join_next()).await else {
            let left = asking.len() + rows.count();
            return Asked::TooSlow { left, minutes: deadline.minutes() };
        };
        let (answer, id, last_check_in) =
            answered.expect("somebody is asked").expect("asking neither panics nor is cancelled");
        match answer {
            Ok(Some(document)) => {
                read.new.insert(id.clone());
                read.all.insert(id, Details { last_check_in, document });
            }
            // Deleted between the list and now: the next run will not list it.
            Ok(None) => {}
            Err(fault) => return Asked::Failed(fault),
        }
    }
}
