//! What every request passes before it is answered: the tally, misbehaviour, the method, the token.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use axum::http::header::AUTHORIZATION;
use serde_json::json;

use super::answer::{Answer, Query};
use super::tally::Seen;
use super::tenant::{Dated, Tenant, lock};
use super::trouble::{Misbehaviour, strike};
use super::{details, device_list, enrollment, lists, prism, when};

/// Answers one request below `/api/v1`, or anywhere else with Kandji's "no Route".
pub(super) async fn pass(State(tenant): State<Tenant>, request: Request) -> Response<Body> {
    let path = request.uri().path();
    let path = path.strip_prefix("/api/v1").unwrap_or(path).trim_end_matches('/').to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let method = request.method().as_str().to_owned();
    let get = method == "GET";
    let total = {
        let mut book = lock(&tenant.shared.tally);
        book.record(Seen { method, path: path.clone(), query: query.clone() });
        book.total()
    };
    if !get {
        return Answer::detail(405, "Method not allowed: this tenant is only read.")
            .into_response();
    }
    let bearer = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let renewed = lock(&tenant.shared.renewed).clone();
    let accepted = renewed.as_deref().unwrap_or(tenant.token());
    let known = bearer.and_then(|b| b.strip_prefix("Bearer ")) == Some(accepted);
    let (struck, behaved) = {
        let mut troubles = lock(&tenant.shared.troubles);
        (strike(&mut troubles, &path), *tenant.shared.behaved.borrow())
    };
    let answer = match struck {
        Some(what) => misbehave(&tenant, what, behaved, &path, &query).await,
        None if !known => Answer::detail(401, "Invalid token."),
        None => answer(&tenant, &path, &Query::parse(&query)),
    };
    dated(&tenant, within_budget(&tenant, answer, total)).into_response()
}

/// A blank date keeps the server from putting in this machine's.
fn dated(tenant: &Tenant, answer: Answer) -> Answer {
    match *lock(&tenant.shared.dated) {
        Dated::ByMachine => answer,
        Dated::Not => answer.with("date", &""),
        Dated::At(at) => answer.with("date", &when::http(at)),
    }
}

/// The rate limit's headers, and the limit itself where one was asked for.
fn within_budget(tenant: &Tenant, answer: Answer, total: u64) -> Answer {
    let hourly = tenant.shared.config.hourly_requests;
    let answer = match hourly {
        Some(limit) if total > limit => {
            let refused = json!({ "message": "API rate limit exceeded" });
            Answer::text(429, refused.to_string()).with("retry-after", &3600)
        }
        _ => answer,
    };
    let limit = hourly.unwrap_or(10_000);
    answer
        .with("ratelimit-limit", &50)
        .with("ratelimit-remaining", &49)
        .with("ratelimit-reset", &1)
        .with("x-ratelimit-limit-hour", &limit)
        .with("x-ratelimit-remaining-hour", &limit.saturating_sub(total))
}

/// The proper answer.
fn answer(tenant: &Tenant, path: &str, query: &Query) -> Answer {
    let world = tenant.world();
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match parts[..] {
        ["devices"] => device_list::list(&world, query),
        ["devices", id] => device_list::one(&world, id),
        ["devices", id, "details"] => details::of(&world, id),
        ["integrations", "apple", "ade"] => enrollment::integrations(&world),
        ["integrations", "apple", "ade", "devices"] => enrollment::devices(&world, None, query),
        ["integrations", "apple", "ade", id] => enrollment::integration(&world, id),
        ["integrations", "apple", "ade", id, "devices"] => {
            enrollment::devices(&world, Some(id), query)
        }
        ["users"] => lists::users(&world, query),
        ["blueprints"] => lists::blueprints(&world, query),
        ["tags"] => lists::tags(),
        ["settings", "licensing"] => lists::licensing(&world),
        ["prism", category] => prism::table(&world, category, query),
        _ => {
            let body =
                json!({ "message": "no Route matched with those values", "request_id": "0" });
            Answer::text(404, body.to_string())
        }
    }
}

/// `behaved` counts the times the tenant was told to, until this request came.
async fn misbehave(
    tenant: &Tenant,
    what: Misbehaviour,
    behaved: u64,
    path: &str,
    query: &str,
) -> Answer {
    let proper = || answer(tenant, path, &Query::parse(query));
    match what {
        Misbehaviour::Unauthorized => {
            Answer::text(401, json!({"error": "Unauthorized"}).to_string())
        }
        Misbehaviour::Forbidden => {
            Answer::detail(403, "You do not have permission to perform this action.")
        }
        Misbehaviour::NotFound => Answer::html(404, "Not Found"),
        Misbehaviour::RateLimited { retry_after } => {
            let refused = Answer::detail(429, "Request was throttled.");
            match retry_after {
                Some(after) => refused.with("retry-after", &after),
                None => refused,
            }
        }
        Misbehaviour::Status { status } => Answer::html(status, "Trouble"),
        Misbehaviour::Html => Answer::html(200, "Iru"),
        Misbehaviour::Truncated => cut(proper()),
        Misbehaviour::Hang => hang(tenant, behaved).await,
        Misbehaviour::Slow { milliseconds } => {
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            proper()
        }
        Misbehaviour::Redirect { to } => Answer::html(302, "Elsewhere").with("location", &to),
        Misbehaviour::DeleteRow => {
            tenant.delete_first();
            proper()
        }
        Misbehaviour::InsertRow => {
            tenant.insert_first();
            proper()
        }
        Misbehaviour::Repeat => {
            let mut query = Query::parse(query);
            for key in ["offset", "page", "cursor"] {
                query.remove(key);
            }
            answer(tenant, path, &query)
        }
        Misbehaviour::Body { status, content_type, body } => {
            Answer { status, content_type, headers: Vec::new(), body }
        }
    }
}

/// No answer until the tenant behaves again or goes down.
async fn hang(tenant: &Tenant, behaved: u64) -> Answer {
    let mut stopping = tenant.shared.stopping.subscribe();
    let mut behaving = tenant.shared.behaved.subscribe();
    // An error means the tenant is gone, which is as good as stopping.
    tokio::select! {
        () = async { drop(stopping.wait_for(|stopping| *stopping).await) } => {}
        () = async { drop(behaving.wait_for(|times| *times != behaved).await) } => {}
    }
    Answer::html(503, "Stopped")
}

fn cut(mut answer: Answer) -> Answer {
    let middle = (0..=answer.body.len() / 2).rev().find(|&at| answer.body.is_char_boundary(at));
    answer.body.truncate(middle.unwrap_or(0));
    answer
}
