//! Who reads a page: signed in, inside their own tenant, with what every page shows of both.

use app::Caller;
use app::alerts::Alert;
use app::sign_in::SignedIn;
use app::visit::{self, Visit};
use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::request::Parts;
use axum::http::{Method, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use domain::access::Role;
use domain::company::Company;
use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::answers::Answers;
use super::done;
use crate::components::{Now, Tone};
use crate::error::Refused;
use crate::layout::{Frame, Room, Theme, Waiting, list_page, page};
use crate::security::session_of;
use crate::state::Web;

pub struct Visitor {
    pub web: Web,
    pub caller: Caller,
    pub company: Company,
    pub now: Now,
    pub signed: SignedIn,
    frame: Frame,
}

impl Visitor {
    /// An address of their tenant: `to("assets/new")`.
    pub fn to(&self, path: &str) -> String {
        self.frame.to(path)
    }

    pub fn home(&self) -> &str {
        &self.frame.base
    }

    pub fn may(&self, role: Role) -> bool {
        self.caller.role.may(role)
    }

    /// How many questions wait for an answer.
    pub fn conflicts(&self) -> u32 {
        self.frame.waiting.conflicts
    }

    pub fn first_name(&self) -> &str {
        self.frame.user.split(' ').next().unwrap_or_default()
    }

    pub fn page(&self, room: Room, title: &str, inside: &Markup) -> Markup {
        page(&Frame { room, ..self.frame.clone() }, title, inside)
    }

    pub fn list_page(&self, room: Room, title: &str, inside: &Markup) -> Markup {
        list_page(&Frame { room, ..self.frame.clone() }, title, inside)
    }

    fn of(web: &Web, visit: Visit, jar: &CookieJar, here: &str) -> Self {
        let caller = visit.caller();
        let zone = TimeZone::get(&visit.company.time_zone).unwrap_or(TimeZone::UTC);
        let base = format!("/t/{}", visit.signed.tenant.slug);
        let frame = Frame {
            tenant: visit.company.name.clone(),
            banner: banner(&visit.urgent, &base, here),
            base,
            other_tenants: others(&visit.signed),
            user: visit.signed.user.name.clone(),
            email: visit.signed.user.email.to_string(),
            room: Room::Home,
            employed: visit.employed,
            waiting: Waiting { conflicts: visit.conflicts, alerts: few(visit.alerts) },
            theme: theme_of(jar),
            flash: done::flash_of(jar),
        };
        let now = Now { at: web.app.now(), zone };
        Visitor {
            web: web.clone(),
            caller,
            company: visit.company,
            now,
            signed: visit.signed,
            frame,
        }
    }
}

impl FromRequestParts<Web> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let jar = CookieJar::from_headers(&parts.headers);
        let visit =
            signed_in(web, &jar, tenant_named(parts)).await.map_err(IntoResponse::into_response)?;
        let Some(visit) = visit else { return Err(to_sign_in(parts).into_response()) };
        if tenant_named(parts).is_some_and(|slug| slug != visit.signed.tenant.slug) {
            return Err(Refused::no_page().into_response());
        }
        let here = asked(parts).path_and_query().map_or("", |asked| asked.as_str());
        let here = if parts.method == Method::GET { here } else { "" };
        Ok(Visitor::of(web, visit, &jar, here))
    }
}

/// Whose session the browser sent, if any; in the tenant asked for where it opens that one.
pub async fn signed_in(
    web: &Web,
    jar: &CookieJar,
    tenant: Option<&str>,
) -> Result<Option<Visit>, Refused> {
    let Some(token) = session_of(web, jar) else { return Ok(None) };
    Ok(visit::visit(&web.app, &token, tenant).await?)
}

/// What the switcher offers.
fn others(signed: &SignedIn) -> Vec<(String, String)> {
    let others = signed.others.iter();
    others.map(|other| (format!("/t/{}", other.slug), other.name.clone())).collect()
}

pub fn theme_of(jar: &CookieJar) -> Theme {
    jar.get("theme").map(|cookie| Theme::parse(cookie.value())).unwrap_or_default()
}

/// Back to what was asked for once signed in; a form that was sent is not sent again.
fn to_sign_in(parts: &Parts) -> Redirect {
    let asked = asked(parts).path_and_query().map_or("", |asked| asked.as_str());
    let to = if parts.method == Method::GET { asked } else { "" };
    Redirect::to(&Answers::default().with("to", to).at("/sign-in"))
}

fn tenant_named(parts: &Parts) -> Option<&str> {
    asked(parts).path().strip_prefix("/t/")?.split('/').next()
}

/// The whole address; a nested router takes its own part away.
fn asked(parts: &Parts) -> &Uri {
    parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri)
}

/// While something is badly broken every page says so (B7), until the administrator who reads it
/// has seen it; `here` is where they go on.
fn banner(urgent: &[Alert], base: &str, here: &str) -> Option<(Tone, Markup)> {
    let alert = urgent.first()?;
    let href = format!("{base}/{}", alert.link.as_deref().unwrap_or("alerts"));
    let seen = format!("{base}/alerts/{}/seen", alert.id);
    let others = urgent.len() - 1;
    let words = html! {
        span {
            (alert.title) ". " a href=(href) { "See what to do" }
            @if others > 0 { " " a href={ (base) "/alerts" } { "And " (others) " more" } }
        }
        form method="post" action=(seen) {
            input type="hidden" name="back" value=(here);
            button.button.button-quiet { "I have seen it" }
        }
    };
    Some((Tone::Danger, words))
}

/// Counts on screens stop where nobody counts any more.
pub fn few(count: impl TryInto<u32>) -> u32 {
    count.try_into().unwrap_or(u32::MAX)
}
