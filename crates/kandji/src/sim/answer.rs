//! An answer before it becomes HTTP, and the query it answers.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

#[derive(Debug)]
pub(super) struct Answer {
    pub status: u16,
    pub content_type: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

/// The parameters of a request; of one sent twice the last counts.
#[derive(Debug, Default)]
pub(super) struct Query(BTreeMap<String, String>);

impl Answer {
    pub fn json(body: &Value) -> Answer {
        Answer::text(200, body.to_string())
    }

    /// A body that is JSON already.
    pub fn text(status: u16, body: String) -> Answer {
        let content_type = "application/json".to_owned();
        Answer { status, content_type, headers: Vec::new(), body }
    }

    pub fn detail(status: u16, detail: &str) -> Answer {
        Answer::text(status, json!({ "detail": detail }).to_string())
    }

    pub fn html(status: u16, title: &str) -> Answer {
        let body = format!(
            "<!doctype html><html><head><title>{title}</title></head><body><div id=\"root\"></div></body></html>"
        );
        Answer { content_type: "text/html; charset=utf-8".to_owned(), ..Answer::text(status, body) }
    }

    pub fn not_found() -> Answer {
        Answer::detail(404, "Not found.")
    }

    pub fn with(mut self, header: &'static str, value: &impl ToString) -> Answer {
        self.headers.push((header, value.to_string()));
        self
    }

    pub fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let kind = ("content-type", self.content_type);
        for (name, value) in self.headers.into_iter().chain([kind]) {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}

impl Query {
    pub fn parse(text: &str) -> Query {
        Query(url::form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A whole number, or the 400 of one that is none.
    pub fn number(&self, key: &str, default: usize) -> Result<usize, Answer> {
        let Some(text) = self.get(key) else { return Ok(default) };
        let refused = json!({ key: ["A valid integer is required."] });
        text.parse().map_err(|_| Answer::text(400, refused.to_string()))
    }

    pub fn remove(&mut self, key: &str) {
        self.0.remove(key);
    }
}
