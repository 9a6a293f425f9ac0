//! What a form answers when it worked: the next page, and one sentence that is said there once.

use axum::extract::{Request, State};
use axum::http::header::{HeaderValue, SET_COOKIE};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use maud::Markup;

use crate::components::{Offer, Tone, flash};
use crate::error::is_page;
use crate::security::cookie;
use crate::state::Web;

const NAME: &str = "said";
/// Between the parts of the cookie; no sentence holds it.
const APART: char = '\u{1f}';

/// A redirect after a form, so that a reload does not send it again.
pub fn done(to: &str) -> Response {
    Redirect::to(to).into_response()
}

/// The same, and the next page says this once.
pub fn said(web: &Web, tone: Tone, sentence: &str, to: &str) -> Response {
    said_with(web, tone, sentence, None, to)
}

/// With a way to take it back, or a place to look.
pub fn said_with(
    web: &Web,
    tone: Tone,
    sentence: &str,
    offer: Option<Offer<'_>>,
    to: &str,
) -> Response {
    let (href, label) = match offer {
        Some(Offer::Look(href, label)) => (href, label),
        // Without a label it is sent, not followed.
        Some(Offer::Undo(action)) => (action, ""),
        None => ("", ""),
    };
    let parts = [tone.name(), sentence, href, label].join(&APART.to_string());
    let mut response = done(to);
    if let Ok(cookie) = HeaderValue::from_str(&cookie(web, NAME, &parts, 60)) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

pub fn flash_of(jar: &CookieJar) -> Option<Markup> {
    let told = jar.get(NAME)?.value().to_owned();
    let parts: Vec<&str> = told.split(APART).collect();
    let [tone, sentence, href, label] = parts.as_slice() else { return None };
    let tone = match *tone {
        "success" => Tone::Success,
        "warning" => Tone::Warning,
        "danger" => Tone::Danger,
        _ => Tone::Info,
    };
    // The cookie may be anybody's; only our own pages are linked to.
    let offer = if label.is_empty() { Offer::Undo(href) } else { Offer::Look(href, label) };
    Some(flash(tone, sentence, href.starts_with("/t/").then_some(offer)))
}

/// Takes the sentence away once a page has said it; fragments that refresh themselves do not count.
pub async fn say_once(State(web): State<Web>, request: Request, next: Next) -> Response {
    let told = CookieJar::from_headers(request.headers()).get(NAME).is_some();
    let fragment = request.headers().contains_key("hx-request");
    let mut response = next.run(request).await;
    let shown = response.status().is_success() && is_page(&response);
    let gone = cookie(&web, NAME, "", 0).parse();
    if let (true, Ok(gone)) = (told && !fragment && shown, gone) {
        response.headers_mut().append(SET_COOKIE, gone);
    }
    response
}
