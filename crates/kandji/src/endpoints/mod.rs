//! What we read of Kandji, one function per endpoint over the client.
//! A list that breaks off keeps what it read and remembers why it is not whole.

mod devices;
mod lists;
mod one;

pub use devices::{Progress, devices};
pub use lists::{ade_devices, ade_integrations, blueprints, prism, users};
pub use one::{device_details, licensing};

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
