//! Which requests arrived: counts for ever, the requests themselves for a while.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;

/// So many of the latest requests are remembered in full.
const REMEMBERED: usize = 5_000;

/// The requests that arrived so far.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Tally {
    pub total: u64,
    /// By method and path: `GET /devices`, `GET /devices/{id}/details`.
    pub counts: BTreeMap<String, u64>,
    /// Requests other than GET, all of them refused; a client of ours makes none.
    pub refused: Vec<String>,
    /// The latest requests, oldest first.
    pub latest: Vec<Seen>,
}

/// One request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    pub method: String,
    /// Below `/api/v1`.
    pub path: String,
    pub query: String,
}

#[derive(Debug, Default)]
pub(super) struct TallyBook {
    total: u64,
    counts: BTreeMap<String, u64>,
    refused: Vec<String>,
    latest: VecDeque<Seen>,
}

impl Tally {
    /// How many requests of this kind arrived: `count("GET /devices")`.
    pub fn count(&self, kind: &str) -> u64 {
        self.counts.get(kind).copied().unwrap_or(0)
    }
}

impl TallyBook {
    pub fn record(&mut self, seen: Seen) {
        self.total += 1;
        let kind = format!("{} {}", seen.method, general(&seen.path));
        *self.counts.entry(kind).or_default() += 1;
        if seen.method != "GET" && self.refused.len() < REMEMBERED {
            self.refused.push(format!("{} {}", seen.method, seen.path));
        }
        if self.latest.len() == REMEMBERED {
            self.latest.pop_front();
        }
        self.latest.push_back(seen);
    }

    pub fn total(&self) -> u64 {
        self.total
    }

    pub fn tally(&self) -> Tally {
        Tally {
            total: self.total,
            counts: self.counts.clone(),
            refused: self.refused.clone(),
            latest: self.latest.iter().cloned().collect(),
        }
    }
}

/// The path with ids taken out: `/devices/{id}/details`.
fn general(path: &str) -> String {
    let is_id = |part: &&str| part.len() == 36 && part.bytes().filter(|&b| b == b'-').count() == 4;
    let parts = path.split('/').map(|part| if is_id(&part) { "{id}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}
