//! Activity: what people, programs and sources did, newest first, by day. What it is narrowed by
//! stands in the address.

mod filters;
mod line;

pub use line::{deed, path};

use app::Refusal;
use app::activity::{self, Activity, CauseRow};
use app::reports::Format;
use app::reports::activity::ActivityReport;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use maud::{Markup, html};

use super::answers::{Answers, Wrong};
use super::assets::downloads;
use super::unread::{callout, passed_over};
use super::visitor::Visitor;
use crate::components::{Button, Icon, PageHeader, empty, timeline};
use crate::download;
use crate::error::Refused;
use crate::layout::Room;

const LINES: usize = 50;

pub async fn page(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let filter = match filters::filter(&visitor, &asked) {
        Ok(filter) => filter,
        Err(refusal) => return unread(&visitor, &asked, refusal).await,
    };
    let below = asked.get("cursor").parse().ok();
    let lost = asked.some("cursor").filter(|_| below.is_none()).map(|text| ("cursor", text));
    let cause = match &filter.cause {
        Some(cause) => activity::cause(app, caller, cause.clone()).await?,
        None => None,
    };
    let found = activity::newest(app, caller, filter, below, LINES).await?;
    let chips = filters::chips(&visitor, &asked, cause.as_ref()).await?;
    let inside = html! {
        (PageHeader::new("Activity")
            .lead(html! { "What people, programs and sources did, newest first." })
            .actions(html! {
                @if visitor.may(Role::Manager) { (downloads(&visitor, &asked, "activity")) }
            }))
        (passed_over(&visitor, &asked, "activity", lost))
        div.toolbar { (chips) }
        (told(&visitor, &asked, &found, cause.as_ref()).await?)
    };
    Ok(visitor.page(Room::Activity, "Activity", &inside).into_response())
}

/// Nothing is shown of what was asked for in words nobody understands.
async fn unread(visitor: &Visitor, asked: &Answers, refusal: Refusal) -> Result<Response, Refused> {
    let wrong = Wrong::fields(refusal)?;
    let chips = filters::chips(visitor, asked, None).await?;
    let all = html! { (Button::link(&visitor.to("activity"), "Show all activity")) };
    let hint = "Nothing is shown of what was asked for in words nobody understands.";
    let inside = html! {
        (PageHeader::new("Activity"))
        (callout(visitor, asked, "activity", &wrong))
        div.toolbar { (chips) }
        (empty(Icon::Filter, "Nothing to show", hint, &all))
    };
    let page = visitor.page(Room::Activity, "Activity", &inside);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn told(
    visitor: &Visitor,
    asked: &Answers,
    found: &Activity,
    cause: Option<&CauseRow>,
) -> Result<Markup, Refused> {
    let at = |asked: &Answers| asked.without("edit").at(&visitor.to("activity"));
    let older = found.next.map(|next| at(&asked.with("cursor", &next.to_string())));
    let newest = asked.some("cursor").map(|_| at(&asked.without("cursor")));
    let lines = line::lines(visitor, &found.lines).await?;
    let changes: Vec<_> = lines.iter().map(line::Worded::changes).collect();
    let each = lines.iter().zip(&changes);
    let entries: Vec<_> = each.map(|(line, changes)| line.entry(visitor, changes)).collect();
    Ok(html! {
        @if let Some(cause) = cause { (line::in_all(visitor, cause)) }
        @if entries.is_empty() { (nothing(visitor, asked, older.is_some())) }
        @else { (timeline(&visitor.now, &entries)) }
        @if newest.is_some() || older.is_some() {
            nav.row aria-label="Pages" {
                @if let Some(newest) = &newest { (Button::link(newest, "Newest").quiet()) }
                @if let Some(older) = &older { (Button::link(older, "Older")) }
            }
        }
    })
}

fn nothing(visitor: &Visitor, asked: &Answers, further: bool) -> Markup {
    if further {
        let hint = "Nothing among the events just looked at fits; what is older has not been looked at yet.";
        return empty(Icon::Search, "Nothing so far", hint, &html! {});
    }
    if asked.pairs().all(|(name, value)| value.is_empty() || name == "edit") {
        let hint = "Whatever is added, changed or checked out from now on stands here.";
        return empty(Icon::History, "Nothing has happened yet", hint, &html! {});
    }
    let all = html! { (Button::link(&visitor.to("activity"), "Show all activity")) };
    empty(Icon::Search, "Nothing fits", "Take a filter away to see more.", &all)
}

/// What is shown, every page of it, an event a row.
pub async fn csv(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Response, Refused> {
    file(&visitor, &asked, Format::Csv).await
}

pub async fn xlsx(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Response, Refused> {
    file(&visitor, &asked, Format::Xlsx).await
}

async fn file(visitor: &Visitor, asked: &Answers, format: Format) -> Result<Response, Refused> {
    visitor.caller.need(Role::Manager)?;
    let filter = filters::filter(visitor, asked)?;
    download::file(visitor, Box::new(ActivityReport { filter }), format).await
}
