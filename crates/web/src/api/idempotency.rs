//! `Idempotency-Key`: a POST that is sent again under its key is not done again; it is answered as
//! the first time. Only what was done is remembered: a refusal may be mended and sent again.

use std::collections::BTreeMap;

use app::idempotency::{self, Begun};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::bearer::{Bearer, Viewer};
use super::problem::Problem;
use super::reading::whole;
use crate::state::Web;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// More than any body that a POST may bring: a table to import is the largest.
const LIMIT: usize = 24 << 20;

/// How addresses end whose work is done in several transactions: some of it may stand when the
/// database is too busy for the rest.
const IN_STEPS: [&str; 10] = [
    "application",
    "approval",
    "bulks",
    "checkins",
    "checkouts",
    "imports",
    "merge",
    "runs",
    "settlement",
    "undo",
];

/// An answer as it is remembered.
#[derive(Serialize, Deserialize)]
struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

pub async fn once(State(web): State<Web>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !request.headers().contains_key(HEADER) {
        return next.run(request).await;
    }
    match keyed(web, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn keyed(web: Web, request: Request, next: Next) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let Bearer(caller) = Viewer::from_request_parts(&mut parts, &web).await?;
    let file = usize::try_from(web.app.limits().file).unwrap_or(LIMIT);
    let body = whole(Request::new(body), LIMIT + file).await?;
    let text = parts.headers[HEADER].to_str().unwrap_or_default();
    let address = parts.uri.to_string();
    let in_steps = IN_STEPS.iter().any(|end| parts.uri.path().ends_with(&format!("/{end}")));
    let key = idempotency::key(&caller, text, &[address.as_bytes(), &body])?;
    let key = match idempotency::begin(&web.app, &caller, key).await? {
        Begun::Done(answer) => return again(&answer),
        Begun::Do(key) => key,
    };
    // Goes on when the one who asked hangs up: they will ask again, and want to hear of it.
    let done = tokio::spawn(async move {
        let response = next.run(Request::from_parts(parts, Body::from(body))).await;
        // A refusal changed nothing, nor did what the database was too busy for, and that asks to be
        // sent again. After a failure nobody knows: the key stays begun.
        let status = response.status();
        if !status.is_success() {
            let busy = status == StatusCode::SERVICE_UNAVAILABLE && !in_steps;
            if status.is_client_error() || busy {
                idempotency::failed(&web.app, &caller, key).await?;
            }
            return Ok(response);
        }
        // A paper is no change: asked for again, it is printed again.
        let kind = response.headers().get(header::CONTENT_TYPE);
        if kind.is_some_and(|kind| kind == "application/pdf") {
            idempotency::failed(&web.app, &caller, key).await?;
            return Ok(response);
        }
        let (answer, response) = noted(response).await?;
        idempotency::answered(&web.app, &caller, key, &answer).await?;
        Ok::<_, Problem>(response)
    });
    done.await.unwrap_or_else(|_| {
        let detail = "a bug stopped this; hint: the log says more";
        Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail))
    })
}

/// A response, and what is remembered of it.
async fn noted(response: Response) -> Result<(String, Response), Problem> {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or(Bytes::new());
    let kept = [header::LOCATION, header::ETAG, header::CONTENT_TYPE];
    let kept = kept.iter().filter_map(|name| {
        let value = parts.headers.get(name)?.to_str().ok()?;
        Some((name.to_string(), value.to_owned()))
    });
    let answer = Answer {
        status: parts.status.as_u16(),
        headers: kept.collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    let text = serde_json::to_string(&answer).expect("an answer is plain text");
    Ok((text, Response::from_parts(parts, Body::from(body))))
}

fn again(answer: &str) -> Result<Response, Problem> {
    let unreadable = |_| {
        let detail = "what was answered cannot be read any more; hint: look whether it was done";
        Problem::new(StatusCode::CONFLICT, detail)
    };
    let answer: Answer = serde_json::from_str(answer).map_err(unreadable)?;
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = (status, answer.body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
            headers.insert(name, value);
        }
    }
    headers.insert("idempotency-replayed", HeaderValue::from_static("true"));
    Ok(response)
}

#[cfg(test)]
mod tests;
