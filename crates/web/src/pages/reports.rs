//! Reports: which there are, and each as a page over its rows with the same rows as files. A new
//! report is one line on the shelf and a file beside this one.

mod assets;
mod coverage;

use std::pin::Pin;

use app::reports::{Cell, Column as ReportColumn, Format, Opened, Report, Rows, open};
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::answers::Answers;
use super::assets::{downloads, filters};
use super::visitor::Visitor;
use super::words::money;
use crate::components::{Column, Icon, PageHeader, Row, Table, copyable, day_of, empty, turner};
use crate::download;
use crate::error::Refused;
use crate::layout::Room;

const ROWS: usize = 50;

/// A report as the shelf shows it.
pub struct Shelved {
    /// The last part of its address.
    pub word: &'static str,
    pub title: &'static str,
    pub about: &'static str,
    icon: Icon,
    /// Columns a phone shows; it does without the others.
    small: &'static [&'static str],
    made: Asked<Box<dyn Report>>,
    /// What stands between the head and the rows: filters, figures.
    above: Asked<Markup>,
}

/// What follows from what a visitor asked.
type Asked<T> = for<'a> fn(
    &'a Visitor,
    &'a Answers,
) -> Pin<Box<dyn Future<Output = Result<T, Refused>> + Send + 'a>>;

pub const SHELF: [Shelved; 2] = [assets::SHELVED, coverage::SHELVED];

pub async fn shelf(visitor: Visitor) -> Markup {
    let inside = html! {
        (PageHeader::new("Reports").lead(html! { "Each as a page, and whole as CSV or Excel workbook." }))
        div.choices {
            @for report in &SHELF {
                a.choice href=(visitor.to(&format!("reports/{}", report.word))) {
                    (report.icon)
                    span { b { (report.title) } small { (report.about) } }
                    (Icon::ChevronRight)
                }
            }
        }
    };
    visitor.page(Room::Reports, "Reports", &inside)
}

/// `/reports/assets` is a page, `/reports/assets.csv` the file.
pub async fn one(
    visitor: Visitor,
    Path((_, which)): Path<(String, String)>,
    Query(asked): Query<Answers>,
) -> Result<Response, Refused> {
    let (word, ending) =
        which.split_once('.').map_or((which.as_str(), None), |(word, ending)| (word, Some(ending)));
    let report = SHELF.iter().find(|report| report.word == word).ok_or_else(Refused::no_page)?;
    if let Some(settled) = filters::settled(&asked) {
        let to = settled.at(&visitor.to(&format!("reports/{which}")));
        return Ok(Redirect::to(&to).into_response());
    }
    let made = (report.made)(&visitor, &asked).await?;
    if let Some(ending) = ending {
        let format: Format = ending.parse().map_err(|_| Refused::no_page())?;
        return download::file(&visitor, made, format).await;
    }
    page(&visitor, report, made, &asked).await.map(IntoResponse::into_response)
}

async fn page(
    visitor: &Visitor,
    report: &Shelved,
    made: Box<dyn Report>,
    asked: &Answers,
) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let opened = open(app, caller, made).await?;
    let at = asked.some("cursor").map(str::to_owned);
    let rows = opened.page(app, caller, at, ROWS).await?;
    let above = (report.above)(visitor, asked).await?;
    let (path, trail) = (format!("reports/{}", report.word), visitor.to("reports"));
    let inside = html! {
        (PageHeader::new(report.title)
            .under(&[(&trail, "Reports")])
            .actions(downloads(visitor, asked, &path)))
        (above)
        @if rows.items.is_empty() {
            (empty(report.icon, "Nothing to report", "There is no row for what you asked.", &html! {}))
        } @else {
            (table(visitor, report, &opened, &rows))
            (turns(visitor, asked, &path, &rows))
        }
    };
    Ok(visitor.list_page(Room::Reports, report.title, &inside))
}

fn turns(visitor: &Visitor, asked: &Answers, path: &str, rows: &Rows) -> Markup {
    let turn = |to: &Option<String>| {
        let to = to.as_deref()?;
        Some(asked.without("edit").with("cursor", to).at(&visitor.to(path)))
    };
    let (newer, older) = (turn(&rows.previous), turn(&rows.next));
    turner(newer.as_deref(), older.as_deref())
}

fn table(visitor: &Visitor, report: &Shelved, opened: &Opened, rows: &Rows) -> Markup {
    let place = |column: &ReportColumn| report.small.iter().position(|key| *key == column.key);
    let columns: Vec<_> = opened
        .columns()
        .iter()
        .map(|column| {
            let shown = Column::new(&column.label);
            match (place(column), column.key.as_str()) {
                (None, "notes" | "why") => shown.drop().wrap(),
                (None, _) => shown.drop(),
                (Some(0), _) => shown.title(),
                (Some(1), _) => shown.aside(),
                (Some(_), "why") => shown.wrap(),
                (Some(_), _) => shown,
            }
        })
        .collect();
    let row = |cells: &Vec<Cell>| {
        let cells = opened.columns().iter().zip(cells);
        Row::new(cells.map(|(column, value)| cell(visitor, column, value)).collect())
    };
    html! { (Table::new(report.title, &columns, rows.items.iter().map(row).collect())) }
}

pub fn cell(visitor: &Visitor, column: &ReportColumn, cell: &Cell) -> Markup {
    match cell {
        Cell::Blank => html! {},
        Cell::Text(text) => match column.key.as_str() {
            "tag" => html! { a href=(visitor.to(&super::assets::part_of(text))) { (text) } },
            "serial" => copyable(text),
            _ => html! { (text) },
        },
        Cell::Whole(number) => html! { (number) },
        Cell::Number(number) => html! { (number) },
        Cell::Money { minor, digits: 2 } => html! { (money(*minor)) },
        Cell::Money { minor, digits } => html! { (app::reports::amount(*minor, *digits)) },
        Cell::Size(bytes) => html! { (app::reports::size(*bytes)) },
        Cell::YesNo(yes) => html! { @if *yes { "Yes" } @else { "No" } },
        Cell::Date(date) => day_of(*date),
        Cell::Moment(at) => visitor.now.exact(*at),
    }
}
