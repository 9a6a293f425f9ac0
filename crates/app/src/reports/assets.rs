//! The Asset Report: every asset with its columns of the register and its Kandji details, the
//! eleven first. An asset that several sources feed is one row still: the source whose word counts
//! most comes first, the others follow in columns of their own.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::fields::{AppliesTo, CustomField};
use domain::id::{AssetId, SourceId};
use kandji::panel;
use store::assets::{AssetQuery, AssetRow};
use store::reports::Said;
use store::{Tx, assets, fields, reports};

use super::{Cell, Column, FURTHER, Report, Rows, Table, cursor, failed, register, shown};
use crate::refusal::Refusal;

/// Sources of one asset that have columns of their own.
const MOST_SOURCES: i64 = 8;

#[derive(Debug, Clone, Default)]
pub struct AssetReport {
    /// Which assets, in which order.
    pub assets: AssetQuery,
    /// Keys of [`FURTHER`]: details beside the eleven.
    pub details: Vec<String>,
}

struct AssetTable {
    assets: AssetQuery,
    columns: Vec<Column>,
    custom: Vec<CustomField>,
    /// Keys of the details, the eleven first.
    details: Vec<&'static str>,
    /// By how much their word counts, best first.
    sources: Vec<(SourceId, String)>,
    /// Sets of columns for sources.
    sets: usize,
}

impl AssetReport {
    /// With those of these details that there are; any other is refused by name.
    pub fn of(assets: AssetQuery, details: Vec<String>) -> Result<Self, Refusal> {
        let known = |key: &&String| !FURTHER.iter().any(|(_, known)| known == key);
        if let Some(odd) = details.iter().find(known) {
            let hint: Vec<&str> = FURTHER.iter().map(|(_, key)| *key).collect();
            let detail = format!("no detail \"{odd}\"; hint: {}", hint.join(", "));
            return Err(Refusal::invalid("details", detail));
        }
        Ok(AssetReport { assets, details })
    }
}

impl Report for AssetReport {
    fn title(&self) -> &'static str {
        "Asset Report"
    }

    fn open(&self, tx: &mut Tx<'_>) -> Result<Arc<dyn Table>, Refusal> {
        let mut custom = fields::list(tx)?;
        custom.retain(|field| field.applies_to == AppliesTo::Assets);
        let sets = reports::most_links(tx)?.clamp(1, MOST_SOURCES);
        let further = FURTHER.iter().filter(|(_, key)| self.details.iter().any(|had| had == key));
        let details: Vec<_> = panel::eleven().iter().chain(further).copied().collect();
        let mut columns: Vec<Column> = register::ALL.map(|column| column.column()).into();
        columns.extend(custom.iter().map(register::custom_column));
        let sets = usize::try_from(sets).unwrap_or(1);
        (1..=sets).for_each(|set| columns.extend(source_columns(set, &details)));
        Ok(Arc::new(AssetTable {
            assets: self.assets.clone(),
            columns,
            custom,
            details: details.into_iter().map(|(_, key)| key).collect(),
            sources: reports::sources(tx)?,
            sets,
        }))
    }
}

/// `Source`, `Platform`, …; for the second source of an asset `Source 2`, `Platform 2`, ….
fn source_columns(set: usize, details: &[(&str, &str)]) -> Vec<Column> {
    let (behind, within) = match set {
        1 => (String::new(), "kandji".to_owned()),
        set => (format!(" {set}"), format!("kandji_{set}")),
    };
    let source = Column::new(format!("{within}.source"), format!("Source{behind}"), 16);
    let details = details.iter().map(|(label, key)| {
        Column::new(format!("{within}.{key}"), format!("{label}{behind}"), width(label))
    });
    std::iter::once(source).chain(details).collect()
}

fn width(label: &str) -> u16 {
    match label {
        "Last Checkin" | "First Enrolled" | "Last Enrolled" => 19,
        "Blueprint Name" | "Device Name" | "Model" | "Kandji User" => 24,
        "Device ID" | "Blueprint ID" | "Kandji User Email" => 36,
        other => u16::try_from(other.len()).unwrap_or(u16::MAX).saturating_add(4).max(12),
    }
}

impl Table for AssetTable {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn page(&self, tx: &mut Tx<'_>, at: Option<&str>, limit: usize) -> Result<Rows, Refusal> {
        let query = AssetQuery { cursor: cursor(at)?, limit, ..self.assets.clone() };
        let page = assets::list::list(tx, &query).map_err(failed)?;
        let place = |cursor: &Option<store::Cursor>| cursor.as_ref().map(ToString::to_string);
        Ok(Rows {
            items: page.items.iter().map(|row| self.of_register(row)).collect(),
            about: page.items.iter().map(|row| row.asset.id).collect(),
            next: place(&page.next),
            previous: place(&page.previous),
            ..Rows::default()
        })
    }

    /// What sources say of each.
    fn complete(&self, tx: &mut Tx<'_>, mut rows: Rows) -> Result<Rows, Refusal> {
        let about = std::mem::take(&mut rows.about);
        let mut said: BTreeMap<AssetId, Vec<Said>> = BTreeMap::new();
        for one in reports::said(tx, about.iter().copied())? {
            said.entry(one.asset).or_default().push(one);
        }
        for (cells, asset) in rows.items.iter_mut().zip(about) {
            self.add_said(cells, said.remove(&asset).unwrap_or_default());
        }
        Ok(rows)
    }
}

impl AssetTable {
    fn of_register(&self, row: &AssetRow) -> Vec<Cell> {
        let mut cells = Vec::with_capacity(self.columns.len());
        cells.extend(register::ALL.iter().map(|column| column.cell(row)));
        let custom = self.custom.iter();
        cells.extend(
            custom.map(|field| {
                register::custom_cell(field, row.asset.fields.get(field.key.as_str()))
            }),
        );
        cells
    }

    fn add_said(&self, cells: &mut Vec<Cell>, mut said: Vec<Said>) {
        said.sort_by_key(|said| self.rank(said.source));
        for said in said.into_iter().take(self.sets) {
            let name = self.sources.get(self.rank(said.source)).map(|(_, name)| name.clone());
            cells.push(Cell::text(name));
            let values = panel::values(said.raw.as_deref().unwrap_or_default(), &self.details);
            cells.extend(values.into_iter().map(shown));
        }
        cells.resize(self.columns.len(), Cell::Blank);
    }

    /// A source connected after the report was opened comes last.
    fn rank(&self, source: SourceId) -> usize {
        let found = self.sources.iter().position(|(known, _)| *known == source);
        found.unwrap_or(self.sources.len())
    }
}
