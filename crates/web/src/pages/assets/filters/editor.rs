//! The inside of a filter's form, one shape a kind of field.

use domain::filters::{Days, Words, listed, turned};
use maud::{Markup, html};

use super::{Facet, Shape};
use crate::components::{Button, Icon, Pick};
use crate::pages::answers::Answers;

const IS: [Pick<'_>; 2] = [Pick::new("is", "is"), Pick::new("not", "is not")];
const TEXT: [Pick<'_>; 6] = [
    Pick::new("has", "contains"),
    Pick::new("lacks", "does not contain"),
    Pick::new("is", "is"),
    Pick::new("not", "is not"),
    Pick::new("blank", "is blank"),
    Pick::new("filled", "is not blank"),
];
const PERSON: [Pick<'_>; 4] = [
    Pick::new("has", "is called"),
    Pick::new("lacks", "is not called"),
    Pick::new("blank", "is nobody"),
    Pick::new("filled", "is somebody"),
];
const RANGES: [Pick<'_>; 8] = [
    Pick::new("last", "in the last"),
    Pick::new("next", "in the next"),
    Pick::new("ago", "longer ago than"),
    Pick::new("ahead", "later than in"),
    Pick::new("between", "from, until"),
    Pick::new("over", "after"),
    Pick::new("under", "before"),
    Pick::new("blank", "blank"),
];
const UNITS: [Pick<'_>; 4] = [
    Pick::new("days", "days"),
    Pick::new("weeks", "weeks"),
    Pick::new("months", "months"),
    Pick::new("years", "years"),
];
const AMOUNTS: [Pick<'_>; 4] = [
    Pick::new("between", "from, until"),
    Pick::new("over", "more than"),
    Pick::new("under", "less than"),
    Pick::new("blank", "blank"),
];

/// `rest` is the list's address without this filter; `texts` is what it says now.
pub fn editor(rest: &Answers, facet: &Facet, texts: &[&str], error: Option<&str>) -> Markup {
    html! {
        @for (name, value) in rest.pairs() { input type="hidden" name=(name) value=(value); }
        input type="hidden" name="filter" value=(facet.name);
        input type="hidden" name="shape" value=(facet.shape.word());
        @match facet.shape {
            Shape::List | Shape::Places | Shape::Choices => (picks(facet, texts)),
            Shape::Answer => (answer(facet, texts)),
            Shape::Text => (text(facet, texts, &TEXT)),
            Shape::Person => (text(facet, texts, &PERSON)),
            Shape::Days => (days(facet, texts)),
            Shape::Numbers | Shape::Money => (numbers(facet, texts)),
        }
        @if let Some(error) = error { p.error { (Icon::CircleAlert) (error) } }
        (Button::submit("Show").primary())
    }
}

/// Ids of inputs must differ between the chips of one page; what is sent must not.
fn named(facet: &Facet, part: &'static str) -> String {
    format!("{}.{part}", facet.name)
}

fn is_or_not(not: bool) -> Markup {
    html! {
        div.segmented role="group" aria-label="Relation" {
            @for pick in &IS {
                label {
                    input type="radio" name="relation" value=(pick.value)
                        checked[(pick.value == "not") == not];
                    (pick.label)
                }
            }
        }
    }
}

fn picks(facet: &Facet, texts: &[&str]) -> Markup {
    let (not, first) = texts.first().map_or((false, ""), |text| turned(text));
    let below = first.starts_with("in:");
    let whole = |text: &&str| match Words::read(turned(text).1) {
        Words::Blank => "none".to_owned(),
        Words::Whole(text) | Words::Part(text) => text,
    };
    let chosen: Vec<String> = if facet.shape == Shape::Choices {
        texts.iter().map(whole).collect()
    } else {
        let parts = texts.iter().flat_map(|text| listed(turned(text).1));
        parts.map(|part| part.strip_prefix("in:").unwrap_or(part).to_owned()).collect()
    };
    let yes_no = [("yes".to_owned(), "Yes".to_owned()), ("no".to_owned(), "No".to_owned())];
    let offered: &[(String, String)] = if facet.picks.is_empty() { &yes_no } else { &facet.picks };
    let blank = ("none".to_owned(), "Blank".to_owned());
    let blank = (facet.shape == Shape::Choices).then_some(&blank);
    html! {
        (is_or_not(not))
        fieldset.field.picks {
            legend.spoken { (facet.label) }
            div.checks {
                @for (value, label) in blank.into_iter().chain(offered) {
                    label.check {
                        input type="checkbox" name="value" value=(value) checked[chosen.contains(value)];
                        span { (label) }
                    }
                }
            }
        }
        @if facet.shape == Shape::Places {
            label.check {
                input type="checkbox" name="range" value="below" checked[below];
                span { "With the places inside them" }
            }
        }
    }
}

fn answer(facet: &Facet, texts: &[&str]) -> Markup {
    let now = texts.first().copied().unwrap_or_default();
    html! {
        div.segmented role="group" aria-label=(facet.label) {
            @for (value, label) in &facet.picks {
                label {
                    input type="radio" name="value" value=(value) checked[value == now];
                    (label)
                }
            }
        }
    }
}

fn text(facet: &Facet, texts: &[&str], relations: &[Pick<'_>]) -> Markup {
    let (not, what) = texts.first().map_or((false, ""), |text| turned(text));
    let (relation, value) = match Words::read(what) {
        Words::Blank => (if not { "filled" } else { "blank" }, String::new()),
        Words::Whole(text) if facet.shape == Shape::Text && !text.is_empty() => {
            (if not { "not" } else { "is" }, text)
        }
        Words::Part(text) => (if not { "lacks" } else { "has" }, text),
        Words::Whole(_) => ("has", String::new()),
    };
    html! {
        (select(facet, "relation", "Relation", relations, relation))
        (input(facet, "value", "Text", "text", &value))
    }
}

fn days(facet: &Facet, texts: &[&str]) -> Markup {
    let (not, what) = texts.first().map_or((false, ""), |text| turned(text));
    let said = what.parse::<Days>().map(|days| days.to_string()).unwrap_or_default();
    let counted = |rest: &str| {
        let (count, unit) = rest.split_once('-').unwrap_or_default();
        let unit = if unit.ends_with('s') { unit.to_owned() } else { format!("{unit}s") };
        (count.to_owned(), unit)
    };
    let ago = said.strip_prefix('<').and_then(|said| said.strip_suffix("-ago"));
    let (range, (count, unit)) = if what == "none" {
        ("blank", counted("30-days"))
    } else if let Some(rest) = said.strip_prefix("last-") {
        ("last", counted(rest))
    } else if let Some(rest) = said.strip_prefix("next-") {
        ("next", counted(rest))
    } else if let Some(rest) = ago {
        ("ago", counted(rest))
    } else if let Some(rest) = said.strip_prefix(">in-") {
        ("ahead", counted(rest))
    } else if said.is_empty() {
        (usual(&facet.name), counted("30-days"))
    } else {
        (open(&said).unwrap_or("between"), counted("30-days"))
    };
    let (from, until) = ends(&said);
    html! {
        (is_or_not(not))
        (select(facet, "range", "When", &RANGES, range))
        div.pair.counted {
            (input(facet, "count", "How many", "number", &count))
            (select(facet, "unit", "Unit", &UNITS, &unit))
        }
        div.pair.between {
            (input(facet, "from", "From", "date", from))
            (input(facet, "until", "Until", "date", until))
        }
    }
}

/// What is yet to come is asked about ahead.
fn usual(name: &str) -> &'static str {
    if matches!(name, "due_on" | "warranty_until") { "next" } else { "last" }
}

/// Which end a range has, where it has one that is not in it.
fn open(said: &str) -> Option<&'static str> {
    match (said.strip_prefix('>'), said.strip_prefix('<')) {
        (Some(from), _) if !from.starts_with('=') => Some("over"),
        (_, Some(until)) if !until.starts_with('=') => Some("under"),
        _ => None,
    }
}

/// The text of an end, without its `=`.
fn end(text: &str) -> &str {
    text.trim_start_matches('=').trim_start()
}

fn ends(said: &str) -> (&str, &str) {
    if let Some((from, until)) = said.split_once("..") {
        (from.trim(), until.trim())
    } else if let Some(until) = said.strip_prefix('<') {
        ("", end(until))
    } else if let Some(from) = said.strip_prefix('>') {
        (end(from), "")
    } else {
        (said, said)
    }
}

fn numbers(facet: &Facet, texts: &[&str]) -> Markup {
    let (not, what) = texts.first().map_or((false, ""), |text| turned(text));
    let blank = what == "none";
    let range = if blank { "blank" } else { open(what).unwrap_or("between") };
    let (from, until) = if blank { ("", "") } else { ends(what) };
    let money = facet.shape == Shape::Money;
    let (from, of_from) = if money { priced(from) } else { (from, "") };
    let (until, of_until) = if money { priced(until) } else { (until, "") };
    let currency = if of_from.is_empty() { of_until } else { of_from };
    html! {
        (is_or_not(not))
        (select(facet, "range", "How much", &AMOUNTS, range))
        div.pair.between {
            (input(facet, "from", "From", "text", from))
            (input(facet, "until", "Until", "text", until))
        }
        @if money { (input(facet, "currency", "Currency (blank: any)", "text", currency)) }
    }
}

/// `1000 EUR` as the amount and its currency.
fn priced(end: &str) -> (&str, &str) {
    end.trim().split_once(' ').unwrap_or((end, ""))
}

fn select(
    facet: &Facet,
    part: &'static str,
    label: &str,
    picks: &[Pick<'_>],
    chosen: &str,
) -> Markup {
    let id = named(facet, part);
    html! {
        div.field {
            label.spoken for=(id) { (label) }
            select.input id=(id) name=(part) {
                @for pick in picks {
                    option value=(pick.value) selected[pick.value == chosen] { (pick.label) }
                }
            }
        }
    }
}

fn input(facet: &Facet, part: &'static str, label: &str, kind: &str, value: &str) -> Markup {
    let id = named(facet, part);
    let value = Some(value).filter(|value| !value.is_empty());
    let (least, spoken) = ((kind == "number").then_some("0"), part == "value");
    html! {
        div.field {
            label.spoken[spoken] for=(id) { (label) }
            input.input type=(kind) id=(id) name=(part) value=[value] min=[least];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_shown_by_the_ends_it_has() {
        assert_eq!((open(">100"), ends(">100")), (Some("over"), ("100", "")));
        assert_eq!((open("<= 5"), ends("<= 5")), (None, ("", "5")));
        assert_eq!((open("<5"), ends("<5")), (Some("under"), ("", "5")));
        assert_eq!((open("1..9"), ends("1..9")), (None, ("1", "9")));
        assert_eq!((open("7"), ends("7")), (None, ("7", "7")));
        assert_eq!((open(""), ends("")), (None, ("", "")));
    }

    #[test]
    fn every_shape_says_which_it_is() {
        for shape in Shape::ALL {
            let facet = Facet { name: "x".into(), label: "X".into(), shape, picks: Vec::new() };
            let html = editor(&Answers::default(), &facet, &[], None).into_string();
            assert!(html.contains(&format!("name=\"shape\" value=\"{}\"", shape.word())));
        }
    }
}
