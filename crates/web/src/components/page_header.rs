//! The head of a page: where it stands, what it is, what can be done.

use maud::{Markup, Render, html};

/// `PageHeader::new("Assets").note("4,812").actions(html! {…})`
#[must_use]
#[derive(Debug)]
pub struct PageHeader<'a> {
    title: &'a str,
    trail: &'a [(&'a str, &'a str)],
    note: Option<Markup>,
    lead: Option<Markup>,
    actions: Option<Markup>,
    folded: Option<Markup>,
}

impl<'a> PageHeader<'a> {
    pub const fn new(title: &'a str) -> Self {
        Self { title, trail: &[], note: None, lead: None, actions: None, folded: None }
    }

    /// The pages above this one: `(href, label)`, outermost first.
    pub fn under(self, trail: &'a [(&'a str, &'a str)]) -> Self {
        Self { trail, ..self }
    }

    /// Beside the title: a count, a status.
    pub fn note(self, note: Markup) -> Self {
        Self { note: Some(note), ..self }
    }

    /// Below the title: one sentence.
    pub fn lead(self, lead: Markup) -> Self {
        Self { lead: Some(lead), ..self }
    }

    /// What a phone keeps behind a button; on a wide screen it stands before the actions.
    pub fn folded(self, folded: Markup) -> Self {
        Self { folded: Some(folded), ..self }
    }

    pub fn actions(self, actions: Markup) -> Self {
        Self { actions: Some(actions), ..self }
    }
}

impl Render for PageHeader<'_> {
    fn render(&self) -> Markup {
        html! {
            header.page-header {
                div.page-title {
                    @if !self.trail.is_empty() {
                        nav aria-label="Breadcrumb" {
                            ol.trail { @for (href, label) in self.trail { li { a href=(href) { (label) } } } }
                        }
                    }
                    h1 { (self.title) @if let Some(note) = &self.note { span.quiet-text { (note) } } }
                    @if let Some(lead) = &self.lead { p { (lead) } }
                }
                @if self.actions.is_some() || self.folded.is_some() {
                    div.page-actions {
                        @if let Some(folded) = &self.folded {
                            button.button.fold-open type="button" popovertarget="folded" { "More" }
                            div.folded id="folded" popover { (folded) }
                        }
                        @if let Some(actions) = &self.actions { (actions) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_leads_back_up() {
        let html = PageHeader::new("<MBP>").under(&[("/assets", "Assets")]).render().into_string();
        assert!(html.contains("<a href=\"/assets\">Assets</a>"));
        assert!(html.contains("&lt;MBP&gt;"));
    }
}
