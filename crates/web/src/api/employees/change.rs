//! What may be written to an employee: left out stays, `null` clears.

use domain::fields::Values;
use domain::id::{DepartmentId, EmployeeId, LocationId};
use domain::person::Employee;
use domain::{Email, Name};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::problem::Problem;
use crate::api::written::{Given, day, given, given_day, never_null, put, put_there};

/// A new employee; references as ids.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEmployee {
    /// 1 to 200 characters.
    #[schema(value_type = String)]
    pub name: Name,
    /// Unique in the tenant.
    #[schema(value_type = Option<String>)]
    email: Option<Email>,
    #[schema(value_type = Option<String>)]
    title: Option<Name>,
    #[schema(value_type = Option<String>)]
    department: Option<DepartmentId>,
    #[schema(value_type = Option<String>)]
    location: Option<LocationId>,
    /// Whom they report to.
    #[schema(value_type = Option<String>)]
    manager: Option<EmployeeId>,
    #[serde(default, deserialize_with = "day")]
    #[schema(value_type = Option<String>, format = Date)]
    starts_on: Option<Date>,
    /// Their last day.
    #[serde(default, deserialize_with = "day")]
    #[schema(value_type = Option<String>, format = Date)]
    ends_on: Option<Date>,
    /// They have left.
    leaver: Option<bool>,
    /// Custom fields by key.
    #[schema(value_type = Option<Object>)]
    fields: Option<Values>,
}

impl NewEmployee {
    /// The custom fields, by key.
    pub fn take_fields(&mut self) -> Vec<(String, Value)> {
        self.fields.take().unwrap_or_default().into_iter().collect()
    }

    pub fn edit(self) -> impl FnOnce(&mut Employee) + Send + 'static {
        move |employee| {
            employee.email = self.email;
            employee.title = self.title.map(Into::into);
            employee.department = self.department;
            employee.location = self.location;
            employee.manager = self.manager;
            employee.starts_on = self.starts_on;
            employee.ends_on = self.ends_on;
            employee.leaver = self.leaver.unwrap_or(false);
        }
    }
}

/// The fields of an employee that people write; references as ids.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmployeeChange {
    /// 1 to 200 characters.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    name: Given<Name>,
    /// Unique in the tenant.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    email: Given<Email>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    title: Given<Name>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    department: Given<DepartmentId>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    location: Given<LocationId>,
    /// Whom they report to.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    manager: Given<EmployeeId>,
    #[serde(default, deserialize_with = "given_day")]
    #[schema(value_type = Option<String>, format = Date)]
    starts_on: Given<Date>,
    /// Their last day.
    #[serde(default, deserialize_with = "given_day")]
    #[schema(value_type = Option<String>, format = Date)]
    ends_on: Given<Date>,
    /// They have left: nothing new is checked out to them.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<bool>)]
    leaver: Given<bool>,
    /// Custom fields by key, merged; `null` clears one, and `null` for all of them clears all.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Object>)]
    fields: Given<Values>,
}

impl EmployeeChange {
    /// The custom fields, by key.
    pub fn take_fields(&mut self, held: &Employee) -> Vec<(String, Value)> {
        let cleared = || held.fields.keys().map(|key| (key.clone(), Value::Null)).collect();
        match self.fields.take() {
            None => Vec::new(),
            Some(None) => cleared(),
            Some(Some(given)) => given.into_iter().collect(),
        }
    }

    pub fn edit(self) -> Result<impl FnOnce(&mut Employee) + Send + 'static, Problem> {
        let name = never_null("name", self.name)?;
        let leaver = never_null("leaver", self.leaver)?;
        Ok(move |employee: &mut Employee| {
            put_there(&mut employee.name, name.map(Into::into));
            put_there(&mut employee.leaver, leaver);
            put(&mut employee.email, self.email);
            put(&mut employee.title, self.title.map(|title| title.map(Into::into)));
            put(&mut employee.department, self.department);
            put(&mut employee.location, self.location);
            put(&mut employee.manager, self.manager);
            put(&mut employee.starts_on, self.starts_on);
            put(&mut employee.ends_on, self.ends_on);
        })
    }
}
