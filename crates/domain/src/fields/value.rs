//! Values of custom fields: read from JSON, from what people type, and from what a source sent.

use std::borrow::Cow;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Number, Value};

use super::{CustomField, FieldType};
use crate::money;
use crate::text::{Email, key};

/// The longest value of one line: it fits an index whatever its letters.
const LINE: usize = 500;
const LONG: usize = 10_000;
/// Whole numbers up to here are exact in every reader of JSON.
const MOST: f64 = 9_007_199_254_740_991.0;

/// Why a field cannot hold a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{value} is no {what}; hint: {hint}")]
pub struct Unfit {
    pub value: String,
    pub what: &'static str,
    pub hint: String,
}

impl CustomField {
    /// A JSON value as this field writes it; `None` is blank. `currency` is for amounts that name
    /// none.
    pub fn check(&self, value: &Value, currency: Option<&str>) -> Result<Option<Value>, Unfit> {
        match (&self.kind, value) {
            (_, Value::Null) => Ok(None),
            (FieldType::Number, Value::Number(number)) => plain_number(number)
                .map(Some)
                .ok_or_else(|| self.unfit(value, "between -9007199254740991 and 9007199254740991")),
            (FieldType::Size, Value::Number(number)) => {
                let bytes = number.as_i64().filter(|bytes| *bytes >= 0);
                bytes.map(|bytes| Some(bytes.into())).ok_or_else(|| self.unfit(value, BYTES))
            }
            (FieldType::YesNo, Value::Bool(_)) => Ok(Some(value.clone())),
            (FieldType::Choices(all), Value::Array(items)) => self.chosen(all, items),
            (
                FieldType::Text
                | FieldType::LongText
                | FieldType::Size
                | FieldType::Money
                | FieldType::Date
                | FieldType::YesNo
                | FieldType::Choice(_)
                | FieldType::Link
                | FieldType::Email,
                Value::String(text),
            ) => self.parse(text, currency),
            _ => Err(self.unfit(value, self.hint())),
        }
    }

    /// What a person typed, or a table's cell holds; `None` is blank.
    pub fn parse(&self, text: &str, currency: Option<&str>) -> Result<Option<Value>, Unfit> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let read = match &self.kind {
            FieldType::Text => one_line(text).map(Value::from),
            FieldType::LongText => long(text).map(Value::from),
            FieldType::Number => number(text),
            FieldType::Size => size(text).map(Value::from),
            FieldType::Money => amount(text, currency).map(Value::from),
            FieldType::Date => text.parse::<Date>().ok().map(|date| date.to_string().into()),
            FieldType::YesNo => yes_no(text).map(Value::from),
            FieldType::Choice(all) => choice(all, text).map(Value::from),
            FieldType::Choices(all) => {
                let items: Vec<Value> = text.split(',').map(|item| item.trim().into()).collect();
                return self.chosen(all, &items);
            }
            FieldType::Link => link(text).map(Value::from),
            FieldType::Email => {
                Email::parse(text).ok().and_then(|email| one_line(email.as_str())).map(Value::from)
            }
        };
        read.map(Some).ok_or_else(|| self.unfit(&Value::from(text), self.hint()))
    }

    /// What a source sent, whose own types are not ours: a size fits a number, a time a date,
    /// and whatever can be read as this field's type fits it.
    pub fn fit(&self, value: &Value) -> Result<Option<Value>, Unfit> {
        let strict = self.check(value, None);
        if strict.is_ok() {
            return strict;
        }
        match (&self.kind, value) {
            (FieldType::Date, Value::String(text)) => {
                let at: Option<crate::Timestamp> = text.parse().ok();
                let day = at.map(|at| at.to_zoned(TimeZone::UTC).date().to_string().into());
                day.map_or(strict, |day| Ok(Some(day)))
            }
            (_, Value::Bool(yes)) => self.parse(if *yes { "yes" } else { "no" }, None),
            (_, Value::Number(number)) => self.parse(&number.to_string(), None),
            (_, Value::String(text)) => self.parse(text, None),
            (_, Value::Array(items)) => {
                let texts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
                self.parse(&texts.join(", "), None)
            }
            _ => strict,
        }
        .map_err(|unfit| Unfit { value: quoted(value), ..unfit })
    }

    fn chosen(&self, all: &[String], items: &[Value]) -> Result<Option<Value>, Unfit> {
        let mut chosen = Vec::new();
        for item in items.iter().filter(|item| item.as_str() != Some("")) {
            let known = item.as_str().and_then(|text| choice(all, text));
            chosen.push(known.ok_or_else(|| self.unfit(item, self.hint()))?);
        }
        // In the definition's order, each once: two ways to tick the same boxes are one value.
        let list: Vec<&String> = all.iter().filter(|one| chosen.contains(one)).collect();
        Ok((!list.is_empty()).then(|| list.into_iter().cloned().collect::<Vec<_>>().into()))
    }

    fn unfit(&self, value: &Value, hint: impl Into<String>) -> Unfit {
        let what = match self.kind {
            FieldType::Text => "text of one line",
            FieldType::LongText => "text",
            FieldType::Number => "number",
            FieldType::Size => "size",
            FieldType::Money => "amount",
            FieldType::Date => "date",
            FieldType::YesNo => "yes or no",
            FieldType::Choice(_) | FieldType::Choices(_) => "choice of this field",
            FieldType::Link => "link",
            FieldType::Email => "e-mail address",
        };
        Unfit { value: quoted(value), what, hint: hint.into() }
    }

    fn hint(&self) -> String {
        match &self.kind {
            FieldType::Text => format!("up to {LINE} printable characters"),
            FieldType::LongText => format!("up to {LONG} characters, line breaks among them"),
            FieldType::Number => "write it like 12.5".into(),
            FieldType::Size => BYTES.into(),
            FieldType::Money => "write it like 499.90 EUR".into(),
            FieldType::Date => "write it like 2026-09-01".into(),
            FieldType::YesNo => "yes or no".into(),
            FieldType::Choice(all) => format!("one of {}", all.join(", ")),
            FieldType::Choices(all) => format!("a list of {}", all.join(", ")),
            FieldType::Link => "it begins with https:// or http://".into(),
            FieldType::Email => "it looks like robin@example.com".into(),
        }
    }
}

const BYTES: &str = "such as 32 GB, or whole bytes";

fn quoted(value: &Value) -> String {
    let text: String = match value {
        Value::String(text) => format!("\"{}\"", text.chars().take(80).collect::<String>()),
        other => other.to_string().chars().take(80).collect(),
    };
    text
}

fn plain_number(number: &Number) -> Option<Value> {
    let float = number.as_f64().filter(|float| float.abs() <= MOST)?;
    if let Some(whole) = number.as_i64() {
        return Some(whole.into());
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and in range")]
    let whole = (float.fract() == 0.0).then_some(float as i64);
    whole.map(Value::from).or_else(|| Number::from_f64(float).map(Value::Number))
}

/// `12.5`, `1,200`, `-3`.
fn number(text: &str) -> Option<Value> {
    let text = text.replace([' ', '_'], "");
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b','));
    let text = if thousands(&text) { text.replace(',', "") } else { text };
    let number: f64 = text.parse().ok().filter(|_| plain)?;
    plain_number(
        &text.parse::<i64>().map_or_else(|_| Number::from_f64(number), |n| Some(n.into()))?,
    )
}

/// Commas in front of groups of three digits.
fn thousands(text: &str) -> bool {
    let whole = text.split('.').next().unwrap_or_default();
    whole.contains(',') && whole.split(',').skip(1).all(|group| group.len() == 3)
}

/// `32 GB`, `228.27GB`, `1 TB`, `512` bytes; units are decimal, as disks are sold.
fn size(text: &str) -> Option<i64> {
    let at = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let factor = match unit.trim().to_ascii_uppercase().as_str() {
        "TB" => 1e12,
        "GB" => 1e9,
        "MB" => 1e6,
        "KB" => 1e3,
        "" | "B" | "BYTES" => 1.0,
        _ => return None,
    };
    let bytes = number.parse::<f64>().ok()? * factor;
    #[expect(clippy::cast_possible_truncation, reason = "the range was looked at")]
    (0.0..=MOST).contains(&bytes).then(|| bytes.round() as i64)
}

/// `499.9 EUR`, `EUR 499.90`, or the amount alone where a currency is usual.
pub fn amount(text: &str, usual: Option<&str>) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (amount, currency) = match words[..] {
        [amount] => (amount, usual?.to_owned()),
        [first, second] if money::is_currency(&first.to_uppercase()) => {
            (second, first.to_uppercase())
        }
        [first, second] => (first, second.to_uppercase()),
        _ => return None,
    };
    if !money::is_currency(&currency) {
        return None;
    }
    let amount = if thousands(amount) { amount.replace(',', "") } else { amount.to_owned() };
    let minor = money::minor(&amount, Some(&currency))?;
    Some(format!("{} {currency}", money::text(minor, Some(&currency))))
}

fn yes_no(text: &str) -> Option<bool> {
    match key(text).as_str() {
        "yes" | "true" | "y" | "1" | "on" => Some(true),
        "no" | "false" | "n" | "0" | "off" => Some(false),
        _ => None,
    }
}

fn choice(all: &[String], text: &str) -> Option<String> {
    all.iter().find(|one| key(one) == key(text)).cloned()
}

fn one_line(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = text.chars().count() <= LINE && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

fn long(text: &str) -> Option<String> {
    let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    let fits = text.chars().count() <= LONG && !text.chars().any(odd);
    fits.then(|| text.replace("\r\n", "\n"))
}

fn link(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"))?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let odd =
        host.is_empty() || text.chars().any(|c| c.is_whitespace() || matches!(c, '"' | '<' | '>'));
    if odd { None } else { one_line(text) }
}

/// What a value is compared and looked up by: one key, or one for each thing chosen.
pub fn keys(value: &Value) -> Vec<String> {
    match value {
        Value::Null | Value::Object(_) => Vec::new(),
        Value::String(text) => vec![key(text)],
        Value::Bool(yes) => vec![if *yes { "yes" } else { "no" }.to_owned()],
        Value::Number(number) => vec![number.to_string()],
        Value::Array(items) => items.iter().flat_map(keys).collect(),
    }
}

/// What of a value people search for: its words, its number as it is written, and of one that may
/// be a size what that is shown as.
pub fn words(value: &Value) -> Vec<Cow<'_, str>> {
    match value {
        Value::String(text) => vec![text.into()],
        Value::Array(items) => items.iter().flat_map(words).collect(),
        Value::Number(number) => {
            let size = number.as_i64().filter(|bytes| *bytes >= 1_000_000).map(size_shown);
            let size = size.filter(|shown| !shown.ends_with("bytes"));
            [Some(number.to_string()), size].into_iter().flatten().map(Cow::from).collect()
        }
        Value::Null | Value::Bool(_) | Value::Object(_) => Vec::new(),
    }
}

/// A value as a person reads it: `32 GB`, `yes`, `red, blue`.
pub fn shown(kind: &FieldType, value: &Value) -> String {
    match (kind, value) {
        (_, Value::Null) => String::new(),
        (FieldType::Size, Value::Number(bytes)) => {
            bytes.as_i64().map(size_shown).unwrap_or_default()
        }
        (_, Value::Bool(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Array(items)) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        (_, other) => other.to_string(),
    }
}

/// In the unit that loses nothing, so that what is shown reads back as what it was.
fn size_shown(bytes: i64) -> String {
    for (unit, factor) in [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000)] {
        if bytes >= factor && bytes % (factor / 100) == 0 {
            let hundredths = bytes / (factor / 100);
            let number = format!("{}.{:02}", hundredths / 100, hundredths % 100);
            return format!("{} {unit}", number.trim_end_matches('0').trim_end_matches('.'));
        }
    }
    format!("{bytes} bytes")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fields::FieldKey;
    use crate::id::FieldId;

    fn field(kind: FieldType) -> CustomField {
        let key = FieldKey::parse("x").unwrap();
        CustomField { kind, ..CustomField::text(FieldId::new(1), key, "X") }
    }

    fn of(word: &str) -> CustomField {
        let colors = vec!["Red".to_owned(), "Blue".to_owned()];
        let choices = if word.starts_with("choice") { colors } else { Vec::new() };
        field(FieldType::parse(word, choices).unwrap())
    }

    #[test]
    fn json_is_taken_in_the_fields_own_form_or_as_people_write_it_where_that_is_plain() {
        for (word, given, kept) in [
            ("text", json!("  a  "), json!("a")),
            ("long_text", json!("a\r\nb"), json!("a\nb")),
            ("number", json!(19.0), json!(19)),
            ("number", json!(12.5), json!(12.5)),
            ("size", json!(32_000_000_000_i64), json!(32_000_000_000_i64)),
            ("money", json!("499.9 EUR"), json!("499.90 EUR")),
            ("date", json!("2026-09-01"), json!("2026-09-01")),
            ("yes_no", json!(false), json!(false)),
            ("size", json!("16 GB"), json!(16_000_000_000_i64)),
            ("yes_no", json!("Yes"), json!(true)),
            ("choice", json!("red"), json!("Red")),
            ("choices", json!(["blue", "Red", "red"]), json!(["Red", "Blue"])),
            ("link", json!("https://example.com/a"), json!("https://example.com/a")),
            ("email", json!("Robin@example.com"), json!("Robin@example.com")),
        ] {
            assert_eq!(of(word).check(&given, None), Ok(Some(kept)), "{word} {given}");
        }
        for (word, given) in [
            ("text", json!(7)),
            ("text", json!("a\nb")),
            ("number", json!("7")),
            ("size", json!("16 QB")),
            ("size", json!(-1)),
            ("money", json!("499.90")),
            ("money", json!("1.234 EUR")),
            ("date", json!("1 September")),
            ("yes_no", json!("maybe")),
            ("choice", json!("Green")),
            ("choices", json!(["Green"])),
            ("choices", json!("Red")),
            ("link", json!("javascript:alert(1)")),
            ("link", json!("https://")),
            ("email", json!("robin")),
            ("text", json!({"a": 1})),
        ] {
            let unfit = of(word).check(&given, None).unwrap_err();
            assert!(unfit.to_string().contains("; hint: "), "{word} {given}: {unfit}");
        }
        for word in super::super::TYPES.map(|(word, _)| word) {
            assert_eq!(of(word).check(&Value::Null, None), Ok(None));
        }
        assert_eq!(of("text").check(&json!(" "), None), Ok(None));
        assert_eq!(of("choices").check(&json!([]), None), Ok(None));
    }

    #[test]
    fn what_is_shown_reads_back_as_it_was() {
        for (word, value, text) in [
            ("size", json!(32_000_000_000_i64), "32 GB"),
            ("size", json!(228_270_000_000_i64), "228.27 GB"),
            ("size", json!(1_234), "1234 bytes"),
            ("size", json!(1_000_000_001), "1000000001 bytes"),
            ("number", json!(-12.5), "-12.5"),
            ("yes_no", json!(true), "yes"),
            ("choices", json!(["Red", "Blue"]), "Red, Blue"),
            ("money", json!("499.90 EUR"), "499.90 EUR"),
            ("date", json!("2026-09-01"), "2026-09-01"),
        ] {
            assert_eq!(shown(&of(word).kind, &value), text);
            assert_eq!(of(word).parse(text, None), Ok(Some(value)), "{word} {text}");
        }
    }

    #[test]
    fn people_write_amounts_numbers_and_sizes_as_they_do() {
        assert_eq!(of("money").parse("1,499.5", Some("USD")), Ok(Some(json!("1499.50 USD"))));
        assert_eq!(of("money").parse("jpy 1200", None), Ok(Some(json!("1200 JPY"))));
        assert_eq!(of("number").parse("1,200", None), Ok(Some(json!(1200))));
        assert_eq!(of("size").parse("1.5tb", None), Ok(Some(json!(1_500_000_000_000_i64))));
        assert!(of("number").parse("1,20", None).is_err());
        assert!(of("number").parse("nan", None).is_err());
        let unfit = of("size").parse("16 QB", None).unwrap_err();
        assert_eq!(unfit.to_string(), "\"16 QB\" is no size; hint: such as 32 GB, or whole bytes");
    }

    #[test]
    fn what_a_source_sent_fits_where_it_can_be_read_as_the_fields_type() {
        for (word, sent, kept) in [
            ("number", json!(32_000_000_000_i64), json!(32_000_000_000_i64)),
            ("number", json!("12"), json!(12)),
            ("text", json!(true), json!("yes")),
            ("text", json!(["berlin", "sales"]), json!("berlin, sales")),
            ("date", json!("2025-11-03T22:52:07Z"), json!("2025-11-03")),
            ("size", json!("228.27 GB"), json!(228_270_000_000_i64)),
            ("yes_no", json!("Yes"), json!(true)),
            ("choices", json!(["red"]), json!(["Red"])),
        ] {
            assert_eq!(of(word).fit(&sent), Ok(Some(kept)), "{word} {sent}");
        }
        let unfit = of("date").fit(&json!("soon")).unwrap_err();
        assert_eq!(unfit.to_string(), "\"soon\" is no date; hint: write it like 2026-09-01");
        assert!(of("yes_no").fit(&json!(7)).is_err());
        assert!(of("choice").fit(&json!("Green")).is_err());
    }

    #[test]
    fn values_are_compared_without_case_and_one_by_one() {
        assert_eq!(keys(&json!(["Red", "Blue"])), ["red", "blue"]);
        assert_eq!(keys(&json!(false)), ["no"]);
        assert_eq!(keys(&json!(12.5)), ["12.5"]);
        assert_eq!(words(&json!(["Red", 7, 1.5])), ["Red", "7", "1.5"]);
        assert_eq!(words(&json!(16_000_000_000_i64)), ["16000000000", "16 GB"]);
        assert!(keys(&Value::Null).is_empty());
    }
}
