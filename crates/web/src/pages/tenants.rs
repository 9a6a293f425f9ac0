//! Tenants: for the administrators of the first one, who administer the installation.

use app::tenants::{self, FirstAdministrator, NewTenant};
use axum::Form;
use axum::response::{IntoResponse, Response};
use domain::company::Tenant;
use domain::id::TenantId;
use maud::{Markup, html};

use super::answers::{Answers, Wrong};
use super::at::At;
use super::done::said;
use super::visitor::Visitor;
use crate::components::{
    Button, Callout, Column, Field, PageHeader, Panel, Row, Table, Tone, badge, snippet,
};
use crate::error::Refused;
use crate::layout::Room;

pub async fn page(visitor: Visitor) -> Result<Markup, Refused> {
    view(&visitor, None, &Answers::default(), &Wrong::default()).await
}

pub async fn create(visitor: Visitor, Form(answers): Form<Answers>) -> Result<Response, Refused> {
    let asked = |name: &str| answers.get(name).to_owned();
    let password = answers.secret("password");
    let administrator =
        FirstAdministrator { email: asked("email"), name: asked("person"), password };
    let new =
        NewTenant { name: asked("name"), slug: asked("slug"), administrator: Some(administrator) };
    match tenants::create(&visitor.web.app, &visitor.caller, new).await {
        Ok((tenant, Some(password))) => {
            let made = told(&tenant, &password);
            let page = view(&visitor, Some(&made), &Answers::default(), &Wrong::default()).await?;
            Ok(page.into_response())
        }
        Ok((tenant, None)) => {
            let sentence = format!("{} was made; it holds statuses and nothing else.", tenant.name);
            let to = visitor.to("settings/tenants");
            Ok(said(&visitor.web, Tone::Success, &sentence, &to))
        }
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            let page = view(&visitor, None, &answers, &wrong).await?;
            Ok((wrong.status(), page).into_response())
        }
    }
}

/// Shown on the answer itself: it must not stand in an address or a cookie.
fn told(tenant: &Tenant, password: &str) -> Markup {
    let title = format!("{} was made; this password is shown only now", tenant.name);
    html! {
        (Callout::new(Tone::Success, &title).body(html! {
            p { "Its first administrator signs in with it. Hand it over in person or by a channel you trust." }
            (snippet(password))
        }))
    }
}

async fn view(
    visitor: &Visitor,
    made: Option<&Markup>,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let all = tenants::list(&visitor.web.app, &visitor.caller).await?;
    let lead = html! {
        "Each stands alone: nothing of one is seen in another. Each can be connected to a Kandji tenant of its own."
    };
    let inside = html! {
        (PageHeader::new("Tenants").under(&[(&visitor.to("settings"), "Settings")]).lead(lead))
        @if let Some(made) = made { (made) }
        (Panel::new("Tenants").edge_to_edge(list(visitor, &all)))
        (Panel::new("New tenant").body(form(visitor, answers, wrong)))
    };
    Ok(visitor.page(Room::Settings, "Tenants", &inside))
}

fn list(visitor: &Visitor, all: &[Tenant]) -> Markup {
    let columns = [Column::new("Name").title(), Column::new("Address"), Column::new("").aside()];
    let open = |tenant: &Tenant| {
        let others = &visitor.signed.others;
        tenant.id == visitor.caller.tenant || others.iter().any(|other| other.id == tenant.id)
    };
    let rows = all.iter().map(|tenant| {
        let rename = visitor.to(&format!("settings/tenants/{}", tenant.id));
        let at = format!("/t/{}", tenant.slug);
        Row::new(vec![
            html! {
                (tenant.name)
                @if tenant.id == visitor.caller.tenant { " " (badge(None, "first")) }
            },
            html! { @if open(tenant) { a href=(at) { (at) } } @else { (at) } },
            html! { a href=(rename) { "Rename" span.spoken { " " (tenant.name) } } },
        ])
    });
    html! { (Table::new("Tenants", &columns, rows.collect())) }
}

fn form(visitor: &Visitor, answers: &Answers, wrong: &Wrong) -> Markup {
    let email = answers.some("email").unwrap_or(visitor.signed.user.email.as_str());
    html! {
        form.form method="post" action=(visitor.to("settings/tenants")) {
            (wrong.callout())
            (Field::new("name", "Name").required().autocomplete("off").error(wrong.at("name")).text(answers.get("name")))
            (Field::new("slug", "Address").autocomplete("off").placeholder("acme-eu")
                .hint("Its part of the address; left empty, it is made from the name and cannot be changed later").error(wrong.at("slug")).text(answers.get("slug")))
            (Field::new("email", "First administrator's e-mail").required().autocomplete("off")
                .hint("Someone who signs in here gets in with the password they have").error(wrong.at("email")).email(email))
            (Field::new("person", "Their name").autocomplete("off").hint("For somebody new").text(answers.get("person")))
            (Field::new("password", "First password").autocomplete("new-password")
                .hint("For somebody new: 12 characters or more; left empty, one is made up and shown once").error(wrong.at("password")).password())
            div.form-actions { (Button::submit("Make tenant").primary()) }
        }
    }
}

pub async fn edit(visitor: Visitor, At(id): At<TenantId>) -> Result<Markup, Refused> {
    let tenant = tenants::tenant(&visitor.web.app, &visitor.caller, id).await?;
    Ok(edit_view(&visitor, &tenant, &tenant.name, &Wrong::default()))
}

pub async fn rename(
    visitor: Visitor,
    At(id): At<TenantId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let tenant = tenants::tenant(app, caller, id).await?;
    match tenants::rename(app, caller, id, answers.get("name")).await {
        Ok(_) => {
            let to = visitor.to("settings/tenants");
            Ok(said(&visitor.web, Tone::Success, "Saved.", &to))
        }
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            let page = edit_view(&visitor, &tenant, answers.get("name"), &wrong);
            Ok((wrong.status(), page).into_response())
        }
    }
}

fn edit_view(visitor: &Visitor, tenant: &Tenant, name: &str, wrong: &Wrong) -> Markup {
    let (settings, back) = (visitor.to("settings"), visitor.to("settings/tenants"));
    let trail = [(settings.as_str(), "Settings"), (back.as_str(), "Tenants")];
    let lead =
        html! { "Its address /t/" (tenant.slug) " stays, so that links and labels go on working." };
    let inside = html! {
        (PageHeader::new(&tenant.name).under(&trail).lead(lead))
        form.form method="post" action=(visitor.to(&format!("settings/tenants/{}", tenant.id))) {
            (wrong.callout())
            (Field::new("name", "Name").required().autocomplete("off").error(wrong.at("name")).text(name))
            div.form-actions { (Button::submit("Save").primary()) (Button::link(&back, "Cancel").quiet()) }
        }
    };
    visitor.page(Room::Settings, &tenant.name, &inside)
}

/// Stands among the settings of those who administer the installation.
pub fn panel(visitor: &Visitor) -> Markup {
    html! {
        (Panel::new("Tenants").body(html! {
            p { "Organizations whose records stand alone, in this one Stockroom." }
            div.form-actions { (Button::link(&visitor.to("settings/tenants"), "Manage tenants")) }
        }))
    }
}
