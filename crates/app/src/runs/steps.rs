//! What a plan does to an asset, step by step in words, each with the reason's sentence.

use domain::id::AssetId;
use domain::{Field, FieldChange};
use reconcile::explain;
use reconcile::plan::{AssetChange, Edit, Step};
use serde_json::Value;
use store::plans::KeptChange;

use crate::names::{Names, Wanted};
use crate::words::{self, Told, Whose};

/// The serial of the device, or of the asset that is made of it; none where it is the tag already.
pub fn serial<'s>(
    change: &AssetChange,
    steps: impl IntoIterator<Item = &'s Step>,
) -> Option<String> {
    let linked = change.link.as_ref().and_then(|link| link.serial.as_ref());
    let mut serial = linked.map(ToString::to_string);
    for step in steps {
        if let Step::Create { asset, .. } = step {
            serial = asset.serial.as_ref().map(ToString::to_string);
        }
    }
    serial.filter(|serial| *serial != change.tag)
}

pub fn told(step: &Step, asset: AssetId, names: &Names) -> Vec<Told> {
    match step {
        Step::Relink { from, .. } => {
            let (before, after) = (from.to_string(), "its new one".into());
            vec![Told { field: "Device id".into(), before, after }]
        }
        Step::Archive { .. } => {
            vec![Told { field: "Archived".into(), before: String::new(), after: "Yes".into() }]
        }
        step => words::told(&moved(step), Whose::Asset(Some(asset)), names),
    }
}

/// What a step sets; tag and serial of a new asset stand beside it already.
fn moved(step: &Step) -> Vec<FieldChange> {
    let custodian = |to: &domain::Custodian| serde_json::to_value(to).unwrap_or_default();
    let change = |field, before, after| FieldChange { field, before, after };
    let edits = |edits: &[Edit]| -> Vec<FieldChange> {
        let one = |edit: &Edit| change(edit.field.clone(), edit.before.clone(), edit.after.clone());
        edits.iter().map(one).collect()
    };
    match step {
        Step::Create { asset, .. } => {
            let whole = asset.clone().into_asset(domain::Timestamp::UNIX_EPOCH);
            let beside = |field: &Field| matches!(field, Field::Tag | Field::Serial);
            let all = whole.as_changes().into_iter();
            all.filter(|change| !beside(&change.field)).collect()
        }
        Step::Edit { edits: some } => edits(some),
        Step::CheckIn { from, .. } => {
            vec![change(Field::Custodian, custodian(from), Value::Null)]
        }
        Step::CheckOut { to, edits: some, .. } => {
            let mut all = vec![change(Field::Custodian, Value::Null, custodian(to))];
            all.extend(edits(some));
            all
        }
        Step::Link { .. } | Step::Relink { .. } | Step::Archive { .. } => Vec::new(),
    }
}

/// A sentence each.
pub fn why(step: &Step) -> Vec<String> {
    match step {
        Step::Create { reason, .. }
        | Step::Link { reason }
        | Step::Relink { reason, .. }
        | Step::CheckIn { reason, .. }
        | Step::Archive { reason } => vec![explain::sentence(reason)],
        Step::CheckOut { reason, edits, .. } => std::iter::once(reason)
            .chain(edits.iter().map(|edit| &edit.reason))
            .map(explain::sentence)
            .collect(),
        Step::Edit { edits } => edits.iter().map(|edit| explain::sentence(&edit.reason)).collect(),
    }
}

/// What these changes speak of.
pub fn wanted(found: &[KeptChange]) -> Wanted {
    let mut wanted = Wanted::default();
    for kept in found {
        for step in &kept.change.steps {
            wanted.all_in(&serde_json::to_value(step).unwrap_or_default());
            wanted.changes(&moved(step), Whose::Asset(Some(kept.change.asset)));
        }
    }
    wanted
}
