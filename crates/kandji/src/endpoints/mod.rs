//! What we read of Kandji, one function per endpoint over the client.
//! A list that breaks off keeps what it read and remembers why it is not whole.

mod devices;
mod lists;
mod one;

pub use devices::{Progress, devices};
pub use lists::{ade_devices, ade_integrations, blueprints, prism, users};
pub use one::{device_details, licensing};

use tokio::time::Instant;

use crate::client::Client;
use crate::fault::Fault;
use crate::wire::Note;

/// The rows of a list, and how much of the list they are.
#[derive(Debug, Clone)]
pub struct Walk<T> {
    pub rows: Vec<T>,
    pub notes: Vec<Note>,
    /// Pages that held rows.
    pub pages: u32,
    /// Rows that came a second time, as happens when the list moves while it is read.
    pub repeated: u32,
    /// Why the list was not read to its end.
    pub broken_off: Option<BrokenOff>,
}

/// Why a walk ended before the list did.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrokenOff {
    #[error("page {page} could not be read: {fault}")]
    Fault { page: u32, fault: Fault },
    #[error("page {page} held only rows seen before; hint: Kandji may ignore paging, report it")]
    Repeats { page: u32 },
    #[error(
        "there were more than {pages} pages; hint: this is more than any tenant has, report it"
    )]
    TooLong { pages: u32 },
    #[error(
        "it took longer than {minutes} minutes, {pages} pages were read by then; hint: the next run \
         reads them all again; if it lasts, look for what slows the way to Kandji down"
    )]
    TooSlow { pages: u32, minutes: u64 },
}

/// When a walk that begins now has taken too long. Measured without the clock, which may jump.
#[derive(Clone, Copy)]
pub(crate) struct Deadline {
    at: Instant,
    minutes: u64,
}

impl Deadline {
    pub fn of(client: &Client) -> Deadline {
        let longest = client.limits().walk_longest;
        Deadline { at: Instant::now() + longest, minutes: longest.as_secs() / 60 }
    }

    pub fn is_over(self) -> bool {
        Instant::now() >= self.at
    }

    /// Waits until then and no longer.
    pub async fn within<T>(self, asking: impl Future<Output = T>) -> Option<T> {
        if self.is_over() {
            return None;
        }
        tokio::time::timeout_at(self.at, asking).await.ok()
    }

    pub fn minutes(self) -> u64 {
        self.minutes
    }

    fn missed(self, pages: u32) -> BrokenOff {
        BrokenOff::TooSlow { pages, minutes: self.minutes }
    }
}

impl<T> Walk<T> {
    /// Whether the list was read to its end. Illegible rows do not count against it: they are
    /// told as notes, and one that stays odd for ever must not hide for ever what has gone.
    pub fn is_complete(&self) -> bool {
        self.broken_off.is_none()
    }

    /// Rows of which nobody can say whose they were.
    pub fn lost_rows(&self) -> usize {
        self.notes.iter().filter(|note| note.lost).count()
    }

    /// Why the list is not whole, as a sentence; nothing where it is.
    pub fn shortfall(&self) -> Option<String> {
        self.broken_off.as_ref().map(ToString::to_string)
    }
}
