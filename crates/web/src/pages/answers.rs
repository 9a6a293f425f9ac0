//! What a form or an address says, pair by pair; and addresses made from such pairs.

use app::Refusal;
use app::refusal::FieldError;
use axum::http::StatusCode;
use maud::{Markup, Render, html};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::components::{Callout, Tone};
use crate::error::{Refused, of_refusal, sentences, status};

/// The pairs in the order sent; a name may come several times, as ticked boxes do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Answers(Vec<(String, String)>);

impl Answers {
    /// What an address asks, without its path: `q=mac&status=…`.
    pub fn read(query: &str) -> Self {
        Answers(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    pub fn of(pairs: &[(String, String)]) -> Self {
        Answers(pairs.to_vec())
    }

    /// Trimmed; blank where it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// As it was sent: a password may begin or end with a blank.
    pub fn raw(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// A password that may be left out.
    pub fn secret(&self, name: &str) -> Option<String> {
        Some(self.raw(name)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    pub fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// `None` where it is blank.
    pub fn some(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|text| !text.is_empty())
    }

    pub fn all<'s, 'n>(&'s self, name: &'n str) -> impl Iterator<Item = &'s str> + use<'s, 'n> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim())
    }

    pub fn ticked(&self, name: &str) -> bool {
        self.get(name) == "on"
    }

    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same with one more answer; an earlier one of that name goes.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut next = self.without(name);
        next.0.push((name.to_owned(), value.to_owned()));
        next
    }

    /// The same with one more answer beside those of that name.
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(&self, name: &str) -> Self {
        Answers(self.0.iter().filter(|(key, _)| key != name).cloned().collect())
    }

    /// `path?name=value&…`; blank answers are left out.
    pub fn at(&self, path: &str) -> String {
        let told = self.0.iter().filter(|(_, value)| !value.is_empty());
        let query = Serializer::new(String::new()).extend_pairs(told).finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

/// What was wrong with a form, by field, in sentences; or why it does not go as things stand.
#[derive(Debug, Clone, Default)]
pub struct Wrong {
    fields: Vec<FieldError>,
    standing: Option<(StatusCode, Markup)>,
}

impl Wrong {
    /// Splits a refusal: what belongs at fields is shown there, all else is a page of its own.
    pub fn fields(refusal: Refusal) -> Result<Self, Refused> {
        let Refusal::Invalid { errors } = refusal else { return Err(Refused(refusal)) };
        let told = errors
            .into_iter()
            .map(|error| FieldError { detail: sentences(&error.detail), field: error.field });
        Ok(Wrong { fields: told.collect(), standing: None })
    }

    /// As [`fields`](Self::fields), but what someone else's change refuses, or the world just now, is
    /// said above the form, so that nothing typed is lost.
    pub fn form(refusal: Refusal) -> Result<Self, Refused> {
        let passes = matches!(
            refusal,
            Refusal::Conflict { .. } | Refusal::Stale | Refusal::Busy(_) | Refusal::Failed(_)
        );
        if !passes {
            return Self::fields(refusal);
        }
        let (title, words) = of_refusal(&refusal);
        let why = Callout::new(Tone::Danger, title).body(html! { (words) });
        Ok(Wrong { fields: Vec::new(), standing: Some((status(&refusal), why.render())) })
    }

    /// Nothing is wrong with the form, but it does not go as things stand.
    pub fn standing(why: Callout<'_>) -> Self {
        Wrong { fields: Vec::new(), standing: Some((StatusCode::CONFLICT, why.render())) }
    }

    pub fn is_none(&self) -> bool {
        self.fields.is_empty() && self.standing.is_none()
    }

    /// With which the form is shown again.
    pub const fn status(&self) -> StatusCode {
        match self.standing {
            Some((status, _)) => status,
            None => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    /// Shown above the form.
    pub fn callout(&self) -> Markup {
        self.standing.as_ref().map_or_else(|| html! {}, |(_, why)| why.clone())
    }

    /// The same in other words, from a field's name and what is wrong with it.
    pub fn told(mut self, words: impl Fn(&str, &str) -> String) -> Self {
        for error in &mut self.fields {
            error.detail = words(&error.field, &error.detail);
        }
        self
    }

    /// Each field and what is wrong with it.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|error| (error.field.as_str(), error.detail.as_str()))
    }

    pub fn at(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|error| error.field == field).map(|error| error.detail.as_str())
    }

    /// What concerns none of these fields; shown above the form.
    pub fn elsewhere<'a>(&'a self, fields: &'a [&str]) -> impl Iterator<Item = &'a str> {
        let rest = self.fields.iter().filter(|error| !fields.contains(&error.field.as_str()));
        rest.map(|error| error.detail.as_str())
    }
}

/// What is wrong with several answers, gathered so that all of it is told at once.
#[derive(Debug, Default)]
pub struct Faults {
    errors: Vec<FieldError>,
    other: Option<Refusal>,
}

impl Faults {
    /// What was read, or nothing where that is refused.
    pub fn kept<T>(&mut self, read: Result<T, Refusal>) -> Option<T> {
        match read {
            Ok(read) => return Some(read),
            Err(Refusal::Invalid { errors }) => self.errors.extend(errors),
            Err(other) => self.other = Some(other),
        }
        None
    }

    /// What was read, where nothing at all is wrong.
    pub fn all<T>(self, read: Option<T>) -> Result<T, Refusal> {
        if let Some(other) = self.other {
            return Err(other);
        }
        match read {
            Some(read) if self.errors.is_empty() => Ok(read),
            _ => Err(Refusal::Invalid { errors: self.errors }),
        }
    }
}

/// A text as one part of an address.
pub fn part(text: &str) -> String {
    let mut part = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                part.push(char::from(byte));
            }
            _ => part.extend(['%', hex(byte >> 4), hex(byte & 15)]),
        }
    }
    part
}

fn hex(digit: u8) -> char {
    char::from_digit(u32::from(digit), 16).unwrap_or_default().to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_every_answer_but_the_blank_ones() {
        let answers = Answers(vec![
            ("q".into(), "mac & co".into()),
            ("status".into(), "a".into()),
            ("status".into(), "b".into()),
            ("sort".into(), String::new()),
        ]);
        assert_eq!(answers.at("/x"), "/x?q=mac+%26+co&status=a&status=b");
        assert_eq!(answers.without("status").with("q", "").at("/x"), "/x");
        assert_eq!(answers.all("status").collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn a_tag_of_any_letters_is_one_part_of_an_address() {
        assert_eq!(part("MBP-0042"), "MBP-0042");
        assert_eq!(part("a/b ü?"), "a%2Fb%20%C3%BC%3F");
    }
}
