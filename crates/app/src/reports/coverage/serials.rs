//! Assets that share a serial with others: a thing that stands here twice, or a label misread.

use std::collections::BTreeMap;

use domain::id::AssetId;
use domain::text;
use store::assets::serials::{self, Bearer};
use store::{Tx, assets};

use super::{Cell, CoverageTable, Gap, Step, devices, parts, place};
use crate::refusal::Refusal;

impl CoverageTable {
    /// By serial, those that share one after each other. A place is an asset and its serial.
    pub(super) fn serial_twice(
        &self,
        tx: &mut Tx<'_>,
        at: Option<&str>,
        limit: usize,
    ) -> Result<Step, Refusal> {
        let after = place(at, |at| {
            let (asset, serial) = at.split_once(':')?;
            Some((serial.to_owned(), AssetId::new(asset.parse().ok()?)))
        })?;
        let from = after.as_ref().map_or("", |(serial, _)| serial.as_str());
        let mut shared = serials::shared(tx)?;
        shared.retain(|(serial, _)| serial.as_str() >= from);
        // Each has two bearers at least, and those of the first may all have been told.
        shared.truncate(limit / 2 + 2);
        let mut bearers = serials::bearers(tx, shared.into_iter().map(|(serial, _)| serial))?;
        bearers.retain(|one| !one.archived);
        bearers.sort_by(|one, other| (&one.serial, one.id).cmp(&(&other.serial, other.id)));
        let told =
            |one: &&Bearer| after.as_ref().is_none_or(|at| (&one.serial, one.id) > (&at.0, at.1));
        let mut found: Vec<&Bearer> = bearers.iter().filter(told).take(limit + 1).collect();
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more);
        let next = next.map(|last| format!("{}:{}", last.id.number(), last.serial));
        let ids = || found.iter().map(|one| one.id);
        let (rows, devices) = (assets::list::rows(tx, ids())?, devices(tx, ids())?);
        let rows: BTreeMap<_, _> = rows.into_iter().map(|row| (row.asset.id, row)).collect();
        let rows = found.iter().map(|one| {
            let others = bearers.iter().filter(|other| other.serial == one.serial);
            let others: Vec<_> = others.filter(|other| other.id != one.id).collect();
            let have = if others.len() == 1 { "has" } else { "have" };
            let tags = text::listed(others.iter().map(|other| &other.tag));
            let why = Cell::Text(format!("{tags} {have} it too."));
            self.row(Gap::SerialTwice, why, rows.get(&one.id), devices.get(&one.id).map(parts))
        });
        Ok((rows.collect(), next))
    }
}
