//! Reports: tables over the register and over what sources say. Each is one file that says its
//! columns and reads a page of rows; pages, files and the API come from that by themselves.

pub mod activity;
pub mod alert_list;
pub mod asset_list;
pub mod assets;
pub mod conflict_list;
pub mod counts;
pub mod coverage;
mod dated;
mod download;
pub mod employee_list;
mod json;
pub mod leavers;
pub mod lists;
pub mod mailing;
pub mod overdue;
pub(crate) mod places;
pub(crate) mod register;
pub mod run_changes;
pub mod run_list;
pub mod saved;
pub mod shelf;
pub mod summary;
pub mod useful_lives;
pub mod value;
pub mod warranty;
pub mod whole;

use std::sync::Arc;

use domain::access::Role;
use domain::id::AssetId;
use store::{Cursor, Page, StoreError, Tx};

pub use documents::{Cell, amount};
pub use download::{Download, Format, download};
pub(crate) use download::{broken, written};
pub use json::JsonRow;
pub use kandji::panel::FURTHER;
pub use kandji::properties::size_shown as size;
pub use register::RegisterColumn;
pub use summary::{Chart, Figure, Link, Part, Shape, Summary};

use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;

/// A column, with the key that programs know it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub key: String,
    pub label: String,
    /// In characters, where a file asks.
    pub width: u16,
}

impl Column {
    pub fn new(key: impl Into<String>, label: impl Into<String>, width: u16) -> Self {
        Column { key: key.into(), label: label.into(), width }
    }

    /// Keys, labels and widths.
    fn all(heads: &[(&str, &str, u16)]) -> Vec<Column> {
        heads.iter().map(|(key, label, width)| Column::new(*key, *label, *width)).collect()
    }
}

/// What a report is asked for; opening it settles what columns there are.
pub trait Report: Send + Sync + 'static {
    /// Names the file and its sheet.
    fn title(&self) -> &'static str;

    fn open(&self, tx: &mut Tx<'_>) -> Result<Arc<dyn Table>, Refusal>;

    /// What it comes to.
    fn summary(&self, _: &mut Tx<'_>) -> Result<Summary, Refusal> {
        Ok(Summary::default())
    }
}

/// An opened report.
pub trait Table: Send + Sync {
    fn columns(&self) -> &[Column];

    /// Up to `limit` rows from a place on; fewer do not mean that it ends there, no `next` does.
    fn page(&self, tx: &mut Tx<'_>, at: Option<&str>, limit: usize) -> Result<Rows, Refusal>;

    /// Adds to a page's rows what can be read apart: a long file reads the next page meanwhile.
    fn complete(&self, _: &mut Tx<'_>, rows: Rows) -> Result<Rows, Refusal> {
        Ok(rows)
    }
}

/// One page of rows, and the places its neighbors begin at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    pub items: Vec<Vec<Cell>>,
    /// Where what each row speaks of is listed; as many as rows, or none at all.
    pub links: Vec<Link>,
    pub next: Option<String>,
    pub previous: Option<String>,
    /// What the rows are about, while they are not complete.
    about: Vec<AssetId>,
}

impl Rows {
    /// A page of a list, row by row.
    fn of<R>(page: Page<R>, cells: impl Fn(R) -> Vec<Cell>) -> Self {
        let place = |cursor: Option<Cursor>| cursor.map(|cursor| cursor.to_string());
        Rows {
            items: page.items.into_iter().map(cells).collect(),
            next: place(page.next),
            previous: place(page.previous),
            ..Rows::default()
        }
    }
}

/// A report somebody may read, opened.
#[derive(Clone)]
pub struct Opened {
    pub title: &'static str,
    report: Arc<dyn Report>,
    table: Arc<dyn Table>,
}

pub async fn open(app: &App, caller: &Caller, report: Box<dyn Report>) -> Result<Opened, Refusal> {
    caller.need(Role::Viewer)?;
    let report: Arc<dyn Report> = report.into();
    let (title, asked) = (report.title(), report.clone());
    let table = app.store.read(caller.tenant, move |tx| asked.open(tx)).await?;
    Ok(Opened { title, report, table })
}

impl Opened {
    pub fn columns(&self) -> &[Column] {
        self.table.columns()
    }

    pub async fn summary(&self, app: &App, caller: &Caller) -> Result<Summary, Refusal> {
        caller.need(Role::Viewer)?;
        let report = self.report.clone();
        app.store.read(caller.tenant, move |tx| report.summary(tx)).await
    }

    /// A page for people: full, unless the report ends. Each step of the way is a transaction of
    /// its own, because a report may look at many rows to find few.
    pub async fn page(
        &self,
        app: &App,
        caller: &Caller,
        at: Option<String>,
        limit: usize,
    ) -> Result<Rows, Refusal> {
        caller.need(Role::Viewer)?;
        let mut found = self.step(app, caller, at, limit).await?;
        while found.items.len() < limit && found.next.is_some() {
            let room = limit - found.items.len();
            let more = self.step(app, caller, found.next.take(), room).await?;
            found.items.extend(more.items);
            found.links.extend(more.links);
            found.next = more.next;
        }
        found.next = self.going_on(app, caller, found.next).await?;
        Ok(found)
    }

    /// The place again if a row follows there: a way on that leads to nothing is none.
    async fn going_on(
        &self,
        app: &App,
        caller: &Caller,
        mut next: Option<String>,
    ) -> Result<Option<String>, Refusal> {
        while let Some(at) = next {
            let ahead = self.step(app, caller, Some(at.clone()), 1).await?;
            if !ahead.items.is_empty() {
                return Ok(Some(at));
            }
            next = ahead.next;
        }
        Ok(None)
    }

    async fn step(
        &self,
        app: &App,
        caller: &Caller,
        at: Option<String>,
        limit: usize,
    ) -> Result<Rows, Refusal> {
        let table = Arc::clone(&self.table);
        let read = app.store.read(caller.tenant, move |tx| {
            let rows = table.page(tx, at.as_deref(), limit)?;
            table.complete(tx, rows)
        });
        read.await
    }
}

/// Where a walk goes on; what is no such place is refused.
fn place<'a, P>(
    at: Option<&'a str>,
    read: impl FnOnce(&'a str) -> Option<P>,
) -> Result<Option<P>, Refusal> {
    let Some(at) = at else { return Ok(None) };
    let no =
        || Refusal::invalid("cursor", "this is no cursor; hint: take it from \"next\" as it is");
    read(at).map(Some).ok_or_else(no)
}

/// The cursor of a list of the register.
fn cursor(at: Option<&str>) -> Result<Option<Cursor>, Refusal> {
    place(at, |at| at.parse::<Cursor>().ok())
}

/// What a value of a device is in a table.
pub(crate) fn shown(value: kandji::panel::Shown) -> Cell {
    use kandji::panel::Shown;
    match value {
        Shown::Blank => Cell::Blank,
        Shown::Text(text) => Cell::text(text),
        Shown::YesNo(yes) => Cell::YesNo(yes),
        Shown::Time(at) => Cell::Moment(at),
    }
}

/// Where the next page begins: behind the last of a full one.
fn behind<T>(found: &[T], limit: usize, place: impl FnOnce(&T) -> String) -> Option<String> {
    found.last().filter(|_| found.len() == limit).map(place)
}

/// A word of ours, as people read it.
fn worded(word: impl serde::Serialize) -> Cell {
    let word = serde_json::to_value(word).ok();
    Cell::text(word.as_ref().and_then(serde_json::Value::as_str).map(|word| word.replace('_', " ")))
}

fn failed(error: StoreError) -> Refusal {
    error.into()
}
