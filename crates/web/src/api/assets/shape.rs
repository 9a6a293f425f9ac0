//! An asset as it is answered.

use std::collections::BTreeMap;

use app::assets::AssetRow;
use app::serials::{self, Bearer};
use domain::catalog::{Status, StatusKind};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::money;
use crate::api::shape::{Named, Warning};
use crate::api::words;

/// An asset. References are read as `{id, name}` and written as the id.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Asset)]
pub struct AssetShape {
    #[schema(example = "ast_0HZX4K9Q2M7RA")]
    id: String,
    #[schema(example = "MBP-0042")]
    tag: String,
    name: Option<String>,
    serial: Option<String>,
    product: Option<ProductNamed>,
    /// Its own, else its product's.
    category: Option<Named>,
    status: StatusShape,
    location: Option<Named>,
    department: Option<Named>,
    custodian: Option<CustodianShape>,
    purchase: Purchase,
    #[schema(format = Date)]
    warranty_until: Option<String>,
    /// When the custodian should give it back.
    #[schema(format = Date)]
    due_on: Option<String>,
    notes: Option<String>,
    /// Custom fields by key.
    #[schema(value_type = Object)]
    fields: BTreeMap<String, Value>,
    /// What runs on it, once a source told.
    #[schema(example = "Mac")]
    platform: Option<String>,
    archived_at: Option<String>,
    /// Rises by one with every event; the `ETag`.
    version: i64,
    created_at: String,
    updated_at: String,
}

/// An asset as it was written.
#[derive(Debug, Serialize, ToSchema)]
pub struct WrittenAsset {
    #[serde(flatten)]
    asset: AssetShape,
    /// Only where there is one: another asset has its serial too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Warning>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProductReference)]
pub struct ProductNamed {
    id: String,
    name: String,
    /// Model identifiers met, such as `Mac14,5`.
    identifiers: Vec<String>,
    category: Option<Named>,
    manufacturer: Option<Named>,
}

/// A status.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Status)]
pub struct StatusShape {
    id: String,
    name: String,
    #[schema(schema_with = words::status_kinds)]
    kind: StatusKind,
    color: String,
}

/// Who has it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Custodian)]
pub struct CustodianShape {
    /// `employee`, `location` or `asset`.
    kind: &'static str,
    id: String,
    name: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Purchase {
    #[schema(format = Date)]
    on: Option<String>,
    #[schema(example = "499.90")]
    cost: Option<String>,
    #[schema(example = "USD")]
    currency: Option<String>,
    /// The order's number.
    order: Option<String>,
    supplier: Option<Named>,
}

impl AssetShape {
    pub fn of(row: AssetRow) -> Self {
        let asset = row.asset;
        let custodian = asset.custodian.map(|who| CustodianShape::of(who, row.custodian));
        let cost = asset.cost.map(|cost| money::text(cost, asset.currency.as_deref()));
        AssetShape {
            id: asset.id.to_string(),
            tag: asset.tag.into(),
            name: asset.name,
            serial: asset.serial.map(Into::into),
            product: asset.product.map(|id| ProductNamed {
                id: id.to_string(),
                name: row.product.unwrap_or_default(),
                identifiers: row.identifiers,
                category: row.product_category.map(|(id, name)| Named::of(id, name)),
                manufacturer: row.manufacturer.map(|(id, name)| Named::of(id, name)),
            }),
            category: row.category.map(|(id, name)| Named::of(id, name)),
            status: StatusShape::of(row.status),
            location: Named::maybe(asset.location, row.location),
            department: Named::maybe(asset.department, row.department),
            custodian,
            purchase: Purchase {
                on: asset.purchased_on.map(|on| on.to_string()),
                cost,
                currency: asset.currency,
                order: asset.order_number,
                supplier: Named::maybe(asset.supplier, row.supplier),
            },
            warranty_until: asset.warranty_until.map(|until| until.to_string()),
            due_on: asset.due_on.map(|on| on.to_string()),
            notes: asset.notes,
            fields: asset.fields,
            platform: Some(row.platform).filter(|platform| !platform.is_empty()),
            archived_at: asset.archived_at.map(|at| at.to_string()),
            version: asset.version,
            created_at: asset.created_at.to_string(),
            updated_at: asset.updated_at.to_string(),
        }
    }
}

impl WrittenAsset {
    pub fn of(row: AssetRow, others: &[Bearer]) -> Self {
        let warning = serials::warning(others);
        let warning = warning.map(|detail| Warning { field: "serial".into(), detail });
        WrittenAsset { asset: AssetShape::of(row), warnings: warning.into_iter().collect() }
    }
}

impl StatusShape {
    pub fn of(status: Status) -> Self {
        let Status { id, name, kind, color } = status;
        StatusShape { id: id.to_string(), name, kind, color }
    }
}

impl CustodianShape {
    pub fn of(who: domain::Custodian, name: Option<String>) -> Self {
        use domain::Custodian::{Asset, Employee, Location};
        let id = match who {
            Employee(id) => id.to_string(),
            Location(id) => id.to_string(),
            Asset(id) => id.to_string(),
        };
        CustodianShape { kind: who.kind(), id, name: name.unwrap_or_default() }
    }
}
