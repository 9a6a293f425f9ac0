//! What lists are put in order by: every column they can show. Nine orders have an index, because
//! people open them all day and every source fills them; SQLite remembers the others
//! (`assets::order`), which costs a change nothing. What is blank has the least key in each.

use domain::fields::{AppliesTo, CustomField, FieldKey, FieldType};
use domain::id::{SourceId, TenantId};

use super::conditions::Property;
use super::conditions::custom::{amount, document, number};
use super::query::AssetQuery;
use crate::page::{Key, Real};
use crate::seam::{Dialect, Query, Row, Sql, StoreError, Tx, folded, sql};
use crate::{fields, reports};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum AssetSort {
    #[default]
    Tag,
    Name,
    Serial,
    Product,
    Status,
    Location,
    Custodian,
    UpdatedAt,
    CreatedAt,
    Manufacturer,
    /// Its own, else its product's.
    Category,
    Department,
    Supplier,
    CustodianKind,
    DueOn,
    PurchasedOn,
    /// By the amount, whatever the currency.
    Cost,
    Currency,
    OrderNumber,
    WarrantyUntil,
    Notes,
    ArchivedAt,
    /// A custom field of assets; one that there is no more is blank everywhere.
    Custom(FieldKey),
    /// What the source whose word counts most says of its device.
    Said(&'static Property),
}

/// An order as the database is asked for it.
pub(super) struct Sorting {
    /// The key of the asset `a`, never NULL.
    pub key: Sql,
    pub kind: Kind,
    /// The index in this order; without one the order is remembered on SQLite.
    pub index: Option<&'static str>,
    pub given: Given,
}

/// Where SQLite finds all whose key is not blank.
pub(super) enum Given {
    /// ` [INDEXED BY …] WHERE …` of assets.
    Assets(Sql),
    /// What is said of their devices; the source whose word counts most comes first.
    Devices(&'static Property, Vec<SourceId>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Number,
    Real,
}

/// Less than any amount anybody writes.
const LEAST: f64 = -1e300;

impl Kind {
    /// The key of what is blank.
    pub const fn blank(self) -> Key {
        match self {
            Kind::Text => Key::Text(String::new()),
            Kind::Number => Key::Number(-1),
            Kind::Real => Key::Real(Real(LEAST)),
        }
    }

    /// The key of a row.
    pub(crate) fn read(self, row: &mut Row<'_>) -> Result<Key, StoreError> {
        Ok(match self {
            Kind::Text => Key::Text(row.next()?),
            Kind::Number => Key::Number(row.next()?),
            Kind::Real => Key::Real(Real(row.next()?)),
        })
    }
}

impl AssetSort {
    /// The index that is in this order.
    pub(super) const fn index(&self) -> Option<&'static str> {
        Some(match self {
            Self::Tag => "assets_by_tag",
            Self::Name => "assets_by_name",
            Self::Serial => "assets_by_serial",
            Self::Product => "assets_by_product",
            Self::Status => "assets_by_status",
            Self::Location => "assets_by_location",
            Self::Custodian => "assets_by_custodian",
            Self::UpdatedAt => "assets_by_updated_at",
            Self::CreatedAt => "assets_by_created_at",
            _ => return None,
        })
    }

    /// Which line of an asset's text is its key, where one is.
    pub(super) const fn line(&self) -> Option<usize> {
        match self {
            Self::Tag => Some(0),
            Self::Name => Some(1),
            Self::Serial => Some(2),
            Self::Product => Some(3),
            Self::Custodian => Some(4),
            _ => None,
        }
    }
}

impl Sorting {
    pub fn of(tx: &mut Tx<'_>, query: &AssetQuery) -> Result<Self, StoreError> {
        let dialect = tx.dialect();
        let sorting = match &query.sort {
            AssetSort::Custom(key) => {
                let field = fields::find_by_key(tx, key.as_str())?;
                let field = field.filter(|field| field.applies_to == AppliesTo::Assets);
                Self::custom(field, tx.tenant(), dialect)
            }
            AssetSort::Said(property) => Self::said(tx, property)?,
            column => Self::column(column, dialect),
        };
        match query.cursor.as_ref().map(|cursor| cursor.place().0) {
            Some(key) if !sorting.kind.takes(&key) => Err(StoreError::OtherOrder),
            _ => Ok(sorting),
        }
    }

    fn column(sort: &AssetSort, dialect: Dialect) -> Self {
        use AssetSort as S;
        let text = |key: &'static str| (Sql::from(key), Kind::Text);
        let number = |key: &'static str| (Sql::from(key), Kind::Number);
        let folding = |column: &'static str| {
            let mut key = sql! { "COALESCE(" };
            folded(&mut key, dialect, |sql| sql.text(column));
            sql! { key => ", '')" };
            (key, Kind::Text)
        };
        let (key, kind) = match sort {
            S::Tag | S::Custom(_) | S::Said(_) => text("a.tag_key"),
            S::Name => text("a.name_key"),
            S::Serial => text("a.serial_key"),
            S::Product => text("a.product_key"),
            S::Status => text("a.status_key"),
            S::Location => text("a.location_key"),
            S::Custodian => text("a.custodian_key"),
            S::UpdatedAt => number("a.updated_at"),
            S::CreatedAt => number("a.created_at"),
            S::Manufacturer => text(MAKER),
            S::Category => text(CATEGORY),
            S::Department => text(DEPARTMENT),
            S::Supplier => text(SUPPLIER),
            S::CustodianKind => text("CAST(COALESCE(a.custodian_kind, '') AS ordered_text)"),
            S::DueOn => text("CAST(COALESCE(a.due_on, '') AS ordered_text)"),
            S::PurchasedOn => text("CAST(COALESCE(a.purchased_on, '') AS ordered_text)"),
            S::Cost => (cost(), Kind::Real),
            S::Currency => text("CAST(COALESCE(a.currency, '') AS ordered_text)"),
            S::OrderNumber => folding("a.order_number"),
            S::WarrantyUntil => text("CAST(COALESCE(a.warranty_until, '') AS ordered_text)"),
            S::Notes => folding("a.notes"),
            S::ArchivedAt => number("COALESCE(a.archived_at, -1)"),
        };
        let given = match sort {
            S::Manufacturer => " INDEXED BY assets_facts WHERE a.product_id IS NOT NULL",
            S::Category => " INDEXED BY assets_by_tag WHERE a.shown_category_id IS NOT NULL",
            S::Department => " INDEXED BY assets_facts WHERE a.department_id IS NOT NULL",
            S::Supplier => " INDEXED BY assets_facts WHERE a.supplier_id IS NOT NULL",
            S::CustodianKind => " INDEXED BY assets_facts WHERE a.custodian_kind IS NOT NULL",
            S::DueOn => " INDEXED BY assets_facts WHERE a.due_on IS NOT NULL",
            S::PurchasedOn => " INDEXED BY assets_purchased_on WHERE a.purchased_on IS NOT NULL",
            S::Cost => " INDEXED BY assets_cost WHERE a.cost IS NOT NULL",
            S::Currency => " INDEXED BY assets_facts WHERE a.currency IS NOT NULL",
            S::OrderNumber => " INDEXED BY assets_order_number WHERE a.order_number IS NOT NULL",
            S::WarrantyUntil => {
                " INDEXED BY assets_warranty_until WHERE a.warranty_until IS NOT NULL"
            }
            S::Notes => " INDEXED BY assets_notes WHERE a.notes IS NOT NULL",
            S::ArchivedAt => " INDEXED BY assets_facts WHERE a.archived = TRUE",
            _ => " WHERE TRUE",
        };
        Self { key, kind, index: sort.index(), given: Given::Assets(given.into()) }
    }

    fn custom(field: Option<CustomField>, tenant: TenantId, dialect: Dialect) -> Self {
        let Some(field) = field else {
            let key = "CAST('' AS ordered_text)".into();
            let given = Given::Assets(" WHERE FALSE".into());
            return Self { key, kind: Kind::Text, index: None, given };
        };
        let (key, kind) = of_field(&field, dialect);
        // Without a value an asset has no line for it.
        let given = match dialect {
            Dialect::Sqlite if field.is_kept() => sql! {
                " WHERE a.id IN (SELECT v.subject_id FROM field_values v
                  WHERE v.tenant_id = ", tenant, " AND v.field_id = ", field.id, ")"
            },
            _ => " WHERE a.fields_key <> ''".into(),
        };
        Self { key, kind, index: None, given: Given::Assets(given) }
    }

    fn said(tx: &mut Tx<'_>, property: &'static Property) -> Result<Self, StoreError> {
        let dialect = tx.dialect();
        let sources = reports::sources(tx)?;
        let join = match dialect {
            Dialect::Sqlite => "CROSS JOIN",
            Dialect::Postgres => "JOIN",
        };
        let mut key = sql! { "COALESCE((SELECT " };
        property.ordered(&mut key, dialect);
        sql! { key => "
            FROM links k ", const join, " devices x ON x.tenant_id = k.tenant_id
                AND x.source_id = k.source_id AND x.device_id = k.device_id
            WHERE k.tenant_id = a.tenant_id AND k.asset_id = a.id"
        };
        // One source has one device for it.
        if sources.len() > 1 {
            sql! { key => " ORDER BY CASE k.source_id" };
            for (place, (source, _)) in (0_i64..).zip(&sources) {
                sql! { key => " WHEN ", *source, " THEN ", place };
            }
            sql! { key => " END LIMIT 1" };
        }
        key.text(")");
        let kind = if property.is_moment() { Kind::Number } else { Kind::Text };
        let given = Given::Devices(property, sources.into_iter().map(|(id, _)| id).collect());
        Ok(Self { key: never_null(key, kind), kind, index: None, given })
    }
}

/// The key of the document of `a`, never NULL.
pub(crate) fn of_field(field: &CustomField, dialect: Dialect) -> (Sql, Kind) {
    let mut key = sql! { "COALESCE(" };
    let kind = match field.kind {
        FieldType::Number | FieldType::Size => {
            number(&mut key, &field.key, dialect);
            Kind::Real
        }
        FieldType::Money => {
            amount(&mut key, &field.key, dialect);
            Kind::Real
        }
        _ => {
            folded(&mut key, dialect, |sql| document(sql, &field.key, dialect));
            Kind::Text
        }
    };
    (never_null(key, kind), kind)
}

impl Kind {
    pub(crate) const fn takes(self, key: &Key) -> bool {
        matches!(
            (self, key),
            (Kind::Text, Key::Text(_))
                | (Kind::Number, Key::Number(_))
                | (Kind::Real, Key::Real(_))
        )
    }
}

/// Closes the `COALESCE` that the key began with; the kind says what type it has on PostgreSQL.
fn never_null(mut key: Sql, kind: Kind) -> Sql {
    key.text(match kind {
        Kind::Text => ", '')",
        Kind::Number => ", -1)",
        Kind::Real => ", -1e300)",
    });
    let kind = match kind {
        Kind::Text => " AS ordered_text)",
        Kind::Number => " AS BIGINT)",
        Kind::Real => " AS DOUBLE PRECISION)",
    };
    let mut typed = sql! { "CAST(" };
    typed.append(key);
    typed.text(kind);
    typed
}

/// As it is written: 500 yen are as much as 500 dollars.
fn cost() -> Sql {
    let mut key = sql! { "COALESCE(CAST(a.cost AS DOUBLE PRECISION) / CASE WHEN a.currency IN (" };
    key.list(domain::money::of_digits(0));
    key.text(") THEN 1.0 WHEN a.currency IN (");
    key.list(domain::money::of_digits(3));
    key.text(") THEN 1000.0 ELSE 100.0 END");
    never_null(key, Kind::Real)
}

const MAKER: &str = "COALESCE((SELECT m.name_key
     FROM products p
     JOIN manufacturers m ON m.tenant_id = p.tenant_id AND m.id = p.manufacturer_id
     WHERE p.tenant_id = a.tenant_id AND p.id = a.product_id), '')";
const CATEGORY: &str = "COALESCE((SELECT c.name_key
     FROM categories c
     WHERE c.tenant_id = a.tenant_id AND c.id = a.shown_category_id), '')";
const DEPARTMENT: &str = "COALESCE((SELECT d.name_key
     FROM departments d
     WHERE d.tenant_id = a.tenant_id AND d.id = a.department_id), '')";
const SUPPLIER: &str = "COALESCE((SELECT s.name_key
     FROM suppliers s
     WHERE s.tenant_id = a.tenant_id AND s.id = a.supplier_id), '')";
