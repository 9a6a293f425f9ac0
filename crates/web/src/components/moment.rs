//! Instants as people say them, with the exact one on hover.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use maud::{Markup, html};

/// The reader's moment: what "2 h ago" and "today" are measured from.
#[derive(Debug, Clone)]
pub struct Now {
    pub at: Timestamp,
    pub zone: TimeZone,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Now {
    /// `3 min ago`, `in 9 min`, `4 days ago`; past a month the date itself.
    pub fn ago(&self, at: Timestamp) -> Markup {
        self.time(at, &self.distance(at))
    }

    /// `14:05`, for lists that already say the day.
    pub fn clock_time(&self, at: Timestamp) -> Markup {
        self.time(at, &self.local(at).strftime("%H:%M").to_string())
    }

    /// `21 Nov 2025, 14:05`.
    pub fn exact(&self, at: Timestamp) -> Markup {
        self.time(at, &self.exact_text(at))
    }

    /// The same as text, for titles.
    pub fn exact_text(&self, at: Timestamp) -> String {
        self.local(at).strftime("%-d %b %Y, %H:%M").to_string()
    }

    /// `Today`, `Yesterday`, else `Monday 17 November 2025`.
    pub fn day(&self, date: Date) -> String {
        let today = self.local(self.at).date();
        match today.since(date).map(|span| span.get_days()) {
            Ok(0) => "Today".to_owned(),
            Ok(1) => "Yesterday".to_owned(),
            _ => date.strftime("%A %-d %B %Y").to_string(),
        }
    }

    pub fn date_of(&self, at: Timestamp) -> Date {
        self.local(at).date()
    }

    fn local(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.zone.clone())
    }

    fn time(&self, at: Timestamp, words: &str) -> Markup {
        let full = self.local(at).strftime("%A %-d %B %Y, %H:%M:%S %Z").to_string();
        html! { time datetime=(at.strftime("%Y-%m-%dT%H:%M:%SZ")) title=(full) { (words) } }
    }

    fn distance(&self, at: Timestamp) -> String {
        let seconds = self.at.as_second() - at.as_second();
        let (amount, unit) = match seconds.abs() {
            0..45 => return if seconds < 0 { "now".to_owned() } else { "just now".to_owned() },
            away if away < HOUR => ((away + MINUTE / 2) / MINUTE, "min"),
            away if away < DAY => (away / HOUR, "h"),
            away if away < 2 * DAY => (1, "day"),
            away if away < 30 * DAY => (away / DAY, "days"),
            _ => return app::words::day(self.date_of(at)),
        };
        if seconds < 0 { format!("in {amount} {unit}") } else { format!("{amount} {unit} ago") }
    }
}

/// `21 Nov 2025`, for days that have no clock: purchases, warranties, leaving.
pub fn day_of(date: Date) -> Markup {
    html! { time datetime=(date) { (app::words::day(date)) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Now {
        let at = "2025-11-21T13:05:00Z".parse().unwrap();
        Now { at, zone: TimeZone::fixed(jiff::tz::offset(1)) }
    }

    #[test]
    fn distances_read_as_people_say_them() {
        let check =
            |at: &str, expect: &str| assert_eq!(now().distance(at.parse().unwrap()), expect);
        check("2025-11-21T13:04:40Z", "just now");
        check("2025-11-21T13:02:00Z", "3 min ago");
        check("2025-11-21T13:14:00Z", "in 9 min");
        check("2025-11-21T10:05:00Z", "3 h ago");
        check("2025-11-20T09:05:00Z", "1 day ago");
        check("2025-11-17T10:05:00Z", "4 days ago");
        check("2025-03-01T10:05:00Z", "1 Mar 2025");
    }

    #[test]
    fn the_exact_instant_is_there_for_machines_and_on_hover() {
        let html = now().ago("2025-11-21T13:02:00Z".parse().unwrap()).into_string();
        assert!(html.contains("datetime=\"2025-11-21T13:02:00Z\""));
        assert!(html.contains("title=\"Friday 21 November 2025, 14:02:00 +01\""));
    }

    #[test]
    fn days_near_have_names() {
        let check = |date: &str, expect: &str| assert_eq!(now().day(date.parse().unwrap()), expect);
        check("2025-11-21", "Today");
        check("2025-11-20", "Yesterday");
        check("2025-11-17", "Monday 17 November 2025");
    }
}
