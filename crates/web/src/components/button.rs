//! Everything that looks like a button: one that submits, one that leads somewhere, one that posts.

use maud::{Markup, Render, html};

use super::Icon;

/// `Button::link("/t/acme/assets/new", "New asset").icon(Icon::Plus).primary()`
#[must_use]
#[derive(Debug, Clone, Copy)]
pub struct Button<'a> {
    label: &'a str,
    does: Does<'a>,
    look: &'static str,
    icon: Option<Icon>,
    bare: bool,
    wide: bool,
    key: Option<char>,
    refused: Option<&'a str>,
    leads_to: Option<&'a str>,
    wanted: bool,
}

#[derive(Debug, Clone, Copy)]
enum Does<'a> {
    Submit(Option<(&'a str, &'a str)>),
    Follow(&'a str),
    Post(&'a str),
}

impl<'a> Button<'a> {
    const fn new(label: &'a str, does: Does<'a>) -> Self {
        let (look, icon, key, refused) = ("", None, None, None);
        let (bare, wide, wanted) = (false, false, false);
        Self { label, does, look, icon, bare, wide, key, refused, leads_to: None, wanted }
    }

    /// Submits the form it stands in.
    pub const fn submit(label: &'a str) -> Self {
        Self::new(label, Does::Submit(None))
    }

    /// Submits the form it stands in and says which of several buttons was pressed.
    pub const fn answer(name: &'a str, value: &'a str, label: &'a str) -> Self {
        Self::new(label, Does::Submit(Some((name, value))))
    }

    /// A link that looks like a button.
    pub const fn link(href: &'a str, label: &'a str) -> Self {
        Self::new(label, Does::Follow(href))
    }

    /// A form of its own around one button.
    pub const fn post(action: &'a str, label: &'a str) -> Self {
        Self::new(label, Does::Post(action))
    }

    pub const fn primary(self) -> Self {
        Self { look: "button-primary", ..self }
    }

    pub const fn danger(self) -> Self {
        Self { look: "button-danger", ..self }
    }

    pub const fn quiet(self) -> Self {
        Self { look: "button-quiet", ..self }
    }

    pub const fn icon(self, icon: Icon) -> Self {
        Self { icon: Some(icon), ..self }
    }

    /// Only the icon is seen; the label is spoken and shown on hover.
    pub const fn bare(self) -> Self {
        Self { bare: true, ..self }
    }

    pub const fn wide(self) -> Self {
        Self { wide: true, ..self }
    }

    /// The key that presses it, where the script runs.
    pub const fn key(self, key: char) -> Self {
        Self { key: Some(key), ..self }
    }

    /// Shown but not to be pressed; `why` says what would make it possible.
    pub const fn refused(self, why: &'a str) -> Self {
        Self { refused: Some(why), ..self }
    }

    /// Where its form goes with this button alone: a part of the page, so that it stands there.
    pub const fn leads_to(self, address: &'a str) -> Self {
        Self { leads_to: Some(address), ..self }
    }

    /// In focus when the page opens, so that Enter presses it.
    pub const fn wanted(self, wanted: bool) -> Self {
        Self { wanted, ..self }
    }

    fn class(&self) -> String {
        let bare = if self.bare { "button-bare" } else { "" };
        let wide = if self.wide { "button-wide" } else { "" };
        ["button", self.look, bare, wide]
            .into_iter()
            .filter(|name| !name.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn face(&self) -> Markup {
        html! {
            @if let Some(icon) = self.icon { (icon) }
            @if self.bare { span.spoken { (self.label) } } @else { (self.label) }
        }
    }

    fn pressable(&self, named: Option<(&str, &str)>) -> Markup {
        let title = self.refused.or(self.bare.then_some(self.label));
        html! {
            button class=(self.class()) type=(if self.refused.is_some() { "button" } else { "submit" })
                name=[named.map(|(name, _)| name)] value=[named.map(|(_, value)| value)]
                formaction=[self.leads_to] title=[title] aria-keyshortcuts=[self.key]
                autofocus[self.wanted] aria-disabled=[self.refused.map(|_| "true")] { (self.face()) }
        }
    }
}

impl Render for Button<'_> {
    fn render(&self) -> Markup {
        match self.does {
            Does::Submit(named) => self.pressable(named),
            Does::Follow(_) | Does::Post(_) if self.refused.is_some() => self.pressable(None),
            Does::Follow(href) => html! {
                a class=(self.class()) href=(href) title=[self.bare.then_some(self.label)]
                    aria-keyshortcuts=[self.key] { (self.face()) }
            },
            Does::Post(action) => html! {
                form method="post" action=(action) { (self.pressable(None)) }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_posting_button_brings_its_form() {
        let html = Button::post("/sources/1/runs", "Sync now").render().into_string();
        assert!(html.starts_with("<form method=\"post\" action=\"/sources/1/runs\"><button"));
    }

    #[test]
    fn a_refused_button_goes_nowhere_and_says_why() {
        let html = Button::link("/x", "Enable")
            .refused("Test the connection first")
            .render()
            .into_string();
        assert!(!html.contains("href"));
        assert!(html.contains("title=\"Test the connection first\""));
        assert!(html.contains("aria-disabled=\"true\""));
    }

    #[test]
    fn a_label_is_text_never_markup() {
        assert!(Button::submit("<b>").render().into_string().contains("&lt;b&gt;"));
    }
}
