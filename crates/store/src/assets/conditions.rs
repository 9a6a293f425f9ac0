//! Conditions of a list beyond its plain filters: any field, any of several tests, or none of
//! them. Each is said so that it can be asked row by row; `assets::lookups` finds rows by some.

pub(crate) mod custom;
pub(super) mod said;

use domain::fields::FieldKey;
use domain::filters::Words;
use domain::id::{FieldId, TenantId};
use domain::money::{self, Currencies};
use domain::text::key;
use domain::{Custodian, Timestamp};
use jiff::civil::Date;

pub use self::said::{Ask, Detail, Place, Property, Told};
use super::sorts::AssetSort;
use crate::seam::{Dialect, Sql, folded, sql};
use crate::search::pattern;

/// One of the tests holds; with `not`, none of them does. What is blank passes no test but its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition<T = Test> {
    pub not: bool,
    pub any: Vec<T>,
}

impl Condition {
    pub fn held_by(custodian: Custodian) -> Self {
        Self { not: false, any: vec![Test::Held(Some(custodian))] }
    }

    pub fn asks_when_bought(&self) -> bool {
        self.any.iter().any(|test| matches!(test, Test::Day(DayColumn::PurchasedOn, _)))
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// It refers to one of these; to nothing where there are none.
    Refers(Reference, Vec<i64>),
    /// Who has it; nobody.
    Held(Option<Custodian>),
    /// Blank: without a linked device.
    Platform(String),
    Text(TextColumn, Words),
    Day(DayColumn, Range<Date>),
    Moment(MomentColumn, Range<Timestamp>),
    /// In minor units of the currencies it may be in.
    Cost(Range<i64>, Currencies),
    /// What a source last said of a device of it.
    Said(Detail),
    Custom(Custom, Value),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    Status,
    Category,
    Product,
    Manufacturer,
    Location,
    Department,
    Supplier,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextColumn {
    Tag,
    Name,
    Serial,
    Custodian,
    OrderNumber,
    Notes,
    Currency,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayColumn {
    PurchasedOn,
    WarrantyUntil,
    DueOn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MomentColumn {
    CreatedAt,
    UpdatedAt,
}

/// From here to there, both included; without either end any value will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range<T> {
    Blank,
    Between(Option<T>, Option<T>),
}

/// A custom field; `kept`: its values are looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Custom {
    pub id: FieldId,
    pub key: FieldKey,
    pub kept: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Blank,
    /// Folded, as `domain::fields::keys` gives them.
    OneOf(Vec<String>),
    /// Folded.
    Part(String),
    Day(Option<Date>, Option<Date>),
    Number(Option<Edge>, Option<Edge>),
    /// In one of these currencies, in their minor units.
    Money(Currencies, Option<i64>, Option<i64>),
}

/// An end of a range of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    pub at: f64,
    /// It belongs to the range itself.
    pub with: bool,
}

impl Condition {
    /// ` AND …`, asked row by row.
    pub(super) fn narrow(&self, sql: &mut Sql, tenant: TenantId, dialect: Dialect) {
        self.said(sql, |test, sql| test.say(sql, tenant, dialect));
    }
}

impl<T> Condition<T> {
    /// ` AND …`, each test as `say` says it.
    pub(crate) fn said(&self, sql: &mut Sql, say: impl Fn(&T, &mut Sql)) {
        sql.text(if self.not { " AND ((" } else { " AND (" });
        if self.any.is_empty() {
            sql.text("FALSE");
        }
        for (position, test) in self.any.iter().enumerate() {
            sql.text(if position == 0 { "" } else { " OR " });
            say(test, sql);
        }
        // What is blank is unknown to SQL; turned around it counts.
        sql.text(if self.not { ") IS NOT TRUE)" } else { ")" });
    }
}

impl Test {
    fn say(&self, sql: &mut Sql, tenant: TenantId, dialect: Dialect) {
        match self {
            Test::Refers(to, ids) => refers(sql, *to, ids, tenant),
            Test::Held(None) => sql.text("a.custodian_id IS NULL"),
            Test::Held(Some(custodian)) => {
                sql! { sql => "(a.custodian_kind = ", custodian.kind(), "
                AND a.custodian_id = ", custodian.number(), ")" };
            }
            Test::Platform(name) => {
                sql! { sql => "a.platform = ", name };
            }
            Test::Text(column, words) => text(sql, *column, words, dialect),
            Test::Day(column, range) => range.say(sql, column.name(), |day| day.to_string().into()),
            Test::Moment(column, range) => range.say(sql, column.name(), |at| (*at).into()),
            Test::Cost(Range::Blank, _) => sql.text("a.cost IS NULL"),
            Test::Cost(range, currencies) => {
                sql.text("(");
                priced_in(sql, currencies);
                sql.text(" AND ");
                range.say(sql, "a.cost", |minor| (*minor).into());
                sql.text(")");
            }
            Test::Said(detail) => detail.say(sql, dialect),
            Test::Custom(field, value) => custom::say(sql, field, value, tenant, dialect),
        }
    }
}

/// An amount without a currency is in any; its minor unit is a hundredth.
fn priced_in(sql: &mut Sql, currencies: &Currencies) {
    match currencies {
        Currencies::One(one) => {
            sql! { sql => "(a.currency = ", one, " OR a.currency IS NULL)" };
        }
        Currencies::OfDigits(2) => {
            sql.text("(a.currency IS NULL OR a.currency NOT IN (");
            sql.list(money::unusual());
            sql.text("))");
        }
        Currencies::OfDigits(digits) => {
            sql.text("a.currency IN (");
            sql.list(money::of_digits(*digits));
            sql.text(")");
        }
    }
}

impl Reference {
    const fn column(self) -> &'static str {
        match self {
            Reference::Status => "a.status_id",
            Reference::Category => "a.shown_category_id",
            Reference::Product | Reference::Manufacturer => "a.product_id",
            Reference::Location => "a.location_id",
            Reference::Department => "a.department_id",
            Reference::Supplier => "a.supplier_id",
        }
    }
}

fn refers(sql: &mut Sql, to: Reference, ids: &[i64], tenant: TenantId) {
    match (to, ids) {
        (Reference::Manufacturer, []) => {
            sql! { sql => "(a.product_id IS NULL OR a.product_id IN (
                SELECT m.id FROM products m
                WHERE m.tenant_id = ", tenant, " AND m.manufacturer_id IS NULL))" };
        }
        (Reference::Manufacturer, ids) => {
            sql! { sql => "a.product_id IN (
                SELECT m.id FROM products m
                WHERE m.tenant_id = ", tenant, " AND m.manufacturer_id IN (" };
            sql.list(ids.iter().copied());
            sql.text("))");
        }
        (_, []) => {
            sql.text(to.column());
            sql.text(" IS NULL");
        }
        (_, ids) => {
            sql.text(to.column());
            sql.text(" IN (");
            sql.list(ids.iter().copied());
            sql.text(")");
        }
    }
}

impl TextColumn {
    /// Folded; those that have no folded column are folded on the way.
    fn fold(self, sql: &mut Sql, dialect: Dialect) {
        match self {
            TextColumn::Tag => sql.text("a.tag_key"),
            TextColumn::Name => sql.text("a.name_key"),
            TextColumn::Serial => sql.text("a.serial_key"),
            TextColumn::Custodian => sql.text("a.custodian_key"),
            TextColumn::OrderNumber => folded(sql, dialect, |sql| sql.text("a.order_number")),
            TextColumn::Notes => folded(sql, dialect, |sql| sql.text("a.notes")),
            TextColumn::Currency => folded(sql, dialect, |sql| sql.text("a.currency")),
        }
    }
}

impl TextColumn {
    /// Which line of an asset's text it is, where it is one.
    pub(super) const fn line(self) -> Option<usize> {
        match self {
            TextColumn::Tag => AssetSort::Tag.line(),
            TextColumn::Name => AssetSort::Name.line(),
            TextColumn::Serial => AssetSort::Serial.line(),
            TextColumn::Custodian => AssetSort::Custodian.line(),
            TextColumn::OrderNumber | TextColumn::Notes | TextColumn::Currency => None,
        }
    }
}

fn text(sql: &mut Sql, column: TextColumn, words: &Words, dialect: Dialect) {
    match (words, column) {
        (Words::Blank, TextColumn::Notes) => sql.text("a.notes IS NULL"),
        (Words::Blank, TextColumn::OrderNumber) => sql.text("a.order_number IS NULL"),
        (Words::Blank, TextColumn::Currency) => sql.text("a.currency IS NULL"),
        _ => worded(sql, words, |sql| column.fold(sql, dialect)),
    }
}

/// A folded text that is '' where it is blank.
pub(crate) fn worded(sql: &mut Sql, words: &Words, left: impl FnOnce(&mut Sql)) {
    left(sql);
    match words {
        Words::Blank => sql.text(" = ''"),
        Words::Whole(text) => {
            sql! { sql => " = ", key(text) };
        }
        Words::Part(part) => {
            sql! { sql => " LIKE ", pattern(&key(part)), " ESCAPE '\\'" };
        }
    }
}

impl DayColumn {
    pub(super) const fn name(self) -> &'static str {
        match self {
            DayColumn::PurchasedOn => "a.purchased_on",
            DayColumn::WarrantyUntil => "a.warranty_until",
            DayColumn::DueOn => "a.due_on",
        }
    }
}

impl MomentColumn {
    const fn name(self) -> &'static str {
        match self {
            MomentColumn::CreatedAt => "a.created_at",
            MomentColumn::UpdatedAt => "a.updated_at",
        }
    }
}

impl<T> Range<T> {
    pub(crate) fn say(
        &self,
        sql: &mut Sql,
        column: &'static str,
        value: impl Fn(&T) -> crate::seam::Value,
    ) {
        let (from, until) = match self {
            Range::Blank => {
                sql.text(column);
                return sql.text(" IS NULL");
            }
            Range::Between(from, until) => (from, until),
        };
        sql! { sql => "(", const column, " IS NOT NULL" };
        if let Some(from) = from {
            sql! { sql => " AND ", const column, " >= ", value(from) };
        }
        if let Some(until) = until {
            sql! { sql => " AND ", const column, " <= ", value(until) };
        }
        sql.text(")");
    }
}
