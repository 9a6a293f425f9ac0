//! Who set a value, when and on what occasion: behind a small mark beside it that keyboards and
//! fingers reach, and on hover.

use domain::{Event, Field};
use maud::{Markup, html};

use super::Whole;
use crate::components::Icon;
use crate::pages::answers::Answers;
use crate::pages::history::occasion;
use crate::pages::visitor::Visitor;
use crate::pages::words;

/// A value with its origin, where there is a value and its origin is known.
pub fn set(visitor: &Visitor, whole: &Whole, field: &Field, shown: Markup) -> Markup {
    let Some(event) = whole.origins.get(field).filter(|_| !shown.0.is_empty()) else {
        return shown;
    };
    let by = format!("Set by {} on {}", event.actor.name, visitor.now.exact_text(event.at));
    let own = whole.fields.iter().find(|own| *field == Field::Custom(own.key.to_string()));
    let label = own.map_or_else(|| words::bare_label(field), |own| own.label.clone());
    html! {
        span.set {
            span title=(by) { (shown) }
            details.menu.origin {
                summary.button.button-quiet.button-bare aria-label={ "Who set " (label) } { (Icon::Info) }
                div.menu-panel { (told(visitor, whole, field, event)) }
            }
        }
    }
}

fn told(visitor: &Visitor, whole: &Whole, field: &Field, event: &Event) -> Markup {
    let all = Answers::default()
        .with("thing", &whole.row.asset.id.to_string())
        .with("field", &field.to_string())
        .at(&visitor.to("activity"));
    html! {
        p {
            "Set by " strong { (event.actor.name) } " " (visitor.now.ago(event.at))
            @if let Some((at, what)) = occasion(visitor, &event.cause) {
                @if event.cause.kind == "undo" { ", taking back " } @else { " in " }
                a href=(at) { (what) }
            }
            "."
        }
        @if let Some(note) = &event.note { p.quiet-text { (note) } }
        p { a href=(all) { "Every change of it" } }
    }
}
