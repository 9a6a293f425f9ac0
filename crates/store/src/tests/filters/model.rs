//! What conditions mean, said once more over rows in memory.

use std::collections::BTreeMap;

use domain::filters::Words;
use domain::text::key;
use serde_json::Value as Json;

use crate::assets::AssetRow;
use crate::assets::conditions::{
    Ask, DayColumn, Detail, Edge, MomentColumn, Place, Property, Range, Reference, Test,
    TextColumn, Told, Value,
};
use crate::device_details::DeviceDetails;
use crate::devices::DeviceSaid;

/// What rows do not carry.
#[derive(Default)]
pub struct Known {
    /// What is said of the device of an asset, and of it alone.
    pub devices: BTreeMap<i64, (DeviceSaid, Option<DeviceDetails>)>,
    /// The maker of each product.
    pub makers: BTreeMap<i64, Option<i64>>,
}

pub fn searched(row: &AssetRow, word: Option<&str>) -> bool {
    let Some(word) = word else { return true };
    let asset = &row.asset;
    let texts = [
        Some(asset.tag.to_string()),
        asset.name.clone(),
        asset.serial.as_ref().map(ToString::to_string),
        row.product.clone(),
        row.custodian.clone(),
        Some(asset.fields.values().map(Json::to_string).collect()),
    ];
    texts.iter().flatten().any(|text| key(text).contains(word))
}

pub fn holds(test: &Test, row: &AssetRow, known: &Known) -> bool {
    let asset = &row.asset;
    match test {
        Test::Refers(to, ids) => {
            let own = match to {
                Reference::Status => Some(asset.status.number()),
                Reference::Category => row.category.as_ref().map(|(id, _)| id.number()),
                Reference::Product => asset.product.map(|id| id.number()),
                Reference::Manufacturer => {
                    asset.product.and_then(|id| known.makers.get(&id.number()).copied().flatten())
                }
                Reference::Location => asset.location.map(|id| id.number()),
                Reference::Department => asset.department.map(|id| id.number()),
                Reference::Supplier => asset.supplier.map(|id| id.number()),
            };
            if ids.is_empty() { own.is_none() } else { own.is_some_and(|id| ids.contains(&id)) }
        }
        Test::Held(custodian) => asset.custodian == *custodian,
        Test::Platform(name) => row.platform == *name,
        Test::Text(column, words) => {
            let text = match column {
                TextColumn::Tag => Some(asset.tag.to_string()),
                TextColumn::Name => asset.name.clone(),
                TextColumn::Serial => asset.serial.as_ref().map(ToString::to_string),
                TextColumn::Custodian => row.custodian.clone(),
                TextColumn::OrderNumber => asset.order_number.clone(),
                TextColumn::Notes => asset.notes.clone(),
                TextColumn::Currency => asset.currency.clone(),
            };
            says(words, text.as_deref().unwrap_or_default())
        }
        Test::Day(column, range) => within(
            range,
            match column {
                DayColumn::PurchasedOn => asset.purchased_on,
                DayColumn::WarrantyUntil => asset.warranty_until,
                DayColumn::DueOn => asset.due_on,
            },
        ),
        Test::Moment(column, range) => within(
            range,
            Some(match column {
                MomentColumn::CreatedAt => asset.created_at,
                MomentColumn::UpdatedAt => asset.updated_at,
            }),
        ),
        Test::Cost(Range::Blank, _) => asset.cost.is_none(),
        Test::Cost(range, currencies) => {
            currencies.hold(asset.currency.as_deref()) && within(range, asset.cost)
        }
        Test::Said(detail) => said(detail, row, known),
        Test::Custom(field, value) => has(value, asset.fields.get(field.key.as_str())),
    }
}

fn said(detail: &Detail, row: &AssetRow, known: &Known) -> bool {
    let told = told(detail.of, row, known);
    match (&detail.ask, told) {
        (Ask::Blank | Ask::Words(Words::Blank), told) => told.is_none(),
        (_, None) => false,
        (Ask::Words(words), Some(Json::Array(all))) => {
            all.iter().any(|one| says(words, one.as_str().unwrap()))
        }
        (Ask::Words(words), Some(told)) => says(words, told.as_str().unwrap()),
        (Ask::Yes(yes), Some(told)) => yes_no(&told) == Some(*yes),
        (Ask::Moments(from, until), Some(told)) => {
            let micros = |text: &str| text.replace(' ', "T").parse().unwrap();
            within(&Range::Between(*from, *until), told.as_str().map(micros))
        }
        (Ask::Days(from, until), Some(told)) => {
            let day = told.as_str().map(|text| text.parse().unwrap());
            within(&Range::Between(*from, *until), day)
        }
    }
}

pub fn yes_no(told: &Json) -> Option<bool> {
    told.as_bool().or_else(|| told.as_str().and_then(|text| text.to_lowercase().parse().ok()))
}

/// What is said of the device of an asset, as it is sent; nothing where it is blank.
pub fn told(property: &Property, row: &AssetRow, known: &Known) -> Option<Json> {
    let (device, details) = known.devices.get(&row.asset.id.number())?;
    let inside = |document: &str, path: &str| {
        let document: Json = serde_json::from_str(document).unwrap();
        document.pointer(&format!("/{}", path.replace('.', "/"))).cloned()
    };
    let place = |place: &Place| match place {
        Place::Platform => Some(Json::from(device.platform.clone())),
        Place::OsVersion => Some(Json::from(device.os_version.clone())),
        Place::LastSeen => device.last_seen_at.map(|at| Json::from(at.to_string())),
        Place::Enrolled => device.enrolled_at.map(|at| Json::from(at.to_string())),
        Place::Row(path) => inside(&device.raw, path),
        Place::Details(path) => inside(&details.as_ref()?.document, path),
    };
    let value = property.places.iter().find_map(place)?;
    let odd = property.told == Told::YesNo && yes_no(&value).is_none();
    Some(value).filter(|value| !odd && !value.is_null() && value.as_str() != Some(""))
}

fn says(words: &Words, text: &str) -> bool {
    match words {
        Words::Blank => text.is_empty(),
        Words::Whole(whole) => key(text) == key(whole),
        Words::Part(part) => key(text).contains(&key(part)),
    }
}

fn within<T: PartialOrd>(range: &Range<T>, value: Option<T>) -> bool {
    match (range, value) {
        (Range::Blank, value) => value.is_none(),
        (Range::Between(..), None) => false,
        (Range::Between(from, until), Some(value)) => {
            from.as_ref().is_none_or(|from| value >= *from)
                && until.as_ref().is_none_or(|until| value <= *until)
        }
    }
}

fn has(wanted: &Value, held: Option<&Json>) -> bool {
    let Some(held) = held else { return *wanted == Value::Blank };
    let text = held.as_str().unwrap_or_default();
    match wanted {
        Value::Blank => false,
        Value::OneOf(values) => domain::fields::keys(held).iter().any(|held| values.contains(held)),
        Value::Part(part) => key(text).contains(part),
        Value::Day(from, until) => {
            let day = Some(text.parse().unwrap());
            within(&Range::Between(*from, *until), day)
        }
        Value::Number(from, until) => {
            let number = held.as_f64().unwrap();
            let above = |edge: &Edge| if edge.with { number >= edge.at } else { number > edge.at };
            let below = |edge: &Edge| if edge.with { number <= edge.at } else { number < edge.at };
            from.as_ref().is_none_or(above) && until.as_ref().is_none_or(below)
        }
        Value::Money(currencies, from, until) => {
            let Some((amount, currency)) = text.split_once(' ') else { return false };
            let minor = domain::money::minor(amount, Some(currency));
            currencies.hold(Some(currency)) && within(&Range::Between(*from, *until), minor)
        }
    }
}
