//! Value and depreciation: what each asset cost and is still worth, straight-line over the useful
//! life of its category. Amounts of different currencies are never added.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::depreciation::{StraightLine, UsefulLife};
use domain::id::CategoryId;
use domain::money;
use jiff::ToSpan;
use jiff::civil::Date;
use store::assets::conditions::{Condition, DayColumn, Range, Test};
use store::assets::worth::{self, Bought};
use store::assets::{AssetQuery, AssetRow, list};
use store::{Tx, tenants, useful_lives};

use super::register::RegisterColumn as R;
use super::summary::top;
use super::{
    Cell, Chart, Column, Figure, Link, Part, Report, Rows, Shape, Summary, Table, cursor, dated,
    failed,
};
use crate::refusal::Refusal;

#[derive(Debug, Clone)]
pub struct Value {
    pub assets: AssetQuery,
    pub as_of: Date,
}

/// Before what is computed, and behind it.
const REGISTER: [R; 5] = [R::Tag, R::Name, R::PurchasedOn, R::Cost, R::Currency];
const FURTHER: [R; 5] = [R::Category, R::Product, R::Serial, R::Department, R::Location];

/// Categories in a chart; years that have gone and that come.
const SHOWN: usize = 8;
const YEARS: std::ops::RangeInclusive<i16> = -2..=5;
/// Currencies with charts of their own; the figures tell of all.
const CURRENCIES: usize = 2;

/// How long things are of use here.
#[derive(Debug, Clone)]
struct Lives {
    names: BTreeMap<CategoryId, String>,
    of: BTreeMap<CategoryId, UsefulLife>,
    else_: UsefulLife,
    /// Of a cost that names none.
    currency: String,
}

impl Lives {
    fn read(tx: &mut Tx<'_>) -> Result<Self, Refusal> {
        let company = tenants::company(tx)?;
        let categories = useful_lives::list(tx)?;
        Ok(Lives {
            of: categories.iter().filter_map(|one| Some((one.id, one.life?))).collect(),
            names: categories.into_iter().map(|one| (one.id, one.name)).collect(),
            else_: company.useful_life,
            currency: company.currency,
        })
    }

    fn life(&self, category: Option<CategoryId>) -> UsefulLife {
        category.and_then(|id| self.of.get(&id)).copied().unwrap_or(self.else_)
    }
}

struct ValueTable {
    assets: AssetQuery,
    as_of: Date,
    lives: Lives,
    columns: Vec<Column>,
}

impl Report for Value {
    fn title(&self) -> &'static str {
        "Value and depreciation"
    }

    fn open(&self, tx: &mut Tx<'_>) -> Result<Arc<dyn Table>, Refusal> {
        let mut columns: Vec<Column> = REGISTER.map(R::column).into();
        columns.extend([
            Column::new("life_months", "Useful life, months", 12),
            Column::new("residual", "Residual value", 12),
            Column::new("depreciated", "Depreciated", 12),
            Column::new("book_value", "Book value", 12),
            Column::new("ends_on", "Written off on", 14),
        ]);
        columns.extend(FURTHER.map(R::column));
        let assets = AssetQuery { priced: true, ..self.bought() };
        let lives = Lives::read(tx)?;
        Ok(Arc::new(ValueTable { assets, as_of: self.as_of, lives, columns }))
    }

    fn summary(&self, tx: &mut Tx<'_>) -> Result<Summary, Refusal> {
        let lives = Lives::read(tx)?;
        let bought = worth::bought(tx, &self.bought())?;
        let mut by_currency: BTreeMap<&str, Vec<&Bought>> = BTreeMap::new();
        for one in bought.iter() {
            let currency = one.currency.as_deref().unwrap_or(&lives.currency);
            by_currency.entry(currency).or_default().push(one);
        }
        let mut currencies: Vec<_> = by_currency.into_iter().collect();
        let assets = |of: &Vec<&Bought>| -> i64 { of.iter().map(|one| one.assets).sum() };
        currencies.sort_by_key(|(currency, of)| (-assets(of), *currency));
        let mut summary = Summary::default();
        for (n, (currency, of)) in currencies.iter().enumerate() {
            self.figures(&mut summary.figures, &lives, currency, of);
            if n < CURRENCIES {
                let several = currencies.len() > 1;
                self.charts(&mut summary.charts, &lives, currency, of, several);
            }
        }
        let undated = bought.iter().filter(|one| one.on.is_none()).map(|one| one.assets).sum();
        let (many, one) = (
            "have a cost but no day they were bought, so that their book value is not known",
            "has a cost but no day it was bought, so that its book value is not known",
        );
        summary.notes = dated::unknown(undated, many, one);
        Ok(summary)
    }
}

/// One of several alike, as bought.
fn line(lives: &Lives, one: &Bought) -> Option<StraightLine> {
    let life = lives.life(one.category);
    Some(StraightLine { cost: one.cost, bought_on: one.on?, life })
}

/// Beyond any sum that means something it stays at the greatest.
fn times(amount: i64, assets: i64) -> i64 {
    amount.saturating_mul(assets)
}

impl Value {
    /// What was bought later is of no value yet; when the rest was bought may not be known.
    fn bought(&self) -> AssetQuery {
        let mut assets = self.assets.clone();
        if let Ok(next) = self.as_of.tomorrow() {
            let later = Test::Day(DayColumn::PurchasedOn, Range::Between(Some(next), None));
            assets.conditions.push(Condition { not: true, any: vec![later] });
        }
        assets
    }

    fn figures(&self, figures: &mut Vec<Figure>, lives: &Lives, currency: &str, of: &[&Bought]) {
        let (mut cost, mut book, mut lost) = (0_i64, 0_i64, 0_i64);
        for one in of {
            let Some(line) = line(lives, one) else { continue };
            let worth = line.worth(self.as_of);
            cost = cost.saturating_add(times(one.cost, one.assets));
            book = book.saturating_add(times(worth.book_value, one.assets));
            lost = lost.saturating_add(times(worth.depreciated, one.assets));
        }
        let shown = |amount| money::shown(amount, Some(currency));
        let key = |what: &str| format!("{what}_{}", currency.to_lowercase());
        let figure = |what: &str, label: &str, note: &str, amount| {
            Figure::new(&key(what), label, note, amount).shown(shown(amount))
        };
        figures.push(figure("cost", "Cost", "of what was bought on a known day", cost));
        figures.push(figure("depreciated", "Depreciated", "so far", lost));
        let note = format!("on {}", self.as_of.strftime("%-d %B %Y"));
        figures.push(figure("book_value", "Book value", &note, book));
    }

    fn charts(
        &self,
        charts: &mut Vec<Chart>,
        lives: &Lives,
        currency: &str,
        of: &[&Bought],
        several: bool,
    ) {
        let named =
            |title: &str| if several { format!("{title}, {currency}") } else { title.into() };
        let lines: Vec<(StraightLine, &Bought)> =
            of.iter().filter_map(|one| Some((line(lives, one)?, *one))).collect();
        let mut sums: BTreeMap<Option<CategoryId>, i64> = BTreeMap::new();
        for (line, one) in &lines {
            let sum = sums.entry(one.category).or_default();
            *sum = sum.saturating_add(times(line.worth(self.as_of).book_value, one.assets));
        }
        let mut parts: Vec<Part> = sums
            .into_iter()
            .filter(|(_, sum)| *sum > 0)
            .map(|(category, sum)| {
                let name = category.and_then(|id| lives.names.get(&id).cloned());
                let part = Part::new(name.unwrap_or_else(|| "No category".into()), sum);
                match category {
                    Some(id) => part.link(Link::Assets(vec![("category", id.to_string())])),
                    None => part,
                }
            })
            .collect();
        parts.sort_by(|a, b| b.value.cmp(&a.value).then_with(|| a.label.cmp(&b.label)));
        let mut parts = top(parts, SHOWN);
        for part in &mut parts {
            part.shown = Some(money::shown(part.value, Some(currency)));
        }
        if !parts.is_empty() {
            let title = named("Book value by category");
            charts.push(Chart { title, shape: Shape::Bars, parts });
        }
        let years: Vec<Part> = YEARS
            .map(|ahead| self.as_of.year().saturating_add(ahead))
            .filter_map(|year| {
                Some((year, Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?))
            })
            .map(|(year, from, until)| {
                let from = from.saturating_sub(1.day());
                let lost = lines.iter().fold(0_i64, |sum, (line, one)| {
                    sum.saturating_add(times(line.lost_between(from, until), one.assets))
                });
                Part::new(year.to_string(), lost).shown(short(lost, currency))
            })
            .collect();
        if years.iter().any(|part| part.value > 0) {
            let title = named("Depreciation by year");
            charts.push(Chart { title, shape: Shape::Columns, parts: years });
        }
    }
}

/// `12k`, `1.2M`: what has room above a column.
fn short(minor: i64, currency: &str) -> String {
    let unit = 10_i64.pow(money::digits(Some(currency)));
    let whole = minor.saturating_add(unit / 2) / unit;
    match whole {
        ..1_000 => whole.to_string(),
        1_000..10_000 => format!("{},{:03}", whole / 1_000, whole % 1_000),
        10_000..1_000_000 => format!("{}k", (whole + 500) / 1_000),
        _ => format!("{}.{}M", whole / 1_000_000, whole % 1_000_000 / 100_000),
    }
}

impl Table for ValueTable {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn page(&self, tx: &mut Tx<'_>, at: Option<&str>, limit: usize) -> Result<Rows, Refusal> {
        let query = AssetQuery { cursor: cursor(at)?, limit, ..self.assets.clone() };
        let page = list::list(tx, &query).map_err(failed)?;
        let place = |cursor: &Option<store::Cursor>| cursor.as_ref().map(ToString::to_string);
        let (next, previous) = (place(&page.next), place(&page.previous));
        let items = page.items.iter().map(|row| self.row(row)).collect();
        Ok(Rows { items, next, previous, ..Rows::default() })
    }
}

impl ValueTable {
    fn row(&self, row: &AssetRow) -> Vec<Cell> {
        let mut cells: Vec<Cell> = REGISTER.iter().map(|column| column.cell(row)).collect();
        let asset = &row.asset;
        let currency = asset.currency.as_deref().unwrap_or(&self.lives.currency);
        // A cost that names no currency is in the company's.
        cells[REGISTER.len() - 1] = Cell::Text(currency.to_owned());
        let digits = money::digits(Some(currency));
        let amount = |minor| Cell::Money { minor, digits };
        let life = self.lives.life(row.category.as_ref().map(|(id, _)| *id));
        cells.push(Cell::Whole(i64::from(life.months)));
        let bought = asset.cost.zip(asset.purchased_on);
        cells.extend(match bought {
            None => [const { Cell::Blank }; 4],
            Some((cost, bought_on)) => {
                let line = StraightLine { cost, bought_on, life };
                let worth = line.worth(self.as_of);
                [
                    amount(line.residual()),
                    amount(worth.depreciated),
                    amount(worth.book_value),
                    Cell::Date(line.ends_on()),
                ]
            }
        });
        cells.extend(FURTHER.iter().map(|column| column.cell(row)));
        cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_as_people_write_them() {
        assert_eq!(short(1_234_500, "EUR"), "12k");
        assert_eq!(short(150, "EUR"), "2");
        assert_eq!(short(12_345_678_900, "EUR"), "123.4M");
        // As much as a sum can be.
        assert_eq!(short(i64::MAX, "EUR"), "92233720368.5M");
    }
}
