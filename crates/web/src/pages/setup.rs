//! The first minutes: one form for the company and its administrator, then where to begin.

use app::setup::{self, First};
use app::sign_in;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use maud::{Markup, Render, html};

use super::answers::{Answers, Wrong};
use super::sign_in::{From, signed_in_at};
use super::visitor::{Visitor, theme_of};
use crate::components::{Button, Field, Icon, Step, steps};
use crate::error::Refused;
use crate::layout::{Theme, signed_out_page};
use crate::state::Web;

pub async fn form(State(web): State<Web>, jar: CookieJar) -> Result<Response, Refused> {
    if !setup::is_new(&web.app).await? {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    Ok(view(theme_of(&jar), &Answers::default(), &Wrong::default()).into_response())
}

pub async fn begin(
    State(web): State<Web>,
    jar: CookieJar,
    From(browser): From,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    let asked = |name: &str| answers.get(name).to_owned();
    let first = First {
        company: asked("company"),
        name: asked("name"),
        email: asked("email"),
        password: answers.raw("password").to_owned(),
    };
    match setup::first(&web.app, first).await {
        Ok((user, tenant)) => {
            let token = sign_in::open(&web.app, &user, tenant.id, browser).await?;
            Ok(signed_in_at(&web, &token, &format!("/t/{}/welcome", tenant.slug)))
        }
        Err(refusal) => {
            let page = view(theme_of(&jar), &answers, &Wrong::fields(refusal)?);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

fn view(theme: Theme, answers: &Answers, wrong: &Wrong) -> Markup {
    let inside = html! {
        form.form method="post" action="/setup" {
            (Field::new("company", "Company").required().autocomplete("organization")
                .error(wrong.at("company")).text(answers.get("company")))
            (Field::new("name", "Your name").autocomplete("name")
                .error(wrong.at("name")).text(answers.get("name")))
            (Field::new("email", "Your e-mail").required().autocomplete("username")
                .error(wrong.at("email")).email(answers.get("email")))
            (Field::new("password", "Password").required().autocomplete("new-password")
                .hint("12 characters or more; a few words do well").error(wrong.at("password")).password())
            (Button::submit("Set up Stockroom").primary().wide())
        }
    };
    let lead = "One company and its first administrator; everything else can wait.";
    signed_out_page(theme, "Welcome to Stockroom", lead, false, &inside)
}

/// After the first form, and whenever somebody wants to see the beginnings again.
pub async fn welcome(visitor: Visitor, jar: CookieJar) -> Markup {
    let choices = html! {
        div.choices {
            (choice(&visitor.to("sources/new"), Icon::Plug, "Connect Kandji",
                "About three minutes. Every device becomes an asset; you approve the first plan."))
            (choice(&visitor.to("imports"), Icon::FileSpreadsheet, "Import a spreadsheet",
                "CSV or XLSX, such as an export of Snipe-IT, BlueTally or Reftab. You see a plan first."))
            (choice(&visitor.to("assets/new"), Icon::Plus, "Add an asset by hand",
                "For what Kandji does not know: monitors, docks, keys."))
            (choice(visitor.home(), Icon::House, "Look around",
                html! { "Everything is empty still, and nothing can break. To see it full of a simulated fleet first: " code { "stockroom demo" } "." }))
        }
    };
    let who = format!("{}, {}", visitor.caller.actor.name, visitor.company.name);
    signed_out_page(
        theme_of(&jar),
        "Where are your assets now?",
        "",
        true,
        &steps(&[
            Step::done("Your company and account", html! { p { (who) } }),
            Step::now("Bring in your assets", choices),
        ]),
    )
}

fn choice(href: &str, icon: Icon, title: &str, detail: impl Render) -> Markup {
    html! {
        a.choice href=(href) { (icon) span { b { (title) } small { (detail) } } (Icon::ChevronRight) }
    }
}
