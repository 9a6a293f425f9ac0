//! The row above a list: a search box, what it is narrowed by, and a menu to narrow it further.

use maud::{Markup, Render, html};

use super::{Icon, Opens, menu, menu_link};

/// A GET form. `kept` are the address's other parameters, so that a search loses no filter.
/// Where the script runs, typing refreshes the element `target` in place.
pub fn search_box(
    action: &str,
    query: &str,
    label: &str,
    kept: &[(&str, &str)],
    target: &str,
) -> Markup {
    html! {
        form.search role="search" action=(action) hx-get=(action) hx-trigger="input delay:250ms, submit"
            hx-target=(target) hx-select=(target) hx-swap="outerMorph" hx-replace-url="true" {
            (Icon::Search)
            input.input type="search" name="q" value=(query) placeholder=(label) aria-label=(label)
                autocomplete="off" data-search;
            kbd aria-hidden="true" { "/" }
            @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
        }
    }
}

/// The same list seen in a few ways: `(href, label, shown now)`.
pub fn views(label: &str, views: &[(&str, &str, bool)]) -> Markup {
    html! {
        nav.segmented aria-label=(label) {
            @for (href, label, shown) in views {
                a href=(href) aria-current=[shown.then_some("true")] { (label) }
            }
        }
    }
}

/// One filter in force: "Status is Ready". `editor` is a form's inside; without one the chip only goes away.
#[must_use]
#[derive(Debug)]
pub struct Chip<'a> {
    pub field: &'a str,
    pub relation: &'a str,
    pub value: &'a str,
    pub without: &'a str,
    pub editor: Option<Markup>,
    pub open: bool,
}

impl Chip<'_> {
    fn text(&self) -> Markup {
        html! { (self.field) " " span.quiet-text { (self.relation) } " " b { (self.value) } }
    }
}

impl Render for Chip<'_> {
    fn render(&self) -> Markup {
        html! {
            div.chip {
                @match &self.editor {
                    Some(editor) => {
                        details.menu open[self.open] {
                            summary { (self.text()) }
                            form.menu-panel.menu-form { (editor) }
                        }
                    }
                    None => span.chip-text { (self.text()) },
                }
                a.chip-remove href=(self.without) aria-label={ "Remove filter " (self.field) } { (Icon::X) }
            }
        }
    }
}

/// A field one may filter by; `href` is the same list with that filter open for editing.
#[derive(Debug, Clone, Copy)]
pub struct FieldToFilter<'a> {
    pub label: &'a str,
    pub href: &'a str,
}

pub fn add_filter(fields: &[FieldToFilter<'_>]) -> Markup {
    let face = html! { (Icon::Filter) "Filter" };
    menu(
        Opens::Below,
        "button button-quiet",
        &face,
        &html! {
            @for field in fields { (menu_link(field.href, None, field.label)) }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_keeps_the_filters() {
        let html = search_box("/assets", "a\"b", "Search assets", &[("status", "ready")], "#list")
            .into_string();
        assert!(html.contains("value=\"a&quot;b\""));
        assert!(html.contains("<input type=\"hidden\" name=\"status\" value=\"ready\">"));
    }

    #[test]
    fn a_chip_says_what_it_does_and_can_go() {
        let chip = Chip {
            field: "Status",
            relation: "is",
            value: "<Ready>",
            without: "/assets",
            editor: None,
            open: false,
        };
        let html = chip.render().into_string();
        assert!(html.contains("&lt;Ready&gt;"));
        assert!(html.contains("href=\"/assets\" aria-label=\"Remove filter Status\""));
    }

    #[test]
    fn filters_can_be_added_without_script() {
        let html =
            add_filter(&[FieldToFilter { label: "Product", href: "?edit=product" }]).into_string();
        assert!(html.starts_with("<details"));
        assert!(html.contains("href=\"?edit=product\""));
    }
}
