//! A titled box, the facts in it, and what is folded away until asked for.

use maud::{Markup, Render, html};

use super::Icon;

/// `Panel::new("Kandji details").aside(html! {…}).body(facts(&rows)).fold("Everything else", more)`
#[must_use]
#[derive(Debug)]
pub struct Panel<'a> {
    title: &'a str,
    aside: Option<Markup>,
    body: Option<Markup>,
    rest: Option<Markup>,
}

impl<'a> Panel<'a> {
    pub const fn new(title: &'a str) -> Self {
        Self { title, aside: None, body: None, rest: None }
    }

    /// At the end of the title's line: a note or a button.
    pub fn aside(self, aside: Markup) -> Self {
        Self { aside: Some(aside), ..self }
    }

    pub fn body(self, body: Markup) -> Self {
        Self { body: Some(body), ..self }
    }

    /// What reaches the box's edges: a table, a list of needs, a fold.
    pub fn edge_to_edge(self, rest: Markup) -> Self {
        Self { rest: Some(rest), ..self }
    }
}

impl Render for Panel<'_> {
    fn render(&self) -> Markup {
        html! {
            section.panel {
                div.panel-head {
                    h2 { (self.title) }
                    @if let Some(aside) = &self.aside { (aside) }
                }
                @if let Some(body) = &self.body { div.panel-body { (body) } }
                @if let Some(rest) = &self.rest { (rest) }
            }
        }
    }
}

/// Names and values. An empty value shows as a dash.
pub fn facts(facts: &[(&str, Markup)]) -> Markup {
    html! {
        dl.facts { @for (name, value) in facts { div { dt { (name) } dd { (value) } } } }
    }
}

/// The same in two columns where there is room.
pub fn facts_wide(rows: &[(&str, Markup)]) -> Markup {
    html! {
        dl.facts.facts-wide { @for (name, value) in rows { div { dt { (name) } dd { (value) } } } }
    }
}

/// Closed until asked for; the note says how much is inside.
pub fn fold(title: &str, note: &str, body: &Markup) -> Markup {
    html! {
        details.fold {
            summary { (Icon::ChevronRight) (title) span.count { (note) } }
            (body)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panel_holds_facts_and_folds() {
        let html = Panel::new("Kandji <details>")
            .body(facts(&[("Platform", html! { "Mac" }), ("Missing", html! {})]))
            .edge_to_edge(fold("Everything else", "87", &html! { p { "…" } }))
            .render()
            .into_string();
        assert!(html.contains("Kandji &lt;details&gt;"));
        assert!(html.contains("<dt>Missing</dt><dd></dd>"));
        assert!(html.contains("<details class=\"fold\"><summary>"));
    }
}
