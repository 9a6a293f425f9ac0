//! The fields of an asset, by name: what events, origins, baselines and plans speak of.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One field of an asset. Custom fields carry their key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Field {
    Tag,
    Name,
    Serial,
    Product,
    Category,
    Status,
    Location,
    Department,
    Custodian,
    PurchasedOn,
    Cost,
    Currency,
    OrderNumber,
    Supplier,
    WarrantyUntil,
    DueOn,
    Notes,
    ArchivedAt,
    /// A field the tenant added; `fields.<key>` in text.
    Custom(String),
}

/// Every built-in field with its name, in the order people read them.
pub const BUILT_IN: [(Field, &str); 18] = [
    (Field::Tag, "tag"),
    (Field::Name, "name"),
    (Field::Serial, "serial"),
    (Field::Product, "product"),
    (Field::Category, "category"),
    (Field::Status, "status"),
    (Field::Location, "location"),
    (Field::Department, "department"),
    (Field::Custodian, "custodian"),
    (Field::PurchasedOn, "purchased_on"),
    (Field::Cost, "cost"),
    (Field::Currency, "currency"),
    (Field::OrderNumber, "order_number"),
    (Field::Supplier, "supplier"),
    (Field::WarrantyUntil, "warranty_until"),
    (Field::DueOn, "due_on"),
    (Field::Notes, "notes"),
    (Field::ArchivedAt, "archived_at"),
];

const CUSTOM: &str = "fields.";

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Field::Custom(key) = self {
            return write!(f, "{CUSTOM}{key}");
        }
        let name = BUILT_IN.iter().find(|(field, _)| field == self).map(|(_, name)| *name);
        f.write_str(name.expect("every built-in field stands in the table"))
    }
}

/// No field has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no field \"{0}\"; hint: custom fields are written fields.<key>")]
pub struct NoField(String);

impl FromStr for Field {
    type Err = NoField;

    fn from_str(text: &str) -> Result<Self, NoField> {
        if let Some(key) = text.strip_prefix(CUSTOM).filter(|key| !key.is_empty()) {
            return Ok(Field::Custom(key.to_owned()));
        }
        let found = BUILT_IN.iter().find(|(_, name)| *name == text);
        found.map(|(field, _)| field.clone()).ok_or_else(|| NoField(text.to_owned()))
    }
}

impl TryFrom<String> for Field {
    type Error = NoField;
    fn try_from(text: String) -> Result<Self, NoField> {
        text.parse()
    }
}

impl From<Field> for String {
    fn from(field: Field) -> String {
        field.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_reads_back_from_its_name() {
        for (field, name) in BUILT_IN {
            assert_eq!(field.to_string(), name);
            assert_eq!(name.parse(), Ok(field));
        }
        assert_eq!("fields.memory".parse(), Ok(Field::Custom("memory".into())));
        assert!("fields.".parse::<Field>().is_err());
    }
}
