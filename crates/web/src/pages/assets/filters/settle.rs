//! What a filter's form says, written as it stands in an address. Forms work without a script, so
//! they send their parts, and the list answers with the address that says the same.

use domain::filters::Words;

use super::Shape;
use crate::pages::answers::Answers;

/// The parts of such forms.
const PARTS: [&str; 10] =
    ["filter", "shape", "relation", "value", "range", "count", "unit", "from", "until", "currency"];

impl Shape {
    pub const ALL: [Shape; 9] = [
        Shape::List,
        Shape::Places,
        Shape::Choices,
        Shape::Answer,
        Shape::Text,
        Shape::Person,
        Shape::Days,
        Shape::Numbers,
        Shape::Money,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Shape::List => "list",
            Shape::Places => "places",
            Shape::Choices => "choices",
            Shape::Answer => "answer",
            Shape::Text => "text",
            Shape::Person => "person",
            Shape::Days => "days",
            Shape::Numbers => "numbers",
            Shape::Money => "money",
        }
    }
}

/// The same address with the form's filter in it; nothing where no form was sent.
pub fn settled(asked: &Answers) -> Option<Answers> {
    let name = asked.some("filter")?;
    let shape = Shape::ALL.into_iter().find(|shape| shape.word() == asked.get("shape"))?;
    let mut rest = asked.without(name).without("edit").without("cursor");
    for part in PARTS {
        rest = rest.without(part);
    }
    Some(texts(shape, asked).iter().fold(rest, |rest, text| rest.and(name, text)))
}

fn texts(shape: Shape, asked: &Answers) -> Vec<String> {
    let not = if asked.get("relation") == "not" { "!" } else { "" };
    let values: Vec<&str> = asked.all("value").filter(|value| !value.is_empty()).collect();
    let value = values.first().copied().unwrap_or_default();
    match shape {
        Shape::List | Shape::Places if values.is_empty() => Vec::new(),
        Shape::List => vec![format!("{not}{}", values.join(","))],
        Shape::Places => {
            let below = if asked.get("range") == "below" { "in:" } else { "" };
            vec![format!("{not}{below}{}", values.join(","))]
        }
        Shape::Choices => {
            let whole = |value: &&str| match *value {
                "none" => format!("{not}none"),
                value => format!("{not}{}", Words::Whole(value.to_owned())),
            };
            values.iter().map(whole).collect()
        }
        Shape::Answer => values.iter().map(|value| (*value).to_owned()).collect(),
        Shape::Text | Shape::Person => match asked.get("relation") {
            "blank" => vec!["none".into()],
            "filled" => vec!["!none".into()],
            _ if value.is_empty() => Vec::new(),
            "is" => vec![Words::Whole(value.to_owned()).to_string()],
            "not" => vec![format!("!{}", Words::Whole(value.to_owned()))],
            "lacks" => vec![format!("!{}", Words::Part(value.to_owned()))],
            _ => vec![Words::Part(value.to_owned()).to_string()],
        },
        Shape::Days => days(asked).map(|text| format!("{not}{text}")).into_iter().collect(),
        Shape::Numbers | Shape::Money => {
            let blank = asked.get("range") == "blank";
            let currency = asked.some("currency").filter(|_| shape == Shape::Money && !blank);
            let text = if blank { Some("none".to_owned()) } else { range(asked) };
            let text = text.map(|text| currency.map_or(text.clone(), |code| in_(&text, code)));
            text.map(|text| format!("{not}{text}")).into_iter().collect()
        }
    }
}

fn days(asked: &Answers) -> Option<String> {
    let count = asked.some("count");
    let unit = asked.some("unit").unwrap_or("days");
    match asked.get("range") {
        "blank" => Some("none".into()),
        "last" => count.map(|count| format!("last-{count}-{unit}")),
        "next" => count.map(|count| format!("next-{count}-{unit}")),
        "ago" => count.map(|count| format!("<{count}-{unit}-ago")),
        "ahead" => count.map(|count| format!(">in-{count}-{unit}")),
        _ => range(asked),
    }
}

fn range(asked: &Answers) -> Option<String> {
    match asked.get("range") {
        "over" => {
            return asked.some("from").or(asked.some("until")).map(|from| format!(">{from}"));
        }
        "under" => {
            return asked.some("until").or(asked.some("from")).map(|until| format!("<{until}"));
        }
        _ => {}
    }
    match (asked.some("from"), asked.some("until")) {
        (None, None) => None,
        (Some(from), Some(until)) if from == until => Some(from.to_owned()),
        (from, until) => {
            Some(format!("{}..{}", from.unwrap_or_default(), until.unwrap_or_default()))
        }
    }
}

/// The range in one currency; each end says it, but for one that is open.
fn in_(range: &str, currency: &str) -> String {
    let code = currency.trim().to_uppercase();
    let end = |end: &str| if end.is_empty() { String::new() } else { format!("{end} {code}") };
    range.split("..").map(end).collect::<Vec<_>>().join("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sent: &str, expected: &str) {
        let pairs: Vec<(String, String)> =
            url::form_urlencoded::parse(sent.as_bytes()).into_owned().collect();
        let asked = pairs.iter().fold(Answers::default(), |all, (name, text)| all.and(name, text));
        let at = settled(&asked).unwrap().at("");
        let plain: Vec<(String, String)> =
            url::form_urlencoded::parse(at.trim_start_matches('?').as_bytes())
                .into_owned()
                .collect();
        let plain: Vec<_> = plain.iter().map(|(name, text)| format!("{name}={text}")).collect();
        assert_eq!(plain.join("&"), expected);
    }

    #[test]
    fn a_form_becomes_the_address_that_says_the_same() {
        check(
            "q=mac&status=old&filter=status&shape=list&relation=not&value=a&value=b&cursor=x",
            "q=mac&status=!a,b",
        );
        check("filter=location&shape=places&relation=is&value=a&range=below", "location=in:a");
        check("filter=name&shape=text&relation=has&value=none", "name=~\"none\"");
        check("filter=name&shape=text&relation=filled&value=", "name=!none");
        check(
            "filter=due_on&shape=days&relation=is&range=next&count=7&unit=days",
            "due_on=next-7-days",
        );
        check("filter=due_on&shape=days&range=ago&count=1&unit=months", "due_on=<1-months-ago");
        check("filter=cost&shape=numbers&range=between&from=100&until=", "cost=100..");
        check("filter=cost&shape=numbers&range=over&from=100&until=7", "cost=>100");
        let over = "filter=cost&shape=money&range=over&from=1000&until=&currency";
        check(&format!("{over}=eur"), "cost=>1000 EUR");
        check(&format!("{over}="), "cost=>1000");
        let between = "filter=cost&shape=money&range=between&from=1&until=9&currency=USD";
        check(between, "cost=1 USD..9 USD");
        check("filter=due_on&shape=days&range=under&until=2026-03-01", "due_on=<2026-03-01");
        check("filter=fields.x&shape=choices&value=a,+b&value=c", "fields.x=a, b&fields.x=c");
        check("filter=status&shape=list&relation=is", "");
    }

    #[test]
    fn without_a_form_nothing_is_settled() {
        assert_eq!(settled(&Answers::default().with("status", "a")), None);
    }
}
