//! Rows become assets: made, changed, left as they are, or told what is wrong with them. A blank
//! cell keeps what is there.

mod custody;
mod fields;
mod holders;
mod products;
mod serials;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub(super) use self::custody::MAKE_THEM;
use self::custody::People;
pub(super) use self::fields::read_custom;
use self::holders::Holders;
use self::products::Products;
use super::locations::Locations;
use super::pool::{New, Pool, Supplier, color_of, kind_of_status};
use super::row::{Desk, Places, Reading};
use super::target::Target;
use super::{Intent, Line, Mapping, Plan, PlannedRow, Step};
use crate::catalog::{Category, Department, Location, Manufacturer, Product, Status};
use crate::company::Company;
use crate::fields::{CustomField, keys};
use crate::id::{AssetId, CategoryId, DepartmentId, ManufacturerId, StatusId, SupplierId, noun};
use crate::person::Employee;
use crate::text::listed;
use crate::{Action, Asset, AssetTag, Field, FieldChange, Mint, NewAsset, Serial, Timestamp};

/// What is known of the register, as far as the rows touch it.
#[derive(Debug, Clone)]
pub struct Known {
    /// At least those whose tag, or whose key, stands in the file; archived ones too.
    pub assets: Vec<Asset>,
    /// Those whose tag stands where a row says who has it, and all that they lie in.
    pub holders: Vec<Asset>,
    /// Whoever bears a serial that stands in the file, with the key of that serial.
    pub bearers: Vec<(AssetId, AssetTag, String)>,
    pub categories: Vec<(CategoryId, String)>,
    pub manufacturers: Vec<(ManufacturerId, String)>,
    pub suppliers: Vec<(SupplierId, String)>,
    pub departments: Vec<(DepartmentId, String)>,
    pub locations: Vec<Location>,
    pub statuses: Vec<Status>,
    pub products: Vec<Product>,
    pub employees: Vec<Employee>,
    pub fields: Vec<CustomField>,
    /// Of unique fields, by key: who has which value.
    pub taken: BTreeMap<String, BTreeMap<String, AssetId>>,
    /// What a new asset gets.
    pub status: StatusId,
    pub company: Company,
}

/// How a cell of the key compares; `None` where it names nothing.
pub fn folded_key(key: &Target, text: &str, fields: &[CustomField]) -> Result<String, String> {
    match key {
        Target::Tag => AssetTag::parse(text).map(|tag| tag.key()).map_err(|bad| bad.to_string()),
        Target::Serial if Serial::is_placeholder(text) => {
            Err(format!("\"{text}\" names no machine; hint: give its serial, or leave the row out"))
        }
        Target::Serial => {
            Serial::parse(text).map(|serial| serial.key()).map_err(|bad| bad.to_string())
        }
        Target::Custom(key) => {
            let field = fields.iter().find(|field| field.key.as_str() == key);
            let field = field.ok_or_else(|| format!("no custom field \"{key}\""))?;
            let value = field.parse(text, None).map_err(|unfit| unfit.to_string())?;
            let first = value.and_then(|value| keys(&value).into_iter().next());
            first.ok_or_else(|| format!("\"{text}\" names nothing"))
        }
        _ => Err("rows are not known by this".into()),
    }
}

/// Plans every row. `done` is told how many are.
pub fn plan(
    head: &[String],
    rows: &[Line],
    mapping: &Mapping,
    known: &Known,
    (mint, at): (&Mint, Timestamp),
    done: &dyn Fn(u32),
) -> Plan {
    let places: Places = (0..)
        .zip(&mapping.columns)
        .filter_map(|(at, target)| Some((target.clone()?, at)))
        .collect();
    let desk = Desk { head, places: &places, day_first: mapping.day_first, mint, at };
    let mut planner = Planner::new(desk, mapping, known, rows);
    let mut planned = Vec::with_capacity(rows.len());
    for (count, line) in (1..).zip(rows) {
        planned.push(planner.row(line));
        if count % 256 == 0 {
            done(count);
        }
    }
    serials::warn(desk, rows, &known.bearers, &mut planned);
    Plan { rows: planned, new: planner.new_things() }
}

/// Which asset a row means.
enum Meant<'a> {
    One(&'a Asset),
    Nothing,
    /// Nobody can say; the row has been told why.
    Unclear,
}

struct Planner<'a> {
    desk: Desk<'a>,
    mapping: &'a Mapping,
    known: &'a Known,
    by_key: BTreeMap<String, Vec<&'a Asset>>,
    by_tag: BTreeMap<String, AssetId>,
    /// In which lines each key, and each tag, stands.
    lines: BTreeMap<String, Vec<u32>>,
    tag_lines: BTreeMap<String, Vec<u32>>,
    /// Values of unique fields that rows of this file bring.
    brought: BTreeSet<(String, String)>,
    custom: Vec<(&'a CustomField, Target)>,
    categories: Pool<noun::Category>,
    suppliers: Pool<noun::Supplier>,
    departments: Pool<noun::Department>,
    locations: Locations,
    statuses: Pool<noun::Status>,
    products: Products,
    people: People,
    holders: Holders,
}

impl<'a> Planner<'a> {
    fn new(desk: Desk<'a>, mapping: &'a Mapping, known: &'a Known, rows: &[Line]) -> Self {
        let make = mapping.make_catalog;
        let mut by_key: BTreeMap<String, Vec<&Asset>> = BTreeMap::new();
        for asset in &known.assets {
            for key in own_keys(asset, &mapping.key) {
                by_key.entry(key).or_default().push(asset);
            }
        }
        let statuses = known.statuses.iter().map(|status| (status.id, status.name.clone()));
        let statuses: Vec<_> = statuses.collect();
        let custom = known.fields.iter().filter_map(|field| {
            let target = Target::Custom(field.key.to_string());
            desk.places.contains_key(&target).then_some((field, target))
        });
        Planner {
            desk,
            mapping,
            known,
            by_key,
            by_tag: known.assets.iter().map(|asset| (asset.tag.key(), asset.id)).collect(),
            lines: lines_of(desk, rows, &mapping.key, &known.fields),
            tag_lines: lines_of(desk, rows, &Target::Tag, &known.fields),
            brought: BTreeSet::new(),
            custom: custom.collect(),
            categories: Pool::new("category", make, &known.categories),
            suppliers: Pool::new("supplier", make, &known.suppliers),
            departments: Pool::new("department", make, &known.departments),
            locations: Locations::new(make, &known.locations),
            statuses: Pool::new("status", make, &statuses),
            products: Products::new(make, &known.products, &known.manufacturers),
            people: People::new(mapping.make_employees, &known.employees),
            holders: Holders::new(known.holders.iter().chain(&known.assets)),
        }
    }

    /// One row; what only a faulty one would have made is forgotten again.
    fn row(&mut self, line: &'a Line) -> PlannedRow {
        let marks = self.marks();
        let mut row = Reading::new(self.desk, line);
        let intent = self.intent(&mut row);
        if !row.faults.is_empty() {
            self.back_to(marks);
        }
        row.planned(&self.mapping.key, intent.unwrap_or(Intent::LeftOut))
    }

    fn marks(&self) -> [usize; 7] {
        [
            self.categories.made.len(),
            self.suppliers.made.len(),
            self.departments.made.len(),
            self.locations.made.len(),
            self.statuses.made.len(),
            self.products.mark(),
            self.people.mark(),
        ]
    }

    fn back_to(&mut self, marks: [usize; 7]) {
        self.categories.back_to(marks[0]);
        self.suppliers.back_to(marks[1]);
        self.departments.back_to(marks[2]);
        self.locations.back_to(marks[3]);
        self.statuses.back_to(marks[4]);
        self.products.back_to(marks[5]);
        self.people.back_to(marks[6]);
    }

    /// `None` where nothing is to come of it, or something is wrong.
    fn intent(&mut self, row: &mut Reading<'a>) -> Option<Intent> {
        match self.meant(row) {
            Meant::One(asset) => self.change(row, asset),
            Meant::Nothing if !self.mapping.create => Some(Intent::LeftOut),
            Meant::Nothing => self.create(row),
            Meant::Unclear => None,
        }
    }

    fn meant(&self, row: &mut Reading<'a>) -> Meant<'a> {
        let target = &self.mapping.key;
        let Some(text) = row.get(target) else {
            row.fault(target, "the key is blank; hint: fill it in, or leave the row out");
            return Meant::Unclear;
        };
        let key = match folded_key(target, text, &self.known.fields) {
            Ok(key) => key,
            Err(detail) => {
                row.fault(target, detail);
                return Meant::Unclear;
            }
        };
        let here = self.lines.get(&key).map_or(&[][..], Vec::as_slice);
        if here.len() > 1 {
            let others = listed(here.iter().filter(|line| **line != row.line.line));
            let hint = "keep one row for each asset";
            row.fault(target, format!("\"{text}\" stands in line {others} too; hint: {hint}"));
            return Meant::Unclear;
        }
        match self.by_key.get(&key).map_or(&[][..], Vec::as_slice) {
            [] => Meant::Nothing,
            [one] => Meant::One(one),
            several => {
                let tags = listed(several.iter().map(|asset| &asset.tag));
                let detail = format!("{} assets have it: {tags}", several.len());
                row.fault(target, format!("{detail}; hint: match by the asset tag instead"));
                Meant::Unclear
            }
        }
    }

    fn create(&mut self, row: &mut Reading<'a>) -> Option<Intent> {
        let tag = self.tag(row, None);
        if tag.is_none() && row.faults.is_empty() {
            let hint = "map a column to Asset tag and fill it in";
            row.fault(&Target::Tag, format!("a new asset needs a tag; hint: {hint}"));
        }
        let id = self.desk.mint.id(self.desk.at);
        // Read on without a tag, so that all that is wrong with the row is said at once.
        let stand_in = || AssetTag::parse("?").expect("one printable character is a tag");
        let new = NewAsset::plain(id, tag.unwrap_or_else(stand_in), self.known.status);
        let mut asset = new.into_asset(self.desk.at);
        let given = self.fields(row, &asset, true);
        for (field, value) in &given {
            asset.set(field, value).ok()?;
        }
        self.complete(row, &mut asset, &given);
        let steps = self.custody(row, &mut asset, &given);
        let asset = Box::new(asset);
        Some(Intent::CreateAsset { asset, steps })
    }

    fn change(&mut self, row: &mut Reading<'a>, held: &'a Asset) -> Option<Intent> {
        let mut given = Vec::new();
        if self.mapping.key != Target::Tag
            && let Some(tag) = self.tag(row, Some(held))
        {
            given.push((Field::Tag, Value::from(tag.as_str())));
        }
        given.extend(self.fields(row, held, false));
        self.lacking(row, held, &given);
        let mut after = held.clone();
        let mut changes = Vec::new();
        for (field, value) in &given {
            let before = after.get(field);
            after.set(field, value).ok()?;
            let value = after.get(field);
            if before != value {
                changes.push(FieldChange { field: field.clone(), before, after: value });
            }
        }
        let mut steps = Vec::new();
        if !changes.is_empty() {
            steps.push(Step { action: Action::Updated, changes });
        }
        steps.extend(self.custody(row, &mut after, &given));
        if row.faults.is_empty() {
            self.holders.put(&after);
        }
        let (id, tag) = (held.id, held.tag.to_string());
        if steps.is_empty() {
            return Some(Intent::SkipAsset { id, tag });
        }
        Some(Intent::ChangeAsset { id, tag, version: held.version, steps })
    }

    /// The tag a row gives, if it is free or its own.
    fn tag(&self, row: &mut Reading<'a>, held: Option<&Asset>) -> Option<AssetTag> {
        let text = row.get(&Target::Tag)?;
        let tag = match AssetTag::parse(text) {
            Ok(tag) => tag,
            Err(bad) => {
                row.fault(&Target::Tag, bad.to_string());
                return None;
            }
        };
        let own = held.map(|asset| asset.id);
        if held.is_some_and(|held| held.tag.key() == tag.key()) {
            return None;
        }
        if let Some(other) = self.by_tag.get(&tag.key()).filter(|id| Some(**id) != own) {
            let holder = self.known.assets.iter().find(|asset| asset.id == *other);
            let which = holder.and_then(|asset| asset.name.clone());
            let which = which.map(|name| format!(" ({name})")).unwrap_or_default();
            let hint = "choose another tag, or match by the asset tag";
            row.fault(&Target::Tag, format!("another asset has this tag{which}; hint: {hint}"));
            return None;
        }
        let here = self.tag_lines.get(&tag.key()).map_or(&[][..], Vec::as_slice);
        if here.len() > 1 {
            let others = listed(here.iter().filter(|line| **line != row.line.line));
            let detail = format!("line {others} has this tag too");
            row.fault(&Target::Tag, format!("{detail}; hint: every asset needs its own"));
            return None;
        }
        Some(tag)
    }

    fn new_things(self) -> New {
        let statuses = self.statuses.made.into_iter().map(|(id, name)| {
            let kind = kind_of_status(&name);
            Status { id, name, kind, color: color_of(kind).to_owned() }
        });
        let (products, makers) = self.products.made();
        let makers = makers.into_iter();
        New {
            manufacturers: makers.map(|(id, name)| Manufacturer { id, name }).collect(),
            categories: named(self.categories.made, |id, name| Category { id, name }),
            suppliers: named(self.suppliers.made, |id, name| Supplier { id, name }),
            departments: named(self.departments.made, |id, name| Department { id, name }),
            locations: self.locations.made,
            statuses: statuses.collect(),
            products,
            employees: self.people.made(),
        }
    }
}

fn named<I, T>(made: Vec<(I, String)>, into: impl Fn(I, String) -> T) -> Vec<T> {
    made.into_iter().map(|(id, name)| into(id, name)).collect()
}

fn own_keys(asset: &Asset, key: &Target) -> Vec<String> {
    match key {
        Target::Tag => vec![asset.tag.key()],
        Target::Serial => asset.serial.iter().map(Serial::key).collect(),
        Target::Custom(key) => asset.fields.get(key).map(keys).unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn lines_of(
    desk: Desk<'_>,
    rows: &[Line],
    target: &Target,
    fields: &[CustomField],
) -> BTreeMap<String, Vec<u32>> {
    let mut lines: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    let Some(at) = desk.places.get(target) else { return lines };
    for row in rows {
        let text = row.cells.get(*at).map(|text| text.trim()).filter(|text| !text.is_empty());
        if let Some(key) = text.and_then(|text| folded_key(target, text, fields).ok()) {
            lines.entry(key).or_default().push(row.line);
        }
    }
    lines
}
