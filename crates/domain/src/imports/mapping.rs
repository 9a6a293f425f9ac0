//! What the person chose: which column means what, by what a row is known, what may be made.

use serde::{Deserialize, Serialize};

use super::target::{Target, all};
use crate::fields::{AppliesTo, CustomField};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "boxes that a person ticks")]
pub struct Mapping {
    /// One a column of the file; `None` leaves it out.
    pub columns: Vec<Option<Target>>,
    /// By what a row is known.
    pub key: Target,
    /// Rows that nothing is known for become new things.
    pub create: bool,
    /// Categories, products and the like are made where a row names one that is not there.
    pub make_catalog: bool,
    /// So are employees.
    pub make_employees: bool,
    /// One faulty row stops all of them.
    pub whole: bool,
    /// `03/04/2026` is in April.
    pub day_first: bool,
}

/// What is wrong with a choice, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    pub part: &'static str,
    pub detail: String,
}

impl Mapping {
    /// Where in a row a field stands.
    pub fn column(&self, target: &Target) -> Option<usize> {
        self.columns.iter().position(|column| column.as_ref() == Some(target))
    }

    pub fn has(&self, target: &Target) -> bool {
        self.column(target).is_some()
    }

    /// What would not do, all of it.
    pub fn mistakes(&self, of: AppliesTo, head: &[String], fields: &[CustomField]) -> Vec<Mistake> {
        let mut found = Vec::new();
        let mut wrong = |part, detail: String| found.push(Mistake { part, detail });
        if self.columns.len() != head.len() {
            let (given, there) = (self.columns.len(), head.len());
            let detail = format!("{given} columns were given, the file has {there}");
            wrong("columns", format!("{detail}; hint: one entry each, null leaves one out"));
            return found;
        }
        for (at, target) in self.columns.iter().enumerate() {
            let Some(target) = target else { continue };
            let name = label(target, fields);
            if !known(of, target, fields) {
                wrong("columns", format!("{} has no field \"{target}\"", plural(of)));
            }
            if let Some(first) = self.columns[..at].iter().position(|c| c.as_ref() == Some(target))
            {
                let detail = format!("\"{}\" and \"{}\" are both {name}", head[first], head[at]);
                wrong("columns", format!("{detail}; hint: leave one of them out"));
            }
        }
        let needs = |target| self.has(target) && !self.has(&Target::Product);
        if needs(&Target::Manufacturer) || needs(&Target::ModelNumber) {
            let detail = "a manufacturer and a model number belong to a product";
            wrong("columns", format!("{detail}; hint: map a column to Product, or leave them out"));
        }
        if self.has(&Target::CustodianKind) && !self.has(&Target::Custodian) {
            let detail = "the kind of a custodian says nothing without the custodian";
            wrong("columns", format!("{detail}; hint: map a column to it, or leave this one out"));
        }
        if self.has(&Target::WarrantyMonths) && self.has(&Target::WarrantyUntil) {
            let detail = "the warranty is given twice, as a day and in months";
            wrong("columns", format!("{detail}; hint: leave one of them out"));
        }
        if !may_be_key(of, &self.key, fields) {
            let hint = match of {
                AppliesTo::Assets => "tag, serial, or the key of a custom field",
                AppliesTo::Employees => "email or name",
            };
            wrong("match", format!("rows are not known by \"{}\"; hint: {hint}", self.key));
        } else if !self.has(&self.key) {
            let key = label(&self.key, fields);
            let detail = format!("no column is {key}, and rows are to be known by it");
            wrong("match", format!("{detail}; hint: map a column to it, or choose another key"));
        }
        found
    }
}

/// What a target is called.
pub fn label(target: &Target, fields: &[CustomField]) -> String {
    if let Target::Custom(key) = target
        && let Some(field) = fields.iter().find(|field| field.key.as_str() == key)
    {
        return field.label.clone();
    }
    target.label()
}

const fn plural(of: AppliesTo) -> &'static str {
    match of {
        AppliesTo::Assets => "an asset",
        AppliesTo::Employees => "an employee",
    }
}

fn known(of: AppliesTo, target: &Target, fields: &[CustomField]) -> bool {
    match target {
        Target::Custom(key) => fields.iter().any(|field| field.key.as_str() == key),
        other => all(of).iter().any(|(target, ..)| target == other),
    }
}

fn may_be_key(of: AppliesTo, key: &Target, fields: &[CustomField]) -> bool {
    match (of, key) {
        (AppliesTo::Assets, Target::Tag | Target::Serial)
        | (AppliesTo::Employees, Target::Email | Target::Name) => true,
        (AppliesTo::Assets, Target::Custom(key)) => {
            let found = fields.iter().find(|field| field.key.as_str() == key);
            found.is_some_and(|field| {
                !matches!(field.kind.as_str(), "yes_no" | "choice" | "choices" | "long_text")
            })
        }
        _ => false,
    }
}
