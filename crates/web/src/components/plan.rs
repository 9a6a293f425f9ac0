//! A run's plan as a code review: the sum on top, then groups of changes, each with its reason.

use maud::{Markup, html};

use super::chart::grouped;
use super::{Change, Icon, changes};

/// One planned change to one asset.
#[derive(Debug)]
pub struct Planned<'a> {
    pub asset: Markup,
    pub serial: &'a str,
    pub changes: &'a [Change<'a>],
    pub reason: &'a str,
}

/// `12 to create · 3 to update …`
pub fn tally(counts: &[(u32, &str)]) -> Markup {
    html! {
        ul.tally { @for (amount, what) in counts { li { b { (grouped(*amount)) } (what) } } }
    }
}

/// Changes of one kind, open when `open`.
pub fn plan_group(
    title: &str,
    icon: Icon,
    total: u32,
    open: bool,
    planned: &[Planned<'_>],
) -> Markup {
    html! {
        details.panel.plan-group open[open] {
            summary { (Icon::ChevronRight) (icon) (title) span.count { (grouped(total)) } }
            @for change in planned {
                div.planned {
                    div {
                        (change.asset)
                        div.mono.quiet-text { (change.serial) }
                    }
                    (changes(change.changes))
                    p.reason { (change.reason) }
                }
            }
        }
    }
}

/// One side of a question: what it is called and its facts.
#[derive(Debug)]
pub struct Side<'a> {
    pub title: &'a str,
    pub note: Markup,
    pub facts: Markup,
}

/// Both sides of a conflict beside each other.
pub fn sides(sides: &[Side<'_>]) -> Markup {
    html! {
        div.sides {
            @for side in sides {
                section.side { h2 { (side.title) (side.note) } (side.facts) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_shows_its_reason() {
        let name = [Change::new("Name", "old", "new")];
        let planned = Planned {
            asset: html! { a href="/a" { "MBP-1" } },
            serial: "C02",
            changes: &name,
            reason: "mirror & more",
        };
        let html = plan_group("Update", Icon::Pencil, 1200, true, &[planned]).into_string();
        assert!(html.contains("<details class=\"panel plan-group\" open>"));
        assert!(html.contains("mirror &amp; more") && html.contains("1,200"));
    }

    #[test]
    fn two_sides_stand_beside_each_other() {
        let side = |title| Side { title, note: html! {}, facts: html! { p { "…" } } };
        let html = sides(&[side("Kandji says"), side("We hold")]).into_string();
        assert_eq!(html.matches("<section class=\"side\">").count(), 2);
    }

    #[test]
    fn a_tally_counts_each_kind() {
        assert!(tally(&[(12, "to create")]).into_string().contains("<b>12</b>to create"));
    }
}
