//! What a list of employees is in order of.

use crate::page::Key;
use crate::seam::{Dialect, Row, StoreError};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
    UpdatedAt,
}

use EmployeeSort as S;

impl EmployeeSort {
    /// By the name that addresses know it by.
    pub const ALL: [(&'static str, EmployeeSort); 10] = [
        ("name", S::Name),
        ("email", S::Email),
        ("title", S::Title),
        ("department", S::Department),
        ("location", S::Location),
        ("manager", S::Manager),
        ("starts_on", S::StartsOn),
        ("ends_on", S::EndsOn),
        ("holds", S::Holds),
        ("updated_at", S::UpdatedAt),
    ];

    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(name, _)| *name == word).map(|(_, sort)| sort)
    }

    /// What rows are compared by; what is blank comes first. Text goes by code point on both
    /// databases.
    pub(super) const fn key(self, dialect: Dialect) -> &'static str {
        match (self, dialect) {
            (S::Name, _) => "e.name_key",
            (S::Email, _) => "COALESCE(e.email_key, '')",
            (S::Title, Dialect::Sqlite) => "LOWER(COALESCE(e.title, ''))",
            (S::Title, Dialect::Postgres) => "LOWER(COALESCE(e.title, '')) COLLATE \"C\"",
            (S::Department, _) => "COALESCE(d.name_key, '')",
            (S::Location, _) => "COALESCE(l.name_key, '')",
            (S::Manager, _) => "COALESCE(m.name_key, '')",
            (S::StartsOn, Dialect::Sqlite) => "COALESCE(e.starts_on, '')",
            (S::StartsOn, Dialect::Postgres) => "COALESCE(e.starts_on, '') COLLATE \"C\"",
            (S::EndsOn, Dialect::Sqlite) => "COALESCE(e.ends_on, '')",
            (S::EndsOn, Dialect::Postgres) => "COALESCE(e.ends_on, '') COLLATE \"C\"",
            (S::Holds, _) => super::HOLDS,
            (S::UpdatedAt, _) => "e.updated_at",
        }
    }

    pub const fn is_number(self) -> bool {
        matches!(self, S::Holds | S::UpdatedAt)
    }

    /// The key of a row.
    pub(super) fn read(self, row: &mut Row<'_>) -> Result<Key, StoreError> {
        Ok(if self.is_number() { Key::Number(row.next()?) } else { Key::Text(row.next()?) })
    }
}
