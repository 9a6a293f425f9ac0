//! A status with its dot, and the small rounded labels beside titles.

use maud::{Markup, html};

use super::Tone;
use super::chart::grouped;

/// The kind decides the dot's shape, so a status is known without its color.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusKind {
    Ready,
    Pending,
    Unavailable,
}

/// `color` is the tenant's own, `#rrggbb`; anything else gives the kind's.
#[derive(Debug, Clone, Copy)]
pub struct StatusLabel<'a> {
    pub name: &'a str,
    pub kind: StatusKind,
    pub color: Option<&'a str>,
}

/// The color is an SVG attribute: the content policy admits no inline style.
pub fn status(label: StatusLabel<'_>) -> Markup {
    let color = label.color.filter(|color| plain_hex(color)).unwrap_or("currentColor");
    let (class, shape) = match label.kind {
        StatusKind::Ready => ("dot-ready", html! { circle cx="6" cy="6" r="6" fill=(color) {} }),
        StatusKind::Pending => (
            "dot-pending",
            html! { circle cx="6" cy="6" r="5" stroke=(color) {} path d="M6 3a3 3 0 0 1 0 6z" fill=(color) {} },
        ),
        StatusKind::Unavailable => {
            ("dot-unavailable", html! { circle cx="6" cy="6" r="5" stroke=(color) {} })
        }
    };
    html! {
        span.status {
            svg.dot.(class) viewBox="0 0 12 12" aria-hidden="true" { (shape) }
            (label.name)
        }
    }
}

fn plain_hex(color: &str) -> bool {
    color
        .strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// A short word that qualifies: "archived", "leaver", "preset".
pub fn badge(tone: Option<Tone>, label: &str) -> Markup {
    html! {
        @match tone {
            Some(tone) => span.badge.{ "tone-" (tone.name()) } { (label) },
            None => span.badge { (label) },
        }
    }
}

/// How many; nothing when none.
pub fn count(amount: u32) -> Markup {
    html! { @if amount > 0 { span.count { (grouped(amount)) } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(kind: StatusKind, color: Option<&str>) -> String {
        status(StatusLabel { name: "In <use>", kind, color }).into_string()
    }

    #[test]
    fn kinds_differ_in_shape() {
        assert!(drawn(StatusKind::Ready, None).contains("r=\"6\" fill"));
        assert!(drawn(StatusKind::Pending, None).contains("<path"));
        assert!(drawn(StatusKind::Unavailable, None).contains("stroke"));
    }

    #[test]
    fn only_a_plain_color_is_used() {
        assert!(drawn(StatusKind::Ready, Some("#22aa66")).contains("fill=\"#22aa66\""));
        assert!(drawn(StatusKind::Ready, Some("url(//x)")).contains("fill=\"currentColor\""));
    }

    #[test]
    fn names_are_escaped_and_no_count_is_no_mark() {
        assert!(drawn(StatusKind::Ready, None).contains("In &lt;use&gt;"));
        assert_eq!(count(0).into_string(), "");
        assert!(badge(Some(Tone::Danger), "x").into_string().contains("badge tone-danger"));
    }
}
