//! Text meant for copying: serials, tokens, addresses, commands.

use maud::{Markup, html};

/// Plain text without the script; with it, a click or Enter copies.
pub fn copyable(text: &str) -> Markup {
    html! { @if !text.is_empty() { span.copy data-copy { (text) } } }
}

/// Several lines to copy or read as they are.
pub fn snippet(code: &str) -> Markup {
    html! { pre.code-block tabindex="0" { code { (code) } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_to_copy_is_nothing() {
        assert_eq!(copyable("").into_string(), "");
    }

    #[test]
    fn text_is_escaped() {
        assert!(copyable("<C02>").into_string().contains("&lt;C02&gt;"));
        assert!(snippet("a < b").into_string().contains("a &lt; b"));
    }
}
