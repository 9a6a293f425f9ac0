//! What all lists share: how many, from where, and the shape of the answer.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use app::changes::{self, Changeable};
use app::reports::whole::{Narrowed, Order, Ordered};
use app::reports::{self, Format, Report};
use app::{Caller, Refusal};
use axum::response::Response;
use domain::{Id, Timestamp};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problem::{Answer, Problem};
use crate::download;
use crate::state::Web;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    pub items: Vec<T>,
    /// Give it back as `cursor` for the next page; `null` on the last.
    pub next: Option<String>,
    /// How many there are in all.
    pub total: i64,
    /// Counting stopped: there are at least `total`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more: Option<bool>,
}

impl<T> List<T> {
    /// A list that is answered to a `POST`, and therefore whole.
    pub fn whole(items: Vec<T>) -> Self {
        let total = count(&items);
        List { items, next: None, total, more: None }
    }

    /// A page of a list that is read whole. The cursor names the last row and how many stood up to
    /// it, so that the walk goes on where that row was should it be gone by then.
    pub fn cut<R>(
        all: Vec<R>,
        asked: &Paged,
        id: impl Fn(&R) -> String,
        shape: impl FnMut(R) -> T,
    ) -> Answer<Self> {
        let total = count(&all);
        let begin = match &asked.cursor {
            None => 0,
            Some(cursor) => {
                let read = cursor.rsplit_once('.').map(|(last, n)| (last, n.parse::<usize>()));
                let Some((last, Ok(stood))) = read else {
                    let lost = "this is no cursor; hint: take it from \"next\" as it is";
                    return Err(Problem::field("cursor", lost));
                };
                let found = all.iter().position(|row| id(row) == last);
                found.map_or_else(|| stood.saturating_sub(1), |at| at + 1)
            }
        };
        let limit = asked.limit().0;
        let mut page = all.into_iter().skip(begin).peekable();
        let rows: Vec<R> = page.by_ref().take(limit).collect();
        let stood = begin.saturating_add(rows.len());
        let last = rows.last().filter(|_| page.peek().is_some());
        let next = last.map(|row| format!("{}.{stood}", id(row)));
        Ok(List { items: rows.into_iter().map(shape).collect(), next, total, more: None })
    }

    /// A walk that asked for one row more than `limit`; `place` is where the next page begins,
    /// `total` how many rows all pages have.
    pub fn walk<R>(
        mut rows: Vec<R>,
        limit: usize,
        total: i64,
        place: impl Fn(&R) -> String,
        shape: impl FnMut(R) -> T,
    ) -> Self {
        let further = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| further).map(place);
        List { items: rows.into_iter().map(shape).collect(), next, total, more: None }
    }

    /// A page of rows whose cursors are made where they are read.
    pub fn page<R>(page: app::nouns::Page<R>, total: i64, shape: impl FnMut(R) -> T) -> Self {
        let next = page.next.map(|cursor| cursor.to_string());
        List { items: page.items.into_iter().map(shape).collect(), next, total, more: None }
    }
}

/// How many a list has that was read whole.
pub fn count<T>(rows: &[T]) -> i64 {
    i64::try_from(rows.len()).unwrap_or(i64::MAX)
}

/// Filtered lists are counted this far.
pub const COUNTED: i64 = 10_000;

/// Whether a list is answered page by page or whole.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AsFile {
    /// `json` answers a page, `csv` and `xlsx` a file with every row. Without it `json`.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    format: Option<Format>,
}

impl AsFile {
    /// The file, where one is asked for.
    pub async fn of<R: Report>(
        self,
        web: &Web,
        caller: &Caller,
        list: impl FnOnce() -> R,
    ) -> Answer<Option<Response>> {
        let Some(format @ (Format::Csv | Format::Xlsx)) = self.format else { return Ok(None) };
        let opened = reports::open(&web.app, caller, Box::new(list())).await?;
        Ok(Some(download::answer(&web.app, caller, opened, format).await?))
    }
}

/// What a list without filters may be asked for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Paged {
    /// 1 to 200, else 50.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// The same for a list of what changes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PagedSince {
    /// 1 to 200, else 50.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Those that changed at that time or later.
    #[param(value_type = Option<String>, format = DateTime)]
    updated_since: Option<Moment>,
}

impl PagedSince {
    /// The same without the time, and the time.
    pub fn split(self) -> (Paged, Option<Timestamp>) {
        let since = self.since();
        (Paged { limit: self.limit, cursor: self.cursor }, since)
    }

    /// Whether what changed then is asked for.
    pub fn takes(&self, at: Timestamp) -> bool {
        self.updated_since.is_none_or(|since| at >= since.0)
    }

    pub fn since(&self) -> Option<Timestamp> {
        self.updated_since.map(|moment| moment.0)
    }

    /// A page of a list that is read whole.
    pub fn cut<R, T>(
        self,
        all: Vec<R>,
        id: impl Fn(&R) -> String,
        shape: impl FnMut(R) -> T,
    ) -> Answer<List<T>> {
        List::cut(all, &self.split().0, id, shape)
    }
}

/// An instant as a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Moment(pub Timestamp);

impl TryFrom<String> for Moment {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let hint = "hint: write it like 2026-03-03T14:05:00Z, and a + as %2B";
        text.parse().map(Moment).map_err(|_| format!("\"{text}\" is no time; {hint}"))
    }
}

/// Which things of a kind changed lately; all where nobody asks.
pub struct Lately(Option<BTreeSet<i64>>);

impl Lately {
    pub async fn of(
        web: &Web,
        caller: &Caller,
        what: Changeable,
        since: Option<Timestamp>,
    ) -> Result<Self, Refusal> {
        let Some(since) = since else { return Ok(Lately(None)) };
        Ok(Lately(Some(changes::since(&web.app, caller, what, since).await?)))
    }

    pub fn has<N>(&self, id: Id<N>) -> bool {
        self.0.as_ref().is_none_or(|numbers| numbers.contains(&id.number()))
    }
}

impl Paged {
    pub fn limit(&self) -> Limit {
        self.limit.unwrap_or_default()
    }

    /// Where the page begins, in the words of its list.
    pub fn cursor<C: FromStr<Err: std::fmt::Display>>(&self) -> Answer<Option<C>> {
        let cursor = self.cursor.as_deref().map(str::parse).transpose();
        cursor.map_err(|error: C::Err| Problem::field("cursor", error.to_string()))
    }
}

/// What a list that is found by name may be asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Listed {
    /// 1 to 200, else 50.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Part of the name.
    q: Option<String>,
    /// One of the orders named above; a minus before it turns the order around.
    sort: Option<String>,
    /// Those that changed at that time or later.
    #[param(value_type = Option<String>, format = DateTime)]
    updated_since: Option<Moment>,
}

impl Listed {
    /// What the list is narrowed to, and in order of what.
    pub fn narrowed<R: Ordered>(&self) -> Answer<Narrowed> {
        let order = self.sort.as_deref().map(Order::read);
        let known = |order: &Order| R::ORDERS.iter().any(|(word, _)| *word == order.word);
        if let Some(order) = order.as_ref().filter(|order| !known(order)) {
            return Err(no_order(&order.word, R::ORDERS.iter().map(|(word, _)| *word)));
        }
        Ok(Narrowed {
            q: self.q.clone().unwrap_or_default(),
            updated_since: self.updated_since.map(|moment| moment.0),
            order: order.unwrap_or_default(),
        })
    }

    pub fn paged(&self) -> Paged {
        Paged { limit: self.limit, cursor: self.cursor.clone() }
    }
}

/// A list that has no order of this name.
pub fn no_order<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Problem {
    let known: Vec<&str> = known.into_iter().collect();
    Problem::field("sort", format!("no order \"{word}\"; hint: {}", known.join(", ")))
}

/// How many rows a page has: 1 to 200, else 50.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Limit(pub usize);

impl Limit {
    /// One row more, which tells whether another page follows.
    pub fn and_one(self) -> u32 {
        u32::try_from(self.0 + 1).expect("200 at most")
    }
}

impl Default for Limit {
    fn default() -> Self {
        Limit(50)
    }
}

impl TryFrom<String> for Limit {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let limit = text.parse().ok().filter(|limit| (1..=200).contains(limit));
        limit.map(Limit).ok_or_else(|| format!("\"{text}\" is out of range; hint: 1 to 200"))
    }
}

/// Reads a parameter's text as what it stands for.
pub fn parsed<'de, D: Deserializer<'de>, T: FromStr>(given: D) -> Result<Option<T>, D::Error>
where
    T::Err: std::fmt::Display,
{
    let text = Option::<String>::deserialize(given)?;
    text.map(|text| text.parse().map_err(serde::de::Error::custom)).transpose()
}

/// Yes or no, as filters are answered.
pub fn yes_no<'de, D: Deserializer<'de>>(given: D) -> Result<Option<bool>, D::Error> {
    let text = Option::<String>::deserialize(given)?;
    let read = text.map(|text| match text.as_str() {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        _ => Err(serde::de::Error::custom(format!("\"{text}\" is no answer; hint: yes or no"))),
    });
    read.transpose()
}

/// What a parameter says each time it is there, once or several times.
pub fn repeated<'de, D: Deserializer<'de>>(given: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Said {
        Once(String),
        Often(Vec<String>),
    }
    Ok(match Option::<Said>::deserialize(given)? {
        None => Vec::new(),
        Some(Said::Once(text)) => vec![text],
        Some(Said::Often(texts)) => texts,
    })
}

/// What a list with commas holds.
pub fn many<'de, D: Deserializer<'de>, T: FromStr>(given: D) -> Result<Vec<T>, D::Error>
where
    T::Err: std::fmt::Display,
{
    let texts = repeated(given)?;
    let parts = texts.iter().flat_map(|text| text.split(',')).filter(|part| !part.is_empty());
    parts.map(|part| part.parse().map_err(serde::de::Error::custom)).collect()
}

/// What is asked of custom fields, by key.
pub fn by_field<'de, D: Deserializer<'de>>(
    given: D,
) -> Result<BTreeMap<String, Vec<String>>, D::Error> {
    Ok(Option::deserialize(given)?.unwrap_or_default())
}
