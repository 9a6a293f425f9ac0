//! The row above a list: a search box, what it is narrowed by, and a menu to narrow it further.

use maud::{Markup, Render, html};

use super::{Button, Icon};

/// A GET form. `kept` are the address's other parameters, so that a search loses no filter.
/// Where the script runs, typing refreshes the element `target` in place.
pub fn search_box(
    action: &str,
    query: &str,
    label: &str,
    kept: &[(&str, &str)],
    target: &str,
) -> Markup {
    boxed(action, (query, false), label, kept, target)
}

/// The same where one types at once, if that is `wanted`.
pub fn search_box_wanted(
    action: &str,
    (query, wanted): (&str, bool),
    label: &str,
    kept: &[(&str, &str)],
    target: &str,
) -> Markup {
    boxed(action, (query, wanted), label, kept, target)
}

fn boxed(
    action: &str,
    (query, wanted): (&str, bool),
    label: &str,
    kept: &[(&str, &str)],
    target: &str,
) -> Markup {
    html! {
        form.search role="search" action=(action) hx-get=(action) hx-trigger="input delay:250ms, submit"
            hx-target=(target) hx-select=(target) hx-swap="outerMorph" hx-replace-url="true" {
            (Icon::Search)
            input.input type="search" name="q" value=(query) placeholder=(label) aria-label=(label)
                autocomplete="off" autofocus[wanted] data-search;
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
    /// Blank where it is only how things usually are, and cannot go.
    pub without: &'a str,
    /// The same list with its editor open; where there is none yet.
    pub change: Option<&'a str>,
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
                    None => @match self.change {
                        Some(change) => a.chip-text href=(change) { (self.text()) },
                        None => span.chip-text { (self.text()) },
                    },
                }
                @if !self.without.is_empty() {
                    a.chip-remove href=(self.without) aria-label={ "Remove filter " (self.field) } { (Icon::X) }
                }
            }
        }
    }
}

/// A field one may filter by, under the name it has in the address.
#[derive(Debug, Clone, Copy)]
pub struct FieldToFilter<'a> {
    pub label: &'a str,
    pub name: &'a str,
    /// Under which head it stands; the first have none.
    pub group: Option<&'a str>,
}

/// The way to a menu of fields, which is long and so comes when it is asked for.
pub fn add_filter(href: &str) -> Markup {
    html! {
        a.button.button-quiet href=(href) aria-keyshortcuts="f" { (Icon::Filter) "Filter" }
    }
}

/// That menu; each field leads to the list with its filter open. `kept` is the list's address.
pub fn fields_to_filter(kept: &[(&str, &str)], fields: &[FieldToFilter<'_>]) -> Markup {
    html! {
        details.menu open {
            summary.button.button-quiet aria-keyshortcuts="f" { (Icon::Filter) "Filter" }
            form.menu-panel {
                input.input type="search" placeholder="Find a field" aria-label="Find a field"
                    autocomplete="off" data-narrow hidden;
                @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
                @for (position, field) in fields.iter().enumerate() {
                    @let before = position.checked_sub(1).and_then(|at| fields[at].group);
                    @if let Some(group) = field.group.filter(|_| field.group != before) {
                        p.menu-head { (group) }
                    }
                    button name="edit" value=(field.name) { (field.label) }
                }
            }
        }
    }
}

/// The same for very many fields, as one list to pick from.
pub fn pick_to_filter(kept: &[(&str, &str)], label: &str, fields: &[FieldToFilter<'_>]) -> Markup {
    html! {
        details.menu open {
            summary.button.button-quiet aria-keyshortcuts="f" { (Icon::Filter) "Filter" }
            form.menu-panel.menu-form {
                @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
                div.field {
                    label for="edit" { (label) }
                    select.input id="edit" name="edit" {
                        @for field in fields { option value=(field.name) { (field.label) } }
                    }
                }
                (Button::submit("Next").primary())
            }
        }
    }
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
            change: None,
            editor: None,
            open: false,
        };
        let html = chip.render().into_string();
        assert!(html.contains("&lt;Ready&gt;"));
        assert!(html.contains("href=\"/assets\" aria-label=\"Remove filter Status\""));
    }

    #[test]
    fn filters_can_be_added_without_script() {
        let field = |label, name, group| FieldToFilter { label, name, group };
        let told = |label, name| field(label, name, Some("Kandji"));
        let fields = [
            field("Product", "product", None),
            told("OS Version", "kandji.os_version"),
            told("Tags", "kandji.tags"),
        ];
        let html = fields_to_filter(&[("q", "mac")], &fields).into_string();
        assert!(html.starts_with("<details"));
        assert!(html.contains("<input type=\"hidden\" name=\"q\" value=\"mac\">"));
        assert!(html.contains("name=\"edit\" value=\"product\">Product"));
        assert_eq!(html.matches("Kandji</p>").count(), 1);
    }
}
