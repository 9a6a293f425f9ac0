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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_leads_to_its_list() {
        let html = stat("Assets & more", 4812, "12 this week", "/assets").into_string();
        assert!(html.contains("href=\"/assets\"") && html.contains("4,812"));
        assert!(html.contains("Assets &amp; more"));
    }
}
