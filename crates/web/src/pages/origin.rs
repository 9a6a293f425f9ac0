//! Who set a value, when and on what occasion: behind a small mark beside it that keyboards and
//! fingers reach, and on hover.

use std::collections::BTreeMap;

use domain::event::Subject;
use domain::{Event, Field};
use maud::{Markup, html};

use super::answers::Answers;
use super::history::occasion;
use super::visitor::Visitor;
use crate::components::Icon;

/// Per field of one thing, the event that set it.
pub struct Origins {
    pub of: Subject,
    pub events: BTreeMap<Field, Event>,
}

impl Origins {
    /// A value with its origin, where there is a value and its origin is known.
    pub fn set(&self, visitor: &Visitor, field: &Field, label: &str, shown: Markup) -> Markup {
        let Some(event) = self.events.get(field).filter(|_| !shown.0.is_empty()) else {
            return shown;
        };
        let by = format!("Set by {} on {}", event.actor.name, visitor.now.exact_text(event.at));
        html! {
            span.set {
                span title=(by) { (shown) }
                details.menu.origin {
                    summary.button.button-quiet.button-bare aria-label={ "Who set " (label) } { (Icon::Info) }
                    div.menu-panel { (self.told(visitor, field, event)) }
                }
            }
        }
    }

    fn told(&self, visitor: &Visitor, field: &Field, event: &Event) -> Markup {
        let all = Answers::default()
            .with("thing", &self.of.id())
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
}
