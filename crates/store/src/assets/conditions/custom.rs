//! Conditions on custom fields: of the looked-up values where they are kept, else of the document.

use domain::fields::FieldKey;
use domain::id::TenantId;
use domain::money::{self, Currencies};
use jiff::civil::Date;

use super::{Custom, Edge, Value};
use crate::seam::{Dialect, Sql, folded, sql};
use crate::search::pattern;

pub(crate) fn say(
    sql: &mut Sql,
    field: &Custom,
    value: &Value,
    tenant: TenantId,
    dialect: Dialect,
) {
    match value {
        Value::Blank => {
            document(sql, &field.key, dialect);
            sql.text(" IS NULL");
        }
        Value::OneOf(_) | Value::Part(_) | Value::Day(..) if field.kept => {
            // SQLite would look through all values of the field, once for each asset.
            let index = match dialect {
                Dialect::Sqlite => " INDEXED BY field_values_subject",
                Dialect::Postgres => "",
            };
            sql! { sql =>
                "EXISTS (SELECT 1 FROM field_values v", const index, " WHERE v.subject_id = a.id AND "
            };
            of_values(sql, field, value, tenant);
            sql.text(")");
        }
        Value::OneOf(values) => {
            sql.text("(FALSE");
            for value in values {
                let line = pattern(&format!("\n{}={value}\n", field.key));
                sql! { sql => " OR a.fields_key LIKE ", line, " ESCAPE '\\'" };
            }
            sql.text(")");
        }
        Value::Part(part) => {
            folded(sql, dialect, |sql| document(sql, &field.key, dialect));
            sql! { sql => " LIKE ", pattern(part), " ESCAPE '\\'" };
        }
        Value::Day(from, until) => {
            let day = |day: &Option<Date>| day.map(|day| day.to_string().into());
            let ends = [(" >= ", day(from)), (" <= ", day(until))];
            ranged(sql, &ends, |sql| document(sql, &field.key, dialect));
        }
        Value::Number(from, until) => {
            let end = |edge: &Option<Edge>| edge.map(|edge| edge.at.into());
            let with = |edge: &Option<Edge>| edge.is_none_or(|edge| edge.with);
            let ends = [
                (if with(from) { " >= " } else { " > " }, end(from)),
                (if with(until) { " <= " } else { " < " }, end(until)),
            ];
            ranged(sql, &ends, |sql| number(sql, &field.key, dialect));
        }
        Value::Money(currencies, from, until) => {
            let ends = [(" >= ", from.map(Into::into)), (" <= ", until.map(Into::into))];
            ranged(sql, &ends, |sql| minor(sql, &field.key, currencies, dialect));
        }
    }
}

/// What is asked of the looked-up values `v`.
pub(in crate::assets) fn of_values(sql: &mut Sql, field: &Custom, value: &Value, tenant: TenantId) {
    sql! { sql => "v.tenant_id = ", tenant, " AND v.field_id = ", field.id };
    match value {
        Value::OneOf(values) if values.is_empty() => sql.text(" AND FALSE"),
        Value::OneOf(values) => {
            sql.text(" AND v.value_key IN (");
            sql.list(values);
            sql.text(")");
        }
        Value::Part(part) => {
            sql! { sql => " AND v.value_key LIKE ", pattern(part), " ESCAPE '\\'" };
        }
        Value::Day(from, until) => {
            if let Some(from) = from {
                sql! { sql => " AND v.value_key >= ", from.to_string() };
            }
            if let Some(until) = until {
                sql! { sql => " AND v.value_key <= ", until.to_string() };
            }
        }
        Value::Blank | Value::Number(..) | Value::Money(..) => {}
    }
}

/// Compared with each end there is; without any, it is there.
fn ranged(
    sql: &mut Sql,
    ends: &[(&'static str, Option<crate::seam::Value>)],
    left: impl Fn(&mut Sql),
) {
    sql.text("(");
    left(sql);
    sql.text(" IS NOT NULL");
    for (sign, end) in ends {
        let Some(end) = end else { continue };
        sql.text(" AND ");
        left(sql);
        sql.text(sign);
        sql.bind(end.clone());
    }
    sql.text(")");
}

/// The value in the document as text, NULL where there is none.
pub(in crate::assets) fn document(sql: &mut Sql, key: &FieldKey, dialect: Dialect) {
    match dialect {
        Dialect::Sqlite => {
            sql! { sql => "json_extract(a.fields, ", format!("$.\"{key}\""), ")" };
        }
        Dialect::Postgres => {
            sql! { sql => "(a.fields::jsonb ->> ", key.as_str(), ")" };
        }
    }
}

/// As a number, NULL where the value is none.
pub(in crate::assets) fn number(sql: &mut Sql, key: &FieldKey, dialect: Dialect) {
    match dialect {
        Dialect::Sqlite => {
            let path = format!("$.\"{key}\"");
            sql! { sql => "CASE WHEN json_type(a.fields, ", &path, ") IN ('integer', 'real')
            THEN json_extract(a.fields, ", &path, ") END" };
        }
        Dialect::Postgres => {
            let key = key.as_str();
            sql! { sql => "CASE WHEN jsonb_typeof(a.fields::jsonb -> ", key, ") = 'number'
            THEN (a.fields::jsonb ->> ", key, ")::float8 END" };
        }
    }
}

/// The amount of what is stored as `499.90 EUR`, NULL where the value is none.
pub(in crate::assets) fn amount(sql: &mut Sql, key: &FieldKey, dialect: Dialect) {
    sql.text("CASE WHEN ");
    document(sql, key, dialect);
    match dialect {
        Dialect::Sqlite => {
            sql.text(" GLOB '[0-9]* [A-Z]*' THEN CAST(");
            document(sql, key, dialect);
            sql.text(" AS REAL) END");
        }
        Dialect::Postgres => {
            sql.text(" ~ '^[0-9]+([.][0-9]+)? [A-Z]+$' THEN split_part(");
            document(sql, key, dialect);
            sql.text(", ' ', 1)::float8 END");
        }
    }
}

/// In minor units, NULL where the amount is in another currency. It is stored as `499.90 EUR`.
fn minor(sql: &mut Sql, key: &FieldKey, currencies: &Currencies, dialect: Dialect) {
    let unit = 10_i64.pow(currencies.digits());
    sql.text("CASE WHEN ");
    document(sql, key, dialect);
    let any = matches!(currencies, Currencies::OfDigits(_));
    let (glob, regex) = match currencies {
        Currencies::One(one) => (one.as_str(), one.as_str()),
        Currencies::OfDigits(_) => ("[A-Z][A-Z][A-Z]", "[A-Z]{3}"),
    };
    match dialect {
        Dialect::Sqlite => {
            sql! { sql => " GLOB ", format!("*[0-9] {glob}") };
        }
        Dialect::Postgres => {
            sql! { sql => " ~ ", format!("^[0-9]+([.][0-9]+)? {regex}$") };
        }
    }
    if any {
        sql.text(if dialect == Dialect::Sqlite { " AND substr(" } else { " AND right(" });
        document(sql, key, dialect);
        sql.text(if dialect == Dialect::Sqlite { ", -3)" } else { ", 3)" });
        if currencies.digits() == 2 {
            sql.text(" NOT IN (");
            sql.list(money::unusual());
        } else {
            sql.text(" IN (");
            sql.list(money::of_digits(currencies.digits()));
        }
        sql.text(")");
    }
    match dialect {
        Dialect::Sqlite => {
            sql.text(" THEN CAST(ROUND(CAST(");
            document(sql, key, dialect);
            sql! { sql => " AS REAL) * ", unit, ") AS INTEGER) END" };
        }
        Dialect::Postgres => {
            sql.text(" THEN (split_part(");
            document(sql, key, dialect);
            sql! { sql => ", ' ', 1)::numeric * ", unit, "::bigint)::bigint END" };
        }
    }
}
