//! Values of custom fields as people write them: an input for each type, what was typed as the
//! field has it, and what is held as it is read.

use app::Refusal;
use app::refusal::FieldError;
use domain::Field as Named;
use domain::fields::{CustomField, FieldType, Values, shown};
use domain::money::grouped;
use maud::{Markup, html};
use serde_json::Value;

use super::answers::{Answers, Wrong};
use super::words::capital;
use crate::components::{Field, Pick};

/// What a form calls it.
pub fn name(field: &CustomField) -> String {
    Named::Custom(field.key.to_string()).to_string()
}

/// Which required fields must be filled in before the browser sends the form.
#[derive(Debug, Clone, Copy)]
pub enum Demanded<'v> {
    All,
    /// Those with a value already; what is blank there may stay so.
    Held(&'v Values),
    /// None yet: of which category it is turns out when it is sent.
    Later,
    /// None: what is left blank stays as each has it.
    Never,
}

/// The inputs of these fields.
pub fn inputs(
    fields: &[CustomField],
    answers: &Answers,
    wrong: &Wrong,
    demanded: Demanded<'_>,
) -> Markup {
    html! { @for field in fields { (input(field, answers, wrong, demanded)) } }
}

/// The inputs of fields that only some categories have, under the names of these.
pub fn of_categories(
    fields: &[CustomField],
    categories: &[(String, String)],
    answers: &Answers,
    wrong: &Wrong,
) -> Markup {
    let mut groups: Vec<(String, Vec<CustomField>)> = Vec::new();
    for field in fields {
        let of = |id: &str| field.categories.iter().any(|own| own.to_string() == id);
        let names = categories.iter().filter(|(id, _)| of(id)).map(|(_, name)| name.as_str());
        let names = names.collect::<Vec<_>>().join(", ");
        match groups.iter_mut().find(|(known, _)| *known == names) {
            Some((_, group)) => group.push(field.clone()),
            None => groups.push((names, vec![field.clone()])),
        }
    }
    html! {
        @for (names, group) in &groups {
            fieldset.group {
                legend { (names) " only" }
                p.hint { "Leave these blank for an asset of another category." }
                (inputs(group, answers, wrong, Demanded::Later))
            }
        }
    }
}

fn input(own: &CustomField, answers: &Answers, wrong: &Wrong, demanded: Demanded<'_>) -> Markup {
    let name = name(own);
    let now = answers.get(&name);
    let needed = own.required && !matches!(demanded, Demanded::Never);
    let field = Field::new(&name, &own.label).error(wrong.at(&name)).marked(needed);
    let strict = match demanded {
        Demanded::All => needed,
        Demanded::Held(held) => needed && held.contains_key(own.key.as_str()),
        Demanded::Later | Demanded::Never => false,
    };
    let field = if strict { field.required() } else { field };
    let blank = if matches!(demanded, Demanded::Never) { "Leave as it is" } else { "–" };
    let one_of = |field: Field<'_>, all: &[(String, String)]| {
        let picks: Vec<_> = std::iter::once(Pick::new("", blank))
            .chain(all.iter().map(|(value, label)| Pick::new(value, label)))
            .collect();
        field.select(&picks, now)
    };
    match &own.kind {
        FieldType::LongText => field.long_text(now),
        FieldType::Date => field.date(now),
        FieldType::Email => field.email(now),
        FieldType::YesNo => one_of(field, &[("yes", "Yes"), ("no", "No")].map(owned)),
        FieldType::Choice(all) => {
            let all: Vec<_> = all.iter().map(|one| (one.clone(), one.clone())).collect();
            one_of(field, &all)
        }
        FieldType::Choices(all) => {
            let picks: Vec<_> = all.iter().map(|one| Pick::new(one, one)).collect();
            // None ticked is an answer too, other than not having been asked.
            html! {
                input type="hidden" name=(name);
                (field.checks(&picks, &answers.all(&name).collect::<Vec<_>>()))
            }
        }
        FieldType::Size => field.hint("Such as 32 GB").text(now),
        FieldType::Money => field.hint("Such as 499.90 EUR").text(now),
        FieldType::Link => field.hint("It begins with https://").text(now),
        FieldType::Number | FieldType::Text => field.text(now),
    }
}

fn owned((value, label): (&str, &str)) -> (String, String) {
    (value.to_owned(), label.to_owned())
}

/// What is held, as answers of a form.
pub fn held(mut answers: Answers, fields: &[CustomField], values: &Values) -> Answers {
    for field in fields {
        let name = name(field);
        match values.get(field.key.as_str()) {
            Some(Value::Array(items)) => {
                for item in items.iter().filter_map(Value::as_str) {
                    answers = answers.and(&name, item);
                }
            }
            Some(value) => answers = answers.with(&name, &shown(&field.kind, value)),
            None => {}
        }
    }
    answers
}

/// What a form of something new begins with: the fields' defaults.
pub fn begun(answers: Answers, fields: &[CustomField]) -> Answers {
    held(answers, fields, &defaults(fields.iter()))
}

fn defaults<'f>(fields: impl Iterator<Item = &'f CustomField>) -> Values {
    fields.filter_map(|field| Some((field.key.to_string(), field.default.clone()?))).collect()
}

/// What was typed for something new. A default that was left standing is not given, but filled in;
/// one that was cleared is given as blank.
pub fn given_anew(
    fields: &[CustomField],
    answers: &Answers,
    currency: &str,
) -> Result<Vec<(Named, Value)>, Refusal> {
    let asked = fields.iter().filter(|field| answers.has(&name(field)));
    given(fields, answers, &defaults(asked), currency)
}

/// What was typed, where it is not what is held already; every answer that does not fit is named.
pub fn given(
    fields: &[CustomField],
    answers: &Answers,
    held: &Values,
    currency: &str,
) -> Result<Vec<(Named, Value)>, Refusal> {
    let mut given = Vec::new();
    let mut errors = Vec::new();
    for field in fields {
        let name = name(field);
        let typed = match &field.kind {
            FieldType::Choices(_) => {
                let ticked = answers.all(&name).filter(|text| !text.is_empty());
                field.check(&ticked.collect::<Vec<_>>().into(), None)
            }
            _ => field.parse(answers.get(&name), Some(currency)),
        };
        match typed {
            Ok(value) => {
                let value = value.unwrap_or_default();
                if held.get(field.key.as_str()).unwrap_or(&Value::Null) != &value {
                    given.push((Named::Custom(field.key.to_string()), value));
                }
            }
            Err(unfit) => errors.push(FieldError { field: name, detail: unfit.to_string() }),
        }
    }
    if errors.is_empty() { Ok(given) } else { Err(Refusal::Invalid { errors }) }
}

/// A value as it stands on a page.
pub fn value(field: &CustomField, value: &Value) -> Markup {
    let text = app::words::custom(&field.kind, value);
    match field.kind {
        FieldType::Size => value.as_u64().map_or_else(|| html! { (text) }, size),
        FieldType::Link => html! { a href=(text) rel="noreferrer" { (text) } },
        FieldType::Email => html! { a href={ "mailto:" (text) } { (text) } },
        FieldType::YesNo => html! { (capital(&text)) },
        _ => html! { (text) },
    }
}

/// A size in the unit that fits, and to the byte for whoever asks.
pub fn size(bytes: u64) -> Markup {
    let exact = format!("{} bytes", grouped(&bytes.to_string()));
    html! { span title=(exact) { (app::reports::size(bytes)) } }
}
