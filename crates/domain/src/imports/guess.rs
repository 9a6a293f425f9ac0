//! What the columns of a file are likely to mean, by their names, and which product wrote it.
//! A guess is where a person begins, never what is done unseen.

mod names;

use std::fmt;

use serde::{Deserialize, Serialize};

use self::names::{ASSETS, EMPLOYEES};
use super::Line;
use super::mapping::Mapping;
use super::target::Target;
use super::values::says_day_first;
use crate::fields::{AppliesTo, CustomField, is_taken};
use crate::text::key;

/// A product whose files are known by their columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exporter {
    Stockroom,
    SnipeIt,
    BlueTally,
    Reftab,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    pub exporter: Option<Exporter>,
    pub mapping: Mapping,
}

impl Exporter {
    pub const ALL: [Exporter; 4] =
        [Exporter::Stockroom, Exporter::SnipeIt, Exporter::BlueTally, Exporter::Reftab];

    pub const fn as_str(self) -> &'static str {
        match self {
            Exporter::Stockroom => "stockroom",
            Exporter::SnipeIt => "snipe_it",
            Exporter::BlueTally => "bluetally",
            Exporter::Reftab => "reftab",
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Exporter::Stockroom => "Stockroom",
            Exporter::SnipeIt => "Snipe-IT",
            Exporter::BlueTally => "BlueTally",
            Exporter::Reftab => "Reftab",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Exporter::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// Columns of which all must be there, and those of which so many must be.
    const fn marks(self) -> (&'static [&'static str], usize, &'static [&'static str]) {
        match self {
            Exporter::Stockroom => (&["asset tag", "warranty until"], 1, &["custodian", "added"]),
            // Each of these stands in people's own tables too; two together do not.
            Exporter::SnipeIt => (
                &["asset tag"],
                2,
                &[
                    "id",
                    "model no",
                    "eol",
                    "eol date",
                    "item name",
                    "username",
                    "requestable",
                    "checkout date",
                    "expected checkin date",
                    "byod",
                    "book value",
                    "current value",
                ],
            ),
            Exporter::Reftab => (
                &["asset id"],
                1,
                &[
                    "loanee",
                    "loanee name",
                    "loanee email",
                    "loaned to",
                    "loan status",
                    "kandjiid",
                    "reftab id",
                    "clid",
                    "loan due date",
                ],
            ),
            Exporter::BlueTally => (
                &["asset id"],
                1,
                &[
                    "product",
                    "product name",
                    "asset name",
                    "status name",
                    "category name",
                    "supplier name",
                    "location name",
                    "employee",
                    "employee email",
                    "checked out to",
                    "depreciation",
                ],
            ),
        }
    }

    /// Columns that say nothing here: numbers of their database, when a row was written.
    fn leaves_out(self, name: &str) -> bool {
        match self {
            Exporter::Stockroom => matches!(name, "added" | "changed"),
            Exporter::SnipeIt => {
                matches!(name, "id" | "company" | "title" | "username" | "manager")
            }
            Exporter::BlueTally | Exporter::Reftab => false,
        }
    }

    /// Columns that mean something else there than their names say.
    fn own(self, name: &str) -> Option<Target> {
        match (self, name) {
            (Exporter::SnipeIt, "full name") => Some(Target::Custodian),
            (Exporter::SnipeIt | Exporter::BlueTally, "warranty") => Some(Target::WarrantyMonths),
            (Exporter::BlueTally | Exporter::Reftab, "asset id") => Some(Target::Tag),
            (Exporter::Reftab, "title") => Some(Target::Name),
            _ => None,
        }
    }
}

impl fmt::Display for Exporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Looks at the head, and at some rows for how they write dates.
pub fn guess(of: AppliesTo, head: &[String], rows: &[Line], fields: &[CustomField]) -> Guess {
    let names: Vec<String> = head.iter().map(|name| folded(name)).collect();
    let exporter = match of {
        AppliesTo::Assets => recognized(&names),
        AppliesTo::Employees => None,
    };
    let mut ranked: Vec<Option<(usize, Target)>> =
        names.iter().map(|name| meaning(of, name, exporter, fields)).collect();
    // Beside the custodian's name our own lists say of what kind it is.
    if of == AppliesTo::Assets && names.iter().any(|name| name == "custodian") {
        for (name, meant) in names.iter().zip(&mut ranked) {
            if name == "checked out to" {
                *meant = Some((0, Target::CustodianKind));
            }
        }
    }
    // Where two columns mean the same, the likelier name has it; of equals the first.
    for at in 0..ranked.len() {
        let Some((rank, target)) = ranked[at].clone() else { continue };
        let mut others = ranked.iter().enumerate().filter_map(|(i, r)| Some((i, r.as_ref()?)));
        if others.any(|(i, (r, t))| *t == target && (*r, i) < (rank, at)) {
            ranked[at] = None;
        }
    }
    let mut columns: Vec<Option<Target>> =
        ranked.into_iter().map(|found| found.map(|(_, target)| target)).collect();
    drop_twins(&mut columns);
    let key = likely_key(of, &columns);
    let mapping = Mapping {
        day_first: day_first(&columns, rows),
        columns,
        key,
        create: true,
        make_catalog: false,
        make_employees: false,
        whole: false,
    };
    Guess { exporter, mapping }
}

/// Small letters and digits, one space between words: `Asset_Tag` is `asset tag`.
pub(super) fn folded(name: &str) -> String {
    let plain: String =
        key(name).chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn recognized(names: &[String]) -> Option<Exporter> {
    let there = |name: &&str| names.iter().any(|one| one == name);
    Exporter::ALL.into_iter().find(|one| {
        let (all, count, some) = one.marks();
        all.iter().all(&there) && some.iter().filter(|name| there(name)).count() >= count
    })
}

/// A custom field by its label or key comes first: somebody called it so. Only what everything has
/// by itself comes before it, for fields called the same were made before that was refused.
fn meaning(
    of: AppliesTo,
    name: &str,
    exporter: Option<Exporter>,
    fields: &[CustomField],
) -> Option<(usize, Target)> {
    if exporter.is_some_and(|exporter| exporter.leaves_out(name)) {
        return None;
    }
    if let Some(own) = exporter.and_then(|exporter| exporter.own(name)) {
        return Some((0, own));
    }
    let custom = fields.iter().find(|field| {
        let key = field.key.as_str();
        folded(&field.label) == name
            || folded(key) == name
            || name == format!("fields {}", folded(key))
    });
    let table = match of {
        AppliesTo::Assets => ASSETS,
        AppliesTo::Employees => EMPLOYEES,
    };
    let at = table.iter().position(|(known, _)| *known == name);
    if let Some(field) = custom.filter(|_| at.is_none() || !is_taken(of, name)) {
        return Some((0, Target::Custom(field.key.to_string())));
    }
    let at = at?;
    Some((at + 1, table[at].1.clone()))
}

/// A manufacturer without a product says nothing, and of two ways to say a warranty the day counts.
fn drop_twins(columns: &mut [Option<Target>]) {
    let has = |columns: &[Option<Target>], target| columns.contains(&Some(target));
    let (product, until) = (has(columns, Target::Product), has(columns, Target::WarrantyUntil));
    let bought = has(columns, Target::PurchasedOn);
    for column in columns {
        let idle = match column {
            Some(Target::Manufacturer | Target::ModelNumber) => !product,
            Some(Target::WarrantyMonths) => until || !bought,
            _ => false,
        };
        if idle {
            *column = None;
        }
    }
}

fn likely_key(of: AppliesTo, columns: &[Option<Target>]) -> Target {
    let order: [Target; 2] = match of {
        AppliesTo::Assets => [Target::Tag, Target::Serial],
        AppliesTo::Employees => [Target::Email, Target::Name],
    };
    let [first, second] = order;
    let there = |target: &Target| columns.iter().flatten().any(|column| column == target);
    if !there(&first) && there(&second) { second } else { first }
}

fn day_first(columns: &[Option<Target>], rows: &[Line]) -> bool {
    let dates = [
        Target::PurchasedOn,
        Target::WarrantyUntil,
        Target::DueOn,
        Target::StartsOn,
        Target::EndsOn,
    ];
    let at: Vec<usize> = (0..columns.len())
        .filter(|at| columns[*at].as_ref().is_some_and(|target| dates.contains(target)))
        .collect();
    let mut said = rows.iter().flat_map(|row| at.iter().filter_map(|at| row.cells.get(*at)));
    said.find_map(|text| says_day_first(text)).unwrap_or(false)
}
