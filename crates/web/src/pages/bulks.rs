//! Bulks: one change to many assets. The bar of the asset list leads here; the preview says what
//! becomes of each before anything is done.

mod form;
mod one;

use app::assets::{self as register, Which};
use app::bulks::{self, Bulk, BulkState, Chosen, Doing};
use app::{Refusal, undos};
use axum::Form;
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::event::Subject;
use domain::id::{AssetId, EventId};
use maud::{Markup, html};

use super::answers::{Answers, Wrong};
use super::at::At;
use super::done::{done, said, said_with};
use super::visitor::Visitor;
use super::words::counted;
use super::{assets, checkouts};
use crate::components::{
    Button, Column, Icon, Offer, PageHeader, Row, Table, Tone, badge, chart::grouped, empty,
};
use crate::error::Refused;
use crate::layout::Room;

pub use one::{apply, page, undo};

/// The form that the list's checkboxes belong to.
pub const PICKS: &str = "picks";
const ROWS: u32 = 50;

/// What may be done with the selection; it appears when something is selected.
pub fn bar(visitor: &Visitor, asked: &Answers, count: app::assets::Count) -> Markup {
    if !visitor.may(Role::Operator) {
        return html! {};
    }
    let list = asked.without("cursor").without("edit").at("");
    let more = if count.more { "+" } else { "" };
    let all = format!("All {}{more} that match", grouped(super::visitor::few(count.n)));
    let at_once = visitor.to("bulks");
    html! {
        form.selection id=(PICKS) method="get" action=(visitor.to("bulks/new")) aria-label="Selected assets" {
            span data-picked { "Selected" }
            button.button.button-quiet type="button" data-unpick hidden { "Clear" }
            input type="hidden" name="list" value=(list.trim_start_matches('?'));
            label.selection-all { input type="checkbox" name="everything" value="on" data-everything; (all) }
            (Button::answer("action", "check_out", "Check out"))
            (Button::answer("action", "check_in", "Check in"))
            (Button::submit("Labels").leads_to(&visitor.to("labels")))
            @if visitor.may(Role::Manager) {
                (Button::answer("action", "edit", "Edit").key('e'))
                @if asked.get("archived") != "only" { (at_once_button(&at_once, &Doing::Archive)) }
                @if !asked.get("archived").is_empty() { (at_once_button(&at_once, &Doing::Unarchive)) }
            }
        }
    }
}

/// What asks no further question goes straight to its preview.
fn at_once_button(action: &str, doing: &Doing) -> Markup {
    html! {
        button.button type="submit" name="action" value=(doing.word()) formmethod="post" formaction=(action) {
            (verb(doing))
        }
    }
}

pub const fn verb(doing: &Doing) -> &'static str {
    match doing {
        Doing::Edit { .. } => "Edit",
        Doing::CheckOut { .. } => "Check out",
        Doing::CheckIn { .. } => "Check in",
        Doing::Archive => "Archive",
        Doing::Unarchive => "Bring back",
    }
}

/// Whether no list was ticked: then the form asks for tags, which a scanner may type.
fn scanned(asked: &Answers) -> bool {
    !asked.ticked("everything") && !asked.has("pick")
}

/// Which assets a form speaks of.
async fn chosen(visitor: &Visitor, asked: &Answers) -> Result<Chosen, Refused> {
    if asked.ticked("everything") {
        let query = assets::wanted(visitor, &Answers::read(asked.get("list"))).await?;
        return Ok(Chosen::Found(Box::new(query)));
    }
    if scanned(asked) {
        let tags = asked.get("assets").split(['\n', ',', ';']).map(str::trim);
        let named = tags.filter(|tag| !tag.is_empty()).map(Which::read).collect();
        return Ok(Chosen::These(register::ids(&visitor.web.app, &visitor.caller, named).await?));
    }
    Ok(Chosen::These(asked.all("pick").filter_map(|id| id.parse::<AssetId>().ok()).collect()))
}

/// The selection, for the next form.
fn kept(asked: &Answers) -> Vec<(&str, &str)> {
    let names = ["pick", "everything", "list", "action"];
    let everything = asked.ticked("everything");
    asked
        .pairs()
        .filter(|(name, _)| names.contains(name) && !(everything && *name == "pick"))
        .collect()
}

pub async fn new_form(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Operator)?;
    form::view(&visitor, &asked, &Wrong::default()).await
}

/// Prepares the preview and leads to it.
pub async fn create(visitor: Visitor, Form(answers): Form<Answers>) -> Result<Response, Refused> {
    visitor.caller.need(Role::Operator)?;
    match prepared(&visitor, &answers).await {
        Ok(bulk) => Ok(done(&visitor.to(&format!("bulks/{}", bulk.id)))),
        Err(Refused(refusal)) => {
            let wrong = Wrong::form(refusal)?;
            let page = form::view(&visitor, &answers, &wrong).await?;
            Ok((wrong.status(), page).into_response())
        }
    }
}

async fn prepared(visitor: &Visitor, answers: &Answers) -> Result<Bulk, Refused> {
    let doing = match answers.get("action") {
        "check_in" => Doing::CheckIn { back: checkouts::back(answers)? },
        "archive" => Doing::Archive,
        "unarchive" => Doing::Unarchive,
        "check_out" => {
            let handed = checkouts::Handed::read(answers)?;
            Doing::CheckOut { to: handed.to, due_on: handed.due_on }
        }
        "edit" => {
            visitor.caller.need(Role::Manager)?;
            Doing::Edit { set: form::given(visitor, answers).await? }
        }
        _ => return Err(Refusal::invalid("action", "choose what is to be done").into()),
    };
    let chosen = chosen(visitor, answers).await?;
    // Where nobody came from a list, it ends at the one of what they have now.
    let list = match &doing {
        Doing::CheckOut { to, .. } if scanned(answers) => {
            format!("custodian={}", Subject::from(*to).id())
        }
        _ => answers.get("list").to_owned(),
    };
    Ok(bulks::preview(&visitor.web.app, &visitor.caller, doing, chosen, &list).await?)
}

pub async fn list(visitor: Visitor) -> Result<Markup, Refused> {
    let (all, _) = bulks::recent(&visitor.web.app, &visitor.caller, None, None, ROWS).await?;
    let columns = [
        Column::new("Change").title(),
        Column::new("State").aside(),
        Column::new("By"),
        Column::new("When"),
    ];
    let mut rows = Vec::new();
    for bulk in &all {
        let href = visitor.to(&format!("bulks/{}", bulk.id));
        rows.push(Row::new(vec![
            html! { a href=(href) { (title(bulk)?) } },
            state(bulk.state),
            html! { (bulk.actor.name) },
            visitor.now.ago(bulk.applied_at.unwrap_or(bulk.made_at)),
        ]));
    }
    let hint = "Select assets in their list, and edit, hand over or archive all of them at once.";
    let there = visitor.to("assets");
    let inside = html! {
        (PageHeader::new("Bulk changes").under(&[(&there, "Assets")])
            .lead(html! { "Changes to many assets at once. Those that were made can be taken back." }))
        @if rows.is_empty() {
            (empty(Icon::Laptop, "No bulk change yet", hint, &html! { (Button::link(&there, "Go to the assets")) }))
        } @else { (Table::new("Bulk changes", &columns, rows)) }
    };
    Ok(visitor.list_page(Room::Assets, "Bulk changes", &inside))
}

/// `Archive 12 assets`
fn title(bulk: &Bulk) -> Result<String, Refusal> {
    let doing = bulks::doing(bulk)?;
    let counts = &bulk.counts;
    let amount = match bulk.state {
        BulkState::Applied => counts.done,
        BulkState::Ready | BulkState::Applying => counts.fits,
        BulkState::Preparing | BulkState::Failed => counts.total,
    };
    Ok(format!("{} {}", verb(&doing), many(amount)))
}

fn many(amount: i64) -> String {
    counted(amount.unsigned_abs(), "asset", "assets")
}

fn state(state: BulkState) -> Markup {
    let (tone, word) = match state {
        BulkState::Preparing => (Tone::Info, "preparing"),
        BulkState::Ready => (Tone::Warning, "not done yet"),
        BulkState::Applying => (Tone::Info, "under way"),
        BulkState::Applied => (Tone::Success, "done"),
        BulkState::Failed => (Tone::Danger, "failed"),
    };
    badge(Some(tone), word)
}

/// Takes back what a person did to one asset a moment ago.
pub async fn undo_event(visitor: Visitor, At(id): At<EventId>) -> Result<Response, Refused> {
    let undone = undos::undo_event(&visitor.web.app, &visitor.caller, id).await?;
    let restored = undone.restored.first();
    let asset = restored.copied().or(undone.kept.first().map(|kept| kept.asset));
    let there = asset.map_or_else(|| "assets".to_owned(), |id| format!("assets/{id}"));
    let (tone, sentence) = match undone.kept.first() {
        None => (Tone::Success, "Taken back.".to_owned()),
        Some(kept) => (Tone::Warning, format!("Not all of it was taken back: {}.", kept.why)),
    };
    Ok(said(&visitor.web, tone, &sentence, &visitor.to(&there)))
}

/// Says what was just done to an asset, with a way to take it back.
pub async fn said_of(
    visitor: &Visitor,
    asset: AssetId,
    sentence: &str,
    to: &str,
) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let last = app::assets::history(app, caller, asset, None, 1).await?.items.pop();
    let own =
        last.filter(|event| event.actor == caller.actor && event.subject == Subject::Asset(asset));
    let undo = own.map(|event| visitor.to(&format!("events/{}/undo", event.id)));
    let offer = undo.as_deref().map(Offer::Undo);
    Ok(said_with(&visitor.web, Tone::Success, sentence, offer, to))
}
