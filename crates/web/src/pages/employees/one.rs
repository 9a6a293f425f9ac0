//! One employee: what they hold and held, whom they report to and who reports to them.

use app::names::Wanted;
use app::people::{self, EmployeeQuery, EmployeeRow, Interval};
use axum::extract::Query;
use domain::access::Role;
use domain::event::Subject;
use domain::id::EmployeeId;
use domain::person::Employee;
use domain::{Asset, Email, Field};
use jiff::civil::Date;
use maud::{Markup, html};

use super::super::answers::Answers;
use super::super::asset::due;
use super::super::at::At;
use super::super::files;
use super::super::notes;
use super::super::nouns::past as history;
use super::super::origin::Origins;
use super::super::visitor::Visitor;
use super::super::words::counted;
use super::own;
use crate::components::{
    Button, Callout, Column, Icon, Opens, PageHeader, Panel, Row, Table, Tone, badge, copyable,
    day_of, facts, menu, menu_link,
};
use crate::error::Refused;
use crate::layout::Room;

/// Of those who report to someone, so many are named.
const REPORTS: usize = 20;

pub async fn page(
    visitor: Visitor,
    At(id): At<EmployeeId>,
    Query(asked): Query<Answers>,
) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let row = people::row(app, caller, id).await?;
    let employee = &row.employee;
    let holds = people::holdings(app, caller, id).await?;
    let held = people::held(app, caller, id).await?;
    let query = EmployeeQuery { manager: Some(id), limit: REPORTS, ..EmployeeQuery::default() };
    let reports = people::list(app, caller, query).await?;
    let mut wanted = Wanted::default();
    holds.iter().filter_map(|asset| asset.product).for_each(|id| wanted.id(id));
    let names = app::names::names(app, caller, wanted).await?;
    let product = |asset: &Asset| {
        let id = asset.product.map(|id| id.to_string()).unwrap_or_default();
        html! { (names.get(&id).unwrap_or_default()) }
    };
    let of = Subject::Employee(id);
    let origins = Origins { of, events: people::origins(app, caller, id).await? };
    let more = own::panel(&visitor, employee, &origins).await?;
    let here = visitor.to(&format!("employees/{id}"));
    let told = history(&visitor, of, &here, &asked).await?;
    let kept = files::panel(&visitor, of, &here).await?;
    let leads = leads(&visitor, id, &reports.items, reports.next.is_some());
    let inside = html! {
        (PageHeader::new(&employee.name).under(&[(&visitor.to("employees"), "Employees")])
            .note(html! { @if employee.leaver { (badge(Some(Tone::Warning), "leaver")) } })
            .actions(actions(&visitor, employee)))
        (leaver(&visitor, employee, &holds))
        div.with-aside {
            div.stack { (holdings(&visitor, employee, &holds, product)) (past(&visitor, &held)) (notes::panel(&visitor, &here)) (told) }
            div.stack { (about(&visitor, &row, &origins, leads)) (more) (kept) }
        }
    };
    Ok(visitor.page(Room::Employees, &employee.name, &inside))
}

fn actions(visitor: &Visitor, employee: &Employee) -> Markup {
    let here = visitor.to(&format!("employees/{}", employee.id));
    let out = visitor.to(&format!("bulks/new?action=check_out&to={}", employee.id));
    html! {
        @if visitor.may(Role::Manager) {
            (menu(Opens::BelowEnd, "button", &html! { "More" (Icon::ChevronDown) }, &html! {
                (menu_link(&format!("{here}/merge"), Some(Icon::GitMerge), "Merge into another"))
                (menu_link(&format!("{here}/delete"), Some(Icon::Trash2), "Delete"))
            }))
            (Button::link(&format!("{here}/edit"), "Edit").icon(Icon::Pencil).key('e'))
        }
        @if visitor.may(Role::Operator) && !employee.leaver {
            (Button::link(&out, "Check out").icon(Icon::ArrowRight).primary().key('o'))
        }
    }
}

fn someone(visitor: &Visitor, id: EmployeeId, name: &str) -> Markup {
    html! { a href=(visitor.to(&format!("employees/{id}"))) { (name) } }
}

/// Those who report to them.
fn leads(visitor: &Visitor, id: EmployeeId, reports: &[EmployeeRow], more: bool) -> Markup {
    let all = visitor.to(&format!("employees?manager={id}"));
    html! {
        @for (n, report) in reports.iter().enumerate() {
            @if n > 0 { ", " }
            (someone(visitor, report.employee.id, &report.employee.name))
        }
        @if more { ", " a href=(all) { "and others" } }
    }
}

fn about(visitor: &Visitor, row: &EmployeeRow, origins: &Origins, leads: Markup) -> Markup {
    let employee = &row.employee;
    let set = |label: &'static str, field: Field, shown: Markup| {
        (label, origins.set(visitor, &field, label, shown))
    };
    let own = |name: &str| Field::Custom(name.to_owned());
    let text = |text: Option<&str>| html! { (text.unwrap_or_default()) };
    // Where it does not fit a line it is broken before its domain, not within a word.
    let mail = |mail: Option<&Email>| {
        html! {
            @if let Some((name, domain)) = mail.and_then(|mail| mail.as_str().split_once('@')) {
                (name) "@" wbr; (domain)
            }
        }
    };
    let day = |day: Option<Date>| html! { @if let Some(day) = day { (day_of(day)) } };
    let manager = employee.manager.zip(row.manager.as_deref());
    let manager = html! { @if let Some((id, name)) = manager { (someone(visitor, id, name)) } };
    let mut rows = vec![
        set("Name", Field::Name, text(Some(&employee.name))),
        set("E-mail", own("email"), mail(employee.email.as_ref())),
        set("Title", own("title"), text(employee.title.as_deref())),
        set("Department", Field::Department, text(row.department.as_deref())),
        set("Location", Field::Location, text(row.location.as_deref())),
        set("Reports to", own("manager"), manager),
        ("Leads", leads),
        set("Started", own("starts_on"), day(employee.starts_on)),
        set("Last day", own("ends_on"), day(employee.ends_on)),
    ];
    if employee.leaver {
        rows.push(set("Has left", own("leaver"), text(Some("Yes"))));
    }
    html! { (Panel::new("About").body(facts(&rows))) }
}

fn leaver(visitor: &Visitor, employee: &Employee, holds: &[Asset]) -> Markup {
    if !employee.leaver || holds.is_empty() {
        return html! {};
    }
    let what = counted(holds.len() as u64, "asset", "assets");
    let title = format!("{} has left and still holds {what}", employee.name);
    let body = html! {
        "To get back: "
        @for (n, asset) in holds.iter().enumerate() {
            @if n > 0 { ", " }
            a href=(visitor.to(&format!("assets/{}", asset.id))) { (asset.tag) }
        }
        ". Nothing new is checked out to someone who has left."
    };
    html! { (Callout::new(Tone::Warning, &title).body(body)) }
}

fn holdings(
    visitor: &Visitor,
    employee: &Employee,
    holds: &[Asset],
    product: impl Fn(&Asset) -> Markup,
) -> Markup {
    let columns = [
        Column::new("Asset").title(),
        Column::new("Name"),
        Column::new("Product"),
        Column::new("Serial"),
        Column::new("Due back").aside(),
    ];
    let rows = holds.iter().map(|asset| {
        Row::new(vec![
            html! { a href=(visitor.to(&format!("assets/{}", asset.id))) { (asset.tag) } },
            html! { (asset.name.as_deref().unwrap_or_default()) },
            product(asset),
            asset.serial.as_ref().map_or_else(|| html! {}, |serial| copyable(serial.as_str())),
            html! { @if let Some(day) = asset.due_on { (due(visitor, day)) } },
        ])
    });
    let rows: Vec<_> = rows.collect();
    let nothing = format!("{} holds nothing now.", employee.name);
    let sheet = visitor.to(&format!("employees/{}/handover", employee.id));
    let list = if rows.is_empty() {
        html! { p.panel-body.quiet-text { (nothing) } }
    } else {
        html! { (Table::new("Holds now", &columns, rows)) }
    };
    let aside = html! { @if !holds.is_empty() { a href=(sheet) { "Handover sheet" } } };
    html! { (Panel::new("Holds now").aside(aside).edge_to_edge(list)) }
}

fn past(visitor: &Visitor, held: &[(Interval, String)]) -> Markup {
    let over: Vec<_> = held.iter().filter(|(interval, _)| interval.until_at.is_some()).collect();
    if over.is_empty() {
        return html! {};
    }
    let columns = [Column::new("Asset").title(), Column::new("From"), Column::new("Until")];
    let rows = over.into_iter().map(|(interval, tag)| {
        Row::new(vec![
            html! {
                @if tag.is_empty() { "an asset that is gone" }
                @else if interval.gone { (tag) }
                @else { a href=(visitor.to(&format!("assets/{}", interval.asset))) { (tag) } }
            },
            visitor.now.exact(interval.from_at),
            html! { @if let Some(until) = interval.until_at { (visitor.now.exact(until)) } },
        ])
    });
    html! { (Panel::new("Held before").edge_to_edge(html! { (Table::new("Held before", &columns, rows.collect())) })) }
}
