//! The register's nouns, one pattern for all: a list, a form, a page with what uses it and its
//! history, two merged into one, and deletion once nothing points at it.

mod faces;
pub mod locations;
mod merge;
pub mod plain;
pub mod products;
mod removal;
pub mod statuses;

use app::names::Wanted;
use app::nouns::Uses;
use app::reports::Format;
use app::reports::lists::RegisterList;
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::event::Subject;
use domain::id::{Id, Noun};
use maud::{Markup, html};

use super::answers::{Answers, Wrong};
use super::done::said;
use super::ordered::{self, Head};
use super::overtaken::{self, Held};
use super::visitor::Visitor;
use super::{assets as asset_list, files, history, words};
use crate::components::{
    Button, Column, Icon, Opens, PageHeader, Panel, Row, Table, Tone, empty, facts, menu,
    menu_link, search_box,
};
use crate::download;
use crate::error::Refused;
use crate::layout::Room;

pub use merge::{merge, merge_form};
pub use removal::{confirm_delete, delete};

/// What pages say of a kind of noun.
pub struct Words {
    pub room: Room,
    /// Its part of the address.
    pub path: &'static str,
    pub one: &'static str,
    /// As a title.
    pub many: &'static str,
    pub icon: Icon,
    /// The asset list's word for it.
    pub filter: Option<&'static str>,
    /// What to do about an empty list.
    pub hint: &'static str,
}

/// A noun that has pages.
pub trait Face: Noun + Sized + 'static {
    const WORDS: Words;

    fn subject(id: Id<Self>) -> Subject;
}

/// A noun whose list is a page of this room.
pub trait Whole: Face {
    /// The list that an address asks for.
    fn whole(asked: &Answers) -> RegisterList;
}

/// The address of one.
fn at<K: Face>(visitor: &Visitor, id: Id<K>) -> String {
    visitor.to(&format!("{}/{id}", K::WORDS.path))
}

/// A list with its search, what it is narrowed to and its way to make one more.
fn list<K: Face>(
    visitor: &Visitor,
    asked: &Answers,
    columns: &[Column<'_>],
    rows: Vec<Row>,
    chips: &Markup,
    below: &Markup,
) -> Markup {
    let Words { room, path, one, many, icon, hint, .. } = K::WORDS;
    let here = visitor.to(path);
    let new = html! {
        @if visitor.may(Role::Manager) {
            (Button::link(&format!("{here}/new"), &format!("New {one}")).icon(Icon::Plus).primary().key('c'))
        }
    };
    let actions = html! {
        @if !rows.is_empty() { (asset_list::downloads(visitor, asked, path)) }
        (new)
    };
    let searched = asked.pairs().any(|(name, value)| name != "sort" && !value.is_empty());
    let kept = asked.without("q").without("cursor");
    let kept: Vec<_> = kept.pairs().collect();
    let none = if asked.some("q").is_some() { "Nothing by that name" } else { "Nothing fits" };
    let inside = html! {
        (PageHeader::new(many).actions(actions))
        @if rows.is_empty() && !searched { (empty(icon, &format!("No {} yet", many.to_lowercase()), hint, &new)) }
        @else {
            div.toolbar {
                (search_box(&here, asked.get("q"), &format!("Search {}", many.to_lowercase()), &kept, "#main"))
                (chips)
            }
            @if rows.is_empty() {
                (empty(Icon::Search, none, "Search by a part of the name.", &html! { (Button::link(&here, "Show all")) }))
            } @else { (Table::new(many, columns, rows)) (below) }
        }
    };
    visitor.list_page(room, many, &inside)
}

/// The heads of a list of this kind, which is usually in order of the first.
fn heads<K: Face>(visitor: &Visitor, asked: &Answers, all: &[(&str, &str)]) -> Vec<Head> {
    ordered::heads(asked, &visitor.to(K::WORDS.path), all[0].0, all.iter().copied())
}

/// The list as it stands on the screen, every page of it.
pub async fn csv<K: Whole>(
    visitor: Visitor,
    Query(asked): Query<Answers>,
) -> Result<Response, Refused> {
    download::file(&visitor, Box::new(K::whole(&asked)), Format::Csv).await
}

pub async fn xlsx<K: Whole>(
    visitor: Visitor,
    Query(asked): Query<Answers>,
) -> Result<Response, Refused> {
    download::file(&visitor, Box::new(K::whole(&asked)), Format::Xlsx).await
}

/// How many assets, leading to their list; a place's with those in the places inside it.
fn assets<K: Face>(visitor: &Visitor, id: Id<K>, count: i64) -> Markup {
    let told = words::counted(count.unsigned_abs(), "asset", "assets");
    let value = match K::subject(id) {
        Subject::Location(_) => format!("in:{id}"),
        _ => id.to_string(),
    };
    let href = K::WORDS
        .filter
        .map(|filter| Answers::default().with(filter, &value).at(&visitor.to("assets")));
    html! {
        @if count > 0 {
            @match href { Some(href) => a href=(href) { (told) }, None => (told) }
        }
    }
}

/// The page of one: its facts, what uses it, what happened to it.
async fn page<K: Face>(
    visitor: &Visitor,
    asked: &Answers,
    id: Id<K>,
    name: &str,
    about: &[(&str, Markup)],
    assets: i64,
) -> Result<Markup, Refused> {
    let Words { room, path, many, .. } = K::WORDS;
    let subject = K::subject(id);
    let uses = app::nouns::uses(&visitor.web.app, &visitor.caller, subject).await?;
    let here = at(visitor, id);
    let past = past(visitor, subject, &here, asked).await?;
    let (picture, kept) = match subject {
        Subject::Product(id) => {
            (files::picture(visitor, id, name).await?, files::panel(visitor, subject, &here).await?)
        }
        _ => (html! {}, html! {}),
    };
    let inside = html! {
        (PageHeader::new(name).under(&[(&visitor.to(path), many)]).actions(actions(visitor, id)))
        div.with-aside {
            div.stack { (past) }
            div.stack {
                (picture)
                @if !about.is_empty() { (Panel::new("About").body(facts(about))) }
                (used(visitor, id, &uses, assets))
                (kept)
            }
        }
    };
    Ok(visitor.page(room, name, &inside))
}

fn actions<K: Face>(visitor: &Visitor, id: Id<K>) -> Markup {
    let here = at(visitor, id);
    html! {
        @if visitor.may(Role::Manager) {
            (menu(Opens::BelowEnd, "button", &html! { "More" (Icon::ChevronDown) }, &html! {
                (menu_link(&format!("{here}/merge"), Some(Icon::GitMerge), "Merge into another"))
                (menu_link(&format!("{here}/delete"), Some(Icon::Trash2), "Delete"))
            }))
            (Button::link(&format!("{here}/edit"), "Edit").icon(Icon::Pencil).primary().key('e'))
        }
    }
}

/// What points at it, with the way there where there is one.
fn used<K: Face>(visitor: &Visitor, id: Id<K>, uses: &Uses, shown: i64) -> Markup {
    let id_text = id.to_string();
    let list =
        |path: &str, name: &str| Answers::default().with(name, &id_text).at(&visitor.to(path));
    let link = |href: String, count: i64, one: &str, many: &str| {
        let told = words::counted(count.unsigned_abs(), one, many);
        html! { a href=(href) { (told) } }
    };
    let is_place = matches!(K::subject(id), Subject::Location(_));
    let label = if is_place { "Assets here and inside" } else { "Assets" };
    let mut rows: Vec<(&str, Markup)> = vec![(label, assets(visitor, id, shown))];
    if is_place {
        let href = list("assets", "custodian");
        rows.push(("Checked out to it", html! { a href=(href) { "Show what it has" } }));
    } else if uses.assets > shown {
        let more = words::counted((uses.assets - shown).unsigned_abs(), "asset", "assets");
        rows.push(("Archived", html! { (more) }));
    }
    if uses.products > 0 {
        rows.push((
            "Products",
            link(list("products", K::WORDS.one), uses.products, "product", "products"),
        ));
    }
    if uses.employees > 0 {
        rows.push((
            "Employees",
            link(list("employees", K::WORDS.one), uses.employees, "employee", "employees"),
        ));
    }
    if uses.locations > 0 {
        rows.push(("Locations inside", html! { (uses.locations) }));
    }
    if uses.sources > 0 {
        rows.push((
            "Settings of sources",
            link(visitor.to("sources"), uses.sources, "source", "sources"),
        ));
    }
    html! { (Panel::new("Used by").body(facts(&rows))) }
}

/// What happened to it, newest first, from the cursor asked for; `here` is its page.
pub async fn past(
    visitor: &Visitor,
    subject: Subject,
    here: &str,
    asked: &Answers,
) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let cursor = asked.get("cursor").parse().ok();
    let events = match subject {
        Subject::Employee(id) => {
            app::people::history(app, caller, id, cursor, history::SHOWN).await?.0
        }
        _ => app::nouns::history(app, caller, subject, cursor, history::SHOWN).await?,
    };
    let mut wanted = Wanted::default();
    events.items.iter().for_each(|event| wanted.of_event(event));
    let names = app::names::names(app, caller, wanted).await?;
    let older = events.next.as_ref();
    let older = older.map(|at| Answers::default().with("cursor", &at.to_string()).at(here));
    Ok(history::panel(visitor, subject, &events.items, older.as_deref(), &names))
}

/// Where a form stands and where it goes: to a new one, or to change one.
fn form<K: Face>(
    visitor: &Visitor,
    held: Option<(Id<K>, &str)>,
    (answers, wrong): (&Answers, &Wrong),
    fields: &Markup,
) -> Markup {
    let Words { room, path, one, many, .. } = K::WORDS;
    let list = visitor.to(path);
    let back = held.map_or_else(|| list.clone(), |(id, _)| at(visitor, id));
    let title = held.map_or_else(|| format!("New {one}"), |(_, name)| format!("Edit {name}"));
    let action = if held.is_some() { format!("{back}/edit") } else { format!("{list}/new") };
    let verb = if held.is_some() { "Save".to_owned() } else { format!("Add {one}") };
    let mut trail = vec![(list.as_str(), many)];
    if let Some((_, name)) = held {
        trail.push((&back, name));
    }
    let inside = html! {
        (PageHeader::new(&title).under(&trail))
        form.form method="post" action=(action) {
            (wrong.callout())
            (overtaken::hidden(answers))
            (fields)
            div.form-actions { (Button::submit(&verb).primary()) (Button::link(&back, "Cancel").quiet()) }
        }
    };
    visitor.page(room, &title, &inside)
}

/// A form that worked leads to the thing.
fn saved<K: Face>(visitor: &Visitor, id: Id<K>, sentence: &str) -> Response {
    said(&visitor.web, Tone::Success, sentence, &at(visitor, id))
}

/// One that did not is shown again.
fn again(wrong: &Wrong, page: Markup) -> Response {
    (wrong.status(), page).into_response()
}

/// With what, and why: `held` is how it stands now.
async fn refused<K: Face>(
    visitor: &Visitor,
    id: Id<K>,
    held: &Answers,
    answers: Answers,
    refusal: app::Refusal,
) -> Result<(Answers, Wrong), Refused> {
    let anew = format!("{}/edit", at(visitor, id));
    let held = Held { what: K::WORDS.one, whose: words::Whose::Other, answers: held, anew: &anew };
    overtaken::refused(visitor, held, answers, refusal).await
}
