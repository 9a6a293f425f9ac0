//! Employees: who can hold assets; the list's whole state stands in the address. One of them, and the
//! form, stand beside.

mod form;
mod one;
mod own;

use app::columns::{Columns, EmployeeColumn, ListColumn, PersonColumn};
use app::filters::people as people_filters;
use app::listing::names_of;
use app::names::Names;
use app::people::{self, EmployeeQuery, EmployeeRow};
use app::reports::employee_list::EmployeeList;
use app::reports::{Cell, Format};
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Role;
use domain::fields::AppliesTo;
use maud::{Markup, html};

use super::answers::{Answers, Wrong};
use super::assets::downloads;
use super::assets::filters::{self, Of};
use super::visitor::{Visitor, few};
use super::words::counted;
use super::{columns, ordered};
use crate::components::{
    Button, Icon, PageHeader, Pager, Row, Table, Tone, badge, empty, person, search_box, views,
};
use crate::download;
use crate::error::Refused;
use crate::layout::Room;

pub use form::{create, edit_form, new_form, save};
pub use one::page;
pub use own::{form as fields_form, save as save_fields};

const ROWS: usize = 50;

pub async fn list(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Response, Refused> {
    if let Some(settled) = filters::settled(&asked) {
        return Ok(Redirect::to(&settled.at(&visitor.to("employees"))).into_response());
    }
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let said = people_filters::asked(asked.pairs());
    let names = names_of(app, caller, &said).await?;
    let query = match people_filters::read(app, caller, query(&asked), said).await {
        Ok(query) => query,
        Err(refusal) => return unread(&visitor, &asked, &names, refusal).await,
    };
    let (found, total) = people::counted(app, caller, query).await?;
    let chosen = columns::read(&visitor, &asked).await?;
    let kept = app::views::of(app, caller, AppliesTo::Employees).await?;
    let turn = |cursor: Option<people::Cursor>| {
        cursor.map(|at| asked.with("cursor", &at.to_string()).at(&visitor.to("employees")))
    };
    let (newer, older) = (turn(found.previous), turn(found.next));
    let rows: Vec<Row> = found.items.iter().map(|row| line(&visitor, &chosen.shown, row)).collect();
    let pager = Pager {
        shown: few(rows.len()),
        total: few(total),
        more: false,
        newer: newer.as_deref(),
        older: older.as_deref(),
    };
    let passing = ["sort", "cursor", "edit", "columns", "view"];
    let untouched = asked.pairs().all(|(name, _)| passing.contains(&name));
    let chips = chips(&visitor, &asked, &names, &Wrong::default()).await?;
    let inside = html! {
        (PageHeader::new("Employees").note(html! { (crate::components::chart::grouped(few(total))) }).actions(actions(&visitor, &asked, total)))
        @if total == 0 && untouched { (none_yet(&visitor)) } @else {
            (super::views::tabs(&visitor, &asked, AppliesTo::Employees, &kept))
            (toolbar(&visitor, &asked, &html! { (chips) (columns::menu(&visitor, &asked, &chosen)) }))
            @if rows.is_empty() { (empty(Icon::Search, "Nobody fits", "Search by name, e-mail or title, or take a filter away.", &html! { (Button::link(&visitor.to("employees"), "Show everybody")) })) }
            @else { (table(&visitor, &asked, &chosen.shown, rows)) (pager) }
        }
    };
    Ok(visitor.list_page(Room::Employees, "Employees", &inside).into_response())
}

async fn chips(
    visitor: &Visitor,
    asked: &Answers,
    names: &Names,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    filters::chips_of(Of::Employees, visitor, asked, "employees", (names, wrong)).await
}

/// Nobody is shown of a list that was asked for in words nobody understands.
async fn unread(
    visitor: &Visitor,
    asked: &Answers,
    names: &Names,
    refusal: app::Refusal,
) -> Result<Response, Refused> {
    let wrong = filters::in_words(Of::Employees, visitor, Wrong::fields(refusal)?).await?;
    let chips = chips(visitor, asked, names, &wrong).await?;
    let all = html! { (Button::link(&visitor.to("employees"), "Show everybody")) };
    let hint = "Nothing is shown of a list that was asked for in words nobody understands.";
    let inside = html! {
        (PageHeader::new("Employees"))
        (super::unread::callout(visitor, asked, "employees", &wrong))
        (toolbar(visitor, asked, &chips))
        (empty(Icon::Filter, "Nothing to show", hint, &all))
    };
    let page = visitor.list_page(Room::Employees, "Employees", &inside);
    Ok((wrong.status(), page).into_response())
}

/// The list as it stands on the screen, every page of it.
pub async fn csv(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Response, Refused> {
    file(&visitor, &asked, Format::Csv).await
}

pub async fn xlsx(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Response, Refused> {
    file(&visitor, &asked, Format::Xlsx).await
}

async fn file(visitor: &Visitor, asked: &Answers, format: Format) -> Result<Response, Refused> {
    let said = people_filters::asked(asked.pairs());
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let employees = people_filters::read(app, caller, query(asked), said).await?;
    let Columns { offered, shown: mut columns } = columns::read(visitor, asked).await?;
    if columns == Columns::chosen(&offered, EmployeeColumn::USUAL.iter().copied()) {
        // Nobody chose: on the screen it is the mark beside the name.
        columns.push(EmployeeColumn::Own(PersonColumn::Leaver));
    }
    let list = EmployeeList { employees, columns: Some(columns) };
    download::file(visitor, Box::new(list), format).await
}

/// What the address asks for besides the filters.
fn query(asked: &Answers) -> EmployeeQuery {
    let order = ordered::asked_for(asked, "name");
    EmployeeQuery {
        q: asked.some("q").map(str::to_owned),
        leaver: (asked.get("who") == "leavers").then_some(true),
        holding: matches!(asked.get("who"), "leavers" | "holding").then_some(true),
        sort: people::sort(&order.word).unwrap_or_default(),
        descending: order.descending,
        cursor: asked.get("cursor").parse().ok(),
        limit: ROWS,
        ..EmployeeQuery::default()
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
    let kept = asked.without("q").without("cursor").without("edit");
    let kept: Vec<_> = kept.pairs().collect();
    let all =
        [("", "Everybody"), ("holding", "Holding something"), ("leavers", "Left, still holding")];
    let all = all.map(|(who, label)| {
        let href =
            asked.without("cursor").without("edit").with("who", who).at(&visitor.to("employees"));
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

fn table(visitor: &Visitor, asked: &Answers, shown: &[EmployeeColumn], rows: Vec<Row>) -> Markup {
    let words = shown.iter().map(|column| (column.key(), column.column().label));
    let heads = ordered::heads(asked, &visitor.to("employees"), "name", words);
    let columns: Vec<_> = heads
        .iter()
        .map(|head| {
            let column = head.column().named(!EmployeeColumn::USUAL.contains(&head.word.as_str()));
            match head.word.as_str() {
                "name" => column.title(),
                "location" | "manager" | "starts_on" | "ends_on" | "created_at" | "updated_at" => {
                    column.drop()
                }
                "holds" => column.num().aside(),
                _ => column,
            }
        })
        .collect();
    html! { (Table::new("Employees", &columns, rows)) }
}

fn line(visitor: &Visitor, columns: &[EmployeeColumn], row: &EmployeeRow) -> Row {
    Row::new(columns.iter().map(|column| shown(visitor, column, row)).collect())
}

fn shown(visitor: &Visitor, column: &EmployeeColumn, row: &EmployeeRow) -> Markup {
    let employee = &row.employee;
    match column {
        EmployeeColumn::Own(PersonColumn::Name) => html! {
            a href=(visitor.to(&format!("employees/{}", employee.id))) { (person(&employee.name)) }
            @if employee.leaver { " " (badge(Some(Tone::Warning), "leaver")) }
        },
        EmployeeColumn::Own(PersonColumn::Holds) => html! {
            @if row.holds > 0 { (counted(row.holds.unsigned_abs(), "asset", "assets")) }
        },
        EmployeeColumn::Custom(field) => {
            let value = employee.fields.get(field.key.as_str());
            value.map_or_else(|| html! {}, |value| super::values::value(field, value))
        }
        EmployeeColumn::Own(_) => match column.cell(row) {
            Cell::Moment(at) => visitor.now.ago(at),
            cell => super::reports::cell(visitor, &column.column(), &cell),
        },
    }
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
