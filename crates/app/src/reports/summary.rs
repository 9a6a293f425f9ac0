//! What a report comes to: figures, and charts whose every part is named, counted and, where the
//! list can say it, linked to what it counts.

use domain::event::Subject;
use domain::id::EmployeeId;
use store::assets::counts::Group;

/// What stands above the rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    pub figures: Vec<Figure>,
    pub charts: Vec<Chart>,
    /// What the figures leave out, in sentences.
    pub notes: Vec<String>,
}

/// One figure and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// By which programs know it.
    pub key: String,
    pub label: String,
    pub note: String,
    pub count: i64,
    /// The count as people read it, where it is no plain number.
    pub shown: Option<String>,
    pub link: Link,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    pub title: String,
    pub shape: Shape,
    pub parts: Vec<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Shares of a whole, few of them.
    Ring,
    /// Which has most.
    Bars,
    /// How it goes from one to the next.
    Columns,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub label: String,
    pub value: i64,
    /// The value as people read it, where it is no plain number.
    pub shown: Option<String>,
    pub link: Link,
    /// A status' own, as its tenant chose it.
    pub color: Option<String>,
}

/// Where the things themselves are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Link {
    #[default]
    Nowhere,
    /// The list of assets with these answers beside those that narrow the report.
    Assets(Vec<(&'static str, String)>),
    /// This report itself with this answer.
    Here(&'static str, String),
    Employee(EmployeeId),
}

impl Figure {
    pub fn new(key: &str, label: &str, note: &str, count: i64) -> Self {
        Figure {
            key: key.to_owned(),
            label: label.to_owned(),
            note: note.to_owned(),
            count,
            shown: None,
            link: Link::Nowhere,
        }
    }

    #[must_use]
    pub fn shown(self, text: String) -> Self {
        Figure { shown: Some(text), ..self }
    }

    #[must_use]
    pub fn link(self, link: Link) -> Self {
        Figure { link, ..self }
    }
}

impl Part {
    pub fn new(label: impl Into<String>, value: i64) -> Self {
        Part { label: label.into(), value, shown: None, link: Link::Nowhere, color: None }
    }

    #[must_use]
    pub fn shown(self, text: String) -> Self {
        Part { shown: Some(text), ..self }
    }

    #[must_use]
    pub fn link(self, link: Link) -> Self {
        Part { link, ..self }
    }
}

impl Link {
    /// The assets that a group holds.
    pub fn of(group: &Group) -> Self {
        let one = |name, value: String| Link::Assets(vec![(name, value)]);
        match group {
            Group::Status(id) => one("status", id.to_string()),
            Group::Product(id) => one("product", id.to_string()),
            Group::Category(id) => one("category", id.to_string()),
            Group::Location(id) => one("location", id.to_string()),
            Group::Department(id) => one("department", id.to_string()),
            Group::Custodian(custodian) => one("custodian", Subject::from(*custodian).id()),
            Group::OsVersion { .. } | Group::PurchasedOn(_) | Group::Without => Link::Nowhere,
        }
    }
}

/// The first of many parts and the others as one, so that a chart can be read.
pub fn top(mut parts: Vec<Part>, most: usize) -> Vec<Part> {
    if parts.len() <= most {
        return parts;
    }
    let rest = parts.split_off(most - 1);
    let value = rest.iter().fold(0_i64, |sum, part| sum.saturating_add(part.value));
    parts.push(Part::new(format!("{} others", rest.len()), value));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_small_parts_become_one() {
        let parts: Vec<Part> = (1..=5).map(|n| Part::new(n.to_string(), n)).collect();
        assert_eq!(top(parts.clone(), 5).len(), 5);
        let few = top(parts, 3);
        assert_eq!(few.len(), 3);
        assert_eq!((few[2].label.as_str(), few[2].value), ("3 others", 12));
    }

    #[test]
    fn what_is_too_much_to_be_added_up_is_as_much_as_can_be_said() {
        let parts = [1, i64::MAX, i64::MAX].map(|value| Part::new("rich", value));
        assert_eq!(top(parts.to_vec(), 2)[1].value, i64::MAX);
    }
}
