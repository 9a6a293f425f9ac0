//! Names of what ids stand for, so that pages show people words: looked up for the ids they hold.

use std::collections::{BTreeMap, BTreeSet};

use domain::Event;
use domain::access::Role;
use domain::id::RunId;
use reconcile::plan::{CatalogChange, PersonChange};
use serde_json::Value;
use store::{StoreError, Tx, plans};

use crate::caller::Caller;
use crate::imports::Import;
use crate::installation::App;
use crate::refusal::Refusal;

/// The ids a page wants named, as text.
#[derive(Debug, Clone, Default)]
pub struct Wanted(BTreeSet<String>);

impl Wanted {
    pub fn id(&mut self, id: impl std::fmt::Display) {
        self.0.insert(id.to_string());
    }

    /// Whatever looks like an id anywhere in the value, a custodian's too.
    pub fn all_in(&mut self, value: &Value) {
        match value {
            Value::String(text) if looks_like_an_id(text) => drop(self.0.insert(text.clone())),
            Value::Array(values) => values.iter().for_each(|value| self.all_in(value)),
            Value::Object(values) => values.values().for_each(|value| self.all_in(value)),
            _ => {}
        }
    }

    /// What an event is about, and what it speaks of.
    pub fn of_event(&mut self, event: &Event) {
        self.id(event.subject.id());
        for change in &event.changes {
            self.all_in(&change.before);
            self.all_in(&change.after);
        }
    }
}

/// Three letters, an underscore, thirteen digits.
fn looks_like_an_id(text: &str) -> bool {
    text.len() == 17 && text.as_bytes()[3] == b'_'
}

/// Names by id. What is gone has none.
#[derive(Debug, Clone, Default)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    pub fn get(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(String::as_str)
    }
}

pub async fn names(app: &App, caller: &Caller, wanted: Wanted) -> Result<Names, Refusal> {
    named(app, caller, None, wanted).await
}

/// The same for a plan, which speaks of things that exist only once it is applied.
pub async fn names_in_plan(
    app: &App,
    caller: &Caller,
    run: RunId,
    wanted: Wanted,
) -> Result<Names, Refusal> {
    named(app, caller, Some(run), wanted).await
}

/// The same for an import, which speaks of what it makes before it is made.
pub async fn names_in_import(
    app: &App,
    caller: &Caller,
    import: &Import,
    wanted: Wanted,
) -> Result<Names, Refusal> {
    let Names(mut found) = names(app, caller, wanted).await?;
    let new = &import.new;
    let mut name = |id: String, name: &str| {
        found.entry(id).or_insert_with(|| name.to_owned());
    };
    new.manufacturers.iter().for_each(|one| name(one.id.to_string(), &one.name));
    new.categories.iter().for_each(|one| name(one.id.to_string(), &one.name));
    new.suppliers.iter().for_each(|one| name(one.id.to_string(), &one.name));
    new.departments.iter().for_each(|one| name(one.id.to_string(), &one.name));
    new.locations.iter().for_each(|one| name(one.id.to_string(), &one.name));
    new.statuses.iter().for_each(|one| name(one.id.to_string(), &one.name));
    new.products.iter().for_each(|one| name(one.id.to_string(), &one.name));
    new.employees.iter().for_each(|one| name(one.id.to_string(), &one.name));
    Ok(Names(found))
}

async fn named(
    app: &App,
    caller: &Caller,
    run: Option<RunId>,
    wanted: Wanted,
) -> Result<Names, Refusal> {
    caller.need(Role::Viewer)?;
    if wanted.0.is_empty() && run.is_none() {
        return Ok(Names::default());
    }
    let found = app.store.read(caller.tenant, move |tx| {
        let mut names = match run {
            Some(run) => newcomers(tx, run)?,
            None => BTreeMap::new(),
        };
        names.extend(read(tx, &wanted)?.0);
        Ok::<_, StoreError>(Names(names))
    });
    Ok(found.await?)
}

/// The same inside a transaction.
pub(crate) fn read(tx: &mut Tx<'_>, wanted: &Wanted) -> Result<Names, StoreError> {
    store::names::of(tx, &wanted.0).map(Names)
}

/// What a plan makes before it changes any asset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Newcomers {
    pub products: Vec<String>,
    pub categories: Vec<String>,
    pub manufacturers: Vec<String>,
    pub departments: Vec<String>,
    pub employees: Vec<String>,
}

pub async fn newcomers_of(app: &App, caller: &Caller, run: RunId) -> Result<Newcomers, Refusal> {
    caller.need(Role::Viewer)?;
    let (catalog, people) =
        app.store.read(caller.tenant, move |tx| plans::newcomers(tx, run)).await?;
    let mut new = Newcomers::default();
    for change in catalog {
        match change {
            CatalogChange::Manufacturer { name, .. } => new.manufacturers.push(name),
            CatalogChange::Category { name, .. } => new.categories.push(name),
            CatalogChange::Department { name, .. } => new.departments.push(name),
            CatalogChange::Product { name, .. } => new.products.push(name),
            CatalogChange::ProductKnownAs { .. } => {}
        }
    }
    for change in people {
        if let PersonChange::Create { name, .. } = change {
            new.employees.push(name);
        }
    }
    Ok(new)
}

fn newcomers(tx: &mut Tx<'_>, run: RunId) -> Result<BTreeMap<String, String>, StoreError> {
    let (catalog, people) = plans::newcomers(tx, run)?;
    let entries = catalog.into_iter().filter_map(|change| match change {
        CatalogChange::Manufacturer { id, name } => Some((id.to_string(), name)),
        CatalogChange::Category { id, name } => Some((id.to_string(), name)),
        CatalogChange::Department { id, name } => Some((id.to_string(), name)),
        CatalogChange::Product { id, name, .. } => Some((id.to_string(), name)),
        CatalogChange::ProductKnownAs { .. } => None,
    });
    let people = people.into_iter().filter_map(|change| match change {
        PersonChange::Create { id, name, .. } => Some((id.to_string(), name)),
        PersonChange::Update { .. } => None,
    });
    Ok(entries.chain(people).collect())
}
