//! A filter in words, as its chip shows it: "is not" and "Ready, Lost".

use app::names::Names;
use domain::filters::{Days, Words, listed, turned};
use jiff::civil::Date;

use super::{Facet, Shape};

/// The relation and the value; both blank where nothing is said yet.
pub fn phrase(facet: &Facet, texts: &[&str], names: &Names) -> (String, String) {
    let mut phrases: Vec<(String, Vec<String>)> = Vec::new();
    for text in texts {
        let (relation, value) = one(facet, text, names);
        match phrases.iter_mut().find(|(known, _)| *known == relation) {
            Some((_, values)) => values.push(value),
            None => phrases.push((relation, vec![value])),
        }
    }
    match &phrases[..] {
        [] => (String::new(), String::new()),
        [(relation, values)] => (relation.clone(), values.join(", ")),
        several => {
            let told = several.iter().map(|(relation, values)| {
                format!("{relation} {}", values.join(", ")).trim().to_owned()
            });
            (String::new(), told.collect::<Vec<_>>().join(" and "))
        }
    }
}

fn one(facet: &Facet, text: &str, names: &Names) -> (String, String) {
    let (not, what) = turned(text);
    let is = if not { "is not" } else { "is" };
    match facet.shape {
        Shape::List | Shape::Answer => (is.into(), chosen(facet, what, names)),
        Shape::Places => match what.strip_prefix("in:") {
            Some(within) => (format!("{is} in"), chosen(facet, within, names)),
            None => (is.into(), chosen(facet, what, names)),
        },
        Shape::Choices => match Words::read(what) {
            Words::Blank => blank(not),
            Words::Whole(value) | Words::Part(value) => (is.into(), picked(facet, &value)),
        },
        Shape::Person if !what.starts_with('~') => match what {
            "none" if not => ("is".into(), "somebody".into()),
            "none" => ("is".into(), "nobody".into()),
            ids => (is.into(), chosen(facet, ids, names)),
        },
        Shape::Text | Shape::Person => match Words::read(what) {
            Words::Blank => blank(not),
            Words::Whole(whole) => (is.into(), whole),
            Words::Part(part) if not => ("does not contain".into(), part),
            Words::Part(part) => ("contains".into(), part),
        },
        Shape::Days | Shape::Numbers | Shape::Money if what == "none" => blank(not),
        Shape::Days => {
            let (relation, value) = days(what);
            (if not { format!("not {relation}") } else { relation.into() }, value)
        }
        Shape::Numbers => (is.into(), numbers(what)),
        Shape::Money if what.bytes().any(|byte| byte.is_ascii_alphabetic()) => {
            (is.into(), numbers(what))
        }
        Shape::Money => (is.into(), format!("{}, any currency", numbers(what))),
    }
}

fn blank(not: bool) -> (String, String) {
    ("is".into(), if not { "not blank" } else { "blank" }.into())
}

fn picked(facet: &Facet, value: &str) -> String {
    let found = facet.picks.iter().find(|(known, _)| known == value);
    found.map_or(value, |(_, label)| label).to_owned()
}

/// Ids and words by their names.
fn chosen(facet: &Facet, text: &str, names: &Names) -> String {
    let name = |part: &str| {
        let picked = facet.picks.iter().find(|(value, _)| value == part);
        picked.map_or_else(|| names.called(part), |(_, label)| label).to_owned()
    };
    listed(text).map(name).collect::<Vec<_>>().join(", ")
}

fn numbers(text: &str) -> String {
    match text.split_once("..") {
        Some((from, "")) => format!("{from} or more"),
        Some(("", until)) => format!("{until} or less"),
        Some((from, until)) => format!("{from} to {until}"),
        None => match (text.strip_prefix('>'), text.strip_prefix('<')) {
            (Some(from), _) if !from.starts_with('=') => format!("more than {from}"),
            (_, Some(until)) if !until.starts_with('=') => format!("less than {until}"),
            _ => text.to_owned(),
        },
    }
}

fn days(text: &str) -> (&'static str, String) {
    // The words that stood here before filters could say more.
    let text = match text {
        "overdue" => "<today",
        "week" => "<in-8-days",
        "any" => return ("is", "any day".into()),
        text => text,
    };
    let Ok(days) = text.parse::<Days>() else { return ("is", text.to_owned()) };
    let said = days.to_string();
    if said.starts_with("last-") || said.starts_with("next-") {
        return ("in the", said.replace('-', " "));
    }
    if let Some(day) = said.strip_prefix('<') {
        return ("before", spaced(day));
    }
    if let Some(day) = said.strip_prefix('>') {
        return ("after", spaced(day));
    }
    match said.split_once("..") {
        Some((from, "")) => ("from", format!("{} on", spaced(from))),
        Some(("", until)) => ("until", spaced(until)),
        Some((from, until)) => ("from", format!("{} to {}", spaced(from), spaced(until))),
        None => ("on", spaced(&said)),
    }
}

/// `30 days ago`, and a date as everywhere.
fn spaced(day: &str) -> String {
    day.parse::<Date>().map_or_else(|_| day.replace('-', " "), app::words::day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(shape: Shape, texts: &[&str]) -> String {
        let picks = vec![("a".into(), "Ready".into()), ("b".into(), "Lost".into())];
        let facet = Facet { name: "x".into(), label: "X".into(), shape, picks };
        let (relation, value) = phrase(&facet, texts, &Names::default());
        format!("{relation} {value}").trim().to_owned()
    }

    #[test]
    fn filters_read_as_people_would_say_them() {
        for (shape, texts, expected) in [
            (Shape::List, &["a,b"][..], "is Ready, Lost"),
            (Shape::List, &["a", "b"], "is Ready, Lost"),
            (Shape::List, &["!a"], "is not Ready"),
            (Shape::List, &["gone"], "is one that is gone"),
            (Shape::Places, &["in:a"], "is in Ready"),
            (Shape::Text, &["~mac", "!~air"], "contains mac and does not contain air"),
            (Shape::Text, &["!none"], "is not blank"),
            (Shape::Person, &["none"], "is nobody"),
            (Shape::Days, &["last-30-days"], "in the last 30 days"),
            (Shape::Days, &["!next-1-month"], "not in the next 1 month"),
            (Shape::Days, &["<30-days-ago"], "before 30 days ago"),
            (Shape::Days, &["2026-01-01..2026-02-01"], "from 1 Jan 2026 to 1 Feb 2026"),
            (Shape::Days, &["overdue"], "before today"),
            (Shape::Numbers, &["100.."], "is 100 or more"),
            (Shape::Numbers, &[">7"], "is more than 7"),
            (Shape::Money, &["<100"], "is less than 100, any currency"),
            (Shape::Money, &[">1000 EUR"], "is more than 1000 EUR"),
            (Shape::Numbers, &[], ""),
        ] {
            assert_eq!(said(shape, texts), expected, "{texts:?}");
        }
    }
}
