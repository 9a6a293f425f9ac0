//! The main settings as facts, for the source's page.

use app::settings::Settings;
use maud::{Markup, html};
use reconcile::{Rules, explain};

use super::choices;
use crate::pages::words::capital;

pub fn in_short(own: &Settings) -> Vec<(&'static str, Markup)> {
    let rules = &own.rules;
    let known: Vec<_> = rules.matching.iter().map(explain::rule).collect();
    vec![
        ("A device is known by", html! { (capital(&known.join(", then "))) }),
        ("Known, not linked yet", html! { (choices::on_match(rules.on_match)) }),
        ("Not known", html! { (choices::on_no_match(rules.on_no_match)) }),
        ("Asset tag", html! { (choices::tag_from(rules.tag_from)) }),
        ("Name", html! { (capital(&name(rules))) }),
        ("Checking out", html! { (capital(&assign(rules))) }),
        (
            "Unknown users",
            html! { (if rules.employees.create { "Become employees" } else { "Are left alone, and the run says so" }) },
        ),
        ("Gone from Kandji", html! { (choices::absence(rules.absence.action)) }),
        ("First run", html! { (choices::first_run(rules.first_run)) }),
    ]
}

fn name(rules: &Rules) -> String {
    match rules.name_from.as_deref() {
        Some(key) => format!("follows Kandji's {}", app::details::label(key).to_lowercase()),
        None => "is left to people".to_owned(),
    }
}

pub fn assign(rules: &Rules) -> String {
    let switches = [
        (rules.assign.on_assign, "to the user in Kandji"),
        (rules.assign.on_change, "anew when that user changes"),
        (rules.assign.on_removed, "checked in when the user is removed"),
    ];
    let on: Vec<_> = switches.iter().filter(|(on, _)| *on).map(|(_, words)| *words).collect();
    if on.is_empty() { "by hand only".to_owned() } else { on.join(", ") }
}
