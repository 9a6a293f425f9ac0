//! Rows become employees. A blank cell keeps what is there; managers may stand in the same file.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::assets::read_custom;
use super::leads_to;
use super::locations::Locations;
use super::pool::{New, Pool};
use super::row::{Desk, Places, Reading};
use super::target::Target;
use super::{Fault, Intent, Line, Mapping, Plan, PlannedRow, values};
use crate::catalog::{Department, Location};
use crate::company::Company;
use crate::fields::{CustomField, keys};
use crate::id::{DepartmentId, EmployeeId, noun};
use crate::person::Employee;
use crate::text::{key, listed};
use crate::{Email, Mint, Name, Timestamp};

#[derive(Debug, Clone)]
pub struct Known {
    pub employees: Vec<Employee>,
    pub departments: Vec<(DepartmentId, String)>,
    pub locations: Vec<Location>,
    pub fields: Vec<CustomField>,
    pub company: Company,
    /// Where the company is: whose last day is before it has left.
    pub today: Date,
}

/// Plans every row.
pub fn plan(
    head: &[String],
    rows: &[Line],
    mapping: &Mapping,
    known: &Known,
    (mint, at): (&Mint, Timestamp),
) -> Plan {
    let places: Places = (0..)
        .zip(&mapping.columns)
        .filter_map(|(at, target)| Some((target.clone()?, at)))
        .collect();
    let desk = Desk { head, places: &places, day_first: mapping.day_first, mint, at };
    let mut planner = Planner::new(desk, mapping, known, rows);
    let mut planned: Vec<PlannedRow> = rows.iter().map(|line| planner.row(line)).collect();
    without_rings(&mut planned, known);
    without_managers_that_do_not_come(&mut planned, known);
    let departments = planner.departments.made.into_iter();
    let new = New {
        departments: departments.map(|(id, name)| Department { id, name }).collect(),
        locations: planner.locations.made,
        ..New::default()
    };
    Plan { rows: planned, new }
}

struct Planner<'a> {
    desk: Desk<'a>,
    mapping: &'a Mapping,
    known: &'a Known,
    by_key: BTreeMap<String, Vec<&'a Employee>>,
    lines: BTreeMap<String, Vec<u32>>,
    /// Whom a manager's cell may mean: everybody known, and everybody the file brings.
    by_email: BTreeMap<String, EmployeeId>,
    by_name: BTreeMap<String, BTreeSet<EmployeeId>>,
    /// Ids of those who are new, by key.
    fresh: BTreeMap<String, EmployeeId>,
    brought: BTreeSet<(String, String)>,
    departments: Pool<noun::Department>,
    locations: Locations,
}

impl<'a> Planner<'a> {
    fn new(desk: Desk<'a>, mapping: &'a Mapping, known: &'a Known, rows: &[Line]) -> Self {
        let make = mapping.make_catalog;
        let mut planner = Planner {
            desk,
            mapping,
            known,
            by_key: BTreeMap::new(),
            lines: BTreeMap::new(),
            by_email: BTreeMap::new(),
            by_name: BTreeMap::new(),
            fresh: BTreeMap::new(),
            brought: BTreeSet::new(),
            departments: Pool::new("department", make, &known.departments),
            locations: Locations::new(make, &known.locations),
        };
        for one in &known.employees {
            let key = match mapping.key {
                Target::Email => one.email.as_ref().map(Email::key),
                _ => Some(key(&one.name)),
            };
            if let Some(key) = key {
                planner.by_key.entry(key).or_default().push(one);
            }
            planner.meet(one.id, &one.name, one.email.as_ref().map(Email::key));
        }
        for line in rows {
            planner.announce(line);
        }
        planner
    }

    fn meet(&mut self, id: EmployeeId, name: &str, email: Option<String>) {
        if let Some(email) = email {
            self.by_email.entry(email).or_insert(id);
        }
        self.by_name.entry(key(name)).or_default().insert(id);
    }

    /// Who a row brings can be somebody's manager in a row before it.
    fn announce(&mut self, line: &Line) {
        let row = Reading::new(self.desk, line);
        let Some(own) = self.key_of(&row) else { return };
        self.lines.entry(own.clone()).or_default().push(line.line);
        if self.by_key.contains_key(&own) || self.fresh.contains_key(&own) {
            return;
        }
        let id = self.desk.mint.id(self.desk.at);
        self.fresh.insert(own, id);
        let email = row.get(&Target::Email).map(key);
        let name = row.get(&Target::Name).unwrap_or_default().to_owned();
        self.meet(id, &name, email);
    }

    fn key_of(&self, row: &Reading<'_>) -> Option<String> {
        let text = row.get(&self.mapping.key)?;
        match self.mapping.key {
            Target::Email => Email::parse(text).ok().map(|email| email.key()),
            _ => Name::parse(text).ok().map(|name| name.key()),
        }
    }

    fn row(&mut self, line: &'a Line) -> PlannedRow {
        let marks = (self.departments.made.len(), self.locations.made.len());
        let mut row = Reading::new(self.desk, line);
        let intent = self.intent(&mut row);
        if !row.faults.is_empty() {
            self.departments.back_to(marks.0);
            self.locations.back_to(marks.1);
        }
        row.planned(&self.mapping.key, intent.unwrap_or(Intent::LeftOut))
    }

    fn intent(&mut self, row: &mut Reading<'a>) -> Option<Intent> {
        let target = self.mapping.key.clone();
        let Some(text) = row.get(&target) else {
            row.fault(&target, "the key is blank; hint: fill it in, or leave the row out");
            return None;
        };
        let Some(own) = self.key_of(row) else {
            row.fault(&target, format!("\"{text}\" is no {}; hint: correct it", target.label()));
            return None;
        };
        let here = self.lines.get(&own).cloned().unwrap_or_default();
        if here.len() > 1 {
            let others = listed(here.iter().filter(|line| **line != row.line.line));
            let hint = "keep one row for each person";
            row.fault(&target, format!("\"{text}\" stands in line {others} too; hint: {hint}"));
            return None;
        }
        match self.by_key.get(&own).map_or(&[][..], Vec::as_slice) {
            [] if !self.mapping.create => Some(Intent::LeftOut),
            [] => self.create(row, &own),
            [one] => Some(self.change(row, one)),
            several => {
                let emails = several.iter().filter_map(|one| one.email.as_ref());
                let detail = format!("{} employees have it: {}", several.len(), listed(emails));
                row.fault(&target, format!("{detail}; hint: match by e-mail instead"));
                None
            }
        }
    }

    fn create(&mut self, row: &mut Reading<'a>, own: &str) -> Option<Intent> {
        let id = *self.fresh.get(own)?;
        if row.get(&Target::Name).is_none() {
            let detail = "a new employee needs a name; hint: map a column to Name and fill it in";
            row.fault(&Target::Name, detail);
        }
        let mut employee = Employee::named(id, "?");
        self.fill(row, &mut employee);
        for field in &self.known.fields {
            let target = Target::Custom(field.key.to_string());
            if employee.fields.contains_key(field.key.as_str()) {
                continue;
            }
            match &field.default {
                Some(default) => {
                    employee.fields.insert(field.key.to_string(), default.clone());
                }
                None if field.required && row.get(&target).is_none() => {
                    let detail = format!("a new employee needs \"{}\"", field.label);
                    row.fault(&target, format!("{detail}; hint: map a column to it, fill it in"));
                }
                None => {}
            }
        }
        Some(Intent::CreateEmployee { employee: Box::new(employee) })
    }

    fn change(&mut self, row: &mut Reading<'a>, held: &'a Employee) -> Intent {
        let mut after = held.clone();
        self.fill(row, &mut after);
        if after == *held {
            return Intent::SkipEmployee { id: held.id, name: held.name.clone() };
        }
        Intent::ChangeEmployee { before: Box::new(held.clone()), after: Box::new(after) }
    }

    fn fill(&mut self, row: &mut Reading<'a>, employee: &mut Employee) {
        if let Some(text) = row.get(&Target::Name) {
            match Name::parse(text) {
                Ok(name) => employee.name = name.into(),
                Err(bad) => row.fault(&Target::Name, bad.to_string()),
            }
        }
        self.email(row, employee);
        let title = row.line(&Target::Title, "the title", employee.title.as_deref());
        keep(&mut employee.title, title);
        let department = row.named(&Target::Department, &mut self.departments);
        keep(&mut employee.department, department);
        let location = row.place(&Target::Location, &mut self.locations);
        keep(&mut employee.location, location);
        let manager = self.manager(row, employee.id);
        keep(&mut employee.manager, manager);
        keep(&mut employee.starts_on, row.date(&Target::StartsOn));
        keep(&mut employee.ends_on, row.date(&Target::EndsOn));
        if employee.starts_on.zip(employee.ends_on).is_some_and(|(starts, ends)| ends < starts) {
            row.fault(&Target::EndsOn, "nobody leaves before they start; hint: correct the days");
        }
        if let Some(left) = row.yes_no(&Target::Leaver) {
            employee.leaver = left;
        }
        employee.leaver |= employee.ends_on.is_some_and(|ends| ends < self.known.today);
        self.custom(row, employee);
    }

    fn email(&self, row: &mut Reading<'a>, employee: &mut Employee) {
        let Some(text) = row.get(&Target::Email) else { return };
        let email = match Email::parse(text) {
            Ok(email) if employee.email.as_ref().map(Email::key) == Some(email.key()) => return,
            Ok(email) => email,
            Err(bad) => return row.fault(&Target::Email, bad.to_string()),
        };
        let other = self.by_email.get(&email.key()).filter(|id| **id != employee.id);
        if other.is_some() && self.mapping.key != Target::Email {
            let hint = "correct it, or match by e-mail";
            return row.fault(
                &Target::Email,
                format!("another employee has this e-mail already; hint: {hint}"),
            );
        }
        employee.email = Some(email);
    }

    fn manager(&self, row: &mut Reading<'a>, own: EmployeeId) -> Option<EmployeeId> {
        let text = row.get(&Target::Manager)?;
        let (name, address) = values::name_and_address(text);
        let found = if let Some(address) = address {
            let found = self.by_email.get(&key(address)).copied();
            found.ok_or_else(|| format!("no employee has the e-mail \"{address}\""))
        } else {
            let mut found = self.by_name.get(&key(name)).into_iter().flatten();
            match (found.next(), found.next()) {
                (Some(one), None) => Ok(*one),
                (None, _) => Err(format!("nobody is called \"{name}\"")),
                _ => Err(format!("several are called \"{name}\"")),
            }
        };
        match found {
            Ok(id) if id == own => {
                row.fault(&Target::Manager, "nobody reports to themselves; hint: blank the cell");
                None
            }
            Ok(id) => Some(id),
            Err(detail) => {
                let hint = "give the e-mail address of somebody who is here or in the file";
                row.fault(&Target::Manager, format!("{detail}; hint: {hint}"));
                None
            }
        }
    }

    fn custom(&mut self, row: &mut Reading<'a>, employee: &mut Employee) {
        for field in &self.known.fields {
            let target = Target::Custom(field.key.to_string());
            let Some(text) = row.get(&target) else { continue };
            let currency = &self.known.company.currency;
            let value = match read_custom(field, text, row.desk.day_first, currency) {
                Ok(None) => continue,
                Ok(Some(value)) => value,
                Err(detail) => {
                    row.fault(&target, detail);
                    continue;
                }
            };
            if field.unique && !self.is_free(field, &value, employee.id) {
                let detail = format!("another employee has this value of \"{}\"", field.label);
                row.fault(&target, format!("{detail}; hint: its values are unique"));
                continue;
            }
            employee.fields.insert(field.key.to_string(), value);
        }
    }

    fn is_free(&mut self, field: &CustomField, value: &serde_json::Value, own: EmployeeId) -> bool {
        let name = field.key.as_str();
        keys(value).into_iter().all(|one| {
            let has = |other: &&Employee| {
                let value = other.fields.get(name);
                other.id != own && value.is_some_and(|value| keys(value).contains(&one))
            };
            let free = !self.known.employees.iter().any(|other| has(&other));
            free && self.brought.insert((name.to_owned(), one))
        })
    }
}

fn keep<T>(place: &mut Option<T>, given: Option<T>) {
    if given.is_some() {
        *place = given;
    }
}

/// Who would report to themselves further up, once all rows are done. A ring of old stays.
fn without_rings(planned: &mut [PlannedRow], known: &Known) {
    let before: BTreeMap<EmployeeId, Option<EmployeeId>> =
        known.employees.iter().map(|one| (one.id, one.manager)).collect();
    let mut above = before.clone();
    let after = |intent: &Intent| match intent {
        Intent::CreateEmployee { employee } => Some((employee.id, employee.manager)),
        Intent::ChangeEmployee { after, .. } => Some((after.id, after.manager)),
        _ => None,
    };
    above.extend(planned.iter().filter_map(|row| after(&row.intent)));
    let is_in_ring = |own: EmployeeId, manager: Option<EmployeeId>| {
        leads_to(manager, own, |here| above.get(&here).copied().flatten())
    };
    for row in planned.iter_mut() {
        let Some((own, manager)) = after(&row.intent) else { continue };
        if before.get(&own) != Some(&manager) && is_in_ring(own, manager) {
            let detail = "their manager reports to them, directly or further up; hint: name \
                          another, or correct the row of that one"
                .into();
            let fault = Fault { column: None, value: String::new(), detail };
            row.intent = Intent::Fault { faults: vec![fault] };
        }
    }
}

/// Who reports to somebody whose own row is faulty cannot be brought in with them; and so on up.
fn without_managers_that_do_not_come(planned: &mut [PlannedRow], known: &Known) {
    let mut there: BTreeSet<EmployeeId> = known.employees.iter().map(|one| one.id).collect();
    there.extend(planned.iter().filter_map(|row| match &row.intent {
        Intent::CreateEmployee { employee } => Some(employee.id),
        _ => None,
    }));
    loop {
        let mut fell = false;
        for row in planned.iter_mut() {
            let (own, manager) = match &row.intent {
                Intent::CreateEmployee { employee } => (Some(employee.id), employee.manager),
                Intent::ChangeEmployee { after, .. } => (None, after.manager),
                _ => continue,
            };
            if manager.is_none_or(|id| there.contains(&id)) {
                continue;
            }
            let detail = "the row of their manager is faulty; hint: mend that one first".into();
            let fault = Fault { column: None, value: String::new(), detail };
            row.intent = Intent::Fault { faults: vec![fault] };
            fell |= own.is_some_and(|own| there.remove(&own));
        }
        if !fell {
            return;
        }
    }
}

/// What a row sets, field by field; custom fields go by their key, as everywhere.
pub fn changes(before: Option<&Employee>, after: &Employee) -> Vec<crate::FieldChange> {
    let told = |employee: &Employee| -> serde_json::Map<String, serde_json::Value> {
        let mut told = match serde_json::to_value(employee) {
            Ok(serde_json::Value::Object(told)) => told,
            _ => serde_json::Map::new(),
        };
        told.remove("id");
        told.remove("fields");
        let custom = employee.fields.iter();
        told.extend(custom.map(|(key, value)| (key.clone(), value.clone())));
        told
    };
    let before = before.map(told).unwrap_or_default();
    let blank =
        |value: &serde_json::Value| value.is_null() || *value == serde_json::Value::Bool(false);
    told(after)
        .into_iter()
        .filter_map(|(key, after)| {
            let before = before.get(&key).cloned().unwrap_or_default();
            let moved = before != after && !(blank(&before) && blank(&after));
            let field = key.parse().unwrap_or(crate::Field::Custom(key));
            moved.then_some(crate::FieldChange { field, before, after })
        })
        .collect()
}
