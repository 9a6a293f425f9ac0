//! Views: a list of assets or employees as somebody wants to see it again. Tabs above the list, and the forms
//! that name, share and delete them.

use app::versions;
use app::views::{self as v, View, ViewChange};
use axum::Form;
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::fields::AppliesTo;
use domain::id::ViewId;
use maud::{Markup, html};

use super::answers::{Answers, Wrong};
use super::at::At;
use super::done::said;
use super::overtaken::{self, Held};
use super::visitor::Visitor;
use super::words::Whose;
use crate::components::{
    Button, Confirm, Field, Icon, Opens, PageHeader, Tone, checkbox, menu, menu_link,
};
use crate::error::Refused;
use crate::layout::Room;

/// The views as tabs, and a menu of what can be done with the list as it stands.
pub fn tabs(visitor: &Visitor, asked: &Answers, list: AppliesTo, views: &[View]) -> Markup {
    let query = query_of(asked);
    let now = views.iter().find(|view| view.id.to_string() == asked.get("view"));
    let tab = |view: &View| {
        let href = at(visitor, view);
        html! {
            a href=(href) aria-current=[(now == Some(view)).then_some("true")] {
                (view.name) @if !view.shared { span.spoken { ", only for you" } }
            }
        }
    };
    html! {
        div.views {
            @if !views.is_empty() {
                nav.segmented aria-label="Views" {
                    a href=(visitor.to(list.as_str())) aria-current=[now.is_none().then_some("true")] { "All " (list.as_str()) }
                    @for view in views { (tab(view)) }
                }
            }
            (deeds(visitor, list, now, &query))
        }
    }
}

/// What stands in a view: the address without what belongs to this one look at it.
fn query_of(asked: &Answers) -> String {
    let kept = ["cursor", "edit", "view"].iter().fold(asked.clone(), |all, name| all.without(name));
    kept.at("").trim_start_matches('?').to_owned()
}

/// The same, of a view that may be written in another way.
fn plain(view: &View) -> String {
    let pairs = url::form_urlencoded::parse(view.query.as_bytes()).into_owned();
    query_of(&pairs.fold(Answers::default(), |all, (name, text)| all.and(&name, &text)))
}

/// The list as the view shows it.
fn at(visitor: &Visitor, view: &View) -> String {
    visitor.to(&format!("{}?{}", view.list.as_str(), with_view(view)))
}

fn with_view(view: &View) -> String {
    let query = plain(view);
    let and = if query.is_empty() { "" } else { "&" };
    format!("{query}{and}view={}", view.id)
}

fn deeds(visitor: &Visitor, list: AppliesTo, now: Option<&View>, query: &str) -> Markup {
    let new = Answers::default().with("list", list.as_str()).with("query", query);
    let new = new.at(&visitor.to("views/new"));
    let mine = now.filter(|view| v::may_change(&visitor.caller, view).is_ok());
    let items = html! {
        @if let Some(view) = mine {
            @if plain(view) != query {
                form method="post" action=(visitor.to(&format!("views/{}/query", view.id))) {
                    input type="hidden" name="query" value=(query);
                    (overtaken::hidden(&held(view)))
                    button.menu-item { (Icon::Check) "Save changes to " (view.name) }
                }
            }
            (menu_link(&visitor.to(&format!("views/{}", view.id)), Some(Icon::Pencil), "Rename or share"))
            (menu_link(&visitor.to(&format!("views/{}/delete", view.id)), Some(Icon::Trash2), "Delete the view"))
        }
        (menu_link(&new, Some(Icon::Plus), "Save as a new view"))
    };
    let changed = now.is_some_and(|view| plain(view) != query);
    let face = html! { (Icon::Layers) @if changed { "View, changed" } @else { "View" } };
    menu(Opens::Below, "button button-quiet", &face, &items)
}

pub async fn new_form(visitor: Visitor, Query(asked): Query<Answers>) -> Markup {
    form(&visitor, None, &asked, &Wrong::default())
}

/// The one that a new view is of.
fn list_of(answers: &Answers) -> AppliesTo {
    AppliesTo::parse(answers.get("list")).unwrap_or(AppliesTo::Assets)
}

const fn room(list: AppliesTo) -> (Room, &'static str) {
    match list {
        AppliesTo::Assets => (Room::Assets, "Assets"),
        AppliesTo::Employees => (Room::Employees, "Employees"),
    }
}

pub async fn create(visitor: Visitor, Form(answers): Form<Answers>) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let (list, shared) = (list_of(&answers), answers.ticked("shared"));
    match v::create(app, caller, list, answers.get("name"), answers.get("query"), shared).await {
        Ok(view) => Ok(kept(&visitor, &view)),
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            let page = form(&visitor, None, &answers, &wrong);
            Ok((wrong.status(), page).into_response())
        }
    }
}

pub async fn edit_form(visitor: Visitor, At(id): At<ViewId>) -> Result<Markup, Refused> {
    let view = v::view(&visitor.web.app, &visitor.caller, id).await?;
    v::may_change(&visitor.caller, &view)?;
    Ok(form(&visitor, Some(&view), &held(&view), &Wrong::default()))
}

fn held(view: &View) -> Answers {
    Answers::default()
        .with("name", &view.name)
        .with("shared", if view.shared { "on" } else { "" })
        .with("version", &versions::view(view).to_string())
}

pub async fn save(
    visitor: Visitor,
    At(id): At<ViewId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let (name, shared) = (Some(answers.get("name").to_owned()), Some(answers.ticked("shared")));
    let change = ViewChange { name, shared, query: None };
    match v::change(app, caller, id, overtaken::version(&answers), change).await {
        Ok(view) => Ok(kept(&visitor, &view)),
        Err(refusal) => {
            let view = v::view(app, caller, id).await?;
            let (now, anew) = (held(&view), visitor.to(&format!("views/{id}")));
            let now = Held { what: "view", whose: Whose::Other, answers: &now, anew: &anew };
            let (answers, wrong) = overtaken::refused(&visitor, now, answers, refusal).await?;
            let page = form(&visitor, Some(&view), &answers, &wrong);
            Ok((wrong.status(), page).into_response())
        }
    }
}

/// `POST /views/{id}/query`: the view is what the list is now.
pub async fn save_query(
    visitor: Visitor,
    At(id): At<ViewId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    let query = Some(answers.get("query").to_owned());
    let change = ViewChange { query, ..ViewChange::default() };
    let version = overtaken::version(&answers);
    let view = v::change(&visitor.web.app, &visitor.caller, id, version, change).await?;
    Ok(kept(&visitor, &view))
}

fn kept(visitor: &Visitor, view: &View) -> Response {
    said(&visitor.web, Tone::Success, "The view is saved.", &at(visitor, view))
}

pub async fn confirm(visitor: Visitor, At(id): At<ViewId>) -> Result<Markup, Refused> {
    let view = v::view(&visitor.web.app, &visitor.caller, id).await?;
    v::may_change(&visitor.caller, &view)?;
    let whose = if view.shared {
        "Everybody sees this view; it goes for all of them."
    } else {
        "Only you see this view."
    };
    let (room, title) = room(view.list);
    let list = visitor.to(view.list.as_str());
    let inside = html! {
        (PageHeader::new(&format!("Delete the view {}", view.name)).under(&[(&list, title)]))
        (Confirm {
            action: &visitor.to(&format!("views/{id}/delete")),
            verb: "Delete the view",
            consequences: &[whose, "Nothing that it lists changes."],
            back: &at(&visitor, &view),
            fields: html! {},
        })
    };
    Ok(visitor.page(room, "Delete the view", &inside))
}

pub async fn delete(visitor: Visitor, At(id): At<ViewId>) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let list = v::view(app, caller, id).await?.list;
    v::delete(app, caller, id).await?;
    Ok(said(&visitor.web, Tone::Success, "The view is deleted.", &visitor.to(list.as_str())))
}

fn form(visitor: &Visitor, view: Option<&View>, answers: &Answers, wrong: &Wrong) -> Markup {
    let (title, action) = match view {
        Some(view) => ("Rename or share", visitor.to(&format!("views/{}", view.id))),
        None => ("New view", visitor.to("views/new")),
    };
    let query = view.map_or_else(|| answers.get("query").to_owned(), with_view);
    let list = view.map_or_else(|| list_of(answers), |view| view.list);
    let (room, above) = room(list);
    let back = visitor.to(&format!("{}?{query}", list.as_str()));
    let shares = visitor.may(Role::Manager) || view.is_some_and(|view| view.shared);
    let hint = "Everybody who signs in sees it above the list; you and administrators change it.";
    let inside = html! {
        (PageHeader::new(title)
            .under(&[(&visitor.to(list.as_str()), above)])
            .lead(html! { "Filters, order and columns of the list, under a name." }))
        form.form method="post" action=(action) {
            (wrong.callout())
            (overtaken::hidden(answers))
            @for sentence in wrong.elsewhere(&["name", "shared"]) { p.error { (Icon::CircleAlert) (sentence) } }
            @if view.is_none() {
                input type="hidden" name="list" value=(list.as_str());
                input type="hidden" name="query" value=(answers.get("query"));
            }
            (Field::new("name", "Name").required().error(wrong.at("name")).text(answers.get("name")))
            @if shares { (checkbox("shared", "Share with everybody", Some(hint), answers.ticked("shared"))) }
            @if let Some(error) = wrong.at("shared") { p.error { (Icon::CircleAlert) (error) } }
            div.form-actions {
                (Button::submit("Save the view").primary())
                (Button::link(&back, "Back to the list"))
            }
        }
    };
    visitor.page(room, title, &inside)
}
