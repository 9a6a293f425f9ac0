//! Custom fields: what a tenant adds to its assets or its people, and what each may hold.

mod taken;
mod value;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::taken::is_taken;
pub use self::value::{Unfit, amount, keys, shown, words};
use crate::id::{CategoryId, FieldId};

/// A field a tenant added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CustomField {
    pub id: FieldId,
    /// `memory`; in events, mappings and forms `fields.memory`. It never changes.
    pub key: FieldKey,
    pub label: String,
    /// It never changes either, save that a choice gets more to choose from.
    pub kind: FieldType,
    pub applies_to: AppliesTo,
    /// Assets of these categories alone; empty: all of them.
    pub categories: Vec<CategoryId>,
    /// A new thing needs a value, and a person cannot blank it.
    pub required: bool,
    /// No two things have the same value.
    pub unique: bool,
    /// Lists filtered by it look its values up instead of reading every asset.
    pub indexed: bool,
    /// What a new thing starts with.
    pub default: Option<Value>,
}

/// What a field holds. In JSON a `size` is whole bytes (`16 GB` is read as well), `money` the text
/// `499.90 EUR`, a `date` the text `2026-09-01`, `choices` a list of texts; the others are what they
/// are called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "choices", rename_all = "snake_case")]
pub enum FieldType {
    Text,
    LongText,
    Number,
    Size,
    Money,
    Date,
    YesNo,
    Choice(Vec<String>),
    Choices(Vec<String>),
    Link,
    Email,
}

/// Every type by the API's word, with its label.
pub const TYPES: [(&str, &str); 11] = [
    ("text", "Text"),
    ("long_text", "Long text"),
    ("number", "Number"),
    ("size", "Size"),
    ("money", "Money"),
    ("date", "Date"),
    ("yes_no", "Yes or no"),
    ("choice", "One choice"),
    ("choices", "Several choices"),
    ("link", "Link"),
    ("email", "E-mail"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppliesTo {
    Assets,
    Employees,
}

impl AppliesTo {
    pub const fn as_str(self) -> &'static str {
        match self {
            AppliesTo::Assets => "assets",
            AppliesTo::Employees => "employees",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [AppliesTo::Assets, AppliesTo::Employees].into_iter().find(|one| one.as_str() == text)
    }
}

/// Lower-case letters, digits and underscores, up to 40.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FieldKey(String);

/// A definition that cannot stand: which part of it, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct BadDefinition {
    pub part: &'static str,
    pub detail: String,
}

fn bad(part: &'static str, detail: impl Into<String>) -> BadDefinition {
    BadDefinition { part, detail: detail.into() }
}

impl FieldKey {
    pub fn parse(text: &str) -> Result<Self, BadDefinition> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let text = text.trim();
        if text.is_empty() || text.len() > 40 || !text.chars().all(fits) {
            let text: String = text.chars().take(60).collect();
            let hint = "up to 40 lower-case letters, digits and underscores";
            return Err(bad("key", format!("\"{text}\" is no field key; hint: {hint}")));
        }
        Ok(FieldKey(text.to_owned()))
    }

    /// `Storage total` → `storage_total`.
    pub fn of_label(label: &str) -> Result<Self, BadDefinition> {
        let key = crate::company::slug(label).replace('-', "_");
        if key.is_empty() {
            let detail =
                "no key can be made of this label; hint: write one, such as color or size_2";
            return Err(bad("key", detail));
        }
        FieldKey::parse(&key)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FieldKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for FieldKey {
    type Error = BadDefinition;
    fn try_from(text: String) -> Result<Self, BadDefinition> {
        FieldKey::parse(&text)
    }
}

impl From<FieldKey> for String {
    fn from(key: FieldKey) -> String {
        key.0
    }
}

impl FieldType {
    pub const fn as_str(&self) -> &'static str {
        match self {
            FieldType::Text => "text",
            FieldType::LongText => "long_text",
            FieldType::Number => "number",
            FieldType::Size => "size",
            FieldType::Money => "money",
            FieldType::Date => "date",
            FieldType::YesNo => "yes_no",
            FieldType::Choice(_) => "choice",
            FieldType::Choices(_) => "choices",
            FieldType::Link => "link",
            FieldType::Email => "email",
        }
    }

    pub fn label(&self) -> &'static str {
        let found = TYPES.iter().find(|(word, _)| *word == self.as_str());
        found.map_or("", |(_, label)| label)
    }

    /// From the API's word; `choices` belong to the two types that have them.
    pub fn parse(word: &str, choices: Vec<String>) -> Result<Self, BadDefinition> {
        let kind = match word {
            "text" => FieldType::Text,
            "long_text" => FieldType::LongText,
            "number" => FieldType::Number,
            "size" => FieldType::Size,
            "money" => FieldType::Money,
            "date" => FieldType::Date,
            "yes_no" => FieldType::YesNo,
            "choice" => return listed(choices).map(FieldType::Choice),
            "choices" => return listed(choices).map(FieldType::Choices),
            "link" => FieldType::Link,
            "email" => FieldType::Email,
            other => {
                let known: Vec<_> = TYPES.iter().map(|(word, _)| *word).collect();
                let detail = format!("no type \"{other}\"; hint: {}", known.join(", "));
                return Err(bad("type", detail));
            }
        };
        if choices.is_empty() {
            Ok(kind)
        } else {
            let detail = "only a choice has choices; hint: leave them out, or take another type";
            Err(bad("choices", detail))
        }
    }

    /// What can be chosen; nothing for the other types.
    pub fn choices(&self) -> &[String] {
        match self {
            FieldType::Choice(all) | FieldType::Choices(all) => all,
            _ => &[],
        }
    }
}

/// Between 1 and 200 different texts.
fn listed(choices: Vec<String>) -> Result<Vec<String>, BadDefinition> {
    let mut all: Vec<String> = Vec::new();
    for choice in choices {
        let choice = choice.trim().to_owned();
        let odd = choice.chars().count() > 100 || choice.chars().any(char::is_control);
        if choice.is_empty() || odd {
            let detail = format!("\"{choice}\" is no choice; hint: 1 to 100 printable characters");
            return Err(bad("choices", detail));
        }
        if all.iter().any(|known| crate::text::key(known) == crate::text::key(&choice)) {
            return Err(bad("choices", format!("\"{choice}\" stands there twice")));
        }
        all.push(choice);
    }
    match all.len() {
        1..=200 => Ok(all),
        0 => Err(bad("choices", "there is nothing to choose from; hint: give one or more")),
        many => Err(bad("choices", format!("{many} choices are too many; hint: 200 at most"))),
    }
}

impl CustomField {
    /// A plain text field of assets.
    pub fn text(id: FieldId, key: FieldKey, label: &str) -> Self {
        CustomField {
            id,
            key,
            label: label.to_owned(),
            kind: FieldType::Text,
            applies_to: AppliesTo::Assets,
            categories: Vec::new(),
            required: false,
            unique: false,
            indexed: false,
            default: None,
        }
    }

    /// Whether an asset of this category has it.
    pub fn is_of(&self, category: Option<CategoryId>) -> bool {
        self.categories.is_empty() || category.is_some_and(|own| self.categories.contains(&own))
    }

    /// Whether an asset that comes to this category from that one must have a value of it.
    pub fn is_asked_by(&self, now: Option<CategoryId>, before: Option<CategoryId>) -> bool {
        self.required && self.is_of(now) && !self.is_of(before)
    }

    /// Whether its values are kept to be looked up.
    pub const fn is_kept(&self) -> bool {
        self.indexed || self.unique
    }

    /// The definition with its default as the type writes it, or what is wrong with it.
    pub fn checked(mut self) -> Result<Self, BadDefinition> {
        self.label = self.label.trim().to_owned();
        if self.label.is_empty() || self.label.chars().count() > 100 {
            return Err(bad("label", "a field needs a label; hint: 1 to 100 characters"));
        }
        if self.label.chars().any(char::is_control) {
            return Err(bad("label", "the label holds a control character; hint: one plain line"));
        }
        let of_people = self.applies_to == AppliesTo::Employees;
        if of_people && !self.categories.is_empty() {
            return Err(bad("categories", "employees have no categories; hint: leave them out"));
        }
        let kind = self.kind.as_str();
        if self.unique && matches!(kind, "long_text" | "yes_no" | "choice" | "choices") {
            let detail = format!("values of a {kind} repeat; hint: unique goes with other types");
            return Err(bad("unique", detail));
        }
        if self.indexed && kind == "long_text" {
            let detail = "a long text is searched, not looked up; hint: leave indexed off";
            return Err(bad("indexed", detail));
        }
        if let Some(default) = self.default.take() {
            if self.unique {
                let detail = "a default would repeat; hint: a unique field has none";
                return Err(bad("default", detail));
            }
            let fits = self.check(&default, None);
            self.default = fits.map_err(|unfit| bad("default", unfit.to_string()))?;
        }
        Ok(self)
    }
}

/// Values by key; a blank one is absent.
pub type Values = BTreeMap<String, Value>;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(kind: FieldType) -> CustomField {
        let key = FieldKey::parse("memory").unwrap();
        CustomField { kind, ..CustomField::text(FieldId::new(1), key, "Memory") }
    }

    #[test]
    fn a_key_is_written_plainly_or_made_from_the_label() {
        assert_eq!(FieldKey::of_label("Storage total (GB)").unwrap().as_str(), "storage_total_gb");
        assert!(FieldKey::parse("kandjiid").is_ok());
        for odd in ["", "Memory", "a b", "a.b", "ä", &"x".repeat(41)] {
            assert!(FieldKey::parse(odd).is_err(), "{odd}");
        }
        assert!(FieldKey::of_label("東京").is_err());
    }

    #[test]
    fn every_type_reads_back_from_its_word() {
        for (word, label) in TYPES {
            let choices = if word.starts_with("choice") { vec!["a".into()] } else { Vec::new() };
            let kind = FieldType::parse(word, choices).unwrap();
            assert_eq!((kind.as_str(), kind.label()), (word, label));
        }
        assert!(FieldType::parse("color", Vec::new()).is_err());
        assert!(FieldType::parse("text", vec!["a".into()]).is_err());
        assert!(FieldType::parse("choice", Vec::new()).is_err());
        assert!(FieldType::parse("choice", vec!["Red".into(), "red".into()]).is_err());
    }

    #[test]
    fn a_definition_that_contradicts_itself_is_refused_by_its_part() {
        let part = |field: CustomField| field.checked().unwrap_err().part;
        assert_eq!(part(CustomField { label: " ".into(), ..field(FieldType::Text) }), "label");
        assert_eq!(part(CustomField { unique: true, ..field(FieldType::YesNo) }), "unique");
        assert_eq!(part(CustomField { indexed: true, ..field(FieldType::LongText) }), "indexed");
        let default = Some(json!("many"));
        assert_eq!(part(CustomField { default, ..field(FieldType::Number) }), "default");
        let default = Some(json!(19.0));
        let kept = CustomField { default, ..field(FieldType::Number) }.checked().unwrap();
        assert_eq!(kept.default, Some(json!(19)));
    }

    #[test]
    fn a_field_of_some_categories_is_not_of_the_others() {
        let (laptops, phones) = (CategoryId::new(1), CategoryId::new(2));
        let some = CustomField { categories: vec![laptops], ..field(FieldType::Text) };
        assert!(some.is_of(Some(laptops)) && !some.is_of(Some(phones)) && !some.is_of(None));
        assert!(field(FieldType::Text).is_of(None));
    }
}
