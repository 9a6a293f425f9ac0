//! Custom fields that a source's settings name and that are gone: said in red, and made again by
//! one button (R6).

use app::sources::{self, Source};
use axum::response::Response;
use domain::id::SourceId;
use maud::{Markup, html};

use crate::components::{Button, Callout, Tone};
use crate::error::Refused;
use crate::pages::at::At;
use crate::pages::done::said;
use crate::pages::visitor::Visitor;

/// Nothing where all are there.
pub async fn missing(visitor: &Visitor, source: &Source) -> Result<Markup, Refused> {
    let gone = sources::missing_fields(&visitor.web.app, &visitor.caller, source).await?;
    if gone.is_empty() {
        return Ok(html! {});
    }
    let (title, it) = match gone.as_slice() {
        [only] => (format!("The custom field \"{only}\" is missing"), "it is"),
        several => (format!("The custom fields {} are missing", several.join(", ")), "they are"),
    };
    let action = visitor.to(&format!("sources/{}/fields", source.id));
    Ok(html! {
        (Callout::new(Tone::Danger, &title)
            .body(html! { "These settings cannot be saved, nor the source be enabled, until " (it) " there again." })
            .action(html! {
                form method="post" action=(action) { (Button::submit("Make what is missing").primary()) }
            }))
    })
}

pub async fn make(visitor: Visitor, At(id): At<SourceId>) -> Result<Response, Refused> {
    sources::make_missing_fields(&visitor.web.app, &visitor.caller, id).await?;
    let to = visitor.to(&format!("sources/{id}/settings"));
    Ok(said(&visitor.web, Tone::Success, "The fields are there.", &to))
}
