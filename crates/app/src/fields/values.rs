//! Values of custom fields on their way in: each held against its definition, blanks filled with
//! defaults, what is required asked for.

use std::collections::BTreeSet;

use domain::fields::{AppliesTo, CustomField, Values};
use domain::id::CategoryId;
use domain::{Field, money};
use serde_json::Value;
use store::{Tx, fields, tenants};

use crate::refusal::{FieldError, Refusal};

/// Whose values are written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub applies_to: AppliesTo,
    /// `None` for a new thing.
    pub id: Option<i64>,
    pub held: &'a Values,
    /// An asset's own category, else its product's.
    pub category: Option<CategoryId>,
    /// The same as it was before.
    pub held_category: Option<CategoryId>,
}

impl Subject<'_> {
    fn changes_category(&self) -> bool {
        self.id.is_some() && self.category != self.held_category
    }
}

/// The definitions, and the currency that money is in where none is said.
#[derive(Debug)]
pub(crate) struct Definitions {
    defined: Vec<CustomField>,
    currency: String,
}

impl Definitions {
    pub fn of(tx: &mut Tx<'_>, applies_to: AppliesTo) -> Result<Self, Refusal> {
        let defined = fields::of(tx, applies_to)?;
        Ok(Definitions { defined, currency: tenants::company(tx)?.currency })
    }

    /// Whether no two things may have the same value of this field.
    pub fn unique(&self, key: &str) -> bool {
        self.defined.iter().any(|field| field.key.as_str() == key && field.unique)
    }
}

/// Holds the custom fields among `given` against their definitions and puts them as those write
/// them; a new thing gets defaults. Names every field that does not fit.
pub(crate) fn fit(
    tx: &mut Tx<'_>,
    subject: Subject<'_>,
    given: &mut Vec<(Field, Value)>,
) -> Result<(), Refusal> {
    let speaks = given.iter().any(|(field, _)| matches!(field, Field::Custom(_)));
    if subject.id.is_some() && !speaks && !subject.changes_category() {
        return Ok(());
    }
    let definitions = Definitions::of(tx, subject.applies_to)?;
    fit_by(tx, &definitions, subject, given)
}

/// The same by definitions that were read before.
pub(crate) fn fit_by(
    tx: &mut Tx<'_>,
    definitions: &Definitions,
    subject: Subject<'_>,
    given: &mut Vec<(Field, Value)>,
) -> Result<(), Refusal> {
    let Definitions { defined, currency } = definitions;
    let mut errors = Vec::new();
    for (field, value) in given.iter_mut() {
        if let (Field::Currency, Value::String(code)) = (&*field, &*value) {
            match coded(code) {
                Ok(code) => *value = code.into(),
                Err(detail) => errors.push(FieldError { field: field.to_string(), detail }),
            }
        }
        let Field::Custom(key) = field else { continue };
        match one(tx, defined, subject, key, value, currency)? {
            Ok(kept) => *value = kept,
            Err(detail) => errors.push(FieldError { field: field.to_string(), detail }),
        }
    }
    let named: BTreeSet<String> = given.iter().map(|(field, _)| field.to_string()).collect();
    if subject.id.is_none() {
        for field in defined.iter().filter(|field| field.is_of(subject.category)) {
            let name = Field::Custom(field.key.to_string());
            let left_out = !named.contains(&name.to_string());
            match (&field.default, left_out) {
                (Some(default), true) => given.push((name, default.clone())),
                (None, true) if field.required => errors.push(required(field)),
                _ => {}
            }
        }
    }
    if subject.changes_category() {
        errors.extend(lacking(defined, subject, given));
    }
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid { errors }) }
}

/// What a change of category asks for, and is blank with it. What was blank before stays so.
fn lacking(
    defined: &[CustomField],
    subject: Subject<'_>,
    given: &[(Field, Value)],
) -> Vec<FieldError> {
    let is_blank = |field: &&CustomField| {
        let name = Field::Custom(field.key.to_string());
        match given.iter().find(|(given, _)| *given == name) {
            Some((_, value)) => value.is_null(),
            None => !subject.held.contains_key(field.key.as_str()),
        }
    };
    let comes = |field: &&CustomField| field.is_asked_by(subject.category, subject.held_category);
    defined.iter().filter(comes).filter(is_blank).map(required).collect()
}

/// The value as its field writes it, or why it cannot stand.
fn one(
    tx: &mut Tx<'_>,
    defined: &[CustomField],
    subject: Subject<'_>,
    key: &str,
    value: &Value,
    currency: &str,
) -> Result<Result<Value, String>, Refusal> {
    let Some(field) = defined.iter().find(|field| field.key.as_str() == key) else {
        // What a deleted field left may be cleared away.
        if value.is_null() && subject.held.contains_key(key) {
            return Ok(Ok(Value::Null));
        }
        let known: Vec<_> = defined.iter().map(|field| field.key.as_str()).collect();
        let known = if known.is_empty() { "none is defined yet".into() } else { known.join(", ") };
        return Ok(Err(format!("no custom field \"{key}\"; hint: {known}")));
    };
    let kept = match field.check(value, Some(currency)) {
        Ok(kept) => kept.unwrap_or_default(),
        Err(unfit) => return Ok(Err(format!("\"{key}\": {unfit}"))),
    };
    // What is there already stays as it is, whatever was decided about it since.
    if subject.id.is_some() && subject.held.get(key).unwrap_or(&Value::Null) == &kept {
        return Ok(Ok(kept));
    }
    if kept.is_null() {
        let missing = field.required && field.is_of(subject.category);
        return Ok(if missing { Err(required(field).detail) } else { Ok(Value::Null) });
    }
    if !field.is_of(subject.category) {
        return Ok(Err(of_another(tx, field, subject.category)?));
    }
    // Said here by the field's name; that it holds is the unique index's doing.
    if field.unique && fields::holder(tx, field, &kept, subject.id)?.is_some() {
        return Ok(Err(taken(field)));
    }
    Ok(Ok(kept))
}

/// `"IMEI" is for Phones alone, and the category here is Laptop; …`
fn of_another(
    tx: &mut Tx<'_>,
    field: &CustomField,
    category: Option<CategoryId>,
) -> Result<String, Refusal> {
    let ids = field.categories.iter().chain(&category).map(ToString::to_string).collect();
    let names = store::names::of(tx, &ids)?;
    let name = |id: &CategoryId| names.get(&id.to_string()).cloned();
    let whose: Vec<String> = field.categories.iter().filter_map(name).collect();
    let here = match category.as_ref().and_then(name) {
        Some(own) => format!("the category here is {own}"),
        None => "there is no category here".to_owned(),
    };
    let (label, whose) = (&field.label, whose.join(" and "));
    Ok(format!("\"{label}\" is for {whose} alone, and {here}; hint: leave it blank"))
}

/// A currency as ISO 4217 writes it.
pub(crate) fn coded(text: &str) -> Result<String, String> {
    let code = text.trim().to_uppercase();
    if money::is_currency(&code) {
        return Ok(code);
    }
    Err(format!("\"{text}\" is no currency; hint: three letters, such as EUR or JPY"))
}

fn required(field: &CustomField) -> FieldError {
    let name = Field::Custom(field.key.to_string()).to_string();
    let detail = format!("\"{}\" is required; hint: give it a value", field.label);
    FieldError { field: name, detail }
}

fn taken(field: &CustomField) -> String {
    format!("another one has this value of \"{}\"; hint: its values are unique", field.label)
}

/// What was written at the same moment by somebody else.
pub(crate) fn taken_meanwhile() -> Refusal {
    Refusal::invalid("fields", "another one has a value that is unique; hint: change it there")
}

/// Values out of sight stay so: those whose definition is gone.
pub(crate) fn in_sight<'v>(
    tx: &mut Tx<'_>,
    applies_to: AppliesTo,
    documents: impl Iterator<Item = &'v mut Values>,
) -> Result<(), store::StoreError> {
    let mut documents = documents.filter(|values| !values.is_empty()).peekable();
    if documents.peek().is_none() {
        return Ok(());
    }
    let defined = fields::of(tx, applies_to)?;
    let defined: BTreeSet<&str> = defined.iter().map(|field| field.key.as_str()).collect();
    documents.for_each(|values| values.retain(|key, _| defined.contains(key.as_str())));
    Ok(())
}
