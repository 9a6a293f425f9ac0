//! The columns of the list of employees: what is known of everybody, and custom fields.

use domain::Email;
use domain::fields::{AppliesTo, CustomField, FieldKey};
use store::employees::{EmployeeRow, EmployeeSort};

use super::ListColumn;
use crate::reports::{Cell, Column, register};

/// A column of the list.
#[derive(Debug, Clone, PartialEq)]
pub enum EmployeeColumn {
    Own(PersonColumn),
    Custom(CustomField),
}

/// What is known of every employee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonColumn {
    Name,
    Email,
    Title,
    Department,
    Location,
    Manager,
    StartsOn,
    EndsOn,
    Holds,
    Leaver,
    CreatedAt,
    UpdatedAt,
}

use PersonColumn as P;

/// In the order people read them.
const ALL: [PersonColumn; 12] = [
    P::Name,
    P::Email,
    P::Title,
    P::Department,
    P::Location,
    P::Manager,
    P::StartsOn,
    P::EndsOn,
    P::Holds,
    P::Leaver,
    P::CreatedAt,
    P::UpdatedAt,
];

impl PersonColumn {
    /// Key, label, width.
    const fn head(self) -> (&'static str, &'static str, u16) {
        match self {
            P::Name => ("name", "Name", 28),
            P::Email => ("email", "E-mail", 32),
            P::Title => ("title", "Title", 24),
            P::Department => ("department", "Department", 20),
            P::Location => ("location", "Location", 24),
            P::Manager => ("manager", "Reports to", 24),
            P::StartsOn => ("starts_on", "Starts on", 12),
            P::EndsOn => ("ends_on", "Last day", 12),
            P::Holds => ("holds", "Holds", 8),
            P::Leaver => ("leaver", "Has left", 9),
            P::CreatedAt => ("created_at", "Added", 19),
            P::UpdatedAt => ("updated_at", "Changed", 19),
        }
    }

    /// The order that goes by it.
    const fn sort(self) -> EmployeeSort {
        match self {
            P::Name => EmployeeSort::Name,
            P::Email => EmployeeSort::Email,
            P::Title => EmployeeSort::Title,
            P::Department => EmployeeSort::Department,
            P::Location => EmployeeSort::Location,
            P::Manager => EmployeeSort::Manager,
            P::StartsOn => EmployeeSort::StartsOn,
            P::EndsOn => EmployeeSort::EndsOn,
            P::Holds => EmployeeSort::Holds,
            P::Leaver => EmployeeSort::Leaver,
            P::CreatedAt => EmployeeSort::CreatedAt,
            P::UpdatedAt => EmployeeSort::UpdatedAt,
        }
    }

    fn cell(self, row: &EmployeeRow) -> Cell {
        let employee = &row.employee;
        match self {
            P::Name => Cell::Text(employee.name.clone()),
            P::Email => Cell::text(employee.email.as_ref().map(Email::to_string)),
            P::Title => Cell::text(employee.title.clone()),
            P::Department => Cell::text(row.department.clone()),
            P::Location => Cell::text(row.location.clone()),
            P::Manager => Cell::text(row.manager.clone()),
            P::StartsOn => Cell::date(employee.starts_on),
            P::EndsOn => Cell::date(employee.ends_on),
            P::Holds => Cell::Whole(row.holds),
            P::Leaver => Cell::YesNo(employee.leaver),
            P::CreatedAt => Cell::Moment(row.created_at),
            P::UpdatedAt => Cell::Moment(row.stamp.updated_at),
        }
    }
}

impl ListColumn for EmployeeColumn {
    const LIST: AppliesTo = AppliesTo::Employees;
    const USUAL: &'static [&'static str] = &[
        "name",
        "email",
        "title",
        "department",
        "location",
        "manager",
        "starts_on",
        "ends_on",
        "holds",
    ];
    const TITLE: Self = EmployeeColumn::Own(P::Name);

    fn offered(custom: Vec<CustomField>) -> Vec<Self> {
        let own = ALL.map(EmployeeColumn::Own).into_iter();
        own.chain(custom.into_iter().map(EmployeeColumn::Custom)).collect()
    }

    fn key(&self) -> String {
        match self {
            EmployeeColumn::Own(column) => column.head().0.to_owned(),
            EmployeeColumn::Custom(field) => format!("fields.{}", field.key),
        }
    }

    fn column(&self) -> Column {
        match self {
            EmployeeColumn::Own(column) => {
                let (key, label, width) = column.head();
                Column::new(key, label, width)
            }
            EmployeeColumn::Custom(field) => register::custom_column(field),
        }
    }
}

impl EmployeeColumn {
    pub fn cell(&self, row: &EmployeeRow) -> Cell {
        match self {
            EmployeeColumn::Own(column) => column.cell(row),
            EmployeeColumn::Custom(field) => {
                register::custom_cell(field, row.employee.fields.get(field.key.as_str()))
            }
        }
    }
}

/// An order of the list, by the key of the column that it goes by.
pub fn sort(word: &str) -> Option<EmployeeSort> {
    if let Some(key) = word.strip_prefix("fields.") {
        return FieldKey::parse(key).ok().map(EmployeeSort::Custom);
    }
    ALL.into_iter().find(|column| column.head().0 == word).map(PersonColumn::sort)
}
