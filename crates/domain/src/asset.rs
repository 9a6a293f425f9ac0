//! The asset: one physical thing we track, and the folding of its history into it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::custody::Custodian;
use crate::event::FieldChange;
use crate::field::Field;
use crate::id::{AssetId, CategoryId, DepartmentId, LocationId, ProductId, StatusId, SupplierId};
use crate::text::{AssetTag, Serial};

/// An asset as it stands. Only tag and status are always there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asset {
    pub id: AssetId,
    pub tag: AssetTag,
    pub name: Option<String>,
    pub serial: Option<Serial>,
    pub product: Option<ProductId>,
    /// Its own category, if a person gave it one; else the product's counts.
    pub category: Option<CategoryId>,
    pub status: StatusId,
    pub location: Option<LocationId>,
    pub department: Option<DepartmentId>,
    pub custodian: Option<Custodian>,
    pub purchased_on: Option<Date>,
    /// In minor units of `currency`.
    pub cost: Option<i64>,
    pub currency: Option<String>,
    pub order_number: Option<String>,
    pub supplier: Option<SupplierId>,
    pub warranty_until: Option<Date>,
    /// When the present custodian should give it back.
    pub due_on: Option<Date>,
    pub notes: Option<String>,
    pub archived_at: Option<Timestamp>,
    /// Custom fields by key; a blank one is absent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, Value>,
    /// Rises by one with every event.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What a new asset starts with; everything else is blank.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewAsset {
    pub id: AssetId,
    pub tag: AssetTag,
    pub name: Option<String>,
    pub serial: Option<Serial>,
    pub product: Option<ProductId>,
    pub category: Option<CategoryId>,
    pub status: StatusId,
    pub location: Option<LocationId>,
    pub department: Option<DepartmentId>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, Value>,
}

impl NewAsset {
    pub fn plain(id: AssetId, tag: AssetTag, status: StatusId) -> Self {
        NewAsset {
            id,
            tag,
            name: None,
            serial: None,
            product: None,
            category: None,
            status,
            location: None,
            department: None,
            fields: BTreeMap::new(),
        }
    }

    /// The asset as its first event leaves it.
    pub fn into_asset(self, at: Timestamp) -> Asset {
        Asset {
            id: self.id,
            tag: self.tag,
            name: self.name,
            serial: self.serial,
            product: self.product,
            category: self.category,
            status: self.status,
            location: self.location,
            department: self.department,
            custodian: None,
            purchased_on: None,
            cost: None,
            currency: None,
            order_number: None,
            supplier: None,
            warranty_until: None,
            due_on: None,
            notes: None,
            archived_at: None,
            fields: self.fields,
            version: 1,
            created_at: at,
            updated_at: at,
        }
    }
}

/// A value did not fit its field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{field}\" cannot hold {value}; hint: {reason}")]
pub struct Misfit {
    pub field: Field,
    pub value: String,
    pub reason: String,
}

impl Asset {
    /// The value of one field; `null` where it is blank.
    pub fn get(&self, field: &Field) -> Value {
        match field {
            Field::Tag => Value::from(self.tag.as_str()),
            Field::Name => Value::from(self.name.clone()),
            Field::Serial => Value::from(self.serial.as_ref().map(Serial::as_str)),
            Field::Product => text(self.product),
            Field::Category => text(self.category),
            Field::Status => text(Some(self.status)),
            Field::Location => text(self.location),
            Field::Department => text(self.department),
            Field::Custodian => {
                serde_json::to_value(self.custodian).expect("a custodian is two plain texts")
            }
            Field::PurchasedOn => text(self.purchased_on),
            Field::Cost => Value::from(self.cost),
            Field::Currency => Value::from(self.currency.clone()),
            Field::OrderNumber => Value::from(self.order_number.clone()),
            Field::Supplier => text(self.supplier),
            Field::WarrantyUntil => text(self.warranty_until),
            Field::DueOn => text(self.due_on),
            Field::Notes => Value::from(self.notes.clone()),
            Field::ArchivedAt => text(self.archived_at),
            Field::Custom(key) => self.fields.get(key).cloned().unwrap_or_default(),
        }
    }

    /// Puts a value into one field; `null` blanks it. The ledger alone calls this on stored assets.
    pub fn set(&mut self, field: &Field, value: &Value) -> Result<(), Misfit> {
        match field {
            Field::Tag => self.tag = parse(field, value)?,
            Field::Name => self.name = parse(field, value)?,
            Field::Serial => self.serial = parse(field, value)?,
            Field::Product => self.product = parse(field, value)?,
            Field::Category => self.category = parse(field, value)?,
            Field::Status => self.status = parse(field, value)?,
            Field::Location => self.location = parse(field, value)?,
            Field::Department => self.department = parse(field, value)?,
            Field::Custodian => self.custodian = parse(field, value)?,
            Field::PurchasedOn => self.purchased_on = parse(field, value)?,
            Field::Cost => self.cost = parse(field, value)?,
            Field::Currency => self.currency = parse(field, value)?,
            Field::OrderNumber => self.order_number = parse(field, value)?,
            Field::Supplier => self.supplier = parse(field, value)?,
            Field::WarrantyUntil => self.warranty_until = parse(field, value)?,
            Field::DueOn => self.due_on = parse(field, value)?,
            Field::Notes => self.notes = parse(field, value)?,
            Field::ArchivedAt => self.archived_at = parse(field, value)?,
            Field::Custom(key) if value.is_null() => drop(self.fields.remove(key)),
            Field::Custom(key) => drop(self.fields.insert(key.clone(), value.clone())),
        }
        Ok(())
    }

    /// Why a text is none that a person may write there: a name and an order are one line, as
    /// everything else that is called something. Sources are not asked; what they say is kept.
    pub fn too_much(&self, field: &Field, value: &Value) -> Option<String> {
        let text = value.as_str()?;
        let what = match field {
            Field::Name => "the name",
            Field::OrderNumber => "the order number",
            _ => return None,
        };
        line(what, text).err()
    }

    /// Folds one event into the asset, as the ledger did when it wrote it.
    pub fn fold(&mut self, changes: &[FieldChange], at: Timestamp) -> Result<(), Misfit> {
        for change in changes {
            self.set(&change.field, &change.after)?;
        }
        self.version += 1;
        self.updated_at = at;
        Ok(())
    }

    /// Every field that is not blank, as the changes of a creation.
    pub fn as_changes(&self) -> Vec<FieldChange> {
        let custom = self.fields.keys().map(|key| Field::Custom(key.clone()));
        let fields = crate::field::BUILT_IN.iter().map(|(field, _)| field.clone()).chain(custom);
        fields
            .map(|field| FieldChange { before: Value::Null, after: self.get(&field), field })
            .filter(|change| !change.after.is_null())
            .collect()
    }
}

/// Up to 200 printable characters.
pub(crate) fn line(what: &str, text: &str) -> Result<(), String> {
    let length = text.chars().count();
    if length > 200 {
        return Err(format!("{what} has {length} characters; hint: 200 are the most"));
    }
    if text.chars().any(char::is_control) {
        return Err(format!("{what} holds a line break or a control character; hint: one line"));
    }
    Ok(())
}

fn text<T: ToString>(value: Option<T>) -> Value {
    value.map_or(Value::Null, |value| Value::from(value.to_string()))
}

fn parse<T: DeserializeOwned>(field: &Field, value: &Value) -> Result<T, Misfit> {
    T::deserialize(value).map_err(|error| Misfit {
        field: field.clone(),
        value: value.to_string().chars().take(80).collect(),
        reason: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_creations_changes_fold_back_into_the_asset() {
        let at = Timestamp::from_second(1_790_000_000).unwrap();
        let mut new =
            NewAsset::plain(AssetId::new(1), AssetTag::parse("A-1").unwrap(), StatusId::new(2));
        new.name = Some("Robin’s MacBook Pro".into());
        new.fields.insert("memory".into(), Value::from(32));
        let mut asset = new.clone().into_asset(at);
        asset.custodian = Some(Custodian::Employee(crate::id::EmployeeId::new(5)));

        let mut folded = NewAsset::plain(new.id, new.tag, StatusId::new(9)).into_asset(at);
        folded.version = 0;
        folded.fold(&asset.as_changes(), at).unwrap();
        assert_eq!(folded, asset);
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_refused_and_changes_nothing() {
        let at = Timestamp::UNIX_EPOCH;
        let tag = AssetTag::parse("A-1").unwrap();
        let mut asset = NewAsset::plain(AssetId::new(1), tag, StatusId::new(2)).into_asset(at);
        let before = asset.clone();
        assert!(asset.set(&Field::Location, &Value::from("emp_0000000000001")).is_err());
        assert!(asset.set(&Field::Tag, &Value::from("")).is_err());
        assert_eq!(asset, before);
    }
}
