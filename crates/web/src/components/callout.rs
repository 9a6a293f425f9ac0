//! A box that says something worth stopping for, and what to do about it.

use maud::{Markup, Render, html};

use super::Tone;

/// `Callout::new(Tone::Warning, "2 permissions are missing").body(html! {…}).action(html! {…})`
#[must_use]
#[derive(Debug)]
pub struct Callout<'a> {
    tone: Tone,
    title: &'a str,
    body: Option<Markup>,
    action: Option<Markup>,
}

impl<'a> Callout<'a> {
    pub const fn new(tone: Tone, title: &'a str) -> Self {
        Self { tone, title, body: None, action: None }
    }

    pub fn body(self, body: Markup) -> Self {
        Self { body: Some(body), ..self }
    }

    pub fn action(self, action: Markup) -> Self {
        Self { action: Some(action), ..self }
    }
}

impl Render for Callout<'_> {
    fn render(&self) -> Markup {
        html! {
            div.callout.{ "tone-" (self.tone.name()) } role=[(self.tone == Tone::Danger).then_some("alert")] {
                (self.tone.icon())
                div.callout-text {
                    strong { (self.title) }
                    @if let Some(body) = &self.body { div { (body) } }
                }
                @if let Some(action) = &self.action { div.row { (action) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_danger_interrupts() {
        assert!(Callout::new(Tone::Danger, "x").render().into_string().contains("role=\"alert\""));
        assert!(!Callout::new(Tone::Info, "x").render().into_string().contains("role"));
    }

    #[test]
    fn the_title_is_escaped() {
        assert!(Callout::new(Tone::Info, "<x>").render().into_string().contains("&lt;x&gt;"));
    }
}
