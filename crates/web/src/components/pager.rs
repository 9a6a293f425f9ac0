//! Where one is in a long list, and the way to its neighbors. Lists page by key, so there are no page numbers.

use maud::{Markup, Render, html};

use super::Icon;
use super::chart::grouped;

/// The way on where nobody counts.
pub fn turner(newer: Option<&str>, older: Option<&str>) -> Markup {
    html! {
        @if newer.is_some() || older.is_some() {
            nav.pager aria-label="Pages" { span {} div.row { (steps(newer, older)) } }
        }
    }
}

fn steps(newer: Option<&str>, older: Option<&str>) -> Markup {
    html! {
        (step(newer, "Previous", "prev", Icon::ArrowLeft, false))
        (step(older, "Next", "next", Icon::ArrowRight, true))
    }
}

#[must_use]
#[derive(Debug, Clone, Copy)]
pub struct Pager<'a> {
    pub shown: u32,
    pub total: u32,
    /// The total is a floor: counting stopped there.
    pub more: bool,
    pub newer: Option<&'a str>,
    pub older: Option<&'a str>,
}

impl Render for Pager<'_> {
    fn render(&self) -> Markup {
        html! {
            nav.pager aria-label="Pages" {
                span { (grouped(self.shown)) " of " (grouped(self.total)) @if self.more { "+" } }
                div.row { (steps(self.newer, self.older)) }
            }
        }
    }
}

fn step(href: Option<&str>, label: &str, rel: &str, icon: Icon, icon_last: bool) -> Markup {
    html! {
        a.button href=[href] rel=(rel) role=[href.is_none().then_some("link")]
            aria-disabled=[href.is_none().then_some("true")] {
            @if !icon_last { (icon) }
            (label)
            @if icon_last { (icon) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capped_total_says_so() {
        let pager =
            Pager { shown: 50, total: 10_000, more: true, newer: None, older: Some("?cursor=x") };
        let html = pager.render().into_string();
        assert!(html.contains("50 of 10,000+"));
        assert!(html.contains("href=\"?cursor=x\""));
        assert_eq!(html.matches("aria-disabled").count(), 1);
    }
}
