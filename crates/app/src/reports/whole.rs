//! Lists that are read whole: what each is narrowed to, and the orders it can be put in.

use domain::Timestamp;
use domain::fields::CustomField;
use domain::text::key;
use store::catalog::{Entry, Named};
use store::locations::Place;
use store::statuses::StatusRow;
use store::users::UserRow;

/// What a list that is read whole is narrowed to, and in order of what.
#[derive(Debug, Clone, Default)]
pub struct Narrowed {
    /// A part of the name; of a place, of the way to it.
    pub q: String,
    /// None that changed before.
    pub updated_since: Option<Timestamp>,
    pub order: Order,
}

/// The word of an order, and whether from its end; a word the list does not have, or none, leaves it
/// as it is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Order {
    pub word: String,
    pub descending: bool,
}

impl Order {
    /// `name`, or `-name` from the end.
    pub fn read(text: &str) -> Self {
        let (word, descending) = text.strip_prefix('-').map_or((text, false), |word| (word, true));
        Order { word: word.to_owned(), descending }
    }
}

/// What rows are compared by; what is blank comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// As the list is read.
    Read,
    Number(i64),
    Moment(Option<Timestamp>),
    Text(String),
}

impl Rank {
    fn text(text: &str) -> Self {
        Rank::Text(key(text))
    }
}

/// A word that addresses know an order by, and what it compares.
pub type ByWord<R> = (&'static str, fn(&R) -> Rank);

/// A row of a list that is read whole.
pub trait Ordered: Sized + 'static {
    /// Every order there is.
    const ORDERS: &'static [ByWord<Self>];

    /// Where a part of it is looked for.
    fn called(&self) -> String;

    /// `None` where the row does not say.
    fn updated_at(&self) -> Option<Timestamp>;
}

impl Narrowed {
    /// The rows that are asked for, in the order asked for; rows that tie stay as they were read.
    pub fn of<R: Ordered>(&self, rows: Vec<R>) -> Vec<R> {
        let mut rows = rows;
        let since = |row: &R| self.updated_since.zip(row.updated_at());
        rows.retain(|row| {
            names(&self.q, &row.called()) && since(row).is_none_or(|(since, at)| at >= since)
        });
        let order = R::ORDERS.iter().find(|(word, _)| *word == self.order.word);
        if let Some((_, rank)) = order {
            rows.sort_by_cached_key(rank);
            if self.order.descending {
                rows.reverse();
            }
        }
        rows
    }
}

/// Whether a name has what is looked for.
fn names(q: &str, name: &str) -> bool {
    key(name).contains(&key(q))
}

impl<N: Named + 'static> Ordered for Entry<N> {
    const ORDERS: &'static [ByWord<Self>] = &[
        ("name", |_| Rank::Read),
        ("assets", |row| Rank::Number(row.assets)),
        ("updated_at", |row| Rank::Moment(Some(row.stamp.updated_at))),
    ];

    fn called(&self) -> String {
        self.name.clone()
    }

    fn updated_at(&self) -> Option<Timestamp> {
        Some(self.stamp.updated_at)
    }
}

impl Ordered for Place {
    const ORDERS: &'static [ByWord<Self>] = &[
        ("path", |_| Rank::Read),
        ("name", |row| Rank::text(&row.location.name)),
        ("assets", |row| Rank::Number(row.assets)),
        ("assets_with_inside", |row| Rank::Number(row.with_inside)),
        ("updated_at", |row| Rank::Moment(Some(row.stamp.updated_at))),
    ];

    fn called(&self) -> String {
        self.path.clone()
    }

    fn updated_at(&self) -> Option<Timestamp> {
        Some(self.stamp.updated_at)
    }
}

impl Ordered for StatusRow {
    const ORDERS: &'static [ByWord<Self>] = &[
        ("order", |_| Rank::Read),
        ("name", |row| Rank::text(&row.status.name)),
        ("kind", |row| Rank::text(row.status.kind.as_str())),
        ("assets", |row| Rank::Number(row.assets)),
        ("updated_at", |row| Rank::Moment(Some(row.stamp.updated_at))),
    ];

    fn called(&self) -> String {
        self.status.name.clone()
    }

    fn updated_at(&self) -> Option<Timestamp> {
        Some(self.stamp.updated_at)
    }
}

impl Ordered for CustomField {
    const ORDERS: &'static [ByWord<Self>] = &[
        ("label", |_| Rank::Read),
        ("key", |field| Rank::text(field.key.as_str())),
        ("type", |field| Rank::text(field.kind.as_str())),
        ("applies_to", |field| Rank::text(field.applies_to.as_str())),
        ("required", |field| Rank::Number(i64::from(field.required))),
        ("unique", |field| Rank::Number(i64::from(field.unique))),
        ("indexed", |field| Rank::Number(i64::from(field.indexed))),
    ];

    fn called(&self) -> String {
        format!("{}\n{}", self.label, self.key)
    }

    fn updated_at(&self) -> Option<Timestamp> {
        None
    }
}

impl Ordered for UserRow {
    const ORDERS: &'static [ByWord<Self>] = &[
        ("email", |_| Rank::Read),
        ("name", |row| Rank::text(&row.user.name)),
        ("role", |row| Rank::text(row.user.role.as_str())),
        ("employee", |row| Rank::text(row.employee.as_ref().map_or("", |(_, name)| name.as_str()))),
        ("created_at", |row| Rank::Moment(Some(row.created_at))),
        ("last_seen_at", |row| Rank::Moment(row.seen_at)),
    ];

    fn called(&self) -> String {
        format!("{}\n{}", self.user.name, self.user.email)
    }

    fn updated_at(&self) -> Option<Timestamp> {
        None
    }
}
