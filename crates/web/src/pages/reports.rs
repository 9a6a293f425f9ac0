//! Reports: which there are, and each as a page over its rows with the same rows as files. How one
//! looks stands here; what is in it is the app's.

mod above;
mod lives;
pub mod saved;
pub mod schedule;
mod summary;

use app::reports::shelf::{self, Asked, Shelved};
use app::reports::{Cell, Column as ReportColumn, Format, Link, Opened, Report, Rows, open};
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

pub use self::lives::{lives, save_lives};
use super::answers::{Answers, Wrong};
use super::assets::{downloads, filters};
use super::visitor::Visitor;
use crate::components::{
    Button, Column, Icon, PageHeader, Row, Table, copyable, day_of, empty, turner,
};
use crate::download;
use crate::error::Refused;
use crate::layout::Room;

const ROWS: usize = 50;

/// How a report is shown.
struct Face {
    icon: Icon,
    /// Columns a phone shows; it does without the others. The first is what a row is called.
    small: &'static [&'static str],
    /// Its rows fill the window.
    list: bool,
}

fn face(report: &Shelved) -> Face {
    const COUNT: &[&str] = &["name", "assets", "platform", "kind", "share"];
    let (icon, small, list): (_, &[&str], _) = match report.name {
        "assets" => (
            Icon::FileSpreadsheet,
            &[
                "tag",
                "status",
                "name",
                "serial",
                "custodian",
                "kandji.platform",
                "kandji.os_version",
            ],
            true,
        ),
        "coverage" => (
            Icon::GitMerge,
            &[
                "tag",
                "finding",
                "serial",
                "custodian",
                "kandji.device_name",
                "kandji.user.name",
                "why",
            ],
            true,
        ),
        "value" => {
            (Icon::Coins, &["tag", "book_value", "name", "purchased_on", "cost", "currency"], false)
        }
        "warranty" => (
            Icon::ShieldCheck,
            &["tag", "warranty_until", "name", "product", "custodian", "days_left"],
            false,
        ),
        "overdue" => {
            (Icon::CalendarClock, &["tag", "due_on", "name", "custodian", "days_late"], false)
        }
        "leavers" => (Icon::UserMinus, &["employee", "tag", "name", "product", "ended_on"], false),
        "status" => (Icon::Tag, COUNT, false),
        "products" => (Icon::Package, COUNT, false),
        "categories" => (Icon::Shapes, COUNT, false),
        "locations" => (Icon::MapPin, COUNT, false),
        "departments" => (Icon::Building2, COUNT, false),
        "custodians" => (Icon::Users, COUNT, false),
        "os-versions" => (Icon::Cpu, COUNT, false),
        "age" => (Icon::Hourglass, COUNT, false),
        _ => (Icon::ChartColumn, COUNT, false),
    };
    Face { icon, small, list }
}

pub async fn shelf(visitor: Visitor) -> Result<Markup, Refused> {
    let saved = saved::panel(&visitor).await?;
    let inside = html! {
        (PageHeader::new("Reports").lead(html! { "Each as a page, and whole as CSV or Excel workbook." }))
        (saved)
        div.choices.choices-2 {
            @for report in &shelf::SHELF {
                a.choice href=(visitor.to(&path_of(report))) {
                    (face(report).icon)
                    span { b { (report.title) } small { (report.about) } }
                    (Icon::ChevronRight)
                }
            }
        }
    };
    Ok(visitor.page(Room::Reports, "Reports", &inside))
}

fn path_of(report: &Shelved) -> String {
    format!("reports/{}", report.name)
}

/// `/reports/assets` is a page, `/reports/assets.csv` the file.
pub async fn one(
    visitor: Visitor,
    Path((_, which)): Path<(String, String)>,
    Query(asked): Query<Answers>,
) -> Result<Response, Refused> {
    let (word, ending) =
        which.split_once('.').map_or((which.as_str(), None), |(word, ending)| (word, Some(ending)));
    let report = shelf::find(word).ok_or_else(Refused::no_page)?;
    if let Some(settled) = filters::settled(&asked) {
        let to = settled.at(&visitor.to(&format!("reports/{which}")));
        return Ok(Redirect::to(&to).into_response());
    }
    let made = match made(&visitor, report, &asked).await {
        Ok(made) => made,
        Err(Refused(refusal)) if ending.is_none() => {
            return unread(&visitor, report, &asked, refusal).await;
        }
        Err(refused) => return Err(refused),
    };
    if let Some(ending) = ending {
        let format: Format = ending.parse().map_err(|_| Refused::no_page())?;
        return download::file(&visitor, made, format).await;
    }
    page(&visitor, report, made, &asked).await.map(IntoResponse::into_response)
}

/// A filter came to mean nothing, or never meant anything.
async fn unread(
    visitor: &Visitor,
    report: &Shelved,
    asked: &Answers,
    refusal: app::Refusal,
) -> Result<Response, Refused> {
    let wrong = filters::in_words(filters::Of::Assets, visitor, Wrong::fields(refusal)?).await?;
    let trail = visitor.to("reports");
    let inside = html! {
        (PageHeader::new(report.title).under(&[(&trail, "Reports")]))
        (super::unread::callout(visitor, asked, &path_of(report), &wrong))
    };
    let page = visitor.page(Room::Reports, report.title, &inside);
    Ok((wrong.status(), page).into_response())
}

async fn made(
    visitor: &Visitor,
    report: &Shelved,
    asked: &Answers,
) -> Result<Box<dyn Report>, Refused> {
    let pairs = pairs(asked);
    let given = Asked(&pairs).given(&visitor.web.app, &visitor.caller).await?;
    Ok(report.made(given)?)
}

fn pairs(asked: &Answers) -> Vec<(String, String)> {
    asked.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

async fn page(
    visitor: &Visitor,
    report: &Shelved,
    made: Box<dyn Report>,
    asked: &Answers,
) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let (face, path, trail) = (face(report), path_of(report), visitor.to("reports"));
    let opened = open(app, caller, made).await?;
    let at = asked.some("cursor").map(str::to_owned);
    let rows = opened.page(app, caller, at, ROWS).await?;
    let summary = opened.summary(app, caller).await?;
    let above = above::above(visitor, report, asked).await?;
    let save = asked.without("edit").without("cursor").with("report", report.name);
    let save = save.at(&visitor.to("reports/saved/new"));
    let save_as = html! { (Button::link(&save, "Save").icon(Icon::Bookmark)) };
    let inside = html! {
        (PageHeader::new(report.title)
            .under(&[(&trail, "Reports")])
            .actions(html! { (save_as) (downloads(visitor, asked, &path)) }))
        (summary::figures(visitor, asked, &path, &summary))
        (above)
        (summary::charts(visitor, asked, &path, &summary))
        @if rows.items.is_empty() {
            (empty(face.icon, "Nothing to report", nothing(report), &html! {}))
        } @else {
            (table(visitor, asked, report.title, &face, &opened, &rows))
            (turns(visitor, asked, &path, &rows))
        }
    };
    Ok(if face.list {
        visitor.list_page(Room::Reports, report.title, &inside)
    } else {
        visitor.page(Room::Reports, report.title, &inside)
    })
}

/// Why there may be no row.
fn nothing(report: &Shelved) -> &'static str {
    match report.name {
        "value" => {
            "No asset that you asked for has both a cost and a day on which it was bought, and without these its worth is not known."
        }
        _ => "There is no row for what you asked.",
    }
}

fn turns(visitor: &Visitor, asked: &Answers, path: &str, rows: &Rows) -> Markup {
    let turn = |to: &Option<String>| {
        let to = to.as_deref()?;
        Some(asked.without("edit").with("cursor", to).at(&visitor.to(path)))
    };
    let (newer, older) = (turn(&rows.previous), turn(&rows.next));
    turner(newer.as_deref(), older.as_deref())
}

fn table(
    visitor: &Visitor,
    asked: &Answers,
    label: &str,
    face: &Face,
    opened: &Opened,
    rows: &Rows,
) -> Markup {
    let place = |column: &ReportColumn| face.small.iter().position(|key| *key == column.key);
    let numeric = |position: usize| {
        let mut cells = rows.items.iter().map(|row| &row[position]);
        cells.all(|cell| {
            matches!(cell, Cell::Whole(_) | Cell::Number(_) | Cell::Money { .. } | Cell::Blank)
        }) && rows.items.iter().any(|row| row[position] != Cell::Blank)
    };
    // A number or a day does not say by itself what it is; a count beside a name does.
    let mute = |position: usize, key: &str| {
        let days = |row: &Vec<Cell>| matches!(row[position], Cell::Date(_) | Cell::Moment(_));
        key != "assets" && (numeric(position) || rows.items.iter().any(days))
    };
    let columns: Vec<_> = opened
        .columns()
        .iter()
        .enumerate()
        .map(|(position, column)| {
            let mut shown = Column::new(&column.label);
            if numeric(position) {
                shown = shown.num();
            }
            if place(column).is_some_and(|place| place > 0) && mute(position, &column.key) {
                return shown.named(true);
            }
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
    let linked = opened.columns().iter().position(|column| place(column) == Some(0));
    let row = |(number, cells): (usize, &Vec<Cell>)| {
        let href = rows.links.get(number).and_then(|link| href(visitor, asked, "", link));
        let cells =
            opened.columns().iter().zip(cells).enumerate().map(|(position, (column, value))| {
                let inside = cell(visitor, column, value);
                match &href {
                    Some(href) if Some(position) == linked => html! { a href=(href) { (inside) } },
                    _ => inside,
                }
            });
        Row::new(cells.collect())
    };
    html! { (Table::new(label, &columns, rows.items.iter().enumerate().map(row).collect())) }
}

/// Where a part's things are listed; what narrows the report narrows them too.
fn href(visitor: &Visitor, asked: &Answers, path: &str, link: &Link) -> Option<String> {
    const OWN: [&str; 7] = ["cursor", "edit", "details", "as_of", "within", "gap", "sort"];
    match link {
        Link::Nowhere => None,
        Link::Employee(id) => Some(visitor.to(&format!("employees/{id}"))),
        Link::Here(name, value) => {
            Some(asked.without("cursor").without("edit").with(name, value).at(&visitor.to(path)))
        }
        Link::Assets(answers) => {
            let kept = OWN.iter().fold(asked.clone(), |kept, own| kept.without(own));
            let all = answers.iter().fold(kept, |all, (name, value)| all.with(name, value));
            Some(all.at(&visitor.to("assets")))
        }
    }
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
        Cell::Number(number) if column.key == "share" => html! { (format!("{number:.1} %")) },
        Cell::Number(number) => html! { (number) },
        Cell::Money { minor, digits } => html! { (app::reports::amount(*minor, *digits)) },
        Cell::Size(bytes) => super::values::size(*bytes),
        Cell::YesNo(yes) => html! { @if *yes { "Yes" } @else { "No" } },
        Cell::Date(date) => day_of(*date),
        Cell::Moment(at) => visitor.now.exact(*at),
    }
}
