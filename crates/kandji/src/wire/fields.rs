//! One JSON object as a list of keys and unread values, each read on demand and leniently.
//! Kandji writes the same thing as `true`, `"True"` and `"Yes"`, and nothing as `""` or `null`.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::note::Notes;
use super::timestamp::timestamp;

/// Longer texts are cut, with a note: nothing we map is this long.
const LONGEST_TEXT: usize = 500;

/// The fields of one object, in the order sent.
#[derive(Debug)]
pub struct Fields<'a> {
    fields: Vec<(Cow<'a, str>, &'a str)>,
}

impl<'a> Fields<'a> {
    /// Splits an object into its fields; fails on anything else.
    pub fn parse(text: &'a str) -> Result<Fields<'a>, &'static str> {
        if !text.trim_start().starts_with('{') {
            return Err("the row is not an object");
        }
        serde_json::from_str(text).map_err(|_| "the row cannot be read")
    }

    pub fn has(&self, key: &str) -> bool {
        self.raw(key).is_some()
    }

    /// The value as sent. Where a key comes twice the last one counts, as in most JSON readers.
    pub fn raw(&self, key: &str) -> Option<&'a str> {
        self.fields.iter().rev().find(|(name, _)| name == key).map(|(_, value)| *value)
    }

    /// Every field in the order sent.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.fields.iter().map(|(name, value)| (name.as_ref(), *value))
    }

    /// A text; numbers and booleans as written; `""`, `null` and nothing at all are all blank.
    pub(crate) fn text(&self, key: &str, notes: &mut Notes) -> String {
        let text = self.whole(key, notes);
        let text = text.trim();
        if fits(text) {
            return text.to_owned();
        }
        notes.odd(format!("\"{key}\" is longer than {LONGEST_TEXT} characters and is cut"));
        text.chars().take(LONGEST_TEXT).collect()
    }

    /// What a row is known by. It is never cut, for two that begin alike would be one; a row without
    /// it is lost.
    pub(crate) fn id(&self, key: &str, notes: &mut Notes) -> Option<String> {
        let text = self.whole(key, notes);
        let id = text.trim();
        if id.is_empty() {
            notes.lost(format!("the row has no {key}"));
            return None;
        }
        if !fits(id) {
            notes.lost(format!(
                "\"{key}\" is longer than {LONGEST_TEXT} characters, so the row is left out; \
                 hint: no id of Kandji's is that long, report it"
            ));
            return None;
        }
        Some(id.to_owned())
    }

    /// A text as long as it came.
    fn whole(&self, key: &str, notes: &mut Notes) -> Cow<'a, str> {
        let Some(raw) = self.raw(key) else { return Cow::Borrowed("") };
        let text = match kind(raw) {
            Kind::Text => string(raw),
            Kind::Number | Kind::Bool => Cow::Borrowed(raw),
            Kind::Null => Cow::Borrowed(""),
            Kind::List | Kind::Object => {
                notes.odd(format!("\"{key}\" is no text and is left out"));
                Cow::Borrowed("")
            }
        };
        // Control characters show nothing, and some databases refuse them.
        if !text.contains(char::is_control) {
            return text;
        }
        notes.odd(format!("\"{key}\" has control characters, which are left out"));
        Cow::Owned(text.chars().filter(|c| !c.is_control()).collect())
    }

    /// A yes or no, whether written as a boolean or as a word; nothing where it is blank.
    pub(crate) fn flag(&self, key: &str, notes: &mut Notes) -> Option<bool> {
        let raw = self.raw(key)?;
        let word = match kind(raw) {
            Kind::Text => string(raw).trim().to_ascii_lowercase(),
            _ => raw.to_ascii_lowercase(),
        };
        match word.as_str() {
            "true" | "yes" | "1" => Some(true),
            "false" | "no" | "0" => Some(false),
            "" | "null" => None,
            _ => {
                notes.odd(format!("\"{key}\" is neither true nor false and is left out"));
                None
            }
        }
    }

    /// An instant in any of Kandji's formats; blank is never.
    pub(crate) fn instant(&self, key: &str, notes: &mut Notes) -> Option<Timestamp> {
        let text = self.text(key, notes);
        if text.is_empty() {
            return None;
        }
        let instant = timestamp(&text);
        if instant.is_none() {
            notes.odd(format!("\"{key}\" is no point in time and is left out"));
        }
        instant
    }

    pub(crate) fn number(&self, key: &str) -> Option<i64> {
        let raw = self.raw(key)?;
        string(raw).trim().parse().ok()
    }

    /// A list of texts; a lone text stands for a list of one.
    pub(crate) fn texts(&self, key: &str, notes: &mut Notes) -> Vec<String> {
        let Some(raw) = self.raw(key) else { return Vec::new() };
        match kind(raw) {
            Kind::List => {
                let items: Vec<&RawValue> = serde_json::from_str(raw).unwrap_or_default();
                let texts = items.iter().map(|item| string(item.get()).trim().to_owned());
                texts.filter(|text| !text.is_empty()).collect()
            }
            Kind::Object => {
                notes.odd(format!("\"{key}\" is no list and is left out"));
                Vec::new()
            }
            _ => Some(self.text(key, notes)).filter(|text| !text.is_empty()).into_iter().collect(),
        }
    }

    /// An object inside; nothing for `""`, `null` and anything else.
    pub(crate) fn object(&self, key: &str) -> Option<Fields<'a>> {
        Fields::parse(self.raw(key)?).ok()
    }
}

/// Bytes bound characters from above, so most texts are never counted.
fn fits(text: &str) -> bool {
    text.len() <= LONGEST_TEXT || text.chars().count() <= LONGEST_TEXT
}

/// What kind of value a raw text is, told by its first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Number,
    Bool,
    Null,
    List,
    Object,
}

pub(crate) fn kind(raw: &str) -> Kind {
    match raw.as_bytes().first() {
        Some(b'"') => Kind::Text,
        Some(b'[') => Kind::List,
        Some(b'{') => Kind::Object,
        Some(b't' | b'f') => Kind::Bool,
        Some(b'n') | None => Kind::Null,
        Some(_) => Kind::Number,
    }
}

/// The content of a JSON string; other values as written.
fn string(raw: &str) -> Cow<'_, str> {
    let Some(inside) = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return Cow::Borrowed(raw);
    };
    if !inside.contains('\\') {
        return Cow::Borrowed(inside);
    }
    let whole = serde_json::from_str(raw).or_else(|_| serde_json::from_str(&mend(raw)));
    Cow::Owned(whole.unwrap_or_else(|_| inside.to_owned()))
}

/// Half an emoji (a name cut in the middle of one) is no text to a strict reader: each half
/// becomes `�`.
fn mend(raw: &str) -> String {
    let mut mended = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        mended.push_str(before);
        let length = escape.char_indices().nth(2).map_or(escape.len(), |(second, _)| second);
        let surrogate = escape.get(..6).filter(|six| is_surrogate(six));
        let paired = surrogate.is_some()
            && serde_json::from_str::<String>(&format!("\"{}\"", escape.get(..12).unwrap_or("")))
                .is_ok_and(|pair| pair.chars().count() == 1);
        let length = match (surrogate, paired) {
            (Some(_), true) => 12,
            (Some(_), false) => 6,
            (None, _) => length,
        };
        mended.push_str(if surrogate.is_some() && !paired { "\\ufffd" } else { &escape[..length] });
        rest = &escape[length..];
    }
    mended + rest
}

fn is_surrogate(escape: &str) -> bool {
    let hex = escape.strip_prefix("\\u").and_then(|hex| u16::from_str_radix(hex, 16).ok());
    hex.is_some_and(|unit| (0xD800..0xE000).contains(&unit))
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::with_capacity(32);
                while let Some(Key(key)) = map.next_key()? {
                    let value: &'de RawValue = map.next_value()?;
                    fields.push((key, value.get()));
                }
                Ok(Fields { fields })
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

/// A key, borrowed unless it holds escapes; `Cow` alone would always copy.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrow;
        impl<'de> Visitor<'de> for Borrow {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(key)))
            }

            fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        deserializer.deserialize_str(Borrow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(json: &str) -> (String, usize) {
        let mut notes = Notes::default();
        let text = Fields::parse(json).unwrap().text("name", &mut notes);
        (text, notes.as_slice().len())
    }

    #[test]
    fn a_text_may_be_blank_in_three_ways_and_a_number_in_one() {
        for blank in [r#"{"name": ""}"#, r#"{"name": null}"#, "{}", r#"{"name": "  "}"#] {
            assert_eq!(text(blank), (String::new(), 0), "{blank}");
        }
        assert_eq!(text(r#"{"name": 1042}"#), ("1042".into(), 0));
        assert_eq!(text(r#"{"name": {"deep": []}}"#), (String::new(), 1));
    }

    #[test]
    fn half_an_emoji_costs_one_character_not_the_device() {
        assert_eq!(text(r#"{"name": "Mac \ud83d"}"#).0, "Mac \u{fffd}");
        assert_eq!(text(r#"{"name": "\udc00 \ud83d\ude00 \\ud83d é"}"#).0, "\u{fffd} 😀 \\ud83d é");
    }

    #[test]
    fn a_text_beyond_all_reason_is_cut_and_noted() {
        let long = format!(r#"{{"name": "{}"}}"#, "é".repeat(10_001));
        let (cut, notes) = text(&long);
        assert_eq!((cut.chars().count(), notes), (500, 1));
    }

    #[test]
    fn the_last_of_two_equal_keys_counts() {
        assert_eq!(text(r#"{"name": "a", "name": "b"}"#).0, "b");
    }
}
