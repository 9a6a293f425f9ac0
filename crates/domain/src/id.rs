//! Ids: 64 bits, ordered by time, minted by us before a row exists, shown as `ast_0HZX…`.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::atomic::{AtomicI64, Ordering as Memory};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A kind of thing that has ids; the prefix is how people and programs see it.
pub trait Noun {
    const PREFIX: &'static str;
}

/// Declares the nouns and, for each, the name of its id type.
macro_rules! nouns {
    ($($(#[$doc:meta])* $noun:ident, $id:ident, $prefix:literal;)*) => {
        /// Markers, one a noun; they only ever appear inside [`Id`].
        pub mod noun {
            $($(#[$doc])* #[derive(Debug, Clone, Copy)] pub enum $noun {})*
        }
        $(
            impl Noun for noun::$noun { const PREFIX: &'static str = $prefix; }
            pub type $id = Id<noun::$noun>;
        )*
    };
}

nouns! {
    Tenant, TenantId, "ten";
    Asset, AssetId, "ast";
    Product, ProductId, "prd";
    Category, CategoryId, "cat";
    Manufacturer, ManufacturerId, "mfr";
    Supplier, SupplierId, "sup";
    Status, StatusId, "sta";
    Location, LocationId, "loc";
    Department, DepartmentId, "dep";
    Employee, EmployeeId, "emp";
    User, UserId, "usr";
    Token, TokenId, "tok";
    Source, SourceId, "src";
    Run, RunId, "run";
    Event, EventId, "evt";
    Conflict, ConflictId, "cfl";
    Alert, AlertId, "alr";
    Field, FieldId, "fld";
    Job, JobId, "job";
    SavedReport, SavedReportId, "rep";
    Import, ImportId, "imp";
    Bulk, BulkId, "blk";
    Webhook, WebhookId, "whk";
    Delivery, DeliveryId, "dlv";
    Attachment, AttachmentId, "att";
    View, ViewId, "viw";
}

/// The id of one thing of kind `N`.
pub struct Id<N> {
    number: i64,
    noun: PhantomData<fn() -> N>,
}

impl<N> Id<N> {
    pub const fn new(number: i64) -> Self {
        Id { number, noun: PhantomData }
    }

    pub const fn number(self) -> i64 {
        self.number
    }
}

/// Crockford's base 32: no I, L, O, U, so that an id can be read aloud.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 13;

impl<N: Noun> fmt::Display for Id<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [b'0'; LENGTH];
        let mut rest = self.number.cast_unsigned();
        for digit in text.iter_mut().rev() {
            *digit = DIGITS[usize::from((rest & 31) as u8)];
            rest >>= 5;
        }
        write!(f, "{}_{}", N::PREFIX, std::str::from_utf8(&text).expect("digits are ASCII"))
    }
}

/// The text was no id of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is no {prefix} id; hint: ids look like {prefix}_01J…")]
pub struct NoId {
    text: String,
    prefix: &'static str,
}

impl<N: Noun> FromStr for Id<N> {
    type Err = NoId;

    fn from_str(text: &str) -> Result<Self, NoId> {
        let refuse = || NoId { text: text.chars().take(40).collect(), prefix: N::PREFIX };
        let digits = text
            .strip_prefix(N::PREFIX)
            .and_then(|rest| rest.strip_prefix('_'))
            .filter(|digits| digits.len() == LENGTH)
            .ok_or_else(refuse)?;
        let mut number: u64 = 0;
        for byte in digits.bytes() {
            let value = DIGITS.iter().position(|digit| *digit == byte.to_ascii_uppercase());
            number = number << 5 | value.ok_or_else(refuse)? as u64;
        }
        Ok(Id::new(number.cast_signed()))
    }
}

impl<N> Clone for Id<N> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<N> Copy for Id<N> {}
impl<N> PartialEq for Id<N> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}
impl<N> Eq for Id<N> {}
impl<N> PartialOrd for Id<N> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<N> Ord for Id<N> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.number.cmp(&other.number)
    }
}
impl<N> Hash for Id<N> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}
impl<N: Noun> fmt::Debug for Id<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl<N: Noun> Serialize for Id<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de, N: Noun> Deserialize<'de> for Id<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Makes ids: 41 bits of milliseconds since 2020, 10 of the node, 12 of a sequence.
/// It never goes back: when the clock does, or a millisecond is used up, it borrows from the future.
#[derive(Debug)]
pub struct Mint {
    node: i64,
    /// The last `milliseconds << 12 | sequence` given out.
    last: AtomicI64,
}

const EPOCH_MS: i64 = 1_577_836_800_000;
const SEQUENCE_BITS: u32 = 12;
const NODE_BITS: u32 = 10;

impl Mint {
    /// `node` tells processes over one database apart; only its low ten bits count.
    pub const fn new(node: u16) -> Self {
        Mint { node: (node as i64) & ((1 << NODE_BITS) - 1), last: AtomicI64::new(0) }
    }

    /// From here on every id is greater than this one: another process may have minted it while the
    /// clock was ahead.
    pub fn go_on_above(&self, number: i64) {
        // The next millisecond: within one, numbers of other nodes may be greater.
        let ms = (number.max(0) >> (SEQUENCE_BITS + NODE_BITS)) + 1;
        self.last.fetch_max(ms << SEQUENCE_BITS, Memory::Relaxed);
    }

    /// The least number that an id minted at this instant or later can have.
    pub fn least(at: Timestamp) -> i64 {
        (at.as_millisecond() - EPOCH_MS).max(0) << (SEQUENCE_BITS + NODE_BITS)
    }

    /// When an id was minted, to the millisecond.
    pub fn instant<N: Noun>(id: Id<N>) -> Timestamp {
        let since = id.number().max(0) >> (SEQUENCE_BITS + NODE_BITS);
        Timestamp::from_millisecond(since + EPOCH_MS).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    pub fn id<N: Noun>(&self, now: Timestamp) -> Id<N> {
        let floor = (now.as_millisecond() - EPOCH_MS).max(0) << SEQUENCE_BITS;
        let step = |last: i64| Some(floor.max(last + 1));
        let last = self
            .last
            .fetch_update(Memory::Relaxed, Memory::Relaxed, step)
            .expect("the step always gives a value");
        let count = floor.max(last + 1);
        let (ms, sequence) = (count >> SEQUENCE_BITS, count & ((1 << SEQUENCE_BITS) - 1));
        Id::new(ms << (SEQUENCE_BITS + NODE_BITS) | self.node << SEQUENCE_BITS | sequence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_as_it_was_shown() {
        let id = AssetId::new(0x0123_4567_89AB_CDEF);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!(id.to_string().starts_with("ast_"));
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let shown = ProductId::new(7).to_string();
        assert!(shown.parse::<AssetId>().unwrap_err().to_string().contains("is no ast id"));
    }

    #[test]
    fn an_instant_parts_the_ids_before_it_from_those_after() {
        let noon = Timestamp::from_second(1_790_000_000).unwrap();
        let just_before = noon - jiff::SignedDuration::from_millis(1);
        let id: AssetId = Mint::new(1_023).id(just_before);
        assert!(id.number() < Mint::least(noon));
        let id: AssetId = Mint::new(0).id(noon);
        assert!(id.number() >= Mint::least(noon));
        assert_eq!(Mint::instant(id), noon);
    }

    #[test]
    fn ids_go_on_above_what_another_process_gave_out_ahead_of_its_time() {
        let ahead: AssetId = Mint::new(9).id(Timestamp::from_second(1_790_000_000).unwrap());
        let mint = Mint::new(3);
        mint.go_on_above(ahead.number());
        let next: AssetId = mint.id(Timestamp::from_second(1_780_000_000).unwrap());
        assert!(next > ahead);
    }

    #[test]
    fn ids_rise_even_when_the_clock_falls_back() {
        let mint = Mint::new(3);
        let noon = Timestamp::from_second(1_790_000_000).unwrap();
        let earlier = Timestamp::from_second(1_780_000_000).unwrap();
        let ids: Vec<AssetId> =
            (0..10_000).map(|n| mint.id(if n % 2 == 0 { noon } else { earlier })).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
    }
}
