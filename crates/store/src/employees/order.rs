//! What a list of employees is in order of: every column it can show. What is blank has the least
//! key in each.

use domain::fields::{AppliesTo, FieldKey};

use super::conditions::title;
use super::list::EmployeeQuery;
use crate::assets::sorts::{Kind, of_field};
use crate::fields;
use crate::seam::{Dialect, Query, Sql, StoreError, Tx, sql};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum EmployeeSort {
    #[default]
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
    /// A custom field of employees; one that there is no more is blank everywhere.
    Custom(FieldKey),
}

use EmployeeSort as S;

/// How many assets they hold.
pub(super) const HOLDS: &str = "(SELECT count(*) FROM assets a
    WHERE a.tenant_id = e.tenant_id AND a.custodian_kind = 'employee' AND a.custodian_id = e.id)";

/// An order as the database is asked for it.
pub(super) struct Sorting {
    /// The key of the employee `e`, never NULL.
    pub key: Sql,
    pub kind: Kind,
}

impl Sorting {
    pub fn of(tx: &mut Tx<'_>, query: &EmployeeQuery) -> Result<Self, StoreError> {
        let sorting = match &query.sort {
            S::Custom(key) => Self::custom(tx, key)?,
            S::Title => {
                let mut key = Sql::default();
                title(&mut key, tx.dialect());
                Self { key, kind: Kind::Text }
            }
            column => Self::column(column, tx.dialect()),
        };
        match query.cursor.as_ref().map(|cursor| cursor.place().0) {
            Some(key) if !sorting.kind.takes(&key) => Err(StoreError::OtherOrder),
            _ => Ok(sorting),
        }
    }

    fn custom(tx: &mut Tx<'_>, key: &FieldKey) -> Result<Self, StoreError> {
        let field = fields::find_by_key(tx, key.as_str())?;
        let Some(field) = field.filter(|field| field.applies_to == AppliesTo::Employees) else {
            return Ok(Self { key: "CAST('' AS ordered_text)".into(), kind: Kind::Text });
        };
        let (of_a, kind) = of_field(&field, tx.dialect());
        // Said of assets; here of employees under the same name.
        let key = sql! {
            "(SELECT ", + of_a, " FROM employees a
              WHERE a.tenant_id = ", tx.tenant(), " AND a.id = e.id)"
        };
        Ok(Self { key, kind })
    }

    /// Text goes by code point on both databases.
    fn column(sort: &EmployeeSort, dialect: Dialect) -> Self {
        let key = match (sort, dialect) {
            (S::Name | S::Title | S::Custom(_), _) => "e.name_key",
            (S::Email, _) => "COALESCE(e.email_key, '')",
            (S::Department, _) => "COALESCE(d.name_key, '')",
            (S::Location, _) => "COALESCE(l.name_key, '')",
            (S::Manager, _) => "COALESCE(m.name_key, '')",
            (S::StartsOn, Dialect::Sqlite) => "COALESCE(e.starts_on, '')",
            (S::StartsOn, Dialect::Postgres) => "COALESCE(e.starts_on, '') COLLATE \"C\"",
            (S::EndsOn, Dialect::Sqlite) => "COALESCE(e.ends_on, '')",
            (S::EndsOn, Dialect::Postgres) => "COALESCE(e.ends_on, '') COLLATE \"C\"",
            (S::Holds, _) => HOLDS,
            (S::Leaver, _) => "CAST(CASE WHEN e.leaver THEN 1 ELSE 0 END AS BIGINT)",
            (S::CreatedAt, _) => "e.created_at",
            (S::UpdatedAt, _) => "e.updated_at",
        };
        let number = matches!(sort, S::Holds | S::Leaver | S::CreatedAt | S::UpdatedAt);
        Self { key: key.into(), kind: if number { Kind::Number } else { Kind::Text } }
    }
}
