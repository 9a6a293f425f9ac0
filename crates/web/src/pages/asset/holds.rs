//! What lies in an asset: all that is checked out to it now.

use app::assets::{self, Archived, AssetQuery, AssetRow};
use domain::Custodian;
use maud::{Markup, html};

use super::super::answers::Answers;
use super::super::assets::path;
use super::super::visitor::Visitor;
use super::due;
use crate::components::{Button, Column, Panel, Row, Table, badge, copyable};
use crate::error::Refused;

/// So many are named.
const SHOWN: usize = 50;

/// Nothing where it holds nothing.
pub async fn panel(visitor: &Visitor, row: &AssetRow) -> Result<Markup, Refused> {
    let query = AssetQuery {
        custodian: Some(Custodian::Asset(row.asset.id)),
        archived: Archived::Any,
        limit: SHOWN,
        ..AssetQuery::default()
    };
    let held = assets::list(&visitor.web.app, &visitor.caller, query).await?;
    if held.items.is_empty() {
        return Ok(html! {});
    }
    let columns = [
        Column::new("Asset").title(),
        Column::new("Name"),
        Column::new("Product"),
        Column::new("Serial"),
        Column::new("Due back").aside(),
    ];
    let rows = held.items.iter().map(|held| line(visitor, held)).collect();
    let id = row.asset.id.to_string();
    let all = Answers::default().with("custodian", &id).at(&visitor.to("assets"));
    let more = held.next.is_some();
    let aside = html! { @if more { (Button::link(&all, "Show all").quiet()) } };
    let table = html! { (Table::new("Holds", &columns, rows)) };
    Ok(html! { section id="holds" { (Panel::new("Holds").aside(aside).edge_to_edge(table)) } })
}

fn line(visitor: &Visitor, row: &AssetRow) -> Row {
    let asset = &row.asset;
    Row::new(vec![
        html! {
            a href=(path(visitor, row)) { (asset.tag) }
            @if asset.archived_at.is_some() { " " (badge(None, "archived")) }
        },
        html! { (asset.name.as_deref().unwrap_or_default()) },
        html! { (row.product.as_deref().unwrap_or_default()) },
        asset.serial.as_ref().map_or_else(|| html! {}, |serial| copyable(serial.as_str())),
        html! { @if let Some(day) = asset.due_on { (due(visitor, day)) } },
    ])
}
