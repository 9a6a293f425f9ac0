//! Kandji's ways to write a value, read into one: `"Yes"` → true, `"228.27 GB"` → bytes.

use jiff::civil::Date;
use serde_json::Value;

use super::Kind;
use super::table::Unit;
use crate::wire::timestamp;

/// The value in the property's kind; `Null` where it is blank or cannot be read as that.
pub(super) fn typed(kind: Kind, unit: Unit, sent: &Value) -> Value {
    if kind == Kind::List {
        return list(sent);
    }
    let text = match sent {
        Value::String(text) => text.trim().to_owned(),
        Value::Bool(_) | Value::Number(_) => sent.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return Value::Null,
    };
    if text.is_empty() {
        return Value::Null;
    }
    let value = match kind {
        Kind::Text if unit == Unit::WithoutSpaces => Some(text.replace(' ', "").into()),
        Kind::Text => Some(text.into()),
        Kind::YesNo => yes_no(&text).map(Value::from),
        Kind::Number => text.parse::<i64>().ok().map(Value::from),
        Kind::Size => size(&text, unit).map(Value::from),
        Kind::Percent => percent(&text),
        Kind::Time => timestamp(&text).map(|instant| instant.to_string().into()),
        Kind::Date => text.parse::<Date>().ok().map(|date| date.to_string().into()),
        Kind::List => unreachable!("lists are read above"),
    };
    value.unwrap_or(Value::Null)
}

/// A value as a person reads it: `32 GB`, `41 %`, `yes`.
pub fn shown(kind: Kind, value: &Value) -> String {
    match (kind, value) {
        (_, Value::Null) => String::new(),
        (Kind::Size, Value::Number(bytes)) => bytes.as_u64().map(size_shown).unwrap_or_default(),
        (Kind::Percent, Value::Number(percent)) => format!("{percent} %"),
        (_, Value::Bool(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Array(items)) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        (_, other) => other.to_string(),
    }
}

fn list(sent: &Value) -> Value {
    let Value::Array(items) = sent else { return Value::Null };
    let texts = items.iter().filter_map(|item| match item {
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    let texts: Vec<String> = texts.collect();
    if texts.is_empty() { Value::Null } else { texts.into() }
}

fn yes_no(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" => Some(true),
        "false" | "no" => Some(false),
        _ => None,
    }
}

fn percent(text: &str) -> Option<Value> {
    let number: f64 = text.trim_end_matches('%').trim().parse().ok()?;
    if !(0.0..=100.0).contains(&number) {
        return None;
    }
    // Whole percents stay whole: 19, not 19.0.
    match text.trim_end_matches('%').trim().parse::<i64>() {
        Ok(whole) => Some(whole.into()),
        Err(_) => Some(number.into()),
    }
}

/// Bytes of `228.27 GB`, `1.0 TB`, `32 GB LPDDR5`, or of a bare number in the place's unit.
/// Units are decimal, as disks are sold.
fn size(text: &str, unit: Unit) -> Option<u64> {
    let mut words = text.split_whitespace();
    let first = words.next()?;
    let digits = first.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(first.len());
    let (number, glued) = first.split_at(digits);
    let number: f64 = number.parse().ok()?;
    let written = if glued.is_empty() { words.next().unwrap_or_default() } else { glued };
    let factor = match written.to_ascii_uppercase().as_str() {
        "TB" => 1e12,
        "GB" => 1e9,
        "MB" => 1e6,
        "KB" => 1e3,
        "" => match unit {
            Unit::Gigabytes => 1e9,
            Unit::Megabytes => 1e6,
            // So that 16384 reads as 16 GB, like the memory of a Mac beside it.
            Unit::Mebibytes => 1e9 / 1_024.0,
            Unit::AsWritten | Unit::WithoutSpaces => 1.0,
        },
        _ => return None,
    };
    whole(number * factor)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range was looked at, and a part of a byte means nothing"
)]
fn whole(bytes: f64) -> Option<u64> {
    (0.0..9e15).contains(&bytes).then(|| bytes.round() as u64)
}

#[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
pub fn size_shown(bytes: u64) -> String {
    let (unit, factor) = match bytes {
        1_000_000_000_000.. => ("TB", 1e12),
        1_000_000_000.. => ("GB", 1e9),
        1_000_000.. => ("MB", 1e6),
        _ => return format!("{bytes} bytes"),
    };
    let number = format!("{:.2}", bytes as f64 / factor);
    format!("{} {unit}", number.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(kind: Kind, unit: Unit, sent: impl Into<Value>, expect: impl Into<Value>) {
        let sent = sent.into();
        assert_eq!(typed(kind, unit, &sent), expect.into(), "{sent}");
    }

    #[test]
    fn sizes_are_bytes_whatever_unit_they_are_written_in() {
        let plain = Unit::AsWritten;
        check(Kind::Size, plain, json!("228.27 GB"), json!(228_270_000_000_u64));
        check(Kind::Size, plain, json!("1.0 TB"), json!(1_000_000_000_000_u64));
        check(Kind::Size, plain, json!("32 GB LPDDR5"), json!(32_000_000_000_u64));
        check(Kind::Size, plain, json!("512MB"), json!(512_000_000));
        check(Kind::Size, Unit::Mebibytes, json!("16384"), json!(16_000_000_000_u64));
        check(Kind::Size, Unit::Megabytes, json!("486061"), json!(486_061_000_000_u64));
        check(Kind::Size, Unit::Gigabytes, json!(994.0), json!(994_000_000_000_u64));
        check(Kind::Size, plain, json!("plenty"), Value::Null);
        check(Kind::Size, plain, json!("-5 GB"), Value::Null);
    }

    #[test]
    fn words_are_booleans_and_blank_is_nothing() {
        for (sent, expect) in [
            (json!("True"), json!(true)),
            (json!("No"), json!(false)),
            (json!(false), json!(false)),
            (json!(""), Value::Null),
            (json!(null), Value::Null),
            (json!("maybe"), Value::Null),
        ] {
            check(Kind::YesNo, Unit::AsWritten, sent, expect);
        }
    }

    #[test]
    fn percents_numbers_times_and_lists_are_read() {
        let plain = Unit::AsWritten;
        check(Kind::Percent, plain, json!("19%"), json!(19));
        check(Kind::Percent, plain, json!("19.5 %"), json!(19.5));
        check(Kind::Percent, plain, json!("250%"), Value::Null);
        check(Kind::Number, plain, json!("12"), json!(12));
        check(Kind::Time, plain, json!("2025-11-03 10:52:07+00:00"), json!("2025-11-03T10:52:07Z"));
        check(Kind::Date, plain, json!("2026-08-05"), json!("2026-08-05"));
        check(Kind::List, plain, json!(["berlin", "", 7]), json!(["berlin", "7"]));
        check(Kind::List, plain, json!([]), Value::Null);
        check(
            Kind::Text,
            Unit::WithoutSpaces,
            json!("35 000000 000000 0"),
            json!("350000000000000"),
        );
    }

    #[test]
    fn people_read_sizes_in_the_unit_that_fits() {
        assert_eq!(shown(Kind::Size, &json!(32_000_000_000_u64)), "32 GB");
        assert_eq!(shown(Kind::Size, &json!(228_270_000_000_u64)), "228.27 GB");
        assert_eq!(shown(Kind::Size, &json!(1_000_000_000_000_u64)), "1 TB");
        assert_eq!(shown(Kind::Percent, &json!(19)), "19 %");
        assert_eq!(shown(Kind::List, &json!(["berlin", "sales"])), "berlin, sales");
    }
}
