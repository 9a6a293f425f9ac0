//! Work under way: a bar that moves, and elements that refresh themselves until it is done.

use maud::{Markup, Render, html};

use super::chart::grouped;

/// Without a total the bar sweeps: it is moving, and nobody knows how far.
#[must_use]
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    pub label: &'a str,
    pub done: u32,
    pub total: Option<u32>,
    pub unit: &'a str,
}

impl Render for Progress<'_> {
    fn render(&self) -> Markup {
        html! {
            div.progress role="status" {
                div {
                    span { (self.label) }
                    span.value {
                        (grouped(self.done))
                        @if let Some(total) = self.total { " of " (grouped(total)) }
                        " " (self.unit)
                    }
                }
                progress value=[self.total.map(|_| self.done)] max=[self.total] aria-label=(self.label) {}
            }
        }
    }
}

/// Asks `url` every `seconds` for its own replacement; the answer ends it by leaving `live` out.
pub fn live(id: &str, url: &str, seconds: u32, inside: &Markup) -> Markup {
    html! {
        div id=(id) hx-get=(url) hx-trigger={ "every " (seconds) "s" } hx-select={ "#" (id) } hx-swap="outerMorph" {
            (inside)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_says_how_far_in_words_too() {
        let bar =
            Progress { label: "Reading devices", done: 1200, total: Some(4800), unit: "devices" };
        let html = bar.render().into_string();
        assert!(html.contains("1,200 of 4,800 devices"));
        assert!(html.contains("value=\"1200\" max=\"4800\""));
    }

    #[test]
    fn without_a_total_it_only_moves() {
        let bar = Progress { label: "Reading", done: 3, total: None, unit: "pages" };
        assert!(bar.render().into_string().contains("<progress aria-label=\"Reading\">"));
    }

    #[test]
    fn a_live_element_replaces_itself() {
        let html = live("run", "/runs/1", 2, &html! { "…" }).into_string();
        assert!(html.contains("hx-trigger=\"every 2s\" hx-select=\"#run\""));
    }
}
