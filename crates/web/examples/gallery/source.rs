//! A source: its health, what its token may do, its settings; and the guided set-up.

use maud::{Markup, html};
use web::components::{
    Button, Callout, Column, Field, Icon, Opens, PageHeader, Panel, Permission, Pick, Progress,
    Row, Step, Table, Tone, badge, checkbox, facts, live, menu, menu_link, permissions, steps,
};
use web::layout::{Frame, Room, Theme, page as whole_page};

use crate::company::{frame, minutes_ago, now};

pub fn page(theme: Theme) -> Markup {
    let banner = html! { "Kandji, Acme US refuses its token. " a href="#" { "Update connection" } };
    let frame = Frame { banner: Some((Tone::Danger, banner)), ..frame(Room::Sources, theme) };
    whole_page(
        &frame,
        "Kandji, Acme EU",
        &html! {
            (PageHeader::new("Kandji, Acme EU").under(&[("/t/acme/sources", "Sources")])
                .note(badge(Some(Tone::Success), "Healthy"))
                .lead(html! { "Reads every 10 minutes; next in 6 min" })
                .actions(actions()))
            (Callout::new(Tone::Warning, "1 of 6 permissions is missing")
                .body(html! { "Syncing works. Without it, the details panel stays shorter." })
                .action(html! { (Button::link("#", "Show the clicks")) }))
            div.with-aside {
                div.stack {
                    (Panel::new("Permissions").aside(html! { (Button::post("#", "Test connection")) }).edge_to_edge(granted()))
                    (Panel::new("Settings").aside(html! { (badge(None, "Recommended, 2 differences")) }).body(settings()))
                }
                div.stack { (now_running()) (connection()) (runs()) }
            }
        },
    )
}

fn actions() -> Markup {
    html! {
        (menu(Opens::BelowEnd, "button button-bare button-quiet", &html! { (Icon::Ellipsis) span.spoken { "More" } }, &html! {
            (menu_link("#", Some(Icon::KeyRound), "Update connection"))
            (menu_link("#", Some(Icon::CirclePause), "Disable"))
        }))
        (Button::post("#", "Preview"))
        (Button::post("#", "Sync now").icon(Icon::RefreshCw).primary())
    }
}

fn granted() -> Markup {
    let one = |label, needed_for, ok| Permission {
        label,
        needed_for,
        ok,
        indispensable: label == "Device list",
    };
    permissions(&[
        one("Device list", "Every sync: which devices there are, and who has them", true),
        one("Device details", "Memory, capacity, FileVault and the other details", true),
        one("Device parameters", "Library items on the details panel", false),
        one("Users list", "Matching people by Kandji user id, importing the directory", true),
        one("ADE devices list", "Location and status by enrollment configuration", true),
        one("Blueprints list", "The blueprint’s name on the details panel", true),
    ])
}

fn settings() -> Markup {
    html! {
        form.form method="post" {
            (Field::new("preset", "Preset").segmented(
                &[Pick::new("r", "Recommended"), Pick::new("b", "BlueTally"), Pick::new("f", "Reftab"), Pick::new("a", "AMFJ")], "r"))
            (Field::new("on_no_match", "A device that matches no asset").radios(
                &[
                    Pick::new("create", "Create an asset").hint("With the product, serial and name Kandji reports"),
                    Pick::new("review", "Ask me").hint("It appears under Conflicts"),
                    Pick::new("skip", "Leave it out"),
                ], "create"))
            (Field::new("interval", "Minutes between runs").hint("5 to 1440; the preset says 10")
                .error(Some("must be at least 5; hint: Kandji allows 10,000 requests an hour")).number("2"))
            (checkbox("on_assign", "Check out to the Kandji user", Some("Only to employees that exist here; location checkouts are never touched"), true))
            (checkbox("on_removed", "Check in when Kandji removes the user", None, false))
            div.form-actions { (Button::submit("Save settings").primary()) (Button::link("#", "Cancel").quiet()) }
        }
    }
}

fn now_running() -> Markup {
    let bar =
        Progress { label: "Reading devices", done: 3_100, total: Some(4_538), unit: "devices" };
    let body = html! { (live("run", "/t/acme/runs/119", 2, &html! { (bar) })) };
    html! { (Panel::new("Run 119").aside(html! { (badge(Some(Tone::Info), "Running")) }).body(body)) }
}

fn connection() -> Markup {
    let rows = [
        ("API address", html! { span.mono { "acme.api.eu.kandji.io" } }),
        ("Token", html! { "ends in …7f2c, set by Maya" }),
        ("Tested", now().ago(minutes_ago(4))),
    ];
    html! { (Panel::new("Connection").body(facts(&rows))) }
}

fn runs() -> Markup {
    let columns = [Column::new("Run").title(), Column::new("When"), Column::new("Changes").num()];
    let row = |id: u32, minutes, changes: &str| {
        Row::new(vec![
            html! { a href="/t/acme/runs/118" { (id) } },
            now().ago(minutes_ago(minutes)),
            html! { (changes) },
        ])
    };
    let rows = vec![
        row(118, 14, "43, in review"),
        row(117, 24, "none"),
        row(116, 34, "2"),
        row(115, 44, "none"),
    ];
    html! { (Panel::new("Runs").edge_to_edge(html! { (Table::new("Runs", &columns, rows)) })) }
}

pub fn guide(theme: Theme) -> Markup {
    let token = html! {
        p { "In Kandji open " strong.path { "Settings → Access → Add Token" } ", name it " code { "Stockroom" } " and tick these permissions:" }
        ul.list { li { "Device list " (badge(None, "required")) } li { "Device details" } li { "Users list" } }
    };
    let paste = html! {
        form.form method="post" {
            (Field::new("api_url", "API address").hint("Settings → Access shows it above the tokens").placeholder("acme.api.kandji.io").text(""))
            (Field::new("token", "Token").hint("Kept encrypted; never shown again").secret())
            div.form-actions { (Button::submit("Test connection").primary()) }
        }
    };
    whole_page(
        &frame(Room::Sources, theme),
        "Connect Kandji",
        &html! {
            (PageHeader::new("Connect Kandji").under(&[("/t/acme/sources", "Sources")]).lead(html! { "About three minutes. Stockroom only ever reads." }))
            div.narrow {
                (steps(&[
                    Step::done("Make a token in Kandji", token),
                    Step::now("Paste it here", paste),
                    Step::later("Choose how it should behave", html! { p { "Start from a preset; every value can be changed later." } }),
                    Step::later("Look at the first plan", html! { p { "Nothing changes until you approve it." } }),
                ]))
            }
        },
    )
}
