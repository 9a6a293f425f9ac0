//! The list of employees as it stands on the screen: the same rows, order and columns, to the end.

use std::sync::Arc;

use domain::fields::AppliesTo;
use store::employees::EmployeeQuery;
use store::{Tx, employees, fields};

use super::{Column, Report, Rows, Table, cursor, failed};
use crate::columns::{EmployeeColumn, ListColumn};
use crate::fields::values;
use crate::refusal::Refusal;

#[derive(Debug, Clone)]
pub struct EmployeeList {
    pub employees: EmployeeQuery,
    /// Without them every column there is.
    pub columns: Option<Vec<EmployeeColumn>>,
}

struct ListTable {
    employees: EmployeeQuery,
    shown: Vec<EmployeeColumn>,
    columns: Vec<Column>,
}

impl Report for EmployeeList {
    fn title(&self) -> &'static str {
        "Employees"
    }

    fn open(&self, tx: &mut Tx<'_>) -> Result<Arc<dyn Table>, Refusal> {
        let shown = match &self.columns {
            Some(columns) => columns.clone(),
            None => EmployeeColumn::offered(fields::of(tx, AppliesTo::Employees)?),
        };
        let columns = shown.iter().map(EmployeeColumn::column).collect();
        Ok(Arc::new(ListTable { employees: self.employees.clone(), shown, columns }))
    }
}

impl Table for ListTable {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn page(&self, tx: &mut Tx<'_>, at: Option<&str>, limit: usize) -> Result<Rows, Refusal> {
        let query = EmployeeQuery { cursor: cursor(at)?, limit, ..self.employees.clone() };
        let mut page = employees::list(tx, &query).map_err(failed)?;
        let documents = page.items.iter_mut().map(|row| &mut row.employee.fields);
        values::in_sight(tx, AppliesTo::Employees, documents)?;
        Ok(Rows::of(page, |row| self.shown.iter().map(|column| column.cell(&row)).collect()))
    }
}
