//! The catalog: products, categories, manufacturers, statuses, locations, departments.

use serde::{Deserialize, Serialize};

use crate::id::{CategoryId, DepartmentId, LocationId, ManufacturerId, ProductId, StatusId};

/// What an asset is a specimen of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    pub id: ProductId,
    pub name: String,
    pub manufacturer: Option<ManufacturerId>,
    pub category: Option<CategoryId>,
    /// The names sources know it by; they stay when people rename the product.
    pub models: Vec<String>,
    /// Model identifiers met, such as `Mac14,5`.
    pub identifiers: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    pub id: CategoryId,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manufacturer {
    pub id: ManufacturerId,
    pub name: String,
}

/// What a status means to the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusKind {
    Ready,
    Pending,
    Unavailable,
}

impl StatusKind {
    pub const ALL: [StatusKind; 3] =
        [StatusKind::Ready, StatusKind::Pending, StatusKind::Unavailable];

    pub const fn as_str(self) -> &'static str {
        match self {
            StatusKind::Ready => "ready",
            StatusKind::Pending => "pending",
            StatusKind::Unavailable => "unavailable",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        StatusKind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    pub id: StatusId,
    pub name: String,
    pub kind: StatusKind,
    /// One of [`Status::COLORS`].
    pub color: String,
}

impl Status {
    /// The palette, by name.
    pub const COLORS: [&str; 8] =
        ["gray", "blue", "green", "yellow", "orange", "red", "purple", "pink"];
}

/// A place; `parent` makes the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    pub id: LocationId,
    pub name: String,
    pub parent: Option<LocationId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    pub id: DepartmentId,
    pub name: String,
}
