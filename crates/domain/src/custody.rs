//! Custody: who has a thing now.

use serde::{Deserialize, Serialize};

use crate::id::{AssetId, EmployeeId, LocationId};

/// Who has an asset: an employee, a location, or another asset (a dock in a laptop bag).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Custodian {
    Employee(EmployeeId),
    Location(LocationId),
    Asset(AssetId),
}

impl Custodian {
    pub const fn employee(self) -> Option<EmployeeId> {
        match self {
            Custodian::Employee(id) => Some(id),
            Custodian::Location(_) | Custodian::Asset(_) => None,
        }
    }

    pub const fn kind(self) -> &'static str {
        match self {
            Custodian::Employee(_) => "employee",
            Custodian::Location(_) => "location",
            Custodian::Asset(_) => "asset",
        }
    }

    pub const fn number(self) -> i64 {
        match self {
            Custodian::Employee(id) => id.number(),
            Custodian::Location(id) => id.number(),
            Custodian::Asset(id) => id.number(),
        }
    }

    /// Rebuilds a custodian from its stored parts; `None` for a kind this version does not know.
    pub fn from_parts(kind: &str, number: i64) -> Option<Self> {
        match kind {
            "employee" => Some(Custodian::Employee(EmployeeId::new(number))),
            "location" => Some(Custodian::Location(LocationId::new(number))),
            "asset" => Some(Custodian::Asset(AssetId::new(number))),
            _ => None,
        }
    }
}
