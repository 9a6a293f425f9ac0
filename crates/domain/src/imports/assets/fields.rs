//! What a row says of an asset, field by field, custody and archiving apart.

use serde_json::Value;

use super::Planner;
use crate::fields::{CustomField, FieldType, keys};
use crate::id::{CategoryId, ProductId};
use crate::imports::row::Reading;
use crate::imports::target::Target;
use crate::imports::values;
use crate::text::key;
use crate::{Asset, Field, Serial, money};

/// The longest text of a field.
const LONG: usize = 10_000;

impl<'a> Planner<'a> {
    /// The values a row gives; blank cells give none.
    pub(super) fn fields(
        &mut self,
        row: &mut Reading<'a>,
        held: &Asset,
        is_new: bool,
    ) -> Vec<(Field, Value)> {
        let mut given = Vec::new();
        let name = row.line(&Target::Name, "the name", held.name.as_deref());
        put(&mut given, Field::Name, name);
        serial(row, held, &mut given);
        let category = row.named(&Target::Category, &mut self.categories);
        let before = self.products.mark();
        let product = self.products.resolve(row, category);
        let made = self.products.mark() > before;
        put(&mut given, Field::Product, product.map(|id| id.to_string()));
        self.category(&mut given, held, (category, product, made));
        let status = row.named(&Target::Status, &mut self.statuses);
        put(&mut given, Field::Status, status.map(|id| id.to_string()));
        let location = row.place(&Target::Location, &mut self.locations);
        put(&mut given, Field::Location, location.map(|id| id.to_string()));
        let department = row.named(&Target::Department, &mut self.departments);
        put(&mut given, Field::Department, department.map(|id| id.to_string()));
        self.purchase(row, held, &mut given);
        let notes = row.text(&Target::Notes, LONG);
        put(&mut given, Field::Notes, notes);
        self.custom(row, held, &mut given, is_new);
        given
    }

    /// An asset has a category of its own only where it differs from its product's.
    fn category(
        &self,
        given: &mut Vec<(Field, Value)>,
        held: &Asset,
        (category, product, made): (Option<CategoryId>, Option<ProductId>, bool),
    ) {
        let Some(category) = category.filter(|_| !made) else { return };
        let product = product.or(held.product).and_then(|id| self.products.find(id));
        let of_product = product.and_then(|product| product.category);
        let own = if of_product == Some(category) {
            // What was its own already says the same.
            if held.category.is_none_or(|own| own == category) {
                return;
            }
            Value::Null
        } else {
            category.to_string().into()
        };
        given.push((Field::Category, own));
    }

    fn purchase(&mut self, row: &mut Reading<'a>, held: &Asset, given: &mut Vec<(Field, Value)>) {
        let bought = row.date(&Target::PurchasedOn);
        put(given, Field::PurchasedOn, bought.map(|day| day.to_string()));
        self.cost(row, held, given);
        let own = held.order_number.as_deref();
        let order = row.line(&Target::OrderNumber, "the order number", own);
        put(given, Field::OrderNumber, order);
        let supplier = row.named(&Target::Supplier, &mut self.suppliers);
        put(given, Field::Supplier, supplier.map(|id| id.to_string()));
        let until = row.date(&Target::WarrantyUntil);
        let until = until.or_else(|| months_on(row, bought.or(held.purchased_on)));
        put(given, Field::WarrantyUntil, until.map(|day| day.to_string()));
    }

    fn cost(&self, row: &mut Reading<'a>, held: &Asset, given: &mut Vec<(Field, Value)>) {
        let named = row.get(&Target::Currency).map(str::to_uppercase);
        if let Some(currency) = named.as_ref().filter(|currency| !money::is_currency(currency)) {
            let detail = format!("\"{currency}\" is no currency; hint: three letters, like EUR");
            row.fault(&Target::Currency, detail);
            return;
        }
        let usual = named.as_deref().or(held.currency.as_deref());
        let usual = usual.unwrap_or(&self.known.company.currency).to_owned();
        let Some(text) = row.get(&Target::Cost) else {
            if let Some(currency) = named.filter(|_| held.cost.is_some()) {
                put(given, Field::Currency, Some(currency));
            }
            return;
        };
        let Some((minor, said)) = values::amount(text, &usual) else {
            let hint = "write it like 1299.00";
            row.fault(&Target::Cost, format!("\"{text}\" is no amount in {usual}; hint: {hint}"));
            return;
        };
        let currency = named.or(said).unwrap_or(usual);
        given.push((Field::Cost, minor.into()));
        put(given, Field::Currency, Some(currency));
    }

    fn custom(
        &mut self,
        row: &mut Reading<'a>,
        held: &Asset,
        given: &mut Vec<(Field, Value)>,
        is_new: bool,
    ) {
        let category = self.shown_category(held, given);
        for (field, target) in self.custom.clone() {
            // By this one the asset was found; it has it already, however it is spelled.
            if !is_new && target == self.mapping.key {
                continue;
            }
            let Some(text) = row.get(&target) else { continue };
            let read = read_custom(field, text, row.desk.day_first, &self.known.company.currency);
            let value = match read {
                Ok(None) => continue,
                Ok(Some(value)) => value,
                Err(detail) => {
                    row.fault(&target, detail);
                    continue;
                }
            };
            // Left from a category it had before; it says nothing new.
            if !is_new && held.fields.get(field.key.as_str()) == Some(&value) {
                continue;
            }
            if !field.is_of(category) {
                let detail = "the asset's category has no such field";
                let hint = "blank the cell, or change the field's categories";
                row.fault(&target, format!("{detail}; hint: {hint}"));
                continue;
            }
            if field.unique && !self.is_free(field, &value, (!is_new).then_some(held)) {
                let detail = format!("another asset has this value of \"{}\"", field.label);
                row.fault(&target, format!("{detail}; hint: its values are unique"));
                continue;
            }
            given.push((Field::Custom(field.key.to_string()), value));
        }
    }

    /// Whether nobody else has the value, here or in the file; from now on this row has.
    fn is_free(&mut self, field: &CustomField, value: &Value, held: Option<&Asset>) -> bool {
        let name = field.key.as_str();
        let own = held.map(|asset| asset.id);
        keys(value).into_iter().all(|one| {
            let holder = self.known.taken.get(name).and_then(|taken| taken.get(&one));
            let free = holder.is_none_or(|holder| Some(*holder) == own);
            free && self.brought.insert((name.to_owned(), one))
        })
    }

    /// What a new asset starts with, and what it must not lack.
    pub(super) fn complete(
        &self,
        row: &mut Reading<'a>,
        asset: &mut Asset,
        given: &[(Field, Value)],
    ) {
        let category = self.shown_category(asset, given);
        for field in self.known.fields.iter().filter(|field| field.is_of(category)) {
            if asset.fields.contains_key(field.key.as_str()) {
                continue;
            }
            let target = Target::Custom(field.key.to_string());
            match &field.default {
                Some(default) => {
                    asset.fields.insert(field.key.to_string(), default.clone());
                }
                // A cell that was refused has been told already.
                None if field.required && row.get(&target).is_none() => {
                    let detail = format!("a new asset needs \"{}\"", field.label);
                    row.fault(&target, format!("{detail}; hint: map a column to it, fill it in"));
                }
                None => {}
            }
        }
    }

    /// What a change of category asks for, and is blank with it. What was blank before stays so.
    pub(super) fn lacking(&self, row: &mut Reading<'a>, held: &Asset, given: &[(Field, Value)]) {
        let (before, after) = (self.shown_category(held, &[]), self.shown_category(held, given));
        if before == after {
            return;
        }
        for field in self.known.fields.iter().filter(|field| field.is_asked_by(after, before)) {
            let own = Field::Custom(field.key.to_string());
            let there = held.fields.contains_key(field.key.as_str())
                || given.iter().any(|(field, _)| *field == own);
            let target = Target::Custom(field.key.to_string());
            if !there && row.get(&target).is_none() {
                let detail = format!("the new category needs \"{}\"", field.label);
                row.fault(&target, format!("{detail}; hint: map a column to it, fill it in"));
            }
        }
    }

    /// Its own category, else its product's, once these values are in it.
    fn shown_category(&self, held: &Asset, given: &[(Field, Value)]) -> Option<CategoryId> {
        let mut after = held.clone();
        for (field, value) in given {
            if matches!(field, Field::Product | Field::Category) {
                after.set(field, value).ok()?;
            }
        }
        let of_product = || self.products.find(after.product?)?.category;
        after.category.or_else(of_product)
    }
}

/// Another spelling of the same serial is no change.
fn serial(row: &mut Reading<'_>, held: &Asset, given: &mut Vec<(Field, Value)>) {
    let Some(text) = row.get(&Target::Serial) else { return };
    if Serial::is_placeholder(text) {
        return;
    }
    match Serial::parse(text) {
        Ok(serial) if held.serial.as_ref().map(Serial::key) == Some(serial.key()) => {}
        Ok(serial) => put(given, Field::Serial, Some(serial.to_string())),
        Err(bad) => row.fault(&Target::Serial, bad.to_string()),
    }
}

fn put(given: &mut Vec<(Field, Value)>, field: Field, value: Option<String>) {
    if let Some(value) = value {
        given.push((field, value.into()));
    }
}

fn months_on(
    row: &mut Reading<'_>,
    bought: Option<jiff::civil::Date>,
) -> Option<jiff::civil::Date> {
    let text = row.get(&Target::WarrantyMonths)?;
    let Some(months) = values::months(text) else {
        let hint = "write 36, or 36 months";
        row.fault(&Target::WarrantyMonths, format!("\"{text}\" is no time; hint: {hint}"));
        return None;
    };
    if months == 0 {
        return None;
    }
    let Some(bought) = bought else {
        let detail = "a warranty in months needs the day it was bought";
        row.fault(&Target::WarrantyMonths, format!("{detail}; hint: fill in that column"));
        return None;
    };
    values::later(bought, months)
}

/// A cell as a custom field holds it, read as widely as other cells are.
pub(in crate::imports) fn read_custom(
    field: &CustomField,
    text: &str,
    day_first: bool,
    currency: &str,
) -> Result<Option<Value>, String> {
    let wide = match &field.kind {
        FieldType::Date => values::date(text, day_first).map(|day| day.to_string()),
        FieldType::YesNo => {
            values::yes_no(text).map(|yes| if yes { "yes" } else { "no" }.to_owned())
        }
        FieldType::Money => values::amount(text, currency).map(|(minor, named)| {
            let currency = named.as_deref().unwrap_or(currency);
            format!("{} {currency}", money::text(minor, Some(currency)))
        }),
        FieldType::Choices(_) => Some(text.replace([';', '\n', '|'], ",")),
        _ => None,
    };
    let read = field.parse(wide.as_deref().unwrap_or(text), Some(currency));
    read.map_err(|unfit| {
        let known = field.kind.choices().iter().any(|choice| key(choice) == key(text));
        debug_assert!(!known, "a known choice fits");
        unfit.to_string()
    })
}
