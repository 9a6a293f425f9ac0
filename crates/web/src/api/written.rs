//! What may be written to a thing (RFC 7396): left out stays, `null` clears.

use jiff::civil::Date;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::problem::Problem;

/// Twice optional: left out, or given and perhaps `null`.
pub type Given<T> = Option<Option<T>>;

pub fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Given<T>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// A day where there may be none, or the sentence that says how one is written.
pub fn day<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
    let (text, read) = match Value::deserialize(from)? {
        Value::Null => return Ok(None),
        Value::String(text) => (format!("\"{text}\""), text.parse().ok()),
        other => (other.to_string(), None),
    };
    let text: String = text.chars().take(80).collect();
    let unread = || D::Error::custom(format!("{text} is no day; hint: write it like 2026-09-01"));
    read.map(Some).ok_or_else(unread)
}

pub fn given_day<'de, D: Deserializer<'de>>(from: D) -> Result<Given<Date>, D::Error> {
    day(from).map(Some)
}

/// Puts what was given in its place.
pub fn put<T>(place: &mut Option<T>, given: Given<T>) {
    if let Some(value) = given {
        *place = value;
    }
}

/// The same for what cannot be blank.
pub fn put_there<T>(place: &mut T, given: Option<T>) {
    if let Some(value) = given {
        *place = value;
    }
}

/// What was given, unless it was `null`.
pub fn never_null<T>(field: &str, given: Given<T>) -> Result<Option<T>, Problem> {
    match given {
        Some(None) => Err(Problem::field(field, format!("\"{field}\" cannot be blank"))),
        Some(value) => Ok(value),
        None => Ok(None),
    }
}

pub fn blank_is_null(given: Given<Text>) -> Given<Text> {
    given.map(|text| text.filter(|text| !text.0.is_empty()))
}

/// Text of people: no control characters but line breaks, at most 10,000 characters.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Text(String);

impl TryFrom<String> for Text {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err("it holds a control character");
        }
        if text.chars().count() > 10_000 {
            return Err("it is too long; hint: 10,000 characters are the most");
        }
        Ok(Text(text.trim().to_owned()))
    }
}

impl From<Text> for String {
    fn from(text: Text) -> String {
        text.0
    }
}
