//! Filters of lists of employees, under the names they have in every address.

use domain::fields::AppliesTo;
use domain::filters::{BLANK, Words, listed};
use domain::id::{Id, Noun, noun};
use store::employees::EmployeeQuery;
use store::employees::conditions::{
    Condition, DayColumn, MomentColumn, Reference, Test, TextColumn,
};
use store::picks::Picks;
use store::{Tx, locations};

use super::facet;
use super::reading::{Reader, Trouble, each, each_filter, yes_no};
use crate::caller::Caller;
use crate::company;
use crate::installation::App;
use crate::refusal::Refusal;
use domain::Timestamp;
use domain::access::Role;

/// A field that lists of employees are filtered by.
pub type Facet = super::Facet<Kind>;

/// What a filter on a field can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `dep_…,dep_…`, `none`; `in:loc_…` takes in what is below.
    Department,
    Location,
    /// An id of whom they report to, `~part of a name`, `none`.
    Manager,
    /// `yes` or `no`
    Leaver,
    Holding,
    /// `~part`, the whole, `none`
    Text(TextColumn),
    /// `last-30-days`, `2026-01-01..`, `none`
    Day(DayColumn),
    Moment(MomentColumn),
}

/// In the order a menu shows them.
pub const FACETS: [Facet; 12] = [
    facet("department", "Department", Kind::Department),
    facet("location", "Location", Kind::Location),
    facet("manager", "Reports to", Kind::Manager),
    facet("leaver", "Has left", Kind::Leaver),
    facet("holding", "Holds something", Kind::Holding),
    facet("starts_on", "Starts on", Kind::Day(DayColumn::StartsOn)),
    facet("ends_on", "Last day", Kind::Day(DayColumn::EndsOn)),
    facet("name", "Name", Kind::Text(TextColumn::Name)),
    facet("email", "E-mail", Kind::Text(TextColumn::Email)),
    facet("title", "Title", Kind::Text(TextColumn::Title)),
    facet("created_at", "Added", Kind::Moment(MomentColumn::CreatedAt)),
    facet("updated_at", "Changed", Kind::Moment(MomentColumn::UpdatedAt)),
];

impl Facet {
    /// What can be picked from a list.
    pub const fn picks(self) -> Option<Picks> {
        match self.kind {
            Kind::Department => Some(Picks::Departments),
            Kind::Location => Some(Picks::Locations),
            _ => None,
        }
    }
}

/// Whether a name in an address is a filter's.
pub fn is_one(name: &str) -> bool {
    name.starts_with("fields.") || FACETS.iter().any(|facet| facet.name == name)
}

/// The filters among the pairs of an address, each with all that is said of it.
pub fn asked<'a>(
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Vec<(String, Vec<String>)> {
    super::those(pairs, is_one)
}

/// Narrows a query by what an address asks, by name: texts of one field are alternatives, those
/// turned around all hold. Every filter that cannot be read is named in the refusal.
pub async fn read(
    app: &App,
    caller: &Caller,
    query: EmployeeQuery,
    asked: Vec<(String, Vec<String>)>,
) -> Result<EmployeeQuery, Refusal> {
    caller.need(Role::Viewer)?;
    if asked.is_empty() {
        return Ok(query);
    }
    let now = app.now();
    app.store.read(caller.tenant, move |tx| in_read(tx, now, query, asked)).await
}

fn in_read(
    tx: &mut Tx<'_>,
    now: Timestamp,
    mut query: EmployeeQuery,
    asked: Vec<(String, Vec<String>)>,
) -> Result<EmployeeQuery, Refusal> {
    let company = store::tenants::company(tx)?;
    let zone = company::zone(&company);
    let today = now.to_zoned(zone.clone()).date();
    let mut reader = Reader { tx, company, zone, today };
    let defined = reader.defined(&asked, AppliesTo::Employees)?;
    let conditions = each_filter(asked, |name, texts| match name.strip_prefix("fields.") {
        Some(key) => reader.custom(&defined, key, texts, Test::Custom),
        None => asked_of(&mut reader, &mut query, name, texts),
    })?;
    query.conditions.extend(conditions);
    Ok(query)
}

fn asked_of(
    reader: &mut Reader<'_, '_>,
    query: &mut EmployeeQuery,
    name: &str,
    texts: &[&str],
) -> Result<Vec<Condition>, Trouble> {
    let facet = FACETS.iter().find(|facet| facet.name == name);
    let facet = facet.ok_or_else(|| Trouble::Text("there is no such filter".into()))?;
    match facet.kind {
        Kind::Department => {
            each(texts, |text| references::<noun::Department>(Reference::Department, text))
        }
        Kind::Location => each(texts, |text| places(reader.tx, text)),
        Kind::Manager => each(texts, managers),
        Kind::Leaver => {
            query.leaver = Some(yes_no(texts)?);
            Ok(Vec::new())
        }
        Kind::Holding => {
            query.holding = Some(yes_no(texts)?);
            Ok(Vec::new())
        }
        Kind::Text(column) => each(texts, |text| Ok(vec![Test::Text(column, Words::read(text))])),
        Kind::Day(column) => each(texts, |text| Ok(vec![Test::Day(column, reader.days(text)?)])),
        Kind::Moment(column) => {
            each(texts, |text| Ok(vec![Test::Moment(column, reader.moments(text)?)]))
        }
    }
}

/// Ids with commas, `none` among them.
fn references<N: Noun>(to: Reference, text: &str) -> Result<Vec<Test>, Trouble> {
    let (mut ids, mut tests) = (Vec::new(), Vec::new());
    for part in listed(text) {
        match part {
            BLANK => tests.push(Test::Refers(to, Vec::new())),
            part => ids.push(part.parse::<Id<N>>()?.number()),
        }
    }
    if !ids.is_empty() {
        tests.push(Test::Refers(to, ids));
    }
    Ok(tests)
}

fn places(tx: &mut Tx<'_>, text: &str) -> Result<Vec<Test>, Trouble> {
    let Some(text) = text.strip_prefix("in:") else {
        return references::<noun::Location>(Reference::Location, text);
    };
    let mut tests = references::<noun::Location>(Reference::Location, text)?;
    for test in &mut tests {
        let Test::Refers(_, ids) = test else { continue };
        if !ids.is_empty() {
            let within = locations::within(tx, ids);
            *ids = within.map_err(|error| Trouble::World(error.into()))?;
        }
    }
    Ok(tests)
}

/// Ids with commas, or part of a name.
fn managers(text: &str) -> Result<Vec<Test>, Trouble> {
    match Words::read(text) {
        Words::Part(part) => Ok(vec![Test::Manager(part)]),
        _ => references::<noun::Employee>(Reference::Manager, text),
    }
}
