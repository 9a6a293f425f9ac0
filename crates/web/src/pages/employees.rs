//! Employees: who can hold assets; one of them with what they hold and held.

mod own;

use app::names::Wanted;
use app::people::{self, EmployeeQuery, EmployeeRow, Interval};
use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::id::EmployeeId;
use domain::person::Employee;
use domain::{Asset, Email};
use maud::{Markup, html};

use super::answers::{Answers, Wrong};
use super::at::At;
use super::done::said;
use super::visitor::{Visitor, few};
use super::words::counted;
use crate::components::{
    Button, Callout, Column, Field, Icon, PageHeader, Pager, Panel, Row, Sorted, Table, Tone,
    badge, copyable, empty, facts, person, search_box, views,
};
use crate::error::Refused;
use crate::layout::Room;

pub use own::{form as fields_form, save as save_fields};

const ROWS: usize = 50;

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
        (PageHeader::new("Employees").note(html! { (crate::components::chart::grouped(few(total))) }).actions(actions(&visitor)))
        @if total == 0 && untouched { (none_yet(&visitor)) } @else {
            (toolbar(&visitor, &asked))
            @if rows.is_empty() { (empty(Icon::Search, "Nobody fits", "Search by name, e-mail or title.", &html! { (Button::link(&visitor.to("employees"), "Show everybody")) })) }
            @else { (table(&visitor, &asked, rows)) (pager) }
        }
    };
    Ok(visitor.list_page(Room::Employees, "Employees", &inside))
}

fn query(asked: &Answers) -> EmployeeQuery {
    EmployeeQuery {
        q: asked.some("q").map(str::to_owned),
        leaver: (asked.get("who") == "leavers").then_some(true),
        holding: matches!(asked.get("who"), "leavers" | "holding"),
        descending: asked.get("sort") == "-name",
        cursor: asked.get("cursor").parse().ok(),
        limit: ROWS,
        ..EmployeeQuery::default()
    }
}

fn actions(visitor: &Visitor) -> Markup {
    html! {
        @if visitor.may(Role::Manager) {
            (Button::link(&visitor.to("employees/new"), "New employee").icon(Icon::Plus).primary().key('c'))
        }
    }
}

fn toolbar(visitor: &Visitor, asked: &Answers) -> Markup {
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

pub async fn page(visitor: Visitor, At(id): At<EmployeeId>) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let employee = people::employee(app, caller, id).await?;
    let holds = people::holdings(app, caller, id).await?;
    let held = people::held(app, caller, id).await?;
    let mut wanted = Wanted::default();
    employee.department.into_iter().for_each(|id| wanted.id(id));
    employee.location.into_iter().for_each(|id| wanted.id(id));
    holds.iter().filter_map(|asset| asset.product).for_each(|id| wanted.id(id));
    let names = app::names::names(app, caller, wanted).await?;
    let name = |id: Option<String>| html! { (id.as_deref().and_then(|id| names.get(id)).unwrap_or_default()) };
    let about = [
        ("E-mail", html! { (employee.email.as_ref().map(Email::as_str).unwrap_or_default()) }),
        ("Title", html! { (employee.title.as_deref().unwrap_or_default()) }),
        ("Department", name(employee.department.map(|id| id.to_string()))),
        ("Location", name(employee.location.map(|id| id.to_string()))),
    ];
    let product = |asset: &Asset| name(asset.product.map(|id| id.to_string()));
    let more = own::panel(&visitor, &employee).await?;
    let inside = html! {
        (PageHeader::new(&employee.name).under(&[(&visitor.to("employees"), "Employees")])
            .note(html! { @if employee.leaver { (badge(Some(Tone::Warning), "leaver")) } }))
        (leaver(&visitor, &employee, &holds))
        div.with-aside {
            div.stack { (holdings(&visitor, &employee, &holds, product)) (past(&visitor, &held)) }
            div.stack { (Panel::new("About").body(facts(&about))) (more) }
        }
    };
    Ok(visitor.page(Room::Employees, &employee.name, &inside))
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
            html! { @if let Some(due) = asset.due_on { (crate::components::day_of(due)) } },
        ])
    });
    let rows: Vec<_> = rows.collect();
    let nothing = format!("{} holds nothing now.", employee.name);
    let list = if rows.is_empty() {
        html! { p.panel-body.quiet-text { (nothing) } }
    } else {
        html! { (Table::new("Holds now", &columns, rows)) }
    };
    html! { (Panel::new("Holds now").edge_to_edge(list)) }
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
                @else { a href=(visitor.to(&format!("assets/{}", interval.asset))) { (tag) } }
            },
            visitor.now.exact(interval.from_at),
            html! { @if let Some(until) = interval.until_at { (visitor.now.exact(until)) } },
        ])
    });
    html! { (Panel::new("Held before").edge_to_edge(html! { (Table::new("Held before", &columns, rows.collect())) })) }
}

pub async fn new_form(visitor: Visitor) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    form(&visitor, &Answers::default(), &Wrong::default()).await
}

pub async fn create(visitor: Visitor, Form(answers): Form<Answers>) -> Result<Response, Refused> {
    let (name, email) = (answers.get("name"), answers.some("email"));
    let made = match own::given(&visitor, &answers).await {
        Ok(own) => people::create(&visitor.web.app, &visitor.caller, name, email, own).await,
        Err(refusal) => Err(refusal),
    };
    match made {
        Ok(employee) => {
            let to = visitor.to(&format!("employees/{}", employee.id));
            Ok(said(&visitor.web, Tone::Success, &format!("{} was added.", employee.name), &to))
        }
        Err(refusal) => {
            let page = form(&visitor, &answers, &Wrong::fields(refusal)?).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

async fn form(visitor: &Visitor, answers: &Answers, wrong: &Wrong) -> Result<Markup, Refused> {
    let list = visitor.to("employees");
    let own = own::inputs(visitor, answers, wrong).await?;
    let inside = html! {
        (PageHeader::new("New employee").under(&[(&list, "Employees")]))
        form.form method="post" action=(visitor.to("employees/new")) {
            (Field::new("name", "Name").required().error(wrong.at("name")).text(answers.get("name")))
            (Field::new("email", "E-mail").hint("By this address Kandji's users are recognized").error(wrong.at("email")).email(answers.get("email")))
            (own)
            div.form-actions { (Button::submit("Add employee").primary()) (Button::link(&list, "Cancel").quiet()) }
        }
    };
    Ok(visitor.page(Room::Employees, "New employee", &inside))
}
