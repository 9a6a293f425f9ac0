//! The lists of the catalog, of custom fields and of users as they stand on the screen: the same
//! rows, order and columns, to the end.

use std::sync::Arc;

use domain::Timestamp;
use domain::fields::CustomField;
use domain::id::noun;
use store::catalog::Named;
use store::changes::{self, Changeable};
use store::locations::Place;
use store::products::{ProductQuery, ProductRow};
use store::statuses::StatusRow;
use store::users::UserRow;
use store::{Cursor, Tx, catalog, fields, locations, products, statuses, users};

use super::whole::{Narrowed, Ordered};
use super::{Cell, Column, Report, Rows, Table, cursor, failed};
use crate::refusal::Refusal;

/// A list, and what it is asked for.
#[derive(Debug, Clone)]
pub enum RegisterList {
    Products(ProductQuery),
    Statuses(Narrowed),
    Locations(Narrowed),
    Categories(Narrowed),
    Manufacturers(Narrowed),
    Suppliers(Narrowed),
    Departments(Narrowed),
    /// Custom fields.
    Fields(Narrowed),
    /// Who signs in, as seen at this moment; for administrators.
    Users(Timestamp, Narrowed),
}

use RegisterList as L;

/// Heads of the columns: key, label, width.
type Heads = &'static [(&'static str, &'static str, u16)];

const PRODUCTS: Heads = &[
    ("name", "Product", 32),
    ("manufacturer", "Manufacturer", 20),
    ("category", "Category", 16),
    ("identifiers", "Identifiers", 24),
    ("assets", "Assets", 8),
];
const STATUSES: Heads = &[("name", "Status", 20), ("kind", "Kind", 14), ("assets", "Assets", 8)];
const LOCATIONS: Heads = &[
    ("path", "Location", 40),
    ("assets", "Here", 8),
    ("assets_with_inside", "Here and inside", 15),
];
const PLAIN: Heads = &[("name", "Name", 28), ("assets", "Assets", 8)];

const FIELDS: Heads = &[
    ("label", "Label", 24),
    ("key", "Key", 20),
    ("type", "Type", 12),
    ("applies_to", "Of", 12),
    ("choices", "Choices", 32),
    ("required", "Required", 9),
    ("unique", "Unique", 9),
    ("indexed", "Indexed", 9),
];
const USERS: Heads = &[
    ("name", "Name", 28),
    ("email", "E-mail", 32),
    ("role", "Role", 14),
    ("employee", "Employee", 28),
    ("seen_at", "Last here", 19),
];

impl RegisterList {
    fn heads(&self) -> Heads {
        match self {
            L::Products(_) => PRODUCTS,
            L::Statuses(_) => STATUSES,
            L::Locations(_) => LOCATIONS,
            L::Categories(_) | L::Manufacturers(_) | L::Suppliers(_) | L::Departments(_) => PLAIN,
            L::Fields(_) => FIELDS,
            L::Users(..) => USERS,
        }
    }
}

impl Report for RegisterList {
    fn title(&self) -> &'static str {
        match self {
            L::Products(_) => "Products",
            L::Statuses(_) => "Statuses",
            L::Locations(_) => "Locations",
            L::Categories(_) => "Categories",
            L::Manufacturers(_) => "Manufacturers",
            L::Suppliers(_) => "Suppliers",
            L::Departments(_) => "Departments",
            L::Fields(_) => "Custom fields",
            L::Users(..) => "Users",
        }
    }

    fn open(&self, _: &mut Tx<'_>) -> Result<Arc<dyn Table>, Refusal> {
        Ok(Arc::new(ListTable { list: self.clone(), columns: Column::all(self.heads()) }))
    }
}

struct ListTable {
    list: RegisterList,
    columns: Vec<Column>,
}

impl Table for ListTable {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn page(&self, tx: &mut Tx<'_>, at: Option<&str>, limit: usize) -> Result<Rows, Refusal> {
        match &self.list {
            L::Products(query) => {
                let from: Option<Cursor> = cursor(at)?;
                let page = products::list(tx, query, from.as_ref(), limit).map_err(failed)?;
                Ok(Rows::of(page, product))
            }
            L::Statuses(asked) => Ok(whole(asked, statuses::list(tx).map_err(failed)?, status)),
            L::Locations(asked) => Ok(whole(asked, locations::list(tx).map_err(failed)?, place)),
            L::Categories(asked) => plain::<noun::Category>(asked, tx),
            L::Manufacturers(asked) => plain::<noun::Manufacturer>(asked, tx),
            L::Suppliers(asked) => plain::<noun::Supplier>(asked, tx),
            L::Departments(asked) => plain::<noun::Department>(asked, tx),
            L::Fields(asked) => {
                let lately = lately(tx, Changeable::Fields, asked.updated_since)?;
                let mut all = fields::list(tx).map_err(failed)?;
                all.retain(|one| lately(one.id.number()));
                Ok(whole(asked, all, |one| field(&one)))
            }
            L::Users(now, asked) => {
                let since = asked.updated_since;
                let lately = lately(tx, Changeable::Users, since)?;
                let seen = |row: &UserRow| row.seen_at.is_some_and(|at| Some(at) >= since);
                let mut all = users::rows(tx, None, *now).map_err(failed)?;
                all.retain(|row| lately(row.user.id.number()) || seen(row));
                Ok(whole(asked, all, user))
            }
        }
    }
}

/// All that is asked for of a list that is read whole.
fn whole<R: Ordered>(asked: &Narrowed, rows: Vec<R>, cells: impl Fn(R) -> Vec<Cell>) -> Rows {
    Rows { items: asked.of(rows).into_iter().map(cells).collect(), ..Rows::default() }
}

fn plain<N: Named + 'static>(asked: &Narrowed, tx: &mut Tx<'_>) -> Result<Rows, Refusal> {
    let all = catalog::list::<N>(tx).map_err(failed)?;
    Ok(whole(asked, all, |row| vec![Cell::Text(row.name), Cell::Whole(row.assets)]))
}

/// Whether one of this number changed then or later; every one did where nobody asks.
fn lately(
    tx: &mut Tx<'_>,
    what: Changeable,
    since: Option<Timestamp>,
) -> Result<impl Fn(i64) -> bool + use<>, Refusal> {
    let changed = since.map(|at| changes::since(tx, what, at)).transpose().map_err(failed)?;
    Ok(move |number| changed.as_ref().is_none_or(|changed| changed.contains(&number)))
}

fn field(field: &CustomField) -> Vec<Cell> {
    vec![
        Cell::Text(field.label.clone()),
        Cell::Text(field.key.to_string()),
        Cell::Text(field.kind.as_str().to_owned()),
        Cell::Text(field.applies_to.as_str().to_owned()),
        Cell::text(Some(field.kind.choices().join(", "))),
        Cell::YesNo(field.required),
        Cell::YesNo(field.unique),
        Cell::YesNo(field.indexed),
    ]
}

fn user(row: UserRow) -> Vec<Cell> {
    vec![
        Cell::Text(row.user.name),
        Cell::Text(row.user.email.to_string()),
        Cell::Text(row.user.role.as_str().to_owned()),
        Cell::text(row.employee.map(|(_, name)| name)),
        Cell::moment(row.seen_at),
    ]
}

fn product(row: ProductRow) -> Vec<Cell> {
    vec![
        Cell::Text(row.product.name),
        Cell::text(row.manufacturer),
        Cell::text(row.category),
        Cell::text(Some(row.product.identifiers.join(", "))),
        Cell::Whole(row.assets),
    ]
}

fn status(row: StatusRow) -> Vec<Cell> {
    let kind = row.status.kind.as_str().to_owned();
    vec![Cell::Text(row.status.name), Cell::Text(kind), Cell::Whole(row.assets)]
}

fn place(row: Place) -> Vec<Cell> {
    vec![Cell::Text(row.path), Cell::Whole(row.assets), Cell::Whole(row.with_inside)]
}
