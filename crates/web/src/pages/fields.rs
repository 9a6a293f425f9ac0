//! Custom fields: what there is, a form for one, and what would be lost with it.

mod merge;

use app::fields::{self, Touched};
use app::reports::Format;
use app::reports::lists::RegisterList;
use app::{Refusal, catalog, versions};
use axum::Form;
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::fields::{AppliesTo, CustomField, FieldKey, FieldType, TYPES, shown};
use domain::id::FieldId;
use maud::{Markup, html};
use serde_json::Value;

use super::answers::{Answers, Wrong};
use super::assets::downloads;
use super::at::At;
use super::done::said;
use super::ordered::{self, narrowed};
use super::overtaken::{self, Held};
use super::visitor::Visitor;
use super::words::{Whose, counted};
use crate::components::{
    Button, Callout, Confirm, Field, PageHeader, Panel, Pick, Row, Table, Tone, badge, checkbox,
};
use crate::download;
use crate::error::Refused;
use crate::layout::Room;

pub use merge::{merge, merge_form};

/// Faults of these are shown where they belong.
const ASKED: [&str; 9] =
    ["label", "key", "type", "choices", "applies_to", "categories", "unique", "indexed", "default"];

/// Heads of the list, and the words of its orders.
const HEADS: [(&str, &str); 6] = [
    ("label", "Label"),
    ("key", "Key"),
    ("type", "Type"),
    ("applies_to", "Of"),
    ("", "Rules"),
    ("", ""),
];

pub async fn page(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Markup, Refused> {
    view(&visitor, &ordered::order_alone(&asked), &Wrong::default()).await
}

pub async fn csv(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Response, Refused> {
    file(&visitor, &asked, Format::Csv).await
}

pub async fn xlsx(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Response, Refused> {
    file(&visitor, &asked, Format::Xlsx).await
}

async fn file(visitor: &Visitor, asked: &Answers, format: Format) -> Result<Response, Refused> {
    let list = RegisterList::Fields(narrowed(&ordered::order_alone(asked)));
    download::file(visitor, Box::new(list), format).await
}

pub async fn create(visitor: Visitor, Form(answers): Form<Answers>) -> Result<Response, Refused> {
    match made(&visitor, &answers).await {
        Ok(field) => {
            let sentence = format!("The field “{}” was added.", field.label);
            Ok(said(&visitor.web, Tone::Success, &sentence, &visitor.to("settings/fields")))
        }
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            let page = view(&visitor, &answers, &wrong).await?;
            Ok((wrong.status(), page).into_response())
        }
    }
}

async fn made(visitor: &Visitor, answers: &Answers) -> Result<CustomField, Refusal> {
    visitor.caller.need(Role::Administrator)?;
    let label = answers.get("label").to_owned();
    let key = match answers.some("key") {
        Some(key) => FieldKey::parse(key),
        None => FieldKey::of_label(&label),
    };
    let applies_to = AppliesTo::parse(answers.get("applies_to")).unwrap_or(AppliesTo::Assets);
    let kind = FieldType::parse(answers.get("type"), choices(answers)).map_err(bad)?;
    let new = CustomField {
        id: FieldId::new(0),
        key: key.map_err(bad)?,
        label,
        kind,
        applies_to,
        categories: Vec::new(),
        required: false,
        unique: false,
        indexed: false,
        default: None,
    };
    let field = dressed(new, answers, &visitor.company.currency)?;
    fields::create(&visitor.web.app, &visitor.caller, field).await
}

pub async fn edit_form(visitor: Visitor, At(id): At<FieldId>) -> Result<Markup, Refused> {
    let field = fields::named(&visitor.web.app, &visitor.caller, &id.to_string()).await?;
    edit(&visitor, &field, &held(&field), &Wrong::default()).await
}

pub async fn save(
    visitor: Visitor,
    At(id): At<FieldId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let (given, currency) = (answers.clone(), visitor.company.currency.clone());
    let change = move |field| changed(field, &given, &currency);
    match fields::change(app, caller, id, overtaken::version(&answers), change).await {
        Ok(_) => Ok(said(&visitor.web, Tone::Success, "Saved.", &visitor.to("settings/fields"))),
        Err(refusal) => {
            let field = fields::named(app, caller, &id.to_string()).await?;
            let (now, anew) = (held(&field), visitor.to(&format!("settings/fields/{id}")));
            let now = Held { what: "field", whose: Whose::Other, answers: &now, anew: &anew };
            let (answers, wrong) = overtaken::refused(&visitor, now, answers, refusal).await?;
            let page = edit(&visitor, &field, &answers, &wrong).await?;
            Ok((wrong.status(), page).into_response())
        }
    }
}

fn changed(field: CustomField, answers: &Answers, currency: &str) -> Result<CustomField, Refusal> {
    let kind = FieldType::parse(field.kind.as_str(), choices(answers)).map_err(bad)?;
    let label = answers.get("label").to_owned();
    dressed(CustomField { kind, label, ..field }, answers, currency)
}

/// What a new and a changed field are asked alike.
fn dressed(
    mut field: CustomField,
    answers: &Answers,
    currency: &str,
) -> Result<CustomField, Refusal> {
    field.categories = answers.all("categories").filter_map(|id| id.parse().ok()).collect();
    field.required = answers.ticked("required");
    field.unique = answers.ticked("unique");
    field.indexed = answers.ticked("indexed");
    let default = field.parse(answers.get("default"), Some(currency));
    field.default = default.map_err(|unfit| Refusal::invalid("default", unfit))?;
    Ok(field)
}

/// One a line.
fn choices(answers: &Answers) -> Vec<String> {
    let lines = answers.get("choices").lines().map(str::trim);
    lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn bad(bad: domain::fields::BadDefinition) -> Refusal {
    Refusal::invalid(bad.part, bad.detail)
}

/// A definition as answers of its form.
fn held(field: &CustomField) -> Answers {
    let default = field.default.as_ref().unwrap_or(&Value::Null);
    let mut held = Answers::default()
        .with("label", &field.label)
        .with("choices", &field.kind.choices().join("\n"))
        .with("default", &shown(&field.kind, default));
    for (name, on) in
        [("required", field.required), ("unique", field.unique), ("indexed", field.indexed)]
    {
        held = held.with(name, if on { "on" } else { "" });
    }
    for id in &field.categories {
        held = held.and("categories", &id.to_string());
    }
    if field.categories.is_empty() {
        held = held.with("categories", "");
    }
    held.with("version", &versions::field(field).to_string())
}

async fn view(visitor: &Visitor, answers: &Answers, wrong: &Wrong) -> Result<Markup, Refused> {
    let order = ordered::order_alone(answers);
    let all = narrowed(&order).of(fields::list(&visitor.web.app, &visitor.caller).await?);
    let form = html! {
        form.form method="post" action=(visitor.to("settings/fields")) {
            (wrong.callout())
            @for fault in wrong.elsewhere(&ASKED) { (Callout::new(Tone::Danger, fault)) }
            (Field::new("label", "Label").required().error(wrong.at("label")).text(answers.get("label")))
            (Field::new("key", "Key").hint("For the API and for mappings; made from the label where it is blank. It is fixed afterwards").error(wrong.at("key")).text(answers.get("key")))
            (Field::new("type", "Type").hint("Fixed afterwards").error(wrong.at("type")).select(&TYPES.map(|(word, label)| Pick::new(word, label)), answers.get("type")))
            (Field::new("applies_to", "Of").error(wrong.at("applies_to")).segmented(&[Pick::new("assets", "Assets"), Pick::new("employees", "Employees")], answers.some("applies_to").unwrap_or("assets")))
            (rest(visitor, None, answers, wrong).await?)
            div.form-actions { (Button::submit("Add field").primary()) }
        }
    };
    let inside = html! {
        (PageHeader::new("Custom fields").under(&[(&visitor.to("settings"), "Settings")])
            .lead(html! { "What your assets and people have that Stockroom does not bring by itself" })
            .actions(html! { @if !all.is_empty() { (downloads(visitor, &order, "settings/fields")) } }))
        (Panel::new("Fields").edge_to_edge(list(visitor, &order, &all)))
        @if visitor.may(Role::Administrator) { (Panel::new("New field").body(form)) }
    };
    Ok(visitor.page(Room::Settings, "Custom fields", &inside))
}

fn list(visitor: &Visitor, order: &Answers, all: &[CustomField]) -> Markup {
    if all.is_empty() {
        return html! { p.panel-body.quiet-text { "No field was added yet." } };
    }
    let heads = ordered::heads(order, &visitor.to("settings/fields"), "label", HEADS);
    let columns = [
        heads[0].column().title(),
        heads[1].column(),
        heads[2].column(),
        heads[3].column(),
        heads[4].column(),
        heads[5].column().aside(),
    ];
    let may = visitor.may(Role::Administrator);
    let rows = all.iter().map(|field| {
        let at = visitor.to(&format!("settings/fields/{}", field.id));
        let rules = [
            (field.required, "required"),
            (field.unique, "unique"),
            (field.indexed, "indexed"),
            (!field.categories.is_empty(), "some categories"),
        ];
        Row::new(vec![
            html! { @if may { a href=(at) { (field.label) } } @else { (field.label) } },
            html! { span.mono { (field.key) } },
            html! { (field.kind.label()) },
            html! { (super::words::titled(field.applies_to.as_str())) },
            html! { @for (on, word) in rules { @if on { (badge(None, word)) " " } } },
            html! {
                @if may {
                    a href={ (at) "/merge" } { "Merge" span.spoken { " " (field.label) } }
                    " · "
                    a href={ (at) "/delete" } { "Delete" span.spoken { " " (field.label) } }
                }
            },
        ])
    });
    html! { (Table::new("Custom fields", &columns, rows.collect())) }
}

/// The part of the form that a field's life does not fix.
async fn rest(
    visitor: &Visitor,
    field: Option<&CustomField>,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let categories = catalog::categories(&visitor.web.app, &visitor.caller).await?;
    let categories: Vec<_> =
        categories.into_iter().map(|entry| (entry.id.to_string(), entry.name)).collect();
    let picks: Vec<_> = categories.iter().map(|(id, name)| Pick::new(id, name)).collect();
    let chosen: Vec<_> = answers.all("categories").collect();
    let kind = field.map(|field| &field.kind);
    let has_choices = kind.is_none_or(|kind| !kind.choices().is_empty());
    let of_assets = field.is_none_or(|field| field.applies_to == AppliesTo::Assets);
    Ok(html! {
        @if has_choices {
            (Field::new("choices", "Choices").hint("One a line; only for the two types of choices").error(wrong.at("choices")).long_text(answers.get("choices")))
        }
        @if of_assets && !picks.is_empty() {
            (Field::new("categories", "Only for these categories").hint("None ticked: assets of all categories").error(wrong.at("categories")).checks(&picks, &chosen))
        }
        (checkbox("required", "Required", Some("A new one needs a value, and nobody can blank it. What is there already, and what a source brings, stays as it is"), answers.ticked("required")))
        (checkbox("unique", "Unique", Some("No two have the same value"), answers.ticked("unique")))
        @if let Some(fault) = wrong.at("unique") { p.error { (fault) } }
        (checkbox("indexed", "Indexed", Some("Filters by it stay quick with very many assets"), answers.ticked("indexed")))
        @if let Some(fault) = wrong.at("indexed") { p.error { (fault) } }
        (Field::new("default", "A new one starts with").error(wrong.at("default")).text(answers.get("default")))
    })
}

async fn edit(
    visitor: &Visitor,
    field: &CustomField,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Administrator)?;
    let (settings, all) = (visitor.to("settings"), visitor.to("settings/fields"));
    let title = format!("Field “{}”", field.label);
    let lead = html! {
        (field.kind.label()) " of " (field.applies_to.as_str()) ", key " span.mono { (field.key) }
        ". These three are fixed."
    };
    let inside = html! {
        (PageHeader::new(&title).under(&[(&settings, "Settings"), (&all, "Custom fields")]).lead(lead))
        form.form method="post" action={ (all) "/" (field.id) } {
            (wrong.callout())
            (overtaken::hidden(answers))
            @for fault in wrong.elsewhere(&ASKED) { (Callout::new(Tone::Danger, fault)) }
            (Field::new("label", "Label").required().error(wrong.at("label")).text(answers.get("label")))
            (rest(visitor, Some(field), answers, wrong).await?)
            div.form-actions { (Button::submit("Save").primary()) (Button::link(&all, "Cancel").quiet()) }
        }
    };
    Ok(visitor.page(Room::Settings, &title, &inside))
}

pub async fn confirm(visitor: Visitor, At(id): At<FieldId>) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Administrator)?;
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let field = fields::named(app, caller, &id.to_string()).await?;
    let Touched { values, sources } = fields::touched(app, caller, id).await?;
    let (settings, back) = (visitor.to("settings"), visitor.to("settings/fields"));
    let title = format!("Delete the field “{}”?", field.label);
    let what = match field.applies_to {
        AppliesTo::Assets => counted(values, "asset has", "assets have"),
        AppliesTo::Employees => counted(values, "employee has", "employees have"),
    };
    let lost = format!(
        "{what} a value; it is out of sight from then on, and back with a field of the same key and type."
    );
    let named = format!(
        "{} names it in its settings: nothing goes there any more, and those settings cannot be saved until it is back.",
        sources.join(", ")
    );
    let mut consequences = vec![lost.as_str(), "What was written stays in the history."];
    if !sources.is_empty() {
        consequences.push(&named);
    }
    let confirm = Confirm {
        action: &format!("{back}/{id}/delete"),
        verb: "Delete field",
        consequences: &consequences,
        back: &back,
        fields: html! {},
    };
    let trail = [(settings.as_str(), "Settings"), (back.as_str(), "Custom fields")];
    let inside = html! { (PageHeader::new(&title).under(&trail)) (confirm) };
    Ok(visitor.page(Room::Settings, &title, &inside))
}

pub async fn delete(visitor: Visitor, At(id): At<FieldId>) -> Result<Response, Refused> {
    fields::delete(&visitor.web.app, &visitor.caller, id).await?;
    let to = visitor.to("settings/fields");
    Ok(said(&visitor.web, Tone::Success, "The field was deleted.", &to))
}
