//! The little Markdown that the document's descriptions are written in, as HTML: paragraphs, lists,
//! **bold**, *emphasis* and `code`.

use maud::{Markup, html};

/// Paragraphs and lists, apart by blank lines.
pub fn blocks(text: &str) -> Markup {
    html! {
        @for block in text.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
            @if block.starts_with("- ") {
                ul { @for item in block.trim_start_matches("- ").split("\n- ") { li { (line(item)) } } }
            } @else {
                p { (line(block)) }
            }
        }
    }
}

/// Text in one line; within code nothing else is meant.
pub fn line(text: &str) -> Markup {
    html! {
        @for (n, part) in text.split('`').enumerate() {
            @if n % 2 == 1 { code { (part) } } @else { (stressed(part)) }
        }
    }
}

/// A star that is alone is a star.
fn stressed(text: &str) -> Markup {
    let marked = ["**", "*"].into_iter().find_map(|mark| {
        let (before, rest) = text.split_once(mark)?;
        let (inside, after) = rest.split_once(mark)?;
        Some((mark, before, inside, after))
    });
    let Some((mark, before, inside, after)) = marked else { return html! { (text) } };
    html! {
        (before)
        @if mark == "**" { strong { (inside) } } @else { em { (inside) } }
        (stressed(after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_of_markdown_become_what_they_mean() {
        let check = |text, expect: &str| assert_eq!(blocks(text).into_string(), expect);
        check("**Filters** of `a**b`", "<p><strong>Filters</strong> of <code>a**b</code></p>");
        check("see *Filters* above", "<p>see <em>Filters</em> above</p>");
        check("one\nline\n\nanother", "<p>one\nline</p><p>another</p>");
        check("- one `1`\n- two", "<ul><li>one <code>1</code></li><li>two</li></ul>");
        check("2 * 3 <b>", "<p>2 * 3 &lt;b&gt;</p>");
        check("", "");
    }
}
