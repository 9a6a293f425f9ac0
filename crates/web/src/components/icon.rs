//! Icons stand in the page itself: no request, and they take the color of the text around them.

use maud::{Markup, PreEscaped, Render, html};

include!(concat!(env!("OUT_DIR"), "/icons.rs"));

/// Decoration beside a text that says the same; screen readers pass it over.
pub fn icon(icon: Icon) -> Markup {
    html! { svg.icon viewBox="0 0 24 24" aria-hidden="true" { (PreEscaped(icon.shapes())) } }
}

impl Render for Icon {
    fn render(&self) -> Markup {
        icon(*self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_icon_is_a_drawing_without_a_voice() {
        let drawn = icon(Icon::Plus).into_string();
        assert!(drawn.starts_with("<svg class=\"icon\""));
        assert!(drawn.contains("aria-hidden=\"true\""));
        assert!(drawn.contains("<path d=\"M5 12h14\"/>"));
    }
}
