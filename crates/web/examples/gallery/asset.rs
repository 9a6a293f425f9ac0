//! One asset: who has it, what it is, what Kandji says, everything that happened.

use maud::{Markup, html};
use web::components::{
    Button, Change, Entry, Icon, Offer, Opens, PageHeader, Panel, Tone, badge, copyable, facts,
    facts_wide, flash, fold, menu, menu_link, person, status, timeline,
};
use web::layout::{Frame, Room, Theme, page as whole_page};

use crate::company::{IN_USE, frame, minutes_ago, now};

pub fn page(theme: Theme) -> Markup {
    let again = Some(Offer::Look("/t/acme/assets/MBP-0042/handover", "Handover sheet"));
    let frame = Frame {
        flash: Some(flash(Tone::Success, "Checked out to Noah Okafor.", again)),
        ..frame(Room::Assets, theme)
    };
    whole_page(
        &frame,
        "MBP-0042",
        &html! {
            (PageHeader::new("MBP-0042").under(&[("/t/acme/assets", "Assets")])
                .note(html! { "Noah’s MBP" })
                .lead(html! { "MacBook Pro (14-inch, M4, 2024) · " (copyable("C02FK1XQ6M")) })
                .actions(actions()))
            div.with-aside {
                div.stack { (kandji()) (history()) }
                div.stack { (custody()) (about()) (money()) }
            }
        },
    )
}

fn actions() -> Markup {
    html! {
        (menu(Opens::BelowEnd, "button", &html! { "More" (Icon::ChevronDown) }, &html! {
            (menu_link("#", Some(Icon::Printer), "Print label"))
            (menu_link("#", Some(Icon::Layers), "Duplicate"))
            (menu_link("#", Some(Icon::Archive), "Archive"))
        }))
        (Button::link("#", "Edit").icon(Icon::Pencil).key('e'))
        (Button::post("#", "Check in").primary().key('i'))
    }
}

fn custody() -> Markup {
    let rows = [
        ("Held by", html! { a href="/t/acme/employees/noah" { (person("Noah Okafor")) } }),
        ("Since", now().ago(minutes_ago(4))),
        ("Due back", html! {}),
        ("Status", status(IN_USE)),
        ("Location", html! { "Berlin / Floor 3" }),
        ("Department", html! { "Platform engineering" }),
    ];
    html! { (Panel::new("Custody").body(facts(&rows))) }
}

fn about() -> Markup {
    let rows = [
        ("Serial", copyable("C02FK1XQ6M")),
        ("Category", html! { "Laptop" }),
        ("Manufacturer", html! { "Apple" }),
        ("Memory", html! { "36 GB" }),
        ("Asset color", html! { "Space black" }),
        ("Notes", html! {}),
    ];
    html! { (Panel::new("About").body(facts(&rows))) }
}

fn money() -> Markup {
    let rows = [
        ("Bought", html! { "3 Mar 2025" }),
        ("Cost", html! { "€2,399.00" }),
        ("Order", copyable("PO-20418")),
        ("Supplier", html! { "Cancom" }),
        ("Warranty", html! { "until 2 Mar 2028" }),
    ];
    html! { (Panel::new("Purchase").body(facts(&rows))) }
}

fn kandji() -> Markup {
    let eleven = [
        ("Platform", html! { "Mac" }),
        ("OS Version", html! { "26.1 (25B78)" }),
        ("Last Checkin", now().ago(minutes_ago(11))),
        ("MDM Enabled", html! { "Yes" }),
        ("Agent Installed", html! { "Yes" }),
        ("Blueprint Name", html! { "Engineering, macOS" }),
        ("Missing", html! { "No" }),
        ("Removed", html! { "No" }),
        ("Agent Version", html! { "4.7.12 (5341)" }),
        ("First Enrolled", now().ago(minutes_ago(380_000))),
        ("Last Enrolled", now().ago(minutes_ago(61_000))),
    ];
    let more = [
        ("Processor", html! { "Apple M4 Pro" }),
        ("Capacity", html! { "494 GB" }),
        ("FileVault", html! { "On, key escrowed" }),
        ("Host name", html! { "noahs-mbp" }),
    ];
    let seen = html! { span.quiet-text { "seen " (now().ago(minutes_ago(4))) } };
    html! {
        (Panel::new("Kandji details").aside(seen).body(facts_wide(&eleven))
            .edge_to_edge(fold("Everything else Kandji sent", "87", &facts_wide(&more))))
    }
}

fn history() -> Markup {
    let moved = [
        Change::new("Custodian", "Priya Raman", "Noah Okafor"),
        Change::new("Location", "Lisbon", "Berlin / Floor 3"),
    ];
    let synced = [
        Change::new("OS Version", "26.0.1", "26.1"),
        Change::new("Name", "Priya’s MBP", "Noah’s MBP"),
    ];
    let fixed =
        [Change::new("Warranty", "", "2 Mar 2028"), Change::new("Notes", "Scratch on the lid", "")];
    let run = html! { "updated it in " a href="/t/acme/runs/118" { "run 118" } };
    let entries = [
        entry(
            4,
            Icon::ArrowRight,
            "Maya Lindqvist",
            html! { "checked it out to Noah Okafor" },
            &moved,
        ),
        entry(96, Icon::RefreshCw, "Kandji, Acme EU", run, &synced),
        entry(
            98,
            Icon::ArrowLeft,
            "Maya Lindqvist",
            html! { "checked it in from Priya Raman" },
            &[],
        ),
        entry(1_720, Icon::Pencil, "Jonas Bergström", html! { "changed 2 fields" }, &fixed),
        entry(
            5_900,
            Icon::Link,
            "Kandji, Acme EU",
            html! { "linked it to device 4f1c…9a by serial" },
            &[],
        ),
        entry(5_901, Icon::Plus, "Import of 17 November", html! { "added it" }, &[]),
    ];
    let aside = html! { (badge(None, "6 events")) };
    html! { (Panel::new("History").aside(aside).body(timeline(&now(), &entries))) }
}

fn entry<'a>(
    minutes: i64,
    icon: Icon,
    actor: &'a str,
    sentence: Markup,
    changes: &'a [Change<'a>],
) -> Entry<'a> {
    Entry { at: minutes_ago(minutes), icon, actor: html! { (actor) }, sentence, changes }
}
