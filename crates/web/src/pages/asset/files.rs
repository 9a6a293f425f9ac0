//! Files kept with an asset: shown, added, looked at, taken away.

use app::assets::AssetRow;
use app::attachments::{self, Attachment, KINDS};
use axum::extract::{Path, Request};
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::id::AttachmentId;
use maud::{Markup, html};

use super::super::answers::Wrong;
use super::super::assets::path;
use super::super::at::At;
use super::super::done::said;
use super::super::visitor::Visitor;
use crate::components::{Button, Confirm, Field, Icon, PageHeader, Panel, Tone};
use crate::error::Refused;
use crate::layout::Room;
use crate::{download, upload};

pub async fn panel(visitor: &Visitor, row: &AssetRow) -> Result<Markup, Refused> {
    let kept = attachments::of_asset(&visitor.web.app, &visitor.caller, row.asset.id).await?;
    let may = visitor.may(Role::Operator);
    let list = html! {
        @if kept.is_empty() { p.quiet-text { "No invoice, no photograph yet." } }
        @else { ul.files { @for one in &kept { li { (line(visitor, one)) } } } }
        @if may { (form(visitor, row, &Wrong::default())) }
    };
    Ok(html! { section id="files" { (Panel::new("Files").body(list)) } })
}

fn line(visitor: &Visitor, kept: &Attachment) -> Markup {
    let here = visitor.to(&format!("attachments/{}", kept.id));
    let icon = if kept.kind.is_picture() { Icon::Image } else { Icon::FileText };
    html! {
        (icon)
        div {
            a href=(here) { (kept.name.as_str()) }
            p.quiet-text { (size(kept.size)) " · " (kept.added_by) ", " (visitor.now.ago(kept.added_at)) }
        }
        @if visitor.may(Role::Manager) {
            (Button::link(&format!("{here}/delete"), &format!("Delete {}", kept.name.as_str())).icon(Icon::Trash2).quiet().bare())
        }
    }
}

fn form(visitor: &Visitor, row: &AssetRow, wrong: &Wrong) -> Markup {
    let most = size(visitor.web.app.limits().file);
    let hint = format!("Up to {most}: {KINDS}");
    html! {
        form.form method="post" enctype="multipart/form-data" action={ (path(visitor, row)) "/attachments" } {
            (wrong.callout())
            (Field::new("file", "Add a file").hint(&hint).required().error(wrong.at("file")).file(None))
            div.form-actions { (Button::submit("Add file").icon(Icon::Paperclip)) }
        }
    }
}

/// The camera of a phone, in one touch.
pub fn photo_form(visitor: &Visitor, row: &AssetRow) -> Markup {
    html! {
        form.form method="post" enctype="multipart/form-data" action={ (path(visitor, row)) "/attachments" } {
            (Field::new("file", "Photograph").required().file(Some("image/*")))
            div.form-actions { (Button::submit("Add photograph").icon(Icon::Camera).wide()) }
        }
    }
}

pub async fn add(
    visitor: Visitor,
    Path((_, which)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Refused> {
    visitor.caller.need(Role::Operator)?;
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let row = app::assets::named(app, caller, &which).await?;
    let added = async {
        let sent = upload::file(request, app.limits()).await?;
        attachments::add(app, caller, row.asset.id, &sent.name, sent.content).await
    };
    match added.await {
        Ok(kept) => {
            let sentence = format!("{} is kept.", kept.name.as_str());
            Ok(said(&visitor.web, Tone::Success, &sentence, &path(&visitor, &row)))
        }
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            let page = again(&visitor, &row, &wrong);
            Ok((wrong.status(), page).into_response())
        }
    }
}

/// A browser does not send a file's place again, so it has to be chosen once more.
fn again(visitor: &Visitor, row: &AssetRow, wrong: &Wrong) -> Markup {
    let (list, here) = (visitor.to("assets"), path(visitor, row));
    let tag = row.asset.tag.as_str();
    let title = format!("A file for {tag}");
    let inside = html! {
        (PageHeader::new(&title).under(&[(&list, "Assets"), (&here, tag)]))
        (form(visitor, row, wrong))
    };
    visitor.page(Room::Assets, &title, &inside)
}

/// A picture is shown, all else is saved.
pub async fn show(visitor: Visitor, At(id): At<AttachmentId>) -> Result<Response, Refused> {
    let (kept, content) = attachments::content(&visitor.web.app, &visitor.caller, id).await?;
    Ok(download::attachment(&kept, content, true))
}

pub async fn confirm_delete(visitor: Visitor, At(id): At<AttachmentId>) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let kept = attachments::attachment(app, caller, id).await?;
    let row = app::assets::asset(app, caller, kept.asset).await?;
    let (list, here) = (visitor.to("assets"), path(&visitor, &row));
    let title = format!("Delete {}?", kept.name.as_str());
    let confirm = Confirm {
        action: &visitor.to(&format!("attachments/{id}/delete")),
        verb: &format!("Delete {}", kept.name.as_str()),
        consequences: &["The file is gone for good; the history remembers its name."],
        back: &here,
        fields: html! {},
    };
    let trail = [(list.as_str(), "Assets"), (here.as_str(), row.asset.tag.as_str())];
    let inside = html! { (PageHeader::new(&title).under(&trail)) (confirm) };
    Ok(visitor.page(Room::Assets, &title, &inside))
}

pub async fn delete(visitor: Visitor, At(id): At<AttachmentId>) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let gone = attachments::remove(app, caller, id).await?;
    let row = app::assets::asset(app, caller, gone.asset).await?;
    let sentence = format!("{} was deleted.", gone.name.as_str());
    Ok(said(&visitor.web, Tone::Success, &sentence, &path(&visitor, &row)))
}

/// As people read it: `3 KB`, `2.4 MB`.
fn size(bytes: i64) -> String {
    const MB: i64 = 1 << 20;
    match bytes {
        0..1_024 => format!("{bytes} bytes"),
        1_024..MB => format!("{} KB", bytes / 1_024),
        _ if bytes % MB == 0 => format!("{} MB", bytes / MB),
        _ => format!("{}.{} MB", bytes / MB, bytes % MB * 10 / MB),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_people_say_them() {
        for (bytes, expect) in
            [(7, "7 bytes"), (2_048, "2 KB"), (10 << 20, "10 MB"), (2_516_582, "2.3 MB")]
        {
            assert_eq!(size(bytes), expect);
        }
    }
}
