//! One line of a story: plain words, then `key=value` pairs; quotes hold spaces together.
//! Whatever nobody asked for is an error, so a misspelt key cannot pass.

use std::collections::{BTreeMap, VecDeque};

pub struct Line {
    pub number: usize,
    pub raw: String,
    words: VecDeque<String>,
    values: BTreeMap<String, String>,
}

impl Line {
    pub fn read(number: usize, raw: &str) -> Self {
        let (mut words, mut values) = (VecDeque::new(), BTreeMap::new());
        for (token, equals) in tokens(raw) {
            match equals.map(|at| token.split_at(at)) {
                None => words.push_back(token),
                Some((key, value)) => {
                    let doubled = values.insert(key.to_owned(), value[1..].to_owned());
                    assert!(doubled.is_none(), "line {number} says {key} twice");
                }
            }
        }
        Line { number, raw: raw.trim().to_owned(), words, values }
    }

    /// The next plain word.
    pub fn word(&mut self) -> String {
        let (number, raw) = (self.number, &self.raw);
        self.words.pop_front().unwrap_or_else(|| panic!("line {number}: a word is missing: {raw}"))
    }

    /// The next plain word, where it is one of these.
    pub fn flag(&mut self, word: &str) -> bool {
        let found = self.words.iter().position(|held| held == word);
        found.is_some_and(|at| self.words.remove(at).is_some())
    }

    pub fn maybe_word(&mut self) -> Option<String> {
        self.words.pop_front()
    }

    /// Reads on over the words of a fixed phrase.
    pub fn phrase(&mut self, phrase: &str) -> bool {
        let wanted: Vec<&str> = phrase.split(' ').collect();
        let said = self.words.iter().take(wanted.len()).map(String::as_str);
        let fits = said.eq(wanted.iter().copied());
        if fits {
            self.words.drain(..wanted.len());
        }
        fits
    }

    pub fn value(&mut self, key: &str) -> Option<String> {
        self.values.remove(key)
    }

    /// Every pair that nobody asked for by name.
    pub fn rest(&mut self) -> BTreeMap<String, String> {
        std::mem::take(&mut self.values)
    }

    pub fn done(self) {
        let Line { number, raw, words, values } = self;
        assert!(words.is_empty(), "line {number}: what is {words:?}? {raw}");
        assert!(values.is_empty(), "line {number}: what is {values:?}? {raw}");
    }
}

/// Splits at spaces outside quotes; with each token, where its `=` outside quotes stands.
fn tokens(raw: &str) -> Vec<(String, Option<usize>)> {
    let mut found = Vec::new();
    let (mut token, mut equals, mut quoted, mut open) = (String::new(), None, false, false);
    for c in raw.trim().chars().chain([' ']) {
        match c {
            '"' => {
                quoted = !quoted;
                open = true;
            }
            ' ' if !quoted => {
                if open {
                    found.push((std::mem::take(&mut token), equals.take()));
                }
                open = false;
            }
            _ => {
                if c == '=' && !quoted && equals.is_none() {
                    equals = Some(token.len());
                }
                token.push(c);
                open = true;
            }
        }
    }
    assert!(!quoted, "a quote stays open: {raw}");
    found
}
