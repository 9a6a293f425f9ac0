//! The list of assets as it stands on the screen: the same rows, order and columns, to the end.

use std::sync::Arc;

use store::assets::AssetQuery;
use store::{Tx, assets};

use super::{Column, RegisterColumn, Report, Rows, Table, cursor, failed};
use crate::refusal::Refusal;

#[derive(Debug, Clone)]
pub struct AssetList {
    pub assets: AssetQuery,
    /// With the head each has on the screen.
    pub columns: Vec<(RegisterColumn, &'static str)>,
}

struct ListTable {
    assets: AssetQuery,
    shown: Vec<RegisterColumn>,
    columns: Vec<Column>,
}

impl Report for AssetList {
    fn title(&self) -> &'static str {
        "Assets"
    }

    fn open(&self, _: &mut Tx<'_>) -> Result<Arc<dyn Table>, Refusal> {
        let head = |(column, label): &(RegisterColumn, &'static str)| Column {
            label: (*label).to_owned(),
            ..column.column()
        };
        Ok(Arc::new(ListTable {
            assets: self.assets.clone(),
            shown: self.columns.iter().map(|(column, _)| *column).collect(),
            columns: self.columns.iter().map(head).collect(),
        }))
    }
}

impl Table for ListTable {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn page(&self, tx: &mut Tx<'_>, at: Option<&str>, limit: usize) -> Result<Rows, Refusal> {
        let query = AssetQuery { cursor: cursor(at)?, limit, ..self.assets.clone() };
        let page = assets::list::list(tx, &query).map_err(failed)?;
        let cells = |row| self.shown.iter().map(|column| column.cell(row)).collect();
        let place = |cursor: &Option<store::Cursor>| cursor.as_ref().map(ToString::to_string);
        Ok(Rows {
            items: page.items.iter().map(cells).collect(),
            next: place(&page.next),
            previous: place(&page.previous),
            ..Rows::default()
        })
    }
}
