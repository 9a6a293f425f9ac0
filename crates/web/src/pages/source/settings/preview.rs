//! A look at what a change of settings would do, before it is saved.

use app::previews::{self, Example, Expected, Outlook, Preview};
use app::runs::ChangeKind;
use app::sources::Source;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::patch;
use crate::components::{Button, Callout, Column, PageHeader, Panel, Row, Table, Tone};
use crate::error::sentences;
use crate::layout::Room;
use crate::pages::answers::Answers;
use crate::pages::visitor::Visitor;
use crate::pages::words::{capital, counted};

/// In the order people worry about them.
const KINDS: [(ChangeKind, &str); 5] = [
    (ChangeKind::CheckedIn, "Check in"),
    (ChangeKind::CheckedOut, "Check out"),
    (ChangeKind::Created, "Create"),
    (ChangeKind::Linked, "Link"),
    (ChangeKind::Updated, "Update"),
];

/// Refused for the same reasons as saving; what is shown can then be saved as it is.
pub async fn page(
    visitor: &Visitor,
    source: &Source,
    answers: &Answers,
) -> Result<Response, app::Refusal> {
    let patch = patch::patch(answers, source.synced_before)?;
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let preview = Box::pin(previews::of_settings(app, caller, source.id, &patch)).await?;
    let list = visitor.to("sources");
    let here = visitor.to(&format!("sources/{}", source.id));
    let settings = format!("{here}/settings");
    let above = [
        (list.as_str(), "Sources"),
        (here.as_str(), source.name.as_str()),
        (settings.as_str(), "Settings"),
    ];
    let inside = html! {
        (PageHeader::new("What this would change").under(&above).lead(lead(&preview)))
        div.settings.stack {
            @if let Some(expected) = &preview.expected { (found(expected)) }
            @if !preview.unknown.is_empty() { (unknown(&preview.unknown)) }
            form method="post" action=(settings) {
                @for (name, value) in answers.pairs() { input type="hidden" name=(name) value=(value); }
                div.form-actions {
                    (Button::answer("deed", "save", "Save settings").primary())
                    (Button::answer("deed", "edit", "Back to editing"))
                }
            }
        }
    };
    Ok(visitor.page(Room::Sources, "What this would change", &inside).into_response())
}

fn lead(preview: &Preview) -> Markup {
    let words = |key: &String| key.replace('_', " ");
    let changed: Vec<_> =
        preview.changed.iter().filter(|key| *key != "preset").map(words).collect();
    html! {
        "Nothing is saved yet. "
        @match &preview.expected {
            None => { "What these settings would do is not known: no device of this source was ever read." }
            Some(expected) => { (sentence(&expected.then)) }
        }
        " "
        @if changed.is_empty() { "No setting changes." } @else { "Changed: " (changed.join(", ")) "." }
    }
}

/// "With these settings the next run would check in 14 assets, check out 3 and create 0."
fn sentence(then: &Outlook) -> String {
    let counts = then.counts;
    let mut text = format!(
        "With these settings the next run would check in {}, check out {} and create {}",
        counted(counts.checked_in, "asset", "assets"),
        counts.checked_out,
        counts.created,
    );
    if !then.held.is_empty() {
        text.push_str("; it would wait for a person to approve it");
    }
    text + "."
}

fn found(expected: &Expected) -> Markup {
    let columns = [
        Column::new("The next run would").title(),
        Column::new("As set now").num(),
        Column::new("With these settings").num(),
    ];
    let row = |label: &str, now: u64, then: u64| {
        let differs = now != then;
        Row::new(vec![
            html! { (label) },
            html! { (now) },
            html! { @if differs { strong { (then) } } @else { (then) } },
        ])
    };
    let (now, then) = (&expected.now, &expected.then);
    let kinds = KINDS.map(|(kind, label)| row(label, of(now, kind), of(then, kind)));
    let more = [
        row("Ask a question", now.conflicts, then.conflicts),
        row("Leave a device out", now.skipped, then.skipped),
    ];
    let table =
        Table::new("The next run, by both", &columns, kinds.into_iter().chain(more).collect());
    let title =
        format!("From what the last run saw: {}", counted(expected.devices, "device", "devices"));
    html! {
        (Panel::new(&title).edge_to_edge(html! { (table) }))
        @if !then.held.is_empty() {
            (Callout::new(Tone::Warning, "It would wait for a person").body(html! { @for why in &then.held { p { (why) } } }))
        }
        (differences(&expected.examples))
    }
}

fn of(outlook: &Outlook, kind: ChangeKind) -> u64 {
    let counts = outlook.counts;
    match kind {
        ChangeKind::Created => counts.created,
        ChangeKind::Updated => counts.updated,
        ChangeKind::Linked => counts.linked,
        ChangeKind::CheckedOut => counts.checked_out,
        ChangeKind::CheckedIn => counts.checked_in,
    }
}

fn differences(examples: &[Example]) -> Markup {
    if examples.is_empty() {
        return html! { (Panel::new("The difference").body(html! { p.quiet-text { "The next run would do the same by both." } })) };
    }
    let part = |title: &str, new: bool| {
        let these: Vec<_> = examples.iter().filter(|example| example.new == new).collect();
        html! {
            @if !these.is_empty() {
                (Panel::new(title).body(html! {
                    ul.list.examples {
                        @for example in these {
                            li { strong { (example.asset) } ": " (example.deed) ". " span.quiet-text { (example.reason) } }
                        }
                    }
                }))
            }
        }
    };
    html! {
        (part("Only with these settings, for example", true))
        (part("No longer with these settings, for example", false))
    }
}

fn unknown(all: &[String]) -> Markup {
    let body = html! { @for why in all { p { (capital(&sentences(why))) } } };
    html! { (Callout::new(Tone::Info, "What this cannot know").body(body)) }
}
