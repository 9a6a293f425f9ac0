//! Shapes that several nouns share.

use domain::Id;
use domain::id::Noun;
use serde::Serialize;
use utoipa::ToSchema;

/// A reference: written as the id alone, read with the name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Reference)]
pub struct Named {
    pub id: String,
    pub name: String,
}

impl Named {
    pub fn of<N: Noun>(id: Id<N>, name: impl Into<String>) -> Self {
        Named { id: id.to_string(), name: name.into() }
    }

    /// Where there is both.
    pub fn maybe<N: Noun>(id: Option<Id<N>>, name: Option<String>) -> Option<Self> {
        Some(Named::of(id?, name.unwrap_or_default()))
    }
}

/// Something that was done all the same and may not have been meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Warning {
    /// The key of the body.
    pub field: String,
    pub detail: String,
}

/// A source's device, as people recognise it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Device)]
pub struct DeviceNamed {
    pub device_id: String,
    pub serial: Option<String>,
    pub name: Option<String>,
}
