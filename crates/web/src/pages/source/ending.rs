//! Switching a source off, and removing it; either way its assets stay.

use app::sources::{self, Source};
use axum::response::Response;
use domain::access::Role;
use domain::id::SourceId;
use maud::{Markup, html};

use super::super::at::At;
use super::super::done::said;
use super::super::visitor::Visitor;
use crate::components::{Confirm, PageHeader, Tone};
use crate::error::Refused;
use crate::layout::Room;

pub async fn confirm_disable(visitor: Visitor, At(id): At<SourceId>) -> Result<Markup, Refused> {
    ask(
        &visitor,
        id,
        ("Switch off", "disable"),
        &[
            "No run starts by itself any more.",
            "Assets, links, history and settings are kept.",
            "You can switch it on again whenever the connection works.",
        ],
    )
    .await
}

pub async fn disable(visitor: Visitor, At(id): At<SourceId>) -> Result<Response, Refused> {
    sources::disable(&visitor.web.app, &visitor.caller, id).await?;
    let to = visitor.to(&format!("sources/{id}"));
    Ok(said(&visitor.web, Tone::Success, "Switched off. Its assets are kept.", &to))
}

pub async fn confirm_delete(visitor: Visitor, At(id): At<SourceId>) -> Result<Markup, Refused> {
    ask(
        &visitor,
        id,
        ("Remove", "delete"),
        &[
            "Its settings, its token, its runs and its open questions are gone for good.",
            "Its assets stay, with their history; nothing syncs them any more.",
            "To pause it only, switch it off instead.",
        ],
    )
    .await
}

pub async fn delete(visitor: Visitor, At(id): At<SourceId>) -> Result<Response, Refused> {
    sources::delete(&visitor.web.app, &visitor.caller, id).await?;
    let sentence = "The source was removed. Its assets are kept.";
    Ok(said(&visitor.web, Tone::Success, sentence, &visitor.to("sources")))
}

async fn ask(
    visitor: &Visitor,
    id: SourceId,
    (verb, deed): (&str, &str),
    consequences: &[&str],
) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Administrator)?;
    let source: Source = sources::source(&visitor.web.app, &visitor.caller, id).await?;
    let (list, here) = (visitor.to("sources"), visitor.to(&format!("sources/{id}")));
    let title = format!("{verb} {}?", source.name);
    let confirm = Confirm {
        action: &format!("{here}/{deed}"),
        verb,
        consequences,
        back: &here,
        fields: html! {},
    };
    let trail = [(list.as_str(), "Sources"), (here.as_str(), source.name.as_str())];
    let inside = html! { (PageHeader::new(&title).under(&trail)) (confirm) };
    Ok(visitor.page(Room::Sources, &title, &inside))
}
