//! What a list of employees is narrowed by, field by field: any of several tests, or none of them.

use domain::filters::Words;
use domain::id::TenantId;
use domain::text::key;
use domain::{Timestamp, fields};
use jiff::civil::Date;

use crate::assets::conditions::{Custom, Range, Value, custom, worded};
use crate::fields::of_every_employee;
use crate::seam::{Dialect, Sql, StoreError, Tx, folded, sql};
use crate::search::pattern;

pub type Condition = crate::assets::conditions::Condition<Test>;

#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// It refers to one of these; to nothing where there are none.
    Refers(Reference, Vec<i64>),
    /// What the one they report to is called.
    Manager(String),
    Text(TextColumn, Words),
    Day(DayColumn, Range<Date>),
    Moment(MomentColumn, Range<Timestamp>),
    Custom(Custom, Value),
    /// One of these employees.
    Is(Vec<i64>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    Department,
    Location,
    Manager,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextColumn {
    Name,
    Email,
    Title,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayColumn {
    StartsOn,
    EndsOn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MomentColumn {
    CreatedAt,
    UpdatedAt,
}

impl Reference {
    const fn column(self) -> &'static str {
        match self {
            Reference::Department => "e.department_id",
            Reference::Location => "e.location_id",
            Reference::Manager => "e.manager_id",
        }
    }
}

impl TextColumn {
    /// Folded, and '' where it is blank.
    fn say(self, sql: &mut Sql, dialect: Dialect) {
        match self {
            TextColumn::Name => sql.text("e.name_key"),
            TextColumn::Email => sql.text("COALESCE(e.email_key, '')"),
            TextColumn::Title => title(sql, dialect),
        }
    }
}

impl DayColumn {
    const fn column(self) -> &'static str {
        match self {
            DayColumn::StartsOn => "e.starts_on",
            DayColumn::EndsOn => "e.ends_on",
        }
    }
}

impl MomentColumn {
    const fn column(self) -> &'static str {
        match self {
            MomentColumn::CreatedAt => "e.created_at",
            MomentColumn::UpdatedAt => "e.updated_at",
        }
    }
}

/// The same, each test such that it can be asked row by row: values of custom fields that are not
/// looked up are looked for in the documents first.
pub(super) fn settled(
    tx: &mut Tx<'_>,
    conditions: &[Condition],
) -> Result<Vec<Condition>, StoreError> {
    let mut settled = conditions.to_vec();
    for test in settled.iter_mut().flat_map(|condition| &mut condition.any) {
        let Test::Custom(field, Value::OneOf(wanted)) = test else { continue };
        if field.kept {
            continue;
        }
        let mut found = Vec::new();
        for (id, values) in of_every_employee(tx)? {
            let own = values.get(field.key.as_str()).map(fields::keys).unwrap_or_default();
            if own.iter().any(|key| wanted.contains(key)) {
                found.push(id);
            }
        }
        *test = Test::Is(found);
    }
    Ok(settled)
}

/// ` AND …` of all of them.
pub(super) fn narrow(sql: &mut Sql, conditions: &[Condition], tenant: TenantId, dialect: Dialect) {
    for condition in conditions {
        condition.said(sql, |test, sql| test.say(sql, tenant, dialect));
    }
}

impl Test {
    fn say(&self, sql: &mut Sql, tenant: TenantId, dialect: Dialect) {
        match self {
            Test::Refers(to, ids) if ids.is_empty() => {
                sql.text(to.column());
                sql.text(" IS NULL");
            }
            Test::Refers(to, ids) => one_of(sql, to.column(), ids),
            Test::Manager(part) => {
                let part = pattern(&key(part));
                sql! { sql =>
                    "e.manager_id IN (
                         SELECT b.id FROM employees b
                         WHERE b.tenant_id = ", tenant, " AND b.name_key LIKE ", part, " ESCAPE '\\')"
                };
            }
            Test::Text(column, words) => worded(sql, words, |sql| column.say(sql, dialect)),
            Test::Day(column, range) => {
                range.say(sql, column.column(), |day| day.to_string().into());
            }
            Test::Moment(column, range) => range.say(sql, column.column(), |at| (*at).into()),
            Test::Custom(field, value) => {
                // Said of assets; here of employees under the same name.
                sql! { sql =>
                    "e.id IN (SELECT a.id FROM employees a WHERE a.tenant_id = ", tenant, " AND "
                };
                custom::say(sql, field, value, tenant, dialect);
                sql.text(")");
            }
            Test::Is(ids) if ids.is_empty() => sql.text("FALSE"),
            Test::Is(ids) => one_of(sql, "e.id", ids),
        }
    }
}

/// Folded, and '' where it is blank.
pub(super) fn title(sql: &mut Sql, dialect: Dialect) {
    sql.text("COALESCE(");
    folded(sql, dialect, |sql| sql.text("e.title"));
    sql.text(", '')");
}

fn one_of(sql: &mut Sql, column: &'static str, ids: &[i64]) {
    sql.text(column);
    sql.text(" IN (");
    sql.list(ids.iter().copied());
    sql.text(")");
}
