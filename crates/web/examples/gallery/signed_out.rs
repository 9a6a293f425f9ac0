//! Before anyone is signed in.

use maud::{Markup, html};
use web::components::{Button, Field, Icon, Step, steps};
use web::layout::{Theme, signed_out_page};

pub fn sign_in(theme: Theme) -> Markup {
    signed_out_page(
        theme,
        "Sign in to Stockroom",
        "",
        false,
        &html! {
            form.form method="post" {
                (Field::new("email", "Email").autocomplete("username").required().email("maya@acme.example"))
                (Field::new("password", "Password").autocomplete("current-password").required()
                    .error(Some("that email and password do not belong together")).secret())
                (Button::submit("Sign in").primary().wide())
            }
        },
    )
}

pub fn first_run(theme: Theme) -> Markup {
    let choices = html! {
        div.choices {
            (choice("/t/acme/sources/new", Icon::Plug, "Connect Kandji", "Every device becomes an asset; you approve the first plan"))
            (choice("/t/acme/import", Icon::FileSpreadsheet, "Import a spreadsheet", "Snipe-IT, BlueTally and Reftab exports are recognized"))
            (choice("/t/acme", Icon::FlaskConical, "Look around with a simulated fleet", "2,000 devices that enroll, change hands and vanish"))
        }
    };
    signed_out_page(
        theme,
        "Welcome to Stockroom",
        "Where are your assets now?",
        true,
        &html! {
            (steps(&[
                Step::done("Your account and company", html! { p { "Maya Lindqvist, Acme Europe" } }),
                Step::now("Bring in your assets", choices),
            ]))
        },
    )
}

fn choice(href: &str, icon: Icon, title: &str, detail: &str) -> Markup {
    html! {
        a.choice href=(href) { (icon) span { b { (title) } small { (detail) } } (Icon::ChevronRight) }
    }
}
