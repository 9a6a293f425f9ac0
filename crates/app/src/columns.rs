//! The columns of the asset list: which there are, which somebody chose, in their order.

use std::collections::BTreeMap;

use domain::access::Role;
use domain::fields::{AppliesTo, CustomField};
use domain::id::{AssetId, UserId};
use kandji::panel;
use store::assets::AssetRow;
use store::{StoreError, Tx, fields, preferences, reports};

use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;
use crate::reports::{Cell, Column, RegisterColumn, register, shown};

/// A column of the list.
#[derive(Debug, Clone, PartialEq)]
pub enum ListColumn {
    Register(RegisterColumn),
    Custom(CustomField),
    /// A detail of the asset's device, of the source whose word counts most: label and key.
    Kandji(&'static str, &'static str),
}

/// What an untouched list shows.
pub const USUAL: [&str; 8] =
    ["tag", "name", "serial", "product", "custodian", "status", "location", "updated_at"];

/// The name under which a choice is remembered.
const NAME: &str = "columns.assets";

impl ListColumn {
    /// In addresses: `serial`, `fields.memory`, `kandji.os_version`.
    pub fn key(&self) -> String {
        match self {
            ListColumn::Register(column) => column.key().to_owned(),
            ListColumn::Custom(field) => format!("fields.{}", field.key),
            ListColumn::Kandji(_, key) => format!("kandji.{key}"),
        }
    }

    fn is(&self, key: &str) -> bool {
        match self {
            ListColumn::Register(column) => column.key() == key,
            ListColumn::Custom(field) => key.strip_prefix("fields.") == Some(field.key.as_str()),
            ListColumn::Kandji(_, ours) => key.strip_prefix("kandji.") == Some(ours),
        }
    }

    /// The head of the column, on the screen and in files.
    pub fn column(&self) -> Column {
        match self {
            ListColumn::Register(RegisterColumn::Tag) => {
                Column { label: "Asset".into(), ..RegisterColumn::Tag.column() }
            }
            ListColumn::Register(column) => column.column(),
            ListColumn::Custom(field) => register::custom_column(field),
            ListColumn::Kandji(label, key) => Column::new(format!("kandji.{key}"), *label, 20),
        }
    }

    const fn detail(&self) -> Option<&'static str> {
        match self {
            ListColumn::Kandji(_, key) => Some(key),
            ListColumn::Register(_) | ListColumn::Custom(_) => None,
        }
    }
}

/// Every column there is, in the order a menu shows them, and those that are shown: the keys named,
/// else what this person chose last, else the usual ones.
pub async fn choices(
    app: &App,
    caller: &Caller,
    named: Option<String>,
) -> Result<(Vec<ListColumn>, Vec<ListColumn>), Refusal> {
    caller.need(Role::Viewer)?;
    let user = caller.user_id();
    Ok(app.store.read(caller.tenant, move |tx| seen(tx, user, named)).await?)
}

/// The same inside a read.
pub(crate) fn seen(
    tx: &mut Tx<'_>,
    user: Option<UserId>,
    named: Option<String>,
) -> Result<(Vec<ListColumn>, Vec<ListColumn>), StoreError> {
    let offered = offered(fields::of(tx, AppliesTo::Assets)?);
    let named = match (named, user) {
        (None, Some(user)) => preferences::find(tx, user, NAME)?,
        (named, _) => named,
    };
    let shown = match &named {
        Some(named) => chosen(&offered, named.split(',')),
        None => chosen(&offered, USUAL),
    };
    Ok((offered, shown))
}

fn offered(custom: Vec<CustomField>) -> Vec<ListColumn> {
    let details = panel::eleven().iter().chain(&panel::FURTHER);
    register::ALL
        .map(ListColumn::Register)
        .into_iter()
        .chain(custom.into_iter().map(ListColumn::Custom))
        .chain(details.map(|(label, key)| ListColumn::Kandji(label, key)))
        .collect()
}

/// Those of these keys that there are, each once; an asset is always named.
pub fn chosen<'k>(
    offered: &[ListColumn],
    keys: impl IntoIterator<Item = &'k str>,
) -> Vec<ListColumn> {
    let mut chosen: Vec<ListColumn> = Vec::new();
    for key in keys {
        let found = offered.iter().find(|column| column.is(key));
        chosen.extend(found.filter(|column| !chosen.contains(column)).cloned());
    }
    let tag = ListColumn::Register(RegisterColumn::Tag);
    if !chosen.contains(&tag) {
        chosen.insert(0, tag);
    }
    chosen
}

/// `None` goes back to what is usual.
pub async fn remember(app: &App, caller: &Caller, keys: Option<String>) -> Result<(), Refusal> {
    caller.need(Role::Viewer)?;
    let Some(user) = caller.user_id() else { return Ok(()) };
    let kept = app.store.write(caller.tenant, move |tx| match keys {
        Some(keys) => preferences::keep(tx, user, NAME, &keys),
        None => preferences::forget(tx, user, NAME),
    });
    Ok(kept.await?)
}

/// What stands in these columns, row by row. Only details are not in the rows themselves.
pub(crate) fn in_rows(
    tx: &mut Tx<'_>,
    columns: &[ListColumn],
    rows: &[AssetRow],
) -> Result<Vec<Vec<Cell>>, Refusal> {
    let keys: Vec<&str> = columns.iter().filter_map(ListColumn::detail).collect();
    let mut said = match keys[..] {
        [] => BTreeMap::new(),
        _ => details(tx, &keys, rows.iter().map(|row| row.asset.id))?,
    };
    let cells = rows.iter().map(|row| {
        let mut details = said.remove(&row.asset.id).unwrap_or_default().into_iter();
        let cell = |column: &ListColumn| match column {
            ListColumn::Register(column) => column.cell(row),
            ListColumn::Custom(field) => {
                register::custom_cell(field, row.asset.fields.get(field.key.as_str()))
            }
            ListColumn::Kandji(..) => details.next().unwrap_or(Cell::Blank),
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
