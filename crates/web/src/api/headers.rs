//! What stands in a request's address and headers: the id of one thing, the version expected.

use axum::Json;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use domain::Id;
use domain::id::Noun;
use serde::Serialize;

use super::problem::Problem;

/// The `{id}` of an address; one that cannot be an id names nothing.
pub struct At<N>(pub Id<N>);

impl<S: Send + Sync, N: Noun> FromRequestParts<S> for At<N> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Which(text) = Which::from_request_parts(parts, state).await?;
        let no = |error: domain::id::NoId| Problem::new(StatusCode::NOT_FOUND, error.to_string());
        let id = text.parse().map_err(no)?;
        Ok(At(id))
    }
}

/// The `{id}` of an address as text, for what has a natural key too.
pub struct Which(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Which {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|error| {
                let detail = match error.status() {
                    StatusCode::BAD_REQUEST => {
                        "the address holds something that is no text; hint: write what has other \
                         letters than English ones percent-encoded, as UTF-8"
                            .to_owned()
                    }
                    _ => error.body_text(),
                };
                Problem::new(error.status(), detail)
            })?;
        if text.contains('\0') {
            let detail = "nothing has a NUL character in its name";
            return Err(Problem::new(StatusCode::NOT_FOUND, detail));
        }
        Ok(Which(text))
    }
}

/// `If-Match: "7"`; without it, or with `*`, any version will do.
pub struct IfMatch(pub Option<i64>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(IfMatch(None)) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(IfMatch(None));
        }
        let version = text.trim_start_matches("W/").trim_matches('"').parse();
        version.map(|version| IfMatch(Some(version))).map_err(|_| {
            let detail = format!("\"{text}\" is no version; hint: the ETag as it was answered");
            Problem::field("If-Match", detail)
        })
    }
}

/// The `ETag` of a version.
pub fn etag(version: i64) -> [(header::HeaderName, String); 1] {
    [(header::ETAG, format!("\"{version}\""))]
}

/// A thing with the version it has.
pub fn versioned<T: Serialize>(version: i64, shape: T) -> impl IntoResponse + use<T> {
    (etag(version), Json(shape))
}

/// The `Location` of something under the API.
pub fn location<N: Noun>(path: &str, id: Id<N>) -> [(header::HeaderName, String); 1] {
    [(header::LOCATION, format!("/api/v1/{path}/{id}"))]
}
