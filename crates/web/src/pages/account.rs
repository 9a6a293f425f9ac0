//! Your account: who you are here, where you are signed in, and your password.

use app::account::{self, Browser, SessionRow};
use axum::Form;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use maud::{Markup, html};

use super::answers::{Answers, Wrong};
use super::done::said;
use super::sign_in::{From, with_session};
use super::visitor::Visitor;
use super::words::titled;
use crate::components::{
    Button, Column, Field, Icon, PageHeader, Panel, Row, Table, Tone, badge, facts,
};
use crate::error::Refused;
use crate::layout::Room;
use crate::security::session_of;

const TITLE: &str = "Your account";

pub async fn page(visitor: Visitor, jar: CookieJar) -> Result<Markup, Refused> {
    view(&visitor, &jar, &Wrong::default()).await
}

pub async fn change_password(
    visitor: Visitor,
    jar: CookieJar,
    From(browser): From,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    let token = session_of(&visitor.web, &jar).unwrap_or_default();
    let (old, new) = (answers.raw("old"), answers.raw("new"));
    match account::change_password(&visitor.web.app, &token, old, new, browser).await {
        Ok(token) => {
            let sentence = "Your password was changed, and you were signed out everywhere else.";
            Ok(renewed(&visitor, &token, sentence))
        }
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            let page = view(&visitor, &jar, &wrong).await?;
            Ok((wrong.status(), page).into_response())
        }
    }
}

pub async fn sign_out_elsewhere(
    visitor: Visitor,
    jar: CookieJar,
    From(browser): From,
) -> Result<Response, Refused> {
    let token = session_of(&visitor.web, &jar).unwrap_or_default();
    let token = account::sign_out_elsewhere(&visitor.web.app, &token, browser).await?;
    Ok(renewed(&visitor, &token, "You were signed out everywhere else."))
}

fn renewed(visitor: &Visitor, token: &str, sentence: &str) -> Response {
    let response = said(&visitor.web, Tone::Success, sentence, &visitor.to("account"));
    with_session(&visitor.web, response, token)
}

async fn view(visitor: &Visitor, jar: &CookieJar, wrong: &Wrong) -> Result<Markup, Refused> {
    let token = session_of(&visitor.web, jar).unwrap_or_default();
    let sessions = account::sessions(&visitor.web.app, &visitor.signed, &token).await?;
    let (user, others) = (&visitor.signed.user, &visitor.signed.others);
    let about = [
        ("Name", html! { (user.name) }),
        ("E-mail", html! { (user.email.as_str()) }),
        ("Role", html! { (titled(user.role.as_str())) " in " (visitor.company.name) }),
    ];
    let everywhere = if others.is_empty() {
        "Ends every other session, and this one goes on."
    } else {
        "It changes in every tenant you are signed in to now. Ends every other session, and this one goes on."
    };
    let inside = html! {
        (PageHeader::new(TITLE).actions(html! { (Button::link(&visitor.to("mine"), "My things").icon(Icon::Laptop)) }))
        (Panel::new("About you").body(facts(&about)))
        (Panel::new("Password").body(html! {
            form.form method="post" action=(visitor.to("account/password")) {
                (wrong.callout())
                @for words in wrong.elsewhere(&["old", "new"]) { p.error { (Icon::CircleAlert) (words) } }
                (Field::new("old", "Your password now").required().autocomplete("current-password").error(wrong.at("old")).password())
                (Field::new("new", "New password").required().autocomplete("new-password")
                    .hint("12 characters or more; a few words do well").error(wrong.at("new")).password())
                p.quiet-text { (everywhere) }
                div.form-actions { (Button::submit("Change password").primary()) }
            }
        }))
        (Panel::new("Where you are signed in")
            .aside(html! { (Button::post(&visitor.to("account/sessions"), "Sign out everywhere else").icon(Icon::LogOut)) })
            .edge_to_edge(list(visitor, &sessions)))
    };
    Ok(visitor.page(Room::Account, TITLE, &inside))
}

fn list(visitor: &Visitor, sessions: &[(SessionRow, bool)]) -> Markup {
    let columns = [
        Column::new("Browser").title(),
        Column::new("Address"),
        Column::new("Signed in"),
        Column::new("Last used").aside(),
    ];
    let rows = sessions.iter().map(|(row, this)| {
        Row::new(vec![
            html! {
                span title=(row.browser.agent) { (called(&row.browser)) }
                @if *this { " " (badge(Some(Tone::Success), "this one")) }
            },
            html! { (row.browser.address) },
            visitor.now.exact(row.created_at),
            visitor.now.ago(row.seen_at),
        ])
    });
    html! { (Table::new("Sessions", &columns, rows.collect())) }
}

/// `Firefox on macOS`, as far as a browser lets itself be known.
fn called(browser: &Browser) -> String {
    const BROWSERS: [(&str, &str); 5] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Mac OS X", "macOS"),
        ("Windows", "Windows"),
        ("Linux", "Linux"),
    ];
    let known = |names: &[(&str, &'static str)]| {
        let found = names.iter().find(|(sign, _)| browser.agent.contains(sign));
        found.map(|(_, name)| *name)
    };
    match (known(&BROWSERS), known(&SYSTEMS)) {
        (Some(name), Some(system)) => format!("{name} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "Another program".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_called_by_its_name_and_system() {
        let check = |agent: &str, name: &str| {
            let browser = Browser { agent: agent.into(), address: String::new() };
            assert_eq!(called(&browser), name);
        };
        check(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0",
            "Firefox on macOS",
        );
        check(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
            "Edge on Windows",
        );
        check("curl/8.0", "Another program");
    }
}
