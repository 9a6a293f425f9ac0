//! Things that rows name: found by name, or made once where that was asked for. What only a faulty
//! row named is not made.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::catalog::{Category, Location, Manufacturer, Product, Status, StatusKind};
use crate::id::{Id, Noun, SupplierId};
use crate::person::Employee;
use crate::text::key;
use crate::{Mint, Name, Timestamp};

/// What an import makes before any row that names it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct New {
    pub manufacturers: Vec<Manufacturer>,
    pub categories: Vec<Category>,
    pub suppliers: Vec<Supplier>,
    pub departments: Vec<crate::catalog::Department>,
    pub locations: Vec<Location>,
    pub statuses: Vec<Status>,
    pub products: Vec<Product>,
    pub employees: Vec<Employee>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supplier {
    pub id: SupplierId,
    pub name: String,
}

impl New {
    /// How many of each kind, with the words for one and for several; kinds with none are left out.
    pub fn counts(&self) -> Vec<(usize, &'static str, &'static str)> {
        let mut all = vec![
            (self.products.len(), "product", "products"),
            (self.categories.len(), "category", "categories"),
            (self.manufacturers.len(), "manufacturer", "manufacturers"),
            (self.suppliers.len(), "supplier", "suppliers"),
            (self.locations.len(), "location", "locations"),
            (self.departments.len(), "department", "departments"),
            (self.statuses.len(), "status", "statuses"),
            (self.employees.len(), "employee", "employees"),
        ];
        all.retain(|(count, ..)| *count > 0);
        all
    }

    /// The names of a kind, by its word for several.
    pub fn names(&self, kind: &str) -> Vec<&str> {
        match kind {
            "products" => self.products.iter().map(|one| one.name.as_str()).collect(),
            "categories" => self.categories.iter().map(|one| one.name.as_str()).collect(),
            "manufacturers" => self.manufacturers.iter().map(|one| one.name.as_str()).collect(),
            "suppliers" => self.suppliers.iter().map(|one| one.name.as_str()).collect(),
            "locations" => self.locations.iter().map(|one| one.name.as_str()).collect(),
            "departments" => self.departments.iter().map(|one| one.name.as_str()).collect(),
            "statuses" => self.statuses.iter().map(|one| one.name.as_str()).collect(),
            "employees" => self.employees.iter().map(|one| one.name.as_str()).collect(),
            _ => Vec::new(),
        }
    }
}

/// Things of one kind that are known by their name alone.
pub(super) struct Pool<N: Noun> {
    what: &'static str,
    may_make: bool,
    known: BTreeMap<String, Id<N>>,
    pub made: Vec<(Id<N>, String)>,
}

impl<N: Noun> Pool<N> {
    pub fn new(what: &'static str, may_make: bool, known: &[(Id<N>, String)]) -> Self {
        let known = known.iter().map(|(id, name)| (key(name), *id)).collect();
        Pool { what, may_make, known, made: Vec::new() }
    }

    pub fn find(&self, name: &str) -> Option<Id<N>> {
        self.known.get(&key(name)).copied()
    }

    /// The id of what is called so, made where it may be.
    pub fn resolve(&mut self, text: &str, mint: &Mint, at: Timestamp) -> Result<Id<N>, String> {
        let name = Name::parse(text).map_err(|bad| bad.to_string())?;
        if let Some(id) = self.known.get(&name.key()) {
            return Ok(*id);
        }
        if !self.may_make {
            let what = self.what;
            return Err(format!("no {what} \"{name}\"; hint: {MAKE_IT}"));
        }
        let id = mint.id(at);
        self.known.insert(name.key(), id);
        self.made.push((id, name.into()));
        Ok(id)
    }

    /// Forgets what was made since there were so many.
    pub fn back_to(&mut self, count: usize) {
        for (_, name) in self.made.drain(count..) {
            self.known.remove(&key(&name));
        }
    }
}

pub(super) const MAKE_IT: &str = "add it, correct the name, or let the import make what is missing";

/// The kind of a status that nobody has described, from what it is called.
pub(super) fn kind_of_status(name: &str) -> StatusKind {
    let folded = key(name);
    let says = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    let gone = [
        "lost",
        "stolen",
        "broken",
        "retired",
        "disposed",
        "archived",
        "sold",
        "damaged",
        "undeployable",
        "unavailable",
        "missing",
        "donated",
        "recycled",
        "out of service",
        "decommission",
        "scrap",
    ];
    let waiting =
        ["pending", "repair", "ordered", "maintenance", "diagnostic", "transit", "review"];
    if says(&gone) {
        StatusKind::Unavailable
    } else if says(&waiting) {
        StatusKind::Pending
    } else {
        StatusKind::Ready
    }
}

pub(super) const fn color_of(kind: StatusKind) -> &'static str {
    match kind {
        StatusKind::Ready => "green",
        StatusKind::Pending => "yellow",
        StatusKind::Unavailable => "gray",
    }
}
