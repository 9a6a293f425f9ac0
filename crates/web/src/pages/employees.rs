//! Employees: who can hold assets. One of them, and the form, stand beside.

mod form;
mod one;
mod own;

use app::people::{self, EmployeeQuery, EmployeeRow};
use axum::extract::Query;
use domain::Email;
use domain::access::Role;
use maud::{Markup, html};

use super::answers::Answers;
use super::assets::downloads;
use super::narrowed::{self, By};
use super::visitor::{Visitor, few};
use super::words::counted;
use crate::components::{
    Button, Column, Icon, PageHeader, Pager, Row, Sorted, Table, Tone, badge, empty, person,
    search_box, views,
};
use crate::error::Refused;
use crate::layout::Room;

pub use form::{create, edit_form, new_form, save};
pub use one::page;
pub use own::{form as fields_form, save as save_fields};

const ROWS: usize = 50;

/// What a link may narrow the list to: a noun's page leads here.
const NARROWED: [By; 3] = [
    By::is("department", "Department"),
    By::is("location", "Location"),
    By { name: "employee", field: "Reports to", relation: "" },
];

pub async fn list(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let query = query(&asked);
    let total = people::count(app, caller, query.clone()).await?;
    let found = people::list(app, caller, query).await?;
    let turn = |cursor: Option<people::Cursor>| {
        cursor.map(|at| asked.with("cursor", &at.to_string()).at(&visitor.to("employees")))
    };
    let (newer, older) = (turn(found.previous), turn(found.next));
    let rows: Vec<Row> = found.items.iter().map(|row| line(&visitor, row)).collect();
    let pager = Pager {
        shown: few(rows.len()),
        total: few(total),
        more: false,
        newer: newer.as_deref(),
        older: older.as_deref(),
    };
    let untouched = asked.pairs().next().is_none();
    let inside = html! {
        (PageHeader::new("Employees").note(html! { (crate::components::chart::grouped(few(total))) }).actions(actions(&visitor, &asked, total)))
        @if total == 0 && untouched { (none_yet(&visitor)) } @else {
            (toolbar(&visitor, &asked, &narrowed::chips(&visitor, &asked, "employees", &NARROWED).await?))
            @if rows.is_empty() { (empty(Icon::Search, "Nobody fits", "Search by name, e-mail or title.", &html! { (Button::link(&visitor.to("employees"), "Show everybody")) })) }
            @else { (table(&visitor, &asked, rows)) (pager) }
        }
    };
    Ok(visitor.list_page(Room::Employees, "Employees", &inside))
}

/// What the address asks for.
pub fn query(asked: &Answers) -> EmployeeQuery {
    EmployeeQuery {
        q: asked.some("q").map(str::to_owned),
        leaver: (asked.get("who") == "leavers").then_some(true),
        holding: matches!(asked.get("who"), "leavers" | "holding"),
        department: asked.get("department").parse().ok(),
        location: asked.get("location").parse().ok(),
        manager: asked.get("employee").parse().ok(),
        descending: asked.get("sort") == "-name",
        cursor: asked.get("cursor").parse().ok(),
        limit: ROWS,
        updated_since: None,
    }
}

fn actions(visitor: &Visitor, asked: &Answers, total: i64) -> Markup {
    html! {
        @if total > 0 { (downloads(visitor, asked, "employees")) }
        @if visitor.may(Role::Manager) {
            (Button::link(&visitor.to("employees/new"), "New employee").icon(Icon::Plus).primary().key('c'))
        }
    }
}

fn toolbar(visitor: &Visitor, asked: &Answers, chips: &Markup) -> Markup {
    let kept = asked.without("q").without("cursor");
    let kept: Vec<_> = kept.pairs().collect();
    let all =
        [("", "Everybody"), ("holding", "Holding something"), ("leavers", "Left, still holding")];
    let all = all.map(|(who, label)| {
        let href = asked.without("cursor").with("who", who).at(&visitor.to("employees"));
        (href, label, asked.get("who") == who)
    });
    let shown = all.each_ref().map(|(href, label, now)| (href.as_str(), *label, *now));
    html! {
        div.toolbar {
            (search_box(&visitor.to("employees"), asked.get("q"), "Search employees", &kept, "#main"))
            (views("Who is shown", &shown))
            (chips)
        }
    }
}

fn table(visitor: &Visitor, asked: &Answers, rows: Vec<Row>) -> Markup {
    let down = asked.get("sort") == "-name";
    let next = if down { "name" } else { "-name" };
    let href = asked.without("cursor").with("sort", next).at(&visitor.to("employees"));
    let columns = [
        Column::new("Name").sort(&href, if down { Sorted::Down } else { Sorted::Up }).title(),
        Column::new("E-mail"),
        Column::new("Title"),
        Column::new("Department"),
        Column::new("Location").drop(),
        Column::new("Holds").num().aside(),
    ];
    html! { (Table::new("Employees", &columns, rows)) }
}

fn line(visitor: &Visitor, row: &EmployeeRow) -> Row {
    let employee = &row.employee;
    let text = |text: &Option<String>| html! { (text.as_deref().unwrap_or_default()) };
    Row::new(vec![
        html! {
            a href=(visitor.to(&format!("employees/{}", employee.id))) { (person(&employee.name)) }
            @if employee.leaver { " " (badge(Some(Tone::Warning), "leaver")) }
        },
        html! { (employee.email.as_ref().map(Email::as_str).unwrap_or_default()) },
        text(&employee.title),
        text(&row.department),
        text(&row.location),
        html! { @if row.holds > 0 { (counted(row.holds.unsigned_abs(), "asset", "assets")) } },
    ])
}

fn none_yet(visitor: &Visitor) -> Markup {
    let hint = "Add people by hand, or let Kandji bring them: a source can make an employee of every device's user.";
    let next = html! {
        @if visitor.may(Role::Manager) {
            (Button::link(&visitor.to("employees/new"), "New employee").icon(Icon::Plus).primary())
            (Button::link(&visitor.to("sources"), "Go to sources").icon(Icon::Plug))
        }
    };
    empty(Icon::Users, "No employees yet", hint, &next)
}
