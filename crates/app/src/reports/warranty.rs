//! Warranties that ended or end soon, the earliest first.

use std::str::FromStr;
use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Date;
use store::Tx;
use store::assets::AssetQuery;
use store::assets::by_day::{self, Day, Span};
use store::assets::counts;

use super::dated::{self, Dated};
use super::register::RegisterColumn as R;
use super::{Cell, Chart, Column, Figure, Link, Part, Report, Shape, Summary, Table};
use crate::refusal::Refusal;

#[derive(Debug, Clone)]
pub struct Warranty {
    pub assets: AssetQuery,
    /// Without it what ended and what ends within 90 days.
    pub within: Option<Within>,
    /// The company's.
    pub today: Date,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    Expired,
    Days(u8),
}

impl Within {
    pub const ALL: [Within; 4] =
        [Within::Expired, Within::Days(30), Within::Days(60), Within::Days(90)];

    pub fn word(self) -> String {
        match self {
            Within::Expired => "expired".to_owned(),
            Within::Days(days) => days.to_string(),
        }
    }

    pub fn label(self) -> String {
        match self {
            Within::Expired => "Ended".to_owned(),
            Within::Days(days) => format!("Next {days} days"),
        }
    }

    /// A warranty lasts to the end of its last day.
    fn span(self, today: Date) -> Span {
        match self {
            Within::Expired => Span { from: None, until: Some(today) },
            Within::Days(days) => {
                Span { from: Some(today), until: Some(after(today, i64::from(days) + 1)) }
            }
        }
    }
}

impl FromStr for Within {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Within::ALL.into_iter().find(|within| within.word() == text);
        found.ok_or_else(|| {
            let known = Within::ALL.map(Within::word).join(", ");
            format!("no span \"{text}\"; hint: {known}")
        })
    }
}

fn after(day: Date, days: i64) -> Date {
    day.saturating_add(days.days())
}

const COLUMNS: [R; 9] = [
    R::Tag,
    R::Name,
    R::WarrantyUntil,
    R::Product,
    R::Custodian,
    R::Serial,
    R::Category,
    R::Location,
    R::Supplier,
];

/// Months ahead that the chart shows.
const MONTHS: i64 = 12;

impl Warranty {
    fn span(&self) -> Span {
        let until = Some(after(self.today, 91));
        self.within.map_or(Span { from: None, until }, |within| within.span(self.today))
    }
}

impl Report for Warranty {
    fn title(&self) -> &'static str {
        "Warranty ending"
    }

    fn open(&self, _: &mut Tx<'_>) -> Result<Arc<dyn Table>, Refusal> {
        let today = self.today;
        Ok(Arc::new(Dated {
            assets: self.assets.clone(),
            day: Day::WarrantyUntil,
            span: self.span(),
            register: &COLUMNS,
            columns: dated::columns(&COLUMNS, Column::new("days_left", "Days left", 10)),
            computed: Box::new(move |on| Cell::Whole(dated::days(today, on))),
        }))
    }

    fn summary(&self, tx: &mut Tx<'_>) -> Result<Summary, Refusal> {
        let days = by_day::counts(tx, &self.assets, Day::WarrantyUntil)?;
        let count = |span: Span| -> i64 {
            let within = |on: Date| {
                span.from.is_none_or(|from| on >= from) && span.until.is_none_or(|end| on < end)
            };
            days.iter().filter(|(on, _)| within(*on)).map(|(_, assets)| assets).sum()
        };
        let figures = Within::ALL.map(|within| {
            let (word, label) = (within.word(), within.label());
            let note =
                if within == Within::Expired { "no warranty any more" } else { "warranty ends" };
            Figure::new(&word, &label, note, count(within.span(self.today)))
                .link(Link::Here("within", word.clone()))
        });
        let first = self.today.first_of_month();
        let month = |ahead: i64| first.saturating_add(ahead.months());
        let parts: Vec<Part> = (0..MONTHS)
            .map(|ahead| {
                let span = Span { from: Some(month(ahead)), until: Some(month(ahead + 1)) };
                Part::new(month(ahead).strftime("%b").to_string(), count(span))
            })
            .collect();
        let title = "Warranties ending by month".to_owned();
        let chart = Chart { title, shape: Shape::Columns, parts };
        let charts =
            if chart.parts.iter().any(|part| part.value > 0) { vec![chart] } else { vec![] };
        let known: i64 = days.iter().map(|(_, assets)| assets).sum();
        let unknown = counts::total(tx, &self.assets)? - known;
        let notes =
            dated::unknown(unknown, "say nothing of a warranty", "says nothing of a warranty");
        Ok(Summary { figures: figures.into(), charts, notes })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_warranty_lasts_to_the_end_of_its_last_day() {
        let today = date(2026, 11, 27);
        assert_eq!(Within::Expired.span(today).until, Some(today));
        let month = Within::Days(30).span(today);
        assert_eq!((month.from, month.until), (Some(today), Some(date(2026, 12, 28))));
        assert_eq!("60".parse(), Ok(Within::Days(60)));
        assert!("31".parse::<Within>().unwrap_err().contains("hint: expired, 30, 60, 90"));
    }
}
