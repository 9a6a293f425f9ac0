//! What a list of products is in order of.

use crate::page::Key;
use crate::seam::{Dialect, Row, StoreError};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProductSort {
    #[default]
    Name,
    Manufacturer,
    Category,
    Identifiers,
    Assets,
    UpdatedAt,
}

use ProductSort as S;

impl ProductSort {
    /// By the name that addresses know it by.
    pub const ALL: [(&'static str, ProductSort); 6] = [
        ("name", S::Name),
        ("manufacturer", S::Manufacturer),
        ("category", S::Category),
        ("identifiers", S::Identifiers),
        ("assets", S::Assets),
        ("updated_at", S::UpdatedAt),
    ];

    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(name, _)| *name == word).map(|(_, sort)| sort)
    }

    /// What rows are compared by, if it stands in them; what is blank comes first. Text goes by code
    /// point on both databases.
    pub(super) const fn key(self, dialect: Dialect) -> Option<&'static str> {
        Some(match (self, dialect) {
            (S::Name, _) => "p.name_key",
            (S::Manufacturer, _) => "COALESCE(m.name_key, '')",
            (S::Category, _) => "COALESCE(c.name_key, '')",
            (S::Identifiers, Dialect::Sqlite) => {
                "CASE p.identifiers WHEN '[]' THEN '' ELSE p.identifiers END"
            }
            (S::Identifiers, Dialect::Postgres) => {
                "CASE p.identifiers WHEN '[]' THEN '' ELSE p.identifiers END COLLATE \"C\""
            }
            (S::Assets, _) => return None,
            (S::UpdatedAt, _) => "p.updated_at",
        })
    }

    pub const fn is_number(self) -> bool {
        matches!(self, S::Assets | S::UpdatedAt)
    }

    /// The key of a row.
    pub(super) fn read(self, row: &mut Row<'_>) -> Result<Key, StoreError> {
        Ok(if self.is_number() { Key::Number(row.next()?) } else { Key::Text(row.next()?) })
    }
}
