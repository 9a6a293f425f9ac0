//! Archiving an asset, bringing it back, and deleting it for good.

use app::assets::{self, AssetRow};
use app::attachments;
use axum::extract::Path;
use axum::response::Response;
use domain::access::Role;
use domain::event::Subject;
use maud::{Markup, html};

use super::super::assets::path;
use super::super::bulks::said_of;
use super::super::done::said;
use super::super::visitor::Visitor;
use super::super::words::counted;
use crate::components::{Confirm, PageHeader, Tone};
use crate::error::Refused;
use crate::layout::Room;

type Which = Path<(String, String)>;

async fn found(visitor: &Visitor, which: &str) -> Result<AssetRow, Refused> {
    Ok(assets::named(&visitor.web.app, &visitor.caller, which).await?)
}

pub async fn confirm_archive(visitor: Visitor, Path((_, which)): Which) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    let row = found(&visitor, &which).await?;
    let mut consequences = vec![
        "It leaves every list, count and report.".to_owned(),
        "Its history is kept, and you can bring it back.".to_owned(),
    ];
    if let Some(name) = &row.custodian {
        consequences.insert(1, format!("It stays checked out to {name}."));
    }
    Ok(ask(&visitor, &row, "Archive", "archive", &consequences))
}

pub async fn archive(visitor: Visitor, Path((_, which)): Which) -> Result<Response, Refused> {
    let row = found(&visitor, &which).await?;
    assets::archive(&visitor.web.app, &visitor.caller, row.asset.id, true).await?;
    said_of(&visitor, row.asset.id, "Archived.", &path(&visitor, &row)).await
}

pub async fn unarchive(visitor: Visitor, Path((_, which)): Which) -> Result<Response, Refused> {
    let row = found(&visitor, &which).await?;
    assets::archive(&visitor.web.app, &visitor.caller, row.asset.id, false).await?;
    said_of(&visitor, row.asset.id, "It is back in every list.", &path(&visitor, &row)).await
}

pub async fn confirm_delete(visitor: Visitor, Path((_, which)): Which) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    let row = found(&visitor, &which).await?;
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let mut consequences = Vec::new();
    match app::custody::count_holdings(app, caller, row.asset.id).await? {
        0 => {}
        1 => consequences.push("An asset is checked out to it; check that in first.".to_owned()),
        more => consequences.push(format!(
            "{} are checked out to it; check them in first.",
            counted(more, "asset", "assets")
        )),
    }
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
    Ok(ask(&visitor, &row, "Delete", "delete", &consequences))
}

pub async fn delete(visitor: Visitor, Path((_, which)): Which) -> Result<Response, Refused> {
    let row = found(&visitor, &which).await?;
    assets::delete(&visitor.web.app, &visitor.caller, row.asset.id).await?;
    let sentence = format!("{} was deleted.", row.asset.tag);
    Ok(said(&visitor.web, Tone::Success, &sentence, &visitor.to("assets")))
}

fn ask(visitor: &Visitor, row: &AssetRow, verb: &str, deed: &str, what: &[String]) -> Markup {
    let tag = row.asset.tag.as_str();
    let (here, list) = (path(visitor, row), visitor.to("assets"));
    let title = format!("{verb} {tag}?");
    let what: Vec<_> = what.iter().map(String::as_str).collect();
    let confirm = Confirm {
        action: &format!("{here}/{deed}"),
        verb: &format!("{verb} {tag}"),
        consequences: &what,
        back: &here,
        fields: html! {},
    };
    let trail = [(list.as_str(), "Assets"), (here.as_str(), tag)];
    let inside = html! { (PageHeader::new(&title).under(&trail)) (confirm) };
    visitor.page(Room::Assets, &title, &inside)
}
