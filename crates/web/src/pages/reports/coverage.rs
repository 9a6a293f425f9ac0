//! Coverage's page: how many there are of each finding, and the rows of the one chosen.

use app::Refusal;
use app::reports::coverage::{Coverage, Gap};
use app::reports::{Figure, Report, figures};
use maud::{Markup, html};

use super::super::answers::Answers;
use super::super::visitor::{Visitor, few};
use super::Shelved;
use crate::components::{Icon, stat, views};
use crate::error::Refused;

pub const SHELVED: Shelved = Shelved {
    word: "coverage",
    title: "Coverage",
    about: "What is in Kandji and not here, here and not in Kandji, held by someone else, or without a serial.",
    icon: Icon::GitMerge,
    small: &[
        "tag",
        "finding",
        "serial",
        "custodian",
        "kandji.device_name",
        "kandji.user.name",
        "why",
    ],
    made: |_, asked| Box::pin(async move { made(asked) }),
    above: |visitor, asked| Box::pin(above(visitor, asked)),
};

fn made(asked: &Answers) -> Result<Box<dyn Report>, Refused> {
    Ok(Box::new(Coverage { gap: gap(asked)? }))
}

fn gap(asked: &Answers) -> Result<Option<Gap>, Refusal> {
    let read = asked.some("gap").map(str::parse::<Gap>).transpose();
    read.map_err(|detail| Refusal::invalid("gap", detail))
}

async fn above(visitor: &Visitor, asked: &Answers) -> Result<Markup, Refused> {
    let figures = figures(&visitor.web.app, &visitor.caller).await?;
    let path = visitor.to("reports/coverage");
    let at = |key: &str| Answers::default().with("gap", key).at(&path);
    let chosen = gap(asked)?.map(|gap| gap.words().0);
    let links: Vec<(String, &Figure)> =
        figures.iter().map(|figure| (at(figure.key), figure)).collect();
    let mut ways: Vec<(&str, &str, bool)> = vec![(&path, "All", chosen.is_none())];
    let one = |(href, figure): &'_ (String, &Figure)| (figure.key, href.clone(), figure.label);
    let named: Vec<_> = links.iter().map(one).collect();
    ways.extend(
        named.iter().map(|(key, href, label)| (href.as_str(), *label, chosen == Some(*key))),
    );
    Ok(html! {
        div.cards {
            @for (href, figure) in &links { (stat(figure.label, few(figure.count), figure.note, href)) }
        }
        div.toolbar { (views("Findings", &ways)) }
    })
}
