//! Two of a kind become one: choose which, and read what will happen.

use app::{Refusal, nouns, people};
use axum::Form;
use axum::extract::Query;
use axum::response::Response;
use domain::access::Role;
use domain::event::Subject;
use domain::id::Id;
use maud::{Markup, html};

use super::{Face, Words, again, at, locations, saved};
use crate::components::{Button, Callout, Field, PageHeader, Pick, Tone, search_box};
use crate::error::Refused;
use crate::pages::answers::{Answers, Wrong};
use crate::pages::at::At;
use crate::pages::visitor::Visitor;

/// Shown at once; the search brings the others.
const SHOWN: i64 = 12;

pub async fn merge_form<K: Face>(
    visitor: Visitor,
    At(id): At<Id<K>>,
    Query(asked): Query<Answers>,
) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    view(&visitor, id, &asked, &Wrong::default()).await
}

pub async fn merge<K: Face>(
    visitor: Visitor,
    At(id): At<Id<K>>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    match merged(&visitor, id, &answers).await {
        Ok(into) => Ok(saved(&visitor, into, "Merged: what pointed at the other points here now.")),
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            Ok(again(&wrong, view(&visitor, id, &answers, &wrong).await?))
        }
    }
}

async fn merged<K: Face>(
    visitor: &Visitor,
    id: Id<K>,
    answers: &Answers,
) -> Result<Id<K>, Refusal> {
    visitor.caller.need(Role::Manager)?;
    let into: Id<K> = answers.get("into").parse().map_err(|_| {
        Refusal::invalid("into", "choose the one that stays; hint: search for its name")
    })?;
    nouns::merge(&visitor.web.app, &visitor.caller, K::subject(id), K::subject(into)).await?;
    Ok(into)
}

async fn view<K: Face>(
    visitor: &Visitor,
    id: Id<K>,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let Words { room, path, one, many, .. } = K::WORDS;
    let (app, caller, subject) = (&visitor.web.app, &visitor.caller, K::subject(id));
    let name = nouns::name(app, caller, subject).await?;
    let uses = nouns::uses(app, caller, subject).await?;
    let others = nouns::others(app, caller, subject, answers.get("q"), SHOWN).await?;
    let others = told(visitor, others).await?;
    let picks: Vec<_> = others
        .iter()
        .map(|(id, name, hint)| Pick { hint: hint.as_deref(), ..Pick::new(id, name) })
        .collect();
    // Where there is no other at all, nothing can be searched for.
    let none_at_all = picks.is_empty() && answers.get("q").is_empty();
    let (list, here) = (visitor.to(path), at(visitor, id));
    let title = format!("Merge {name} into another {one}");
    let none = if answers.get("q").is_empty() {
        format!("There is no other {one} yet.")
    } else {
        format!("No other {one} has that in its name.")
    };
    let inside = html! {
        (PageHeader::new(&title).under(&[(&list, many), (&here, &name)]))
        div.narrow.stack {
            @if !none_at_all { div.toolbar { (search_box(&format!("{here}/merge"), answers.get("q"), &format!("Search {}", many.to_lowercase()), &[], "#offered")) } }
            form.form method="post" action={ (here) "/merge" } {
                (wrong.callout())
                div.form id="offered" {
                    @if picks.is_empty() {
                        p.quiet-text { (none) }
                        div.form-actions { (Button::link(&here, "Back")) }
                    } @else {
                        (Callout::new(Tone::Warning, &format!("{name} will be gone")).body(html! {
                            (moves(subject, uses)) " The history keeps it; there is no undo."
                        }))
                        (Field::new("into", "The one that stays").error(wrong.at("into")).radios(&picks, answers.get("into")))
                        div.form-actions { (Button::submit("Merge").danger()) (Button::link(&here, "Cancel").quiet()) }
                    }
                }
            }
        }
    };
    Ok(visitor.page(room, &title, &inside))
}

/// Id, name, and what tells it from others of that name: a place by the whole way to it, a person by
/// their address.
async fn told(
    visitor: &Visitor,
    others: Vec<(Subject, String)>,
) -> Result<Vec<(String, String, Option<String>)>, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let places = match others.first() {
        Some((Subject::Location(_), _)) => locations::picks(visitor).await?,
        _ => Vec::new(),
    };
    let mut told = Vec::with_capacity(others.len());
    for (other, name) in others {
        let id = other.id();
        let way = places.iter().find(|(place, _)| *place == id).map(|(_, way)| way.clone());
        let mail = match other {
            Subject::Employee(id) => people::employee(app, caller, id).await?.email,
            _ => None,
        };
        told.push((id, way.unwrap_or(name), mail.map(|mail| mail.to_string())));
    }
    Ok(told)
}

/// What moves, in a sentence.
fn moves(subject: Subject, uses: nouns::Uses) -> String {
    let what = if uses.any() {
        format!("What moves to the one that stays: {uses}.")
    } else {
        "Nothing uses it.".to_owned()
    };
    match subject {
        Subject::Employee(_) => {
            format!("{what} What they held counts as held by that person all along.")
        }
        _ => what,
    }
}
