//! Every component on one page, and the way to the mock pages.

use maud::{Markup, html};
use web::components::{
    Button, Callout, Change, Field, Icon, PageHeader, Panel, Pick, Progress, StatusKind,
    StatusLabel, Tone, badge, changes, checkbox, copyable, count, empty, person, snippet, status,
};
use web::layout::{Room, Theme, page as whole_page};

use crate::company::{frame, minutes_ago, now};

const PAGES: [(&str, &str); 10] = [
    ("/t/acme", "Home"),
    ("/t/acme/assets", "Assets"),
    ("/t/acme/assets/none", "Assets, none"),
    ("/t/acme/assets/MBP-0042", "Asset"),
    ("/t/acme/sources", "Source"),
    ("/t/acme/sources/new", "Connect"),
    ("/t/acme/runs/118", "Run"),
    ("/t/acme/conflicts", "Conflict"),
    ("/sign-in", "Sign in"),
    ("/first-run", "First run"),
];

pub fn page(theme: Theme) -> Markup {
    whole_page(
        &frame(Room::Settings, theme),
        "Gallery",
        &html! {
            (PageHeader::new("Gallery").lead(html! { "Every component, and pages made of them." }))
            div.row { @for (href, label) in PAGES { (Button::link(href, label)) } }
            div.columns-2 {
                (Panel::new("Buttons").body(buttons()))
                (Panel::new("Small things").body(small_things()))
                (Panel::new("Fields").body(fields()))
                div.stack { (callouts()) }
                (Panel::new("Progress").body(progress()))
                (Panel::new("Nothing here").body(empty(Icon::Package, "No products yet", "Products appear with the first sync.", &html! { (Button::link("#", "New product")) })))
            }
        },
    )
}

fn buttons() -> Markup {
    html! {
        div.row {
            (Button::submit("Save").primary()) (Button::link("#", "Cancel")) (Button::link("#", "Quiet").quiet())
            (Button::submit("Delete").danger()) (Button::link("#", "Refresh").icon(Icon::RefreshCw).bare())
            (Button::post("#", "Enable").refused("Test the connection first"))
        }
    }
}

fn small_things() -> Markup {
    let label = |name, kind, color| status(StatusLabel { name, kind, color });
    html! {
        div.stack {
            div.row {
                (label("Ready", StatusKind::Ready, None)) (label("Pending", StatusKind::Pending, None))
                (label("Unavailable", StatusKind::Unavailable, None)) (label("Ours", StatusKind::Ready, Some("#8e4ec6")))
            }
            div.row {
                (badge(None, "archived")) (badge(Some(Tone::Info), "running")) (badge(Some(Tone::Success), "applied"))
                (badge(Some(Tone::Warning), "in review")) (badge(Some(Tone::Danger), "failed")) (count(12))
            }
            div.row { (person("Noah Okafor")) (copyable("C02FK1XQ6M")) (now().ago(minutes_ago(64))) (now().exact(minutes_ago(64))) }
            (changes(&[Change::new("Status", "In stock", "In use"), Change::new("Serial", "", "C02X"), Change::new("Notes", "Old", "")]))
            (snippet("stockroom sync \"Kandji, Acme EU\" --preview"))
        }
    }
}

fn fields() -> Markup {
    let picks = [Pick::new("a", "Laptop"), Pick::new("b", "Phone"), Pick::new("c", "Tablet")];
    html! {
        form.form {
            (Field::new("tag", "Asset tag").hint("Unique in this tenant").required().text("MBP-0042"))
            (Field::new("serial", "Serial").error(Some("\"C02X\" is the serial of MBP-0055")).text("C02X"))
            (Field::new("category", "Category").select(&picks, "b"))
            (Field::new("bought", "Bought").date("2025-03-03"))
            (Field::new("notes", "Notes").long_text("Scratch on the lid"))
            (Field::new("view", "Show as").segmented(&picks, "a"))
            (checkbox("pin", "Keep this custodian", Some("No run checks it in or out"), true))
        }
    }
}

fn callouts() -> Markup {
    html! {
        (Callout::new(Tone::Info, "This source is new").body(html! { "Its first run is a preview." }))
        (Callout::new(Tone::Success, "43 changes applied").action(html! { (Button::post("#", "Undo")) }))
        (Callout::new(Tone::Warning, "Mail is not set up").body(html! { "Alerts stay in the app." }))
        (Callout::new(Tone::Danger, "Kandji refuses the token").action(html! { (Button::link("#", "Update connection")) }))
    }
}

fn progress() -> Markup {
    html! {
        div.stack {
            (Progress { label: "Reading devices", done: 3_100, total: Some(4_538), unit: "devices" })
            (Progress { label: "Listing blueprints", done: 2, total: None, unit: "pages" })
        }
    }
}
