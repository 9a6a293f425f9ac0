//! Products, manufacturers, categories and departments that devices need: found, or made once.

use std::collections::{BTreeMap, HashMap};

use domain::id::{CategoryId, DepartmentId, ManufacturerId, ProductId};
use domain::text::key;
use domain::{Mint, Timestamp};

use crate::inventory::Inventory;
use crate::plan::CatalogChange;
use crate::rules::{Categories, Rules};
use crate::survey::Observation;

pub struct Catalog<'a> {
    categories_rule: &'a Categories,
    products: HashMap<(Option<ManufacturerId>, String), ProductId>,
    product_categories: HashMap<ProductId, Option<CategoryId>>,
    identifiers: BTreeMap<ProductId, Vec<String>>,
    manufacturers: HashMap<String, ManufacturerId>,
    categories: HashMap<String, CategoryId>,
    departments: HashMap<String, DepartmentId>,
    made: Vec<CatalogChange>,
    known_as: BTreeMap<ProductId, Vec<String>>,
}

impl<'a> Catalog<'a> {
    pub fn of(inventory: &'a Inventory, rules: &'a Rules) -> Self {
        let named = |(id, name): &(_, String)| (key(name), *id);
        let mut categories: HashMap<_, _> = inventory.categories.iter().map(named).collect();
        for (id, _) in &inventory.categories {
            categories.insert(key(&id.to_string()), *id);
        }
        let mut products = HashMap::new();
        for product in &inventory.products {
            for model in product.models.iter().chain([&product.name]) {
                products.entry((product.manufacturer, key(model))).or_insert(product.id);
            }
        }
        Catalog {
            categories_rule: &rules.category,
            products,
            product_categories: inventory
                .products
                .iter()
                .map(|product| (product.id, product.category))
                .collect(),
            identifiers: inventory
                .products
                .iter()
                .map(|product| (product.id, product.identifiers.clone()))
                .collect(),
            manufacturers: inventory
                .manufacturers
                .iter()
                .map(|(id, name)| (key(name), *id))
                .collect(),
            categories,
            departments: inventory.departments.iter().map(|(id, name)| (key(name), *id)).collect(),
            made: Vec::new(),
            known_as: BTreeMap::new(),
        }
    }

    /// The product a device is a specimen of, if it stands in the register.
    pub fn find(&self, model: &str, device: &Observation) -> Option<ProductId> {
        let maker = maker(device).and_then(|name| self.manufacturers.get(&key(name)).copied());
        let of = |maker| self.products.get(&(maker, key(model))).copied();
        // A product whose maker nobody knew yet is the same product.
        of(maker).or_else(|| of(None))
    }

    /// The same, made where it is missing: one product per model and manufacturer.
    pub fn product(
        &mut self,
        model: &str,
        device: &Observation,
        mint: &Mint,
        now: Timestamp,
    ) -> ProductId {
        if let Some(product) = self.find(model, device) {
            return product;
        }
        let manufacturer = maker(device).map(|name| self.manufacturer(name, mint, now));
        let category = self.category(device, mint, now);
        let id = mint.id(now);
        let name = model.trim().to_owned();
        self.products.insert((manufacturer, key(&name)), id);
        self.product_categories.insert(id, category);
        self.made.push(CatalogChange::Product { id, name, manufacturer, category });
        id
    }

    pub fn category_of(&self, product: ProductId) -> Option<CategoryId> {
        self.product_categories.get(&product).copied().flatten()
    }

    /// Notes a model identifier met for a product.
    pub fn identify(&mut self, product: ProductId, identifier: &str) {
        let known = self.identifiers.entry(product).or_default();
        if !known.iter().any(|known| known == identifier) {
            known.push(identifier.to_owned());
            self.known_as.entry(product).or_default().push(identifier.to_owned());
        }
    }

    pub fn find_department(&self, name: &str) -> Option<DepartmentId> {
        self.departments.get(&key(name)).copied()
    }

    pub fn department(&mut self, name: &str, mint: &Mint, now: Timestamp) -> DepartmentId {
        if let Some(id) = self.departments.get(&key(name)) {
            return *id;
        }
        let id = mint.id(now);
        self.departments.insert(key(name), id);
        self.made.push(CatalogChange::Department { id, name: name.to_owned() });
        id
    }

    fn manufacturer(&mut self, name: &str, mint: &Mint, now: Timestamp) -> ManufacturerId {
        if let Some(id) = self.manufacturers.get(&key(name)) {
            return *id;
        }
        let id = mint.id(now);
        self.manufacturers.insert(key(name), id);
        self.made.push(CatalogChange::Manufacturer { id, name: name.trim().to_owned() });
        id
    }

    /// The category for a new product: its platform's, else the default; made on first use.
    fn category(
        &mut self,
        device: &Observation,
        mint: &Mint,
        now: Timestamp,
    ) -> Option<CategoryId> {
        let by_platform = self.categories_rule.by_platform.get(device.platform.as_str());
        let wanted = by_platform.unwrap_or(&self.categories_rule.default).trim().to_owned();
        if wanted.is_empty() {
            return None;
        }
        if let Some(id) = self.categories.get(&key(&wanted)) {
            return Some(*id);
        }
        if wanted.parse::<CategoryId>().is_ok() {
            // The category named by id was deleted since; its id is no name to make one of.
            return None;
        }
        let id = mint.id(now);
        self.categories.insert(key(&wanted), id);
        self.made.push(CatalogChange::Category { id, name: wanted });
        Some(id)
    }

    pub fn into_changes(mut self) -> Vec<CatalogChange> {
        let met = std::mem::take(&mut self.known_as).into_iter();
        self.made.extend(met.map(|(id, identifiers)| CatalogChange::ProductKnownAs {
            id,
            models: Vec::new(),
            identifiers,
        }));
        self.made
    }
}

/// The maker of a device: known for Apple's platforms, else as the source says.
fn maker(device: &Observation) -> Option<&str> {
    if device.platform.is_apple() {
        return Some("Apple");
    }
    device.manufacturer.as_deref().map(str::trim).filter(|name| !name.is_empty())
}
