//! Reads `table.txt`, once.

use std::sync::LazyLock;

use super::{Kind, Origin, Platforms, Property};
use crate::permission::PrismCategory;

/// The table's short names beside Kandji's.
pub(super) const PLATFORMS: [(&str, &str); 7] = [
    ("mac", "Mac"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("tv", "AppleTV"),
    ("vision", "Vision"),
    ("win", "Windows"),
    ("android", "Android"),
];

/// Where a value stands.
#[derive(Debug)]
pub(super) struct Place {
    pub origin: Origin,
    pub platforms: Platforms,
    /// `volumes[boot].capacity`, or the value itself where the origin is `Constant`.
    pub path: &'static str,
    pub unit: Unit,
}

/// How a bare number or text is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    AsWritten,
    Gigabytes,
    Megabytes,
    /// 1,024 of them are what is sold as a gigabyte of memory.
    Mebibytes,
    WithoutSpaces,
}

pub(super) fn all() -> &'static [Property] {
    static TABLE: LazyLock<Vec<Property>> = LazyLock::new(|| {
        let lines = include_str!("table.txt").lines();
        let rows = lines.filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        rows.map(|row| property(row).expect("a test reads every row of the table")).collect()
    });
    &TABLE
}

fn property(row: &'static str) -> Option<Property> {
    let columns: Vec<&'static str> = row.split(" | ").map(str::trim).collect();
    let [key, label, kind, on, places] = columns[..] else { return None };
    let places = places.split("; ").map(place).collect::<Option<Vec<_>>>()?;
    Some(Property { key, label, kind: kind_of(kind)?, platforms: platforms(on)?, places })
}

fn kind_of(text: &str) -> Option<Kind> {
    Some(match text {
        "text" => Kind::Text,
        "yes_no" => Kind::YesNo,
        "number" => Kind::Number,
        "size" => Kind::Size,
        "percent" => Kind::Percent,
        "time" => Kind::Time,
        "date" => Kind::Date,
        "list" => Kind::List,
        _ => return None,
    })
}

fn platforms(text: &str) -> Option<Platforms> {
    let mut names = Vec::new();
    for word in text.split(',') {
        let group: &[&str] = match word {
            "all" => &["mac", "iphone", "ipad", "tv", "vision", "win", "android"],
            "apple" => &["mac", "iphone", "ipad", "tv", "vision"],
            "mobile" => &["iphone", "ipad"],
            _ => &[word],
        };
        for short in group {
            names.push(PLATFORMS.iter().find(|(known, _)| known == short)?.1);
        }
    }
    Some(Platforms(names))
}

fn place(text: &'static str) -> Option<Place> {
    let mut words = text.split(' ');
    let (origin, on) = words.next().map(|word| word.split_once('@').unwrap_or((word, "all")))?;
    let path = words.next()?;
    let unit = match words.next() {
        None => Unit::AsWritten,
        Some("GB") => Unit::Gigabytes,
        Some("MB") => Unit::Megabytes,
        Some("MiB") => Unit::Mebibytes,
        Some("nospace") => Unit::WithoutSpaces,
        Some(_) => return None,
    };
    Some(Place { origin: origin_of(origin)?, platforms: platforms(on)?, path, unit })
}

fn origin_of(text: &str) -> Option<Origin> {
    if let Some(category) = text.strip_prefix("P:") {
        let known = PrismCategory::ALL.into_iter().find(|known| known.path() == category);
        return known.map(Origin::Prism);
    }
    Some(match text {
        "L" => Origin::List,
        "D" => Origin::Details,
        "A" => Origin::AdeDevice,
        "I" => Origin::AdeIntegration,
        "U" => Origin::User,
        "=" => Origin::Constant,
        _ => return None,
    })
}
