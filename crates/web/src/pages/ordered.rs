//! Lists that are put in order by the heads of their columns.

use app::reports::whole::{Narrowed, Order};

use super::answers::Answers;
use crate::components::{Column, Sorted};

/// A column's head: the word its order is known by, what it is called, and where it leads.
pub struct Head {
    pub word: String,
    label: String,
    href: String,
    now: Sorted,
}

impl Head {
    pub fn column(&self) -> Column<'_> {
        if self.word.is_empty() {
            return Column::new(&self.label);
        }
        Column::new(&self.label).sort(&self.href, self.now)
    }
}

/// The order that an address asks for, else the usual one.
pub fn asked_for(asked: &Answers, usual: &str) -> Order {
    Order::read(asked.some("sort").unwrap_or(usual))
}

/// Heads of these words and labels, each leading to the list at `here` in order of it, or the other
/// way round where it is so already. One without a word leads nowhere.
pub fn heads<W: Into<String>, L: Into<String>>(
    asked: &Answers,
    here: &str,
    usual: &str,
    all: impl IntoIterator<Item = (W, L)>,
) -> Vec<Head> {
    let order = asked_for(asked, usual);
    let list = asked.without("cursor").without("edit");
    let head = |(word, label): (W, L)| {
        let (word, label) = (word.into(), label.into());
        let now = match (word == order.word, order.descending) {
            (true, true) => Sorted::Down,
            (true, false) => Sorted::Up,
            (false, _) => Sorted::No,
        };
        let next = if now == Sorted::Up { format!("-{word}") } else { word.clone() };
        Head { href: list.with("sort", &next).at(here), word, label, now }
    };
    all.into_iter().map(head).collect()
}

/// What an address asks for besides its order is nothing to a list that is never searched.
pub fn order_alone(asked: &Answers) -> Answers {
    Answers::default().with("sort", asked.get("sort"))
}

/// What a list that is read whole is narrowed to, and in order of what.
pub fn narrowed(asked: &Answers) -> Narrowed {
    let (q, order) = (asked.get("q").to_owned(), Order::read(asked.get("sort")));
    Narrowed { q, updated_since: None, order }
}
