//! People: employees hold assets; users sign in. They are not the same.

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
    /// Left, or archived in the directory: nothing new is checked out to them.
    pub leaver: bool,
    /// Custom fields by key; a blank one is absent.
    #[serde(default, skip_serializing_if = "Values::is_empty")]
    pub fields: Values,
}

/// Someone who signs in here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub email: Email,
    pub name: String,
    pub role: Role,
}
