//! When a saved report is mailed, and to whom.

use app::reports::mailing::{self, OWNERS};
use app::reports::saved::{self, SavedReport};
use app::{Refusal, versions};
use axum::Form;
use axum::response::{IntoResponse, Response};
use domain::id::SavedReportId;
use domain::mailing::{Attached, Every, Mailing, Rhythm, weekday};
use maud::{Markup, html};

use super::super::answers::{Answers, Wrong};
use super::super::at::At;
use super::super::done::said;
use super::super::overtaken::{self, Held};
use super::super::visitor::Visitor;
use super::super::words::Whose;
use crate::components::{Button, Callout, Field, Icon, PageHeader, Panel, Pick, Tone, facts};
use crate::error::Refused;
use crate::layout::Room;

const NO_MAIL: &str = "This installation sends no mail";
const FIELDS: [&str; 6] = ["every", "weekday", "day", "hour", "format", "to"];

fn at(visitor: &Visitor, id: SavedReportId) -> String {
    visitor.to(&format!("reports/saved/{id}"))
}

/// On the report's own page.
pub async fn panel(visitor: &Visitor, report: &SavedReport, may: bool) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let edit = format!("{}/schedule", at(visitor, report.id));
    let known = match &report.mailing {
        Some(mailing) => mailing::known(app, caller, &mailing.to).await?,
        None => Vec::new(),
    };
    let change = if report.mailing.is_some() { "Change" } else { "Have it mailed" };
    let action = html! {
        @if may && visitor.may(OWNERS) { (Button::link(&edit, change).icon(Icon::CalendarClock)) }
    };
    let body = html! {
        @if app.mail().is_none() {
            p { (NO_MAIL) ". Whoever runs it can set " code { "mail.url" } "; the operating guide says how." }
        } @else if let Some(mailing) = &report.mailing {
            @let to = known.iter().map(|one| match (&one.email, &one.name) {
                (Some(email), Some(name)) => format!("{name} <{email}>"),
                (Some(email), None) => email.to_string(),
                (None, _) => "somebody who is gone".to_owned(),
            });
            (facts(&[
                ("When", html! { (super::super::words::capital(&mailing.rhythm.words())) }),
                ("Next", html! { @if let Some(next) = report.next_at { (visitor.now.exact(next)) } @else { "Not any more" } }),
                ("As", html! { @match mailing.format { Attached::Csv => "CSV", Attached::Xlsx => "Excel workbook" } }),
                ("To", html! { (to.collect::<Vec<_>>().join(", ")) }),
                ("Last sent", html! { @if let Some(at) = report.sent_at { (visitor.now.ago(at)) } }),
            ]))
        } @else {
            p.quiet-text { "Nobody gets it by mail." }
            @if may && !visitor.may(OWNERS) { p.quiet-text { "Managers can have it mailed." } }
        }
    };
    Ok(html! { (Panel::new("By mail").aside(action).body(body)) })
}

pub async fn form(visitor: Visitor, At(id): At<SavedReportId>) -> Result<Markup, Refused> {
    visitor.caller.need(OWNERS)?;
    let report = saved::changeable(&visitor.web.app, &visitor.caller, id).await?;
    let held = held(&visitor, &report).await?;
    Ok(view(&visitor, &report, &held, &Wrong::default()))
}

pub async fn save(
    visitor: Visitor,
    At(id): At<SavedReportId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    caller.need(OWNERS)?;
    saved::changeable(app, caller, id).await?;
    let done = if answers.get("do") == "stop" {
        mailing::schedule(app, caller, id, overtaken::version(&answers), None).await
    } else {
        saved_as(&visitor, id, &answers).await
    };
    match done {
        Ok(()) => Ok(said(&visitor.web, Tone::Success, "Saved.", &at(&visitor, id))),
        Err(refusal) => {
            let report = saved::changeable(app, caller, id).await?;
            let now = held(&visitor, &report).await?;
            let anew = format!("{}/schedule", at(&visitor, id));
            let now = Held { what: "report", whose: Whose::Other, answers: &now, anew: &anew };
            let (answers, wrong) = overtaken::refused(&visitor, now, answers, refusal).await?;
            let page = view(&visitor, &report, &answers, &wrong);
            Ok((wrong.status(), page).into_response())
        }
    }
}

async fn saved_as(visitor: &Visitor, id: SavedReportId, answers: &Answers) -> Result<(), Refusal> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let number = |name: &str| -> Result<u8, Refusal> {
        let text = answers.get(name);
        text.parse().map_err(|_| {
            Refusal::invalid(name, format!("\"{text}\" is no number; hint: choose one of the list"))
        })
    };
    let every = match answers.get("every") {
        "week" => Every::Week { on: number("weekday")? },
        "month" => Every::Month { on: number("day")? },
        _ => Every::Day,
    };
    let rhythm = Rhythm { every, hour: number("hour")? };
    let format = if answers.get("format") == "csv" { Attached::Csv } else { Attached::Xlsx };
    let addresses = answers.get("to").split([',', ';', '\n']).map(str::trim);
    let addresses: Vec<String> =
        addresses.filter(|text| !text.is_empty()).map(str::to_owned).collect();
    let to = mailing::recipients(app, caller, &addresses).await?;
    let mailing = Some(Mailing { rhythm, format, to });
    mailing::schedule(app, caller, id, overtaken::version(answers), mailing).await
}

async fn held(visitor: &Visitor, report: &SavedReport) -> Result<Answers, Refused> {
    let start = Answers::default()
        .with("every", "week")
        .with("weekday", "1")
        .with("day", "1")
        .with("hour", "8")
        .with("format", "xlsx")
        .with("version", &versions::report(report).to_string());
    let Some(mailing) = &report.mailing else {
        return Ok(start.with("to", visitor.signed.user.email.as_str()));
    };
    let known = mailing::known(&visitor.web.app, &visitor.caller, &mailing.to).await?;
    let to: Vec<String> =
        known.iter().filter_map(|one| Some(one.email.as_ref()?.to_string())).collect();
    let start = match mailing.rhythm.every {
        Every::Day => start.with("every", "day"),
        Every::Week { on } => start.with("weekday", &on.to_string()),
        Every::Month { on } => start.with("every", "month").with("day", &on.to_string()),
    };
    let format = if mailing.format == Attached::Csv { "csv" } else { "xlsx" };
    Ok(start
        .with("hour", &mailing.rhythm.hour.to_string())
        .with("format", format)
        .with("to", &to.join("\n")))
}

fn view(visitor: &Visitor, report: &SavedReport, answers: &Answers, wrong: &Wrong) -> Markup {
    let (reports, here) = (visitor.to("reports"), at(visitor, report.id));
    let numbered = |numbers: std::ops::RangeInclusive<u8>, label: &dyn Fn(u8) -> String| {
        numbers.map(|number| (number.to_string(), label(number))).collect::<Vec<_>>()
    };
    let days = numbered(1..=7, &|day| weekday(day).to_owned());
    let month =
        numbered(1..=31, &|day| if day == 31 { "Last day".into() } else { day.to_string() });
    let hours = numbered(0..=23, &|hour| format!("{hour:02}:00"));
    let picks = |all: &'_ [(String, String)]| {
        all.iter().map(|(value, label)| (value.clone(), label.clone())).collect::<Vec<_>>()
    };
    let field = |name, label| Field::new(name, label).error(wrong.at(name));
    let choice = |name, label, all: &[(String, String)]| {
        super::super::words::choice(field(name, label), None, picks(all), answers.get(name))
    };
    let zone = format!("On your company's clocks: {}", visitor.company.time_zone);
    let most = format!("Up to {} e-mail addresses, one a line", Mailing::MOST_RECIPIENTS);
    let inside = html! {
        (PageHeader::new("By mail").under(&[(&reports, "Reports"), (&here, &report.name)])
            .lead(html! { "What the report comes to stands in the mail; every row is attached." }))
        @if visitor.web.app.mail().is_none() {
            (Callout::new(Tone::Warning, NO_MAIL).body(html! {
                "Whoever runs it can set " code { "mail.url" } "; the operating guide says how. Until then nothing is mailed."
            }))
        }
        @for detail in wrong.elsewhere(&FIELDS) { (Callout::new(Tone::Danger, detail)) }
        form.form.narrow.schedule method="post" action={ (here) "/schedule" } {
            (wrong.callout())
            (overtaken::hidden(answers))
            (field("every", "How often").segmented(&[
                Pick::new("day", "Every day"), Pick::new("week", "Every week"), Pick::new("month", "Every month"),
            ], answers.get("every")))
            div.only-week { (choice("weekday", "Day of the week", &days)) }
            div.only-month { (choice("day", "Day of the month", &month)) }
            (super::super::words::choice(field("hour", "At").hint(&zone), None, picks(&hours), answers.get("hour")))
            (field("format", "Attached as").segmented(&[
                Pick::new("xlsx", "Excel workbook"), Pick::new("csv", "CSV"),
            ], answers.get("format")))
            (field("to", "To").hint(&most).required().long_text(answers.get("to")))
            div.form-actions {
                (Button::submit("Save").primary())
                @if report.mailing.is_some() { (Button::answer("do", "stop", "Mail it no more")) }
                (Button::link(&here, "Cancel").quiet())
            }
        }
    };
    visitor.page(Room::Reports, "By mail", &inside)
}
