//! What stands in a table: cells that know their kind, and the columns they stand in.

use jiff::Timestamp;
use jiff::civil::Date;

/// One value. Its kind decides how each format writes it.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    #[default]
    Blank,
    Text(String),
    Whole(i64),
    Number(f64),
    /// An amount in minor units of a currency that has so many digits after the point.
    Money {
        minor: i64,
        digits: u32,
    },
    /// In bytes.
    Size(u64),
    YesNo(bool),
    Date(Date),
    Moment(Timestamp),
}

/// A column's head, and how wide its values tend to be, in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub label: String,
    pub width: u16,
}

impl Column {
    pub fn new(label: impl Into<String>, width: u16) -> Self {
        Column { label: label.into(), width }
    }
}

impl Cell {
    /// Blank where there is no text.
    pub fn text(text: impl Into<Option<String>>) -> Self {
        text.into().filter(|text| !text.is_empty()).map_or(Cell::Blank, Cell::Text)
    }

    pub fn date(date: Option<Date>) -> Self {
        date.map_or(Cell::Blank, Cell::Date)
    }

    pub fn moment(at: Option<Timestamp>) -> Self {
        at.map_or(Cell::Blank, Cell::Moment)
    }
}

/// Minor units as decimal text: `49990` with two digits is `499.90`.
pub fn amount(minor: i64, digits: u32) -> String {
    if digits == 0 {
        return minor.to_string();
    }
    let unit = 10_u64.pow(digits);
    let (sign, whole) = (if minor < 0 { "-" } else { "" }, minor.unsigned_abs());
    format!("{sign}{}.{:0width$}", whole / unit, whole % unit, width = digits as usize)
}
