//! Search terms: every word must stand somewhere in the folded search text.

use domain::text::key;

/// Trigrams need three characters; a shorter word is looked for row by row.
const INDEXED: usize = 3;

/// The words of a query, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terms(Vec<String>);

impl Terms {
    /// `None` when there is nothing to look for.
    pub fn of(query: Option<&str>) -> Option<Self> {
        let folded = key(query?);
        let words: Vec<String> = folded.split_whitespace().take(8).map(str::to_owned).collect();
        (!words.is_empty()).then_some(Self(words))
    }

    /// One `LIKE` pattern a word.
    pub fn patterns(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|word| pattern(word))
    }

    /// The words that trigrams cannot find.
    pub fn short(mut self) -> Self {
        self.0.retain(|word| word.chars().count() < INDEXED);
        self
    }

    /// What FTS5 is asked for a folded text anywhere. `None`: it is too short.
    pub fn phrase(text: &str) -> Option<String> {
        let long = text.chars().count() >= INDEXED;
        long.then(|| format!("\"{}\"", text.replace('"', "\"\"")))
    }

    /// What FTS5 is asked: the words long enough, each a phrase. `None`: all are too short.
    pub fn fts(&self) -> Option<String> {
        let phrases: Vec<String> = self.0.iter().filter_map(|word| Self::phrase(word)).collect();
        (!phrases.is_empty()).then(|| phrases.join(" AND "))
    }
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
    fn words_are_folded_and_quoted() {
        let terms = Terms::of(Some("  MacBook 14\" \"AIR ")).unwrap();
        assert_eq!(terms.fts().unwrap(), r#""macbook" AND "14""" AND """air""#);
        assert_eq!(terms.patterns().collect::<Vec<_>>(), ["%macbook%", "%14\"%", "%\"air%"]);
        assert_eq!(Terms::of(Some(" ")), None);
    }

    #[test]
    fn wildcards_are_letters() {
        assert_eq!(pattern(r"100%_\"), r"%100\%\_\\%");
    }
}
