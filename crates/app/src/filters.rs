//! Filters of asset lists: the fields there are, under the names they have in every address.
//! Pages and the API read them here, so that one address means the same to both.

mod amounts;
pub mod people;
mod plain;
mod reading;
pub(crate) mod told;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use store::Tx;
use store::assets::AssetQuery;
pub use store::assets::conditions::Told;
use store::assets::conditions::{DayColumn, MomentColumn, Property, Reference, TextColumn};
use store::picks::Picks;

use crate::caller::Caller;
use crate::company;
use crate::installation::App;
use crate::refusal::Refusal;
use domain::Timestamp;
use domain::access::Role;

/// A field that lists are filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facet<K = Kind> {
    /// In addresses; custom fields stand beside these as `fields.key`.
    pub name: &'static str,
    pub label: &'static str,
    pub kind: K,
}

/// What a filter on a field can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `sta_…,sta_…`, `none`
    Refers(Reference),
    /// An id of whoever may have it, `~part of a name`, `none`.
    Custodian,
    /// `Mac,iPad`, `none` without a device.
    Platform,
    /// `yes` or `no`
    Held,
    Linked,
    /// `only` or `any`
    Archived,
    /// `~part`, the whole, `none`
    Text(TextColumn),
    /// `last-30-days`, `2026-01-01..`, `none`
    Day(DayColumn),
    Moment(MomentColumn),
    /// `100..500`, `>100 EUR`, `none`
    Cost,
    /// What a source says of its device, as its kind is asked.
    Told(&'static Property),
}

const fn facet<K: Copy>(name: &'static str, label: &'static str, kind: K) -> Facet<K> {
    Facet { name, label, kind }
}

/// Those of the register, in the order a menu shows them.
const OWN: [Facet; 24] = [
    facet("status", "Status", Kind::Refers(Reference::Status)),
    facet("category", "Category", Kind::Refers(Reference::Category)),
    facet("product", "Product", Kind::Refers(Reference::Product)),
    facet("manufacturer", "Manufacturer", Kind::Refers(Reference::Manufacturer)),
    facet("held", "Checked out", Kind::Held),
    facet("custodian", "Custodian", Kind::Custodian),
    facet("due_on", "Due back", Kind::Day(DayColumn::DueOn)),
    facet("location", "Location", Kind::Refers(Reference::Location)),
    facet("department", "Department", Kind::Refers(Reference::Department)),
    facet("supplier", "Supplier", Kind::Refers(Reference::Supplier)),
    facet("tag", "Asset tag", Kind::Text(TextColumn::Tag)),
    facet("name", "Name", Kind::Text(TextColumn::Name)),
    facet("serial", "Serial", Kind::Text(TextColumn::Serial)),
    facet("order_number", "Order", Kind::Text(TextColumn::OrderNumber)),
    facet("notes", "Notes", Kind::Text(TextColumn::Notes)),
    facet("purchased_on", "Bought", Kind::Day(DayColumn::PurchasedOn)),
    facet("cost", "Cost", Kind::Cost),
    facet("currency", "Currency", Kind::Text(TextColumn::Currency)),
    facet("warranty_until", "Warranty until", Kind::Day(DayColumn::WarrantyUntil)),
    facet("created_at", "Added", Kind::Moment(MomentColumn::CreatedAt)),
    facet("updated_at", "Changed", Kind::Moment(MomentColumn::UpdatedAt)),
    facet("archived", "Archived", Kind::Archived),
    facet("platform", "Platform", Kind::Platform),
    facet("linked", "In Kandji", Kind::Linked),
];

/// Every field there is but custom ones, in the order a menu shows them: the register's own, then
/// what Kandji says.
pub fn facets() -> &'static [Facet] {
    static ALL: LazyLock<Vec<Facet>> = LazyLock::new(|| {
        let told = told::all().iter().filter(|one| one.property.key != "platform");
        let told = told.map(|one| facet(&one.name, one.label, Kind::Told(&one.property)));
        OWN.into_iter().chain(told).collect()
    });
    &ALL
}

/// The field of this name, where it is not a custom one.
pub fn find(name: &str) -> Option<Facet> {
    // As it was written before filters could say more.
    let name = if name == "due" { "due_on" } else { name };
    facets().iter().find(|facet| facet.name == name).copied()
}

impl Facet {
    /// Whether it is among those that people look for first.
    pub fn is_first(self) -> bool {
        let Kind::Told(property) = self.kind else { return true };
        kandji::panel::eleven().iter().any(|(_, key)| *key == property.key)
    }

    /// Whether it is the source that says it.
    pub const fn is_told(self) -> bool {
        matches!(self.kind, Kind::Platform | Kind::Linked | Kind::Told(_))
    }

    /// What can be picked from a list; nobody picks one of ten thousand people from one.
    pub const fn picks(self) -> Option<Picks> {
        let Kind::Refers(to) = self.kind else { return None };
        Some(match to {
            Reference::Status => Picks::Statuses,
            Reference::Category => Picks::Categories,
            Reference::Product => Picks::Products,
            Reference::Manufacturer => Picks::Manufacturers,
            Reference::Location => Picks::Locations,
            Reference::Department => Picks::Departments,
            Reference::Supplier => Picks::Suppliers,
        })
    }
}

/// Whether a name in an address is a filter's.
pub fn is_one(name: &str) -> bool {
    name.starts_with("fields.") || name.starts_with("kandji.") || find(name).is_some()
}

/// The filters among the pairs of an address, each with all that is said of it.
pub fn asked<'a>(
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Vec<(String, Vec<String>)> {
    those(pairs, is_one)
}

fn those<'a>(
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    is_one: fn(&str) -> bool,
) -> Vec<(String, Vec<String>)> {
    let mut asked: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, text) in pairs.into_iter().filter(|(name, text)| is_one(name) && !text.is_empty()) {
        asked.entry(name).or_default().push(text.to_owned());
    }
    asked.into_iter().map(|(name, texts)| (name.to_owned(), texts)).collect()
}

/// What an address asks, by name: texts of one field are alternatives, those turned around all
/// hold. Every filter that cannot be read is named in the refusal.
pub async fn read(
    app: &App,
    caller: &Caller,
    asked: Vec<(String, Vec<String>)>,
) -> Result<AssetQuery, Refusal> {
    caller.need(Role::Viewer)?;
    if asked.is_empty() {
        return Ok(AssetQuery::default());
    }
    let now = app.now();
    app.store.read(caller.tenant, move |tx| in_read(tx, now, asked)).await
}

/// The same inside a read.
pub(crate) fn in_read(
    tx: &mut Tx<'_>,
    now: Timestamp,
    asked: Vec<(String, Vec<String>)>,
) -> Result<AssetQuery, Refusal> {
    if asked.is_empty() {
        return Ok(AssetQuery::default());
    }
    let company = store::tenants::company(tx)?;
    let zone = company::zone(&company);
    let today = now.to_zoned(zone.clone()).date();
    reading::Reader { tx, company, zone, today }.query(asked)
}
