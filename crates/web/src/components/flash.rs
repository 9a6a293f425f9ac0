//! What just happened, said once after a redirect.

use maud::{Markup, html};

use super::{Icon, Tone};

/// What a sentence offers besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer<'a> {
    /// A place to look, `("/runs/12", "See the run")`.
    Look(&'a str, &'a str),
    /// Where a form is sent that takes it back.
    Undo(&'a str),
}

pub fn flash(tone: Tone, message: &str, offer: Option<Offer<'_>>) -> Markup {
    html! {
        div.flash role="status" data-flash {
            span class={ "mark-" (tone.name()) } { (tone.icon()) }
            p { (message) }
            @match offer {
                Some(Offer::Look(href, label)) => a href=(href) { (label) },
                Some(Offer::Undo(action)) => form method="post" action=(action) {
                    button.button.button-quiet type="submit" { (Icon::RotateCcw) "Undo" }
                },
                None => {},
            }
            button.button.button-quiet.button-bare type="button" data-close hidden {
                (Icon::X) span.spoken { "Close" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flash_is_announced_and_escaped() {
        let html = flash(Tone::Success, "Saved <b>", None).into_string();
        assert!(html.contains("role=\"status\"") && html.contains("Saved &lt;b&gt;"));
    }

    #[test]
    fn what_can_be_taken_back_brings_its_form() {
        let html =
            flash(Tone::Success, "Checked in.", Some(Offer::Undo("/t/x/undo"))).into_string();
        assert!(html.contains("<form method=\"post\" action=\"/t/x/undo\">"), "{html}");
    }
}
