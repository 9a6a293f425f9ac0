//! Text that a spreadsheet program would run as a formula, made harmless.

use std::borrow::Cow;

/// A leading apostrophe goes before what a program could take for a formula: a text that begins
/// with `=`, `+`, `-`, `@` or a tab. Whoever names a laptop `=HYPERLINK(…)` names it, no more.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t']) {
        return Cow::Owned(format!("'{text}"));
    }
    Cow::Borrowed(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_could_be_a_formula_gets_an_apostrophe() {
        for dangerous in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"] {
            assert_eq!(harmless(dangerous), format!("'{dangerous}"));
        }
        for plain in ["", "MBP-0042", "1-2", " =1", "'=1", "a@example.com"] {
            assert_eq!(harmless(plain), plain);
        }
    }
}
