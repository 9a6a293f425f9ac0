//! Values whose form in JSON is one text, kept as that text alone:
//! an enum's word such as `needs_review`, an e-mail address, a device id.

use serde::{
    Serialize,
    de::{DeserializeOwned, IntoDeserializer, value::StrDeserializer},
};

use crate::seam::{Cell, FromCell, Value};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word<T>(pub T);

impl<T: Serialize> From<Word<T>> for Value {
    fn from(Word(word): Word<T>) -> Self {
        match serde_json::to_value(word) {
            Ok(serde_json::Value::String(text)) => Self::Text(text),
            other => panic!("only what is one text can be kept as a word, not {other:?}"),
        }
    }
}

impl<T: DeserializeOwned> FromCell for Word<T> {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        let Cell::Text(text) = cell else { return None };
        let text: StrDeserializer<'_, serde::de::value::Error> = text.into_deserializer();
        T::deserialize(text).ok().map(Word)
    }
}

#[cfg(test)]
mod tests {
    use domain::{Email, access::Role};

    use super::*;

    #[test]
    fn a_word_reads_back_and_an_unknown_one_does_not() {
        assert_eq!(Value::from(Word(Role::Manager)), Value::Text("manager".into()));
        assert_eq!(Word::from_cell(Cell::Text("manager")), Some(Word(Role::Manager)));
        assert_eq!(Word::<Role>::from_cell(Cell::Text("king")), None);
        assert_eq!(Word::<Role>::from_cell(Cell::Integer(1)), None);
    }

    #[test]
    fn parsed_text_is_looked_at_again_when_it_is_read() {
        let email = Email::parse("Robin@example.com").unwrap();
        assert_eq!(Word::from_cell(Cell::Text("Robin@example.com")), Some(Word(email)));
        assert_eq!(Word::<Email>::from_cell(Cell::Text("robin")), None);
    }
}
