//! Text that has been looked at once: names, asset tags, serials, e-mail addresses.
//! Each compares by a folded key, trimmed and without case; an empty one cannot exist.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadText {
    #[error("{what} is empty; hint: give it at least one printable character")]
    Empty { what: &'static str },
    #[error("{what} has {length} characters; hint: {limit} is the most")]
    Long { what: &'static str, length: usize, limit: usize },
    #[error("{what} holds a control character; hint: remove line breaks and tabs")]
    Control { what: &'static str },
    #[error("\"{text}\" is no e-mail address; hint: it looks like robin@example.com")]
    Email { text: String },
}

/// What two spellings of one thing have in common.
pub fn key(text: &str) -> String {
    let text = text.trim();
    if text.is_ascii() { text.to_ascii_lowercase() } else { text.to_lowercase() }
}

/// Whether two spellings are of one thing: as if their keys were compared, which are not made.
pub fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    if one.is_ascii() && other.is_ascii() {
        one.eq_ignore_ascii_case(other)
    } else {
        one == other || key(one) == key(other)
    }
}

/// `2, 5 and 9`; many are cut.
pub fn listed(all: impl IntoIterator<Item = impl ToString>) -> String {
    let mut all: Vec<String> = all.into_iter().map(|one| one.to_string()).collect();
    if all.len() > 5 {
        let more = all.len() - 4;
        all.truncate(4);
        return format!("{} and {more} more", all.join(", "));
    }
    match all.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn printable(what: &'static str, text: &str, limit: usize) -> Result<String, BadText> {
    let text = text.trim();
    // Nearly all texts are ASCII, where a byte is a character.
    let (length, control) = if text.is_ascii() {
        (text.len(), text.bytes().any(|byte| byte.is_ascii_control()))
    } else {
        (text.chars().count(), text.chars().any(char::is_control))
    };
    if text.is_empty() {
        return Err(BadText::Empty { what });
    }
    if length > limit {
        return Err(BadText::Long { what, length, limit });
    }
    if control {
        return Err(BadText::Control { what });
    }
    Ok(text.to_owned())
}

macro_rules! text_type {
    ($name:ident) => {
        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
            /// How it compares: trimmed, without case.
            pub fn key(&self) -> String {
                key(&self.0)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl TryFrom<String> for $name {
            type Error = BadText;
            fn try_from(text: String) -> Result<Self, BadText> {
                Self::parse(&text)
            }
        }
        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.0
            }
        }
    };
}

/// What a thing of the register is called: up to 200 printable characters, one space between words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);
text_type!(Name);

impl Name {
    pub fn parse(text: &str) -> Result<Self, BadText> {
        let text = printable("the name", text, 200)?;
        let words: Vec<&str> = text.split_whitespace().collect();
        Ok(Name(words.join(" ")))
    }
}

/// Our label for a thing: any printable text up to 200 characters, unique in its tenant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AssetTag(String);
text_type!(AssetTag);

impl AssetTag {
    pub fn parse(text: &str) -> Result<Self, BadText> {
        printable("the asset tag", text, 200).map(AssetTag)
    }
}

/// The maker's label.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Serial(String);
text_type!(Serial);

/// What makers write where a serial should stand; folded keys.
const PLACEHOLDERS: [&str; 16] = [
    "to be filled by o.e.m.",
    "to be filled by o.e.m",
    "default string",
    "system serial number",
    "not specified",
    "not available",
    "not applicable",
    "unknown",
    "none",
    "null",
    "n/a",
    "na",
    "-",
    "invalid",
    "serial number",
    "123456789",
];

impl Serial {
    pub fn parse(text: &str) -> Result<Self, BadText> {
        printable("the serial", text, 200).map(Serial)
    }

    /// The key by which it names one machine; none of a maker's filler.
    pub fn identity(&self) -> Option<String> {
        (!Serial::is_placeholder(&self.0)).then(|| self.key())
    }

    /// A maker's filler ("To be filled by O.E.M.", "0", …) names no machine.
    pub fn is_placeholder(text: &str) -> bool {
        let text = text.trim();
        let filler = |c: char| matches!(c, '0' | ' ' | '.' | '-');
        text.chars().all(filler) || PLACEHOLDERS.iter().any(|placeholder| same(text, placeholder))
    }
}

/// An e-mail address, kept as written and compared without case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);
text_type!(Email);

impl Email {
    pub fn parse(text: &str) -> Result<Self, BadText> {
        let refuse = || BadText::Email { text: text.chars().take(80).collect() };
        let text = printable("the e-mail address", text, 320)?;
        let (local, domain) = text.rsplit_once('@').ok_or_else(refuse)?;
        if local.is_empty() || domain.is_empty() || text.chars().any(char::is_whitespace) {
            return Err(refuse());
        }
        Ok(Email(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_tag_share_a_key() {
        assert_eq!(
            AssetTag::parse(" MBP-0042 ").unwrap().key(),
            AssetTag::parse("mbp-0042").unwrap().key()
        );
    }

    #[test]
    fn two_texts_are_the_same_exactly_when_their_keys_are() {
        let texts = [" MBP-0042 ", "mbp-0042", "mbp-0043", "", " ", "ÄÖ", "äö ", "K", "\u{212a}"];
        for (one, other) in texts.iter().flat_map(|one| texts.map(|other| (*one, other))) {
            assert_eq!(same(one, other), key(one) == key(other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn names_that_differ_by_case_or_spaces_share_a_key() {
        let [one, other] = [" Acme  GmbH", "acme gmbh "].map(|text| Name::parse(text).unwrap());
        assert_eq!(one.as_str(), "Acme GmbH");
        assert_eq!(one.key(), other.key());
        assert!(Name::parse(" \u{a0} ").is_err() && Name::parse("a\tb").is_err());
    }

    #[test]
    fn a_makers_filler_is_no_serial() {
        for filler in
            ["To be filled by O.E.M.", "0", "00000000", "None", " ", "", "System Serial Number"]
        {
            assert!(Serial::is_placeholder(filler), "{filler:?}");
        }
        assert!(!Serial::is_placeholder("SYNMAC000001"));
    }

    #[test]
    fn a_serial_names_one_machine_however_it_is_spelled_unless_it_is_a_filler() {
        let identity = |text| Serial::parse(text).unwrap().identity();
        assert_eq!(identity(" SynMac1 "), Some("synmac1".to_owned()));
        assert_eq!((identity("Default String"), identity("0000")), (None, None));
    }

    #[test]
    fn right_to_left_names_and_emoji_are_text_like_any_other() {
        assert_eq!(AssetTag::parse("חשבון 🖥").unwrap().as_str(), "חשבון 🖥");
    }

    #[test]
    fn an_address_needs_two_sides() {
        assert!(Email::parse("robin@example.com").is_ok());
        for bad in ["robin", "@example.com", "robin@", "ro bin@example.com"] {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
    }
}
