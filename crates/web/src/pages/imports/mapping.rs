//! What the columns of a file mean: guessed, shown with what they hold, and changed where need be.

use app::imports::{self, Import};
use axum::Form;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::fields::{AppliesTo, CustomField};
use domain::id::ImportId;
use domain::imports::mapping::label;
use domain::imports::target::all;
use domain::imports::{Line, Mapping, State, Target};
use maud::{Markup, html};

use super::deciding::patiently;
use crate::components::{
    Button, Callout, Column, Field, Icon, PageHeader, Panel, Pick, Row, Table, Tone, checkbox,
};
use crate::error::{Refused, sentences};
use crate::layout::Room;
use crate::pages::answers::{Answers, Wrong};
use crate::pages::at::At;
use crate::pages::done::done;
use crate::pages::visitor::Visitor;
use crate::pages::words::counted;

/// Different values shown of a column.
const SAMPLES: usize = 3;

pub async fn form(visitor: Visitor, At(id): At<ImportId>) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    let import = imports::import(&visitor.web.app, &visitor.caller, id).await?;
    let mapping = import.mapping.clone();
    view(&visitor, &import, &mapping, &Wrong::default()).await
}

pub async fn save(
    visitor: Visitor,
    At(id): At<ImportId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    visitor.caller.need(Role::Manager)?;
    let (app, caller) = (visitor.web.app.clone(), visitor.caller.clone());
    let import = imports::import(&app, &caller, id).await?;
    let mapping = read(&answers, import.what);
    let chosen = mapping.clone();
    let planned =
        patiently(
            &visitor,
            id,
            async move { imports::plan(&app, &caller, id, chosen).await.map(drop) },
        );
    match planned.await {
        None | Some(Ok(())) => Ok(done(&visitor.to(&format!("imports/{id}")))),
        Some(Err(refusal)) => {
            let wrong = Wrong::form(refusal)?;
            let page = view(&visitor, &import, &mapping, &wrong).await?;
            Ok((wrong.status(), page).into_response())
        }
    }
}

fn read(answers: &Answers, what: AppliesTo) -> Mapping {
    let columns = answers.all("column").map(|word| word.parse().ok());
    let usual = if what == AppliesTo::Assets { "tag" } else { "email" };
    Mapping {
        columns: columns.collect(),
        key: Target::read(answers.some("match").unwrap_or(usual)),
        create: answers.ticked("create"),
        make_catalog: answers.ticked("make_catalog"),
        make_employees: answers.ticked("make_employees"),
        whole: answers.ticked("whole"),
        day_first: answers.get("days") == "day_first",
    }
}

async fn view(
    visitor: &Visitor,
    import: &Import,
    mapping: &Mapping,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    if !matches!(import.state, State::Uploaded | State::Planned) {
        let detail = "what its columns meant is settled; hint: bring the file again to change that";
        return Err(app::Refusal::conflict(detail).into());
    }
    let fields = imports::fields_of(app, caller, import.what).await?;
    let samples = imports::samples(app, caller, import.id).await?;
    let (list, here) = (visitor.to("imports"), visitor.to(&format!("imports/{}", import.id)));
    let title = format!("Columns of {}", import.name);
    let lead = html! {
        (counted(import.lines.into(), "row", "rows")) " of " (import.what.as_str()) ". "
        @if let Some(exporter) = import.exporter {
            "This looks like an export of " strong { (exporter) } ", and its columns are mapped accordingly."
        } @else { "The columns are guessed by their names." }
    };
    let inside = html! {
        (PageHeader::new(&title).under(&[(&list, "Imports")]).lead(lead))
        @if let Some(why) = imports::trouble(app, import.id) {
            (Callout::new(Tone::Danger, "It could not be planned").body(html! { (sentences(&why)) }))
        }
        @for fault in wrong.elsewhere(&["match"]) { (Callout::new(Tone::Danger, fault)) }
        form.form.form-wide method="post" action={ (here) "/mapping" } {
            (wrong.callout())
            (Panel::new("What each column means").edge_to_edge(columns(import, mapping, &fields, &samples)))
            (Panel::new("How rows are planned").body(choices(import, mapping, &fields, wrong)))
            div.form-actions {
                (Button::submit("See the plan").icon(Icon::ArrowRight).primary())
                (Button::link(&format!("{here}/delete"), "Discard").quiet())
            }
        }
    };
    Ok(visitor.page(Room::Imports, &title, &inside))
}

fn columns(import: &Import, mapping: &Mapping, fields: &[CustomField], samples: &[Line]) -> Markup {
    let columns = [Column::new("Column in the file").title().wrap(), Column::new("Becomes")];
    let rows = import.head.iter().enumerate().map(|(at, name)| {
        let chosen = mapping.columns.get(at).cloned().flatten();
        Row::new(vec![
            html! {
                strong { (name) }
                div.quiet-text.small { (examples(samples, at)) }
            },
            select(name, import.what, fields, chosen.as_ref()),
        ])
    });
    html! { (Table::new("Columns", &columns, rows.collect())) }
}

/// A few different values, cut to what one sees at a glance.
fn examples(samples: &[Line], at: usize) -> String {
    let mut seen: Vec<String> = Vec::new();
    for cell in samples.iter().filter_map(|line| line.cells.get(at)) {
        let cell = cell.trim();
        let short: String = cell.chars().take(40).collect();
        let short = if short.len() < cell.len() { format!("{short}…") } else { short };
        if !short.is_empty() && !seen.contains(&short) {
            seen.push(short);
        }
        if seen.len() == SAMPLES {
            break;
        }
    }
    if seen.is_empty() { "blank".into() } else { seen.join(" · ") }
}

fn select(name: &str, what: AppliesTo, fields: &[CustomField], chosen: Option<&Target>) -> Markup {
    let option = |target: &Target, label: &str| {
        html! { option value=(target) selected[chosen == Some(target)] { (label) } }
    };
    let custom = |field: &CustomField| Target::Custom(field.key.to_string());
    html! {
        select.input name="column" aria-label={ "What " (name) " becomes" } {
            option value="-" selected[chosen.is_none()] { "Leave it out" }
            @for (target, _, label) in all(what) { (option(target, label)) }
            @if !fields.is_empty() {
                optgroup label="Custom fields" {
                    @for field in fields { (option(&custom(field), &field.label)) }
                }
            }
        }
    }
}

fn choices(import: &Import, mapping: &Mapping, fields: &[CustomField], wrong: &Wrong) -> Markup {
    let assets = import.what == AppliesTo::Assets;
    let own = [Target::Tag, Target::Serial].map(|key| (key.to_string(), key.label()));
    let theirs = [Target::Email, Target::Name].map(|key| (key.to_string(), key.label()));
    let mut keys: Vec<(String, String)> = if assets { own.into() } else { theirs.into() };
    if assets {
        let fits = |field: &&CustomField| {
            !matches!(field.kind.as_str(), "yes_no" | "choice" | "choices" | "long_text")
        };
        keys.extend(fields.iter().filter(fits).map(|field| {
            let target = Target::Custom(field.key.to_string());
            (target.to_string(), label(&target, fields))
        }));
    }
    let keys: Vec<Pick<'_>> = keys.iter().map(|(value, label)| Pick::new(value, label)).collect();
    let thing = if assets { "asset" } else { "employee" };
    let known = format!(
        "A row whose value an {thing} has already changes that one; a blank cell keeps what is there"
    );
    let create = format!("Make a new {thing} of each row that none is known for");
    let days = [Pick::new("month_first", "March 4"), Pick::new("day_first", "April 3")];
    let written = if mapping.day_first { "day_first" } else { "month_first" };
    let missing = if assets {
        "Categories, products, manufacturers, suppliers, locations, departments and statuses"
    } else {
        "Departments and locations"
    };
    html! {
        div.form {
            (Field::new("match", "A row is known by its").hint(&known).error(wrong.at("match")).select(&keys, &mapping.key.to_string()))
            (checkbox("create", &create, None, mapping.create))
            (checkbox("make_catalog", "Make what is missing", Some(missing), mapping.make_catalog))
            @if assets {
                (checkbox("make_employees", "Make employees who are missing", Some("From the name or e-mail of who has an asset"), mapping.make_employees))
            }
            (checkbox("whole", "All or nothing", Some("One faulty row, and nothing is done; else the others are"), mapping.whole))
            (Field::new("days", "A day written 03/04/2026 is").segmented(&days, written))
        }
    }
}
