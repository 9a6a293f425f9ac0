//! A run held for review: what it would do, in groups, each change with its reason.

use maud::{Markup, html};
use web::components::{
    Button, Callout, Change, Icon, PageHeader, Planned, Tone, badge, plan_group, tally,
};
use web::layout::{Room, Theme, page as whole_page};

use crate::company::{frame, minutes_ago, now};

pub fn page(theme: Theme) -> Markup {
    let counts = [
        (4, "to create"),
        (6, "to update"),
        (2, "to check out"),
        (31, "to check in"),
        (1, "conflict"),
        (4_494, "unchanged"),
    ];
    whole_page(
        &frame(Room::Sources, theme),
        "Run 118",
        &html! {
            (PageHeader::new("Run 118").under(&[("/t/acme/sources", "Sources"), ("/t/acme/sources", "Kandji, Acme EU")])
                .note(badge(Some(Tone::Warning), "Waits for review"))
                .lead(html! { "Read 4,538 devices in 46 requests, " (now().ago(minutes_ago(14))) })
                .actions(html! {
                    (Button::post("#", "Reject"))
                    (Button::post("#", "Approve 43 changes").icon(Icon::Check).primary())
                }))
            (Callout::new(Tone::Warning, "It would check in 31 assets; you allow 25 in one run")
                .body(html! { "29 of them lost their user in Kandji within the same minute, as after a directory change." }))
            (tally(&counts))
            (check_ins()) (updates()) (creations()) (plan_group("Check out", Icon::ArrowRight, 2, false, &[]))
        },
    )
}

fn asset(tag: &str) -> Markup {
    html! { a href={ "/t/acme/assets/" (tag) } { (tag) } }
}

fn check_ins() -> Markup {
    let gone = |name| [Change::new("Custodian", name, "")];
    let (one, two) = (gone("Tomasz Zieliński"), gone("Amélie Fournier"));
    let reason = "Kandji removed the user, and “check in when Kandji removes the user” is on";
    plan_group(
        "Check in",
        Icon::ArrowLeft,
        31,
        true,
        &[
            Planned { asset: asset("MBP-0107"), serial: "C02KQ4PL7D", changes: &one, reason },
            Planned { asset: asset("IPH-0316"), serial: "F9XDM2Q07T", changes: &two, reason },
        ],
    )
}

fn updates() -> Markup {
    let name = [Change::new("Name", "MacBook-Pro-3", "Ines’s MBP")];
    let both =
        [Change::new("Name", "iPad", "Front desk iPad"), Change::new("Memory", "8 GB", "16 GB")];
    let location = [Change::new("Location", "", "Lisbon")];
    plan_group(
        "Update",
        Icon::Pencil,
        6,
        true,
        &[
            Planned {
                asset: asset("MBP-0055"),
                serial: "C02MN81RWX",
                changes: &name,
                reason: "Name mirrors Kandji’s device name",
            },
            Planned {
                asset: asset("IPD-0211"),
                serial: "DX3T7HJ2LK",
                changes: &both,
                reason: "Both fields mirror Kandji",
            },
            Planned {
                asset: asset("MBA-0420"),
                serial: "G6V0CQ88NF",
                changes: &location,
                reason: "ADE rule “Lisbon office” applies always",
            },
        ],
    )
}

fn creations() -> Markup {
    let new = [
        Change::new("Product", "", "MacBook Air (13-inch, M3, 2024)"),
        Change::new("Serial", "", "C02ZZ31KQP"),
        Change::new("Status", "", "In stock"),
    ];
    plan_group(
        "Create",
        Icon::Plus,
        4,
        true,
        &[Planned {
            asset: html! { "C02ZZ31KQP" },
            serial: "C02ZZ31KQP",
            changes: &new,
            reason: "No asset has this serial or tag; new devices are created",
        }],
    )
}
