//! Files kept with an asset, an employee or a product: shown, added, looked at, taken away.

use app::Refusal;
use app::attachments::{self, Attachment, KINDS};
use axum::extract::{Path, Query, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::event::Subject;
use domain::id::{AttachmentId, EmployeeId, ProductId};
use maud::{Markup, html};

use super::answers::{Answers, Wrong};
use super::asset::SCANNED;
use super::assets::path;
use super::at::At;
use super::done::said;
use super::visitor::Visitor;
use crate::components::{Button, Confirm, Field, Icon, PageHeader, Panel, Tone};
use crate::error::{Refused, sentences};
use crate::layout::Room;
use crate::{download, upload};

/// What files are kept with, and where it has its page.
struct Owner {
    room: Room,
    /// Its list, and what that is called.
    list: (String, &'static str),
    here: String,
    name: String,
}

impl Owner {
    async fn of(visitor: &Visitor, subject: Subject) -> Result<Self, Refusal> {
        let (app, caller) = (&visitor.web.app, &visitor.caller);
        match subject {
            Subject::Employee(id) => Ok(Owner {
                room: Room::Employees,
                list: (visitor.to("employees"), "Employees"),
                here: visitor.to(&format!("employees/{id}")),
                name: app::people::employee(app, caller, id).await?.name,
            }),
            Subject::Asset(id) => {
                let row = app::assets::asset(app, caller, id).await?;
                Ok(Owner {
                    room: Room::Assets,
                    list: (visitor.to("assets"), "Assets"),
                    here: path(visitor, &row),
                    name: row.asset.tag.to_string(),
                })
            }
            Subject::Product(id) => Ok(Owner {
                room: Room::Products,
                list: (visitor.to("products"), "Products"),
                here: visitor.to(&format!("products/{id}")),
                name: app::catalog::product(app, caller, id).await?.product.name,
            }),
            other => Err(Refusal::not_found(other.kind(), other.id())),
        }
    }

    fn trail(&self) -> [(&str, &str); 2] {
        [(&self.list.0, self.list.1), (&self.here, &self.name)]
    }
}

/// `here` is the page of what they are kept with.
pub async fn panel(visitor: &Visitor, subject: Subject, here: &str) -> Result<Markup, Refused> {
    let kept = attachments::of(&visitor.web.app, &visitor.caller, subject).await?;
    let none = match subject {
        Subject::Employee(_) => "No agreement, no signed sheet yet.",
        Subject::Product(_) => {
            "No photograph, no manual yet. The newest picture stands for the product."
        }
        _ => "No invoice, no photograph yet.",
    };
    let may = visitor.may(Role::Operator);
    let list = html! {
        @if kept.is_empty() { p.quiet-text { (none) } }
        @else { ul.files { @for one in &kept { li { (line(visitor, one)) } } } }
        @if may { (form(visitor, here, &Wrong::default())) }
    };
    Ok(html! { section id="files" { (Panel::new("Files").body(list)) } })
}

fn line(visitor: &Visitor, kept: &Attachment) -> Markup {
    let here = visitor.to(&format!("attachments/{}", kept.id));
    html! {
        @if kept.kind.is_picture() { img.thumb src=(here) alt="" loading="lazy"; } @else { (Icon::FileText) }
        div {
            a href=(here) { (kept.name.as_str()) }
            p.quiet-text { (size(kept.size)) " · " (kept.added_by) ", " (visitor.now.ago(kept.added_at)) }
        }
        @if visitor.may(Role::Manager) {
            (Button::link(&format!("{here}/delete"), &format!("Delete {}", kept.name.as_str())).icon(Icon::Trash2).quiet().bare())
        }
    }
}

fn form(visitor: &Visitor, here: &str, wrong: &Wrong) -> Markup {
    let most = size(visitor.web.app.limits().file);
    let hint = format!("Up to {most}: {KINDS}");
    html! {
        form.form method="post" enctype="multipart/form-data" action={ (here) "/attachments" } {
            (wrong.callout())
            (Field::new("file", "Add a file").hint(&hint).required().error(wrong.at("file")).file(None))
            div.form-actions { (Button::submit("Add file").icon(Icon::Paperclip)) }
        }
    }
}

/// The camera of a phone, in one touch, and back to where the label led.
pub fn photo_form(here: &str) -> Markup {
    html! {
        form.form method="post" enctype="multipart/form-data" action={ (here) "/attachments?" (SCANNED) "=on" } {
            (Field::new("file", "Photograph").required().file(Some("image/*")))
            div.form-actions { (Button::submit("Add photograph").icon(Icon::Camera).wide()) }
        }
    }
}

pub async fn to_asset(
    visitor: Visitor,
    Path((_, which)): Path<(String, String)>,
    Query(asked): Query<Answers>,
    request: Request,
) -> Result<Response, Refused> {
    visitor.caller.need(Role::Operator)?;
    let row = app::assets::named(&visitor.web.app, &visitor.caller, &which).await?;
    let subject = Subject::Asset(row.asset.id);
    if asked.ticked(SCANNED) {
        let here = format!("{}/sighting", path(&visitor, &row));
        let (tone, sentence) = match kept(&visitor, subject, request).await {
            Ok(kept) => (Tone::Success, format!("{} is kept.", kept.name.as_str())),
            Err(refusal) => (Tone::Danger, sentences(&refusal.to_string())),
        };
        return Ok(said(&visitor.web, tone, &sentence, &here));
    }
    added(&visitor, subject, request).await
}

pub async fn to_employee(
    visitor: Visitor,
    At(id): At<EmployeeId>,
    request: Request,
) -> Result<Response, Refused> {
    visitor.caller.need(Role::Operator)?;
    added(&visitor, Subject::Employee(id), request).await
}

pub async fn to_product(
    visitor: Visitor,
    At(id): At<ProductId>,
    request: Request,
) -> Result<Response, Refused> {
    visitor.caller.need(Role::Operator)?;
    added(&visitor, Subject::Product(id), request).await
}

/// What a product looks like; nothing where no picture is kept with it.
pub async fn picture(visitor: &Visitor, id: ProductId, name: &str) -> Result<Markup, Refused> {
    let kept = attachments::picture(&visitor.web.app, &visitor.caller, id).await?;
    Ok(html! {
        @if let Some(kept) = kept {
            figure.picture { img src=(visitor.to(&format!("attachments/{}", kept.id))) alt=(name); }
        }
    })
}

async fn kept(
    visitor: &Visitor,
    subject: Subject,
    request: Request,
) -> Result<Attachment, Refusal> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let sent = upload::file(request, app.limits()).await?;
    attachments::add(app, caller, subject, &sent.name, sent.content).await
}

async fn added(visitor: &Visitor, subject: Subject, request: Request) -> Result<Response, Refused> {
    let owner = Owner::of(visitor, subject).await?;
    match kept(visitor, subject, request).await {
        Ok(kept) => {
            let sentence = format!("{} is kept.", kept.name.as_str());
            Ok(said(&visitor.web, Tone::Success, &sentence, &owner.here))
        }
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            let page = again(visitor, &owner, &wrong);
            Ok((wrong.status(), page).into_response())
        }
    }
}

/// A browser does not send a file's place again, so it has to be chosen once more.
fn again(visitor: &Visitor, owner: &Owner, wrong: &Wrong) -> Markup {
    let title = format!("A file for {}", owner.name);
    let inside = html! {
        (PageHeader::new(&title).under(&owner.trail()))
        (form(visitor, &owner.here, wrong))
    };
    visitor.page(owner.room, &title, &inside)
}

/// A picture is shown, all else is saved. What a browser still has is not sent again; it asks each
/// time, because who may see it can change.
pub async fn show(
    visitor: Visitor,
    At(id): At<AttachmentId>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let tag = format!("\"{id}\"");
    let ask = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, "private, no-cache".into())];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| *known == *tag) {
        attachments::attachment(app, caller, id).await?;
        return Ok((StatusCode::NOT_MODIFIED, ask).into_response());
    }
    let (kept, content) = attachments::content(app, caller, id).await?;
    Ok((ask, download::attachment(&kept, content, true)).into_response())
}

pub async fn confirm_delete(visitor: Visitor, At(id): At<AttachmentId>) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let kept = attachments::attachment(app, caller, id).await?;
    let owner = Owner::of(&visitor, kept.subject).await?;
    let title = format!("Delete {}?", kept.name.as_str());
    let confirm = Confirm {
        action: &visitor.to(&format!("attachments/{id}/delete")),
        verb: &format!("Delete {}", kept.name.as_str()),
        consequences: &["The file is gone for good; the history remembers its name."],
        back: &owner.here,
        fields: html! {},
    };
    let inside = html! { (PageHeader::new(&title).under(&owner.trail())) (confirm) };
    Ok(visitor.page(owner.room, &title, &inside))
}

pub async fn delete(visitor: Visitor, At(id): At<AttachmentId>) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let gone = attachments::remove(app, caller, id).await?;
    let owner = Owner::of(&visitor, gone.subject).await?;
    let sentence = format!("{} was deleted.", gone.name.as_str());
    Ok(said(&visitor.web, Tone::Success, &sentence, &owner.here))
}

/// As people read it: `3 KB`, `2.4 MB`.
fn size(bytes: i64) -> String {
    const MB: i64 = 1 << 20;
    match bytes {
        1 => "1 byte".to_owned(),
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
        for (bytes, expect) in [
            (1, "1 byte"),
            (7, "7 bytes"),
            (2_048, "2 KB"),
            (10 << 20, "10 MB"),
            (2_516_582, "2.3 MB"),
        ] {
            assert_eq!(size(bytes), expect);
        }
    }
}
