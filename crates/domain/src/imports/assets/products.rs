//! Products by name and maker, made with their first category where that was asked for.

use std::collections::BTreeMap;

use crate::Name;
use crate::catalog::Product;
use crate::id::{CategoryId, ManufacturerId, ProductId, noun};
use crate::imports::pool::{MAKE_IT, Pool};
use crate::imports::row::Reading;
use crate::imports::target::Target;
use crate::text::{key, listed};

pub(super) struct Products {
    may_make: bool,
    all: Vec<Product>,
    known: usize,
    by_name: BTreeMap<String, Vec<usize>>,
    by_id: BTreeMap<ProductId, usize>,
    makers: Pool<noun::Manufacturer>,
    maker_names: BTreeMap<ManufacturerId, String>,
    /// How many makers there were when each new product was made.
    marks: Vec<usize>,
}

impl Products {
    pub fn new(may_make: bool, known: &[Product], makers: &[(ManufacturerId, String)]) -> Self {
        let mut products = Products {
            may_make,
            all: Vec::new(),
            known: known.len(),
            by_name: BTreeMap::new(),
            by_id: BTreeMap::new(),
            makers: Pool::new("manufacturer", may_make, makers),
            maker_names: makers.iter().cloned().collect(),
            marks: Vec::new(),
        };
        for product in known {
            products.add(product.clone());
        }
        products
    }

    fn add(&mut self, product: Product) {
        let at = self.all.len();
        // What a source calls it means it too; its own name comes first.
        for name in std::iter::once(&product.name).chain(&product.models) {
            let places = self.by_name.entry(key(name)).or_default();
            if !places.contains(&at) {
                places.push(at);
            }
        }
        self.by_id.insert(product.id, at);
        self.all.push(product);
    }

    pub fn find(&self, id: ProductId) -> Option<&Product> {
        self.by_id.get(&id).map(|at| &self.all[*at])
    }

    pub fn mark(&self) -> usize {
        self.all.len()
    }

    pub fn back_to(&mut self, count: usize) {
        if self.all.len() == count {
            return;
        }
        let gone: Vec<Product> = self.all.drain(count..).collect();
        for name in gone.iter().flat_map(|one| std::iter::once(&one.name).chain(&one.models)) {
            if let Some(places) = self.by_name.get_mut(&key(name)) {
                places.retain(|at| *at < count);
            }
        }
        self.by_id.retain(|_, at| *at < count);
        let made = count.saturating_sub(self.known);
        if let Some(makers) = self.marks.get(made) {
            self.makers.back_to(*makers);
        }
        self.marks.truncate(made);
    }

    pub fn made(self) -> (Vec<Product>, Vec<(ManufacturerId, String)>) {
        let made = self.all.into_iter().skip(self.known).collect();
        (made, self.makers.made)
    }

    /// The product a row names. A new one gets the row's category.
    pub fn resolve(
        &mut self,
        row: &mut Reading<'_>,
        category: Option<CategoryId>,
    ) -> Option<ProductId> {
        let text = row.get(&Target::Product)?;
        let name = match Name::parse(text) {
            Ok(name) => name,
            Err(bad) => {
                row.fault(&Target::Product, bad.to_string());
                return None;
            }
        };
        let maker = row.get(&Target::Manufacturer);
        let found: Vec<usize> = self.by_name.get(&name.key()).cloned().unwrap_or_default();
        let fits = |at: &usize| match (maker, self.all[*at].manufacturer) {
            (Some(maker), Some(own)) => {
                self.maker_names.get(&own).is_some_and(|own| key(own) == key(maker))
                    || self.makers.find(maker) == Some(own)
            }
            _ => true,
        };
        let fitting: Vec<usize> = found.into_iter().filter(fits).collect();
        // Of several, those of this very name and maker.
        let exact = |at: &&usize| {
            let one = &self.all[**at];
            key(&one.name) == name.key() && one.manufacturer.is_some() == maker.is_some()
        };
        let exact: Vec<usize> = fitting.iter().filter(exact).copied().collect();
        match (exact.as_slice(), fitting.as_slice()) {
            ([one], _) | ([], [one]) => Some(self.all[*one].id),
            ([], []) => self.make(row, &name, category),
            (several, _) => {
                let ids = if several.is_empty() { &fitting } else { several };
                let makers = listed(ids.iter().map(|at| self.maker(*at)));
                let detail = format!("several products are called \"{name}\", by {makers}");
                let hint = "map a column to Manufacturer";
                row.fault(&Target::Product, format!("{detail}; hint: {hint}"));
                None
            }
        }
    }

    fn maker(&self, at: usize) -> String {
        let own = self.all[at].manufacturer.and_then(|id| self.maker_names.get(&id));
        own.map_or_else(|| "nobody".to_owned(), Clone::clone)
    }

    fn make(
        &mut self,
        row: &mut Reading<'_>,
        name: &Name,
        category: Option<CategoryId>,
    ) -> Option<ProductId> {
        if !self.may_make {
            row.fault(&Target::Product, format!("no product \"{name}\"; hint: {MAKE_IT}"));
            return None;
        }
        let makers = self.makers.made.len();
        let manufacturer = row.named(&Target::Manufacturer, &mut self.makers);
        if let (Some(id), Some(name)) = (manufacturer, row.get(&Target::Manufacturer)) {
            self.maker_names.entry(id).or_insert_with(|| name.to_owned());
        }
        let id = row.desk.mint.id(row.desk.at);
        let identifiers = row.get(&Target::ModelNumber).map(str::to_owned).into_iter().collect();
        let name = name.to_string();
        let models = vec![name.clone()];
        self.add(Product { id, name, manufacturer, category, models, identifiers });
        self.marks.push(makers);
        Some(id)
    }
}
