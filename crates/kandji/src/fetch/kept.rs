//! What earlier runs kept, in the shape of a walk: for asking "what if" without asking Kandji.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::value::RawValue;

use super::{Details, Fetched, Listed};
use crate::endpoints::Walk;
use crate::wire::{AdeDevice, AdeIntegration, DeviceRow, Notes};

/// The lists about enrollment, where they are at hand.
#[derive(Debug, Default)]
pub struct Enrollment {
    pub integrations: Listed<AdeIntegration>,
    pub devices: Listed<AdeDevice>,
}

/// Rows as they were sent, each JSON of its own. Everything else stands as not asked for.
#[expect(clippy::implicit_hasher, reason = "they go where the client's own go")]
pub fn kept(
    rows: Vec<String>,
    details: HashMap<String, Details>,
    enrollment: Enrollment,
) -> Fetched {
    let page = rows.into_iter().filter_map(|row| RawValue::from_string(row).ok()).collect();
    let mut notes = Notes::default();
    let rows = DeviceRow::read_page(page, 0, &mut notes);
    let notes = notes.into_vec();
    Fetched {
        devices: Walk { rows, notes, pages: 0, repeated: 0, broken_off: None },
        integrations: enrollment.integrations,
        ade: enrollment.devices,
        users: None,
        blueprints: None,
        details,
        new_details: BTreeSet::new(),
        prism: BTreeMap::new(),
        degraded: Vec::new(),
        requests: 0,
    }
}
