//! Company details: name, zone, currency, and the two switches of checking out (B18).

use app::{company, tenants, versions};
use axum::Form;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::company::Company;
use maud::{Markup, html};

use super::answers::{Answers, Wrong};
use super::done::said;
use super::overtaken::{self, Held};
use super::visitor::Visitor;
use super::words::Whose;
use crate::components::{Button, Field, Icon, PageHeader, Panel, Tone, checkbox};
use crate::error::Refused;
use crate::layout::Room;

pub async fn form(visitor: Visitor) -> Result<Markup, Refused> {
    view(&visitor, &held(&visitor.company), &Wrong::default()).await
}

pub async fn save(visitor: Visitor, Form(answers): Form<Answers>) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    caller.need(Role::Administrator)?;
    let version = overtaken::version(&answers);
    let given = answers.clone();
    let change = move |held: Company| Company {
        name: given.get("name").to_owned(),
        auto_location: given.ticked("auto_location"),
        auto_department: given.ticked("auto_department"),
        currency: given.get("currency").to_uppercase(),
        time_zone: given.get("time_zone").to_owned(),
        handover_terms: given.get("handover_terms").to_owned(),
        ..held
    };
    let to = visitor.to("settings");
    match company::save(app, caller, version, change).await {
        Ok(_) => Ok(said(&visitor.web, Tone::Success, "Saved.", &to)),
        Err(refusal) => {
            let now = held(&company::company(app, caller).await?);
            let now = Held { what: "company", whose: Whose::Other, answers: &now, anew: &to };
            let (answers, wrong) = overtaken::refused(&visitor, now, answers, refusal).await?;
            let page = view(&visitor, &answers, &wrong).await?;
            Ok((wrong.status(), page).into_response())
        }
    }
}

fn held(company: &Company) -> Answers {
    let on = |on: bool| if on { "on" } else { "" };
    Answers::default()
        .with("name", &company.name)
        .with("time_zone", &company.time_zone)
        .with("currency", &company.currency)
        .with("auto_location", on(company.auto_location))
        .with("auto_department", on(company.auto_department))
        .with("handover_terms", &company.handover_terms)
        .with("version", &versions::company(company).to_string())
}

/// All the tenant has, as one document.
pub async fn everything(visitor: Visitor) -> Result<Response, Refused> {
    let file = app::everything::everything(&visitor.web.app, &visitor.caller).await?;
    Ok(crate::download::sent(file))
}

async fn view(visitor: &Visitor, answers: &Answers, wrong: &Wrong) -> Result<Markup, Refused> {
    let all = tenants::administers(&visitor.web.app, &visitor.caller).await?;
    let may = visitor.may(Role::Administrator);
    let inside = html! {
        (PageHeader::new("Settings").lead(html! { "Company details" }))
        (Panel::new("Company").body(html! {
            form method="post" action=(visitor.to("settings")) {
              fieldset.form.locked[!may] disabled[!may] {
                (wrong.callout())
                (overtaken::hidden(answers))
                @if !may { p { "Only administrators change these." } }
                (Field::new("name", "Name").required().error(wrong.at("name")).text(answers.get("name")))
                (Field::new("time_zone", "Time zone").hint("For every time shown here, such as Europe/Berlin").error(wrong.at("time_zone")).text(answers.get("time_zone")))
                (Field::new("currency", "Currency").hint("Three letters; for costs that name no other").error(wrong.at("currency")).text(answers.get("currency")))
                (checkbox("auto_location", "On checkout, the asset's location becomes the employee's", Some("By hand and by a run alike"), answers.ticked("auto_location")))
                (checkbox("auto_department", "On checkout, the asset's department becomes the employee's", Some("By hand and by a run alike"), answers.ticked("auto_department")))
                (Field::new("handover_terms", "Terms of a handover").hint("Stand above the signatures on a handover sheet").placeholder(app::handover::USUAL_TERMS).error(wrong.at("handover_terms")).long_text(answers.get("handover_terms")))
                @if may { div.form-actions { (Button::submit("Save").primary()) } }
              }
            }
        }))
        (Panel::new("Custom fields").body(html! {
            p { "What your assets and people have that Stockroom does not bring by itself: memory, a room, a badge." }
            div.form-actions { (Button::link(&visitor.to("settings/fields"), if may { "Manage custom fields" } else { "Look at custom fields" })) }
        }))
        (super::users::panel(visitor))
        (Panel::new("API tokens").body(html! {
            p { "Scripts and other programs sign in with a token of their own. The whole API is described at " a href="/api/docs" { "/api/docs" } "." }
            @if may { div.form-actions { (Button::link(&visitor.to("settings/tokens"), "Manage tokens")) } }
            @else { p.quiet-text { "Only administrators make and delete tokens." } }
        }))
        (super::webhooks::panel(visitor))
        (Panel::new("Everything as a file").body(html! {
            p { "Assets, employees, catalog, custom fields, who had what, every event, sources and links, as one JSON document. No password, no token and no other secret is in it." }
            @if may { div.form-actions { (Button::link(&visitor.to("settings/everything.json"), "Download everything").icon(Icon::Download)) } }
            @else { p.quiet-text { "Only administrators download it." } }
        }))
        @if all { (super::tenants::panel(visitor)) }
    };
    Ok(visitor.page(Room::Settings, "Settings", &inside))
}
