//! Which employee is this user? By link, then e-mail, then name where that is mapped; never a guess.
//! Also what becomes of employees: created, linked, following their directory.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::slice;

use domain::id::{DepartmentId, EmployeeId};
use domain::person::Employee;
use domain::text::key;
use domain::{Email, Mint, Timestamp};
use serde_json::Value;

use crate::catalog::Catalog;
use crate::custody::SourceUser;
use crate::diff::{Decision, decide};
use crate::inventory::{Inventory, PersonBaseline, PersonLink};
use crate::plan::PersonChange;
use crate::rules::{Authority, PersonRule, Rules};
use crate::survey::{Survey, UserSeen};

/// Whom we know, by every key a user may be matched on.
pub struct Roster<'a> {
    rules: &'a Rules,
    employees: HashMap<EmployeeId, &'a Employee>,
    links: HashMap<&'a str, &'a PersonLink>,
    by_user_id: HashMap<Box<str>, EmployeeId>,
    by_email: HashMap<String, EmployeeId>,
    by_name: HashMap<String, Vec<EmployeeId>>,
    names: HashMap<EmployeeId, String>,
    /// Where this run puts someone; who is not in it stays where they are.
    departments: HashMap<EmployeeId, DepartmentId>,
    /// Whom the source calls active, by at least one of their users.
    active: HashSet<EmployeeId>,
    pub changes: Vec<PersonChange>,
}

impl<'a> Roster<'a> {
    pub fn of(inventory: &'a Inventory, rules: &'a Rules) -> Self {
        let many = inventory.employees.len();
        let mut roster = Roster {
            rules,
            employees: inventory.employees.iter().map(|held| (held.id, held)).collect(),
            links: inventory.people.iter().map(|link| (&*link.user_id, link)).collect(),
            by_user_id: HashMap::with_capacity(inventory.people.len()),
            by_email: HashMap::with_capacity(many),
            by_name: HashMap::with_capacity(many),
            names: HashMap::with_capacity(many),
            departments: HashMap::new(),
            active: HashSet::new(),
            changes: Vec::new(),
        };
        for link in &inventory.people {
            roster.by_user_id.insert(link.user_id.clone(), link.employee);
        }
        for held in &inventory.employees {
            roster.enroll(held.id, &held.name, held.email.as_ref());
        }
        roster
    }

    fn enroll(&mut self, id: EmployeeId, name: &str, email: Option<&Email>) {
        if let Some(email) = email {
            self.by_email.entry(email.key()).or_insert(id);
        }
        self.by_name.entry(key(name)).or_default().push(id);
        self.names.insert(id, name.to_owned());
    }

    pub fn employee(&self, id: EmployeeId) -> Option<&'a Employee> {
        self.employees.get(&id).copied()
    }

    /// Where someone works once the people of this run are written.
    pub fn department(&self, id: EmployeeId) -> Option<DepartmentId> {
        let held = || self.employee(id).and_then(|held| held.department);
        self.departments.get(&id).copied().or_else(held)
    }

    /// Who the user of a device is to us, after [`Roster::meet`] has met everyone.
    pub fn known(&self, user: Option<&UserSeen>) -> SourceUser<'_> {
        let Some(user) = user else { return SourceUser::Nobody };
        match self.find(user) {
            Found::One(employee) => SourceUser::Known {
                employee,
                name: self.names.get(&employee).map_or("", String::as_str),
                archived: user.archived,
            },
            Found::Several => {
                SourceUser::Ambiguous { name: user.name.as_deref().unwrap_or_default().into() }
            }
            Found::None => SourceUser::Unknown {
                email: user.email.as_ref().map(|email| email.as_str().to_owned()),
                name: user.name.as_deref().map(str::to_owned),
            },
        }
    }

    fn find(&self, user: &UserSeen) -> Found {
        for rule in &self.rules.employees.matching {
            let found: &[EmployeeId] = match rule {
                PersonRule::Link => {
                    let ids = [&user.id, &user.former_id].into_iter().flatten();
                    let mut known = ids.filter_map(|id| self.by_user_id.get(id));
                    known.find(|id| self.names.contains_key(id)).map_or(&[], slice::from_ref)
                }
                PersonRule::Email => {
                    let email = user.email.as_ref().map(Email::key);
                    email.and_then(|email| self.by_email.get(&email)).map_or(&[], slice::from_ref)
                }
                PersonRule::Name => {
                    let name = user.name.as_deref().map(key).filter(|name| !name.is_empty());
                    name.and_then(|name| self.by_name.get(&name)).map_or(&[], Vec::as_slice)
                }
            };
            match found {
                [] => {}
                [one] => return Found::One(*one),
                _ => return Found::Several,
            }
        }
        Found::None
    }

    /// Meets everyone the survey mentions, in a fixed order, and notes what changes for them.
    pub fn meet(
        &mut self,
        survey: &Survey,
        catalog: &mut Catalog<'_>,
        mint: &Mint,
        now: Timestamp,
    ) {
        let mut everyone: HashMap<(Cow<'_, str>, Cow<'_, str>), Met<'_>> =
            HashMap::with_capacity(self.by_user_id.len());
        for person in &survey.people {
            let met = everyone.entry(identity(&person.user)).or_insert(Met::of(&person.user));
            met.in_directory = true;
            (met.department, met.title) = (person.department.as_deref(), person.title.as_deref());
        }
        for user in survey.observations.iter().filter_map(|device| device.user.as_ref()) {
            let met = everyone.entry(identity(user)).or_insert(Met::of(user));
            met.uses_device = true;
            // While a rename spreads, rows of one person differ: any fixed choice will do.
            if !met.in_directory && word(user) > word(met.user) {
                met.user = user;
            }
        }
        let everyone: BTreeMap<_, _> = everyone.into_iter().collect();
        // Someone with two users there, one of them archived, is still active: met as such first.
        for archived in [false, true] {
            for met in everyone.values().filter(|met| met.user.archived == archived) {
                self.meet_one(met, catalog, mint, now);
            }
        }
    }

    fn meet_one(&mut self, met: &Met<'_>, catalog: &mut Catalog<'_>, mint: &Mint, now: Timestamp) {
        let wanted = &self.rules.employees;
        let create =
            wanted.create && met.uses_device || wanted.import_directory && met.in_directory;
        match self.find(met.user) {
            Found::One(employee) => {
                self.is_known_as(employee, met.user);
                self.follow(employee, met, catalog, mint, now);
            }
            Found::None if create => self.create(met, catalog, mint, now),
            Found::None | Found::Several => {}
        }
    }

    fn create(&mut self, person: &Met<'_>, catalog: &mut Catalog<'_>, mint: &Mint, now: Timestamp) {
        let user = person.user;
        let email = user.email.as_ref();
        let name = user.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
        let Some(name) = name.or(email.map(Email::as_str)).map(str::to_owned) else { return };
        let id = mint.id(now);
        let department = department(person, catalog, mint, now);
        let link = user.id.clone().map(|user_id| PersonLink {
            user_id,
            employee: id,
            baseline: baseline(person),
        });
        self.is_known_as(id, user);
        self.enroll(id, &name, email);
        if !user.archived {
            self.active.insert(id);
        }
        self.departments.extend(department.map(|department| (id, department)));
        self.changes.push(PersonChange::Create {
            id,
            name,
            email: email.cloned(),
            title: person.title.map(str::to_owned),
            department,
            leaver: user.archived,
            link,
        });
    }

    /// By either id from now on: rows of devices may still have the former one, or already the new.
    fn is_known_as(&mut self, employee: EmployeeId, user: &UserSeen) {
        for id in [&user.id, &user.former_id].into_iter().flatten() {
            let known = self.by_user_id.entry(id.clone()).or_insert(employee);
            if !self.names.contains_key(known) {
                *known = employee;
            }
        }
    }

    /// An employee we know: link them, and let them follow what their directory changed.
    fn follow(
        &mut self,
        employee: EmployeeId,
        person: &Met<'_>,
        catalog: &mut Catalog<'_>,
        mint: &Mint,
        now: Timestamp,
    ) {
        let Some(user_id) = person.user.id.clone() else { return };
        let said = baseline(person);
        if !person.user.archived {
            self.active.insert(employee);
        }
        let Some(held) = self.employee(employee) else {
            // Made a moment ago from another user of theirs; this one is tied to them too.
            self.changes.push(linked(PersonLink { user_id, employee, baseline: said }));
            return;
        };
        let before = self.links.get(&*user_id).filter(|link| link.employee == employee);
        let base = before.map_or_else(|| said_of(held, &said), |link| link.baseline.clone());
        let after = if person.in_directory {
            said
        } else {
            // A device row knows neither department nor title; what we knew stays.
            PersonBaseline {
                title: base.title.clone(),
                department: base.department.clone(),
                ..said
            }
        };
        let moved = before.is_none_or(|link| link.baseline != after);
        if !moved {
            return;
        }
        let name = follow_text(base.name.as_deref(), Some(&held.name), after.name.as_deref());
        let email_now = held.email.as_ref().map(Email::as_str);
        let email = follow_text(base.email.as_deref(), email_now, after.email.as_deref())
            .and_then(|email| Email::parse(&email).ok())
            .filter(|email| !self.by_email.contains_key(&email.key()));
        let title =
            follow_text(base.title.as_deref(), held.title.as_deref(), after.title.as_deref());
        // A department that a person gave them here stays.
        let base_department =
            base.department.as_deref().and_then(|name| catalog.find_department(name));
        let follows = base.department != after.department && held.department == base_department;
        let department = follows
            .then(|| department(person, catalog, mint, now))
            .flatten()
            .filter(|department| held.department != Some(*department));
        self.departments.extend(department.map(|department| (employee, department)));
        let moved_on = base.archived != after.archived && held.leaver == base.archived;
        let leaver = (moved_on && !(after.archived && self.active.contains(&employee)))
            .then_some(after.archived);
        if let Some(name) = &name {
            self.names.insert(employee, name.clone());
        }
        let link = Some(PersonLink { user_id, employee, baseline: after });
        let id = employee;
        self.changes.push(PersonChange::Update {
            id,
            name,
            email,
            title,
            department,
            leaver,
            link,
        });
    }
}

enum Found {
    None,
    One(EmployeeId),
    Several,
}

/// A person the survey mentions, and where.
struct Met<'s> {
    user: &'s UserSeen,
    department: Option<&'s str>,
    title: Option<&'s str>,
    in_directory: bool,
    uses_device: bool,
}

impl<'s> Met<'s> {
    fn of(user: &'s UserSeen) -> Self {
        Met { user, department: None, title: None, in_directory: false, uses_device: false }
    }
}

/// What rows of one person may differ in.
fn word(user: &UserSeen) -> (bool, &Option<Email>, &Option<Box<str>>) {
    (user.archived, &user.email, &user.name)
}

/// By id where the source gives one, else by address, else by name.
fn identity(user: &UserSeen) -> (Cow<'_, str>, Cow<'_, str>) {
    let folded = || match &user.email {
        Some(email) => email.key(),
        None => user.name.as_deref().map(key).unwrap_or_default(),
    };
    match user.id.as_deref() {
        Some(id) => (Cow::Borrowed(id), Cow::Borrowed("")),
        None => (Cow::Borrowed(""), Cow::Owned(folded())),
    }
}

fn baseline(person: &Met<'_>) -> PersonBaseline {
    PersonBaseline {
        name: person.user.name.as_deref().map(str::to_owned),
        email: person.user.email.as_ref().map(|email| email.as_str().to_owned()),
        title: person.title.map(str::to_owned),
        department: person.department.map(str::to_owned),
        archived: person.user.archived,
    }
}

/// One more user of an employee; nothing else is learned from them.
fn linked(link: PersonLink) -> PersonChange {
    PersonChange::Update {
        id: link.employee,
        name: None,
        email: None,
        title: None,
        department: None,
        leaver: None,
        link: Some(link),
    }
}

/// The baseline of a first meeting: what we hold is kept, blanks may be filled.
fn said_of(held: &Employee, said: &PersonBaseline) -> PersonBaseline {
    PersonBaseline {
        name: said.name.clone(),
        email: said.email.clone().filter(|_| held.email.is_some()),
        title: said.title.clone().filter(|_| held.title.is_some()),
        department: said.department.clone().filter(|_| held.department.is_some()),
        archived: held.leaver && said.archived,
    }
}

fn follow_text(base: Option<&str>, ours: Option<&str>, theirs: Option<&str>) -> Option<String> {
    let value = |text: Option<&str>| text.map_or(Value::Null, Value::from);
    let decision = decide(&value(base), &value(ours), &value(theirs), Authority::Merge);
    (decision == Decision::Take).then(|| theirs.unwrap_or_default().to_owned())
}

fn department(
    person: &Met<'_>,
    catalog: &mut Catalog<'_>,
    mint: &Mint,
    now: Timestamp,
) -> Option<DepartmentId> {
    let name = person.department.map(str::trim).filter(|name| !name.is_empty())?;
    Some(catalog.department(name, mint, now))
}
