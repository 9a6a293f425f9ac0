//! One question at a time, and what it looks like before something is archived.

use maud::{Markup, html};
use web::components::{
    Button, Confirm, PageHeader, Panel, Side, badge, checkbox, copyable, facts, person, sides,
};
use web::layout::{Room, Theme, page as whole_page};

use crate::company::{frame, minutes_ago, now};

pub fn page(theme: Theme) -> Markup {
    whole_page(
        &frame(Room::Conflicts, theme),
        "Conflict",
        &html! {
            (PageHeader::new("Is this the same MacBook?").under(&[("/t/acme/conflicts", "Conflicts")])
                .note(html! { "1 of 4" })
                .lead(html! { "Kandji reports a device whose serial belongs to an archived asset." }))
            (question())
            (Panel::new("Archive 12 assets?").body(html! {
                (Confirm {
                    action: "#",
                    verb: "Archive 12 assets",
                    consequences: &["12 assets leave every list and report.", "3 of them stay checked out to their people.", "Their history is kept; you can bring them back."],
                    back: "#",
                    fields: html! {},
                })
            }))
        },
    )
}

fn question() -> Markup {
    let theirs = [
        ("Serial", copyable("C02FK1XQ6M")),
        ("Name", html! { "Elif’s MacBook Pro" }),
        ("User", person("Elif Demir")),
        ("Enrolled", now().ago(minutes_ago(190))),
    ];
    let ours = [
        ("Serial", copyable("C02FK1XQ6M")),
        ("Name", html! { "Spare 14" }),
        ("Custodian", html! {}),
        ("Archived", now().ago(minutes_ago(130_000))),
    ];
    html! {
        (sides(&[
            Side { title: "Kandji says", note: badge(None, "Acme EU"), facts: facts(&theirs) },
            Side { title: "We hold", note: badge(None, "MBP-0042"), facts: facts(&ours) },
        ]))
        form.stack method="post" {
            div.row {
                (Button::answer("choice", "adopt", "Yes, bring MBP-0042 back").primary())
                (Button::answer("choice", "create", "No, create a new asset"))
                (Button::answer("choice", "ignore", "Leave it out").quiet())
            }
            (checkbox("always", "Always do this for archived assets that are seen again", None, false))
        }
    }
}
