//! Kandji's five ways to write a point in time, all of them UTC.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// Reads `2024-07-23T14:11:37.150080Z`, the same without a fraction, with `+00:00`, with a space
/// for the `T`, `2024-05-13 20:09:23 +0000`, and without any zone (then UTC). Else nothing.
pub fn timestamp(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant);
    }
    if let Some((moment, offset)) = text.rsplit_once(' ')
        && offset.starts_with(['+', '-'])
    {
        return format!("{moment}{offset}").parse().ok();
    }
    let naive: DateTime = text.parse().or_else(|_| text.parse::<Date>().map(Date::into)).ok()?;
    naive.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let read = timestamp(text).map_or("nothing".to_owned(), |instant| instant.to_string());
        assert_eq!(read, expect, "{text}");
    }

    #[test]
    fn every_format_of_the_contract_is_read_as_utc() {
        check("2024-07-23T14:11:37.150080Z", "2024-07-23T14:11:37.15008Z");
        check("2024-07-23T14:11:37Z", "2024-07-23T14:11:37Z");
        check("2024-07-23T14:11:37.150080+00:00", "2024-07-23T14:11:37.15008Z");
        check("2024-01-26 16:15:36.087016+00:00", "2024-01-26T16:15:36.087016Z");
        check("2024-01-26 16:15:36+00:00", "2024-01-26T16:15:36Z");
        check("2024-05-13 20:09:23 +0000", "2024-05-13T20:09:23Z");
        check("2024-05-13T20:09:23", "2024-05-13T20:09:23Z");
        check("2024-05-13", "2024-05-13T00:00:00Z");
        check("2024-05-13T22:09:23+02:00", "2024-05-13T20:09:23Z");
    }

    #[test]
    fn anything_else_is_nothing() {
        for text in [
            "",
            "never",
            "-",
            "1721743897",
            "2024-13-45T99:00:00Z",
            "2024-05-13 20:09 +",
            "\u{fffd}",
        ] {
            check(text, "nothing");
        }
    }
}
