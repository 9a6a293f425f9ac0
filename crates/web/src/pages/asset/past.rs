//! Who had an asset from when until when, and who had it on a day.

use app::assets::{self, AssetRow, Interval};
use jiff::civil::Date;
use maud::{Markup, html};

use super::super::answers::{Answers, Wrong};
use super::super::assets::path;
use super::super::visitor::Visitor;
use super::super::words::custodian;
use crate::components::{Button, Column, Field, Panel, Row, Table, day_of};
use crate::error::Refused;

pub async fn panel(visitor: &Visitor, row: &AssetRow, asked: &Answers) -> Result<Markup, Refused> {
    let (app, caller, id) = (&visitor.web.app, &visitor.caller, row.asset.id);
    let all = assets::custody(app, caller, id).await?;
    if all.is_empty() {
        return Ok(html! {});
    }
    let day = asked.some("as_of").map(str::parse::<Date>);
    let wrong = matches!(day, Some(Err(_))).then_some("This is no date. Write it like 2026-03-03.");
    let answer = match day {
        Some(Ok(day)) => match assets::custody_on(app, caller, id, day).await {
            Ok(found) => Some((day, found)),
            Err(refusal) => Wrong::fields(refusal).map(|_| None)?,
        },
        _ => None,
    };
    let columns = [Column::new("Held by").title(), Column::new("From"), Column::new("Until")];
    let rows = all.iter().map(|(interval, name)| line(visitor, interval, name)).collect();
    let body = html! {
        form.row.as-of action=(path(visitor, row)) {
            (Field::new("as_of", "Who had it on").error(wrong).date(asked.get("as_of")))
            (Button::submit("Show"))
        }
        @if let Some((day, found)) = &answer { p role="status" { (told(visitor, *day, found.as_ref())) } }
    };
    Ok(html! {
        section id="custody" {
            (Panel::new("Who had it").body(body).edge_to_edge(html! { (Table::new("Who had it", &columns, rows)) }))
        }
    })
}

fn told(visitor: &Visitor, day: Date, found: Option<&(Interval, String)>) -> Markup {
    html! {
        @match found {
            Some((interval, name)) => {
                "On " (day_of(day)) " " (holder(visitor, interval, name)) " had it, since "
                (visitor.now.exact(interval.from_at))
                @if let Some(until) = interval.until_at { " until " (visitor.now.exact(until)) }
                "."
            }
            None => { "On " (day_of(day)) " nobody had it." }
        }
    }
}

fn line(visitor: &Visitor, interval: &Interval, name: &str) -> Row {
    Row::new(vec![
        holder(visitor, interval, name),
        visitor.now.exact(interval.from_at),
        html! { @match interval.until_at { Some(until) => (visitor.now.exact(until)), None => "now" } },
    ])
}

fn holder(visitor: &Visitor, interval: &Interval, name: &str) -> Markup {
    html! {
        @if name.is_empty() { "one that is gone" }
        @else if interval.gone { (name) }
        @else { (custodian(visitor.home(), interval.custodian, name)) }
    }
}
