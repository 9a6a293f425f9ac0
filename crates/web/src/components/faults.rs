//! What a page says of answers that came back: which need another look, and the first in focus.

use maud::{Markup, PreEscaped, Render, html};

use super::{Callout, Tone};

/// How a question marks that its answer will not do; text is escaped, so nobody can write this.
const MARK: &str = " aria-invalid=\"true\"";
/// Questions of a form that is in sight as a whole, where a summary would only repeat them.
const FEW: usize = 3;

/// The page with the first bad answer in focus and, above a longer form, links to all of them.
/// Done on the page as a whole, since only there is known which one comes first.
pub fn summed_up(page: Markup) -> Markup {
    let PreEscaped(mut page) = page;
    let Some(first) = page.find(MARK) else { return PreEscaped(page) };
    let summary = summary(&page, first);
    page.insert_str(first, " autofocus");
    if let Some((at, summary)) = summary {
        page.insert_str(at, &summary.into_string());
    }
    PreEscaped(page)
}

/// What stands above the form of the first bad answer, and where.
fn summary(page: &str, first: usize) -> Option<(usize, Markup)> {
    let form = page.get(..first)?.rfind("<form")?;
    let begin = form + page.get(form..)?.find('>')? + 1;
    let inside = page.get(begin..)?.split("</form>").next()?;
    if inside.matches(" class=\"field").count() <= FEW {
        return None;
    }
    let bad: Vec<_> = inside.match_indices(MARK).filter_map(|(at, _)| asked(inside, at)).collect();
    let title = match bad.len() {
        1 => "1 answer needs another look".to_owned(),
        more => format!("{more} answers need another look"),
    };
    let links = html! {
        @for (n, (id, label)) in bad.iter().enumerate() {
            @if n > 0 { ", " }
            a href={ "#" (PreEscaped(id)) } { (PreEscaped(label)) }
        }
    };
    Some((begin, Callout::new(Tone::Danger, &title).body(links).render()))
}

/// The id and the label of a question that is marked here; both are escaped already.
fn asked(page: &str, at: usize) -> Option<(&str, &str)> {
    let (before, after) = page.split_at_checked(at)?;
    let tag = before.get(before.rfind('<')?..)?;
    let value = |text: &'_ str, name: &str| -> Option<(usize, usize)> {
        let from = text.find(name)? + name.len();
        Some((from, from + text.get(from..)?.find('"')?))
    };
    let id = value(tag, " id=\"").and_then(|(from, to)| tag.get(from..to))?;
    let label = value(after, " data-asked=\"").and_then(|(from, to)| after.get(from..to))?;
    Some((id, label))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::{Field, Pick};

    fn form(asked: &[Markup]) -> String {
        summed_up(html! { form method="post" { @for one in asked { (one) } } }).into_string()
    }

    #[test]
    fn the_first_bad_answer_is_in_focus_and_all_are_named_above_a_long_form() {
        let bad = Some("no");
        let ask = |name| Field::new(name, name).text("");
        let picks = [Pick::new("a", "A")];
        let html = form(&[
            ask("one"),
            Field::new("two", "Size & <such>").error(bad).text("x"),
            ask("three"),
            Field::new("four", "Four").error(bad).checks(&picks, &[]),
        ]);
        assert_eq!(html.matches(" autofocus").count(), 1, "{html}");
        assert!(html.contains("value=\"x\" autofocus aria-invalid"), "{html}");
        assert!(html.starts_with("<form method=\"post\"><div class=\"callout"), "{html}");
        assert!(html.contains("2 answers need another look"), "{html}");
        let links = "<a href=\"#two\">Size &amp; &lt;such&gt;</a>, <a href=\"#four\">Four</a>";
        assert!(html.contains(links), "{html}");
        assert!(html.contains("id=\"four\""), "{html}");
    }

    #[test]
    fn a_form_in_sight_as_a_whole_only_has_the_focus_and_a_good_one_nothing() {
        let bad = form(&[Field::new("one", "One").error(Some("no")).text("")]);
        assert!(bad.contains(" autofocus") && !bad.contains("another look"), "{bad}");
        let good = form(&[Field::new("one", "aria-invalid=\"true\"").text("")]);
        assert!(!good.contains("autofocus"), "{good}");
    }
}
