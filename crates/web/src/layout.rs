//! The frame around every page: head, sidebar, banner, flash. Pages hand in what goes inside.

mod sidebar;

use maud::{DOCTYPE, Markup, html};

use crate::assets::{HTMX, MARK, SCRIPT, STYLESHEET};
use crate::components::{Icon, Tone, summed_up};

pub use sidebar::Room;

/// What every signed-in page knows about its reader.
#[derive(Debug, Clone)]
pub struct Frame {
    pub tenant: String,
    /// The tenant's addresses begin here: `/t/acme`.
    pub base: String,
    /// Other tenants this user may enter: `(href, name)`.
    pub other_tenants: Vec<(String, String)>,
    pub user: String,
    pub email: String,
    /// Which entry of the sidebar the page stands under.
    pub room: Room,
    /// Whether they are an employee here, who may hold things.
    pub employed: bool,
    pub waiting: Waiting,
    pub theme: Theme,
    /// Across the top while something is wrong that every page should say.
    pub banner: Option<(Tone, Markup)>,
    /// What the last request did; see `components::flash`.
    pub flash: Option<Markup>,
}

/// How many of each wait for a person; shown beside the sidebar's entries.
#[derive(Debug, Clone, Copy, Default)]
pub struct Waiting {
    pub conflicts: u32,
    pub alerts: u32,
}

/// A reader's choice, kept in the cookie `theme`; `System` has no cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// What the cookie says; anything unknown is the system's.
    pub fn parse(text: &str) -> Self {
        match text {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Frame {
    /// An address inside the tenant: `frame.to("assets/new")` is `/t/acme/assets/new`.
    pub fn to(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }
}

/// A page that scrolls as a whole.
pub fn page(frame: &Frame, title: &str, inside: &Markup) -> Markup {
    signed_in(frame, title, "page", inside)
}

/// A page around one long table: on a wide screen it fills the window and the rows scroll.
pub fn list_page(frame: &Frame, title: &str, inside: &Markup) -> Markup {
    signed_in(frame, title, "page page-list", inside)
}

/// A page for someone not signed in: one card, no sidebar. `wide` for choices side by side.
pub fn signed_out_page(
    theme: Theme,
    title: &str,
    lead: &str,
    wide: bool,
    inside: &Markup,
) -> Markup {
    let body = html! {
        body.signed-out {
            main.card.card-wide[wide] {
                header.card-head { (mark()) h1 { (title) } @if !lead.is_empty() { p { (lead) } } }
                (inside)
            }
        }
    };
    document(theme, title, "Stockroom", &body)
}

fn signed_in(frame: &Frame, title: &str, class: &str, inside: &Markup) -> Markup {
    let body = html! {
        body.shell {
            a.skip href="#main" { "Skip to the page" }
            header.topbar {
                button.button.button-quiet.button-bare type="button" popovertarget="sidebar" {
                    (Icon::Menu) span.spoken { "Menu" }
                }
                a.tenant-name href=(frame.base) { (frame.tenant) }
                a.button.button-quiet.button-bare href=(frame.to("assets")) {
                    (Icon::Search) span.spoken { "Search assets" }
                }
            }
            (sidebar::sidebar(frame))
            div.scroller {
                @if let Some((tone, words)) = &frame.banner {
                    div.banner.{ "tone-" (tone.name()) } role="status" { (tone.icon()) (words) }
                }
                main id="main" tabindex="-1" class=(class) { (inside) }
            }
            @if let Some(flash) = &frame.flash { (flash) }
            (help())
        }
    };
    document(frame.theme, title, &frame.tenant, &body)
}

fn document(theme: Theme, title: &str, place: &str, body: &Markup) -> Markup {
    summed_up(html! {
        (DOCTYPE)
        html lang="en" data-theme=[(theme != Theme::System).then_some(theme.name())] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                // The content policy admits no styles but ours, and answers that refuse are not swapped in.
                meta name="htmx-config" content=r#"{"includeIndicatorCSS":false,"noSwap":[204,304,"4xx","5xx"]}"#;
                title { (title) " · " (place) }
                link rel="stylesheet" href=(STYLESHEET.path);
                link rel="icon" href=(MARK.path) type="image/svg+xml";
                script src=(HTMX.path) defer {}
                script src=(SCRIPT.path) defer {}
            }
            (body)
        }
    })
}

fn mark() -> Markup {
    html! { img.mark src=(MARK.path) alt="" width="24" height="24"; }
}

/// The keys that work where the script runs; it opens with `?`.
fn help() -> Markup {
    let keys = [
        ("/", "Search"),
        ("f", "Add a filter"),
        ("c", "Create"),
        ("j k", "Next and previous row"),
        ("Enter", "Open the row"),
        ("x", "Select the row"),
        ("o", "Check an asset out"),
        ("i", "Check an asset in"),
        ("e", "Edit, or edit what is selected"),
        ("?", "This help"),
    ];
    html! {
        dialog.help id="help" aria-labelledby="help-title" {
            h2 id="help-title" { "Keyboard" }
            dl {
                @for (key, does) in keys {
                    div { dt { (does) } dd { @for one in key.split(' ') { kbd { (one) } " " } } }
                }
            }
            form method="dialog" { button.button { "Close" } }
        }
    }
}

#[cfg(test)]
mod tests;
