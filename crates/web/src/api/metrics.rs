//! `/metrics`: figures in the text format of Prometheus, for this machine itself or with a token.

use std::fmt::Write;
use std::net::{IpAddr, SocketAddr};

use app::Caller;
use app::alerts::Severity;
use app::metrics::{Figures, OfSource, Watched, watched};
use app::runs::State as RunState;
use app::sources::HealthState;
use axum::Extension;
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;

use super::bearer::{Bearer, Viewer};
use super::problem::{Answer, Problem};
use crate::requests::Requests;
use crate::state::Web;

const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Figures for Prometheus: of this process, of the database, and of each tenant the asker may see.
///
/// Open to whoever asks from this machine itself, as long as no proxy stands before it: neither
/// `trusted_proxies` nor a `base_url` of https is set, the request was not forwarded, and it was
/// sent to a loopback address. Anybody else needs a token of any role, and sees its tenant; one of
/// an administrator of the first tenant sees all.
#[utoipa::path(get, path = "/metrics", tag = "operations", responses(
    (status = 200, body = String, content_type = "text/plain",
        example = "stockroom_assets{tenant=\"acme\"} 812\n"),
    (status = 401, description = "No token, or one that is not known.", body = Problem,
        content_type = "application/problem+json")))]
pub async fn metrics(
    Watcher(caller): Watcher,
    State(web): State<Web>,
    Extension(requests): Extension<Requests>,
) -> Answer<impl IntoResponse> {
    let watched = watched(&web.app, caller.as_ref()).await?;
    let headers = [(header::CONTENT_TYPE, FORMAT)];
    Ok((headers, written(&watched, &requests)))
}

/// Who asks; `None` is this machine itself.
pub struct Watcher(Option<Caller>);

impl FromRequestParts<Web> for Watcher {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        if !parts.headers.contains_key(header::AUTHORIZATION) && is_here(parts, web) {
            return Ok(Watcher(None));
        }
        let Bearer(caller) = Viewer::from_request_parts(parts, web).await?;
        Ok(Watcher(Some(caller)))
    }
}

/// Whether the request comes from this machine. Through a proxy on it everybody seems to.
fn is_here(parts: &Parts, web: &Web) -> bool {
    const FORWARDED: [HeaderName; 2] =
        [header::FORWARDED, HeaderName::from_static("x-forwarded-for")];
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback())
        && web.proxies.is_empty()
        && !web.secure
        && !FORWARDED.iter().any(|name| parts.headers.contains_key(name))
        && is_asked_for_here(parts)
}

/// Whether the address that was asked for is this machine's own: what a proxy passes on, or a
/// page of somebody else asks for under a name of theirs, is not.
fn is_asked_for_here(parts: &Parts) -> bool {
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let Some(host) = host.and_then(|host| host.parse::<axum::http::uri::Authority>().ok()) else {
        return false;
    };
    let name = host.host().trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Of one tenant, and how it is written down.
type OfTenant = fn(&Figures) -> i64;
const OF_TENANTS: [(&str, &str, OfTenant); 5] = [
    ("assets", "Assets that are not archived.", |f| f.assets),
    ("assets_checked_out", "Assets that somebody or something has.", |f| f.checked_out),
    ("open_conflicts", "Questions that wait for an answer.", |f| f.conflicts),
    ("runs_waiting_for_review", "Plans that wait for a person.", |f| f.waiting_for_review),
    ("jobs_waiting", "Jobs that are not done yet, such as mails.", |f| f.jobs),
];

const ENDED: [RunState; 8] = [
    RunState::Previewed,
    RunState::Applied,
    RunState::Partial,
    RunState::Failed,
    RunState::NeedsReview,
    RunState::Rejected,
    RunState::Superseded,
    RunState::Undone,
];

const HEALTH: [HealthState; 4] =
    [HealthState::Untested, HealthState::Ok, HealthState::Degraded, HealthState::Failing];

fn written(watched: &Watched, requests: &Requests) -> String {
    let mut page = Page::default();
    page.family("info", "gauge", "The program that answers.");
    page.line("info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
    page.family("requests_total", "counter", "Requests that this process answered, by status.");
    for (class, count) in requests.counts() {
        page.line("requests_total", &[("class", &class)], count);
    }
    page.family("database_bytes", "gauge", "The size of the database.");
    page.line("database_bytes", &[], watched.database_bytes);
    for (name, help, value) in OF_TENANTS {
        page.family(name, "gauge", help);
        for (tenant, figures) in &watched.tenants {
            page.line(name, &[("tenant", &tenant.slug)], value(figures));
        }
    }
    page.family("open_alerts", "gauge", "Alerts that are not mended, by severity.");
    for (tenant, figures) in &watched.tenants {
        for severity in [Severity::Info, Severity::Warning, Severity::Danger] {
            let labels = [("tenant", tenant.slug.as_str()), ("severity", severity.as_str())];
            page.line("open_alerts", &labels, count(&figures.alerts, severity));
        }
    }
    of_sources(&mut page, watched);
    page.0
}

fn of_sources(page: &mut Page, watched: &Watched) {
    let mut each = |name: &str, help: &str, lines: &dyn Fn(&mut Page, Labels<'_>, &OfSource)| {
        page.family(name, "gauge", help);
        for (tenant, figures) in &watched.tenants {
            for source in &figures.sources {
                lines(page, Labels(&tenant.slug, &source.id.to_string()), source);
            }
        }
    };
    let name = "source_enabled";
    each(name, "Whether a source is read by itself.", &|page, labels, source| {
        page.line(name, &labels.alone(), i64::from(source.enabled));
    });
    let name = "source_health";
    each(name, "1 for the state that a source is in, else 0.", &|page, labels, source| {
        for state in HEALTH {
            let is = i64::from(source.health == state);
            page.line(name, &labels.and("state", state.as_str()), is);
        }
    });
    let name = "source_last_success_timestamp_seconds";
    each(name, "When a run of a source was last applied.", &|page, labels, source| {
        if let Some(at) = source.succeeded_at {
            page.line(name, &labels.alone(), at.as_second());
        }
    });
    let name = "runs_last_day";
    each(name, "Runs of a source in the last 24 hours, by outcome.", &|page, labels, source| {
        for state in ENDED {
            page.line(name, &labels.and("outcome", state.as_str()), count(&source.runs, state));
        }
    });
}

fn count<T: PartialEq>(counts: &[(T, i64)], of: T) -> i64 {
    counts.iter().find(|(known, _)| *known == of).map_or(0, |(_, count)| *count)
}

/// A source's: its tenant and its id.
struct Labels<'a>(&'a str, &'a str);

impl<'a> Labels<'a> {
    fn alone(&self) -> [(&'static str, &'a str); 2] {
        [("tenant", self.0), ("source", self.1)]
    }

    fn and(&self, name: &'static str, value: &'a str) -> [(&'static str, &'a str); 3] {
        [("tenant", self.0), ("source", self.1), (name, value)]
    }
}

/// The text format. Labels are slugs, ids and words of ours: nothing that needs escaping.
#[derive(Default)]
struct Page(String);

impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        writeln!(self.0, "# HELP stockroom_{name} {help}\n# TYPE stockroom_{name} {kind}")
            .expect("a String takes everything");
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let labels: Vec<String> =
            labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        let labels = match labels.len() {
            0 => String::new(),
            _ => format!("{{{}}}", labels.join(",")),
        };
        writeln!(self.0, "stockroom_{name}{labels} {value}").expect("a String takes everything");
    }
}
