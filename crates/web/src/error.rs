//! A refusal as a page: what happened, and what would make it possible.

use app::Refusal;
use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use maud::{Markup, html};

use crate::components::{Button, PageHeader};
use crate::layout::{Room, Theme, signed_out_page};
use crate::pages::visitor::Visitor;
use crate::state::Web;

/// What is not there when an address names nothing at all.
const PAGE: &str = "page";

/// What a handler answers when it cannot; `explain` turns it into a page.
#[derive(Debug, Clone)]
pub struct Refused(pub Refusal);

impl<E: Into<Refusal>> From<E> for Refused {
    fn from(refusal: E) -> Self {
        Refused(refusal.into())
    }
}

impl Refused {
    /// No such page here: for parts of an address that name nothing.
    pub fn no_page() -> Self {
        Refused(Refusal::not_found(PAGE, ""))
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        if self.0 == Refusal::SignedOut {
            return Redirect::to("/sign-in").into_response();
        }
        let mut response = status(&self.0).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

pub const fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::SignedOut => StatusCode::UNAUTHORIZED,
        Refusal::Forbidden { .. } | Refusal::OtherTenant => StatusCode::FORBIDDEN,
        Refusal::NotFound { .. } => StatusCode::NOT_FOUND,
        Refusal::Conflict { .. } | Refusal::Stale => StatusCode::CONFLICT,
        Refusal::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
        Refusal::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        Refusal::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
        Refusal::Busy(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Gives every answer that is only a status, ours or a layer's, a page that explains it.
pub async fn explain(State(web): State<Web>, request: Request, next: Next) -> Response {
    let mut asked = asked(&request);
    let jar = CookieJar::from_headers(request.headers());
    let theme = jar.get("theme").map(|cookie| Theme::parse(cookie.value())).unwrap_or_default();
    let mut response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || is_page(&response) {
        return response;
    }
    let refused = response.extensions_mut().remove::<Refused>();
    let again = refused.as_ref().and_then(|Refused(refusal)| retry_after(refusal));
    let (title, words) = match refused {
        Some(Refused(refusal)) => of_refusal(&refusal),
        None => of_status(status),
    };
    // Whoever is signed in keeps the way to everything else; where the world failed, what that takes
    // may fail too.
    let inside = asked.uri.path().starts_with("/t/") && status.is_client_error();
    let visitor =
        if inside { Visitor::from_request_parts(&mut asked, &web).await.ok() } else { None };
    let page = match visitor {
        Some(visitor) => inside_page(&visitor, title, &words),
        None => page(theme, title, &words),
    };
    (status, again, page).into_response()
}

/// The request once more, as far as it says who asks and for what.
fn asked(request: &Request) -> Parts {
    let mut again = Request::new(Body::empty());
    *again.uri_mut() = request.uri().clone();
    *again.headers_mut() = request.headers().clone();
    again.into_parts().0
}

/// When to ask again, where that is known.
pub fn retry_after(refusal: &Refusal) -> Option<[(header::HeaderName, String); 1]> {
    let seconds = match refusal {
        Refusal::Throttled { minutes } => minutes * 60,
        Refusal::Busy(_) => 1,
        _ => return None,
    };
    Some([(header::RETRY_AFTER, seconds.to_string())])
}

pub fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}

fn page(theme: Theme, title: &str, words: &str) -> Markup {
    let inside = html! {
        p { (words) }
        (Button::link("/", "Go to the home page").primary())
    };
    signed_out_page(theme, title, "", false, &inside)
}

fn inside_page(visitor: &Visitor, title: &str, words: &str) -> Markup {
    let inside = html! {
        (PageHeader::new(title))
        div.narrow.stack {
            p { (words) }
            div.form-actions { (Button::link(visitor.home(), "Go to the home page").primary()) }
        }
    };
    visitor.page(Room::Account, title, &inside)
}

/// A title and what it says.
pub fn of_refusal(refusal: &Refusal) -> (&'static str, String) {
    let title = match refusal {
        Refusal::SignedOut => "Sign in first",
        Refusal::Forbidden { .. } | Refusal::OtherTenant => "You may not do that",
        Refusal::NotFound { .. } => "There is nothing here",
        Refusal::Conflict { .. } => "That does not work now",
        Refusal::Invalid { .. } => "That cannot be taken as it is",
        Refusal::Stale => "Someone was quicker",
        Refusal::Throttled { .. } => "Too many attempts",
        Refusal::TooLarge(_) => "That is too much at once",
        Refusal::Failed(_) => "Something failed",
        Refusal::Busy(_) => "Busy just now",
    };
    if matches!(refusal, Refusal::NotFound { what: PAGE, .. }) {
        let words = "The address may be mistyped, or what stood here is gone.";
        return (title, words.to_owned());
    }
    (title, sentences(&refusal.to_string()))
}

fn of_status(status: StatusCode) -> (&'static str, String) {
    let (title, words) = match status {
        StatusCode::FORBIDDEN => (
            "This came from another site",
            "Stockroom only takes forms from its own pages. Open the page here and try again.",
        ),
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
            ("There is no such page", "The address may be mistyped, or the page has moved.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            ("That is too much at once", "The form holds more text than any page of ours asks for.")
        }
        status if status.is_server_error() => (
            "Something broke on our side",
            "Nothing was half done: a change is stored whole or not at all. Try again; if it stays, the server's log says why.",
        ),
        _ => ("This could not be read", "Go back, reload the page and send the form again."),
    };
    (title, words.to_owned())
}

/// `no asset "A-1"; hint: it may be gone` → `No asset "A-1". It may be gone.`
pub fn sentences(text: &str) -> String {
    text.split("; ")
        .map(|part| part.strip_prefix("hint: ").unwrap_or(part))
        .filter(|part| !part.is_empty())
        .map(sentence)
        .collect::<Vec<_>>()
        .join(" ")
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_text_becomes_sentences() {
        let check = |text, expect: &str| assert_eq!(sentences(text), expect);
        check("no asset \"A-1\"; hint: it may be gone", "No asset \"A-1\". It may be gone.");
        check("done", "Done.");
        check("", "");
    }
}
