//! What sources say of devices, as conditions and as keys of an order. Every value is found where it
//! stands in what is kept of the device, so that whatever a connector knows to name can be asked.

use domain::Timestamp;
use domain::filters::Words;
use jiff::civil::Date;

use super::worded;
use crate::seam::{Dialect, Sql, Value, folded, numbered, sql};

/// A value of a device that lists are asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// As its connector calls it.
    pub key: &'static str,
    pub told: Told,
    /// In order of preference.
    pub places: Vec<Place>,
}

/// What its value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    Text,
    /// Text whose numbers count when it is put in order: 9.2 comes before 15.1.
    Numbered,
    /// Texts, each of which is asked by itself.
    List,
    YesNo,
    /// RFC 3339 or nearly, UTC.
    Time,
    Day,
}

/// Where it stands in what is kept of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Platform,
    OsVersion,
    LastSeen,
    Enrolled,
    /// In the row as it was listed, `user.email`.
    Row(&'static str),
    /// In the details that were asked of this device alone.
    Details(&'static str),
}

/// What is asked of one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    pub of: &'static Property,
    pub ask: Ask,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// No device of the asset has any.
    Blank,
    Words(Words),
    Yes(bool),
    /// From here to there, both included; without either end any will do.
    Moments(Option<Timestamp>, Option<Timestamp>),
    Days(Option<Date>, Option<Date>),
}

impl Property {
    /// Whether it is kept as a number of microseconds.
    pub(in crate::assets) fn is_moment(&self) -> bool {
        matches!(self.places[..], [Place::LastSeen | Place::Enrolled])
    }

    /// The value of the device `x` in a form that compares: folded, yes and no as 1 and 0, times by
    /// the second. NULL or '' where it is blank.
    pub(in crate::assets) fn compared(&self, sql: &mut Sql, dialect: Dialect) {
        match self.told {
            Told::Text | Told::Numbered | Told::List => {
                folded(sql, dialect, |sql| self.value(sql, dialect));
            }
            Told::YesNo => {
                sql.text("CASE LOWER(CAST(");
                self.value(sql, dialect);
                sql.text(
                    " AS ordered_text))
                     WHEN 'true' THEN '1' WHEN '1' THEN '1' WHEN 'yes' THEN '1'
                     WHEN 'false' THEN '0' WHEN '0' THEN '0' WHEN 'no' THEN '0' END",
                );
            }
            Told::Time if self.is_moment() => self.value(sql, dialect),
            Told::Time => {
                sql.text("NULLIF(REPLACE(SUBSTR(CAST(");
                self.value(sql, dialect);
                sql.text(" AS ordered_text), 1, 19), ' ', 'T'), '')");
            }
            Told::Day => {
                sql.text("NULLIF(SUBSTR(CAST(");
                self.value(sql, dialect);
                sql.text(" AS ordered_text), 1, 10), '')");
            }
        }
    }

    /// The same in a form that gives an order.
    pub(in crate::assets) fn ordered(&self, sql: &mut Sql, dialect: Dialect) {
        match self.told {
            Told::Numbered => numbered(sql, dialect, |sql| self.value(sql, dialect)),
            _ => self.compared(sql, dialect),
        }
    }

    fn value(&self, sql: &mut Sql, dialect: Dialect) {
        if let [place] = self.places[..] {
            return place.say(sql, dialect);
        }
        sql.text("COALESCE(NULL");
        for place in &self.places {
            sql.text(", ");
            place.say(sql, dialect);
        }
        sql.text(")");
    }
}

impl Place {
    fn say(self, sql: &mut Sql, dialect: Dialect) {
        match self {
            Place::Platform => sql.text("x.platform"),
            Place::OsVersion => sql.text("x.os_version"),
            Place::LastSeen => sql.text("x.last_seen_at"),
            Place::Enrolled => sql.text("x.enrolled_at"),
            Place::Row(path) => inside(sql, "x.raw", path, dialect, true),
            Place::Details(path) => {
                sql.text("(SELECT ");
                inside(sql, "y.document", path, dialect, true);
                sql.text(
                    " FROM device_details y WHERE y.tenant_id = x.tenant_id
                      AND y.source_id = x.source_id AND y.device_id = x.device_id)",
                );
            }
        }
    }
}

/// What stands in a document at a path, as text or as JSON; NULL where nothing does.
fn inside(sql: &mut Sql, document: &'static str, path: &str, dialect: Dialect, text: bool) {
    match dialect {
        Dialect::Sqlite => {
            let keys = path.replace('.', "\".\"");
            sql! { sql => "CASE WHEN json_valid(", const document, ") THEN json_extract(",
            const document, ", ", format!("$.\"{keys}\""), ") END" };
        }
        Dialect::Postgres => {
            // Where PostgreSQL could not hold the text, it refuses to look into the document.
            sql! { sql => "CASE WHEN position('\\u0000' IN ", const document, ") = 0 THEN ",
            const document, "::json" };
            let mut keys = path.split('.').peekable();
            while let Some(key) = keys.next() {
                sql.text(if text && keys.peek().is_none() { " ->> " } else { " -> " });
                sql.bind(key);
            }
            sql.text(" END");
        }
    }
}

impl Detail {
    /// The condition on its device `x`, and whether there must be none.
    pub(in crate::assets) fn of_device(&self, sql: &mut Sql, dialect: Dialect) -> bool {
        let of = self.of;
        let compared = |sql: &mut Sql| of.compared(sql, dialect);
        match &self.ask {
            Ask::Blank | Ask::Words(Words::Blank) => {
                compared(sql);
                sql.text(if of.is_moment() { " IS NOT NULL" } else { " <> ''" });
                return true;
            }
            Ask::Words(words) => match (of.told, &of.places[..]) {
                (Told::List, [Place::Row(path)]) => listed(sql, path, words, dialect),
                _ => worded(sql, words, compared),
            },
            Ask::Yes(yes) => {
                compared(sql);
                sql.text(if *yes { " = '1'" } else { " = '0'" });
            }
            Ask::Moments(from, until) => {
                let end = |at: &Option<Timestamp>| at.map(|at| if_moment(of.is_moment(), at));
                within(sql, end(from), end(until), compared);
            }
            Ask::Days(from, until) => {
                let end = |day: &Option<Date>| day.map(|day| day.to_string().into());
                within(sql, end(from), end(until), compared);
            }
        }
        false
    }

    pub(super) fn say(&self, sql: &mut Sql, dialect: Dialect) {
        // SQLite would begin with all devices of which it is true, once for each asset.
        let join = match dialect {
            Dialect::Sqlite => "CROSS JOIN",
            Dialect::Postgres => "JOIN",
        };
        let mut device = Sql::default();
        let none = self.of_device(&mut device, dialect);
        sql.text(if none { "NOT EXISTS (" } else { "EXISTS (" });
        sql! { sql =>
            "SELECT 1
             FROM links k ", const join, " devices x ON x.tenant_id = k.tenant_id
                 AND x.source_id = k.source_id AND x.device_id = k.device_id
             WHERE k.tenant_id = a.tenant_id AND k.asset_id = a.id AND ", + device, ")"
        };
    }
}

fn if_moment(number: bool, at: Timestamp) -> Value {
    if number { at.into() } else { at.strftime("%Y-%m-%dT%H:%M:%S").to_string().into() }
}

/// Between these, and not blank.
fn within(sql: &mut Sql, from: Option<Value>, until: Option<Value>, left: impl Fn(&mut Sql)) {
    sql.text("(");
    left(sql);
    sql.text(" IS NOT NULL");
    for (sign, end) in [(" >= ", from), (" <= ", until)] {
        let Some(end) = end else { continue };
        sql.text(" AND ");
        left(sql);
        sql.text(sign);
        sql.bind(end);
    }
    sql.text(")");
}

/// One of the texts of a list is these words.
fn listed(sql: &mut Sql, path: &'static str, words: &Words, dialect: Dialect) {
    sql.text("EXISTS (SELECT 1 FROM ");
    match dialect {
        Dialect::Sqlite => {
            sql! { sql => "json_each(CASE WHEN json_valid(x.raw) THEN x.raw END, ",
            format!("$.\"{path}\""), ") y WHERE " };
        }
        Dialect::Postgres => {
            sql.text("json_array_elements_text(CASE WHEN json_typeof(");
            inside(sql, "x.raw", path, dialect, false);
            sql.text(") = 'array' THEN ");
            inside(sql, "x.raw", path, dialect, false);
            sql.text(" END) y (value) WHERE ");
        }
    }
    worded(sql, words, |sql| folded(sql, dialect, |sql| sql.text("y.value")));
    sql.text(")");
}
