//! The answers that stand, and how one is taken back.

use app::questions::{self, Given, Standing, asked as question};
use axum::response::Response;
use domain::access::Role;
use domain::id::ConflictId;
use maud::{Markup, html};
use reconcile::explain::plain;
use reconcile::inventory::Settlement;

use crate::components::{Button, Column, Panel, Row, Table, Tone};
use crate::error::Refused;
use crate::pages::at::At;
use crate::pages::done::said;
use crate::pages::visitor::Visitor;
use crate::pages::words::titled;

/// Nothing where nothing was answered.
pub async fn panel(visitor: &Visitor) -> Result<Markup, Refused> {
    let all = questions::standing(&visitor.web.app, &visitor.caller).await?;
    if all.is_empty() {
        return Ok(html! {});
    }
    let columns = [
        Column::new("Question").title(),
        Column::new("Device"),
        Column::new("Answer").wrap(),
        Column::new("By"),
        Column::new("").aside(),
    ];
    let may = visitor.may(Role::Manager);
    let rows = all.iter().map(|row| {
        let at = visitor.to(&format!("conflicts/{}", row.conflict));
        let device = row.serial.as_deref().or(row.name.as_deref());
        let device = device.unwrap_or_else(|| row.device_id.as_str());
        Row::new(vec![
            html! { a href=(at) { (question(row.kind)) } },
            html! { (device) },
            html! { (answer(row)) },
            html! { (row.by.name) ", " (visitor.now.ago(row.at)) },
            html! {
                @if may {
                    form method="post" action={ (at) "/settlement/delete" } {
                        (Button::submit("Take back").quiet())
                    }
                }
            },
        ])
    });
    let table = Table::new("Standing answers", &columns, rows.collect());
    Ok(html! { (Panel::new("Answers that stand").edge_to_edge(html! { (table) })) })
}

fn answer(row: &Standing) -> String {
    let said = match &row.answer {
        Given::Value { field, theirs } => {
            let (what, theirs) = (titled(field), plain(theirs));
            return format!("{what} stays as it is here, while Kandji says “{theirs}”");
        }
        Given::Device(Settlement::Adopt(_)) => "It is the asset that was chosen",
        Given::Device(Settlement::Create) => "It is a new asset",
        Given::Device(Settlement::Ignore) => "It is left out",
    };
    let Some(claims) = &row.holds_for else { return format!("{said}, always") };
    let goes_by = |what: &str, value: &Option<String>| match value {
        Some(value) => format!("{what} {}", value.to_uppercase()),
        None => format!("no {what}"),
    };
    let serial = goes_by("serial", &claims.serial);
    let tag = goes_by("asset tag", &claims.asset_tag);
    format!("{said}, while it has {serial} and {tag}")
}

pub async fn take_back(visitor: Visitor, At(id): At<ConflictId>) -> Result<Response, Refused> {
    questions::take_back(&visitor.web.app, &visitor.caller, id).await?;
    let sentence = "Taken back. The next run asks again where there is still something to ask.";
    Ok(said(&visitor.web, Tone::Success, sentence, &visitor.to("conflicts")))
}
