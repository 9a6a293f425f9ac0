//! What a report comes to, drawn: figures as cards, charts as panels.

use app::reports::{Chart, Part, Shape, Summary};
use maud::{Markup, html};

use super::super::answers::Answers;
use super::super::visitor::{Visitor, few};
use super::super::words::hex;
use super::href;
use crate::components::{Panel, Slice, bars, columns, donut, figure, stat};

pub fn figures(visitor: &Visitor, asked: &Answers, path: &str, summary: &Summary) -> Markup {
    html! {
        @if !summary.figures.is_empty() {
            @let amounts = summary.figures.iter().all(|figure| figure.shown.is_some());
            div.cards.cards-3[amounts] {
                @for one in &summary.figures {
                    @let to = href(visitor, asked, path, &one.link);
                    @match (&one.shown, &to) {
                        (None, Some(href)) => (stat(&one.label, few(one.count), &one.note, href)),
                        (shown, href) => {
                            @let count = crate::components::chart::grouped(few(one.count));
                            (figure(&one.label, shown.as_deref().unwrap_or(&count), &one.note, href.as_deref()))
                        }
                    }
                }
            }
        }
        @for note in &summary.notes { p.quiet-text { (note) } }
    }
}

pub fn charts(visitor: &Visitor, asked: &Answers, path: &str, summary: &Summary) -> Markup {
    let drawn = |chart: &Chart| {
        let hrefs: Vec<_> =
            chart.parts.iter().map(|part| href(visitor, asked, path, &part.link)).collect();
        let slices = slices(&chart.parts, &hrefs);
        let drawing = match chart.shape {
            Shape::Ring => donut(&slices),
            Shape::Bars => bars(&slices),
            Shape::Columns => columns(&slices),
        };
        html! { (Panel::new(&chart.title).body(drawing)) }
    };
    html! {
        @match summary.charts.as_slice() {
            [] => {}
            [one] => (drawn(one)),
            several => div.columns-2 { @for chart in several { (drawn(chart)) } }
        }
    }
}

fn slices<'a>(parts: &'a [Part], hrefs: &'a [Option<String>]) -> Vec<Slice<'a>> {
    let most = parts.iter().map(|part| part.value).max().unwrap_or(0);
    // Amounts may be greater than anything that can be drawn.
    let scale = most / i64::from(u32::MAX) + 1;
    parts
        .iter()
        .zip(hrefs)
        .map(|(part, href)| Slice {
            label: &part.label,
            value: few(part.value.max(0) / scale),
            text: part.shown.as_deref(),
            href: href.as_deref(),
            color: part.color.as_deref().and_then(hex),
        })
        .collect()
}
