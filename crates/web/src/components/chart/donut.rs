//! A ring of shares with its legend; the legend holds the figures.

use maud::{Markup, html};

use super::{Slice, grouped, label, percent, value};

const COLORS: usize = 6;

/// Slices after the sixth share the last color; group small ones before calling.
pub fn donut(slices: &[Slice<'_>]) -> Markup {
    let total: u32 = slices.iter().map(|slice| slice.value).sum();
    let starts = slices.iter().scan(0, |sum, slice| {
        let start = *sum;
        *sum += slice.value;
        Some(start)
    });
    html! {
        div.donut {
            svg viewBox="0 0 42 42" aria-hidden="true" {
                @for (index, (slice, start)) in slices.iter().zip(starts).enumerate() {
                    circle class=(color(index)) cx="21" cy="21" r="17" pathLength="100" stroke=(slice.color.unwrap_or("currentColor"))
                        stroke-dasharray={ (percent(slice.value, total)) " 100" }
                        stroke-dashoffset={ "-" (percent(start, total)) } transform="rotate(-90 21 21)" {}
                }
                text x="21" y="24" { (grouped(total)) }
            }
            ul {
                @for (index, slice) in slices.iter().enumerate() {
                    li {
                        svg.swatch.(color(index)) viewBox="0 0 1 1" aria-hidden="true" {
                            rect width="1" height="1" fill=(slice.color.unwrap_or("currentColor")) {}
                        }
                        (label(slice))
                        span.value { (value(slice)) }
                    }
                }
            }
        }
    }
}

fn color(index: usize) -> String {
    format!("series-{}", index.min(COLORS - 1) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_has_its_own_color_where_it_has_one() {
        let html = donut(&[Slice::new("Ready", 1).color(Some("#22aa66"))]).into_string();
        assert_eq!(html.matches("=\"#22aa66\"").count(), 2);
    }

    #[test]
    fn each_share_begins_where_the_last_ended() {
        let html = donut(&[Slice::new("Ready", 75), Slice::new("Repair", 25)]).into_string();
        assert!(html.contains("stroke-dasharray=\"75.0 100\" stroke-dashoffset=\"-0.0\""));
        assert!(html.contains("stroke-dasharray=\"25.0 100\" stroke-dashoffset=\"-75.0\""));
        assert!(html.contains(">100</text>"));
    }
}
