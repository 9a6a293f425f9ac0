//! Deleting a noun: possible once nothing points at it; until then the page says what does.

use app::{attachments, nouns};
use axum::response::Response;
use domain::access::Role;
use domain::id::Id;
use maud::{Markup, html};

use super::{Face, Words, at};
use crate::components::{Button, Callout, Confirm, Icon, PageHeader, Tone};
use crate::error::Refused;
use crate::pages::at::At;
use crate::pages::done::said;
use crate::pages::visitor::Visitor;
use crate::pages::words::counted;

pub async fn confirm_delete<K: Face>(
    visitor: Visitor,
    At(id): At<Id<K>>,
) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    let Words { room, path, one, many, .. } = K::WORDS;
    let (app, caller, subject) = (&visitor.web.app, &visitor.caller, K::subject(id));
    let name = nouns::name(app, caller, subject).await?;
    let uses = nouns::uses(app, caller, subject).await?;
    let files = attachments::of(app, caller, subject).await?.len();
    let files = counted(files as u64, "file", "files");
    let files = (!files.starts_with("0 ")).then(|| format!("With it {files} go."));
    let had = match nouns::times_held(app, caller, subject).await? {
        0 => None,
        1 => Some("once".to_owned()),
        more => Some(counted(more, "time", "times")),
    };
    let had = had.map(|had| {
        format!(
            "{name} had something {had}: who had it when stays in the history, under this name."
        )
    });
    let consequences: Vec<&str> = ["Nothing points at it."]
        .into_iter()
        .chain(files.as_deref())
        .chain(had.as_deref())
        .chain(["It is gone for good; only the history remembers it."])
        .collect();
    let (list, here) = (visitor.to(path), at(&visitor, id));
    let title = format!("Delete {name}?");
    let inside = html! {
        (PageHeader::new(&title).under(&[(&list, many), (&here, &name)]))
        @if uses.any() {
            (Callout::new(Tone::Info, &format!("This {one} is used by {uses}"))
                .body(html! { "Merge it into another, and they move there; or give each another first. Then it can be deleted." })
                .action(html! { (Button::link(&format!("{here}/merge"), "Merge into another").icon(Icon::GitMerge)) }))
            div.form-actions { (Button::link(&here, "Keep as it is")) }
        } @else {
            (Confirm {
                action: &format!("{here}/delete"),
                verb: &format!("Delete {name}"),
                consequences: &consequences,
                back: &here,
                fields: html! {},
            })
        }
    };
    Ok(visitor.page(room, &title, &inside))
}

pub async fn delete<K: Face>(visitor: Visitor, At(id): At<Id<K>>) -> Result<Response, Refused> {
    let (app, caller, subject) = (&visitor.web.app, &visitor.caller, K::subject(id));
    nouns::delete(app, caller, subject).await?;
    Ok(said(&visitor.web, Tone::Success, "Deleted.", &visitor.to(K::WORDS.path)))
}
