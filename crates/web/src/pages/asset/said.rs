//! What each source says of an asset: the eleven details first, everything else folded, and the
//! device ids it was known by.

use app::details::{ELEVEN, Line, Said, Shown};
use maud::{Markup, html};
use reconcile::inventory::Absence;

use crate::components::{Callout, Panel, Tone, copyable, facts, facts_wide, fold};
use crate::pages::visitor::Visitor;
use crate::pages::words::titled;

pub fn panels(visitor: &Visitor, said: &[Said]) -> Markup {
    html! { @for one in said { (panel(visitor, one)) } }
}

fn panel(visitor: &Visitor, said: &Said) -> Markup {
    let (first, rest) = said.lines.split_at(ELEVEN.min(said.lines.len()));
    let source = visitor.to(&format!("sources/{}", said.device.source));
    let aside = html! {
        span.quiet-text {
            a href=(source) { (said.device.source_name) }
            @if let Some(at) = said.device.seen_at { " · changed " (visitor.now.ago(at)) }
        }
    };
    let rest_note = rest.len().to_string();
    let rest: Vec<Line> = rest
        .iter()
        .map(|line| Line {
            label: titled(&line.label.replace('.', " › ")),
            value: line.value.clone(),
        })
        .collect();
    html! {
        (gone(visitor, &said.device.link.absence))
        (Panel::new("Kandji details").aside(aside).body(facts_wide(&shown(visitor, first))).edge_to_edge(html! {
            @if !rest.is_empty() { (fold("Everything else Kandji sent", &rest_note, &facts_wide(&shown(visitor, &rest)))) }
            (fold("Link", "", &link(said)))
        }))
    }
}

fn shown<'a>(visitor: &Visitor, lines: &'a [Line]) -> Vec<(&'a str, Markup)> {
    let value = |value: &Shown| match value {
        Shown::Blank => html! {},
        Shown::Text(text) => html! { (text) },
        Shown::YesNo(yes) => html! { (if *yes { "Yes" } else { "No" }) },
        Shown::Time(at) => visitor.now.ago(*at),
    };
    lines.iter().map(|line| (line.label.as_str(), value(&line.value))).collect()
}

fn gone(visitor: &Visitor, absence: &Absence) -> Markup {
    let since = match absence {
        Absence::Present => return html! {},
        Absence::MissedSince(at) | Absence::Unseen(at) => visitor.now.ago(*at),
    };
    let title = match absence {
        Absence::Unseen(_) => "This device is gone from Kandji",
        _ => "The last run did not find this device in Kandji",
    };
    let body = html! {
        "Missing since " (since) ". The asset stays as it is; archive it once you know what became of it."
    };
    html! { (Callout::new(Tone::Warning, title).body(body)) }
}

fn link(said: &Said) -> Markup {
    let link = &said.device.link;
    let past = html! {
        @for (n, id) in link.past.iter().rev().enumerate() { @if n > 0 { ", " } (copyable(id.as_str())) }
    };
    facts(&[
        ("Device id in Kandji", copyable(link.device_id.as_str())),
        ("Ids it had before", past),
    ])
}
