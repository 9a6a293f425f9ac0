//! Blueprints, and how many devices Kandji itself counts.

use super::fields::Fields;
use super::note::{Notes, read_rows};
use super::page::Page;

/// A blueprint's name. Its enrollment code is a secret and is never read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blueprint {
    pub id: String,
    pub name: String,
}

/// Kandji's own count of devices.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Licensing {
    pub devices: Option<u64>,
}

impl Blueprint {
    pub(crate) fn read_page(page: &Page, first: usize, notes: &mut Notes) -> Vec<Blueprint> {
        read_rows(page, first, notes, "id", |fields, id, notes| Blueprint {
            id,
            name: fields.text("name", notes),
        })
    }
}

impl Licensing {
    /// Reads the document; nothing in it is indispensable.
    pub(crate) fn read(body: &str) -> Licensing {
        let counts = Fields::parse(body).ok().and_then(|fields| fields.object("counts"));
        let devices = counts.and_then(|counts| counts.number("computers_count"));
        Licensing { devices: devices.and_then(|count| count.try_into().ok()) }
    }
}
