//! Tables of assets in the order of a day: the end of a warranty, a return.

use std::collections::BTreeMap;

use domain::id::AssetId;
use jiff::civil::Date;
use store::Tx;
use store::assets::by_day::{self, Day, Span};
use store::assets::{AssetQuery, list};

use super::register::RegisterColumn;
use super::{Cell, Column, Rows, Table, place};
use crate::refusal::Refusal;

pub(super) struct Dated {
    pub assets: AssetQuery,
    pub day: Day,
    pub span: Span,
    pub register: &'static [RegisterColumn],
    pub columns: Vec<Column>,
    /// A column of the day.
    pub computed: Box<dyn Fn(Date) -> Cell + Send + Sync>,
}

/// Columns of the register, the day third; behind it what is computed of it.
pub(super) fn columns(register: &[RegisterColumn], computed: Column) -> Vec<Column> {
    let mut columns: Vec<Column> = register.iter().map(|column| column.column()).collect();
    columns.insert(COMPUTED, computed);
    columns
}

/// The place of the computed column.
const COMPUTED: usize = 3;

/// From one day to another.
pub(super) fn days(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// That some assets are left out, in a sentence.
pub(super) fn unknown(assets: i64, many: &str, one: &str) -> Vec<String> {
    match assets {
        ..=0 => Vec::new(),
        1 => vec![format!("1 asset {one}.")],
        more => vec![format!("{more} assets {many}.")],
    }
}

impl Table for Dated {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// A place is the day and the asset of the row before.
    fn page(&self, tx: &mut Tx<'_>, at: Option<&str>, limit: usize) -> Result<Rows, Refusal> {
        let after = place(at, |at| {
            let (day, asset) = at.split_once('~')?;
            Some((day.parse::<Date>().ok()?, asset.parse::<AssetId>().ok()?))
        })?;
        let most = i64::try_from(limit).unwrap_or(i64::MAX);
        let found = by_day::list(tx, &self.assets, self.day, self.span, after, most)?;
        let rows = list::rows(tx, found.iter().map(|(_, asset)| *asset))?;
        let rows: BTreeMap<_, _> = rows.into_iter().map(|row| (row.asset.id, row)).collect();
        let items = found.iter().filter_map(|(on, asset)| {
            let row = rows.get(asset)?;
            let mut cells: Vec<Cell> =
                self.register.iter().map(|column| column.cell(row)).collect();
            cells.insert(COMPUTED, (self.computed)(*on));
            Some(cells)
        });
        let last = found.last().filter(|_| found.len() == limit);
        let next = last.map(|(on, asset)| format!("{on}~{asset}"));
        Ok(Rows { items: items.collect(), next, ..Rows::default() })
    }
}
