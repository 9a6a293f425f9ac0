//! One figure that matters, and the list behind it.

use maud::{Markup, html};

use super::chart::grouped;

pub fn stat(label: &str, value: u32, note: &str, href: &str) -> Markup {
    html! {
        a.stat href=(href) {
            span.stat-label { (label) }
            span.stat-value { (grouped(value)) }
            span.stat-note { (note) }
        }
    }
}

/// A figure that is no plain number, or has no list behind it.
pub fn figure(label: &str, value: &str, note: &str, href: Option<&str>) -> Markup {
    let size = if value.chars().count() > LONG { "stat-value stat-long" } else { "stat-value" };
    let inside = html! {
        span.stat-label { (label) }
        span class=(size) { (value) }
        span.stat-note { (note) }
    };
    html! {
        @match href {
            Some(href) => a.stat href=(href) { (inside) },
            None => div.stat { (inside) },
        }
    }
}

/// More characters than this are set smaller.
const LONG: usize = 9;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_leads_to_its_list() {
        let html = stat("Assets & more", 4812, "12 this week", "/assets").into_string();
        assert!(html.contains("href=\"/assets\"") && html.contains("4,812"));
        assert!(html.contains("Assets &amp; more"));
    }

    #[test]
    fn a_long_figure_is_set_smaller_and_need_lead_nowhere() {
        let html = figure("Cost", "1,234,567.00 EUR", "so far", None).into_string();
        assert!(html.starts_with("<div class=\"stat\">") && html.contains("stat-long"));
    }
}
