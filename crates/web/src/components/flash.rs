//! What just happened, said once after a redirect.

use maud::{Markup, html};

use super::{Icon, Tone};

/// `again` is a place to look, `("/runs/12", "See the run")`.
pub fn flash(tone: Tone, message: &str, again: Option<(&str, &str)>) -> Markup {
    html! {
        div.flash role="status" data-flash {
            span class={ "mark-" (tone.name()) } { (tone.icon()) }
            p { (message) }
            @if let Some((href, label)) = again { a href=(href) { (label) } }
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
}
