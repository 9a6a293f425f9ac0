//! An asset's basic fields as a form: for a new one, and to change one.

use app::Refusal;
use app::assets::{self, AssetRow};
use app::catalog::{self, Picks};
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use domain::access::Role;
use domain::fields::{AppliesTo, CustomField};
use domain::id::AssetId;
use domain::{Asset, AssetTag, Field as F, FieldChange, money};
use maud::{Markup, html};
use serde_json::Value;

use super::super::answers::{Answers, Faults, Wrong, part};
use super::super::assets::path;
use super::super::bulks::said_of;
use super::super::done::{said, said_with};
use super::super::nouns::locations;
use super::super::overtaken::{self, Held};
use super::super::values::{self, Demanded};
use super::super::visitor::Visitor;
use super::super::words::{Whose, choice};
use super::serial;
use crate::components::{Button, Callout, Field, Offer, PageHeader, Tone};
use crate::error::Refused;
use crate::layout::Room;

/// What the form asks for besides the tag, and the field each answer goes to.
const ASKED: [(&str, F); 15] = [
    ("name", F::Name),
    ("serial", F::Serial),
    ("product", F::Product),
    ("category", F::Category),
    ("status", F::Status),
    ("location", F::Location),
    ("department", F::Department),
    ("purchased_on", F::PurchasedOn),
    ("cost", F::Cost),
    ("currency", F::Currency),
    ("order_number", F::OrderNumber),
    ("supplier", F::Supplier),
    ("warranty_until", F::WarrantyUntil),
    ("due_on", F::DueOn),
    ("notes", F::Notes),
];

/// Said once of a serial that was just given; the asset's page says which other it is.
const SHARED: &str = "Another asset has the same serial.";

pub async fn new_form(visitor: Visitor) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    let begun = values::begun(Answers::default(), &custom(&visitor).await?);
    view(&visitor, None, &begun, &Wrong::default()).await
}

pub async fn create(visitor: Visitor, Form(answers): Form<Answers>) -> Result<Response, Refused> {
    visitor.caller.need(Role::Manager)?;
    match made(&visitor, &answers).await {
        Ok(asset) => {
            let to = visitor.to(&format!("assets/{}", part(&asset.id.to_string())));
            let sentence = format!("{} was added.", asset.tag);
            let Some(other) = serial::first_other(&visitor, &asset).await? else {
                return Ok(said(&visitor.web, Tone::Success, &sentence, &to));
            };
            let sentence = format!("{sentence} {SHARED}");
            let offer = Some(Offer::Look(&other, "See the other"));
            Ok(said_with(&visitor.web, Tone::Warning, &sentence, offer, &to))
        }
        Err(refusal) => again(&visitor, None, &answers, Wrong::form(refusal)?).await,
    }
}

async fn made(visitor: &Visitor, answers: &Answers) -> Result<Asset, Refusal> {
    let mut faults = Faults::default();
    let tag = faults.kept(AssetTag::parse(answers.get("tag")).map_err(Refusal::text("tag")));
    let mut fields = Vec::new();
    for (name, field) in ASKED.iter().filter(|(name, _)| answers.some(name).is_some()) {
        let currency = answers.some("currency").unwrap_or(&visitor.company.currency);
        let value = faults.kept(value(name, answers.get(name), currency));
        fields.extend(value.map(|value| (field.clone(), value)));
    }
    faults.kept(assets::fit_alone(None, &fields));
    let all = custom(visitor).await?;
    let typed = faults.kept(values::given_anew(&all, answers, &visitor.company.currency));
    fields.extend(typed.unwrap_or_default());
    let tag = faults.all(tag)?;
    assets::create(&visitor.web.app, &visitor.caller, tag, fields).await
}

pub async fn edit_form(
    visitor: Visitor,
    Path((_, which)): Path<(String, String)>,
) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    let row = assets::named(&visitor.web.app, &visitor.caller, &which).await?;
    let own = shown_custom(&visitor, Some(&row)).await?;
    let held = values::held(held(&visitor, &row.asset), &own, &row.asset.fields);
    view(&visitor, Some(&row), &held, &Wrong::default()).await
}

pub async fn save(
    visitor: Visitor,
    Path((_, which)): Path<(String, String)>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    visitor.caller.need(Role::Manager)?;
    let row = assets::named(&visitor.web.app, &visitor.caller, &which).await?;
    match changed(&visitor, &row, &answers).await {
        Ok(asset) => {
            let to = visitor.to(&format!("assets/{}", asset.id));
            // Where nothing was changed there is nothing to take back.
            if asset.version == row.asset.version {
                return Ok(said(&visitor.web, Tone::Success, "Saved.", &to));
            }
            let another = asset.serial != row.asset.serial;
            if another && serial::first_other(&visitor, &asset).await?.is_some() {
                return said_of(&visitor, asset.id, &format!("Saved. {SHARED}"), &to).await;
            }
            said_of(&visitor, asset.id, "Saved.", &to).await
        }
        Err(Refusal::Stale) => overtaken(&visitor, row.asset.id, &answers).await,
        Err(refusal) => again(&visitor, Some(&row), &answers, Wrong::form(refusal)?).await,
    }
}

/// What of the form is not as the asset has it; what the form did not ask for is as it is.
async fn moved(
    visitor: &Visitor,
    row: &AssetRow,
    answers: &Answers,
) -> Result<Vec<(F, Value)>, Refusal> {
    let before = held(visitor, &row.asset);
    // An amount is counted in its currency: where that moves, so does what was typed.
    let recounted = answers.has("currency") && answers.get("currency") != before.get("currency");
    let currency = if recounted { answers } else { &before }.some("currency");
    let currency = currency.unwrap_or(&visitor.company.currency);
    let (mut faults, mut moved) = (Faults::default(), Vec::new());
    for (name, field) in ASKED.iter().chain([&("tag", F::Tag)]) {
        let again = *field == F::Cost && recounted;
        if answers.has(name) && (again || answers.get(name) != before.get(name)) {
            let value = faults.kept(value(name, answers.get(name), currency));
            moved.extend(value.map(|value| (field.clone(), value)));
        }
    }
    faults.kept(assets::fit_alone(Some(&row.asset), &moved));
    let own = shown_custom(visitor, Some(row)).await?;
    let currency = &visitor.company.currency;
    let typed = faults.kept(values::given(&own, answers, &row.asset.fields, currency));
    moved.extend(typed.unwrap_or_default());
    faults.all(Some(moved))
}

/// Only what was changed in the form is written.
async fn changed(visitor: &Visitor, row: &AssetRow, answers: &Answers) -> Result<Asset, Refusal> {
    let fields = moved(visitor, row, answers).await?;
    if fields.is_empty() {
        return Ok(row.asset.clone());
    }
    let version = overtaken::version(answers);
    assets::change(&visitor.web.app, &visitor.caller, row.asset.id, version, fields).await
}

async fn custom(visitor: &Visitor) -> Result<Vec<CustomField>, Refusal> {
    app::fields::of(&visitor.web.app, &visitor.caller, AppliesTo::Assets).await
}

/// The custom fields that a form shows: those of the asset's category, and all for a new one.
async fn shown_custom(
    visitor: &Visitor,
    row: Option<&AssetRow>,
) -> Result<Vec<CustomField>, Refusal> {
    let mut all = custom(visitor).await?;
    if let Some(row) = row {
        let of = row.category.as_ref().map(|(id, _)| *id);
        let held = &row.asset.fields;
        all.retain(|field| field.is_of(of) || held.contains_key(field.key.as_str()));
    }
    Ok(all)
}

/// A form's text as the field's value; blank is blank.
pub fn value(name: &str, text: &str, currency: &str) -> Result<Value, Refusal> {
    if text.is_empty() {
        return Ok(Value::Null);
    }
    if name != "cost" {
        return Ok(Value::from(text));
    }
    let currency = currency.to_uppercase();
    money::minor(&text.replace([',', ' '], ""), Some(&currency)).map(Value::from).ok_or_else(|| {
        let like = money::text(49_990, Some(&currency));
        let detail = format!("\"{text}\" is no amount in {currency}; hint: write it like {like}");
        Refusal::invalid("cost", detail)
    })
}

/// The asset as answers of the form.
fn held(visitor: &Visitor, asset: &Asset) -> Answers {
    let currency = asset.currency.as_ref().unwrap_or(&visitor.company.currency);
    let amount = |minor| money::text(minor, Some(currency));
    let mut held = Answers::default().with("tag", asset.tag.as_str());
    for (name, field) in &ASKED {
        let text = match asset.get(field) {
            Value::String(text) => text,
            Value::Number(minor) => minor.as_i64().map(amount).unwrap_or_default(),
            _ => String::new(),
        };
        held = held.with(name, &text);
    }
    held.with("version", &asset.version.to_string())
}

/// Someone else changed the asset: the form as it was typed, and what saving it would change of
/// what stands there now.
async fn overtaken(visitor: &Visitor, id: AssetId, answers: &Answers) -> Result<Response, Refused> {
    let row = assets::asset(&visitor.web.app, &visitor.caller, id).await?;
    let moved: Vec<FieldChange> = moved(visitor, &row, answers)
        .await?
        .into_iter()
        .map(|(field, after)| FieldChange { before: row.asset.get(&field), after, field })
        .collect();
    let (now, anew) = (held(visitor, &row.asset), format!("{}/edit", path(visitor, &row)));
    let now = Held { what: "asset", whose: Whose::Asset(Some(id)), answers: &now, anew: &anew };
    let wrong = overtaken::standing(visitor, &now, &moved).await?;
    let answers = answers.with("version", &row.asset.version.to_string());
    again(visitor, Some(&row), &answers, wrong).await
}

async fn again(
    visitor: &Visitor,
    row: Option<&AssetRow>,
    answers: &Answers,
    wrong: Wrong,
) -> Result<Response, Refused> {
    let page = view(visitor, row, answers, &wrong).await?;
    Ok((wrong.status(), page).into_response())
}

async fn view(
    visitor: &Visitor,
    row: Option<&AssetRow>,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let list = visitor.to("assets");
    let here = row.map(|row| path(visitor, row));
    let title = row.map_or_else(|| "New asset".to_owned(), |row| format!("Edit {}", row.asset.tag));
    let mut trail = vec![(list.as_str(), "Assets")];
    if let (Some(here), Some(row)) = (&here, row) {
        trail.push((here, row.asset.tag.as_str()));
    }
    let action =
        here.as_ref().map_or_else(|| visitor.to("assets/new"), |here| format!("{here}/edit"));
    let verb = if row.is_some() { "Save" } else { "Add asset" };
    let own = shown_custom(visitor, row).await?;
    // A new asset's category is not known before it is sent, so only what all have is demanded.
    let (of_all, of_some): (Vec<_>, Vec<_>) =
        own.iter().cloned().partition(|field| row.is_some() || field.categories.is_empty());
    let named: Vec<String> = own.iter().map(values::name).collect();
    let named: Vec<&str> = shown().into_iter().chain(named.iter().map(String::as_str)).collect();
    let inside = html! {
        (PageHeader::new(&title).under(&trail))
        form.form.form-grouped method="post" action=(action) {
            (wrong.callout())
            @for fault in wrong.elsewhere(&named) { (Callout::new(Tone::Danger, fault)) }
            (overtaken::hidden(answers))
            (fields(visitor, row, (&of_all, &of_some), answers, wrong).await?)
            div.form-actions {
                (Button::submit(verb).primary())
                (Button::link(here.as_deref().unwrap_or(&list), "Cancel").quiet())
            }
        }
    };
    Ok(visitor.page(Room::Assets, &title, &inside))
}

fn shown() -> Vec<&'static str> {
    ASKED.iter().map(|(name, _)| *name).chain(["tag"]).collect()
}

async fn fields(
    visitor: &Visitor,
    row: Option<&AssetRow>,
    own: (&[CustomField], &[CustomField]),
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let get = |name| answers.get(name);
    let picks = |what, name| catalog::picks_with(app, caller, what, get(name));
    let products = picks(Picks::Products, "product").await?;
    let categories = picks(Picks::Categories, "category").await?;
    let statuses = picks(Picks::Statuses, "status").await?;
    let locations = locations::picks(visitor).await?;
    let departments = picks(Picks::Departments, "department").await?;
    let suppliers = picks(Picks::Suppliers, "supplier").await?;
    let field = |name, label| Field::new(name, label).error(wrong.at(name));
    // A status cannot be blank; a new asset gets the tenant's first.
    let blank_status = get("version").is_empty().then_some("The usual one");
    let category_hint = "Only where it differs from its product's";
    let group = |title: &str, inside: Markup| {
        html! { fieldset.group { legend { (title) } (inside) } }
    };
    let (of_all, of_some) = own;
    let held = row.is_some_and(|row| row.asset.custodian.is_some());
    let demanded = row.map_or(Demanded::All, |row| Demanded::Held(&row.asset.fields));
    let of_some = values::of_categories(of_some, &categories, answers, wrong);
    Ok(html! {
        (group("What it is", html! {
            (field("tag", "Asset tag").required().hint("Unique; what stands on its label").text(get("tag")))
            (field("name", "Name").text(get("name")))
            (field("serial", "Serial").text(get("serial")))
            (choice(field("product", "Product"), Some("None"), products, get("product")))
            (choice(field("category", "Category").hint(category_hint), Some("Its product's"), categories, get("category")))
            (choice(field("status", "Status"), blank_status, statuses, get("status")))
            (choice(field("location", "Location"), Some("None"), locations, get("location")))
            (choice(field("department", "Department"), Some("None"), departments, get("department")))
        }))
        (group("Purchase", html! {
            (field("purchased_on", "Bought on").date(get("purchased_on")))
            (field("cost", "Cost").placeholder("499.90").text(get("cost")))
            (field("currency", "Currency").placeholder(&visitor.company.currency).text(get("currency")))
            (field("order_number", "Order").text(get("order_number")))
            (choice(field("supplier", "Supplier"), Some("None"), suppliers, get("supplier")))
            (field("warranty_until", "Warranty until").date(get("warranty_until")))
        }))
        (group("More", html! {
            (values::inputs(of_all, answers, wrong, demanded))
            @if held || wrong.at("due_on").is_some() { (field("due_on", "Due back").date(get("due_on"))) }
            (field("notes", "Notes").long_text(get("notes")))
        }))
        (of_some)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_to_its_smallest_coin_or_not_at_all() {
        let minor = |text, currency| value("cost", text, currency).map(|read| read.as_i64());
        assert_eq!(minor("499.90", "EUR"), Ok(Some(49_990)));
        assert_eq!(minor("1,499.5", "usd"), Ok(Some(149_950)));
        assert_eq!(minor("1.234", "KWD"), Ok(Some(1_234)));
        assert_eq!(minor("", "EUR"), Ok(None));
        for odd in ["free", "1.234", "-5", "9999999999999999999"] {
            assert!(minor(odd, "EUR").is_err(), "{odd}");
        }
    }
}
