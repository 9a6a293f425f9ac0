//! Who has an asset according to a row, and whether it is archived: each its own event.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Planner;
use crate::catalog::StatusKind;
use crate::id::EmployeeId;
use crate::imports::pool::kind_of_status;
use crate::imports::row::Reading;
use crate::imports::target::Target;
use crate::imports::{Step, values};
use crate::person::Employee;
use crate::text::{key, listed};
use crate::{Action, Asset, Custodian, Email, Field, FieldChange, Mint, Name, Timestamp};

/// Employees, by e-mail and by name; those that rows name and nobody has made yet among them.
pub(super) struct People {
    may_make: bool,
    all: Vec<Employee>,
    known: usize,
    by_email: BTreeMap<String, usize>,
    by_name: BTreeMap<String, Vec<usize>>,
    by_id: BTreeMap<EmployeeId, usize>,
}

impl People {
    pub fn new(may_make: bool, known: &[Employee]) -> Self {
        let mut people = People {
            may_make,
            all: Vec::new(),
            known: known.len(),
            by_email: BTreeMap::new(),
            by_name: BTreeMap::new(),
            by_id: BTreeMap::new(),
        };
        for employee in known {
            people.add(employee.clone());
        }
        people
    }

    fn add(&mut self, employee: Employee) {
        let at = self.all.len();
        if let Some(email) = &employee.email {
            self.by_email.insert(email.key(), at);
        }
        self.by_name.entry(key(&employee.name)).or_default().push(at);
        self.by_id.insert(employee.id, at);
        self.all.push(employee);
    }

    pub fn mark(&self) -> usize {
        self.all.len()
    }

    pub fn back_to(&mut self, count: usize) {
        for employee in self.all.drain(count..) {
            self.by_id.remove(&employee.id);
            if let Some(email) = &employee.email {
                self.by_email.remove(&email.key());
            }
            if let Some(places) = self.by_name.get_mut(&key(&employee.name)) {
                places.retain(|at| *at < count);
            }
        }
    }

    pub fn made(self) -> Vec<Employee> {
        self.all.into_iter().skip(self.known).collect()
    }

    fn get(&self, id: EmployeeId) -> Option<&Employee> {
        self.by_id.get(&id).map(|at| &self.all[*at])
    }

    fn of_email(&self, email: &Email) -> Option<&Employee> {
        self.by_email.get(&email.key()).map(|at| &self.all[*at])
    }

    fn of_name(&self, name: &str) -> Vec<&Employee> {
        let at = |name: &str| self.by_name.get(&key(name)).cloned().unwrap_or_default();
        let mut found = at(name);
        // Directories write `Sample, Robin`.
        if found.is_empty()
            && let Some((last, first)) = name.split_once(", ")
        {
            found = at(&format!("{first} {last}"));
        }
        found.into_iter().map(|at| &self.all[at]).collect()
    }

    fn make(
        &mut self,
        name: &str,
        email: Option<Email>,
        (mint, at): (&Mint, Timestamp),
    ) -> Result<Employee, String> {
        let name = Name::parse(name).map_err(|bad| bad.to_string())?;
        let employee = Employee { email, ..Employee::named(mint.id(at), name) };
        self.add(employee.clone());
        Ok(employee)
    }
}

pub(in crate::imports) const MAKE_THEM: &str =
    "add them, correct it, or let the import make employees who are missing";

impl<'a> Planner<'a> {
    /// The steps that follow the fields, done to `asset` as well.
    pub(super) fn custody(
        &mut self,
        row: &mut Reading<'a>,
        asset: &mut Asset,
        given: &[(Field, Value)],
    ) -> Vec<Step> {
        let mut steps = Vec::new();
        let was_archived = asset.archived_at.is_some();
        if was_archived {
            steps.extend(archiving(row, asset));
        }
        let due = row.date(&Target::DueOn).map(|day| Value::from(day.to_string()));
        let to = self.custodian(row).filter(|to| Some(*to) != asset.custodian);
        if let Some(to) = to {
            self.refuse_leaver(row, to);
            self.refuse_holder(row, to, asset);
            refuse_archived(row, asset);
            if asset.custodian.is_some() {
                let blank = vec![(Field::Custodian, Value::Null), (Field::DueOn, Value::Null)];
                steps.extend(step(asset, Action::CheckedIn, blank));
            }
            let to_value = serde_json::to_value(to).expect("a custodian is two plain texts");
            let mut values = vec![(Field::Custodian, to_value)];
            values.extend(due.map(|due| (Field::DueOn, due)));
            values.extend(self.follows(to, given));
            steps.extend(step(asset, Action::CheckedOut, values));
            self.warn_not_ready(row, asset);
        } else if let Some(due) = due {
            if asset.custodian.is_none() {
                // Exports keep the day of a loan that is over.
                if !row.desk.places.contains_key(&Target::Custodian) {
                    let hint = "map the column that says who has it";
                    row.fault(&Target::DueOn, format!("nobody has this asset; hint: {hint}"));
                }
            } else {
                steps.extend(step(asset, Action::Updated, vec![(Field::DueOn, due)]));
            }
        }
        if !was_archived {
            steps.extend(archiving(row, asset));
        }
        steps
    }

    /// What they hold already they may keep.
    fn refuse_leaver(&self, row: &mut Reading<'a>, to: Custodian) {
        let employee = to.employee().and_then(|id| self.people.get(id));
        let Some(name) = employee.filter(|one| one.leaver).map(|one| one.name.clone()) else {
            return;
        };
        let hint = "if they are back, say so on their page, or blank the cell";
        row.fault(
            &names_custodian(row),
            format!("{name} has left, and nothing new goes to leavers; hint: {hint}"),
        );
    }

    fn refuse_holder(&self, row: &mut Reading<'a>, to: Custodian, asset: &Asset) {
        let Custodian::Asset(place) = to else { return };
        if let Some(why) = self.holders.refuses(place, asset.id) {
            row.fault(&Target::Custodian, why);
        }
    }

    /// A check-out leaves the status as it is, as one by hand does.
    fn warn_not_ready(&self, row: &mut Reading<'a>, asset: &Asset) {
        let known = self.known.statuses.iter().find(|status| status.id == asset.status);
        let made = || self.statuses.made.iter().find(|(id, _)| *id == asset.status);
        let status = match known {
            Some(status) => Some((&status.name, status.kind)),
            None => made().map(|(_, name)| (name, kind_of_status(name))),
        };
        let Some((name, _)) = status.filter(|(_, kind)| *kind != StatusKind::Ready) else { return };
        let given = row.get(&Target::Status).is_some();
        let target = if given { Target::Status } else { names_custodian(row) };
        let detail = format!("it is checked out although its status \"{name}\" is no ready one");
        let hint = "both stay so; give it a ready status, or blank the cell that says who has it";
        row.warn(&target, format!("{detail}; hint: {hint}"));
    }

    /// Place and department follow who gets it where the company says so (B18), unless the row
    /// names others.
    fn follows(&self, to: Custodian, given: &[(Field, Value)]) -> Vec<(Field, Value)> {
        let Custodian::Employee(id) = to else { return Vec::new() };
        let Some(employee) = self.people.get(id) else { return Vec::new() };
        let company = &self.known.company;
        let place = employee.location.filter(|_| company.auto_location);
        let department = employee.department.filter(|_| company.auto_department);
        let all = [
            (Field::Location, place.map(|id| id.to_string())),
            (Field::Department, department.map(|id| id.to_string())),
        ];
        let named = |field: &Field| given.iter().any(|(given, _)| given == field);
        all.into_iter()
            .filter(|(field, _)| !named(field))
            .filter_map(|(field, value)| Some((field, value?.into())))
            .collect()
    }

    fn custodian(&mut self, row: &mut Reading<'a>) -> Option<Custodian> {
        let (text, address) = (row.get(&Target::Custodian), row.get(&Target::CustodianEmail));
        let target = names_custodian(row);
        let (name, inside) = text.map(values::name_and_address).unwrap_or_default();
        let kind = kind(row)?;
        let found = match (kind, text, address.or(inside)) {
            (Some("location"), Some(text), _) => self.place(row, text),
            (Some("asset"), Some(text), _) => self.holder(text),
            (_, _, Some(address)) => self.by_address(row, address, name),
            (_, None, None) => return None,
            (kind, Some(_), None) => self.by_name(row, name, kind.is_some()),
        };
        found.unwrap_or_else(|detail| {
            row.fault(&target, detail);
            None
        })
    }

    fn place(&mut self, row: &Reading<'a>, name: &str) -> Result<Option<Custodian>, String> {
        let place = self.locations.resolve(name, row.desk.mint, row.desk.at)?;
        Ok(Some(Custodian::Location(place)))
    }

    fn holder(&self, tag: &str) -> Result<Option<Custodian>, String> {
        let hint = "import it first and this row after it, or blank the cell";
        let found = self.holders.of_tag(tag);
        let found = found.ok_or_else(|| format!("no asset has the tag \"{tag}\"; hint: {hint}"))?;
        Ok(Some(Custodian::Asset(found)))
    }

    fn by_address(
        &mut self,
        row: &Reading<'a>,
        address: &str,
        name: &str,
    ) -> Result<Option<Custodian>, String> {
        let email = Email::parse(address).map_err(|bad| bad.to_string())?;
        if let Some(employee) = self.people.of_email(&email) {
            return Ok(Some(Custodian::Employee(employee.id)));
        }
        // Someone may be known by name alone still.
        let nameless = |one: &&Employee| one.email.is_none();
        let named: Vec<_> = self.people.of_name(name).into_iter().filter(nameless).collect();
        if let [one] = named.as_slice() {
            return Ok(Some(Custodian::Employee(one.id)));
        }
        if !self.people.may_make {
            return Err(format!("no employee has the e-mail \"{address}\"; hint: {MAKE_THEM}"));
        }
        let local = address.split('@').next().unwrap_or(address);
        let name = if name.is_empty() { local } else { name };
        let made = self.people.make(name, Some(email), (row.desk.mint, row.desk.at))?;
        Ok(Some(Custodian::Employee(made.id)))
    }

    /// Among employees, and where nobody said that it is one, among locations and assets too.
    fn by_name(
        &mut self,
        row: &Reading<'a>,
        name: &str,
        is_employee: bool,
    ) -> Result<Option<Custodian>, String> {
        match self.people.of_name(name).as_slice() {
            [one] => return Ok(Some(Custodian::Employee(one.id))),
            [] => {}
            several => {
                let unknown = || "one without an e-mail".to_owned();
                let all = several.iter().map(|one| one.email.as_ref().map(ToString::to_string));
                let all = listed(all.map(|email| email.unwrap_or_else(unknown)));
                let hint = "use their e-mail address";
                return Err(format!("several are called \"{name}\": {all}; hint: {hint}"));
            }
        }
        if !is_employee {
            if let Some(place) = self.locations.find(name)? {
                return Ok(Some(Custodian::Location(place)));
            }
            if let Some(holder) = self.holders.of_tag(name) {
                return Ok(Some(Custodian::Asset(holder)));
            }
        }
        if !self.people.may_make {
            let nobody =
                if is_employee { "no employee" } else { "nobody, and no location and no asset," };
            return Err(format!("{nobody} is called \"{name}\"; hint: {MAKE_THEM}"));
        }
        let made = self.people.make(name, None, (row.desk.mint, row.desk.at))?;
        Ok(Some(Custodian::Employee(made.id)))
    }
}

/// As by hand. What a row archives may be with somebody before.
fn refuse_archived(row: &mut Reading<'_>, asset: &Asset) {
    if asset.archived_at.is_some() {
        let hint = "bring it back first (a column Archived that says no does), or blank the cell";
        row.fault(
            &names_custodian(row),
            format!("it is archived, and nothing archived is checked out; hint: {hint}"),
        );
    }
}

/// What the custodian is, where a column says it; nothing where that cannot be read.
#[expect(clippy::option_option, reason = "unreadable, not said, said")]
fn kind(row: &mut Reading<'_>) -> Option<Option<&'static str>> {
    let Some(text) = row.get(&Target::CustodianKind) else { return Some(None) };
    let known = ["employee", "location", "asset"].into_iter().find(|kind| *kind == key(text));
    if known.is_none() {
        let hint = "employee, location or asset";
        row.fault(&Target::CustodianKind, format!("nobody is a \"{text}\"; hint: {hint}"));
    }
    known.map(Some)
}

/// The column whose cell says who has it.
fn names_custodian(row: &Reading<'_>) -> Target {
    let address = row.get(&Target::CustodianEmail).is_some();
    if address { Target::CustodianEmail } else { Target::Custodian }
}

fn archiving(row: &mut Reading<'_>, asset: &mut Asset) -> Option<Step> {
    let text = row.get(&Target::Archived)?;
    // Our own exports say since when.
    let since = values::yes_no(text).is_none() && values::date(text, false).is_some();
    let archived = if since { true } else { row.yes_no(&Target::Archived)? };
    match (asset.archived_at.is_some(), archived) {
        (false, true) => {
            let at = Value::from(row.desk.at.to_string());
            step(asset, Action::Archived, vec![(Field::ArchivedAt, at)])
        }
        (true, false) => step(asset, Action::Unarchived, vec![(Field::ArchivedAt, Value::Null)]),
        _ => None,
    }
}

/// An event over those values that are not so already; none where all of them are.
fn step(asset: &mut Asset, action: Action, values: Vec<(Field, Value)>) -> Option<Step> {
    let mut changes = Vec::new();
    for (field, value) in values {
        let before = asset.get(&field);
        if before == value || asset.set(&field, &value).is_err() {
            continue;
        }
        changes.push(FieldChange { field, before, after: value });
    }
    (!changes.is_empty()).then_some(Step { action, changes })
}
