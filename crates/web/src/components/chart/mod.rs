//! Small charts. Every figure is text beside its drawing, so nothing is said in color or shape alone.

mod bars;
mod columns;
mod donut;

pub use bars::bars;
pub use columns::columns;
pub use donut::donut;

/// One part of a chart; `href` leads to the list of what is counted.
#[must_use]
#[derive(Debug, Clone, Copy)]
pub struct Slice<'a> {
    pub label: &'a str,
    pub value: u32,
    /// The value as people read it, where it is no plain number.
    pub text: Option<&'a str>,
    pub href: Option<&'a str>,
    /// Its own, `#rrggbb`; else the chart's.
    pub color: Option<&'a str>,
}

impl<'a> Slice<'a> {
    pub const fn new(label: &'a str, value: u32) -> Self {
        Self { label, value, text: None, href: None, color: None }
    }

    pub const fn text(self, text: &'a str) -> Self {
        Self { text: Some(text), ..self }
    }

    pub const fn color(self, color: Option<&'a str>) -> Self {
        Self { color, ..self }
    }

    pub const fn link(self, href: &'a str) -> Self {
        Self { href: Some(href), ..self }
    }
}

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(value: u32) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The part in `of` as a percentage with one decimal, for SVG attributes.
fn percent(part: u32, of: u32) -> String {
    format!("{:.1}", f64::from(part) * 100.0 / f64::from(of.max(1)))
}

fn value(slice: &Slice<'_>) -> String {
    slice.text.map_or_else(|| grouped(slice.value), str::to_owned)
}

fn label(slice: &Slice<'_>) -> maud::Markup {
    maud::html! {
        @match slice.href {
            Some(href) => a href=(href) { (slice.label) },
            None => span { (slice.label) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let check = |value, expect: &str| assert_eq!(grouped(value), expect);
        check(0, "0");
        check(999, "999");
        check(1_000, "1,000");
        check(1_234_567, "1,234,567");
    }

    #[test]
    fn a_share_of_nothing_is_nothing() {
        assert_eq!(percent(0, 0), "0.0");
        assert_eq!(percent(1, 3), "33.3");
    }
}
