//! Home: what needs me, then how things stand.

use maud::{Markup, html};
use web::components::{
    Button, Need, PageHeader, Panel, Slice, Tone, bars, columns, donut, needs, stat,
};
use web::layout::{Room, Theme, page as whole_page};

use crate::company::{frame, minutes_ago, now};

pub fn page(theme: Theme) -> Markup {
    whole_page(
        &frame(Room::Home, theme),
        "Home",
        &html! {
            (PageHeader::new("Good afternoon, Maya").lead(html! { "Kandji was read " (now().ago(minutes_ago(4))) "; everything it reported is in." }))
            (waiting())
            (figures())
            (charts())
        },
    )
}

fn waiting() -> Markup {
    let list = [
        Need {
            tone: Tone::Danger,
            title: "Kandji, Acme US refuses its token",
            href: "/t/acme/alerts/7",
            detail: html! { "401 since " (now().ago(minutes_ago(52))) ". Nothing was changed; 5 runs skipped." },
            action: html! { (Button::link("/t/acme/sources", "Update connection")) },
        },
        Need {
            tone: Tone::Warning,
            title: "A run waits for your review",
            href: "/t/acme/runs/118",
            detail: html! { "It would check in 31 assets, more than the 25 you allow in one run." },
            action: html! { (Button::link("/t/acme/runs/118", "Review")) },
        },
        Need {
            tone: Tone::Warning,
            title: "Hannah Vogel left on 14 November and still holds 3 assets",
            href: "/t/acme/employees/hannah",
            detail: html! { "MacBook Pro, iPhone 16, Studio Display" },
            action: html! { (Button::link("/t/acme/employees/hannah", "Get them back")) },
        },
        Need {
            tone: Tone::Info,
            title: "4 conflicts to settle",
            href: "/t/acme/conflicts",
            detail: html! { "2 duplicate serials, 1 asset tag taken, 1 archived asset seen again" },
            action: html! { (Button::link("/t/acme/conflicts", "Settle")) },
        },
    ];
    html! { (Panel::new("Needs you").edge_to_edge(needs(&list))) }
}

fn figures() -> Markup {
    html! {
        div.cards {
            (stat("Assets", 4_812, "38 more than last month", "/t/acme/assets"))
            (stat("Checked out", 4_206, "to 3,911 people", "/t/acme/assets?held=yes"))
            (stat("In stock", 412, "ready to hand out", "/t/acme/assets?status=stock"))
            (stat("In Kandji", 4_538, "94% of all assets", "/t/acme/reports/coverage"))
        }
    }
}

fn charts() -> Markup {
    let by_status = [
        Slice::new("In use", 4_206).link("/t/acme/assets?status=1"),
        Slice::new("In stock", 412),
        Slice::new("Repair", 61),
        Slice::new("Ordered", 94),
        Slice::new("Lost", 39),
    ];
    let by_product = [
        Slice::new("MacBook Pro (14-inch, M4, 2024)", 1_508).link("/t/acme/assets?product=1"),
        Slice::new("MacBook Air (13-inch, M3, 2024)", 1_122),
        Slice::new("iPhone 16", 870),
        Slice::new("iPad Pro 11-inch (M4)", 411),
        Slice::new("Mac mini (M4, 2024)", 187),
    ];
    let by_os = [
        Slice::new("macOS 26.1", 1_904),
        Slice::new("macOS 15.7", 688),
        Slice::new("iOS 26.1", 803),
        Slice::new("iPadOS 26.1", 377),
        Slice::new("macOS 14.8", 96),
    ];
    let seen = [
        Slice::new("Last 7 days", 4_221),
        Slice::new("8 to 30 days ago", 4_398),
        Slice::new("Last 90 days", 4_470),
        Slice::new("Longer ago", 68),
    ];
    let months =
        ["Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"];
    let enrolled = [41, 122, 88, 64, 97, 71, 53, 48, 110, 164, 132, 79];
    let enrolled: Vec<_> =
        months.iter().zip(enrolled).map(|(month, value)| Slice::new(month, value)).collect();
    html! {
        div.columns-2 {
            (Panel::new("By status").body(donut(&by_status)))
            (Panel::new("Enrollments by month").body(columns(&enrolled)))
        }
        div.columns-2 {
            (Panel::new("By product").body(bars(&by_product)))
            (Panel::new("By OS version").body(bars(&by_os)))
            (Panel::new("Checked in to Kandji").body(bars(&seen)))
        }
    }
}
