//! Custom fields: administrators define them, and every value a person writes is held against
//! its definition, in the transaction that writes it.

pub mod merge;
pub mod values;

use domain::access::Role;
use domain::event::Subject;
use domain::fields::{AppliesTo, BadDefinition, CustomField, FieldType};
use domain::id::{FieldId, noun};
use reconcile::Rules;
use reconcile::rules::MatchRule;
use store::{StoreError, Tx, catalog, fields, nouns, sources};

use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;
use crate::told::{self, Teller};
use crate::versions;

/// By label.
pub async fn list(app: &App, caller: &Caller) -> Result<Vec<CustomField>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, fields::list).await?)
}

/// Those of assets, or those of employees.
pub async fn of(
    app: &App,
    caller: &Caller,
    applies_to: AppliesTo,
) -> Result<Vec<CustomField>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| fields::of(tx, applies_to)).await?)
}

/// By id (`fld_…`) or key.
pub async fn named(app: &App, caller: &Caller, which: &str) -> Result<CustomField, Refusal> {
    caller.need(Role::Viewer)?;
    let text = which.to_owned();
    let found = app.store.read(caller.tenant, move |tx| match text.parse::<FieldId>() {
        Ok(id) => fields::find(tx, id),
        Err(_) => fields::find_by_key(tx, &text),
    });
    found.await?.ok_or_else(|| Refusal::not_found("custom field", which))
}

/// A new field. What stands under its key already, from a field that was deleted, must fit it.
pub async fn create(
    app: &App,
    caller: &Caller,
    field: CustomField,
) -> Result<CustomField, Refusal> {
    caller.need(Role::Administrator)?;
    let field = CustomField { id: app.id(), ..field }.checked().map_err(bad)?;
    let teller = Teller::new(app, caller);
    app.store
        .write(caller.tenant, move |tx| {
            categories_are_there(tx, &field)?;
            make(tx, &teller, &field)?;
            Ok(field)
        })
        .await
}

/// Everything but key, type and what it applies to: `edit` makes of the field as it stands what it
/// shall be. Refused unless it is of the version expected, where one is.
pub async fn change(
    app: &App,
    caller: &Caller,
    id: FieldId,
    version: Option<i64>,
    edit: impl FnOnce(CustomField) -> Result<CustomField, Refusal> + Send + 'static,
) -> Result<CustomField, Refusal> {
    caller.need(Role::Administrator)?;
    let (teller, now) = (Teller::new(app, caller), app.now());
    app.store
        .write(caller.tenant, move |tx| {
            nouns::hold(tx, Subject::Field(id))?;
            let held = fields::find(tx, id)?;
            let held = held.ok_or_else(|| Refusal::not_found("custom field", id))?;
            versions::expect(version, versions::field(&held))?;
            let next = edit(held.clone())?.checked().map_err(bad)?;
            stays(&held, &next)?;
            next.apart(Some(&held)).map_err(bad)?;
            categories_are_there(tx, &next)?;
            if held.kind != next.kind {
                none_goes(tx, &next)?;
            }
            fields::update(tx, &next, now).map_err(|error| clash(error, &next))?;
            let (before, after) = (told::field(&held), told::field(&next));
            teller.tell(tx, Subject::Field(next.id), Some(before), Some(after))?;
            Ok(next)
        })
        .await
}

fn stays(held: &CustomField, next: &CustomField) -> Result<(), Refusal> {
    let parts = [
        ("type", held.kind.as_str() == next.kind.as_str()),
        ("key", held.key == next.key),
        ("applies_to", held.applies_to == next.applies_to),
    ];
    match parts.iter().find(|(_, same)| !same) {
        None => Ok(()),
        Some((part, _)) => {
            let detail = format!("the {part} of a field is fixed; hint: make another field");
            Err(Refusal::invalid(part, detail))
        }
    }
}

/// A choice that something has must stay.
fn none_goes(tx: &mut Tx<'_>, next: &CustomField) -> Result<(), Refusal> {
    let used = fields::used(tx, next)?;
    let Some(example) = used.example else { return Ok(()) };
    let count = used.unfit;
    let detail =
        format!("{example} would go, which {count} of them have; hint: change those first");
    Err(Refusal::invalid("choices", detail))
}

/// What would be lost with a field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// Assets, or employees, with a value.
    pub values: u64,
    /// Names of the sources whose settings name it.
    pub sources: Vec<String>,
}

pub async fn touched(app: &App, caller: &Caller, id: FieldId) -> Result<Touched, Refusal> {
    caller.need(Role::Viewer)?;
    app.store
        .read(caller.tenant, move |tx| {
            let field = fields::find(tx, id)?;
            let field = field.ok_or_else(|| Refusal::not_found("custom field", id))?;
            Ok(touching(tx, &field)?)
        })
        .await
}

fn touching(tx: &mut Tx<'_>, field: &CustomField) -> Result<Touched, StoreError> {
    let key = field.key.as_str();
    let named = sources::list(tx)?.into_iter();
    let named = named.filter(|source| keys(&source.rules).any(|(_, own)| own == key));
    let sources = named.map(|source| source.name).collect();
    Ok(Touched { values: fields::used(tx, field)?.values, sources })
}

/// The definition goes. Values stay in the documents out of sight, and are back with a field of
/// the same key and type.
pub async fn delete(app: &App, caller: &Caller, id: FieldId) -> Result<(), Refusal> {
    caller.need(Role::Administrator)?;
    let teller = Teller::new(app, caller);
    app.store
        .write(caller.tenant, move |tx| {
            let held = fields::find(tx, id)?;
            let held = held.ok_or_else(|| Refusal::not_found("custom field", id))?;
            fields::delete(tx, id)?;
            Ok(teller.tell(tx, Subject::Field(id), Some(told::field(&held)), None)?)
        })
        .await
}

/// The fields of assets that settings name and nobody has made, each with the setting.
pub(crate) fn missing(
    tx: &mut Tx<'_>,
    rules: &Rules,
) -> Result<Vec<(&'static str, String)>, StoreError> {
    let defined = fields::of(tx, AppliesTo::Assets)?;
    let mut missing: Vec<(&'static str, String)> = Vec::new();
    for (setting, key) in keys(rules) {
        let known = defined.iter().any(|field| field.key.as_str() == key);
        if !known && missing.iter().all(|(_, other)| other != key) {
            missing.push((setting, key.to_owned()));
        }
    }
    Ok(missing)
}

/// Every custom field that settings name, with the setting that does.
fn keys(rules: &Rules) -> impl Iterator<Item = (&'static str, &str)> {
    let mapped = rules.fields.iter().map(|mapping| ("fields", mapping.to.as_str()));
    let matched = rules.matching.iter().filter_map(|rule| match rule {
        MatchRule::DeviceIdIsField(key) => Some(("match", key.as_str())),
        _ => None,
    });
    mapped.chain(matched)
}

/// Stores a new definition over what may stand under its key.
pub(crate) fn make(tx: &mut Tx<'_>, teller: &Teller, field: &CustomField) -> Result<(), Refusal> {
    field.apart(None).map_err(bad)?;
    fields::create(tx, field).map_err(|error| clash(error, field))?;
    teller.tell(tx, Subject::Field(field.id), None, Some(told::field(field)))?;
    let used = fields::used(tx, field)?;
    let Some(example) = used.example else { return Ok(()) };
    let detail = format!(
        "\"{}\" still holds {} values of a deleted field that do not fit, such as {example}; \
         hint: take the former type, or another key",
        field.key, used.unfit
    );
    Err(Refusal::invalid("key", detail))
}

fn categories_are_there(tx: &mut Tx<'_>, field: &CustomField) -> Result<(), Refusal> {
    for id in &field.categories {
        if catalog::find::<noun::Category>(tx, *id)?.is_none() {
            return Err(Refusal::invalid("categories", format!("no category \"{id}\"")));
        }
    }
    Ok(())
}

fn bad(bad: BadDefinition) -> Refusal {
    Refusal::invalid(bad.part, bad.detail)
}

fn clash(error: StoreError, field: &CustomField) -> Refusal {
    match error {
        StoreError::Conflict(name) if name == "custom_fields_key" => {
            Refusal::invalid("key", format!("a field has the key \"{}\" already", field.key))
        }
        StoreError::Conflict(name) if name == fields::SOLE => {
            let detail = "values repeat; hint: make each of them different first";
            Refusal::invalid("unique", detail)
        }
        other => other.into(),
    }
}

/// The type that holds a property of a source as it is sent.
pub fn type_for(property: &str) -> FieldType {
    use kandji::properties::{Kind, find};
    match find(property).map(|property| property.kind) {
        Some(Kind::YesNo) => FieldType::YesNo,
        Some(Kind::Number | Kind::Percent) => FieldType::Number,
        Some(Kind::Size) => FieldType::Size,
        Some(Kind::Date | Kind::Time) => FieldType::Date,
        Some(Kind::Text | Kind::List) | None => FieldType::Text,
    }
}
