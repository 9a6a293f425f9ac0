//! Signing in and out, the choice of theme, and the way from `/` to where one belongs.

use app::Refusal;
use app::sign_in::Browser;
use app::{setup, sign_in};
use axum::Form;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::header::{HeaderValue, SET_COOKIE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use maud::{Markup, html};

use super::answers::{Answers, Wrong};
use super::done::done;
use super::visitor::{signed_in, theme_of};
use crate::components::{Button, Callout, Field, Tone};
use crate::error::{Refused, retry_after, status};
use crate::layout::{Theme, signed_out_page};
use crate::security::{client_address, cookie, session_cookie, session_of};
use crate::state::Web;

/// `/`: set up, sign in, or home.
pub async fn start(State(web): State<Web>, jar: CookieJar) -> Result<Redirect, Refused> {
    if let Some(visit) = signed_in(&web, &jar, None).await? {
        return Ok(Redirect::to(&format!("/t/{}", visit.signed.tenant.slug)));
    }
    let new = setup::is_new(&web.app).await?;
    Ok(Redirect::to(if new { "/setup" } else { "/sign-in" }))
}

pub async fn form(
    State(web): State<Web>,
    jar: CookieJar,
    Query(asked): Query<Answers>,
) -> Result<Response, Refused> {
    if setup::is_new(&web.app).await? {
        return Ok(Redirect::to("/setup").into_response());
    }
    if signed_in(&web, &jar, None).await?.is_some() {
        return Ok(Redirect::to(own(asked.get("to"))).into_response());
    }
    Ok(view(&web, theme_of(&jar), &asked, &Wrong::default()).into_response())
}

pub async fn enter(
    State(web): State<Web>,
    jar: CookieJar,
    From(browser): From,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    let (email, password) = (answers.get("email"), answers.raw("password"));
    match sign_in::sign_in(&web.app, email, password, browser).await {
        Ok(token) => {
            // What the browser came with opens nothing any more.
            if let Some(before) = session_of(&web, &jar) {
                sign_in::sign_out(&web.app, &before).await?;
            }
            Ok(signed_in_at(&web, &token, own(answers.get("to"))))
        }
        Err(refusal @ (Refusal::Invalid { .. } | Refusal::Throttled { .. })) => {
            let (status, again) = (status(&refusal), retry_after(&refusal));
            let wrong = Wrong::fields(at_password(refusal))?;
            Ok((status, again, view(&web, theme_of(&jar), &answers, &wrong)).into_response())
        }
        Err(refusal) => Err(Refused(refusal)),
    }
}

/// Being too quick is said where the password is asked for, too.
fn at_password(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Throttled { .. } => Refusal::invalid("password", refusal),
        other => other,
    }
}

pub async fn leave(State(web): State<Web>, jar: CookieJar) -> Result<Response, Refused> {
    if let Some(token) = session_of(&web, &jar) {
        sign_in::sign_out(&web.app, &token).await?;
    }
    Ok(signed_in_at(&web, "", "/sign-in"))
}

/// Where the script does not run, the choice of theme comes here.
pub async fn theme(State(web): State<Web>, back: Back, Form(answers): Form<Answers>) -> Response {
    let chosen = Theme::parse(answers.get("theme"));
    let seconds = if chosen == Theme::System { 0 } else { 365 * 24 * 3600 };
    with_cookie(done(&back.0), &cookie(&web, "theme", chosen.name(), seconds))
}

/// On to a page, with this session; an empty one ends it.
pub fn signed_in_at(web: &Web, token: &str, to: &str) -> Response {
    with_session(web, done(to), token)
}

pub fn with_session(web: &Web, response: Response, token: &str) -> Response {
    with_cookie(response, &session_cookie(web, token))
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// Only addresses of our own are followed.
fn own(to: &str) -> &str {
    let odd = |c: char| c == '\\' || c.is_control();
    let foreign = !to.starts_with('/') || to.starts_with("//") || to.contains(odd);
    if foreign { "/" } else { to }
}

/// The browser a form was sent from, for the brake on guessing and the list of sessions.
pub struct From(pub Browser);

/// What a browser calls itself is cut here.
const LONGEST_AGENT: usize = 300;

impl FromRequestParts<Web> for From {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Self::Rejection> {
        let agent = parts.headers.get("user-agent").and_then(|agent| agent.to_str().ok());
        let agent = agent.unwrap_or_default().chars().take(LONGEST_AGENT).collect();
        Ok(From(Browser { address: client_address(web, parts), agent }))
    }
}

/// The page a form was sent from, as the browser says; `/` where it does not.
pub struct Back(pub String);

impl<S: Sync> FromRequestParts<S> for Back {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let referer = parts.headers.get("referer").and_then(|referer| referer.to_str().ok());
        let path = referer.and_then(|referer| url::Url::parse(referer).ok());
        let path =
            path.map(|url| url[url::Position::BeforePath..url::Position::AfterQuery].to_owned());
        Ok(Back(path.as_deref().map_or("/", own).to_owned()))
    }
}

fn view(web: &Web, theme: Theme, answers: &Answers, wrong: &Wrong) -> Markup {
    let demo = web.demo.as_ref();
    let email = answers.some("email").or(demo.map(|demo| demo.email.as_str())).unwrap_or_default();
    let inside = html! {
        @if let Some(demo) = demo {
            (Callout::new(Tone::Info, "This is a demo").body(html! {
                "Sign in with " code { (demo.email) } " and " code { (demo.password) } ". Nothing is kept when it stops."
            }))
        }
        form.form method="post" action="/sign-in" {
            @if let Some(to) = answers.some("to") { input type="hidden" name="to" value=(to); }
            (Field::new("email", "E-mail").autocomplete("username").required().email(email))
            (Field::new("password", "Password").autocomplete("current-password").required()
                .error(wrong.at("password")).password())
            (Button::submit("Sign in").primary().wide())
        }
        @if demo.is_none() { (forgotten()) }
    };
    signed_out_page(theme, "Sign in to Stockroom", "", false, &inside)
}

fn forgotten() -> Markup {
    html! {
        details.forgotten {
            summary { "Forgot your password?" }
            p {
                "Ask an administrator here: under Settings, People who sign in, they give you a new one. "
                "Where no administrator can sign in any more, whoever runs the server gives them one with "
                code { "stockroom admin reset-password --email …" } "."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_nowhere_but_here() {
        assert_eq!(own("/t/acme/assets?q=1"), "/t/acme/assets?q=1");
        for foreign in ["", "https://example.com", "//example.com", "/\\example.com"] {
            assert_eq!(own(foreign), "/");
        }
    }
}
