//! Horizontal bars: which of these has most.

use maud::{Markup, html};

use super::{Slice, label, percent, value};

/// The longest bar fills the width.
pub fn bars(slices: &[Slice<'_>]) -> Markup {
    let longest = slices.iter().map(|slice| slice.value).max().unwrap_or_default();
    html! {
        ul.bars {
            @for slice in slices {
                li {
                    (label(slice))
                    span.value { (value(slice)) }
                    svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" {
                        rect width=(percent(slice.value, longest)) height="6" {}
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
    fn the_longest_bar_is_full_and_its_figure_is_text() {
        let html =
            bars(&[Slice::new("<Mac>", 1200), Slice::new("iPad", 300).link("/x")]).into_string();
        assert!(html.contains("&lt;Mac&gt;") && html.contains("1,200"));
        assert!(html.contains("width=\"100.0\"") && html.contains("width=\"25.0\""));
        assert!(html.contains("<a href=\"/x\">iPad</a>"));
    }
}
