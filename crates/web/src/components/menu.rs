//! A menu that drops from a button; a `<details>`, so it needs no script.

use maud::{Markup, html};

use super::Icon;

/// On which side of its face a menu opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opens {
    Below,
    /// Below, flush with the face's end: for menus at the page's far edge.
    BelowEnd,
    Above,
}

/// `look` is the class of what is clicked: `button`, `button button-quiet`, `nav-row`.
pub fn menu(opens: Opens, look: &str, face: &Markup, items: &Markup) -> Markup {
    html! {
        details.menu.menu-end[opens == Opens::BelowEnd].menu-up[opens == Opens::Above] {
            summary class=(look) { (face) }
            div.menu-panel { (items) }
        }
    }
}

pub fn menu_link(href: &str, icon: Option<Icon>, label: &str) -> Markup {
    html! { a.menu-item href=(href) { @if let Some(icon) = icon { (icon) } (label) } }
}

pub fn menu_post(action: &str, icon: Icon, label: &str) -> Markup {
    html! {
        form method="post" action=(action) { button.menu-item { (icon) (label) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_goes_to_the_menu_and_the_look_to_its_face() {
        let html = menu(Opens::BelowEnd, "button", &html! { "More" }, &html! {}).into_string();
        assert!(html.contains("class=\"menu menu-end\""));
        assert!(html.contains("<summary class=\"button\">More"));
    }
}
