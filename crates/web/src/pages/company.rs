//! Company details: name, zone, currency, and the two switches of checking out (B18).

use app::{company, tenants};
use axum::Form;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::company::Company;
use maud::{Markup, html};

use super::answers::{Answers, Wrong};
use super::done::said;
use super::visitor::Visitor;
use crate::components::{Button, Field, Icon, PageHeader, Panel, Tone, checkbox};
use crate::error::Refused;
use crate::layout::Room;

pub async fn form(visitor: Visitor) -> Result<Markup, Refused> {
    let company = visitor.company.clone();
    view(&visitor, &company, &Wrong::default()).await
}

pub async fn save(visitor: Visitor, Form(answers): Form<Answers>) -> Result<Response, Refused> {
    visitor.caller.need(Role::Administrator)?;
    let company = Company {
        name: answers.get("name").to_owned(),
        auto_location: answers.ticked("auto_location"),
        auto_department: answers.ticked("auto_department"),
        currency: answers.get("currency").to_uppercase(),
        time_zone: answers.get("time_zone").to_owned(),
        useful_life: visitor.company.useful_life,
        handover_terms: answers.get("handover_terms").to_owned(),
    };
    let given = company.clone();
    let change = move |held: Company| Company { useful_life: held.useful_life, ..given };
    match company::save(&visitor.web.app, &visitor.caller, change).await {
        Ok(_) => Ok(said(&visitor.web, Tone::Success, "Saved.", &visitor.to("settings"))),
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            let page = view(&visitor, &company, &wrong).await?;
            Ok((wrong.status(), page).into_response())
        }
    }
}

/// All the tenant has, as one document.
pub async fn everything(visitor: Visitor) -> Result<Response, Refused> {
    let file = app::everything::everything(&visitor.web.app, &visitor.caller).await?;
    Ok(crate::download::sent(file))
}

async fn view(visitor: &Visitor, company: &Company, wrong: &Wrong) -> Result<Markup, Refused> {
    let all = tenants::administers(&visitor.web.app, &visitor.caller).await?;
    let may = visitor.may(Role::Administrator);
    let inside = html! {
        (PageHeader::new("Settings").lead(html! { "Company details" }))
        (Panel::new("Company").body(html! {
            form method="post" action=(visitor.to("settings")) {
              fieldset.form.locked[!may] disabled[!may] {
                (wrong.callout())
                @if !may { p { "Only administrators change these." } }
                (Field::new("name", "Name").required().error(wrong.at("name")).text(&company.name))
                (Field::new("time_zone", "Time zone").hint("For every time shown here, such as Europe/Berlin").error(wrong.at("time_zone")).text(&company.time_zone))
                (Field::new("currency", "Currency").hint("Three letters; for costs that name no other").error(wrong.at("currency")).text(&company.currency))
                (checkbox("auto_location", "On checkout, the asset's location becomes the employee's", Some("By hand and by a run alike"), company.auto_location))
                (checkbox("auto_department", "On checkout, the asset's department becomes the employee's", Some("By hand and by a run alike"), company.auto_department))
                (Field::new("handover_terms", "Terms of a handover").hint("Stand above the signatures on a handover sheet").placeholder(app::handover::USUAL_TERMS).error(wrong.at("handover_terms")).long_text(&company.handover_terms))
                @if may { div.form-actions { (Button::submit("Save").primary()) } }
              }
            }
        }))
        (Panel::new("Custom fields").body(html! {
            p { "What your assets and people have that Stockroom does not bring by itself: memory, a room, a badge." }
            div.form-actions { (Button::link(&visitor.to("settings/fields"), "Manage custom fields")) }
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
