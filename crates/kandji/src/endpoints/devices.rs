//! The device list: the one list nothing works without, walked page by page in a stable order.
//! While one page is read into rows the next one is already on its way.

use std::collections::HashSet;

use tokio::task::JoinSet;

use super::{BrokenOff, Deadline, Walk};
use crate::client::{Ask, Client};
use crate::fault::Fault;
use crate::permission::Permission;
use crate::wire::{DeviceRow, Notes, Page, device_page};

/// Kandji's hard maximum.
const PAGE: usize = 300;

/// How far a walk has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub pages: u32,
    pub devices: usize,
}

/// Reads every device. Takes ⌈N/300⌉ + 1 requests: only an empty page is the end.
///
/// A fault on the first page is the caller's; a later one leaves the walk broken off.
pub async fn devices(
    client: &Client,
    on_progress: &(dyn Fn(Progress) + Sync),
) -> Result<Walk<DeviceRow>, Fault> {
    let mut walking = Walking::default();
    let deadline = Deadline::of(client);
    let mut page = Some(fetch(client.clone(), 0).await?);
    while let Some(rows) = page.take() {
        if rows.is_empty() {
            break;
        }
        page = walking.next(client, rows, deadline).await;
        on_progress(Progress { pages: walking.pages, devices: walking.rows.len() });
    }
    Ok(walking.finish())
}

/// A walk under way.
#[derive(Default)]
struct Walking {
    rows: Vec<DeviceRow>,
    seen: HashSet<String>,
    notes: Notes,
    pages: u32,
    repeated: u32,
    /// Rows received, readable or not: the next offset. Not `pages * 300`, so that a server that
    /// hands out smaller pages leaves no hole.
    received: usize,
    broken_off: Option<BrokenOff>,
}

impl Walking {
    /// Takes a page in and brings the next one; nothing when the walk ends here.
    async fn next(&mut self, client: &Client, page: Page, deadline: Deadline) -> Option<Page> {
        let first = self.received;
        self.received += page.len();
        self.pages += 1;
        let last = self.pages >= client.limits().pages;
        let mut ahead = JoinSet::new();
        // After a full page there is surely another request to make; after a short one it may turn
        // out that the list goes in circles, so there the rows are looked at first.
        if page.len() >= PAGE && !last && !deadline.is_over() {
            ahead.spawn(fetch(client.clone(), self.received));
        }
        if !self.take_in(page, first) {
            self.broken_off = Some(BrokenOff::Repeats { page: self.pages });
            return None;
        }
        if last {
            self.broken_off = Some(BrokenOff::TooLong { pages: self.pages });
            return None;
        }
        if deadline.is_over() {
            self.broken_off = Some(deadline.missed(self.pages));
            return None;
        }
        if ahead.is_empty() {
            ahead.spawn(fetch(client.clone(), self.received));
        }
        let Some(next) = deadline.within(ahead.join_next()).await else {
            self.broken_off = Some(deadline.missed(self.pages));
            return None;
        };
        let next = next.expect("one fetch was spawned just above");
        let next = match next {
            Ok(next) => next,
            // Only the end of the whole runtime cancels it, and whoever waits here ends with it.
            Err(ended) if ended.is_cancelled() => std::future::pending().await,
            Err(bug) => std::panic::resume_unwind(bug.into_panic()),
        };
        match next {
            Ok(page) => Some(page),
            Err(fault) => {
                self.broken_off = Some(BrokenOff::Fault { page: self.pages + 1, fault });
                None
            }
        }
    }

    /// Keeps the rows not seen before; false where the page had rows but none of them is new.
    fn take_in(&mut self, page: Page, first: usize) -> bool {
        let rows = DeviceRow::read_page(page, first, &mut self.notes);
        let (before, legible) = (self.rows.len(), rows.len());
        for row in rows {
            if self.seen.insert(row.device_id.clone()) {
                self.rows.push(row);
            } else {
                self.repeated += 1;
            }
        }
        legible == 0 || self.rows.len() > before
    }

    fn finish(self) -> Walk<DeviceRow> {
        Walk {
            rows: self.rows,
            notes: self.notes.into_vec(),
            pages: self.pages,
            repeated: self.repeated,
            broken_off: self.broken_off,
        }
    }
}

/// The page that begins there; in fewer rows where it holds more than we read at once, so that some
/// rows of absurd size cost requests and not the walk.
async fn fetch(client: Client, offset: usize) -> Result<Page, Fault> {
    let mut limit = PAGE;
    loop {
        match page(&client, offset, limit).await {
            Err(Fault::TooLarge { .. }) if limit > 1 => limit = (limit / 4).max(1),
            answer => return answer,
        }
    }
}

async fn page(client: &Client, offset: usize, limit: usize) -> Result<Page, Fault> {
    let (limit, offset) = (limit.to_string(), offset.to_string());
    let ask = Ask {
        permission: Permission::DeviceList,
        path: &["devices"],
        query: &[("limit", &limit), ("offset", &offset), ("ordering", "device_id")],
    };
    let path = ask.shown();
    client.get(&ask, |body| device_page(&body, &path)).await
}
