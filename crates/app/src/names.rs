//! Names of what ids stand for, so that pages show people words: looked up for the ids they hold.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::Role;
use domain::event::Subject;
use domain::fields::{AppliesTo, CustomField};
use domain::id::{AssetId, RunId};
use domain::{Event, Field, FieldChange};
use reconcile::plan::{CatalogChange, PersonChange};
use serde_json::Value;
use store::{StoreError, Tx, assets, departed, plans};

use crate::caller::Caller;
use crate::imports::Import;
use crate::installation::App;
use crate::refusal::Refusal;
use crate::words::Whose;

/// What a page speaks of and wants named.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    ids: BTreeSet<String>,
    /// Whether custom fields are among it.
    fields: bool,
    /// Those whose currency is asked for.
    costs: BTreeSet<AssetId>,
}

impl Wanted {
    pub fn id(&mut self, id: impl std::fmt::Display) {
        self.ids.insert(id.to_string());
    }

    /// Whatever looks like an id anywhere in the value, a custodian's too.
    pub fn all_in(&mut self, value: &Value) {
        match value {
            Value::String(text) if looks_like_an_id(text) => drop(self.ids.insert(text.clone())),
            Value::Array(values) => values.iter().for_each(|value| self.all_in(value)),
            Value::Object(values) => values.values().for_each(|value| self.all_in(value)),
            _ => {}
        }
    }

    /// What an event is about, and what it speaks of.
    pub fn of_event(&mut self, event: &Event) {
        self.id(event.subject.id());
        self.changes(&event.changes, event.subject.into());
    }

    /// What these changes speak of.
    pub fn changes(&mut self, moved: &[FieldChange], whose: Whose) {
        for change in moved {
            self.field(&change.field);
            self.all_in(&change.before);
            self.all_in(&change.after);
        }
        let has = |field: Field| moved.iter().any(|change| change.field == field);
        if let Whose::Asset(Some(id)) = whose
            && has(Field::Cost)
            && !has(Field::Currency)
        {
            self.costs.insert(id);
        }
    }

    pub fn field(&mut self, field: &Field) {
        self.fields |= matches!(field, Field::Custom(_));
    }
}

/// Three letters, an underscore, thirteen digits.
fn looks_like_an_id(text: &str) -> bool {
    text.len() == 17 && text.as_bytes()[3] == b'_'
}

/// Names by id, and what else is needed to say things in words.
#[derive(Debug, Clone, Default)]
pub struct Names {
    ids: BTreeMap<String, String>,
    /// What is there no more, as it was called.
    gone: BTreeMap<String, String>,
    fields: Vec<CustomField>,
    currencies: BTreeMap<AssetId, String>,
}

impl Names {
    /// Of what is there.
    pub fn get(&self, id: &str) -> Option<&str> {
        self.ids.get(id).map(String::as_str)
    }

    /// Of what is there and of what was: `Finance2 (merged into Finance)`.
    pub fn called(&self, id: &str) -> &str {
        self.get(id).or_else(|| self.gone.get(id).map(String::as_str)).unwrap_or("one that is gone")
    }

    /// The same of a text that may be an id, or speak for itself.
    pub(crate) fn read<'t>(&'t self, text: &'t str) -> &'t str {
        if looks_like_an_id(text) && Subject::parse(text).is_some() {
            self.called(text)
        } else {
            text
        }
    }

    pub(crate) fn field(&self, of: AppliesTo, key: &str) -> Option<&CustomField> {
        self.fields.iter().find(|field| field.applies_to == of && field.key.as_str() == key)
    }

    /// What an asset's cost is in now.
    pub(crate) fn currency(&self, id: AssetId) -> Option<&str> {
        self.currencies.get(&id).map(String::as_str)
    }

    #[cfg(test)]
    pub(crate) fn with_field(mut self, field: CustomField) -> Self {
        self.fields.push(field);
        self
    }

    #[cfg(test)]
    pub(crate) fn with_currency(mut self, id: AssetId, code: &str) -> Self {
        self.currencies.insert(id, code.to_owned());
        self
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
    let mut found = names(app, caller, wanted).await?;
    let new = &import.new;
    let mut name = |id: String, name: &str| {
        found.ids.entry(id).or_insert_with(|| name.to_owned());
    };
    new.manufacturers.iter().for_each(|one| name(one.id.to_string(), &one.name));
    new.categories.iter().for_each(|one| name(one.id.to_string(), &one.name));
    new.suppliers.iter().for_each(|one| name(one.id.to_string(), &one.name));
    new.departments.iter().for_each(|one| name(one.id.to_string(), &one.name));
    new.locations.iter().for_each(|one| name(one.id.to_string(), &one.name));
    new.statuses.iter().for_each(|one| name(one.id.to_string(), &one.name));
    new.products.iter().for_each(|one| name(one.id.to_string(), &one.name));
    new.employees.iter().for_each(|one| name(one.id.to_string(), &one.name));
    Ok(found)
}

async fn named(
    app: &App,
    caller: &Caller,
    run: Option<RunId>,
    wanted: Wanted,
) -> Result<Names, Refusal> {
    caller.need(Role::Viewer)?;
    if wanted.ids.is_empty() && !wanted.fields && wanted.costs.is_empty() && run.is_none() {
        return Ok(Names::default());
    }
    let found = app.store.read(caller.tenant, move |tx| {
        let made = match run {
            Some(run) => made_by(tx, run)?,
            None => BTreeMap::new(),
        };
        read_over(tx, made, &wanted)
    });
    Ok(found.await?)
}

/// The same inside a transaction, over names that are known.
pub(crate) fn read_over(
    tx: &mut Tx<'_>,
    mut known: BTreeMap<String, String>,
    wanted: &Wanted,
) -> Result<Names, StoreError> {
    let found = read(tx, wanted)?;
    known.extend(found.ids);
    Ok(Names { ids: known, ..found })
}

/// The same inside a transaction.
pub(crate) fn read(tx: &mut Tx<'_>, wanted: &Wanted) -> Result<Names, StoreError> {
    let fields = if wanted.fields { store::fields::list(tx)? } else { Vec::new() };
    let costs = wanted.costs.iter().copied();
    let assets = if wanted.costs.is_empty() { Vec::new() } else { assets::of_ids(tx, costs)? };
    let currencies = assets.into_iter().filter_map(|asset| Some((asset.id, asset.currency?)));
    let currencies = currencies.collect();
    let ids = store::names::of(tx, &wanted.ids)?;
    let missing = wanted.ids.iter().filter(|id| !ids.contains_key(*id));
    let gone = departed::names(tx, missing.cloned())?;
    Ok(Names { ids, gone, fields, currencies })
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

/// What a plan makes, by id.
pub(crate) fn made_by(tx: &mut Tx<'_>, run: RunId) -> Result<BTreeMap<String, String>, StoreError> {
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
