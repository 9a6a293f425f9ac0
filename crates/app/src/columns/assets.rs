//! The columns of the asset list: the register's, custom fields, and what Kandji says.

use std::collections::BTreeMap;

use domain::fields::{AppliesTo, CustomField};
use domain::id::AssetId;
use kandji::panel;
use store::assets::AssetRow;
use store::{Tx, reports};

use super::ListColumn;
use crate::refusal::Refusal;
use crate::reports::{Cell, Column, RegisterColumn, register, shown};

/// A column of the list.
#[derive(Debug, Clone, PartialEq)]
pub enum AssetColumn {
    Register(RegisterColumn),
    Custom(CustomField),
    /// A detail of the asset's device, of the source whose word counts most: label and key.
    Kandji(&'static str, &'static str),
}

impl ListColumn for AssetColumn {
    const LIST: AppliesTo = AppliesTo::Assets;
    const USUAL: &'static [&'static str] =
        &["tag", "name", "serial", "product", "custodian", "status", "location", "updated_at"];
    const TITLE: Self = AssetColumn::Register(RegisterColumn::Tag);

    fn offered(custom: Vec<CustomField>) -> Vec<Self> {
        let details = panel::eleven().iter().chain(&panel::FURTHER);
        register::ALL
            .map(AssetColumn::Register)
            .into_iter()
            .chain(custom.into_iter().map(AssetColumn::Custom))
            .chain(details.map(|(label, key)| AssetColumn::Kandji(label, key)))
            .collect()
    }

    fn key(&self) -> String {
        match self {
            AssetColumn::Register(column) => column.key().to_owned(),
            AssetColumn::Custom(field) => format!("fields.{}", field.key),
            AssetColumn::Kandji(_, key) => format!("kandji.{key}"),
        }
    }

    fn column(&self) -> Column {
        match self {
            AssetColumn::Register(RegisterColumn::Tag) => {
                Column { label: "Asset".into(), ..RegisterColumn::Tag.column() }
            }
            AssetColumn::Register(column) => column.column(),
            AssetColumn::Custom(field) => register::custom_column(field),
            AssetColumn::Kandji(label, key) => Column::new(format!("kandji.{key}"), *label, 20),
        }
    }
}

impl AssetColumn {
    const fn detail(&self) -> Option<&'static str> {
        match self {
            AssetColumn::Kandji(_, key) => Some(key),
            AssetColumn::Register(_) | AssetColumn::Custom(_) => None,
        }
    }
}

/// What stands in these columns, row by row. Only details are not in the rows themselves.
pub(crate) fn in_rows(
    tx: &mut Tx<'_>,
    columns: &[AssetColumn],
    rows: &[AssetRow],
) -> Result<Vec<Vec<Cell>>, Refusal> {
    let keys: Vec<&str> = columns.iter().filter_map(AssetColumn::detail).collect();
    let mut said = match keys[..] {
        [] => BTreeMap::new(),
        _ => details(tx, &keys, rows.iter().map(|row| row.asset.id))?,
    };
    let cells = rows.iter().map(|row| {
        let mut details = said.remove(&row.asset.id).unwrap_or_default().into_iter();
        let cell = |column: &AssetColumn| match column {
            AssetColumn::Register(column) => column.cell(row),
            AssetColumn::Custom(field) => {
                register::custom_cell(field, row.asset.fields.get(field.key.as_str()))
            }
            AssetColumn::Kandji(..) => details.next().unwrap_or(Cell::Blank),
        };
        columns.iter().map(cell).collect()
    });
    Ok(cells.collect())
}

/// Per asset, these details of its device in the best of its sources.
fn details(
    tx: &mut Tx<'_>,
    keys: &[&str],
    assets: impl IntoIterator<Item = AssetId>,
) -> Result<BTreeMap<AssetId, Vec<Cell>>, Refusal> {
    let sources = reports::sources(tx)?;
    let rank = |id| sources.iter().position(|(known, _)| *known == id).unwrap_or(usize::MAX);
    let mut best = BTreeMap::new();
    for said in reports::said(tx, assets)? {
        let Some(raw) = said.raw else { continue };
        let place = rank(said.source);
        let better = best.get(&said.asset).is_none_or(|(held, _)| place < *held);
        if better {
            best.insert(said.asset, (place, raw));
        }
    }
    let told = |raw: &str| panel::values(raw, keys).into_iter().map(shown).collect();
    Ok(best.into_iter().map(|(asset, (_, raw))| (asset, told(&raw))).collect())
}
