//! Imports: what was brought, and a form to bring more. Each import has pages of its own.

mod deciding;
mod mapping;
mod one;
mod rows;

use app::imports::{self, Brought, Import};
use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::fields::AppliesTo;
use domain::imports::State as Where;
use maud::{Markup, html};

use super::answers::{Answers, Wrong};
use super::done::done;
use super::visitor::{Visitor, few};
use super::words::counted;
use crate::components::{
    Button, Callout, Column, Field, Icon, PageHeader, Panel, Pick, Row, Table, Tone, badge, turner,
};
use crate::error::Refused;
use crate::layout::Room;
use crate::state::Web;
use crate::table_upload::uploaded;

pub use deciding::{apply, confirm_discard, confirm_undo, discard, undo};
pub use mapping::{form as mapping_form, save as save_mapping};
pub use one::page as one;

const SHOWN: usize = 25;

pub async fn page(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Markup, Refused> {
    view(&visitor, &asked, &Wrong::default()).await
}

/// The file is read here and nothing is done with it yet: next comes what its columns mean.
pub async fn bring(
    State(web): State<Web>,
    visitor: Visitor,
    request: Request,
) -> Result<Response, Refused> {
    visitor.caller.need(Role::Manager)?;
    let brought = async {
        let unread = |refusal| (AppliesTo::Assets, refusal);
        let file = uploaded(request).await.map_err(unread)?;
        let what = file.answers.iter().find(|(name, _)| name == "what");
        let what = what.and_then(|(_, what)| AppliesTo::parse(what)).unwrap_or(AppliesTo::Assets);
        let brought = Brought { what, name: file.name, bytes: file.bytes };
        let import = imports::bring(&web.app, &visitor.caller, brought).await;
        import.map_err(|refusal| (what, refusal))
    };
    match brought.await {
        Ok(import) => Ok(done(&visitor.to(&format!("imports/{}/mapping", import.id)))),
        Err((what, refusal)) => {
            let status = crate::error::status(&refusal);
            let refusal = match refusal {
                app::Refusal::TooLarge(why) => app::Refusal::invalid("file", why),
                other => other,
            };
            let answers = Answers::default().with("what", what.as_str());
            let page = view(&visitor, &answers, &Wrong::fields(refusal)?).await?;
            let fits = [StatusCode::PAYLOAD_TOO_LARGE, StatusCode::UNPROCESSABLE_ENTITY];
            let status =
                if fits.contains(&status) { status } else { StatusCode::UNPROCESSABLE_ENTITY };
            Ok((status, page).into_response())
        }
    }
}

async fn view(visitor: &Visitor, asked: &Answers, wrong: &Wrong) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let cursor = asked.get("cursor").parse().ok();
    let page = imports::list(app, caller, None, cursor, SHOWN).await?;
    let at = |cursor: &imports::Cursor| {
        Answers::default().with("cursor", &cursor.to_string()).at(&visitor.to("imports"))
    };
    let (newer, older) = (page.previous.as_ref().map(&at), page.next.as_ref().map(&at));
    let lead = "Bring a table of assets or employees, see what every row would do, then apply it. \
                All of it can be taken back.";
    let inside = html! {
        (PageHeader::new("Imports").lead(html! { (lead) }))
        @if visitor.may(Role::Manager) { (bringing(visitor, asked, wrong)) }
        @else { (Callout::new(Tone::Info, "Managers and administrators import")) }
        @if !page.items.is_empty() {
            (Panel::new("Imports so far").edge_to_edge(list(visitor, &page.items)))
            (turner(newer.as_deref(), older.as_deref()))
        }
    };
    Ok(visitor.page(Room::Imports, "Imports", &inside))
}

fn bringing(visitor: &Visitor, asked: &Answers, wrong: &Wrong) -> Markup {
    let what = [Pick::new("assets", "Assets"), Pick::new("employees", "Employees")];
    let chosen = asked.some("what").unwrap_or("assets");
    let hint = "CSV or XLSX, up to 20 MB and 25,000 rows; the first row names the columns. \
                Exports of Snipe-IT, BlueTally and Reftab are recognized";
    let kinds = ".csv,.tsv,.txt,.xlsx,text/csv,\
                 application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    html! {
        (Panel::new("Bring a table").body(html! {
            form.form method="post" enctype="multipart/form-data" action=(visitor.to("imports")) {
                (Field::new("what", "Its rows are").segmented(&what, chosen))
                (Field::new("file", "File").required().hint(hint).error(wrong.at("file")).file(Some(kinds)))
                div.form-actions { (Button::submit("Read the file").icon(Icon::Upload).primary()) }
            }
        }))
    }
}

fn list(visitor: &Visitor, imports: &[Import]) -> Markup {
    let columns = [
        Column::new("File").title(),
        Column::new("State").aside(),
        Column::new("Rows"),
        Column::new("What it came to"),
        Column::new("Brought"),
    ];
    let rows = imports.iter().map(|import| {
        let here = visitor.to(&format!("imports/{}", import.id));
        Row::new(vec![
            html! { a href=(here) { (import.name) } },
            state(import),
            html! { (counted(import.lines.into(), "row", "rows")) " of " (import.what.as_str()) },
            html! { (came_to(import)) },
            html! { (visitor.now.ago(import.brought_at)) " by " (import.brought_by) },
        ])
    });
    html! { (Table::new("Imports so far", &columns, rows.collect())) }
}

fn state(import: &Import) -> Markup {
    let (tone, word) = match import.state {
        Where::Uploaded => (Some(Tone::Warning), "Not mapped yet"),
        Where::Planned => (Some(Tone::Info), "Planned"),
        Where::Applied => (Some(Tone::Success), "Applied"),
        Where::Undone => (None, "Taken back"),
    };
    badge(tone, word)
}

/// `12 to create, 3 to change`
fn came_to(import: &Import) -> String {
    let counts = &import.counts;
    let done = matches!(import.state, Where::Applied | Where::Undone);
    let words = if done { ["created", "changed"] } else { ["to create", "to change"] };
    let all = [(counts.create, words[0]), (counts.change, words[1]), (counts.fault, "faulty")];
    let told: Vec<String> = all
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", crate::components::chart::grouped(few(count))))
        .collect();
    told.join(", ")
}
