//! Assets that hold others: found by their tag, and what each lies in as far as the rows before say.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::AssetId;
use crate::imports::leads_to;
use crate::{Asset, Custodian};

pub(super) struct Holders {
    by_tag: BTreeMap<String, AssetId>,
    archived: BTreeSet<AssetId>,
    /// What lies in what.
    lies_in: BTreeMap<AssetId, AssetId>,
}

impl Holders {
    pub fn new<'a>(known: impl Iterator<Item = &'a Asset>) -> Self {
        let mut holders = Holders {
            by_tag: BTreeMap::new(),
            archived: BTreeSet::new(),
            lies_in: BTreeMap::new(),
        };
        for asset in known {
            holders.by_tag.insert(asset.tag.key(), asset.id);
            holders.put(asset);
        }
        holders
    }

    /// An asset as a row leaves it.
    pub fn put(&mut self, asset: &Asset) {
        match asset.custodian {
            Some(Custodian::Asset(place)) => drop(self.lies_in.insert(asset.id, place)),
            _ => drop(self.lies_in.remove(&asset.id)),
        }
        match asset.archived_at {
            Some(_) => self.archived.insert(asset.id),
            None => self.archived.remove(&asset.id),
        };
    }

    pub fn of_tag(&self, tag: &str) -> Option<AssetId> {
        self.by_tag.get(&crate::text::key(tag)).copied()
    }

    /// Why this one cannot hold that asset, as it would be said by hand.
    pub fn refuses(&self, place: AssetId, asset: AssetId) -> Option<&'static str> {
        if place == asset {
            return Some("an asset cannot hold itself; hint: name another, or blank the cell");
        }
        if self.archived.contains(&place) {
            return Some(
                "nothing goes into what is archived; hint: bring that back first, or blank the cell",
            );
        }
        leads_to(Some(place), asset, |here| self.lies_in.get(&here).copied())
            .then_some("it would lie inside itself; hint: name another, or blank the cell")
    }
}
