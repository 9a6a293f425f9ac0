//! Products: what assets are specimens of. What a person sets here no run changes back (B26).

use app::Refusal;
use app::catalog::{self, Picks, ProductQuery, ProductRow, ProductSort};
use axum::Form;
use axum::extract::Query;
use axum::response::Response;
use domain::access::Role;
use domain::catalog::Product;
use domain::id::{ProductId, noun};
use maud::{Markup, html};

use super::{again, assets, at, form, heads, refused, saved};
use crate::components::{Field, Row, turner};
use crate::error::Refused;
use crate::pages::answers::{Answers, Wrong};
use crate::pages::at::At;
use crate::pages::narrowed::{self, By};
use crate::pages::visitor::Visitor;
use crate::pages::words::choice;
use crate::pages::{ordered, overtaken};

const ROWS: usize = 50;

const HEADS: [(&str, &str); 5] = [
    ("name", "Product"),
    ("manufacturer", "Manufacturer"),
    ("category", "Category"),
    ("identifiers", "Identifiers"),
    ("assets", "Assets"),
];

/// What a link may narrow the list to: a noun's page leads here.
const NARROWED: [By; 2] = [By::is("manufacturer", "Manufacturer"), By::is("category", "Category")];

pub async fn list(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Markup, Refused> {
    let query = query(&asked);
    let cursor = asked.get("cursor").parse().ok();
    let found = catalog::products(&visitor.web.app, &visitor.caller, query, cursor, ROWS).await?;
    let chips = narrowed::chips(&visitor, &asked, "products", &NARROWED).await?;
    let heads = heads::<noun::Product>(&visitor, &asked, &HEADS);
    let columns = [
        heads[0].column().title(),
        heads[1].column(),
        heads[2].column(),
        heads[3].column().drop(),
        heads[4].column().num().aside(),
    ];
    let rows: Vec<_> = found.items.iter().map(|row| line(&visitor, row)).collect();
    let turn = |cursor: app::assets::Cursor| {
        asked.with("cursor", &cursor.to_string()).at(&visitor.to("products"))
    };
    let (before, next) = (found.previous.map(turn), found.next.map(turn));
    let below = turner(before.as_deref(), next.as_deref());
    Ok(super::list::<noun::Product>(&visitor, &asked, &columns, rows, &chips, &html! { (below) }))
}

pub fn query(asked: &Answers) -> ProductQuery {
    let order = ordered::asked_for(asked, "name");
    ProductQuery {
        q: asked.some("q").map(str::to_owned),
        manufacturer: asked.get("manufacturer").parse().ok(),
        category: asked.get("category").parse().ok(),
        updated_since: None,
        sort: ProductSort::named(&order.word).unwrap_or_default(),
        descending: order.descending,
    }
}

fn line(visitor: &Visitor, row: &ProductRow) -> Row {
    let product = &row.product;
    Row::new(vec![
        html! { a href=(at(visitor, product.id)) { (product.name) } },
        html! { (row.manufacturer.as_deref().unwrap_or_default()) },
        html! { (row.category.as_deref().unwrap_or_default()) },
        html! { (product.identifiers.join(", ")) },
        assets(visitor, product.id, row.assets),
    ])
}

pub async fn page(
    visitor: Visitor,
    At(id): At<ProductId>,
    Query(asked): Query<Answers>,
) -> Result<Markup, Refused> {
    let row = catalog::product(&visitor.web.app, &visitor.caller, id).await?;
    let product = &row.product;
    let link = |path: &str, id: Option<String>, name: &Option<String>| {
        html! { @if let Some((id, name)) = id.zip(name.as_ref()) { a href=(visitor.to(&format!("{path}/{id}"))) { (name) } } }
    };
    let about = [
        (
            "Manufacturer",
            link("manufacturers", product.manufacturer.map(|id| id.to_string()), &row.manufacturer),
        ),
        ("Category", link("categories", product.category.map(|id| id.to_string()), &row.category)),
        ("Known to sources as", html! { (product.models.join(", ")) }),
        ("Identifiers", html! { (product.identifiers.join(", ")) }),
    ];
    super::page(&visitor, &asked, id, &product.name, &about, row.assets).await
}

pub async fn new_form(visitor: Visitor) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    view(&visitor, None, &Answers::default(), &Wrong::default()).await
}

pub async fn create(visitor: Visitor, Form(answers): Form<Answers>) -> Result<Response, Refused> {
    match made(&visitor, &answers).await {
        Ok(id) => Ok(saved(&visitor, id, &format!("{} was added.", answers.get("name")))),
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            Ok(again(&wrong, view(&visitor, None, &answers, &wrong).await?))
        }
    }
}

async fn made(visitor: &Visitor, answers: &Answers) -> Result<ProductId, Refusal> {
    visitor.caller.need(Role::Manager)?;
    let (app, caller, name) = (&visitor.web.app, &visitor.caller, answers.get("name"));
    catalog::create_product(app, caller, name, edit(answers)?).await
}

pub async fn edit_form(visitor: Visitor, At(id): At<ProductId>) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    let row = catalog::product(&visitor.web.app, &visitor.caller, id).await?;
    let held = held(&row);
    view(&visitor, Some(&row.product), &held, &Wrong::default()).await
}

pub async fn save(
    visitor: Visitor,
    At(id): At<ProductId>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    match changed(&visitor, id, &answers).await {
        Ok(()) => Ok(saved(&visitor, id, "Saved.")),
        Err(refusal) => {
            let row = catalog::product(&visitor.web.app, &visitor.caller, id).await?;
            let (answers, wrong) = refused(&visitor, id, &held(&row), answers, refusal).await?;
            Ok(again(&wrong, view(&visitor, Some(&row.product), &answers, &wrong).await?))
        }
    }
}

async fn changed(visitor: &Visitor, id: ProductId, answers: &Answers) -> Result<(), Refusal> {
    visitor.caller.need(Role::Manager)?;
    let (version, edit) = (overtaken::version(answers), edit(answers)?);
    catalog::change_product(&visitor.web.app, &visitor.caller, id, version, edit).await
}

/// Only what the form asks for is replaced.
fn edit(answers: &Answers) -> Result<impl FnOnce(&mut Product) + Send + 'static, Refusal> {
    let name = app::nouns::named(answers.get("name"))?;
    let (manufacturer, category) =
        (answers.get("manufacturer").parse().ok(), answers.get("category").parse().ok());
    let lines = |field: &str| -> Vec<String> {
        let lines = answers.get(field).lines().map(str::trim);
        lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    let (models, identifiers) = (lines("models"), lines("identifiers"));
    Ok(move |product: &mut Product| {
        product.name = name.into();
        product.manufacturer = manufacturer;
        product.category = category;
        product.models = models;
        product.identifiers = identifiers;
    })
}

fn held(row: &ProductRow) -> Answers {
    let product = &row.product;
    let id = |id: Option<String>| id.unwrap_or_default();
    Answers::default()
        .with("name", &product.name)
        .with("manufacturer", &id(product.manufacturer.map(|id| id.to_string())))
        .with("category", &id(product.category.map(|id| id.to_string())))
        .with("models", &product.models.join("\n"))
        .with("identifiers", &product.identifiers.join("\n"))
        .with("version", &row.stamp.version.to_string())
}

async fn view(
    visitor: &Visitor,
    product: Option<&Product>,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let picks = |what, name| catalog::picks_with(app, caller, what, answers.get(name));
    let makers = picks(Picks::Manufacturers, "manufacturer").await?;
    let categories = picks(Picks::Categories, "category").await?;
    let field = |name, label| Field::new(name, label).error(wrong.at(name));
    let kept = "No sync changes it back; new devices of this product get it too";
    let fields = html! {
        (field("name", "Name").required().text(answers.get("name")))
        (choice(field("manufacturer", "Manufacturer"), Some("None"), makers, answers.get("manufacturer")))
        (choice(field("category", "Category").hint(kept), Some("None"), categories, answers.get("category")))
        (field("models", "Known to sources as").hint("One name a line; by these a device's model is recognized").long_text(answers.get("models")))
        (field("identifiers", "Identifiers").hint("One a line, such as Mac14,5").long_text(answers.get("identifiers")))
    };
    let held = product.map(|product| (product.id, product.name.as_str()));
    Ok(form(visitor, held, (answers, wrong), &fields))
}
