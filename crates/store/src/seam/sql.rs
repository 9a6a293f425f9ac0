//! A statement under construction: literal text, and values that are always bound.
//! Placeholders are written by the database it runs on, so `Sql` knows no dialect.

use std::fmt::Write;

use super::connection::Dialect;
use super::value::Value;

/// Literals and `const NAME` are text, `+ fragment` is another `Sql`, all else is bound:
/// `sql! { "SELECT ", const COLUMNS, " FROM assets WHERE tenant_id = ", tenant }`;
/// `sql! { query => " AND kind = ", kind }` goes on with one.
/// In braces, because there rustfmt leaves the lines of the SQL as they are.
macro_rules! sql {
    (@part $sql:ident) => {};
    (@part $sql:ident $text:literal $(, $($rest:tt)*)?) => {
        $sql.text($text);
        $crate::seam::sql::sql! { @part $sql $($($rest)*)? };
    };
    (@part $sql:ident const $text:path $(, $($rest:tt)*)?) => {
        $sql.text($text);
        $crate::seam::sql::sql! { @part $sql $($($rest)*)? };
    };
    (@part $sql:ident + $fragment:expr $(, $($rest:tt)*)?) => {
        $sql.append($fragment);
        $crate::seam::sql::sql! { @part $sql $($($rest)*)? };
    };
    (@part $sql:ident $value:expr $(, $($rest:tt)*)?) => {
        $sql.bind($value);
        $crate::seam::sql::sql! { @part $sql $($($rest)*)? };
    };
    ($sql:ident => $($part:tt)+) => {
        $crate::seam::sql::sql! { @part $sql $($part)+ };
    };
    ($($part:tt)+) => {{
        let mut sql = $crate::seam::sql::Sql::default();
        $crate::seam::sql::sql! { @part sql $($part)+ };
        sql
    }};
}
pub(crate) use sql;

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sql {
    /// With `?` for each value: SQLite's form, and the key of both statement caches.
    text: String,
    /// Where in `text` each `?` stands; a literal may hold question marks of its own.
    marks: Vec<usize>,
    values: Vec<Value>,
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }
}

impl Sql {
    pub fn text(&mut self, text: &'static str) {
        self.text.push_str(text);
    }

    pub fn bind(&mut self, value: impl Into<Value>) {
        self.marks.push(self.text.len());
        self.text.push('?');
        self.values.push(value.into());
    }

    /// Goes on with another piece of SQL and its values.
    pub fn append(&mut self, other: Self) {
        let start = self.text.len();
        self.text.push_str(&other.text);
        self.marks.extend(other.marks.iter().map(|mark| start + mark));
        self.values.extend(other.values);
    }

    /// `?, ?, ?`: the values of an `IN (…)` or of one row of an insert.
    pub fn list(&mut self, values: impl IntoIterator<Item = impl Into<Value>>) {
        for (position, value) in values.into_iter().enumerate() {
            if position > 0 {
                self.text(", ");
            }
            self.bind(value);
        }
    }

    /// `(?, ?), (?, ?)`: the rows of an insert.
    pub fn rows<const N: usize>(&mut self, rows: impl IntoIterator<Item = [Value; N]>) {
        for (position, row) in rows.into_iter().enumerate() {
            self.text(if position > 0 { ", (" } else { "(" });
            self.list(row);
            self.text(")");
        }
    }

    /// The form for SQLite, where numbered placeholders would be searched one by one.
    pub fn sqlite(&self) -> &str {
        &self.text
    }

    /// The form for PostgreSQL: `$1`, `$2`, …
    pub fn postgres(&self) -> String {
        let mut text = String::with_capacity(self.text.len() + 2 * self.marks.len());
        let mut from = 0;
        for (position, mark) in self.marks.iter().enumerate() {
            text.push_str(&self.text[from..*mark]);
            write!(text, "${}", position + 1).expect("writing to a String cannot fail");
            from = mark + 1;
        }
        text.push_str(&self.text[from..]);
        text
    }

    pub fn values(&self) -> &[Value] {
        &self.values
    }
}

/// A value as text, folded as `domain::text::key` does, as far as the database knows letters; in
/// the order of code points.
pub(crate) fn folded(sql: &mut Sql, dialect: Dialect, left: impl FnOnce(&mut Sql)) {
    let (begin, end) = match dialect {
        Dialect::Sqlite => ("folded(", ")"),
        Dialect::Postgres => ("CAST(LOWER(CAST(", " AS TEXT)) AS ordered_text)"),
    };
    sql.text(begin);
    left(sql);
    sql.text(end);
}

/// The same where the numbers in it count: each run of digits becomes its last [`DIGITS`] behind as
/// many zeros as it takes.
pub(crate) fn numbered(sql: &mut Sql, dialect: Dialect, left: impl FnOnce(&mut Sql)) {
    let (begin, end) = match dialect {
        Dialect::Sqlite => ("numbered(", ")"),
        Dialect::Postgres => (
            "CAST(regexp_replace(regexp_replace(LOWER(CAST(",
            " AS TEXT)), '([0-9]+)', '00000000000000000000\\1', 'g'), \
             '[0-9]*([0-9]{20})', '\\1', 'g') AS ordered_text)",
        ),
    };
    sql.text(begin);
    left(sql);
    sql.text(end);
}

/// As long as any number in a version is.
const DIGITS: usize = 20;

/// What `numbered` means, for SQLite.
pub(super) fn with_numbers_of_one_length(text: &str) -> String {
    let mut padded = String::with_capacity(text.len() + 2 * DIGITS);
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        let length = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
        let (digits, after) = from.split_at(length);
        padded.push_str(before);
        padded.extend(std::iter::repeat_n('0', DIGITS.saturating_sub(length)));
        padded.push_str(&digits[length.saturating_sub(DIGITS)..]);
        rest = after;
    }
    padded + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &str = "id, tag";

    #[test]
    fn literals_are_text_and_everything_else_is_bound() {
        let tag = "MBP-0042' OR '1'='1";
        let sql = sql! {
            "SELECT ", const COLUMNS, " FROM assets WHERE tenant_id = ", 7_i64 + 1,
            " AND tag = ", tag
        };
        assert_eq!(sql.sqlite(), "SELECT id, tag FROM assets WHERE tenant_id = ? AND tag = ?");
        assert_eq!(sql.postgres(), "SELECT id, tag FROM assets WHERE tenant_id = $1 AND tag = $2");
        assert_eq!(sql.values(), [Value::Integer(8), Value::Text(tag.into())]);
    }

    #[test]
    fn a_question_mark_in_a_literal_is_no_placeholder() {
        let yes = true;
        let mut sql = sql! { "SELECT '?', ", yes };
        sql! { sql => " WHERE id IN (" };
        sql.list([1_i64, 2]);
        sql.append(sql! { ") AND note = ", None::<String> });
        assert_eq!(sql.postgres(), "SELECT '?', $1 WHERE id IN ($2, $3) AND note = $4");
    }

    #[test]
    fn digits_become_numbers_of_one_length() {
        let nought = "0".repeat(19);
        assert_eq!(with_numbers_of_one_length("9.2 (a)"), format!("{nought}9.{nought}2 (a)"));
        assert_eq!(with_numbers_of_one_length("24h2"), format!("{}24h{nought}2", "0".repeat(18)));
        let long = "1".repeat(21);
        assert_eq!(with_numbers_of_one_length(&long), "1".repeat(20));
        assert_eq!(with_numbers_of_one_length(""), "");
    }
}
