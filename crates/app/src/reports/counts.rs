//! Reports that count the register: by status, product, location, whatever it is. One machine for
//! all of them. The groups are read once, in one moment of the database, when a report is opened.

use std::sync::Arc;

use domain::Custodian;
use domain::filters::{BLANK, Words};
use jiff::ToSpan;
use jiff::civil::Date;
use store::assets::AssetQuery;
use store::assets::conditions::Condition;
use store::assets::counts::{self, By, Counted, Group};
use store::{Tx, statuses};

use super::summary::top;
use super::{Cell, Chart, Column, Link, Part, Report, Rows, Shape, Summary, Table, place};
use crate::refusal::Refusal;

#[derive(Debug, Clone)]
pub struct Counts {
    pub of: Counting,
    pub assets: AssetQuery,
    /// The company's, for ages.
    pub today: Date,
}

/// What is counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    Status,
    Product,
    Category,
    Location,
    Department,
    Custodian,
    OsVersion,
    Age,
}

/// Bars of one chart.
const SHOWN: usize = 12;
/// A ring has no more parts.
const RING: usize = 6;
/// Whole years told apart; older ones are one.
const YEARS: i64 = 6;

struct CountTable {
    columns: Vec<Column>,
    rows: Vec<Line>,
}

/// A group as people read it.
#[derive(Debug, Clone)]
struct Line {
    cells: Vec<Cell>,
    label: String,
    /// Tells it from groups of the same name.
    key: String,
    assets: i64,
    link: Link,
}

impl Counting {
    pub const ALL: [Counting; 8] = [
        Counting::Status,
        Counting::Product,
        Counting::Category,
        Counting::Location,
        Counting::Department,
        Counting::Custodian,
        Counting::OsVersion,
        Counting::Age,
    ];

    /// Title, and the head of the first column.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Counting::Status => ("Assets by status", "Status"),
            Counting::Product => ("Assets by product", "Product"),
            Counting::Category => ("Assets by category", "Category"),
            Counting::Location => ("Assets by location", "Location"),
            Counting::Department => ("Assets by department", "Department"),
            Counting::Custodian => ("Assets by custodian", "Custodian"),
            Counting::OsVersion => ("OS versions", "OS version"),
            Counting::Age => ("Assets by age", "Age"),
        }
    }

    /// What the group of those is called that have none.
    const fn without(self) -> &'static str {
        match self {
            Counting::Status => "No status",
            Counting::Product => "No product",
            Counting::Category => "No category",
            Counting::Location => "No location",
            Counting::Department => "No department",
            Counting::Custodian => "Nobody",
            Counting::OsVersion => "Not in Kandji",
            Counting::Age => "Not known",
        }
    }

    /// Where those that have none are listed.
    fn none(self) -> Link {
        let name = match self {
            Counting::Status => return Link::Nowhere,
            Counting::Product => "product",
            Counting::Category => "category",
            Counting::Location => "location",
            Counting::Department => "department",
            Counting::Custodian => return Link::Assets(vec![("held", "no".into())]),
            Counting::OsVersion => return Link::Assets(vec![("linked", "no".into())]),
            Counting::Age => "purchased_on",
        };
        Link::Assets(vec![(name, BLANK.into())])
    }

    const fn by(self) -> By {
        match self {
            Counting::Status => By::Status,
            Counting::Product => By::Product,
            Counting::Category => By::Category,
            Counting::Location => By::Location,
            Counting::Department => By::Department,
            Counting::Custodian => By::Custodian,
            Counting::OsVersion => By::OsVersion,
            Counting::Age => By::PurchasedOn,
        }
    }

    fn columns(self) -> Vec<Column> {
        let mut columns = vec![Column::new("name", self.words().1, 32)];
        match self {
            Counting::Custodian => columns.push(Column::new("kind", "Kind", 12)),
            Counting::OsVersion => columns.insert(0, Column::new("platform", "Platform", 12)),
            _ => {}
        }
        columns.push(Column::new("assets", "Assets", 10));
        columns.push(Column::new("share", "Share in %", 10));
        columns
    }
}

impl Report for Counts {
    fn title(&self) -> &'static str {
        self.of.words().0
    }

    fn open(&self, tx: &mut Tx<'_>) -> Result<Arc<dyn Table>, Refusal> {
        Ok(Arc::new(CountTable { columns: self.of.columns(), rows: self.lines(tx)? }))
    }

    fn summary(&self, tx: &mut Tx<'_>) -> Result<Summary, Refusal> {
        let mut lines = self.lines(tx)?;
        if self.of == Counting::Age {
            // Years in a row, the empty ones too; what nobody knows is no age.
            lines.retain(|line| line.key != Counting::Age.without());
            if lines.iter().all(|line| line.assets == 0) {
                lines.clear();
            }
        } else {
            lines.retain(|line| line.assets > 0);
        }
        let colors = match self.of {
            Counting::Status => statuses::list(tx)?,
            _ => Vec::new(),
        };
        let color = |id: &str| {
            let of = colors.iter().find(|row| row.status.id.to_string() == id);
            of.map(|row| row.status.color.clone())
        };
        let parts = lines.into_iter().map(|line| Part {
            color: color(&line.key),
            ..Part::new(line.label, line.assets).link(line.link)
        });
        let parts = parts.collect();
        let (shape, most) = match self.of {
            Counting::Status => (Shape::Ring, RING),
            _ => (Shape::Bars, SHOWN),
        };
        let chart = Chart { title: self.title().to_owned(), shape, parts: top(parts, most) };
        let charts = if chart.parts.is_empty() { Vec::new() } else { vec![chart] };
        Ok(Summary { charts, ..Summary::default() })
    }
}

impl Counts {
    fn lines(&self, tx: &mut Tx<'_>) -> Result<Vec<Line>, Refusal> {
        let found = counts::by(tx, &self.assets, self.of.by())?;
        let all: i64 = match self.of {
            // There an asset may count with two versions.
            Counting::OsVersion => counts::total(tx, &self.assets)?,
            _ => found.iter().map(|one| one.assets).sum(),
        };
        if self.of == Counting::Age {
            // Days that narrow the report already cannot be narrowed further in an address.
            let narrowed = self.assets.conditions.iter().any(Condition::asks_when_bought);
            return Ok(ages(&found, self.today, all, narrowed));
        }
        let mut lines: Vec<_> = found.iter().map(|one| self.line(one, all)).collect();
        lines.sort_by_cached_key(|line| {
            (-line.assets, domain::text::key(&line.label), line.key.clone())
        });
        Ok(lines)
    }

    fn line(&self, one: &Counted, all: i64) -> Line {
        let (mut label, mut link) = (one.label.clone(), Link::of(&one.group));
        let key = match &link {
            Link::Assets(answers) => answers.iter().map(|(_, id)| id.as_str()).collect(),
            _ => String::new(),
        };
        let mut before = None;
        let mut behind = None;
        match &one.group {
            Group::Without => {
                label = self.of.without().into();
                link = self.of.none();
            }
            Group::OsVersion { platform, version } => {
                let platform = named(platform, "Unknown platform");
                before = Some(Cell::text(platform.clone()));
                format!("{platform} {version}").trim_end().clone_into(&mut label);
                link = running(one);
            }
            Group::Custodian(custodian) => {
                let kind = match custodian {
                    Custodian::Employee(_) => "Employee",
                    Custodian::Location(_) => "Location",
                    Custodian::Asset(_) => "Asset",
                };
                behind = Some(Cell::Text(kind.to_owned()));
            }
            _ => {}
        }
        let name = match &one.group {
            Group::OsVersion { version, .. } => named(version, "Not known"),
            _ => named(&label, "One that is gone"),
        };
        let mut cells = match self.of {
            Counting::OsVersion => vec![before.unwrap_or_default(), Cell::Text(name)],
            Counting::Custodian => vec![Cell::Text(name), behind.unwrap_or_default()],
            _ => vec![Cell::Text(name)],
        };
        cells.extend([Cell::Whole(one.assets), share(one.assets, all)]);
        let label = named(&label, "One that is gone");
        let key = if key.is_empty() { label.clone() } else { key };
        Line { cells, label, key, assets: one.assets, link }
    }
}

/// Where the assets that run one version of a platform are listed.
fn running(one: &Counted) -> Link {
    match &one.group {
        Group::OsVersion { platform, version } if !platform.is_empty() && !version.is_empty() => {
            Link::Assets(vec![
                ("platform", platform.clone()),
                ("kandji.os_version", Words::Whole(version.clone()).to_string()),
            ])
        }
        _ => Link::Nowhere,
    }
}

fn named(text: &str, blank: &str) -> String {
    if text.is_empty() { blank.to_owned() } else { text.to_owned() }
}

/// In percent, with one digit after the point.
fn share(part: i64, all: i64) -> Cell {
    let tenths = (part * 1_000 + all / 2).checked_div(all).unwrap_or(0);
    let tenths = i32::try_from(tenths).unwrap_or(0);
    Cell::Number(f64::from(tenths) / 10.0)
}

/// By whole years since the purchase, the youngest first; those without a day come last.
fn ages(found: &[Counted], today: Date, all: i64, narrowed: bool) -> Vec<Line> {
    let line = |label: String, assets: i64, link: Link| Line {
        cells: vec![Cell::Text(label.clone()), Cell::Whole(assets), share(assets, all)],
        key: label.clone(),
        label,
        assets,
        link: if narrowed || assets == 0 { Link::Nowhere } else { link },
    };
    let bought = |days: String| Link::Assets(vec![("purchased_on", days)]);
    let of = |wanted: &dyn Fn(&Group) -> bool| -> i64 {
        found.iter().filter(|one| wanted(&one.group)).map(|one| one.assets).sum()
    };
    let begin = |years: i64| today.saturating_sub(years.years());
    let mut lines: Vec<Line> = (0..YEARS)
        .map(|years| {
            let label = match years {
                0 => "Under 1 year".to_owned(),
                1 => "1 year".to_owned(),
                years => format!("{years} years"),
            };
            // What is bought tomorrow is new.
            let young = |group: &Group| matches!(group, Group::PurchasedOn(on) if *on > begin(years + 1) && (years == 0 || *on <= begin(years)));
            let from = begin(years + 1).saturating_add(1.day());
            let until = if years == 0 { String::new() } else { begin(years).to_string() };
            line(label, of(&young), bought(format!("{from}..{until}")))
        })
        .collect();
    let old = |group: &Group| matches!(group, Group::PurchasedOn(on) if *on <= begin(YEARS));
    let end = bought(format!("..{}", begin(YEARS)));
    lines.push(line(format!("{YEARS} years or more"), of(&old), end));
    let unknown = of(&|group| *group == Group::Without);
    lines.push(line(Counting::Age.without().into(), unknown, Counting::Age.none()));
    lines
}

impl Table for CountTable {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// A place is the count and the key of the row before; the walk goes on near it although
    /// counts moved since.
    fn page(&self, _: &mut Tx<'_>, at: Option<&str>, limit: usize) -> Result<Rows, Refusal> {
        let after = place(at, |at| {
            let (assets, key) = at.split_once('~')?;
            Some((assets.parse::<i64>().ok()?, key))
        })?;
        let begin = after.map_or(0, |(assets, key)| {
            let same = self.rows.iter().position(|row| row.key == key && row.assets == assets);
            let fewer = || self.rows.iter().position(|row| row.assets < assets);
            same.map(|at| at + 1).or_else(fewer).unwrap_or(self.rows.len())
        });
        let rest = &self.rows[begin..];
        let shown = &rest[..rest.len().min(limit)];
        let last = shown.last().filter(|_| rest.len() > limit);
        Ok(Rows {
            items: shown.iter().map(|row| row.cells.clone()).collect(),
            links: shown.iter().map(|row| row.link.clone()).collect(),
            next: last.map(|row| format!("{}~{}", row.assets, row.key)),
            ..Rows::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn ages_are_whole_years_and_add_up_to_all() {
        let bought =
            |on| Counted { group: Group::PurchasedOn(on), label: String::new(), assets: 1 };
        let without = Counted { group: Group::Without, label: String::new(), assets: 3 };
        let found = [
            bought(date(2026, 11, 27)),
            bought(date(2027, 1, 1)),
            bought(date(2025, 11, 28)),
            bought(date(2025, 11, 27)),
            bought(date(2020, 11, 28)),
            bought(date(2020, 11, 27)),
            bought(date(1999, 1, 1)),
            without,
        ];
        let lines = ages(&found, date(2026, 11, 27), 10, false);
        let told: Vec<_> = lines.iter().map(|line| (line.label.as_str(), line.assets)).collect();
        assert_eq!(told[0], ("Under 1 year", 3));
        assert_eq!(told[1], ("1 year", 1));
        assert_eq!(told[5], ("5 years", 1));
        assert_eq!(told[6], ("6 years or more", 2));
        assert_eq!(told[7], ("Not known", 3));
        assert_eq!(lines.iter().map(|line| line.assets).sum::<i64>(), 10);
    }

    #[test]
    fn a_share_of_nothing_is_nothing() {
        assert_eq!(share(0, 0), Cell::Number(0.0));
        assert_eq!(share(1, 3), Cell::Number(33.3));
    }
}
