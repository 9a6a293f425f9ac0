//! What a list of assets asks for, and how that is said to the database.

use domain::filters::Words;
use domain::id::{CategoryId, DepartmentId, LocationId, ProductId, StatusId, SupplierId, TenantId};
use domain::money::Currencies;
use domain::{Custodian, Timestamp};
use jiff::civil::Date;

use super::conditions::{Condition, DayColumn, MomentColumn, Range, Reference, Test, TextColumn};
use super::lookups;
use super::sorts::{AssetSort, Sorting};
use crate::ids::Ids;
use crate::page::Cursor;
use crate::seam::{Dialect, Query, Sql, StoreError, Tx, sql};
use crate::search::Terms;

/// What a list asks for; an empty list of ids asks for nothing in particular.
#[derive(Debug, Clone, Default)]
pub struct AssetQuery {
    /// Every word must stand in tag, name, serial, product, custodian or a custom field.
    pub q: Option<String>,
    pub status: Vec<StatusId>,
    /// The asset's own category, else its product's.
    pub category: Vec<CategoryId>,
    pub product: Option<ProductId>,
    pub custodian: Option<Custodian>,
    /// Whether anyone has it.
    pub held: Option<bool>,
    pub location: Option<LocationId>,
    pub department: Option<DepartmentId>,
    pub supplier: Option<SupplierId>,
    /// Those that should be back before this day, and are not.
    pub due_before: Option<Date>,
    pub platform: Vec<String>,
    /// Whether a source lists a device for it.
    pub linked: Option<bool>,
    /// Whether it has a serial.
    pub serial: Option<bool>,
    /// Those alone whose cost is known.
    pub priced: bool,
    /// All of them hold: whatever else is asked, of custom fields too.
    pub conditions: Vec<Condition>,
    pub archived: Archived,
    pub updated_since: Option<Timestamp>,
    pub sort: AssetSort,
    pub descending: bool,
    pub cursor: Option<Cursor>,
    pub limit: usize,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Archived {
    #[default]
    Without,
    Only,
    Any,
}

impl Archived {
    pub(crate) const fn shows(self, archived: bool) -> bool {
        match self {
            Self::Without => !archived,
            Self::Only => archived,
            Self::Any => true,
        }
    }
}

impl Archived {
    /// ` AND …`
    pub(super) fn narrow(self, sql: &mut Sql) {
        sql.text(match self {
            Archived::Without => " AND a.archived = FALSE",
            Archived::Only => " AND a.archived = TRUE",
            Archived::Any => " AND a.archived IN (FALSE, TRUE)",
        });
    }
}

/// A device of the asset that its source listed when it was last seen in full.
pub(super) const LISTED: &str = "SELECT 1
     FROM links k
     JOIN devices x ON x.tenant_id = k.tenant_id
         AND x.source_id = k.source_id AND x.device_id = k.device_id
     WHERE k.tenant_id = a.tenant_id AND k.asset_id = a.id";

impl AssetQuery {
    pub(super) fn has_filters(&self) -> bool {
        self.narrows() || Terms::of(self.q.as_deref()).is_some()
    }

    /// Takes out what is not asked of facts either, as conditions; what is linked stays.
    pub(super) fn asked_besides(&mut self) -> Vec<Condition> {
        let is = |any: Vec<Test>| Condition { not: false, any };
        let not = |test: Test| Condition { not: true, any: vec![test] };
        let mut asked = Vec::new();
        let ids = |ids: Vec<i64>| Some(ids).filter(|ids| !ids.is_empty());
        let status = ids(std::mem::take(&mut self.status).iter().map(|id| id.number()).collect());
        asked.extend(status.map(|ids| is(vec![Test::Refers(Reference::Status, ids)])));
        let category =
            ids(std::mem::take(&mut self.category).iter().map(|id| id.number()).collect());
        asked.extend(category.map(|ids| is(vec![Test::Refers(Reference::Category, ids)])));
        let platform = std::mem::take(&mut self.platform);
        if !platform.is_empty() {
            asked.push(is(platform.into_iter().map(Test::Platform).collect()));
        }
        let blank = Test::Text(TextColumn::Serial, Words::Blank);
        asked.extend(self.serial.take().map(|given| Condition { not: given, any: vec![blank] }));
        if std::mem::take(&mut self.priced) {
            asked.push(not(Test::Cost(Range::Blank, Currencies::OfDigits(2))));
        }
        if let Some(day) = self.due_before.take() {
            let until = Range::Between(None, day.yesterday().ok());
            asked.extend([not(Test::Held(None)), is(vec![Test::Day(DayColumn::DueOn, until)])]);
        }
        let since = self.updated_since.take().map(|since| Range::Between(Some(since), None));
        asked.extend(since.map(|since| is(vec![Test::Moment(MomentColumn::UpdatedAt, since)])));
        asked
    }

    /// Takes out what the index of facts answers as a condition, and the conditions themselves.
    pub(super) fn asked_of_facts(&mut self) -> Vec<Condition> {
        let (product, location) = (self.product.take(), self.location.take());
        let (department, supplier) = (self.department.take(), self.supplier.take());
        let (custodian, held) = (self.custodian.take(), self.held.take());
        self.conditions.clear();
        let refers = [
            product.map(|id| (Reference::Product, id.number())),
            location.map(|id| (Reference::Location, id.number())),
            department.map(|id| (Reference::Department, id.number())),
            supplier.map(|id| (Reference::Supplier, id.number())),
        ];
        let refers = refers.into_iter().flatten();
        let refers = refers.map(|(to, id)| (false, Test::Refers(to, vec![id])));
        let holder = custodian.map(|custodian| (false, Test::Held(Some(custodian))));
        let held = held.map(|held| (held, Test::Held(None)));
        let all = refers.chain(holder).chain(held);
        all.map(|(not, test)| Condition { not, any: vec![test] }).collect()
    }

    /// Whether anything is asked for besides words and what is archived.
    pub(super) fn narrows(&self) -> bool {
        let open = Self { archived: Archived::Without, ..Self::default() };
        let ids = self.status.is_empty() && self.category.is_empty() && self.platform.is_empty();
        let one = (self.product, self.custodian, self.held, self.location, self.department)
            == (open.product, open.custodian, open.held, open.location, open.department);
        let rest = (self.supplier, self.due_before, self.updated_since) == (None, None, None)
            && self.linked.is_none()
            && self.serial.is_none()
            && !self.priced
            && self.conditions.is_empty();
        !(ids && one && rest)
    }
}

impl AssetQuery {
    /// The index that is in the order of the sort; where there is one, of the filtered rows alone.
    pub(super) fn index(&self) -> Option<&'static str> {
        let pair = PAIRS.iter().find(|(sort, ..)| *sort == self.sort);
        let ordered = self.archived != Archived::Any;
        match pair {
            Some((_, of_platform, _)) if ordered && self.platform.len() == 1 => Some(of_platform),
            Some((.., of_category)) if ordered && self.category.len() == 1 => Some(of_category),
            _ => self.sort.index(),
        }
    }
}

/// Per sort, the index of one platform and of one category in its order.
const PAIRS: [(AssetSort, &str, &str); 7] = [
    (AssetSort::Tag, "assets_of_platform_by_tag", "assets_of_category_by_tag"),
    (AssetSort::Serial, "assets_of_platform_by_serial", "assets_of_category_by_serial"),
    (AssetSort::Product, "assets_of_platform_by_product", "assets_of_category_by_product"),
    (AssetSort::Status, "assets_of_platform_by_status", "assets_of_category_by_status"),
    (AssetSort::Location, "assets_of_platform_by_location", "assets_of_category_by_location"),
    (AssetSort::UpdatedAt, "assets_of_platform_by_updated_at", "assets_of_category_by_updated_at"),
    (AssetSort::CreatedAt, "assets_of_platform_by_created_at", "assets_of_category_by_created_at"),
];

/// The conditions of a query. A filter on what has a sort key names that key too, because the
/// index begins with it; the keys are looked up first, so that the planner sees plain values.
pub(super) struct Filters<'q> {
    query: &'q AssetQuery,
    status_keys: Vec<String>,
    product_key: Option<String>,
    location_key: Option<String>,
    dialect: Dialect,
    pub sorting: Sorting,
    /// Where conditions leave few, these alone can fit.
    pub few: Option<Ids>,
}

impl<'q> Filters<'q> {
    pub fn of(tx: &mut Tx<'_>, query: &'q AssetQuery, few: i64) -> Result<Self, StoreError> {
        let statuses = "SELECT name_key FROM statuses WHERE tenant_id = ";
        let products = "SELECT name_key FROM products WHERE tenant_id = ";
        let locations = "SELECT name_key FROM locations WHERE tenant_id = ";
        Ok(Self {
            query,
            status_keys: keys(tx, statuses, query.status.iter().copied())?,
            product_key: keys(tx, products, query.product)?.pop(),
            location_key: keys(tx, locations, query.location)?.pop(),
            dialect: tx.dialect(),
            sorting: Sorting::of(tx, query)?,
            few: lookups::few(tx, query, few)?,
        })
    }

    /// ` AND …`
    pub fn narrow(&self, sql: &mut Sql, tenant: TenantId) {
        let query = self.query;
        query.archived.narrow(sql);
        for condition in &query.conditions {
            condition.narrow(sql, tenant, self.dialect);
        }
        one_of(sql, " AND a.status_id IN (", query.status.iter().copied());
        one_of(sql, " AND a.status_key IN (", &self.status_keys);
        one_of(sql, " AND a.shown_category_id IN (", query.category.iter().copied());
        one_of(sql, " AND a.platform IN (", &query.platform);
        if let Some(product) = query.product {
            let key = self.product_key.clone();
            sql! { sql => " AND a.product_id = ", product, " AND a.product_key = ", key };
        }
        if let Some(location) = query.location {
            let key = self.location_key.clone();
            sql! { sql => " AND a.location_id = ", location, " AND a.location_key = ", key };
        }
        if let Some(custodian) = query.custodian {
            sql! { sql => " AND a.custodian_kind = ", custodian.kind(), "
            AND a.custodian_id = ", custodian.number() };
        }
        match query.held {
            Some(true) => sql.text(" AND a.custodian_id IS NOT NULL"),
            Some(false) => sql.text(" AND a.custodian_id IS NULL AND a.custodian_key = ''"),
            None => {}
        }
        match query.linked {
            Some(true) => {
                sql! { sql => " AND EXISTS (", const LISTED, ")" };
            }
            Some(false) => {
                sql! { sql => " AND NOT EXISTS (", const LISTED, ")" };
            }
            None => {}
        }
        match query.serial {
            Some(true) => sql.text(" AND a.serial_key > ''"),
            Some(false) => sql.text(" AND a.serial_key = ''"),
            None => {}
        }
        if query.priced {
            sql.text(" AND a.cost IS NOT NULL");
        }
        if let Some(department) = query.department {
            sql! { sql => " AND a.department_id = ", department };
        }
        if let Some(supplier) = query.supplier {
            sql! { sql => " AND a.supplier_id = ", supplier };
        }
        if let Some(day) = query.due_before {
            sql! { sql => " AND a.custodian_id IS NOT NULL AND a.due_on < ", day.to_string() };
        }
        if let Some(since) = query.updated_since {
            sql! { sql => " AND a.updated_at >= ", since };
        }
    }
}

fn one_of(
    sql: &mut Sql,
    condition: &'static str,
    values: impl IntoIterator<Item = impl Into<crate::seam::Value>>,
) {
    let mut list = Sql::default();
    list.list(values);
    if !list.values().is_empty() {
        sql.text(condition);
        sql.append(list);
        sql.text(")");
    }
}

fn keys<N>(
    tx: &mut Tx<'_>,
    select: &'static str,
    ids: impl IntoIterator<Item = domain::Id<N>>,
) -> Result<Vec<String>, StoreError> {
    let tenant = tx.tenant();
    tx.of_ids(
        ids,
        |list| sql! { const select, tenant, " AND id IN (", + list, ")" },
        |row| row.get(0),
    )
}
