//! The one door to Kandji, and it only opens inward: a client has no method but get.
//! It paces itself, tries again where that helps, and never lets the token out of its header.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use jiff::Timestamp;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::fault::{Fault, Said};
use crate::host::ApiUrl;
use crate::limits::{Limits, asked_wait, told_time};
use crate::permission::Permission;

/// Stands for "the header was never sent" in `left_this_hour`.
const UNKNOWN: u64 = u64::MAX;

/// A connection to one tenant. Clones share pacing and counters.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    http: reqwest::Client,
    api: ApiUrl,
    token: SecretString,
    limits: Limits,
    in_flight: Semaphore,
    lists: Option<DefaultDirectRateLimiter>,
    details: Option<DefaultDirectRateLimiter>,
    requests: AtomicU64,
    left_this_hour: AtomicU64,
    /// What the last answer said the time is, and when it came.
    their_time: Mutex<Option<(Timestamp, Instant)>>,
}

/// One question: which permission it needs, and where it goes below `/api/v1/`.
pub(crate) struct Ask<'a> {
    pub permission: Permission,
    pub path: &'a [&'a str],
    pub query: &'a [(&'a str, &'a str)],
}

/// A fault of one try, with the wait the server asked for.
type Refused = (Fault, Option<Duration>);

impl Client {
    /// Prepares a client; nothing is sent yet. Fails on a token that cannot be a token.
    pub fn new(api: ApiUrl, token: &SecretString, limits: Limits) -> Result<Client, Fault> {
        let token = SecretString::from(token.expose_secret().trim());
        let http = http_client(&api, &token, &limits)?;
        Ok(Client {
            inner: Arc::new(Inner {
                http,
                token,
                in_flight: Semaphore::new(limits.in_flight.max(1)),
                lists: limits.list_per_second.map(limiter),
                details: limits.details_per_second().map(limiter),
                requests: AtomicU64::new(0),
                left_this_hour: AtomicU64::new(UNKNOWN),
                their_time: Mutex::default(),
                api,
                limits,
            }),
        })
    }

    /// The address it talks to.
    pub fn api(&self) -> &ApiUrl {
        &self.inner.api
    }

    pub fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    /// Requests sent so far, every try counted.
    pub fn requests(&self) -> u64 {
        self.inner.requests.load(Ordering::Relaxed)
    }

    /// What Kandji last said is left of this hour's requests, if it says so at all.
    pub fn left_this_hour(&self) -> Option<u64> {
        match self.inner.left_this_hour.load(Ordering::Relaxed) {
            UNKNOWN => None,
            left => Some(left),
        }
    }

    /// What time it is by Kandji's clock, if its answers say so.
    pub fn their_time(&self) -> Option<Timestamp> {
        let told = *self.inner.their_time.lock().unwrap_or_else(PoisonError::into_inner);
        let (told, at) = told?;
        told.checked_add(at.elapsed()).ok()
    }

    /// Asks until there is an answer that `read` understands, the tries are used up, or trying
    /// again is pointless. A body that breaks off counts as a failed try.
    pub(crate) async fn get<T>(
        &self,
        ask: &Ask<'_>,
        read: impl Fn(String) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let limits = &self.inner.limits;
        let mut tried = 1;
        loop {
            let (fault, asked) = match self.once(ask).await {
                Ok(body) => match read(body) {
                    Ok(answer) => return Ok(answer),
                    Err(fault) => (fault, None),
                },
                Err(refused) => refused,
            };
            let spent = matches!(fault, Fault::RateLimited { left_this_hour: Some(0), .. });
            // A spent hour stays spent: the next run is soon enough.
            if !fault.is_transient() || spent || tried >= limits.tries {
                return Err(fault);
            }
            let wait = limits.wait(tried, asked, fastrand::f64());
            tracing::debug!(path = ask.shown(), tried, ?wait, %fault, "asking Kandji again");
            tokio::time::sleep(wait).await;
            tried += 1;
        }
    }

    async fn once(&self, ask: &Ask<'_>) -> Result<String, Refused> {
        let _turn = self.inner.in_flight.acquire().await.expect("the semaphore is never closed");
        self.pace(ask.permission).await;
        self.inner.requests.fetch_add(1, Ordering::Relaxed);
        let url = self.inner.api.endpoint(ask.path, ask.query);
        let response = self
            .inner
            .http
            .get(url)
            .send()
            .await
            .map_err(|error| (self.lost(ask, &error), None))?;
        self.remember_budget(response.headers());
        self.remember_time(response.headers());
        if !response.status().is_success() {
            return Err(self.refusal(ask, response).await);
        }
        self.json_body(ask, response).await.map_err(|fault| (fault, None))
    }

    async fn pace(&self, permission: Permission) {
        let limiter = match permission {
            Permission::DeviceDetails => &self.inner.details,
            _ => &self.inner.lists,
        };
        if let Some(limiter) = limiter {
            limiter.until_ready().await;
        }
    }

    fn remember_budget(&self, headers: &HeaderMap) {
        let left = headers.get("x-ratelimit-remaining-hour");
        if let Some(left) = left.and_then(|left| left.to_str().ok()?.trim().parse().ok()) {
            self.inner.left_this_hour.store(left, Ordering::Relaxed);
        }
    }

    fn remember_time(&self, headers: &HeaderMap) {
        if let Some(told) = told_time(headers) {
            let mut their_time =
                self.inner.their_time.lock().unwrap_or_else(PoisonError::into_inner);
            *their_time = Some((told, Instant::now()));
        }
    }

    /// What a status other than success means.
    async fn refusal(&self, ask: &Ask<'_>, response: Response) -> Refused {
        let permission = ask.permission;
        let host = self.inner.api.host();
        let status = response.status();
        let asked = asked_wait(response.headers());
        let fault = match status {
            StatusCode::UNAUTHORIZED => Fault::Unauthorized { permission },
            StatusCode::FORBIDDEN => Fault::Forbidden { permission },
            StatusCode::NOT_FOUND => Fault::NotFound { host, path: ask.shown(), permission },
            StatusCode::REQUEST_TIMEOUT => Fault::Timeout { host },
            StatusCode::TOO_MANY_REQUESTS => {
                Fault::RateLimited { asked, left_this_hour: self.left_this_hour() }
            }
            _ if status.is_server_error() => Fault::Server { status: status.as_u16() },
            _ if status.is_redirection() => {
                Fault::Redirected { host, to: target_host(response.headers()) }
            }
            _ => {
                let body = self.body(ask, response).await.unwrap_or_default();
                let said = Said::from_body(&body, self.inner.token.expose_secret());
                Fault::BadRequest { path: ask.shown(), status: status.as_u16(), said }
            }
        };
        (fault, asked)
    }

    async fn json_body(&self, ask: &Ask<'_>, response: Response) -> Result<String, Fault> {
        let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let says_json = kind.is_none_or(|kind| kind.to_ascii_lowercase().contains("json"));
        let not_json = || Fault::NotJson { host: self.inner.api.host() };
        if !says_json {
            return Err(not_json());
        }
        let body = self.body(ask, response).await?;
        if body.trim_start().starts_with('<') { Err(not_json()) } else { Ok(body) }
    }

    /// Reads a body up to the cap. Bytes that are not UTF-8 become `�`: one spoilt name must not
    /// hide three hundred devices.
    async fn body(&self, ask: &Ask<'_>, mut response: Response) -> Result<String, Fault> {
        let limit = self.inner.limits.body_bytes;
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.lost(ask, &error))? {
            if bytes.len() + chunk.len() > limit {
                return Err(Fault::TooLarge { path: ask.shown(), limit_mb: limit >> 20 });
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(String::from_utf8(bytes)
            .unwrap_or_else(|spoilt| String::from_utf8_lossy(spoilt.as_bytes()).into_owned()))
    }

    /// What a failure below HTTP means.
    fn lost(&self, ask: &Ask<'_>, error: &reqwest::Error) -> Fault {
        let host = self.inner.api.host();
        if error.is_timeout() {
            Fault::Timeout { host }
        } else if error.is_body() || error.is_decode() {
            Fault::Truncated { path: ask.shown() }
        } else {
            Fault::Network { host, why: innermost(error) }
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("api", &self.inner.api)
            .field("requests", &self.requests())
            .finish_non_exhaustive()
    }
}

impl Ask<'_> {
    /// The path as messages show it.
    pub(crate) fn shown(&self) -> String {
        format!("/api/v1/{}", self.path.join("/"))
    }
}

/// Settles what encrypts connections, for the whole process.
pub fn provide_tls() {
    // Whoever comes first installs the same provider; that it is there already is no trouble.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

fn http_client(
    api: &ApiUrl,
    token: &SecretString,
    limits: &Limits,
) -> Result<reqwest::Client, Fault> {
    provide_tls();
    let blank = token.expose_secret().is_empty();
    let bearer = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()));
    let mut bearer = bearer.ok().filter(|_| !blank).ok_or(Fault::BadToken)?;
    bearer.set_sensitive(true);
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, bearer);
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let client = reqwest::Client::builder()
        .default_headers(headers)
        .user_agent(concat!("stockroom/", env!("CARGO_PKG_VERSION")))
        .https_only(api.is_https())
        .redirect(reqwest::redirect::Policy::none())
        .gzip(true)
        .connect_timeout(limits.connect_timeout)
        .read_timeout(limits.read_timeout)
        .timeout(limits.read_timeout.saturating_mul(10));
    // A simulated tenant speaks no TLS, so this machine's certificates need not be read for it.
    let client = if api.is_https() { client } else { client.tls_certs_only([]) };
    client.build().map_err(|error| Fault::Network { host: api.host(), why: innermost(&error) })
}

/// A bucket that lets a quarter of a second's worth through at once, so that the first second
/// stays below Kandji's own ceiling too.
fn limiter(per_second: u32) -> DefaultDirectRateLimiter {
    let at_least_one = |n: u32| std::num::NonZeroU32::new(n.max(1)).expect("it is at least one");
    let quota = Quota::per_second(at_least_one(per_second));
    RateLimiter::direct(quota.allow_burst(at_least_one(per_second / 4)))
}

/// Where a redirect points; the host only, since the rest may carry anything.
fn target_host(headers: &HeaderMap) -> Option<String> {
    let to = url::Url::parse(headers.get(LOCATION)?.to_str().ok()?).ok()?;
    to.host_str().map(str::to_owned)
}

/// The last cause of an error: "connection refused" rather than "error sending request".
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string().to_lowercase().chars().take(160).collect()
}
