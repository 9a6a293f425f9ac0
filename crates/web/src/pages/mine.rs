//! My things: what the employee one is holds, since when, and until when.

use app::names::Wanted;
use app::{account, people};
use domain::{Asset, Timestamp};
use maud::{Markup, html};

use super::visitor::Visitor;
use super::words::counted;
use crate::components::{
    Column, Icon, PageHeader, Panel, Row, Table, Tone, badge, copyable, day_of, empty,
};
use crate::error::Refused;
use crate::layout::Room;

const TITLE: &str = "My things";

pub async fn page(visitor: Visitor) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let Some(id) = account::employee(app, caller).await? else {
        let hint = format!(
            "No employee has the e-mail {}. An administrator can say which one you are, under \
             Settings, People who sign in.",
            visitor.signed.user.email
        );
        let inside = html! {
            (PageHeader::new(TITLE))
            (empty(Icon::Users, "You are no employee here", &hint, &html! {}))
        };
        return Ok(visitor.page(Room::Mine, TITLE, &inside));
    };
    let employee = people::employee(app, caller, id).await?;
    let holds = people::holdings(app, caller, id).await?;
    let held = people::held(app, caller, id).await?;
    let since = |asset: &Asset| {
        let open = held.iter().find(|(held, _)| held.asset == asset.id && held.until_at.is_none());
        open.map(|(held, _)| held.from_at)
    };
    let mut wanted = Wanted::default();
    holds.iter().filter_map(|asset| asset.product).for_each(|id| wanted.id(id));
    let names = app::names::names(app, caller, wanted).await?;
    let product =
        |asset: &Asset| asset.product.and_then(|id| names.get(&id.to_string())).unwrap_or_default();
    let what = counted(holds.len() as u64, "thing", "things");
    let lead = html! {
        "You hold " (what) " as " a href=(visitor.to(&format!("employees/{id}"))) { (employee.name) } "."
    };
    let inside = html! {
        (PageHeader::new(TITLE).lead(lead))
        @if holds.is_empty() {
            (empty(Icon::Laptop, "You hold nothing", "What is checked out to you stands here, with the day it is due back.", &html! {}))
        } @else {
            (Panel::new("In your hands").edge_to_edge(list(&visitor, &holds, product, since)))
        }
    };
    Ok(visitor.page(Room::Mine, TITLE, &inside))
}

fn list<'n>(
    visitor: &Visitor,
    holds: &[Asset],
    product: impl Fn(&Asset) -> &'n str,
    since: impl Fn(&Asset) -> Option<Timestamp>,
) -> Markup {
    let columns = [
        Column::new("Asset").title(),
        Column::new("Name"),
        Column::new("Product"),
        Column::new("Serial"),
        Column::new("Since"),
        Column::new("Due back").aside(),
    ];
    let rows = holds.iter().map(|asset| {
        Row::new(vec![
            html! { a href=(visitor.to(&format!("assets/{}", asset.id))) { (asset.tag) } },
            html! { (asset.name.as_deref().unwrap_or_default()) },
            html! { (product(asset)) },
            asset.serial.as_ref().map_or_else(|| html! {}, |serial| copyable(serial.as_str())),
            since(asset).map_or_else(|| html! {}, |at| day_of(visitor.now.date_of(at))),
            due(visitor, asset),
        ])
    });
    html! { (Table::new("In your hands", &columns, rows.collect())) }
}

fn due(visitor: &Visitor, asset: &Asset) -> Markup {
    let today = visitor.now.date_of(visitor.now.at);
    html! {
        @if let Some(due) = asset.due_on {
            (day_of(due))
            @if due < today { " " (badge(Some(Tone::Danger), "overdue")) }
        }
    }
}
