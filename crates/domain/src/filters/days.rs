//! Ranges of days, said by date or by how far away they are: `2026-01-01..`, `last-30-days`,
//! `<90-days-ago`. What is relative stays so until it is asked what it means today.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use super::Unread;

/// From a day to a day, both included; an open end has no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    from: Option<Edge>,
    until: Option<Edge>,
}

/// A day by itself, or seen from today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    On(Date),
    /// So many units on; back, where it is negative.
    Away(i32, Unit),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Days,
    Weeks,
    Months,
    Years,
}

/// A day, or the one before or after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Edge {
    day: Day,
    shift: i8,
}

impl Edge {
    const fn at(day: Option<Day>) -> Option<Self> {
        match day {
            Some(day) => Some(Edge { day, shift: 0 }),
            None => None,
        }
    }
}

const WHAT: &str = "date or range of dates";
const HINT: &str = "2026-01-31, 2026-01-01..2026-03-31, <2026-01-01, last-30-days, next-90-days, \
                    <30-days-ago, in-2-weeks, today or none";
/// Nobody looks further.
const FURTHEST: i32 = 100_000;

const UNITS: [(Unit, &str, &str); 4] = [
    (Unit::Days, "days", "day"),
    (Unit::Weeks, "weeks", "week"),
    (Unit::Months, "months", "month"),
    (Unit::Years, "years", "year"),
];

impl Days {
    pub const fn between(from: Option<Day>, until: Option<Day>) -> Self {
        Days { from: Edge::at(from), until: Edge::at(until) }
    }

    pub const fn before(day: Day) -> Self {
        Days { from: None, until: Some(Edge { day, shift: -1 }) }
    }

    pub const fn after(day: Day) -> Self {
        Days { from: Some(Edge { day, shift: 1 }), until: None }
    }

    /// The last so many days, today among them.
    pub const fn last(count: i32, unit: Unit) -> Self {
        Days::between(Some(Day::Away(-count, unit)), Some(TODAY))
    }

    pub const fn next(count: i32, unit: Unit) -> Self {
        Days::between(Some(TODAY), Some(Day::Away(count, unit)))
    }

    /// Both ends as dates, both included.
    pub fn seen_on(&self, today: Date) -> (Option<Date>, Option<Date>) {
        let date =
            |edge: Edge| edge.day.seen_on(today).saturating_add(i64::from(edge.shift).days());
        (self.from.map(date), self.until.map(date))
    }
}

const TODAY: Day = Day::Away(0, Unit::Days);

impl Day {
    fn seen_on(self, today: Date) -> Date {
        match self {
            Day::On(date) => date,
            Day::Away(count, unit) => today.saturating_add(unit.span(count)),
        }
    }
}

impl Unit {
    fn span(self, count: i32) -> Span {
        // Within what a span holds, whatever the unit.
        match self {
            Unit::Days => count.days(),
            Unit::Weeks => count.weeks(),
            Unit::Months => count.months(),
            Unit::Years => count.clamp(-9_999, 9_999).years(),
        }
    }

    pub fn read(word: &str) -> Option<Self> {
        let found = UNITS.iter().find(|(_, many, one)| word == *many || word == *one);
        found.map(|(unit, ..)| *unit)
    }

    pub fn words(self, count: i32) -> &'static str {
        let found = UNITS.iter().find(|(unit, ..)| *unit == self);
        found.map_or("", |(_, many, one)| if count == 1 { one } else { many })
    }
}

impl FromStr for Days {
    type Err = Unread;

    fn from_str(text: &str) -> Result<Self, Unread> {
        let said = text.trim().to_ascii_lowercase().replace(' ', "-");
        read(&said).ok_or_else(|| Unread::new(text, WHAT, HINT))
    }
}

fn read(text: &str) -> Option<Days> {
    if let Some(rest) = text.strip_prefix("last-") {
        let (count, unit) = counted(rest)?;
        return Some(Days::last(count, unit));
    }
    if let Some(rest) = text.strip_prefix("next-") {
        let (count, unit) = counted(rest)?;
        return Some(Days::next(count, unit));
    }
    for (sign, shape) in [("<=", 0), (">=", 1), ("<", 2), (">", 3)] {
        let Some(rest) = text.strip_prefix(sign) else { continue };
        let day = day(rest.trim_matches('-'))?;
        return Some(match shape {
            0 => Days::between(None, Some(day)),
            1 => Days::between(Some(day), None),
            2 => Days::before(day),
            _ => Days::after(day),
        });
    }
    if let Some((from, until)) = text.split_once("..") {
        let open = |text: &str| match text.trim_matches('-') {
            "" => Some(None),
            text => day(text).map(Some),
        };
        let (from, until) = (open(from)?, open(until)?);
        return (from.is_some() || until.is_some()).then(|| Days::between(from, until));
    }
    let day = day(text)?;
    Some(Days::between(Some(day), Some(day)))
}

/// `2026-01-31`, `today`, `30-days-ago`, `in-2-weeks`.
fn day(text: &str) -> Option<Day> {
    match text {
        "today" => return Some(TODAY),
        "yesterday" => return Some(Day::Away(-1, Unit::Days)),
        "tomorrow" => return Some(Day::Away(1, Unit::Days)),
        _ => {}
    }
    if let Some(rest) = text.strip_suffix("-ago") {
        let (count, unit) = counted(rest)?;
        return Some(Day::Away(-count, unit));
    }
    if let Some(rest) = text.strip_prefix("in-") {
        let (count, unit) = counted(rest)?;
        return Some(Day::Away(count, unit));
    }
    text.parse().ok().map(Day::On)
}

/// `30-days`
fn counted(text: &str) -> Option<(i32, Unit)> {
    let (count, unit) = text.split_once('-')?;
    let count = count.parse().ok().filter(|count| (0..=FURTHEST).contains(count))?;
    Some((count, Unit::read(unit)?))
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Day::On(date) => write!(f, "{date}"),
            Day::Away(0, _) => f.write_str("today"),
            Day::Away(count, unit) if count < 0 => {
                write!(f, "{}-{}-ago", -count, unit.words(-count))
            }
            Day::Away(count, unit) => write!(f, "in-{count}-{}", unit.words(count)),
        }
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let away = |edge: Option<Edge>| match edge {
            Some(Edge { day: Day::Away(count, unit), shift: 0 }) => Some((count, unit)),
            _ => None,
        };
        match (away(self.from), away(self.until)) {
            (Some((from, unit)), Some((0, _))) if from < 0 => {
                return write!(f, "last-{}-{}", -from, unit.words(-from));
            }
            (Some((0, _)), Some((until, unit))) if until > 0 => {
                return write!(f, "next-{until}-{}", unit.words(until));
            }
            _ => {}
        }
        match (self.from, self.until) {
            (Some(from), None) if from.shift > 0 => write!(f, ">{}", from.day),
            (None, Some(until)) if until.shift < 0 => write!(f, "<{}", until.day),
            (Some(from), Some(until)) if from == until => write!(f, "{}", from.day),
            (from, until) => {
                from.map_or(Ok(()), |from| write!(f, "{}", from.day))?;
                f.write_str("..")?;
                until.map_or(Ok(()), |until| write!(f, "{}", until.day))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> (Option<String>, Option<String>) {
        let days: Days = text.parse().unwrap();
        let (from, until) = days.seen_on("2026-03-31".parse().unwrap());
        (from.map(|day| day.to_string()), until.map(|day| day.to_string()))
    }

    #[test]
    fn ranges_mean_what_they_say_on_the_day_they_are_asked() {
        for (text, from, until) in [
            ("2026-01-31", "2026-01-31", "2026-01-31"),
            ("2026-01-01..2026-03-31", "2026-01-01", "2026-03-31"),
            ("2026-01-01..", "2026-01-01", ""),
            ("..2026-01-01", "", "2026-01-01"),
            ("<2026-01-01", "", "2025-12-31"),
            (">2026-01-01", "2026-01-02", ""),
            ("<=2026-01-01", "", "2026-01-01"),
            (">=today", "2026-03-31", ""),
            ("last-30-days", "2026-03-01", "2026-03-31"),
            ("Last 1 month", "2026-02-28", "2026-03-31"),
            ("next-90-days", "2026-03-31", "2026-06-29"),
            ("<30-days-ago", "", "2026-02-28"),
            ("in-2-weeks", "2026-04-14", "2026-04-14"),
            ("yesterday..tomorrow", "2026-03-30", "2026-04-01"),
        ] {
            let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let (got_from, got_until) = seen(text);
            assert_eq!((got_from, got_until), (some(from), some(until)), "{text}");
        }
    }

    #[test]
    fn nothing_is_so_far_away_that_it_fails() {
        for text in ["last-99999-years", "next-100000-months", "<99999-weeks-ago"] {
            let (from, until) = seen(text);
            assert!(from.is_some() || until.is_some(), "{text}");
        }
    }

    #[test]
    fn ranges_read_back_from_how_they_are_written() {
        for text in [
            "2026-01-31",
            "2026-01-01..2026-03-31",
            "2026-01-01..",
            "<2026-01-01",
            ">2026-01-01",
            "last-30-days",
            "next-1-month",
            "<30-days-ago",
            ">in-2-weeks",
            "..today",
            "today",
        ] {
            let days: Days = text.parse().unwrap();
            assert_eq!(days.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_range_is_refused_with_a_hint() {
        for text in ["", "soon", "last-days", "last-x-days", "..", "<", "2026-13-01", "in-3-moons"]
        {
            let refused = text.parse::<Days>().unwrap_err().to_string();
            assert!(refused.contains("hint: 2026-01-31"), "{refused}");
        }
    }
}
