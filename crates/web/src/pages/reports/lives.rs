//! Useful lives: how long things of each category are of use, in one form.

use app::reports::useful_lives::{self, Lives};
use app::{Refusal, versions};
use axum::Form;
use axum::response::{IntoResponse, Response};
use domain::Field as What;
use domain::access::Role;
use domain::depreciation::UsefulLife;
use domain::id::CategoryId;
use maud::{Markup, html};

use super::super::answers::{Answers, Wrong};
use super::super::done::said;
use super::super::overtaken::{self, Held};
use super::super::visitor::Visitor;
use super::super::words::Whose;
use crate::components::{Button, Callout, Field, PageHeader, Panel, Tone};
use crate::error::Refused;
use crate::layout::Room;

const PATH: &str = "reports/useful-lives";

pub async fn lives(visitor: Visitor) -> Result<Markup, Refused> {
    let lives = useful_lives::lives(&visitor.web.app, &visitor.caller).await?;
    let held = held(&lives);
    Ok(view(&visitor, &lives, &held, &Wrong::default()))
}

pub async fn save_lives(
    visitor: Visitor,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    match saved(&visitor, &answers).await {
        Ok(()) => Ok(said(&visitor.web, Tone::Success, "Saved.", &visitor.to(PATH))),
        Err(refusal) => {
            let lives = useful_lives::lives(&visitor.web.app, &visitor.caller).await?;
            let (answers, wrong) = refused(&visitor, &lives, answers, refusal).await?;
            let page = view(&visitor, &lives, &answers, &wrong);
            Ok((wrong.status(), page).into_response())
        }
    }
}

async fn refused(
    visitor: &Visitor,
    lives: &Lives,
    answers: Answers,
    refusal: Refusal,
) -> Result<(Answers, Wrong), Refused> {
    if refusal != Refusal::Stale {
        return Ok((answers, Wrong::form(refusal)?));
    }
    let (now, anew) = (held(lives), visitor.to(PATH));
    let mut moved = overtaken::moved(&now, &answers);
    for change in &mut moved {
        if let What::Custom(name) = &mut change.field {
            *name = called(lives, name);
        }
    }
    let now =
        Held { what: "list of useful lives", whose: Whose::Other, answers: &now, anew: &anew };
    let wrong = overtaken::standing(visitor, &now, &moved).await?;
    Ok((answers.with("version", now.answers.get("version")), wrong))
}

/// `Phones: months` of `cat_….months`.
fn called(lives: &Lives, name: &str) -> String {
    let (of, part) = name.split_once('.').unwrap_or((name, ""));
    let category = lives.categories.iter().find(|one| one.id.to_string() == of);
    let name = category.map_or("For everything", |one| &one.name);
    let part = if part == "months" { "months" } else { "residual value, %" };
    format!("{name}: {part}")
}

async fn saved(visitor: &Visitor, answers: &Answers) -> Result<(), Refusal> {
    visitor.caller.need(Role::Manager)?;
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let held = useful_lives::lives(app, caller).await?;
    let company = read(answers, "company", held.company)?.unwrap_or(held.company);
    let mut categories = Vec::new();
    for one in &held.categories {
        let name = one.id.to_string();
        // A category that was made meanwhile is not in the form.
        if answers.pairs().any(|(field, _)| field == format!("{name}.months")) {
            categories.push((one.id, read(answers, &name, company)?.map(Into::into)));
        }
    }
    let company = Some(company.into());
    useful_lives::save(app, caller, overtaken::version(answers), company, categories).await
}

/// Nothing where both are blank; what one of them leaves open is `open`'s.
fn read(answers: &Answers, of: &str, open: UsefulLife) -> Result<Option<UsefulLife>, Refusal> {
    let number = |part: &str| -> Result<Option<u32>, Refusal> {
        let field = format!("{of}.{part}");
        let text = answers.get(&field);
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|_| {
            Refusal::invalid(&field, format!("\"{text}\" is no whole number; hint: such as 36"))
        })
    };
    let (months, percent) = (number("months")?, number("residual_percent")?);
    if months.is_none() && percent.is_none() {
        return Ok(None);
    }
    Ok(Some(UsefulLife {
        months: months.unwrap_or(open.months),
        residual_percent: percent.unwrap_or(open.residual_percent),
    }))
}

fn held(lives: &Lives) -> Answers {
    let put = |answers: Answers, of: &str, life: Option<UsefulLife>| {
        let number = |number: Option<u32>| number.map(|n| n.to_string()).unwrap_or_default();
        answers.with(&format!("{of}.months"), &number(life.map(|life| life.months))).with(
            &format!("{of}.residual_percent"),
            &number(life.map(|life| life.residual_percent)),
        )
    };
    let mut answers = put(Answers::default(), "company", Some(lives.company));
    for one in &lives.categories {
        answers = put(answers, &one.id.to_string(), one.life);
    }
    answers.with("version", &versions::lives(lives).to_string())
}

fn view(visitor: &Visitor, lives: &Lives, answers: &Answers, wrong: &Wrong) -> Markup {
    let (reports, value) = (visitor.to("reports"), visitor.to("reports/value"));
    let may = visitor.may(Role::Manager);
    let row = |of: &str, name: &str, open: Option<UsefulLife>| {
        let field = |part: &str, label: &str, open: Option<u32>| {
            let name = format!("{of}.{part}");
            let open = open.map(|open| open.to_string()).unwrap_or_default();
            let field = Field::new(&name, label).placeholder(&open).error(wrong.at(&name));
            html! { (field.number(answers.get(&name))) }
        };
        html! {
            fieldset.lives-row {
                legend { (name) }
                (field("months", "Months", open.map(|open| open.months)))
                (field("residual_percent", "Residual value, %", open.map(|open| open.residual_percent)))
            }
        }
    };
    let inside = html! {
        (PageHeader::new("Useful lives")
            .under(&[(&reports, "Reports"), (&value, "Value and depreciation")])
            .lead(html! { "Each whole month takes an equal part of the cost, down to the residual value." }))
        @for detail in wrong.elsewhere(&all_fields(lives).iter().map(String::as_str).collect::<Vec<_>>()) {
            (Callout::new(Tone::Danger, detail))
        }
        (wrong.callout())
        form.narrow method="post" action=(visitor.to(PATH)) {
          (overtaken::hidden(answers))
          fieldset.stack.locked[!may] disabled[!may] {
            @if !may { p { "Only managers change these." } }
            (Panel::new("For everything").body(row("company", "Whatever says nothing of its own", None)))
            @if !lives.categories.is_empty() {
                (Panel::new("By category").body(html! {
                    p.quiet-text { "Leave both blank, and a category follows the company." }
                    div.lives {
                        @for one in &lives.categories { (row(&one.id.to_string(), &one.name, Some(lives.company))) }
                    }
                }))
            }
            @if may { div.form-actions { (Button::submit("Save").primary()) } }
          }
        }
    };
    visitor.page(Room::Reports, "Useful lives", &inside)
}

fn all_fields(lives: &Lives) -> Vec<String> {
    let of = |id: &CategoryId| id.to_string();
    let names =
        std::iter::once("company".to_owned()).chain(lives.categories.iter().map(|one| of(&one.id)));
    names.flat_map(|of| [format!("{of}.months"), format!("{of}.residual_percent")]).collect()
}
