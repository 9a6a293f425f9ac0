//! What a scanned label opens: what it is, who has it, and what can be done standing before it.

use app::assets::AssetRow;
use app::sightings;
use axum::Form;
use axum::extract::Path;
use axum::http::header::{HeaderValue, SET_COOKIE};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use domain::Event;
use domain::access::Role;
use domain::id::AssetId;
use maud::{Markup, html};

use super::super::answers::{Answers, Wrong};
use super::super::assets::{custodian, path};
use super::super::at::At;
use super::super::done::said;
use super::super::files;
use super::super::nouns::locations;
use super::super::visitor::Visitor;
use super::super::words::{self, choice};
use super::custody::SCANNED;
use super::{due, optional, text};
use crate::components::{Button, Field, Icon, PageHeader, Panel, Tone, badge, facts};
use crate::error::Refused;
use crate::layout::Room;
use crate::security::{cookie, session_of};

type Which = Path<(String, String)>;

/// Whoever counts a room says once where they are.
const PLACE: &str = "place";
const HALF_A_DAY: i64 = 12 * 60 * 60;

/// A label leads to whichever of the reader's tenants has the asset.
pub async fn by_label(
    visitor: Visitor,
    jar: CookieJar,
    At(id): At<AssetId>,
) -> Result<Redirect, Refused> {
    let app = &visitor.web.app;
    // A label of what was merged opens the one that it was merged into.
    let which = id.to_string();
    let here = app::assets::named(app, &visitor.caller, &which).await;
    let token = session_of(&visitor.web, &jar).filter(|_| here.is_err()).unwrap_or_default();
    for other in &visitor.signed.others {
        let there = app::sign_in::session(app, &token, Some(&other.slug)).await?;
        let there = there.filter(|there| there.tenant.id == other.id);
        if let Some(there) = there
            && app::assets::named(app, &there.caller(), &which).await.is_ok()
        {
            return Ok(Redirect::to(&format!("/t/{}/assets/{id}/sighting", other.slug)));
        }
    }
    Ok(Redirect::to(&format!("{}/sighting", path(&visitor, &here?))))
}

pub async fn page(
    visitor: Visitor,
    jar: CookieJar,
    Path((_, which)): Which,
) -> Result<Markup, Refused> {
    let row = app::assets::named(&visitor.web.app, &visitor.caller, &which).await?;
    let last = jar.get(PLACE).map(|cookie| cookie.value().to_owned());
    let last = last.filter(|place| !place.is_empty());
    let own = || row.asset.location.map(|id| id.to_string()).unwrap_or_default();
    let answers = Answers::default().with("location", &last.unwrap_or_else(own));
    view(&visitor, &row, &answers, &Wrong::default()).await
}

pub async fn see(
    visitor: Visitor,
    Path((_, which)): Which,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    visitor.caller.need(Role::Operator)?;
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let row = app::assets::named(app, caller, &which).await?;
    let location = answers.some("location").map(str::parse).transpose();
    let seen = match location {
        Ok(location) => {
            let note = answers.some("note").map(str::to_owned);
            sightings::see(app, caller, row.asset.id, location, note).await
        }
        Err(bad) => Err(app::Refusal::invalid("location", bad)),
    };
    if let Err(refusal) = seen {
        let wrong = Wrong::form(refusal)?;
        let page = view(&visitor, &row, &answers, &wrong).await?;
        return Ok((wrong.status(), page).into_response());
    }
    let sentence = format!("{} was seen.", row.asset.tag);
    let here = format!("{}/sighting", path(&visitor, &row));
    let mut done = said(&visitor.web, Tone::Success, &sentence, &here);
    let place = cookie(&visitor.web, PLACE, answers.get("location"), HALF_A_DAY);
    if let Ok(place) = HeaderValue::from_str(&place) {
        done.headers_mut().append(SET_COOKIE, place);
    }
    Ok(done)
}

async fn view(
    visitor: &Visitor,
    row: &AssetRow,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let asset = &row.asset;
    let (list, here) = (visitor.to("assets"), path(visitor, row));
    let last = sightings::last(&visitor.web.app, &visitor.caller, asset.id).await?;
    let may = visitor.may(Role::Operator);
    let name = asset.name.as_deref().or(row.product.as_deref()).unwrap_or("No name");
    let inside = html! {
        div.sighting.stack {
            (PageHeader::new(asset.tag.as_str()).under(&[(&list, "Assets"), (&here, asset.tag.as_str())])
                .note(html! { @if asset.archived_at.is_some() { (badge(None, "archived")) } })
                .lead(html! { (name) }))
            (Panel::new("What it is").body(known(visitor, row, last.as_ref())))
            @if may { (hands(&here, row)) (here_form(visitor, &here, answers, wrong).await?) }
            @else { p.quiet-text { "Operators check out, check in and say where it was seen." } }
            (Button::link(&here, "Open the whole asset").icon(Icon::Laptop).wide())
            @if may { (Panel::new("A photograph").body(files::photo_form(&here))) }
        }
    };
    Ok(visitor.page(Room::Assets, asset.tag.as_str(), &inside))
}

fn known(visitor: &Visitor, row: &AssetRow, last: Option<&Event>) -> Markup {
    let asset = &row.asset;
    let day = asset.due_on.map(|day| due(visitor, day));
    let serial = asset.serial.as_ref().map(|serial| html! { span.mono { (serial.as_str()) } });
    let seen = last.map(|event| html! { (visitor.now.ago(event.at)) ", by " (event.actor.name) });
    let mut rows = vec![
        ("Held by", custodian(visitor, row)),
        ("Status", words::status_of(&row.status)),
        ("Location", text(row.location.as_deref())),
        ("Product", text(row.product.as_deref())),
        ("Serial", optional(serial)),
        ("Last seen", optional(seen)),
    ];
    if day.is_some() {
        rows.insert(1, ("Due back", optional(day)));
    }
    facts(&rows)
}

/// Out of hands, or into some.
fn hands(here: &str, row: &AssetRow) -> Markup {
    html! {
        @if row.asset.custodian.is_some() {
            (Button::link(&format!("{here}/checkin?{SCANNED}=on"), "Check in").icon(Icon::ArrowLeft).wide().key('i'))
        } @else {
            (Button::link(&format!("{here}/checkout?{SCANNED}=on"), "Check out").icon(Icon::ArrowRight).wide().key('o'))
        }
    }
}

async fn here_form(
    visitor: &Visitor,
    here: &str,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let places = locations::picks(visitor).await?;
    let place = Field::new("location", "Where").error(wrong.at("location"));
    Ok(html! {
        (Panel::new("Seen here").body(html! {
            form.form method="post" action={ (here) "/sighting" } {
                (wrong.callout())
                (choice(place, Some("Leave its location as it is"), places, answers.get("location")))
                (Field::new("note", "Note").hint("Stands in the history").error(wrong.at("note")).text(answers.get("note")))
                (Button::submit("Seen here").icon(Icon::Eye).primary().wide())
            }
        }))
    })
}
