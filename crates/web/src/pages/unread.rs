//! What of an address cannot be read, because what it names is gone or was never there: said one by
//! one, each with the way to go on without it.

use maud::{Markup, html};

use super::answers::{Answers, Wrong};
use super::visitor::Visitor;
use crate::components::{Button, Callout, Tone};

const TITLE: &str = "A filter cannot be read";

/// `path` is where the list or report stands.
pub fn callout(visitor: &Visitor, asked: &Answers, path: &str, wrong: &Wrong) -> Markup {
    let kept = asked.without("cursor").without("edit");
    let at = |kept: &Answers| kept.at(&visitor.to(path));
    let all: Vec<(&str, &str)> = wrong.all().collect();
    let rest = all.iter().fold(kept.clone(), |rest, (name, _)| rest.without(name));
    html! {
        (Callout::new(Tone::Danger, TITLE).body(html! {
            @for (name, why) in &all {
                p { (why) " " a href=(at(&kept.without(name))) { "Go on without it" } }
            }
        }).action(html! {
            @if all.len() > 1 { (Button::link(&at(&rest), "Go on without them")) }
        }))
    }
}

/// What of an address only says how a list is shown, and cannot be read: the list is shown as usual,
/// and that is said above it. `lost` are names and what they were said to be.
pub fn passed_over<'a>(
    visitor: &Visitor,
    asked: &Answers,
    path: &str,
    lost: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Markup {
    let lost: Vec<_> = lost.into_iter().collect();
    let rest = lost.iter().fold(asked.without("edit"), |rest, (name, _)| rest.without(name));
    html! {
        @if !lost.is_empty() {
            (Callout::new(Tone::Warning, "Part of this address was not understood").body(html! {
                @for (name, text) in &lost {
                    @let text: String = text.chars().take(80).collect();
                    p {
                        @match *name {
                            "sort" => { "There is no order by “" (text) "”; the list is in its usual one." }
                            _ => { "“" (text) "” is no place in this list; it is shown from its beginning." }
                        }
                    }
                }
            }).action(html! { (Button::link(&rest.at(&visitor.to(path)), "Go on without it")) }))
        }
    }
}

/// The same for what is kept under a name: what cannot be read can be dropped there. `action` takes
/// the names of filters as `drop`.
pub fn droppable(action: &str, wrong: &Wrong, may: bool) -> Markup {
    let all: Vec<(&str, &str)> = wrong.all().collect();
    let drop = if all.len() > 1 { "Drop these filters" } else { "Drop this filter" };
    html! {
        (Callout::new(Tone::Danger, TITLE).body(html! {
            @for (_, why) in &all { p { (why) } }
            p { "Until it is dropped or set right, this opens with an error, and a mail of it says so." }
        }).action(html! {
            @if may {
                form method="post" action=(action) {
                    @for (name, _) in &all { input type="hidden" name="drop" value=(name); }
                    (Button::submit(drop))
                }
            }
        }))
    }
}
