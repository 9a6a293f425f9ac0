//! One bulk: what becomes of each asset, before; how far it is, while; what was done, after.

use app::bulks::{self, Bulk, BulkState, Doing, ItemState, Shown};
use app::names::{Names, Wanted, names};
use app::undos::{self, Undo};
use axum::Form;
use axum::extract::Query;
use axum::response::Response;
use domain::id::{AssetId, BulkId};
use domain::{Custodian, Field as F, FieldChange};
use maud::{Markup, html};
use serde_json::Value;

use super::super::answers::Answers;
use super::super::assets::path;
use super::super::at::At;
use super::super::done::{done, said_with};
use super::super::visitor::{Visitor, few};
use super::super::words::{self, Told, Whose, told};
use super::{many, state, title};
use crate::components::{
    Button, Callout, Change, Column, Field, Icon, Offer, PageHeader, Panel, Progress, Row, Table,
    Tone, changes, live, tally, turner, views,
};
use crate::error::{Refused, sentences};
use crate::layout::Room;

const ROWS: usize = 50;

pub async fn page(
    visitor: Visitor,
    At(id): At<BulkId>,
    Query(asked): Query<Answers>,
) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let bulk = bulks::find(app, caller, id).await?;
    let undo = undos::find(app, caller, &bulks::cause(id)).await?;
    let doing = bulks::doing(&bulk)?;
    let head = head(&visitor, &bulk, &doing, undo.as_ref()).await?;
    let going = undo.as_ref().is_some_and(|undo| undo.finished_at.is_none());
    let here = visitor.to(&format!("bulks/{id}"));
    let inside = if bulk.state.is_open() || going {
        live("bulk", &here, 1, &html! { (head) (under_way(&bulk, undo.as_ref())) })
    } else {
        let body = match bulk.state {
            BulkState::Failed => failed(&visitor, &bulk),
            _ => settled(&visitor, &bulk, undo.as_ref(), &asked).await?,
        };
        html! { div.stack id="bulk" { (head) (body) } }
    };
    Ok(visitor.page(Room::Assets, &title(&bulk)?, &inside))
}

async fn head(
    visitor: &Visitor,
    bulk: &Bulk,
    doing: &Doing,
    undo: Option<&Undo>,
) -> Result<Markup, Refused> {
    let (list, all) = (back(visitor, bulk), visitor.to("bulks"));
    let trail = [(list.as_str(), "Assets"), (all.as_str(), "Bulk changes")];
    let lead = html! {
        (said(visitor, doing).await?)
        @if bulk.state == BulkState::Applied {
            "By " (bulk.actor.name) ", " (visitor.now.ago(bulk.applied_at.unwrap_or(bulk.made_at))) ". "
            @if let Some(note) = &bulk.note { "“" (note) "”" }
        }
    };
    let takes_back = bulk.state == BulkState::Applied
        && bulk.counts.done > 0
        && undo.is_none()
        && visitor.may(doing.role());
    let undo_at = visitor.to(&format!("bulks/{}/undo", bulk.id));
    let actions = html! {
        @if takes_back { (Button::post(&undo_at, "Undo").icon(Icon::RotateCcw)) }
    };
    let title = title(bulk)?;
    let header = PageHeader::new(&title).under(&trail).note(state(bulk.state)).lead(lead);
    Ok(html! { (header.actions(actions)) })
}

/// The list it was chosen from.
fn back(visitor: &Visitor, bulk: &Bulk) -> String {
    Answers::read(&bulk.list).at(&visitor.to("assets"))
}

/// What is done to each, in words.
async fn said(visitor: &Visitor, doing: &Doing) -> Result<String, Refused> {
    let mut wanted = Wanted::default();
    let set: Vec<(F, Value)> = match doing {
        Doing::Edit { set } => set.clone(),
        Doing::CheckOut { to, due_on } => {
            let to = serde_json::to_value::<Custodian>(*to).unwrap_or_default();
            let due = due_on.map(|day| (F::DueOn, Value::from(day.to_string())));
            std::iter::once((F::Custodian, to)).chain(due).collect()
        }
        Doing::CheckIn { back } => {
            let status = back.status.map(|id| (F::Status, Value::from(id.to_string())));
            let place = back.location.map(|id| (F::Location, Value::from(id.to_string())));
            status.into_iter().chain(place).collect()
        }
        Doing::Archive | Doing::Unarchive => Vec::new(),
    };
    let set =
        set.into_iter().map(|(field, after)| FieldChange { field, before: Value::Null, after });
    let set: Vec<FieldChange> = set.collect();
    let whose = Whose::Asset(None);
    wanted.changes(&set, whose);
    let names = names(&visitor.web.app, &visitor.caller, wanted).await?;
    let one = |told: &Told| match told.after.as_str() {
        "" => format!("{} becomes blank. ", told.field),
        after => format!("{} becomes {after}. ", told.field),
    };
    Ok(told(&set, whose, &names).iter().map(one).collect())
}

/// The page asks for itself until it is done; a reload does as well.
fn under_way(bulk: &Bulk, undo: Option<&Undo>) -> Markup {
    let counts = &bulk.counts;
    let (label, done, total, unit) = match (bulk.state, undo) {
        (BulkState::Preparing, _) => (
            "Looking at each asset",
            counts.fits + counts.same + counts.refused,
            counts.total,
            "assets",
        ),
        (_, Some(undo)) => ("Taking back", undo.seen, undo.total, "changes"),
        _ => ("Changing assets", counts.done + counts.passed_over, counts.fits, "assets"),
    };
    html! {
        (Panel::new("Under way").body(html! {
            (Progress { label, done: few(done), total: Some(few(total)), unit })
            p.quiet-text.small { "You may leave this page; the work goes on, and its page stays here." }
        }))
    }
}

fn failed(visitor: &Visitor, bulk: &Bulk) -> Markup {
    let error = bulk.error.as_deref().unwrap_or("nobody knows why");
    let list = back(visitor, bulk);
    html! {
        (Callout::new(Tone::Danger, "It could not be prepared; nothing was changed")
            .body(html! { (sentences(error)) })
            .action(html! { (Button::link(&list, "Back to the list")) }))
    }
}

/// What waits for a yes, or what was done.
async fn settled(
    visitor: &Visitor,
    bulk: &Bulk,
    undo: Option<&Undo>,
    asked: &Answers,
) -> Result<Markup, Refused> {
    let counts = &bulk.counts;
    let ready = bulk.state == BulkState::Ready;
    let amounts = if ready {
        vec![(counts.fits, "change"), (counts.same, "stay as they are"), (counts.refused, "cannot")]
    } else {
        vec![
            (counts.done, "changed"),
            (counts.passed_over, "left alone"),
            (counts.refused, "could not"),
        ]
    };
    let amounts: Vec<_> = amounts
        .into_iter()
        .filter(|(amount, _)| *amount > 0)
        .map(|(amount, words)| (few(amount), words))
        .collect();
    Ok(html! {
        (tally(&amounts))
        @if ready { (yes(visitor, bulk).await?) }
        @if let Some(undo) = undo { (taken_back(visitor, bulk, undo, asked).await?) }
        (assets(visitor, bulk, asked).await?)
    })
}

async fn yes(visitor: &Visitor, bulk: &Bulk) -> Result<Markup, Refused> {
    let action = visitor.to(&format!("bulks/{}/application", bulk.id));
    let list = back(visitor, bulk);
    if bulk.counts.fits == 0 {
        let title = "There is nothing to do";
        let back = html! { (Button::link(&list, "Back to the list")) };
        return Ok(html! { (Callout::new(Tone::Info, title).action(back)) });
    }
    let bewares = bulks::bewares(&visitor.web.app, &visitor.caller, bulk.id).await?;
    let verb = if bewares == 1 { "is" } else { "are" };
    let unready = format!("{} {verb} not ready to go out", many(bewares));
    Ok(html! {
        @if bewares > 0 {
            (Callout::new(Tone::Warning, &unready).body(html! { "The list says what their status is. They go out too if you go on." }))
        }
        form.form method="post" action=(action) {
            (Field::new("note", "Note").hint("Why; stands in the history of each").text(""))
            div.form-actions {
                (Button::submit(&title(bulk)?).primary())
                (Button::link(&list, "Cancel").quiet())
            }
        }
    })
}

async fn taken_back(
    visitor: &Visitor,
    bulk: &Bulk,
    undo: &Undo,
    asked: &Answers,
) -> Result<Markup, Refused> {
    let after = asked.get("kept").parse().ok();
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let kept = undos::kept(app, caller, &bulks::cause(bulk.id), after, ROWS).await?;
    let mut wanted = Wanted::default();
    for kept in &kept {
        wanted.id(kept.asset);
    }
    let names = names(app, caller, wanted).await?;
    let rows = kept.iter().map(|kept| {
        let id = kept.asset.to_string();
        let tag = names.get(&id).unwrap_or("an asset that is gone");
        let href = visitor.to(&format!("assets/{id}"));
        Row::new(vec![html! { a href=(href) { (tag) } }, html! { (sentences(&kept.why)) }])
    });
    let rows: Vec<_> = rows.collect();
    let columns = [Column::new("Asset").title(), Column::new("Why it stays").wrap()];
    let words = format!("Taken back: {} as before", stands(undo.restored));
    let next = kept.last().filter(|_| kept.len() == ROWS);
    let next = next.map(|last| {
        Answers::default()
            .with("kept", &last.asset.to_string())
            .at(&visitor.to(&format!("bulks/{}", bulk.id)))
    });
    Ok(html! {
        (Callout::new(Tone::Info, &words).body(html! { "By " (undo.actor.name) ", " (visitor.now.ago(undo.started_at)) "." }))
        @if !rows.is_empty() {
            (Panel::new("Left as they are").edge_to_edge(html! { (Table::new("Left as they are", &columns, rows)) }))
            (turner(None, next.as_deref()))
        }
    })
}

fn stands(amount: i64) -> String {
    let verb = if amount == 1 { "stands" } else { "stand" };
    format!("{} {verb}", many(amount))
}

/// Which of its assets are listed.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Changed,
    Item(ItemState),
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Kind::Changed => "changed",
            Kind::Item(state) => state.as_str(),
        }
    }
}

/// The assets of one kind, a page of them.
async fn assets(visitor: &Visitor, bulk: &Bulk, asked: &Answers) -> Result<Markup, Refused> {
    let counts = &bulk.counts;
    let ready = i64::from(bulk.state == BulkState::Ready);
    let kinds = [
        (Kind::Changed, "Changed", counts.done),
        (Kind::Item(ItemState::Fits), "Change", counts.fits * ready),
        (Kind::Item(ItemState::PassedOver), "Left alone", counts.passed_over),
        (Kind::Item(ItemState::Refused), "Cannot", counts.refused),
        (Kind::Item(ItemState::Same), "Stay as they are", counts.same * ready),
    ];
    let kinds: Vec<_> = kinds.into_iter().filter(|(.., amount)| *amount > 0).collect();
    let asked_for = kinds.iter().find(|(kind, ..)| kind.word() == asked.get("show"));
    let Some((kind, ..)) = asked_for.or(kinds.first()).copied() else { return Ok(html! {}) };
    let here = visitor.to(&format!("bulks/{}", bulk.id));
    let at = |kind: Kind| Answers::default().with("show", kind.word());
    let links: Vec<(String, &str, bool)> =
        kinds.iter().map(|(one, label, _)| (at(*one).at(&here), *label, *one == kind)).collect();
    let links: Vec<_> =
        links.iter().map(|(href, label, now)| (href.as_str(), *label, *now)).collect();
    let (items, last) = page_of(visitor, bulk.id, kind, asked.get("after")).await?;
    let mut wanted = Wanted::default();
    for item in &items {
        wanted.id(item.asset);
        wanted.changes(&item.changes, Whose::Asset(Some(item.asset)));
    }
    let names = names(&visitor.web.app, &visitor.caller, wanted).await?;
    let last = last.filter(|_| items.len() == ROWS);
    let next = last.map(|last| at(kind).with("after", &last).at(&here));
    let heading = match kind {
        Kind::Changed => "What changed",
        Kind::Item(ItemState::Fits) => "What changes",
        Kind::Item(_) => "Why",
    };
    let columns =
        [Column::new("Asset").title(), Column::new("Name").drop(), Column::new(heading).wrap()];
    let rows = items.iter().map(|item| row(visitor, item, &names)).collect();
    Ok(html! {
        @if links.len() > 1 { div.toolbar { (views("Which assets", &links)) } }
        (Table::new("Assets", &columns, rows))
        (turner(None, next.as_deref()))
    })
}

/// Some of one kind behind that place, and the place of the last.
async fn page_of(
    visitor: &Visitor,
    bulk: BulkId,
    kind: Kind,
    after: &str,
) -> Result<(Vec<Shown>, Option<String>), Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    Ok(match kind {
        Kind::Changed => {
            let found = bulks::changed(app, caller, bulk, after.parse().ok(), ROWS).await?;
            let last = found.last().map(|(event, _)| event.to_string());
            (found.into_iter().map(|(_, shown)| shown).collect(), last)
        }
        Kind::Item(state) => {
            let after = after.parse::<AssetId>().ok();
            let found = bulks::items(app, caller, bulk, state, after, ROWS).await?;
            let last = found.last().map(|item| item.asset.to_string());
            (found, last)
        }
    })
}

fn row(visitor: &Visitor, item: &Shown, names: &Names) -> Row {
    let mut told: Vec<Told> = told(&item.changes, Whose::Asset(Some(item.asset)), names);
    // Of being archived only whether is told; when is now.
    let mut stays = None;
    for (told, change) in told.iter_mut().zip(&item.changes) {
        if change.field == F::ArchivedAt {
            let word = |value: &Value| if value.is_null() { "no" } else { "yes" };
            (told.before, told.after) = (word(&change.before).into(), word(&change.after).into());
            let holder = item.row.as_ref().and_then(|row| row.custodian.as_deref());
            stays = holder.filter(|_| !change.after.is_null());
        }
    }
    let shown: Vec<Change<'_>> = told.iter().map(words::change).collect();
    let name = item.row.as_ref().map(|row| row.asset.name.as_deref().or(row.product.as_deref()));
    Row::new(vec![
        html! {
            @if let Some(row) = &item.row { a href=(path(visitor, row)) { (row.asset.tag) } }
            @else { (names.called(&item.asset.to_string())) }
        },
        html! { (name.flatten().unwrap_or_default()) },
        html! {
            @if !shown.is_empty() { (changes(&shown)) }
            @if let Some(holder) = stays { p.quiet-text { "It stays checked out to " (holder) "." } }
            @if let Some(why) = &item.why { (sentences(why)) }
        },
    ])
}

pub async fn apply(
    visitor: Visitor,
    At(id): At<BulkId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    let note = answers.some("note").map(str::to_owned);
    let bulk = bulks::apply(&visitor.web.app, &visitor.caller, id, note).await?;
    let here = visitor.to(&format!("bulks/{id}"));
    if bulk.state != BulkState::Applied {
        return Ok(done(&here));
    }
    let counts = &bulk.counts;
    let undo = visitor.to(&format!("bulks/{id}/undo"));
    let offer = (counts.done > 0).then_some(Offer::Undo(&undo));
    let verb = if counts.done == 1 { "was" } else { "were" };
    let sentence = format!("{} {verb} changed.", many(counts.done));
    // Where some were left alone, the page says which.
    let to = if counts.passed_over > 0 { here } else { back(&visitor, &bulk) };
    let tone = if counts.passed_over > 0 { Tone::Warning } else { Tone::Success };
    Ok(said_with(&visitor.web, tone, &sentence, offer, &to))
}

pub async fn undo(visitor: Visitor, At(id): At<BulkId>) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let undo = bulks::undo(app, caller, id).await?;
    let here = visitor.to(&format!("bulks/{id}"));
    if undo.finished_at.is_none() {
        return Ok(done(&here));
    }
    let kept = undos::kept(app, caller, &bulks::cause(id), None, 1).await?;
    let bulk = bulks::find(app, caller, id).await?;
    let sentence = format!("{} as before.", stands(undo.restored));
    let to = if kept.is_empty() { back(&visitor, &bulk) } else { here.clone() };
    let look = kept.is_empty().then_some(Offer::Look(&here, "See what was done"));
    Ok(said_with(&visitor.web, Tone::Success, &sentence, look, &to))
}
