//! When and to whom a report is mailed, in words that people use: daily, on a day of the week or
//! of the month, at an hour of the company's clocks.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::id::UserId;
use crate::text::Email;

/// The days on which it is mailed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "every", rename_all = "snake_case")]
pub enum Every {
    Day,
    /// 1 is Monday, 7 Sunday.
    Week {
        on: u8,
    },
    /// 1 to 31; where the month has no such day, its last.
    Month {
        on: u8,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rhythm {
    #[serde(flatten)]
    pub every: Every,
    /// 0 to 23.
    pub hour: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attached {
    Csv,
    Xlsx,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    User(UserId),
    Email(Email),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailing {
    pub rhythm: Rhythm,
    pub format: Attached,
    pub to: Vec<Recipient>,
}

impl Mailing {
    pub const MOST_RECIPIENTS: usize = 20;
}

impl Every {
    fn falls_on(self, day: Date) -> bool {
        match self {
            Every::Day => true,
            Every::Week { on } => day.weekday().to_monday_one_offset().cast_unsigned() == on,
            Every::Month { on } => day.day().cast_unsigned() == on.min(last_of(day)),
        }
    }

    pub const fn fits(self) -> bool {
        match self {
            Every::Day => true,
            Every::Week { on } => on >= 1 && on <= 7,
            Every::Month { on } => on >= 1 && on <= 31,
        }
    }
}

fn last_of(day: Date) -> u8 {
    day.days_in_month().cast_unsigned()
}

impl Rhythm {
    /// The first time after that instant. Each day has its hour once: one that the clocks skip
    /// is the hour they go on with, one that they have twice is the first.
    pub fn next(&self, after: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let today = after.to_zoned(zone.clone()).date();
        let hour = self.hour.min(23).cast_signed();
        (0..=62)
            .filter_map(|days| today.checked_add(days.days()).ok())
            .filter(|day| self.every.falls_on(*day))
            .filter_map(|day| day.at(hour, 0, 0, 0).to_zoned(zone.clone()).ok())
            .map(|at| at.timestamp())
            .find(|at| *at > after)
    }

    /// `every Monday at 08:00`
    pub fn words(&self) -> String {
        let hour = self.hour;
        match self.every {
            Every::Day => format!("every day at {hour:02}:00"),
            Every::Week { on } => format!("every {} at {hour:02}:00", weekday(on)),
            Every::Month { on: 31 } => format!("on the last day of the month at {hour:02}:00"),
            Every::Month { on } => format!("on day {on} of the month at {hour:02}:00"),
        }
    }
}

/// `Monday` for 1.
pub fn weekday(on: u8) -> &'static str {
    match Weekday::from_monday_one_offset(on.clamp(1, 7).cast_signed()) {
        Ok(Weekday::Tuesday) => "Tuesday",
        Ok(Weekday::Wednesday) => "Wednesday",
        Ok(Weekday::Thursday) => "Thursday",
        Ok(Weekday::Friday) => "Friday",
        Ok(Weekday::Saturday) => "Saturday",
        Ok(Weekday::Sunday) => "Sunday",
        _ => "Monday",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    /// The next times from there on, on Berlin's clocks.
    fn times(every: Every, hour: u8, from: &str, count: usize) -> Vec<String> {
        let (rhythm, zone) = (Rhythm { every, hour }, berlin());
        let mut at: Timestamp = from.parse().unwrap();
        let mut times = Vec::new();
        for _ in 0..count {
            at = rhythm.next(at, &zone).unwrap();
            times.push(at.to_zoned(zone.clone()).strftime("%a %F %H:%M").to_string());
        }
        times
    }

    #[test]
    fn the_hour_stays_when_the_clocks_change() {
        let spring = times(Every::Day, 8, "2026-03-28T00:00:00Z", 3);
        assert_eq!(
            spring,
            ["Sat 2026-03-28 08:00", "Sun 2026-03-29 08:00", "Mon 2026-03-30 08:00"]
        );
        let autumn = times(Every::Day, 8, "2026-10-24T12:00:00Z", 2);
        assert_eq!(autumn, ["Sun 2026-10-25 08:00", "Mon 2026-10-26 08:00"]);
    }

    #[test]
    fn an_hour_that_is_skipped_is_the_next_and_one_that_comes_twice_is_once() {
        let skipped = times(Every::Day, 2, "2026-03-28T12:00:00Z", 2);
        assert_eq!(skipped, ["Sun 2026-03-29 03:00", "Mon 2026-03-30 02:00"]);
        let twice = times(Every::Day, 2, "2026-10-24T12:00:00Z", 2);
        assert_eq!(twice, ["Sun 2026-10-25 02:00", "Mon 2026-10-26 02:00"]);
    }

    #[test]
    fn weeks_and_months_have_their_days() {
        let mondays = times(Every::Week { on: 1 }, 0, "2026-11-27T12:00:00Z", 2);
        assert_eq!(mondays, ["Mon 2026-11-30 00:00", "Mon 2026-12-07 00:00"]);
        let last = times(Every::Month { on: 31 }, 23, "2026-01-31T23:30:00Z", 3);
        assert_eq!(last, ["Sat 2026-02-28 23:00", "Tue 2026-03-31 23:00", "Thu 2026-04-30 23:00"]);
        let fifth = times(Every::Month { on: 5 }, 6, "2026-11-05T05:00:00Z", 1);
        assert_eq!(fifth, ["Sat 2026-12-05 06:00"]);
    }

    #[test]
    fn a_day_never_comes_twice_nor_is_left_out_in_any_zone() {
        for name in
            ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"]
        {
            let zone = TimeZone::get(name).unwrap();
            for hour in [0, 1, 2, 3, 23] {
                let rhythm = Rhythm { every: Every::Day, hour };
                let mut at: Timestamp = "2026-01-01T12:00:00Z".parse().unwrap();
                let mut day = rhythm.next(at, &zone).unwrap().to_zoned(zone.clone()).date();
                at = rhythm.next(at, &zone).unwrap();
                for _ in 0..366 {
                    at = rhythm.next(at, &zone).unwrap();
                    let next = at.to_zoned(zone.clone()).date();
                    assert_eq!(next, day.saturating_add(1.days()), "{name} {hour}");
                    day = next;
                }
            }
        }
    }

    #[test]
    fn a_rhythm_reads_as_people_say_it() {
        let words = |every| Rhythm { every, hour: 8 }.words();
        assert_eq!(words(Every::Week { on: 1 }), "every Monday at 08:00");
        assert_eq!(words(Every::Month { on: 31 }), "on the last day of the month at 08:00");
        assert_eq!(words(Every::Day), "every day at 08:00");
    }
}
