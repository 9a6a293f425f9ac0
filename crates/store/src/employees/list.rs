//! Lists of employees: filtered, sorted, paged by key. On SQLite the order is remembered, and who fits
//! the filters, so that turning a page reads the rows of that page alone; PostgreSQL decides by itself.

use std::collections::HashMap;

use domain::Timestamp;
use domain::id::{DepartmentId, EmployeeId, LocationId};
use domain::person::Employee;

use super::conditions::{self, Condition};
use super::order::{EmployeeSort, HOLDS, Sorting};
use super::{COLUMNS, read};
use crate::changes::Stamp;
use crate::ids::{self, Ids, Walk};
use crate::locations;
use crate::page::{Cursor, Key, Page, limit};
use crate::seam::{Dialect, Query, Row, Sql, StoreError, Tx, sql};
use crate::search::Terms;

/// What a list of employees asks for.
#[derive(Debug, Clone, Default)]
pub struct EmployeeQuery {
    pub q: Option<String>,
    pub leaver: Option<bool>,
    pub department: Option<DepartmentId>,
    pub location: Option<LocationId>,
    /// Those who report to them.
    pub manager: Option<EmployeeId>,
    /// Only those who hold something, or who hold nothing.
    pub holding: Option<bool>,
    /// Only those who changed then or later.
    pub updated_since: Option<Timestamp>,
    pub conditions: Vec<Condition>,
    pub sort: EmployeeSort,
    pub descending: bool,
    pub cursor: Option<Cursor>,
    pub limit: usize,
}

/// An employee as lists show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmployeeRow {
    pub employee: Employee,
    pub department: Option<String>,
    pub location: Option<String>,
    pub manager: Option<String>,
    /// How many assets they hold.
    pub holds: i64,
    pub stamp: Stamp,
    pub created_at: Timestamp,
}

const NAMES: &str = ", d.name, l.name, m.name, e.version, e.updated_at, e.created_at, ";

const JOINS: &str = "
    LEFT JOIN departments d ON d.tenant_id = e.tenant_id AND d.id = e.department_id
    LEFT JOIN locations l ON l.tenant_id = e.tenant_id AND l.id = e.location_id
    LEFT JOIN employees m ON m.tenant_id = e.tenant_id AND m.id = e.manager_id";

/// In the order asked for.
pub fn list(tx: &mut Tx<'_>, query: &EmployeeQuery) -> Result<Page<EmployeeRow>, StoreError> {
    let sorting = Sorting::of(tx, query)?;
    let unordered = query.narrows() || query.sort != EmployeeSort::Name;
    let ids = if tx.dialect() == Dialect::Sqlite && unordered {
        met(tx, query, &sorting)?
    } else {
        walked(tx, query, &sorting)?
    };
    let mut found = rows(tx, &sorting, ids.iter().copied())?;
    let found = ids.iter().filter_map(|id| found.remove(id)).collect();
    let place = |(row, key): &(EmployeeRow, Key)| (key.clone(), row.employee.id.number());
    let mut page = Page::of(found, query.limit, query.cursor.as_ref(), place).map(|(row, _)| row);
    places_called(tx, &mut page.items)?;
    Ok(page)
}

/// A page, and how many the query finds in all.
pub fn counted(
    tx: &mut Tx<'_>,
    query: &EmployeeQuery,
) -> Result<(Page<EmployeeRow>, i64), StoreError> {
    Ok((list(tx, query)?, count(tx, query)?))
}

/// One as lists show them.
pub fn row(tx: &mut Tx<'_>, id: EmployeeId) -> Result<Option<EmployeeRow>, StoreError> {
    let sorting = Sorting::of(tx, &EmployeeQuery::default())?;
    let found = rows(tx, &sorting, [id.number()])?;
    let mut found: Vec<EmployeeRow> = found.into_values().map(|(row, _)| row).collect();
    places_called(tx, &mut found)?;
    Ok(found.pop())
}

/// As they are, each with what it is put in order by.
fn rows(
    tx: &mut Tx<'_>,
    sorting: &Sorting,
    ids: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, (EmployeeRow, Key)>, StoreError> {
    let tenant = tx.tenant();
    let found: Vec<(EmployeeRow, Key)> = tx.of_ids(
        ids,
        |list| {
            sql! {
                "SELECT ", const COLUMNS, const NAMES, const HOLDS, ", ", + sorting.key.clone(), "
                 FROM employees e", const JOINS, "
                 WHERE e.tenant_id = ", tenant, " AND e.id IN (", + list, ")"
            }
        },
        |row| Ok((read_row(row)?, sorting.kind.read(row)?)),
    )?;
    Ok(found.into_iter().map(|found| (found.0.employee.id.number(), found)).collect())
}

/// Who is on the page, as the database walks there; one more if another follows.
fn walked(
    tx: &mut Tx<'_>,
    query: &EmployeeQuery,
    sorting: &Sorting,
) -> Result<Vec<i64>, StoreError> {
    let (tenant, cursor) = (tx.tenant(), query.cursor.as_ref());
    let mut sql = sql! {
        "SELECT e.id FROM employees e", const JOINS, " WHERE e.tenant_id = ", tenant
    };
    narrow(tx, &mut sql, query)?;
    Cursor::walk(&mut sql, cursor, sorting.key.clone(), "e.id", query.descending);
    limit(&mut sql, query.limit);
    tx.all(sql, |row| row.next::<i64>())
}

/// The same from what is remembered.
fn met(tx: &mut Tx<'_>, query: &EmployeeQuery, sorting: &Sorting) -> Result<Vec<i64>, StoreError> {
    let tenant = tx.tenant();
    let all = in_order(tx, query, sorting)?;
    let fitting = if query.narrows() { Some(fitting(tx, query)?) } else { None };
    let walk =
        Walk { cursor: query.cursor.as_ref(), descending: query.descending, limit: query.limit };
    walk.page(&all, fitting.as_deref(), |id| {
        let sql = sql! {
            "SELECT ", + sorting.key.clone(), " FROM employees e", const JOINS, "
             WHERE e.tenant_id = ", tenant, " AND e.id = ", id
        };
        Ok(tx.find(sql, |row| sorting.kind.read(row))?.map(|key| (key, id)))
    })
}

fn in_order(tx: &mut Tx<'_>, query: &EmployeeQuery, sorting: &Sorting) -> Result<Ids, StoreError> {
    tx.remembered("order of employees", format!("{:?}", query.sort), |tx| {
        let tenant = tx.tenant();
        let sql = sql! {
            "SELECT e.id FROM employees e", const JOINS, " WHERE e.tenant_id = ", tenant, "
             ORDER BY ", + sorting.key.clone(), ", e.id"
        };
        Ok(tx.all::<i64, Vec<i64>>(sql, |row| row.next())?.into())
    })
}

/// All that the query finds.
fn fitting(tx: &mut Tx<'_>, query: &EmployeeQuery) -> Result<Ids, StoreError> {
    let filters = EmployeeQuery {
        sort: EmployeeSort::default(),
        descending: false,
        cursor: None,
        limit: 0,
        ..query.clone()
    };
    tx.remembered("employees that fit", format!("{filters:?}"), |tx| {
        let tenant = tx.tenant();
        let mut sql = sql! { "SELECT e.id FROM employees e WHERE e.tenant_id = ", tenant };
        narrow(tx, &mut sql, query)?;
        Ok(ids::sorted(tx.all(sql, |row| row.next::<i64>())?))
    })
}

/// A place that shares its name is told by the way to it.
fn places_called(tx: &mut Tx<'_>, rows: &mut [EmployeeRow]) -> Result<(), StoreError> {
    let place = |row: &EmployeeRow| row.employee.location.map(LocationId::number);
    let names = locations::called(tx, rows.iter().filter_map(place))?;
    for row in rows {
        row.location = place(row).and_then(|id| names.get(&id).cloned());
    }
    Ok(())
}

/// How many the query finds.
fn count(tx: &mut Tx<'_>, query: &EmployeeQuery) -> Result<i64, StoreError> {
    if tx.dialect() == Dialect::Sqlite && query.narrows() {
        return Ok(i64::try_from(fitting(tx, query)?.len()).unwrap_or(i64::MAX));
    }
    let tenant = tx.tenant();
    let mut sql = sql! { "SELECT count(*) FROM employees e WHERE e.tenant_id = ", tenant };
    narrow(tx, &mut sql, query)?;
    tx.one(sql, |row| row.next())
}

impl EmployeeQuery {
    /// Whether it leaves anybody out.
    fn narrows(&self) -> bool {
        let Self { q, leaver, department, location, manager, holding, updated_since, .. } = self;
        Terms::of(q.as_deref()).is_some()
            || leaver.is_some()
            || department.is_some()
            || location.is_some()
            || manager.is_some()
            || holding.is_some()
            || updated_since.is_some()
            || !self.conditions.is_empty()
    }
}

fn narrow(tx: &mut Tx<'_>, sql: &mut Sql, query: &EmployeeQuery) -> Result<(), StoreError> {
    for pattern in Terms::of(query.q.as_deref()).iter().flat_map(Terms::patterns) {
        sql! { sql => " AND e.search LIKE ", pattern, " ESCAPE '\\'" };
    }
    if let Some(leaver) = query.leaver {
        sql! { sql => " AND e.leaver = ", leaver };
    }
    if let Some(department) = query.department {
        sql! { sql => " AND e.department_id = ", department };
    }
    if let Some(location) = query.location {
        sql! { sql => " AND e.location_id = ", location };
    }
    if let Some(manager) = query.manager {
        sql! { sql => " AND e.manager_id = ", manager };
    }
    if let Some(since) = query.updated_since {
        sql! { sql => " AND e.updated_at >= ", since };
    }
    if let Some(holding) = query.holding {
        sql! { sql => " AND ", const HOLDS };
        sql.text(if holding { " > 0" } else { " = 0" });
    }
    let settled = conditions::settled(tx, &query.conditions)?;
    conditions::narrow(sql, &settled, tx.tenant(), tx.dialect());
    Ok(())
}

fn read_row(row: &mut Row<'_>) -> Result<EmployeeRow, StoreError> {
    Ok(EmployeeRow {
        employee: read(row)?,
        department: row.next()?,
        location: row.next()?,
        manager: row.next()?,
        stamp: Stamp::read(row)?,
        created_at: row.next()?,
        holds: row.next()?,
    })
}
