//! The page before something that cannot be taken back lightly: exactly what will happen, and to how many.

use maud::{Markup, Render, html};

use super::{Button, Tone};

/// A form that posts to `action`. `consequences` are full sentences.
#[must_use]
#[derive(Debug)]
pub struct Confirm<'a> {
    pub action: &'a str,
    pub verb: &'a str,
    pub consequences: &'a [&'a str],
    pub back: &'a str,
    /// Hidden inputs, or a field to type a name into.
    pub fields: Markup,
}

impl Render for Confirm<'_> {
    fn render(&self) -> Markup {
        html! {
            form.form method="post" action=(self.action) {
                div.callout.tone-warning {
                    (Tone::Warning.icon())
                    ul.callout-text { @for sentence in self.consequences { li { (sentence) } } }
                }
                (self.fields)
                div.form-actions {
                    (Button::submit(self.verb).danger())
                    (Button::link(self.back, "Keep as it is"))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_will_happen_and_offers_the_way_back() {
        let page = Confirm {
            action: "/assets/archive",
            verb: "Archive 12 assets",
            consequences: &["12 assets leave the lists.", "Their history <stays>."],
            back: "/assets",
            fields: html! {},
        };
        let html = page.render().into_string();
        assert!(html.contains("12 assets leave the lists."));
        assert!(html.contains("&lt;stays&gt;"));
        assert!(html.contains("href=\"/assets\""));
    }
}
