//! Serials that stand in the register, or in the file, once more: told, never refused, because two
//! things may bear one serial.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::AssetId;
use crate::imports::row::Desk;
use crate::imports::{Intent, Line, PlannedRow, Target};
use crate::text::listed;
use crate::{AssetTag, Field, Serial};

/// Warns each row whose serial somebody else has, once the whole file is done.
pub(super) fn warn(
    desk: Desk<'_>,
    rows: &[Line],
    known: &[(AssetId, AssetTag, String)],
    planned: &mut [PlannedRow],
) {
    let Some(at) = desk.places.get(&Target::Serial).copied() else { return };
    let bearers = bearers(known, planned);
    for (line, row) in rows.iter().zip(planned) {
        let cell = line.cells.get(at).and_then(|text| Serial::parse(text).ok());
        let (Some(id), Some(serial)) = (about(row), cell.and_then(|serial| serial.identity()))
        else {
            continue;
        };
        let all = bearers.get(&serial).map_or(&[][..], Vec::as_slice);
        let others: Vec<&String> =
            all.iter().filter(|(other, _)| *other != id).map(|(_, called)| called).collect();
        if others.is_empty() {
            continue;
        }
        let have = if others.len() == 1 { "has" } else { "have" };
        let hint = "if it is one thing, keep one row for it and match by the serial";
        let detail = format!("{} {have} this serial too; hint: {hint}", listed(others));
        row.warnings.push(desk.note(line, &Target::Serial, detail));
    }
}

/// Who has each serial afterwards, as people find them: by the line that gives it, else by tag.
fn bearers(
    known: &[(AssetId, AssetTag, String)],
    planned: &[PlannedRow],
) -> BTreeMap<String, Vec<(AssetId, String)>> {
    let mut bearers: BTreeMap<String, Vec<(AssetId, String)>> = BTreeMap::new();
    let mut given = BTreeSet::new();
    for row in planned {
        let Some((id, serial)) = gives(row) else { continue };
        given.insert(id);
        if let Some(serial) = serial.identity() {
            bearers.entry(serial).or_default().push((id, format!("line {}", row.line)));
        }
    }
    for (id, tag, serial) in known.iter().filter(|(id, ..)| !given.contains(id)) {
        bearers.entry(serial.clone()).or_default().push((*id, format!("\"{tag}\"")));
    }
    bearers
}

/// The asset a row is about.
fn about(row: &PlannedRow) -> Option<AssetId> {
    match &row.intent {
        Intent::CreateAsset { asset, .. } => Some(asset.id),
        Intent::ChangeAsset { id, .. } | Intent::SkipAsset { id, .. } => Some(*id),
        _ => None,
    }
}

/// The asset to which a row gives another serial than it had.
fn gives(row: &PlannedRow) -> Option<(AssetId, Serial)> {
    match &row.intent {
        Intent::CreateAsset { asset, .. } => Some((asset.id, asset.serial.clone()?)),
        Intent::ChangeAsset { id, steps, .. } => {
            let mut changes = steps.iter().flat_map(|step| &step.changes);
            let given = changes.find(|change| change.field == Field::Serial)?;
            Some((*id, Serial::parse(given.after.as_str()?).ok()?))
        }
        _ => None,
    }
}
