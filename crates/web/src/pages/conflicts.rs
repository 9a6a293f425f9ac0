//! Conflicts: questions only a person can answer, one at a time, both sides beside each other.

mod standing;
mod value;

use app::assets::{self, AssetRow};
use app::details::Line;
use app::questions::{self, Answer, ConflictRow, asked as question};
use app::reports::Format;
use app::reports::conflict_list::ConflictList;
use app::{Refusal, details};
use axum::Form;
use axum::response::Response;
use domain::access::Role;
use domain::id::{AssetId, ConflictId};
use maud::{Markup, html};
use reconcile::explain;
use reconcile::inventory::Settlement;
use reconcile::plan::ConflictKind;

use super::answers::Answers;
use super::assets::{custodian, downloads, path};
use super::at::At;
use super::done::said;
use super::visitor::Visitor;
use super::words::status_of;
use crate::components::{
    Button, Column, Icon, PageHeader, Row, Side, Table, Tone, badge, checkbox, copyable, empty,
    facts, sides,
};
use crate::download;
use crate::error::Refused;
use crate::layout::Room;

pub use standing::take_back;

const ROWS: u32 = 50;

pub async fn list(visitor: Visitor) -> Result<Markup, Refused> {
    let open = questions::conflicts(&visitor.web.app, &visitor.caller, None, ROWS).await?;
    let answered = standing::panel(&visitor).await?;
    let columns = [
        Column::new("Question").title(),
        Column::new("Device"),
        Column::new("Why").wrap(),
        Column::new("Since").aside(),
    ];
    let rows = open.iter().map(|row| {
        let href = visitor.to(&format!("conflicts/{}", row.id));
        Row::new(vec![
            html! { a href=(href) { (question(row.kind)) } },
            html! { (called(row)) },
            html! { (explain::sentence(&row.reason)) },
            visitor.now.ago(row.raised_at),
        ])
    });
    let hint = "When a run cannot tell which asset a device is, it asks here instead of guessing.";
    let lead =
        html! { "What is open stays as it is until you answer; the next run acts on your answer." };
    let inside = html! {
        (PageHeader::new("Conflicts").lead(lead).actions(html! {
            @if !open.is_empty() { (downloads(&visitor, &Answers::default(), "conflicts")) }
        }))
        @if open.is_empty() { (empty(Icon::GitMerge, "Nothing to settle", hint, &html! {})) }
        @else { (Table::new("Conflicts", &columns, rows.collect())) }
        (answered)
    };
    Ok(visitor.list_page(Room::Conflicts, "Conflicts", &inside))
}

/// Every open question, however many there are.
pub async fn csv(visitor: Visitor) -> Result<Response, Refused> {
    download::file(&visitor, Box::new(ConflictList::default()), Format::Csv).await
}

pub async fn xlsx(visitor: Visitor) -> Result<Response, Refused> {
    download::file(&visitor, Box::new(ConflictList::default()), Format::Xlsx).await
}

fn called(row: &ConflictRow) -> &str {
    let known = row.serial.as_deref().or(row.name.as_deref());
    known.unwrap_or_else(|| row.device_id.as_str())
}

pub async fn page(visitor: Visitor, At(id): At<ConflictId>) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let conflict = questions::conflict(app, caller, id).await?;
    let device = conflict.device_id.clone();
    let lines = details::of_device(app, caller, conflict.source, device).await?;
    let mut candidates = Vec::new();
    for id in &conflict.candidates {
        // One that was deleted meanwhile is no candidate any more.
        match assets::asset(app, caller, *id).await {
            Err(Refusal::NotFound { .. }) => {}
            found => candidates.push(found?),
        }
    }
    let trail = [(&*visitor.to("conflicts"), "Conflicts")];
    let inside = html! {
        (PageHeader::new(question(conflict.kind)).under(&trail)
            .note(badge(None, &conflict.source_name))
            .lead(html! { (explain::sentence(&conflict.reason)) }))
        (value::both(&visitor, &conflict, &candidates).await?)
        (both(&visitor, &conflict, &lines, &candidates))
        (answers(&visitor, &conflict, &candidates))
        (doubles(&visitor, &candidates))
    };
    Ok(visitor.page(Room::Conflicts, question(conflict.kind), &inside))
}

fn both(
    visitor: &Visitor,
    conflict: &ConflictRow,
    lines: &[Line],
    candidates: &[AssetRow],
) -> Markup {
    let said = |wanted: &str| {
        let line = lines.iter().find(|line| line.label == wanted).map(|line| &line.value);
        match line {
            Some(details::Shown::Text(text)) => html! { (text) },
            Some(details::Shown::Time(at)) => visitor.now.ago(*at),
            Some(details::Shown::YesNo(yes)) => html! { (if *yes { "Yes" } else { "No" }) },
            Some(details::Shown::Blank) | None => html! {},
        }
    };
    let theirs = [
        ("Serial", copyable(conflict.serial.as_deref().unwrap_or_default())),
        ("Name", html! { (conflict.name.as_deref().unwrap_or_default()) }),
        ("Model", said("model")),
        ("User", said("user.email")),
        ("Asset tag in Kandji", said("asset_tag")),
        ("Last Checkin", said("Last Checkin")),
        ("Last Enrolled", said("Last Enrolled")),
    ];
    let ours: Vec<_> = candidates.iter().map(|row| (row, ours(visitor, row))).collect();
    let mut all = vec![Side { title: "Kandji says", note: html! {}, facts: facts(&theirs) }];
    all.extend(ours.iter().map(|(row, rows)| Side {
        title: "We hold",
        note: html! {
            a href=(path(visitor, row)) { (row.asset.tag) }
            @if row.asset.archived_at.is_some() { (badge(None, "archived")) }
        },
        facts: facts(rows),
    }));
    sides(&all)
}

/// An asset as a question shows it.
pub fn ours(visitor: &Visitor, row: &AssetRow) -> Vec<(&'static str, Markup)> {
    let asset = &row.asset;
    vec![
        ("Serial", asset.serial.as_ref().map_or_else(|| html! {}, |s| copyable(s.as_str()))),
        ("Name", html! { (asset.name.as_deref().unwrap_or_default()) }),
        ("Product", html! { (row.product.as_deref().unwrap_or_default()) }),
        ("Custodian", custodian(visitor, row)),
        ("Status", status_of(&row.status)),
        ("Location", html! { (row.location.as_deref().unwrap_or_default()) }),
        ("Added", visitor.now.ago(asset.created_at)),
    ]
}

/// The buttons that make sense for this question.
fn answers(visitor: &Visitor, conflict: &ConflictRow, candidates: &[AssetRow]) -> Markup {
    if conflict.closed_at.is_some() {
        return html! { p.quiet-text { "This question is closed." } };
    }
    if !visitor.may(Role::Manager) {
        return html! { p.quiet-text { "Managers and administrators answer this." } };
    }
    let kind = conflict.kind;
    let (adopt, create, moved) = possible(kind);
    let action = visitor.to(&format!("conflicts/{}/settlement", conflict.id));
    html! {
        form.stack method="post" action=(action) {
            div.row {
                @if adopt {
                    @for row in candidates {
                        (Button::answer("adopt", &row.asset.id.to_string(), &format!("It is {}", row.asset.tag)).primary())
                    }
                }
                @if create { (Button::answer("choice", "create", "It is new: make an asset")) }
                @if kind == ConflictKind::ArchivedMatch { (Button::answer("choice", "unarchive", "Bring it back").primary()) }
                @if moved {
                    (value::buttons(visitor, candidates))
                } @else {
                    (Button::answer("choice", "ignore", if kind == ConflictKind::ArchivedMatch { "Leave it archived" } else { "Leave this device out" }).quiet())
                }
            }
            @if moved {
                p.quiet-text { "Keeping answers for this very value: you are asked again when Kandji says something else." }
            } @else {
                (checkbox("always", "Always, whatever becomes of this device", Some("Else the answer holds while its serial number and asset tag are what they are now"), false))
            }
        }
    }
}

/// Of two candidates one may be the other, entered twice.
fn doubles(visitor: &Visitor, candidates: &[AssetRow]) -> Markup {
    let [one, other] = candidates else { return html! {} };
    let into = Answers::default().with("into", &one.asset.id.to_string());
    let href = into.at(&format!("{}/merge", path(visitor, other)));
    html! {
        @if visitor.may(Role::Manager) {
            p.quiet-text { "Are they one thing that stands here twice? " a href=(href) { "Merge them" } "." }
        }
    }
}

/// Whether it may be one of the candidates, may be new, or is about a value.
const fn possible(kind: ConflictKind) -> (bool, bool, bool) {
    match kind {
        ConflictKind::AmbiguousMatch
        | ConflictKind::ContradictedMatch
        | ConflictKind::ReviewMatch => (true, true, false),
        ConflictKind::TagTaken => (true, false, false),
        ConflictKind::ReviewNoMatch => (false, true, false),
        ConflictKind::DuplicateSerial | ConflictKind::ArchivedMatch => (false, false, false),
        ConflictKind::FieldMoved | ConflictKind::Suggestion => (false, false, true),
    }
}

pub async fn settle(
    visitor: Visitor,
    At(id): At<ConflictId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    visitor.caller.need(Role::Manager)?;
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let conflict = questions::conflict(app, caller, id).await?;
    let adopted = answers.get("adopt").parse::<AssetId>().ok();
    let settlement = match (adopted, answers.get("choice")) {
        (Some(asset), _) if conflict.candidates.contains(&asset) => Settlement::Adopt(asset),
        (_, "create") => Settlement::Create,
        (_, "ignore") => Settlement::Ignore,
        (_, "unarchive") => return bring_back(&visitor, &conflict).await,
        (_, "take") => {
            questions::settle(app, caller, id, Answer::Take).await?;
            return next(&visitor, "Taken; the asset says what Kandji says.").await;
        }
        (_, "keep") => {
            questions::settle(app, caller, id, Answer::Keep).await?;
            return next(&visitor, "Kept; you are asked again when Kandji says something else.")
                .await;
        }
        _ => return Err(Refusal::invalid("choice", "choose one of the answers").into()),
    };
    let answer = Answer::Device { settlement, always: answers.ticked("always") };
    questions::settle(app, caller, id, answer).await?;
    next(&visitor, "Settled. The next run acts on it.").await
}

async fn bring_back(visitor: &Visitor, conflict: &ConflictRow) -> Result<Response, Refused> {
    for id in &conflict.candidates {
        assets::archive(&visitor.web.app, &visitor.caller, *id, false).await?;
    }
    next(visitor, "It is back in every list; the next run closes the question.").await
}

/// On to the next question, or back to the list when that was the last.
async fn next(visitor: &Visitor, sentence: &str) -> Result<Response, Refused> {
    let open = questions::conflicts(&visitor.web.app, &visitor.caller, None, 2).await?;
    let to = match open.as_slice() {
        [only] => visitor.to(&format!("conflicts/{}", only.id)),
        _ => visitor.to("conflicts"),
    };
    Ok(said(&visitor.web, Tone::Success, sentence, &to))
}
