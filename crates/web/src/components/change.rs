//! What moved: a field, what it was, what it is now.

use maud::{Markup, html};

/// A blank `before` was nothing; a blank `after` is nothing now.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    pub field: &'a str,
    pub before: &'a str,
    pub after: &'a str,
}

impl<'a> Change<'a> {
    pub const fn new(field: &'a str, before: &'a str, after: &'a str) -> Self {
        Self { field, before, after }
    }
}

pub fn changes(changes: &[Change<'_>]) -> Markup {
    html! {
        dl.changes {
            @for change in changes {
                div.change {
                    dt { (change.field) }
                    dd {
                        @if !change.before.is_empty() {
                            del { span.spoken { "was " } (change.before) }
                            @if !change.after.is_empty() { span.arrow aria-hidden="true" { "→" } }
                        }
                        @if !change.after.is_empty() { ins { span.spoken { "now " } (change.after) } }
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
    fn a_blank_side_is_not_shown() {
        let first = changes(&[Change::new("Serial", "", "C02X")]).into_string();
        assert!(!first.contains("<del>") && first.contains("C02X"));
        let gone = changes(&[Change::new("Serial", "C02X", "")]).into_string();
        assert!(!gone.contains("<ins>") && !gone.contains("→"));
    }

    #[test]
    fn values_are_escaped() {
        assert!(changes(&[Change::new("a", "<i>", "b")]).into_string().contains("&lt;i&gt;"));
    }
}
