//! Every no of the API, in one shape: RFC 9457.

use app::Refusal;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// What a handler answers.
pub type Answer<T> = Result<T, Problem>;

/// Why a request was refused, and what would make it possible.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// The HTTP status once more.
    #[schema(example = 422)]
    status: u16,
    #[schema(example = "Unprocessable Entity")]
    title: &'static str,
    detail: String,
    /// Only where single fields cannot be taken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<BadField>,
    #[serde(skip)]
    headers: Vec<(header::HeaderName, String)>,
}

/// One field that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BadField {
    /// The key of the body, or the parameter's name.
    pub field: String,
    pub detail: String,
}

impl Problem {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let title = status.canonical_reason().unwrap_or("Error");
        let (errors, headers) = (Vec::new(), Vec::new());
        Problem { status: status.as_u16(), title, detail: detail.into(), errors, headers }
    }

    /// 422, with each field that is wrong.
    pub fn fields(errors: Vec<BadField>) -> Self {
        let detail: Vec<&str> = errors.iter().map(|error| error.detail.as_str()).collect();
        let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail.join("; "));
        Problem { errors, ..problem }
    }

    /// 422 over one field.
    pub fn field(field: &str, detail: impl Into<String>) -> Self {
        Problem::fields(vec![BadField { field: field.into(), detail: detail.into() }])
    }

    pub fn with(mut self, name: header::HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            Refusal::SignedOut => Problem::new(StatusCode::UNAUTHORIZED, detail)
                .with(header::WWW_AUTHENTICATE, "Bearer realm=\"Stockroom\""),
            Refusal::Forbidden { .. } | Refusal::OtherTenant => {
                Problem::new(StatusCode::FORBIDDEN, detail)
            }
            Refusal::NotFound { .. } => Problem::new(StatusCode::NOT_FOUND, detail),
            Refusal::Conflict { location, .. } => {
                let problem = Problem::new(StatusCode::CONFLICT, detail);
                let at = location.map(|run| format!("/api/v1/runs/{run}"));
                at.into_iter().fold(problem, |problem, at| problem.with(header::LOCATION, at))
            }
            Refusal::Invalid { errors } => Problem::fields(
                errors.into_iter().map(|e| BadField { field: e.field, detail: e.detail }).collect(),
            ),
            Refusal::Stale => Problem::new(StatusCode::PRECONDITION_FAILED, detail),
            Refusal::Throttled { minutes } => Problem::new(StatusCode::TOO_MANY_REQUESTS, detail)
                .with(header::RETRY_AFTER, (minutes * 60).to_string()),
            Refusal::TooLarge(_) => Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail),
            Refusal::Failed(_) => Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail),
            Refusal::Busy(_) => {
                Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail).with(header::RETRY_AFTER, "1")
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).expect("made from a status");
        let mut response = (status, Json(&self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        for (name, value) in self.headers {
            if let Ok(value) = value.parse() {
                headers.insert(name, value);
            }
        }
        response
    }
}
