//! People who left and still hold things: one row a thing, person by person.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::id::{AssetId, EmployeeId};
use store::assets::{AssetQuery, list};
use store::{Tx, reports};

use super::register::RegisterColumn as R;
use super::summary::top;
use super::{Cell, Chart, Column, Figure, Link, Part, Report, Rows, Shape, Summary, Table, place};
use crate::refusal::Refusal;

#[derive(Debug, Clone)]
pub struct Leavers {
    pub assets: AssetQuery,
}

struct LeaverTable {
    assets: AssetQuery,
    columns: Vec<Column>,
}

const REGISTER: [R; 7] = [R::Tag, R::Name, R::Serial, R::Product, R::Status, R::Location, R::DueOn];

/// People in the chart.
const SHOWN: usize = 12;

impl Report for Leavers {
    fn title(&self) -> &'static str {
        "Leavers who still hold things"
    }

    fn open(&self, _: &mut Tx<'_>) -> Result<Arc<dyn Table>, Refusal> {
        let mut columns = vec![
            Column::new("employee", "Employee", 24),
            Column::new("email", "E-mail", 32),
            Column::new("employee_department", "Their department", 20),
            Column::new("ended_on", "Last day", 12),
        ];
        columns.extend(REGISTER.map(R::column));
        Ok(Arc::new(LeaverTable { assets: self.assets.clone(), columns }))
    }

    fn summary(&self, tx: &mut Tx<'_>) -> Result<Summary, Refusal> {
        let found = reports::leavers(tx, &self.assets)?;
        let things: i64 = found.iter().map(|(.., holds)| holds).sum();
        let people = i64::try_from(found.len()).unwrap_or(i64::MAX);
        let figures = vec![
            Figure::new("people", "People", "left and still hold something", people),
            Figure::new("assets", "Assets", "to get back from them", things),
        ];
        let part = |(id, name, holds): (EmployeeId, String, i64)| {
            Part::new(name, holds).link(Link::Employee(id))
        };
        let parts = top(found.into_iter().map(part).collect(), SHOWN);
        let chart = Chart { title: "Who holds how many".to_owned(), shape: Shape::Bars, parts };
        let charts = if things > 0 { vec![chart] } else { Vec::new() };
        Ok(Summary { figures, charts, notes: Vec::new() })
    }
}

impl Table for LeaverTable {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// A place is the person and the asset of the row before, behind them the person's name.
    fn page(&self, tx: &mut Tx<'_>, at: Option<&str>, limit: usize) -> Result<Rows, Refusal> {
        let after = place(at, |at| {
            let (employee, rest) = at.split_once('~')?;
            let (asset, name) = rest.split_once('~')?;
            Some((name, employee.parse::<EmployeeId>().ok()?, asset.parse::<AssetId>().ok()?))
        })?;
        let most = i64::try_from(limit).unwrap_or(i64::MAX);
        let found = reports::still_held(tx, &self.assets, after, most)?;
        let rows = list::rows(tx, found.iter().map(|held| held.asset))?;
        let rows: BTreeMap<_, _> = rows.into_iter().map(|row| (row.asset.id, row)).collect();
        let (mut items, mut links) = (Vec::new(), Vec::new());
        for held in &found {
            let Some(row) = rows.get(&held.asset) else { continue };
            let mut cells = vec![
                Cell::Text(held.name.clone()),
                Cell::text(held.email.clone()),
                Cell::text(held.department.clone()),
                Cell::date(held.ended_on),
            ];
            cells.extend(REGISTER.iter().map(|column| column.cell(row)));
            items.push(cells);
            links.push(Link::Employee(held.employee));
        }
        let last = found.last().filter(|_| found.len() == limit);
        let next = last.map(|held| format!("{}~{}~{}", held.employee, held.asset, held.name_key));
        Ok(Rows { items, links, next, previous: None, ..Rows::default() })
    }
}
