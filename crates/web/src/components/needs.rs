//! What waits for a person: one line each, with the way to deal with it.

use maud::{Markup, html};

use super::Tone;

#[derive(Debug)]
pub struct Need<'a> {
    pub tone: Tone,
    pub title: &'a str,
    pub href: &'a str,
    pub detail: Markup,
    pub action: Markup,
}

pub fn needs(needs: &[Need<'_>]) -> Markup {
    html! {
        ul.needs {
            @for need in needs {
                li {
                    span class={ "mark-" (need.tone.name()) } { (need.tone.icon()) }
                    div.needs-text {
                        a href=(need.href) { (need.title) }
                        div.quiet-text.small { (need.detail) }
                    }
                    (need.action)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_need_leads_to_its_remedy() {
        let need = Need {
            tone: Tone::Danger,
            title: "Kandji & co",
            href: "/x",
            detail: html! { "since" },
            action: html! {},
        };
        assert!(needs(&[need]).into_string().contains("<a href=\"/x\">Kandji &amp; co</a>"));
    }
}
