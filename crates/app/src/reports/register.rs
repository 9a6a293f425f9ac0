//! What the register itself says of an asset, column by column.

use domain::Custodian;
use domain::fields::{CustomField, FieldType};
use jiff::civil::Date;
use serde_json::Value;
use store::assets::{AssetRow, AssetSort};

use super::{Cell, Column};

/// A column of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegisterColumn {
    Tag,
    Name,
    Serial,
    Product,
    Manufacturer,
    Category,
    Status,
    Location,
    Department,
    Custodian,
    CustodianKind,
    DueOn,
    PurchasedOn,
    Cost,
    Currency,
    OrderNumber,
    Supplier,
    WarrantyUntil,
    Notes,
    ArchivedAt,
    CreatedAt,
    UpdatedAt,
}

use RegisterColumn as R;

/// In the order people read them.
pub const ALL: [RegisterColumn; 22] = [
    R::Tag,
    R::Name,
    R::Serial,
    R::Product,
    R::Manufacturer,
    R::Category,
    R::Status,
    R::Location,
    R::Department,
    R::Custodian,
    R::CustodianKind,
    R::DueOn,
    R::PurchasedOn,
    R::Cost,
    R::Currency,
    R::OrderNumber,
    R::Supplier,
    R::WarrantyUntil,
    R::Notes,
    R::ArchivedAt,
    R::CreatedAt,
    R::UpdatedAt,
];

impl RegisterColumn {
    pub fn column(self) -> Column {
        let (key, label, width) = self.head();
        Column::new(key, label, width)
    }

    pub const fn key(self) -> &'static str {
        self.head().0
    }

    const fn head(self) -> (&'static str, &'static str, u16) {
        match self {
            R::Tag => ("tag", "Asset tag", 18),
            R::Name => ("name", "Name", 28),
            R::Serial => ("serial", "Serial", 18),
            R::Product => ("product", "Product", 28),
            R::Manufacturer => ("manufacturer", "Manufacturer", 16),
            R::Category => ("category", "Category", 16),
            R::Status => ("status", "Status", 14),
            R::Location => ("location", "Location", 20),
            R::Department => ("department", "Department", 18),
            R::Custodian => ("custodian", "Custodian", 24),
            R::CustodianKind => ("custodian_kind", "Checked out to", 14),
            R::DueOn => ("due_on", "Due back", 12),
            R::PurchasedOn => ("purchased_on", "Bought", 12),
            R::Cost => ("cost", "Cost", 12),
            R::Currency => ("currency", "Currency", 9),
            R::OrderNumber => ("order_number", "Order", 14),
            R::Supplier => ("supplier", "Supplier", 18),
            R::WarrantyUntil => ("warranty_until", "Warranty until", 14),
            R::Notes => ("notes", "Notes", 32),
            R::ArchivedAt => ("archived_at", "Archived", 19),
            R::CreatedAt => ("created_at", "Added", 19),
            R::UpdatedAt => ("updated_at", "Changed", 19),
        }
    }

    /// The order that goes by it.
    pub const fn sort(self) -> AssetSort {
        match self {
            R::Tag => AssetSort::Tag,
            R::Name => AssetSort::Name,
            R::Serial => AssetSort::Serial,
            R::Product => AssetSort::Product,
            R::Manufacturer => AssetSort::Manufacturer,
            R::Category => AssetSort::Category,
            R::Status => AssetSort::Status,
            R::Location => AssetSort::Location,
            R::Department => AssetSort::Department,
            R::Custodian => AssetSort::Custodian,
            R::CustodianKind => AssetSort::CustodianKind,
            R::DueOn => AssetSort::DueOn,
            R::PurchasedOn => AssetSort::PurchasedOn,
            R::Cost => AssetSort::Cost,
            R::Currency => AssetSort::Currency,
            R::OrderNumber => AssetSort::OrderNumber,
            R::Supplier => AssetSort::Supplier,
            R::WarrantyUntil => AssetSort::WarrantyUntil,
            R::Notes => AssetSort::Notes,
            R::ArchivedAt => AssetSort::ArchivedAt,
            R::CreatedAt => AssetSort::CreatedAt,
            R::UpdatedAt => AssetSort::UpdatedAt,
        }
    }

    pub fn cell(self, row: &AssetRow) -> Cell {
        let asset = &row.asset;
        match self {
            R::Tag => Cell::Text(asset.tag.to_string()),
            R::Name => Cell::text(asset.name.clone()),
            R::Serial => Cell::text(asset.serial.as_ref().map(ToString::to_string)),
            R::Product => Cell::text(row.product.clone()),
            R::Manufacturer => Cell::text(row.manufacturer.as_ref().map(|(_, name)| name.clone())),
            R::Category => Cell::text(row.category.as_ref().map(|(_, name)| name.clone())),
            R::Status => Cell::Text(row.status.name.clone()),
            R::Location => Cell::text(row.location.clone()),
            R::Department => Cell::text(row.department.clone()),
            R::Custodian => Cell::text(row.custodian.clone()),
            R::CustodianKind => Cell::text(asset.custodian.map(Custodian::kind).map(str::to_owned)),
            R::DueOn => Cell::date(asset.due_on),
            R::PurchasedOn => Cell::date(asset.purchased_on),
            R::Cost => asset.cost.map_or(Cell::Blank, |minor| Cell::Money {
                minor,
                digits: domain::money::digits(asset.currency.as_deref()),
            }),
            R::Currency => Cell::text(asset.currency.clone()),
            R::OrderNumber => Cell::text(asset.order_number.clone()),
            R::Supplier => Cell::text(row.supplier.clone()),
            R::WarrantyUntil => Cell::date(asset.warranty_until),
            R::Notes => Cell::text(asset.notes.clone()),
            R::ArchivedAt => Cell::moment(asset.archived_at),
            R::CreatedAt => Cell::Moment(asset.created_at),
            R::UpdatedAt => Cell::Moment(asset.updated_at),
        }
    }
}

pub fn custom_column(field: &CustomField) -> Column {
    Column::new(format!("fields.{}", field.key), &field.label, 18)
}

/// The value of a custom field in the kind the field has, as far as it fits.
pub fn custom_cell(field: &CustomField, value: Option<&Value>) -> Cell {
    match (&field.kind, value) {
        (_, None | Some(Value::Null)) => Cell::Blank,
        (FieldType::Size, Some(Value::Number(bytes))) => {
            bytes.as_u64().map_or(Cell::Blank, Cell::Size)
        }
        (FieldType::Date, Some(Value::String(text))) => {
            text.parse::<Date>().map_or_else(|_| Cell::text(text.clone()), Cell::Date)
        }
        (_, Some(Value::Bool(yes))) => Cell::YesNo(*yes),
        (_, Some(Value::Number(number))) => number
            .as_i64()
            .map_or_else(|| Cell::Number(number.as_f64().unwrap_or_default()), Cell::Whole),
        (_, Some(Value::String(text))) => Cell::text(text.clone()),
        (kind, Some(other)) => Cell::text(domain::fields::shown(kind, other)),
    }
}
