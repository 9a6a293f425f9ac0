//! Archiving an asset, bringing it back, and deleting it for good.

use app::assets::{self, Archived, AssetQuery, AssetRow};
use app::attachments;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use domain::Custodian;
use domain::access::Role;
use domain::event::Subject;
use maud::{Markup, html};

use super::super::answers::{Answers, Wrong};
use super::super::assets::path;
use super::super::bulks::said_of;
use super::super::done::said;
use super::super::visitor::Visitor;
use super::super::words::counted;
use crate::components::{Button, Callout, Confirm, PageHeader, Tone};
use crate::error::Refused;
use crate::layout::Room;

type Which = Path<(String, String)>;

async fn found(visitor: &Visitor, which: &str) -> Result<AssetRow, Refused> {
    Ok(assets::named(&visitor.web.app, &visitor.caller, which).await?)
}

/// So many assets that are checked out to it are named.
const NAMED: usize = 12;

pub async fn confirm_archive(visitor: Visitor, Path((_, which)): Which) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    let row = found(&visitor, &which).await?;
    archive_view(&visitor, &row, &Wrong::default()).await
}

async fn archive_view(visitor: &Visitor, row: &AssetRow, wrong: &Wrong) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let mut consequences = vec!["It leaves every list, count and report.".to_owned()];
    if let Some(name) = &row.custodian {
        consequences.push(format!("It stays checked out to {name}."));
    }
    match app::custody::count_holdings(app, caller, row.asset.id).await? {
        0 => {}
        1 => consequences.push("The asset that is checked out to it stays so.".to_owned()),
        more => {
            let more = counted(more, "asset", "assets");
            consequences.push(format!("The {more} that are checked out to it stay so."));
        }
    }
    consequences.push("Its history is kept, and you can bring it back.".to_owned());
    Ok(ask(visitor, row, ("Archive", "archive"), &consequences, wrong))
}

pub async fn archive(visitor: Visitor, Path((_, which)): Which) -> Result<Response, Refused> {
    let row = found(&visitor, &which).await?;
    match assets::archive(&visitor.web.app, &visitor.caller, row.asset.id, true).await {
        Ok(_) => said_of(&visitor, row.asset.id, "Archived.", &path(&visitor, &row)).await,
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            Ok((wrong.status(), archive_view(&visitor, &row, &wrong).await?).into_response())
        }
    }
}

pub async fn unarchive(visitor: Visitor, Path((_, which)): Which) -> Result<Response, Refused> {
    let row = found(&visitor, &which).await?;
    assets::archive(&visitor.web.app, &visitor.caller, row.asset.id, false).await?;
    said_of(&visitor, row.asset.id, "It is back in every list.", &path(&visitor, &row)).await
}

pub async fn confirm_delete(visitor: Visitor, Path((_, which)): Which) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    let row = found(&visitor, &which).await?;
    match app::custody::count_holdings(&visitor.web.app, &visitor.caller, row.asset.id).await? {
        0 => delete_view(&visitor, &row, &Wrong::default()).await,
        holds => in_the_way(&visitor, &row, holds).await,
    }
}

async fn delete_view(visitor: &Visitor, row: &AssetRow, wrong: &Wrong) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let mut consequences = Vec::new();
    if let Some(name) = &row.custodian {
        consequences.push(format!("{name} has it now, and is no longer asked to give it back."));
    }
    let files = match attachments::of(app, caller, Subject::Asset(row.asset.id)).await?.len() {
        0 => "The asset and its links are".to_owned(),
        1 => "The asset, its file and its links are".to_owned(),
        more => format!("The asset, its {more} files and its links are"),
    };
    consequences.push(format!("{files} gone for good; only its history remembers it."));
    consequences.extend([
        "If its device is still in Kandji, the next run adds it again as a new asset.".to_owned(),
        "To only put it out of sight, archive it instead.".to_owned(),
    ]);
    Ok(ask(visitor, row, ("Delete", "delete"), &consequences, wrong))
}

/// What must be checked in before it can be deleted, each by its tag.
async fn in_the_way(visitor: &Visitor, row: &AssetRow, holds: u64) -> Result<Markup, Refused> {
    let query = AssetQuery {
        custodian: Some(Custodian::Asset(row.asset.id)),
        archived: Archived::Any,
        limit: NAMED,
        ..AssetQuery::default()
    };
    let held = assets::list(&visitor.web.app, &visitor.caller, query).await?.items;
    let here = path(visitor, row);
    let all = Answers::default()
        .with("custodian", &row.asset.id.to_string())
        .with("archived", "any")
        .at(&visitor.to("assets"));
    let (title, them) = match holds {
        1 => ("1 asset is checked out to it".to_owned(), "it"),
        more => (format!("{} are checked out to it", counted(more, "asset", "assets")), "them"),
    };
    let rest = holds.saturating_sub(held.len() as u64);
    let why = Callout::new(Tone::Info, &title).body(html! {
        @for (n, one) in held.iter().enumerate() {
            @if n > 0 { ", " }
            a href=(path(visitor, one)) { (one.asset.tag) }
        }
        @if rest > 0 { " and " a href=(all) { (counted(rest, "other", "others")) } }
        ". Check " (them) " in first; then it can be deleted."
    });
    let inside = html! { (why) div.form-actions { (Button::link(&here, "Keep as it is")) } };
    Ok(page(visitor, row, "Delete", &inside))
}

pub async fn delete(visitor: Visitor, Path((_, which)): Which) -> Result<Response, Refused> {
    let row = found(&visitor, &which).await?;
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let Err(refusal) = assets::delete(app, caller, row.asset.id).await else {
        let sentence = format!("{} was deleted.", row.asset.tag);
        return Ok(said(&visitor.web, Tone::Success, &sentence, &visitor.to("assets")));
    };
    let wrong = Wrong::form(refusal)?;
    let page = match app::custody::count_holdings(app, caller, row.asset.id).await? {
        0 => delete_view(&visitor, &row, &wrong).await?,
        holds => in_the_way(&visitor, &row, holds).await?,
    };
    Ok((wrong.status(), page).into_response())
}

fn ask(
    visitor: &Visitor,
    row: &AssetRow,
    (verb, deed): (&str, &str),
    what: &[String],
    wrong: &Wrong,
) -> Markup {
    let here = path(visitor, row);
    let what: Vec<_> = what.iter().map(String::as_str).collect();
    let confirm = Confirm {
        action: &format!("{here}/{deed}"),
        verb: &format!("{verb} {}", row.asset.tag),
        consequences: &what,
        back: &here,
        fields: html! {},
    };
    page(visitor, row, verb, &html! { (wrong.callout()) (confirm) })
}

fn page(visitor: &Visitor, row: &AssetRow, verb: &str, inside: &Markup) -> Markup {
    let tag = row.asset.tag.as_str();
    let (here, list) = (path(visitor, row), visitor.to("assets"));
    let title = format!("{verb} {tag}?");
    let trail = [(list.as_str(), "Assets"), (here.as_str(), tag)];
    let inside = html! { (PageHeader::new(&title).under(&trail)) (inside) };
    visitor.page(Room::Assets, &title, &inside)
}
