//! The list of assets as it stands on the screen: the same rows, order and columns, to the end.

use std::sync::Arc;

use store::assets::AssetQuery;
use store::{Tx, assets};

use super::{Column, Report, Rows, Table, cursor, failed};
use crate::columns::assets::in_rows;
use crate::columns::{AssetColumn, ListColumn};
use crate::refusal::Refusal;

#[derive(Debug, Clone)]
pub struct AssetList {
    pub assets: AssetQuery,
    pub columns: Vec<AssetColumn>,
}

struct ListTable {
    assets: AssetQuery,
    shown: Vec<AssetColumn>,
    columns: Vec<Column>,
}

impl Report for AssetList {
    fn title(&self) -> &'static str {
        "Assets"
    }

    fn open(&self, _: &mut Tx<'_>) -> Result<Arc<dyn Table>, Refusal> {
        Ok(Arc::new(ListTable {
            assets: self.assets.clone(),
            shown: self.columns.clone(),
            columns: self.columns.iter().map(AssetColumn::column).collect(),
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
        let place = |cursor: &Option<store::Cursor>| cursor.as_ref().map(ToString::to_string);
        Ok(Rows {
            items: in_rows(tx, &self.shown, &page.items)?,
            next: place(&page.next),
            previous: place(&page.previous),
            ..Rows::default()
        })
    }
}
