//! Pages of a list: cursors that walk by key, and counts that know when to stop.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::seam::{Sql, StoreError, Value, sql};

/// One page; the cursors lead on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<Cursor>,
    pub previous: Option<Cursor>,
}

/// How many there are; `more`: at least that many, counting stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    pub n: i64,
    pub more: bool,
}

/// Where a page begins: after (or before) the row with this key and id. Opaque as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    backwards: bool,
    key: Key,
    id: i64,
}

/// The value of the sort column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Text(String),
    Number(i64),
    Real(Real),
}

/// A number with a fraction, in the order of the numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Real(pub f64);

impl PartialEq for Real {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Real {}

impl PartialOrd for Real {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Real {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl From<String> for Key {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Key {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&Key> for Value {
    fn from(key: &Key) -> Self {
        match key {
            Key::Text(text) => text.into(),
            Key::Number(number) => (*number).into(),
            Key::Real(Real(number)) => (*number).into(),
        }
    }
}

impl Cursor {
    /// The condition and the order of a walk along `key` and `id`; ties go by id.
    pub(crate) fn walk(
        sql: &mut Sql,
        cursor: Option<&Self>,
        key: impl Into<Sql>,
        id: &'static str,
        descending: bool,
    ) {
        let (down, key) = (Self::down(cursor, descending), key.into());
        if let Some(cursor) = cursor {
            sql! { sql => " AND (", + key.clone(), ", ", const id, ")" };
            sql.text(if down { " < " } else { " > " });
            sql! { sql => "(", &cursor.key, ", ", cursor.id, ")" };
        }
        Self::order(sql, cursor, key, id, descending);
    }

    /// The order alone.
    pub(crate) fn order(
        sql: &mut Sql,
        cursor: Option<&Self>,
        key: impl Into<Sql>,
        id: &'static str,
        descending: bool,
    ) {
        let down = Self::down(cursor, descending);
        sql! { sql => " ORDER BY ", + key.into() };
        sql.text(if down { " DESC, " } else { ", " });
        sql.text(id);
        sql.text(if down { " DESC" } else { "" });
    }

    /// The same for a list that is in order of id alone.
    pub(crate) fn walk_ids(
        sql: &mut Sql,
        cursor: Option<&Self>,
        id: &'static str,
        descending: bool,
    ) {
        let down = Self::down(cursor, descending);
        if let Some(cursor) = cursor {
            sql! { sql => " AND ", const id };
            sql.text(if down { " < " } else { " > " });
            sql.bind(cursor.id);
        }
        sql! { sql => " ORDER BY ", const id };
        sql.text(if down { " DESC" } else { "" });
    }

    /// Whether the walk goes from greater keys to lesser ones.
    pub(crate) fn down(cursor: Option<&Self>, descending: bool) -> bool {
        descending != cursor.is_some_and(|cursor| cursor.backwards)
    }

    /// Whether it is of a walk along numbers, and not along texts.
    pub const fn is_number(&self) -> bool {
        matches!(self.key, Key::Number(_))
    }

    pub(crate) fn place(&self) -> (Key, i64) {
        (self.key.clone(), self.id)
    }

    fn before<K: Into<Key>>((key, id): (K, i64)) -> Self {
        Self { backwards: true, key: key.into(), id }
    }

    fn after<K: Into<Key>>((key, id): (K, i64)) -> Self {
        Self { backwards: false, key: key.into(), id }
    }
}

/// One row more than shown, so that the page knows whether another follows.
pub(crate) fn limit(sql: &mut Sql, limit: usize) {
    sql! { sql => " LIMIT ", i64::try_from(limit + 1).unwrap_or(i64::MAX) };
}

impl<T> Page<T> {
    /// Makes a page of up to `limit + 1` rows read by the cursor's walk.
    pub(crate) fn of<K: Into<Key>>(
        mut items: Vec<T>,
        limit: usize,
        cursor: Option<&Cursor>,
        place: impl Fn(&T) -> (K, i64),
    ) -> Self {
        let further = items.len() > limit;
        items.truncate(limit);
        let backwards = cursor.is_some_and(|cursor| cursor.backwards);
        if backwards {
            items.reverse();
        }
        let (has_next, has_previous) =
            if backwards { (true, further) } else { (further, cursor.is_some()) };
        let next = items.last().filter(|_| has_next).map(|item| Cursor::after(place(item)));
        let previous =
            items.first().filter(|_| has_previous).map(|item| Cursor::before(place(item)));
        Self { items, next, previous }
    }

    /// Without those that turn out to be nothing.
    pub(crate) fn filter_map<U>(self, change: impl FnMut(T) -> Option<U>) -> Page<U> {
        let items = self.items.into_iter().filter_map(change).collect();
        Page { items, next: self.next, previous: self.previous }
    }

    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            next: self.next,
            previous: self.previous,
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.backwards { "b" } else { "f" })?;
        write!(f, "{:016x}", self.id)?;
        match &self.key {
            Key::Number(number) => write!(f, "n{number}"),
            Key::Real(Real(number)) => write!(f, "r{:016x}", number.to_bits()),
            Key::Text(text) => {
                f.write_str("t")?;
                text.bytes().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }
    }
}

impl FromStr for Cursor {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        read_cursor(text).ok_or_else(|| {
            StoreError::Misfit("this is no cursor; hint: take it from \"next\" as it is".into())
        })
    }
}

fn read_cursor(text: &str) -> Option<Cursor> {
    let backwards = match text.get(..1)? {
        "b" => true,
        "f" => false,
        _ => return None,
    };
    let id = u64::from_str_radix(text.get(1..17)?, 16).ok()?.cast_signed();
    let rest = text.get(18..)?;
    let key = match text.get(17..18)? {
        "n" => Key::Number(rest.parse().ok()?),
        "r" => Key::Real(Real(f64::from_bits(u64::from_str_radix(rest, 16).ok()?))),
        "t" => Key::Text(String::from_utf8(bytes(rest)?).ok()?),
        _ => return None,
    };
    Some(Cursor { backwards, key, id })
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let (pairs, odd) = hex.as_bytes().as_chunks::<2>();
    if !odd.is_empty() {
        return None;
    }
    pairs.iter().map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_from_its_text() {
        let real = Key::Real(Real(-0.5));
        let text = Key::Text("Žluťoučký".into());
        for key in [text, Key::Text(String::new()), Key::Number(-5), real] {
            for backwards in [true, false] {
                let cursor = Cursor { backwards, key: key.clone(), id: i64::MIN };
                assert_eq!(cursor.to_string().parse(), Ok(cursor));
            }
        }
    }

    #[test]
    fn a_cursor_made_up_is_refused() {
        for text in [
            "",
            "x",
            "f00",
            "f0000000000000000zaa",
            "f0000000000000000t8",
            "čččč",
            "f0000000000000000rx",
        ] {
            assert!(matches!(text.parse::<Cursor>(), Err(StoreError::Misfit(_))), "{text}");
        }
    }
}
