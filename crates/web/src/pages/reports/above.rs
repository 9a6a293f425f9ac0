//! What stands above a report's rows: its filters, and the questions that only it asks.

use app::reports::FURTHER;
use app::reports::coverage::Gap;
use app::reports::shelf::Shelved;
use app::reports::warranty::Within;
use domain::access::Role;
use maud::{Markup, html};

use super::super::answers::{Answers, Wrong};
use super::super::assets::filters;
use super::super::visitor::Visitor;
use super::path_of;
use crate::components::{Button, Chip, Field, Icon, Pick, search_box, views};
use crate::error::Refused;

pub async fn above(
    visitor: &Visitor,
    report: &Shelved,
    asked: &Answers,
) -> Result<Markup, Refused> {
    let path = path_of(report);
    if !report.is_of_assets() {
        let ways = Gap::ALL.map(|gap| (gap.words().0.to_owned(), gap.words().1.to_owned()));
        return Ok(
            html! { div.toolbar { (ways_of(visitor, asked, &path, "gap", "Findings", &ways)) } },
        );
    }
    let names = filters::names(visitor, asked).await?;
    let chips = filters::chips(visitor, asked, &path, &names, &Wrong::default()).await?;
    let kept = asked.without("q").without("cursor").without("edit");
    let kept: Vec<_> = kept.pairs().collect();
    Ok(html! {
        div.toolbar {
            (search_box(&visitor.to(&path), asked.get("q"), "Search assets", &kept, "#main"))
            (chips)
            @match report.name {
                "assets" => (details(visitor, asked, &path)),
                "value" => {
                    (as_of(visitor, asked, &path))
                    @if visitor.may(Role::Viewer) {
                        (Button::link(&visitor.to("reports/useful-lives"), "Useful lives").icon(Icon::Settings).quiet())
                    }
                }
                "warranty" => {
                    @let ways = Within::ALL.map(|within| (within.word(), within.label()));
                    (ways_of(visitor, asked, &path, "within", "Spans", &ways))
                }
                _ => {}
            }
        }
    })
}

/// The same report seen in a few ways; the first is all of them.
fn ways_of(
    visitor: &Visitor,
    asked: &Answers,
    path: &str,
    name: &str,
    label: &str,
    ways: &[(String, String)],
) -> Markup {
    let rest = asked.without(name).without("cursor").without("edit");
    let path = visitor.to(path);
    let all = rest.at(&path);
    let chosen = asked.get(name);
    let links: Vec<String> = ways.iter().map(|(word, _)| rest.with(name, word).at(&path)).collect();
    let mut shown: Vec<(&str, &str, bool)> = vec![(&all, "All", chosen.is_empty())];
    shown.extend(
        links
            .iter()
            .zip(ways)
            .map(|(href, (word, label))| (href.as_str(), label.as_str(), chosen == word)),
    );
    views(label, &shown)
}

fn details(visitor: &Visitor, asked: &Answers, path: &str) -> Markup {
    let named = asked.all("details").flat_map(|some| some.split(','));
    let chosen: Vec<&str> = named.filter(|key| !key.is_empty()).collect();
    let kept = asked.without("details").without("cursor").without("edit");
    let picks = FURTHER.map(|(label, key)| Pick::new(key, label));
    let editor = html! {
        @for (name, value) in kept.pairs() { input type="hidden" name=(name) value=(value); }
        (Field::new("details", "Details beside the eleven").checks(&picks, &chosen))
        (Button::submit("Show").primary())
    };
    let value = match chosen.len() {
        0 => "the eleven".to_owned(),
        more => format!("the eleven and {more} more"),
    };
    let without = if chosen.is_empty() { String::new() } else { kept.at(&visitor.to(path)) };
    let (field, relation, editor) = ("Kandji details", "are", Some(editor));
    html! { (Chip { field, relation, value: &value, without: &without, change: None, editor, open: false }) }
}

fn as_of(visitor: &Visitor, asked: &Answers, path: &str) -> Markup {
    let day = asked.get("as_of");
    let kept = asked.without("as_of").without("cursor").without("edit");
    let editor = html! {
        @for (name, value) in kept.pairs() { input type="hidden" name=(name) value=(value); }
        (Field::new("as_of", "At the end of this day").date(day))
        (Button::submit("Show").primary())
    };
    let value = if day.is_empty() { "today" } else { day };
    let without = if day.is_empty() { String::new() } else { kept.at(&visitor.to(path)) };
    let (field, relation, editor) = ("Worth", "on", Some(editor));
    html! { (Chip { field, relation, value, without: &without, change: None, editor, open: false }) }
}
