//! Others that bear the serial of an asset: told quietly on its page while it is so, and aloud once
//! when it was given.

use app::assets::AssetRow;
use app::serials::{self, Bearer};
use domain::Asset;
use domain::access::Role;
use maud::{Markup, html};

use super::super::answers::Answers;
use super::super::assets::path;
use super::super::visitor::Visitor;
use crate::components::{Button, Callout, Tone, badge};
use crate::error::Refused;

fn page(visitor: &Visitor, other: &Bearer) -> String {
    visitor.to(&format!("assets/{}", other.id))
}

/// Nothing where nobody else bears it.
pub async fn notice(visitor: &Visitor, row: &AssetRow) -> Result<Markup, Refused> {
    let others = serials::others(&visitor.web.app, &visitor.caller, &row.asset).await?;
    let title = match others.as_slice() {
        [] => return Ok(html! {}),
        [_] => "Another asset has the same serial",
        _ => "Other assets have the same serial",
    };
    let body = html! {
        @for (n, other) in others.iter().enumerate() {
            @if n > 0 { ", " }
            a href=(page(visitor, other)) { (other.tag) }
            @if other.archived { " " (badge(None, "archived")) }
        }
        ". If they are one thing, merge them; if not, correct the serial that is wrong."
    };
    let into = Answers::default().with("into", &others[0].id.to_string());
    let merge = into.at(&format!("{}/merge", path(visitor, row)));
    let action = html! {
        @if visitor.may(Role::Manager) && others.len() == 1 { (Button::link(&merge, "Merge the two…")) }
    };
    Ok(html! { (Callout::new(Tone::Info, title).body(body).action(action)) })
}

/// The page of the first other, where there is one.
pub async fn first_other(visitor: &Visitor, asset: &Asset) -> Result<Option<String>, Refused> {
    let others = serials::others(&visitor.web.app, &visitor.caller, asset).await?;
    Ok(others.first().map(|other| page(visitor, other)))
}
