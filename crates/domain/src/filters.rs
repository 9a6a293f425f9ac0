//! What a list is asked of one field, as it stands in an address: `!sta_…`, `~macbook`, `none`,
//! `last-30-days`, `100..500`. Read here into what it means; which field takes what is the app's.

mod days;

use std::fmt;

pub use days::{Day, Days, Unit};

/// The word for a blank field.
pub const BLANK: &str = "none";

/// A filter that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is no {what}; hint: {hint}")]
pub struct Unread {
    pub text: String,
    pub what: &'static str,
    pub hint: &'static str,
}

impl Unread {
    pub fn new(text: &str, what: &'static str, hint: &'static str) -> Self {
        Unread { text: text.chars().take(80).collect(), what, hint }
    }
}

/// Takes the `!` off that turns a filter around.
pub fn turned(text: &str) -> (bool, &str) {
    let text = text.trim();
    text.strip_prefix('!').map_or((false, text), |rest| (true, rest.trim_start()))
}

/// The parts of a list with commas: ids, or words that hold none.
pub fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// What a text is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Words {
    Blank,
    Whole(String),
    Part(String),
}

impl Words {
    /// `none`, `~part`, or the whole text; in quotation marks it means what it says.
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        match text.strip_prefix('~') {
            Some(part) => Words::Part(unquoted(part.trim()).to_owned()),
            None if text == BLANK => Words::Blank,
            None => Words::Whole(unquoted(text).to_owned()),
        }
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Words::Blank => f.write_str(BLANK),
            Words::Part(part) => write!(f, "~{}", quoted(part)),
            Words::Whole(text) => f.write_str(&quoted(text)),
        }
    }
}

fn unquoted(text: &str) -> &str {
    let inside = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    inside.filter(|_| text.len() > 1).unwrap_or(text)
}

/// In quotation marks where it would mean something else without.
fn quoted(text: &str) -> String {
    let odd = text.starts_with(['!', '~', '"', '<', '>']) || text == BLANK || text.contains("..");
    if odd { format!("\"{text}\"") } else { text.to_owned() }
}

/// An end of a range, as text that its field reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End<'t> {
    pub text: &'t str,
    /// It belongs to the range itself.
    pub with: bool,
}

/// A range of amounts: `100..500`, `>100`, `<=500`, or one of them alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds<'t> {
    pub from: Option<End<'t>>,
    pub until: Option<End<'t>>,
}

impl<'t> Bounds<'t> {
    /// Nothing where neither end is said.
    pub fn read(text: &'t str) -> Option<Self> {
        let text = text.trim();
        let end = |text: &'t str, with| {
            let text = text.trim();
            (!text.is_empty()).then_some(End { text, with })
        };
        let (from, until) = if let Some(rest) = text.strip_prefix(">=") {
            (end(rest, true), None)
        } else if let Some(rest) = text.strip_prefix("<=") {
            (None, end(rest, true))
        } else if let Some(rest) = text.strip_prefix('>') {
            (end(rest, false), None)
        } else if let Some(rest) = text.strip_prefix('<') {
            (None, end(rest, false))
        } else if let Some((from, until)) = text.split_once("..") {
            (end(from, true), end(until, true))
        } else {
            (end(text, true), end(text, true))
        };
        (from.is_some() || until.is_some()).then_some(Bounds { from, until })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_can_be_turned_around() {
        assert_eq!(turned("!sta_1"), (true, "sta_1"));
        assert_eq!(turned(" sta_1 "), (false, "sta_1"));
        assert_eq!(turned("! ~mac"), (true, "~mac"));
        assert_eq!(listed("a, b,,c").collect::<Vec<_>>(), ["a", "b", "c"]);
    }

    #[test]
    fn a_text_is_whole_a_part_or_blank() {
        let whole = |text: &str| Words::Whole(text.into());
        assert_eq!(Words::read("none"), Words::Blank);
        assert_eq!(Words::read("\"none\""), whole("none"));
        assert_eq!(Words::read("~mac \"x\""), Words::Part("mac \"x\"".into()));
        assert_eq!(Words::read("MacBook Pro"), whole("MacBook Pro"));
        for odd in ["none", "!x", "~x", "\"", "<5", "a..b", "plain", "\"\""] {
            assert_eq!(Words::read(&whole(odd).to_string()), whole(odd), "{odd}");
            let part = Words::Part(odd.into());
            assert_eq!(Words::read(&part.to_string()), part, "{odd}");
        }
    }

    #[test]
    fn a_range_has_one_end_or_two() {
        let end = |text, with| Some(End { text, with });
        let of = |text| Bounds::read(text).map(|bounds| (bounds.from, bounds.until));
        assert_eq!(of("100..500"), Some((end("100", true), end("500", true))));
        assert_eq!(of(".. 32 GB"), Some((None, end("32 GB", true))));
        assert_eq!(of(">100"), Some((end("100", false), None)));
        assert_eq!(of("<= 5"), Some((None, end("5", true))));
        assert_eq!(of("7"), Some((end("7", true), end("7", true))));
        assert_eq!((of(".."), of(""), of(">")), (None, None, None));
    }
}
