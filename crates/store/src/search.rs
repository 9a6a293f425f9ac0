//! Search terms: every word, and every phrase in quotes, must stand somewhere in the folded search
//! text.

use domain::text::key;

/// The words and phrases of a query, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terms(Vec<String>);

impl Terms {
    /// `None` when there is nothing to look for.
    pub fn of(query: Option<&str>) -> Option<Self> {
        let folded = key(query?);
        let words: Vec<String> = split(&folded).into_iter().take(8).collect();
        (!words.is_empty()).then_some(Self(words))
    }

    /// One `LIKE` pattern a word.
    pub fn patterns(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|word| pattern(word))
    }

    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// A phrase begins with a quote before a word and ends with one behind a word; `14"` is a word. A
/// quote that nothing closes is left out.
fn split(text: &str) -> Vec<String> {
    let (mut parts, mut rest) = (Vec::new(), text.trim_start());
    while !rest.is_empty() {
        let phrase = rest.strip_prefix('"').and_then(|inside| {
            let closes = |(at, _): &(usize, &str)| {
                inside[at + 1..].chars().next().is_none_or(char::is_whitespace)
            };
            let (at, _) = inside.match_indices('"').find(closes)?;
            Some((&inside[..at], &inside[at + 1..]))
        });
        let (part, behind) = phrase.unwrap_or_else(|| {
            let word = rest.strip_prefix('"').unwrap_or(rest);
            word.split_once(char::is_whitespace).unwrap_or((word, ""))
        });
        parts.push(part.split_whitespace().collect::<Vec<_>>().join(" "));
        rest = behind.trim_start();
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// `LIKE … ESCAPE '\'` with the text anywhere.
pub(crate) fn pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_and_made_patterns() {
        let terms = Terms::of(Some("  MacBook 14\" \"AIR ")).unwrap();
        assert_eq!(terms.words().collect::<Vec<_>>(), ["macbook", "14\"", "air"]);
        assert_eq!(terms.patterns().collect::<Vec<_>>(), ["%macbook%", "%14\"%", "%air%"]);
        assert_eq!(Terms::of(Some(" ")), None);
    }

    #[test]
    fn what_stands_in_quotes_is_one_phrase() {
        let words =
            |text| Terms::of(Some(text)).map(|terms| terms.words().collect::<Vec<_>>().join("|"));
        assert_eq!(words("\"MacBook  Pro\" berlin").as_deref(), Some("macbook pro|berlin"));
        assert_eq!(words("\"15\" display\"").as_deref(), Some("15|display\""));
        assert_eq!(words("\"macbook pro").as_deref(), Some("macbook|pro"));
        assert_eq!(words("\"\" \""), None);
    }

    #[test]
    fn wildcards_are_letters() {
        assert_eq!(pattern(r"100%_\"), r"%100\%\_\\%");
    }
}
