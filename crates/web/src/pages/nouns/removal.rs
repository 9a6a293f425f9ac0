//! Deleting a noun: possible once nothing points at it; until then the page says what does.

use app::{attachments, nouns};
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::event::Subject;
use domain::id::Id;
use maud::{Markup, html};

use super::{Face, Words, at};
use crate::components::{Button, Callout, Confirm, Icon, PageHeader, Tone};
use crate::error::Refused;
use crate::pages::answers::Wrong;
use crate::pages::at::At;
use crate::pages::done::said;
use crate::pages::visitor::Visitor;
use crate::pages::words::counted;

pub async fn confirm_delete<K: Face>(
    visitor: Visitor,
    At(id): At<Id<K>>,
) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    view(&visitor, id, &Wrong::default()).await
}

async fn view<K: Face>(visitor: &Visitor, id: Id<K>, wrong: &Wrong) -> Result<Markup, Refused> {
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
    let (list, here) = (visitor.to(path), at(visitor, id));
    let title = format!("Delete {name}?");
    let inside = html! {
        (PageHeader::new(&title).under(&[(&list, many), (&here, &name)]))
        @if uses.any() {
            (Callout::new(Tone::Info, &used(subject, one, uses))
                .body(html! { (way_on(subject)) })
                .action(html! { (Button::link(&format!("{here}/merge"), "Merge into another").icon(Icon::GitMerge)) }))
            div.form-actions { (Button::link(&here, "Keep as it is")) }
        } @else {
            (wrong.callout())
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

/// `This supplier is used by 1 asset`; of a person, who reports to them stands apart.
fn used(subject: Subject, one: &str, uses: nouns::Uses) -> String {
    let reports = match subject {
        Subject::Employee(_) => uses.employees.unsigned_abs(),
        _ => 0,
    };
    let rest = nouns::Uses { employees: 0, ..uses };
    let report = if reports == 1 { "reports to them" } else { "report to them" };
    let report = format!("{} {report}", counted(reports, "employee", "employees"));
    match (reports, rest.any()) {
        (0, _) => format!("This {one} is used by {uses}"),
        (_, false) => report,
        (_, true) => format!("This {one} is used by {rest}, and {report}"),
    }
}

/// What makes it possible, of a person or of a thing.
const fn way_on(subject: Subject) -> &'static str {
    if matches!(subject, Subject::Employee(_)) {
        return "Merge them into another employee, and all of it moves there; or check in what they \
                hold and give who reports to them another manager first. Then they can be deleted.";
    }
    "Merge it into another, and they move there; or give each another first. Then it can be deleted."
}

pub async fn delete<K: Face>(visitor: Visitor, At(id): At<Id<K>>) -> Result<Response, Refused> {
    let (app, caller, subject) = (&visitor.web.app, &visitor.caller, K::subject(id));
    if let Err(refusal) = nouns::delete(app, caller, subject).await {
        let wrong = Wrong::form(refusal)?;
        return Ok((wrong.status(), view(&visitor, id, &wrong).await?).into_response());
    }
    Ok(said(&visitor.web, Tone::Success, "Deleted.", &visitor.to(K::WORDS.path)))
}
