//! What should be back by now and is not, the latest first.

use std::sync::Arc;

use jiff::civil::Date;
use store::Tx;
use store::assets::AssetQuery;
use store::assets::by_day::{self, Day, Span};

use super::dated::{self, Dated};
use super::register::RegisterColumn as R;
use super::{Cell, Chart, Column, Figure, Link, Part, Report, Shape, Summary, Table};
use crate::refusal::Refusal;

#[derive(Debug, Clone)]
pub struct Overdue {
    pub assets: AssetQuery,
    /// The company's.
    pub today: Date,
}

const COLUMNS: [R; 8] =
    [R::Tag, R::Name, R::Serial, R::Product, R::Custodian, R::CustodianKind, R::Location, R::DueOn];

/// Days late, both counted.
const LATE: [(&str, i64, i64); 4] = [
    ("Up to a week late", 1, 7),
    ("Up to a month late", 8, 30),
    ("Up to three months late", 31, 90),
    ("Later than that", 91, i64::MAX),
];

impl Report for Overdue {
    fn title(&self) -> &'static str {
        "Overdue returns"
    }

    fn open(&self, _: &mut Tx<'_>) -> Result<Arc<dyn Table>, Refusal> {
        let today = self.today;
        Ok(Arc::new(Dated {
            assets: self.assets.clone(),
            day: Day::DueOn,
            span: Span { from: None, until: Some(today) },
            register: &COLUMNS,
            columns: dated::columns(&COLUMNS, Column::new("days_late", "Days late", 10)),
            computed: Box::new(move |on| Cell::Whole(dated::days(on, today))),
        }))
    }

    fn summary(&self, tx: &mut Tx<'_>) -> Result<Summary, Refusal> {
        let days = by_day::counts(tx, &self.assets, Day::DueOn)?;
        let late = |from: i64, until: i64| -> i64 {
            let within = |on: Date| (from..=until).contains(&dated::days(on, self.today));
            days.iter().filter(|(on, _)| within(*on)).map(|(_, assets)| assets).sum()
        };
        let due = |what: &str| {
            Link::Assets(vec![("due", what.to_owned()), ("archived", "any".to_owned())])
        };
        let figures = vec![
            Figure::new("overdue", "Overdue", "should be back by now", late(1, i64::MAX))
                .link(due("overdue")),
            Figure::new("week", "Due this week", "today and the next 7 days", late(-7, 0)),
            Figure::new(
                "due",
                "With a day to return",
                "all that somebody has",
                late(i64::MIN, i64::MAX),
            )
            .link(due("any")),
        ];
        let parts: Vec<Part> = LATE
            .iter()
            .map(|(label, from, until)| Part::new(*label, late(*from, *until)))
            .collect();
        let chart = Chart { title: "How late they are".to_owned(), shape: Shape::Bars, parts };
        let charts = if figures[0].count > 0 { vec![chart] } else { Vec::new() };
        Ok(Summary { figures, charts, notes: Vec::new() })
    }
}
