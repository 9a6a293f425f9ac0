//! What the server answered, and how tests look at it.

use axum::http::HeaderMap;
use serde_json::Value;

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    /// As it came; `text` is blank where it is none.
    pub bytes: Vec<u8>,
    pub text: String,
    /// `null` where the body is no JSON.
    pub body: Value,
}

impl Answer {
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "some ask for the status alone")]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// A page that has these words.
    #[track_caller]
    pub fn shows(&self, words: &str) -> &Answer {
        assert!(self.text.contains(words), "{words:?} is not on the page:\n{}", self.text);
        self
    }

    #[track_caller]
    pub fn hides(&self, words: &str) -> &Answer {
        assert!(!self.text.contains(words), "{words:?} is on the page:\n{}", self.text);
        self
    }

    /// The fields a 422 names.
    #[track_caller]
    pub fn bad_fields(&self) -> Vec<&str> {
        assert_eq!(self.status, 422, "{}", self.text);
        let errors = self.body["errors"].as_array().expect("a 422 lists its errors");
        errors.iter().map(|error| error["field"].as_str().unwrap_or_default()).collect()
    }
}

/// A JSON value that must be text, and one that must be a list.
pub trait Text {
    fn text(&self) -> String;
    fn list(&self) -> &[Value];
}

impl Text for Value {
    #[track_caller]
    fn text(&self) -> String {
        self.as_str().unwrap_or_else(|| panic!("{self} is no text")).to_owned()
    }

    #[track_caller]
    fn list(&self) -> &[Value] {
        self.as_array().unwrap_or_else(|| panic!("{self} is no list"))
    }
}
