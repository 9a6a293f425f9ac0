//! What stands between a browser and the pages: cookies, headers, and who may post from where.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::Cookie;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;

use crate::error;
use crate::pages::done;
use crate::state::Web;

/// No page of ours needs more; a form that does is not ours.
const LONGEST_FORM: usize = 256 * 1024;

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Puts the guards around the pages. The API has tokens instead of cookies and needs none of them.
pub fn guard(pages: Router<Web>, web: &Web) -> Router<Web> {
    let csrf = CsrfLayer::new();
    let csrf = csrf.clone().add_trusted_origin(&web.base_url).unwrap_or(csrf);
    pages
        .layer(DefaultBodyLimit::max(LONGEST_FORM))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(csrf)
        .layer(middleware::from_fn_with_state(web.clone(), done::say_once))
        .layer(middleware::from_fn_with_state(web.clone(), error::explain))
        .layer(middleware::from_fn(headers))
}

async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over")]
fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let words = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let words = words.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    tracing::error!(panic = words, "a page broke off");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

const fn session_name(web: &Web) -> &'static str {
    if web.secure { "__Host-session" } else { "session" }
}

/// The session's token, as the browser sent it.
pub fn session_of(web: &Web, jar: &CookieJar) -> Option<String> {
    jar.get(session_name(web)).map(|cookie| cookie.value().to_owned())
}

/// The `Set-Cookie` that signs in; an empty token signs out.
pub fn session_cookie(web: &Web, token: &str) -> String {
    let seconds = if token.is_empty() { 0 } else { app::sign_in::SESSION.as_secs() };
    format!("{}; HttpOnly", cookie(web, session_name(web), token, seconds))
}

/// The `Set-Cookie` of something that is no secret; no seconds take it away.
pub fn cookie(web: &Web, name: &str, value: &str, seconds: i64) -> String {
    let pair = Cookie::new(name, value);
    let secure = if web.secure { "; Secure" } else { "" };
    format!("{}; Path=/; SameSite=Lax; Max-Age={seconds}{secure}", pair.encoded())
}

/// Where the request comes from, for the brake on guessing passwords and the list of sessions.
/// Empty where a proxy does not say, since everybody comes through it: one that is trusted, or
/// any on this machine.
pub fn client_address(web: &Web, parts: &Parts) -> String {
    let Some(ConnectInfo(from)) = parts.extensions.get::<ConnectInfo<SocketAddr>>() else {
        return "unknown".to_owned();
    };
    let peer = from.ip().to_canonical();
    if web.proxies.trust(peer) {
        let behind = web.proxies.behind(&parts.headers);
        return behind.map(|address| address.to_string()).unwrap_or_default();
    }
    if web.secure && peer.is_loopback() { String::new() } else { peer.to_string() }
}
