//! Who had an asset from when until when, and who had it on a day.

use app::assets::{self, AssetRow, Interval};
use jiff::civil::Date;
use maud::{Markup, html};

use super::super::answers::Answers;
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
    let answer = match day {
        Some(Ok(day)) => told(visitor, day, &all).ok_or("This day is too far away."),
        Some(Err(_)) => Err("This is no date. Write it like 2026-03-03."),
        None => Ok(html! {}),
    };
    let wrong = answer.as_ref().err().copied();
    let columns = [Column::new("Held by").title(), Column::new("From"), Column::new("Until")];
    let rows = all.iter().map(|(interval, name)| line(visitor, interval, name)).collect();
    let body = html! {
        form.row.as-of action=(path(visitor, row)) {
            (Field::new("as_of", "Who had it on").error(wrong).date(asked.get("as_of")))
            (Button::submit("Show"))
        }
        @if let (Ok(answer), Some(_)) = (&answer, asked.some("as_of")) { p role="status" { (answer) } }
    };
    Ok(html! {
        section id="custody" {
            (Panel::new("Who had it").body(body).edge_to_edge(html! { (Table::new("Who had it", &columns, rows)) }))
        }
    })
}

/// All who had it on a day, the first one first; of a day to come, who has it now. Nothing where the
/// day is too far away to have a beginning.
fn told(visitor: &Visitor, day: Date, all: &[(Interval, String)]) -> Option<Markup> {
    if day > visitor.now.date_of(visitor.now.at) {
        let now = all.iter().find(|(interval, _)| interval.until_at.is_none());
        return Some(html! {
            (day_of(day)) " is still to come; "
            @match now {
                Some((interval, name)) => { (holder(visitor, interval, name)) " has it now." }
                None => "nobody has it now.",
            }
        });
    }
    let begins = |day: Date| Some(day.to_zoned(visitor.now.zone.clone()).ok()?.timestamp());
    let (from, until) = (begins(day)?, begins(day.tomorrow().ok()?)?);
    let within = |interval: &Interval| {
        interval.from_at < until && interval.until_at.is_none_or(|ended| ended > from)
    };
    let had: Vec<_> = all.iter().rev().filter(|(interval, _)| within(interval)).collect();
    Some(html! {
        "On " (day_of(day)) " "
        @for (n, (interval, name)) in had.iter().enumerate() {
            @if n > 0 { ", then " }
            (holder(visitor, interval, name))
            @if n == 0 { " had it" }
            ", since " (visitor.now.exact(interval.from_at))
            @if let Some(until) = interval.until_at { " until " (visitor.now.exact(until)) }
        }
        @if had.is_empty() { "nobody had it" }
        "."
    })
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
