//! Saved reports: kept under a name, opened, renamed, shared, deleted.

use app::reports::coverage::Gap;
use app::reports::saved::{self, NewReport, SavedReport};
use app::reports::shelf;
use app::reports::warranty::Within;
use app::{Refusal, versions};
use axum::Form;
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::id::SavedReportId;
use maud::{Markup, html};

use super::super::answers::{Answers, Wrong};
use super::super::assets::filters;
use super::super::at::At;
use super::super::done::said;
use super::super::overtaken::{self, Held};
use super::super::unread::droppable;
use super::super::visitor::Visitor;
use super::super::words::Whose;
use super::schedule;
use crate::components::{
    Button, Callout, Column, Confirm, Field, Icon, PageHeader, Panel, Pick, Row, Table, Tone,
    badge, checkbox, facts,
};
use crate::error::{Refused, sentences};
use crate::layout::Room;

/// What the form says beside what the report is asked for.
const OWN: [&str; 5] = ["name", "report", "shared", "cursor", "edit"];

fn at(visitor: &Visitor, id: SavedReportId) -> String {
    visitor.to(&format!("reports/saved/{id}"))
}

/// Where the report opens with all that was saved.
fn open_at(visitor: &Visitor, report: &SavedReport) -> String {
    Answers::of(&report.parameters).at(&visitor.to(&format!("reports/{}", report.report)))
}

fn title_of(report: &SavedReport) -> &str {
    shelf::find(&report.report).map_or(report.report.as_str(), |shelved| shelved.title)
}

/// On the shelf: those the visitor may open.
pub async fn panel(visitor: &Visitor) -> Result<Markup, Refused> {
    let all = saved::list(&visitor.web.app, &visitor.caller).await?;
    if all.is_empty() {
        return Ok(html! {});
    }
    let columns = [
        Column::new("Name").title(),
        Column::new("Report"),
        Column::new("Who sees it").aside(),
        Column::new("Mailed"),
        Column::new("More").drop(),
    ];
    let rows = all.iter().map(|report| {
        let mailed = report.mailing.as_ref().filter(|_| report.stopped.is_none());
        Row::new(vec![
            html! { a href=(open_at(visitor, report)) { (report.name) } },
            html! { (title_of(report)) },
            html! { @if report.shared { "Everybody" } @else { "Only you" } },
            html! {
                @if let Some(mailing) = mailed { (mailing.rhythm.words()) }
                @else if report.stopped.is_some() { (badge(Some(Tone::Warning), "stopped")) }
            },
            html! { a href=(at(visitor, report.id)) { "Details" } },
        ])
    });
    Ok(html! {
        (Panel::new("Saved").edge_to_edge(html! { (Table::new("Saved reports", &columns, rows.collect())) }))
    })
}

pub async fn new_form(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Markup, Refused> {
    Ok(new_view(&visitor, &asked, &Wrong::default()))
}

pub async fn create(visitor: Visitor, Form(answers): Form<Answers>) -> Result<Response, Refused> {
    let kept = OWN.iter().fold(answers.clone(), |kept, own| kept.without(own));
    let mut parameters = super::pairs(&kept);
    if let Some(report) = shelf::find(answers.get("report")) {
        // What the page passed over is not kept.
        parameters.retain(|(name, _)| report.takes(name));
    }
    let new = NewReport {
        name: answers.get("name").to_owned(),
        report: answers.get("report").to_owned(),
        parameters,
        shared: answers.ticked("shared"),
    };
    match saved::create(&visitor.web.app, &visitor.caller, new).await {
        Ok(made) => {
            let words = format!("{} was saved.", made.name);
            Ok(said(&visitor.web, Tone::Success, &words, &at(&visitor, made.id)))
        }
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            let page = new_view(&visitor, &answers, &wrong);
            Ok((wrong.status(), page).into_response())
        }
    }
}

fn new_view(visitor: &Visitor, answers: &Answers, wrong: &Wrong) -> Markup {
    let reports = visitor.to("reports");
    let chosen = shelf::find(answers.get("report"));
    let kept = OWN.iter().fold(answers.clone(), |kept, own| kept.without(own));
    let picks: Vec<_> =
        shelf::SHELF.iter().map(|report| Pick::new(report.name, report.title)).collect();
    let name = Field::new("name", "Name").required().error(wrong.at("name"));
    let inside = html! {
        (PageHeader::new("Save a report").under(&[(&reports, "Reports")])
            .lead(html! { "It keeps what the report is asked for, not its rows: they are always as of now." }))
        @for detail in wrong.elsewhere(&["name", "report"]) { (Callout::new(Tone::Danger, detail)) }
        form.form.narrow method="post" action=(visitor.to("reports/saved/new")) {
            (wrong.callout())
            (name.placeholder("Laptops without a warranty, Berlin").text(answers.get("name")))
            @match chosen {
                Some(report) => {
                    input type="hidden" name="report" value=(report.name);
                    p.quiet-text { "Of: " (report.title) }
                }
                None => (Field::new("report", "Report").error(wrong.at("report")).select(&picks, "")),
            }
            @for (name, value) in kept.pairs() { input type="hidden" name=(name) value=(value); }
            @if visitor.may(Role::Manager) {
                (checkbox("shared", "Everybody may open it", Some("Managers may change it, and have it mailed"), answers.ticked("shared")))
            }
            div.form-actions { (Button::submit("Save").primary()) (Button::link(&reports, "Cancel").quiet()) }
        }
    };
    visitor.page(Room::Reports, "Save a report", &inside)
}

pub async fn page(visitor: Visitor, At(id): At<SavedReportId>) -> Result<Markup, Refused> {
    let report = saved::saved(&visitor.web.app, &visitor.caller, id).await?;
    view(&visitor, &report, &held(&report), &Wrong::default()).await
}

fn held(report: &SavedReport) -> Answers {
    Answers::default()
        .with("name", &report.name)
        .with("shared", if report.shared { "on" } else { "" })
        .with("version", &versions::report(report).to_string())
}

pub async fn save(
    visitor: Visitor,
    At(id): At<SavedReportId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let dropped: Vec<&str> = answers.all("drop").collect();
    if !dropped.is_empty() {
        saved::forget(app, caller, id, &dropped).await?;
        let words = "The filter was dropped. Without it the report may hold more.";
        return Ok(said(&visitor.web, Tone::Success, words, &at(&visitor, id)));
    }
    let (name, shared) = (answers.get("name").to_owned(), answers.ticked("shared"));
    let (version, here) = (overtaken::version(&answers), at(&visitor, id));
    match saved::change(app, caller, id, version, Some(name), None, Some(shared)).await {
        Ok(_) => Ok(said(&visitor.web, Tone::Success, "Saved.", &here)),
        Err(refusal) => {
            let report = saved::saved(app, caller, id).await?;
            let now = held(&report);
            let now = Held { what: "report", whose: Whose::Other, answers: &now, anew: &here };
            let (answers, wrong) = overtaken::refused(&visitor, now, answers, refusal).await?;
            let page = view(&visitor, &report, &answers, &wrong).await?;
            Ok((wrong.status(), page).into_response())
        }
    }
}

async fn view(
    visitor: &Visitor,
    report: &SavedReport,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let (reports, here) = (visitor.to("reports"), at(visitor, report.id));
    let may = saved::may_change(&visitor.caller, report);
    let asked = asked_for(visitor, report).await?;
    let about = [
        ("Report", html! { (title_of(report)) }),
        ("Asked for", html! { (asked.join("; ")) }),
        ("Who sees it", html! { @if report.shared { "Everybody" } @else { "Only you" } }),
        ("Saved by", html! { (report.owner_name) }),
        ("Changed", visitor.now.ago(report.updated_at)),
    ];
    let unread = match saved::readable(&visitor.web.app, &visitor.caller, report).await {
        Ok(()) => None,
        Err(refusal) => Some(Wrong::fields(refusal)?),
    };
    let open = open_at(visitor, report);
    let (delete, mail) = (format!("{here}/delete"), format!("{here}/mail"));
    let inside = html! {
        (PageHeader::new(&report.name).under(&[(&reports, "Reports")]).actions(html! {
            @if visitor.web.app.mail().is_some() { (Button::post(&mail, "Send me one now").icon(Icon::Mail)) }
            (Button::link(&open, "Open").icon(Icon::ChartColumn).primary())
        }))
        @if let Some(unread) = &unread { (droppable(&here, unread, may)) }
        @if let Some(why) = &report.stopped {
            (Callout::new(Tone::Warning, "It is mailed no more").body(html! { (sentences(why)) }))
        } @else if let Some(why) = &report.error {
            (Callout::new(Tone::Warning, "The last mail did not arrive everywhere").body(html! { (sentences(why)) }))
        }
        div.columns-2 {
            (Panel::new("About").body(facts(&about)))
            (schedule::panel(visitor, report, may).await?)
        }
        @if may {
            (Panel::new("Name").body(html! {
                form.form.narrow method="post" action=(here) {
                    (wrong.callout())
                    (overtaken::hidden(answers))
                    (Field::new("name", "Name").required().error(wrong.at("name")).text(answers.get("name")))
                    @if visitor.may(Role::Manager) {
                        (checkbox("shared", "Everybody may open it", None, answers.ticked("shared")))
                    }
                    div.form-actions {
                        (Button::submit("Save").primary())
                        (Button::link(&delete, "Delete").icon(Icon::Trash2).quiet())
                    }
                }
            }))
        }
    };
    Ok(visitor.page(Room::Reports, &report.name, &inside))
}

/// In words, as the report's own page says it.
async fn asked_for(visitor: &Visitor, report: &SavedReport) -> Result<Vec<String>, Refused> {
    let own = |(name, value): &(String, String)| match name.as_str() {
        "q" => Some(format!("search “{value}”")),
        "sort" => Some(match value.strip_prefix('-') {
            Some(by) => format!("by {by}, turned around"),
            None => format!("by {value}"),
        }),
        "details" => Some(format!("with {}", value.replace(',', ", "))),
        "as_of" => Some(format!("worth on {value}")),
        "within" => Some(value.parse().map_or_else(|_| value.clone(), Within::label)),
        "gap" => {
            let gap = Gap::ALL.into_iter().find(|gap| gap.words().0 == value);
            Some(gap.map_or_else(|| value.clone(), |gap| gap.words().1.to_owned()))
        }
        name if name.starts_with("fields.") || app::filters::find(name).is_some() => None,
        name => Some(format!("{name} = {value}")),
    };
    let own: Vec<String> = report.parameters.iter().filter_map(own).collect();
    let asked = Answers::of(&report.parameters);
    let mut all = filters::told(visitor, &asked).await?;
    all.extend(own);
    if all.is_empty() {
        all.push("Everything".to_owned());
    }
    Ok(all)
}

pub async fn confirm(visitor: Visitor, At(id): At<SavedReportId>) -> Result<Markup, Refused> {
    let report = saved::changeable(&visitor.web.app, &visitor.caller, id).await?;
    let (reports, here) = (visitor.to("reports"), at(&visitor, id));
    let title = format!("Delete {}?", report.name);
    let mails = if report.mailing.is_some() {
        "It is mailed no more."
    } else {
        "It was never mailed by the clock."
    };
    let inside = html! {
        (PageHeader::new(&title).under(&[(&reports, "Reports"), (&here, &report.name)]))
        (Confirm {
            action: &format!("{here}/delete"),
            verb: "Delete it",
            consequences: &["The report itself and its rows stay; only what was saved goes.", mails],
            back: &here,
            fields: html! {},
        })
    };
    Ok(visitor.page(Room::Reports, &title, &inside))
}

pub async fn delete(visitor: Visitor, At(id): At<SavedReportId>) -> Result<Response, Refused> {
    saved::delete(&visitor.web.app, &visitor.caller, id).await?;
    Ok(said(&visitor.web, Tone::Success, "Deleted.", &visitor.to("reports")))
}

pub async fn send_now(visitor: Visitor, At(id): At<SavedReportId>) -> Result<Response, Refused> {
    match app::reports::mailing::send_now(&visitor.web.app, &visitor.caller, id).await {
        Ok(()) => {
            let words = "It is on its way to you.";
            Ok(said(&visitor.web, Tone::Success, words, &at(&visitor, id)))
        }
        Err(refusal @ Refusal::Conflict { .. }) => {
            let words = sentences(&refusal.to_string());
            Ok(said(&visitor.web, Tone::Warning, &words, &at(&visitor, id)))
        }
        Err(refusal) => Err(refusal.into()),
    }
}
