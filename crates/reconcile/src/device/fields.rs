//! The fields a device feeds: what moved there, what moved here, and whose word counts.

use std::collections::BTreeSet;

use domain::{Field, Serial};
use serde_json::Value;

use super::{Context, Planned, model_of, name_of};
use crate::catalog::Catalog;
use crate::diff::{Decision, decide};
use crate::inventory::{AssetHeld, Baseline};
use crate::plan::Edit;
use crate::reason::Reason;
use crate::rules::Authority;
use crate::survey::Observation;

pub(super) fn name(
    device: &Observation,
    asset: &AssetHeld,
    baseline: &mut Baseline,
    context: &Context<'_, '_>,
    edits: &mut Vec<Edit>,
    planned: &mut Planned,
) {
    let Some(property) = &context.rules.name_from else { return };
    let field = Field::Name;
    if fed_elsewhere(asset, &field, context, planned) {
        return;
    }
    let theirs = name_of(device, context.rules);
    if theirs.is_none() || (theirs == asset.name && theirs == baseline.name) {
        return;
    }
    let base = Value::from(baseline.name.clone());
    let ours = Value::from(asset.name.clone());
    let theirs = Value::from(theirs);
    match decide(&base, &ours, &theirs, Authority::Mirror) {
        Decision::Take => {
            let property = property.clone();
            let reason = Reason::FromSource { property, authority: Authority::Mirror };
            edits.push(Edit { field, before: ours, after: theirs.clone(), reason });
            baseline.name = theirs.as_str().map(str::to_owned);
        }
        Decision::Acknowledge => baseline.name = theirs.as_str().map(str::to_owned),
        Decision::Leave | Decision::Ask | Decision::Suggest => {}
    }
}

/// The maker's label follows the source only where nobody here wrote another.
pub(super) fn serial(
    device: &Observation,
    asset: &AssetHeld,
    baseline: &mut Baseline,
    adopted: bool,
) -> Option<Edit> {
    let theirs = device.serial.as_ref()?;
    let ours = asset.serial.as_ref().map(Serial::as_str);
    let base = baseline.serial.as_deref();
    let same = |one: Option<&str>, other: Option<&str>| match (one, other) {
        (Some(one), Some(other)) => domain::text::same(one, other),
        (one, other) => one == other,
    };
    let moved = !same(base, Some(theirs.as_str()));
    let untouched = ours.is_none() || (!adopted && same(ours, base));
    let edit = (moved && untouched && !same(ours, Some(theirs.as_str()))).then(|| {
        let property = "serial_number".to_owned();
        let reason = match ours {
            None => Reason::FillsBlank { property },
            Some(_) => Reason::FromSource { property, authority: Authority::Merge },
        };
        let before = Value::from(ours);
        let after = Value::from(theirs.as_str());
        Edit { field: Field::Serial, before, after, reason }
    });
    if moved {
        baseline.serial = Some(theirs.as_str().to_owned());
    }
    edit
}

/// The product is filled once, and follows a model that changed where nobody chose another.
pub(super) fn product(
    device: &Observation,
    asset: &AssetHeld,
    baseline: &mut Baseline,
    adopted: bool,
    context: &Context<'_, '_>,
    catalog: &mut Catalog<'_>,
) -> Option<Edit> {
    let model = model_of(device)?;
    let mut edit = None;
    if baseline.model.as_deref() != Some(model) {
        let before_it = baseline.model.as_deref().and_then(|model| catalog.find(model, device));
        let untouched = asset.product.is_none() || (!adopted && asset.product == before_it);
        if untouched {
            let product = catalog.product(model, device, context.mint, context.now);
            if asset.product != Some(product) {
                let property = "model".to_owned();
                let reason = match asset.product {
                    None => Reason::FillsBlank { property },
                    Some(_) => Reason::FromSource { property, authority: Authority::Merge },
                };
                let before = asset.product.map_or(Value::Null, |id| Value::from(id.to_string()));
                let after = Value::from(product.to_string());
                edit = Some(Edit { field: Field::Product, before, after, reason });
            }
        }
        baseline.model = Some(model.to_owned());
    }
    if let Some(identifier) = device.model_identifier.as_deref()
        && let Some(product) = catalog.find(model, device)
    {
        catalog.identify(product, identifier);
    }
    edit
}

/// A field that a source with a better priority feeds is not ours to move.
pub(crate) fn fed_elsewhere(
    asset: &AssetHeld,
    field: &Field,
    context: &Context<'_, '_>,
    planned: &mut Planned,
) -> bool {
    let claimed: &BTreeSet<_> = &context.inventory.claimed_elsewhere;
    let fed = !claimed.is_empty() && claimed.contains(&(asset.id, field.clone()));
    if fed {
        planned.reasons.push(Reason::BetterSourceFeedsIt { field: field.clone() });
    }
    fed
}

/// A blank is anybody's to fill; another serial than ours is said where it has no say.
pub(super) fn serial_fed_elsewhere(
    device: &Observation,
    asset: &AssetHeld,
    context: &Context<'_, '_>,
    planned: &mut Planned,
) -> bool {
    let differs = match (&asset.serial, &device.serial) {
        (Some(ours), Some(theirs)) => !domain::text::same(ours.as_str(), theirs.as_str()),
        (None, _) | (_, None) => false,
    };
    differs && fed_elsewhere(asset, &Field::Serial, context, planned)
}

pub(super) fn product_fed_elsewhere(
    device: &Observation,
    asset: &AssetHeld,
    context: &Context<'_, '_>,
    catalog: &Catalog<'_>,
    planned: &mut Planned,
) -> bool {
    let Some(model) = model_of(device).filter(|_| asset.product.is_some()) else { return false };
    // Asked first, since it nearly always says no.
    let claimed = !context.inventory.claimed_elsewhere.is_empty();
    claimed
        && asset.product != catalog.find(model, device)
        && fed_elsewhere(asset, &Field::Product, context, planned)
}
