//! People: employees hold assets; users sign in. They are not the same.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::fields::Values;
use crate::id::{DepartmentId, EmployeeId, LocationId, UserId};
use crate::text::Email;

/// A person who can hold assets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Employee {
    pub id: EmployeeId,
    pub name: String,
    pub email: Option<Email>,
    pub title: Option<String>,
    pub department: Option<DepartmentId>,
    pub location: Option<LocationId>,
    /// Whom they report to.
    pub manager: Option<EmployeeId>,
    pub starts_on: Option<Date>,
    /// Their last day.
    pub ends_on: Option<Date>,
    /// Left, or archived in the directory: nothing new is checked out to them.
    pub leaver: bool,
    /// Custom fields by key; a blank one is absent.
    #[serde(default, skip_serializing_if = "Values::is_empty")]
    pub fields: Values,
}

impl Employee {
    /// Someone of whom nothing is known but the name.
    pub fn named(id: EmployeeId, name: impl Into<String>) -> Self {
        Employee {
            id,
            name: name.into(),
            email: None,
            title: None,
            department: None,
            location: None,
            manager: None,
            starts_on: None,
            ends_on: None,
            leaver: false,
            fields: Values::new(),
        }
    }
}

/// Someone who signs in here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub email: Email,
    pub name: String,
    pub role: Role,
}
