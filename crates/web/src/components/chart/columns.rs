//! Small columns: how something went, month by month.

use maud::{Markup, html};

use super::{Slice, value};

const HEIGHT: f64 = 100.0;

/// The highest column fills the height; a column of nothing is a line.
pub fn columns(slices: &[Slice<'_>]) -> Markup {
    let highest = slices.iter().map(|slice| slice.value).max().unwrap_or_default().max(1);
    html! {
        ol.columns {
            @for slice in slices {
                @let height = f64::from(slice.value) * HEIGHT / f64::from(highest);
                li {
                    span.value { (value(slice)) }
                    svg viewBox="0 0 10 100" preserveAspectRatio="none" aria-hidden="true" {
                        rect width="10" height=(format!("{height:.1}")) y=(format!("{:.1}", HEIGHT - height)) {}
                    }
                    span.label { (slice.label) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_are_shares_of_the_highest() {
        let html = columns(&[Slice::new("Jan", 10), Slice::new("Feb", 40)]).into_string();
        assert!(html.contains("height=\"25.0\" y=\"75.0\""));
        assert!(html.contains("height=\"100.0\" y=\"0.0\""));
    }
}
