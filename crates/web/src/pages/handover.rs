//! A sheet to print and sign: what someone holds, since when, until when.

use app::{handover, people};
use axum::extract::Path;
use axum::response::Response;
use domain::id::EmployeeId;
use domain::{Asset, Email};
use maud::{Markup, html};

use super::at::At;
use super::visitor::Visitor;
use crate::components::{
    Button, Callout, Column, Icon, PageHeader, Panel, Row, Table, Tone, day_of, facts,
};
use crate::download;
use crate::error::Refused;
use crate::layout::Room;

pub async fn page(visitor: Visitor, At(id): At<EmployeeId>) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let row = people::row(app, caller, id).await?;
    let holds = people::holdings(app, caller, id).await?;
    let held = people::held(app, caller, id).await?;
    let mut wanted = app::names::Wanted::default();
    holds.iter().filter_map(|asset| asset.product).for_each(|id| wanted.id(id));
    let names = app::names::names(app, caller, wanted).await?;
    let product = |asset: &Asset| {
        let id = asset.product.map(|id| id.to_string()).unwrap_or_default();
        names.get(&id).unwrap_or_default().to_owned()
    };
    let since = |asset: &Asset| {
        let open = held
            .iter()
            .find(|(interval, _)| interval.asset == asset.id && interval.until_at.is_none());
        open.map(|(interval, _)| day_of(visitor.now.date_of(interval.from_at)))
    };
    let columns = [
        Column::new("Asset").title(),
        Column::new("What it is"),
        Column::new("Serial"),
        Column::new("Since").named(true),
        Column::new("Due back").named(true),
    ];
    let rows = holds.iter().map(|asset| {
        Row::new(vec![
            html! { (asset.tag) },
            html! { (product(asset)) @if let Some(name) = &asset.name { @if asset.product.is_some() { " · " } span.quiet-text { (name) } } },
            html! { @if let Some(serial) = &asset.serial { span.mono { (serial.as_str()) } } },
            html! { @if let Some(since) = since(asset) { (since) } },
            html! { @if let Some(due) = asset.due_on { (day_of(due)) } },
        ])
    });
    let employee = &row.employee;
    let mut told = vec![employee.name.clone(), visitor.company.name.clone()];
    for asset in &holds {
        told.push(product(asset));
        told.extend(asset.name.clone());
    }
    let unprintable = handover::unprintable(app, told.iter().map(String::as_str));
    let about = [
        ("Name", html! { (employee.name) }),
        ("E-mail", html! { (employee.email.as_ref().map(Email::as_str).unwrap_or_default()) }),
        ("Department", html! { (row.department.as_deref().unwrap_or_default()) }),
        ("Location", html! { (row.location.as_deref().unwrap_or_default()) }),
    ];
    let here = visitor.to(&format!("employees/{id}"));
    let trail = [(&*visitor.to("employees"), "Employees"), (&*here, &*employee.name)];
    let today = visitor.now.date_of(visitor.now.at);
    let inside = html! {
        (PageHeader::new("Handover").under(&trail)
            .lead(html! { (visitor.company.name) ", " (day_of(today)) ". Print this page, or the PDF, and have it signed." })
            .actions(html! { (Button::link(&format!("{here}/handover.pdf"), "Download PDF").icon(Icon::Download).primary()) }))
        @if !unprintable.is_empty() {
            (Callout::new(Tone::Warning, "Some characters are missing in the PDF").body(html! {
                "No font of the server has " span.mono { (unprintable) } ". Print this page instead, or have a font added by whoever runs Stockroom."
            }))
        }
        (Panel::new("Received by").body(facts(&about)))
        @if holds.is_empty() { p.quiet-text { (employee.name) " holds nothing now." } }
        @else { (Panel::new("Assets").edge_to_edge(html! { (Table::new("Assets", &columns, rows.collect())) })) }
        div.signatures {
            @for part in handover::terms(&visitor.company).lines().filter(|part| !part.trim().is_empty()) { p { (part) } }
            div.signature { "Place, date" }
            div.signature { "Signature of " (employee.name) }
            div.signature { "For " (visitor.company.name) }
        }
    };
    Ok(visitor.page(Room::Employees, &format!("Handover {}", employee.name), &inside))
}

pub async fn pdf(visitor: Visitor, At(id): At<EmployeeId>) -> Result<Response, Refused> {
    let sheet = handover::of_employee(&visitor.web.app, &visitor.caller, id).await?;
    Ok(download::pdf("handover.pdf", sheet))
}

/// Of one asset, for whoever has it.
pub async fn of_asset(
    visitor: Visitor,
    Path((_, which)): Path<(String, String)>,
) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let row = app::assets::named(app, caller, &which).await?;
    let sheet = handover::of_asset(app, caller, row.asset.id).await?;
    Ok(download::pdf("handover.pdf", sheet))
}
