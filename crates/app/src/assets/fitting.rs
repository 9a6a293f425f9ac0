//! Values held against their fields, before anything else is known.

use domain::id::{AssetId, StatusId};
use domain::{Asset, AssetTag, Field, NewAsset, Timestamp};
use serde_json::Value;

use crate::fields::values;
use crate::refusal::{FieldError, Refusal};

/// Whether the values fit their fields, as far as that can be told of them alone: of `held`, or of a
/// new asset.
pub fn fit_alone(held: Option<&Asset>, fields: &[(Field, Value)]) -> Result<(), Refusal> {
    let mut copy = held.cloned().unwrap_or_else(|| {
        let tag = AssetTag::parse("new").expect("it is a tag");
        let plain = NewAsset::plain(AssetId::new(0), tag, StatusId::new(0));
        plain.into_asset(Timestamp::UNIX_EPOCH)
    });
    let mut errors = misfits(&mut copy, fields);
    let code = fields.iter().find(|(field, _)| *field == Field::Currency);
    let code = code.and_then(|(_, code)| code.as_str());
    if let Some(Err(detail)) = code.map(values::coded) {
        errors.push(FieldError { field: Field::Currency.to_string(), detail });
    }
    told(errors)
}

/// Tries the values on a copy, so that every field that does not fit is named.
pub(crate) fn set_all(asset: &mut Asset, fields: &[(Field, Value)]) -> Result<(), Refusal> {
    told(misfits(asset, fields))
}

fn misfits(asset: &mut Asset, fields: &[(Field, Value)]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (field, value) in fields {
        let refuse = |detail: String| FieldError { field: field.to_string(), detail };
        // What stands there already was taken once.
        let says_new = asset.get(field) != *value;
        errors.extend(asset.too_much(field, value).filter(|_| says_new).map(refuse));
        errors.extend(asset.set(field, value).err().map(|misfit| refuse(misfit.to_string())));
    }
    errors
}

fn told(errors: Vec<FieldError>) -> Result<(), Refusal> {
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid { errors }) }
}
