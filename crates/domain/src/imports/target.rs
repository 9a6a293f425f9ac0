//! What a column can mean: a field of an asset or of an employee, and the few that help to find one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::fields::AppliesTo;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Target {
    Tag,
    Name,
    Serial,
    Product,
    /// Of a product that is new.
    ModelNumber,
    Manufacturer,
    Category,
    Status,
    Location,
    Department,
    /// An e-mail address, the name of an employee or a location, or the tag of an asset.
    Custodian,
    CustodianEmail,
    /// `employee`, `location` or `asset`, as our own lists say it.
    CustodianKind,
    DueOn,
    PurchasedOn,
    Cost,
    Currency,
    OrderNumber,
    Supplier,
    WarrantyUntil,
    /// From the day it was bought.
    WarrantyMonths,
    Notes,
    Archived,
    Email,
    Title,
    Manager,
    StartsOn,
    EndsOn,
    Leaver,
    /// A field the tenant added; `fields.<key>` in text.
    Custom(String),
}

use Target as T;

/// Those of assets, in the order people read them.
pub const OF_ASSETS: [(Target, &str, &str); 23] = [
    (T::Tag, "tag", "Asset tag"),
    (T::Name, "name", "Name"),
    (T::Serial, "serial", "Serial"),
    (T::Product, "product", "Product"),
    (T::ModelNumber, "model_number", "Model number"),
    (T::Manufacturer, "manufacturer", "Manufacturer"),
    (T::Category, "category", "Category"),
    (T::Status, "status", "Status"),
    (T::Location, "location", "Location"),
    (T::Department, "department", "Department"),
    (T::Custodian, "custodian", "Checked out to (name or e-mail)"),
    (T::CustodianEmail, "custodian_email", "Checked out to (e-mail)"),
    (T::CustodianKind, "custodian_kind", "Checked out to (employee, location or asset)"),
    (T::DueOn, "due_on", "Due back"),
    (T::PurchasedOn, "purchased_on", "Bought on"),
    (T::Cost, "cost", "Cost"),
    (T::Currency, "currency", "Currency"),
    (T::OrderNumber, "order_number", "Order"),
    (T::Supplier, "supplier", "Supplier"),
    (T::WarrantyUntil, "warranty_until", "Warranty until"),
    (T::WarrantyMonths, "warranty_months", "Warranty in months"),
    (T::Notes, "notes", "Notes"),
    (T::Archived, "archived", "Archived (yes or no)"),
];

/// Those of employees.
pub const OF_EMPLOYEES: [(Target, &str, &str); 9] = [
    (T::Name, "name", "Name"),
    (T::Email, "email", "E-mail"),
    (T::Title, "title", "Title"),
    (T::Department, "department", "Department"),
    (T::Location, "location", "Location"),
    (T::Manager, "manager", "Manager (name or e-mail)"),
    (T::StartsOn, "starts_on", "First day"),
    (T::EndsOn, "ends_on", "Last day"),
    (T::Leaver, "leaver", "Has left (yes or no)"),
];

const CUSTOM: &str = "fields.";

/// Those of assets or those of employees, custom fields apart.
pub const fn all(of: AppliesTo) -> &'static [(Target, &'static str, &'static str)] {
    match of {
        AppliesTo::Assets => &OF_ASSETS,
        AppliesTo::Employees => &OF_EMPLOYEES,
    }
}

/// No column can mean this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no field \"{0}\"; hint: custom fields are written fields.<key>")]
pub struct NoTarget(String);

fn built_in() -> impl Iterator<Item = &'static (Target, &'static str, &'static str)> {
    OF_ASSETS.iter().chain(&OF_EMPLOYEES)
}

impl Target {
    /// As people read it; a custom field by its key.
    pub fn label(&self) -> String {
        let found = built_in().find(|(target, ..)| target == self);
        found.map_or_else(|| self.to_string(), |(.., label)| (*label).to_owned())
    }

    /// As people write it down for `--match`: a word of ours, else the key of a custom field.
    pub fn read(text: &str) -> Self {
        let plain = text.trim();
        plain.parse().unwrap_or_else(|_| T::Custom(plain.to_owned()))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let T::Custom(key) = self {
            return write!(f, "{CUSTOM}{key}");
        }
        let word = built_in().find(|(target, ..)| target == self).map(|(_, word, _)| *word);
        f.write_str(word.expect("every built-in target stands in a table"))
    }
}

impl FromStr for Target {
    type Err = NoTarget;

    fn from_str(text: &str) -> Result<Self, NoTarget> {
        if let Some(key) = text.strip_prefix(CUSTOM).filter(|key| !key.is_empty()) {
            return Ok(T::Custom(key.to_owned()));
        }
        let found = built_in().find(|(_, word, _)| *word == text);
        found.map(|(target, ..)| target.clone()).ok_or_else(|| NoTarget(text.to_owned()))
    }
}

impl TryFrom<String> for Target {
    type Error = NoTarget;
    fn try_from(text: String) -> Result<Self, NoTarget> {
        text.parse()
    }
}

impl From<Target> for String {
    fn from(target: Target) -> String {
        target.to_string()
    }
}
