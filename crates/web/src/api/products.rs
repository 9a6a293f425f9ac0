//! Products: what assets are specimens of.

use app::catalog::{self, Cursor, ProductQuery, ProductRow, ProductSort};
use app::reports::lists::RegisterList;
use app::reports::whole::Order;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::Name;
use domain::event::Subject;
use domain::id::{CategoryId, ManufacturerId, ProductId, noun};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::bearer::{Bearer, Manager, Viewer};
use super::headers::{At, IfMatch, location, versioned};
use super::listing::{AsFile, Limit, List, Moment, no_order, parsed};
use super::nouns::{self, Merge};
use super::problem::{Answer, Problem};
use super::reading::{AskedBoth, Body};
use super::shape::Named;
use super::written::{Given, given, never_null, put, put_there};
use crate::state::Web;

/// What assets are specimens of.
#[derive(Debug, Serialize, ToSchema)]
pub struct Product {
    id: String,
    name: String,
    manufacturer: Option<Named>,
    category: Option<Named>,
    /// The names sources know it by.
    models: Vec<String>,
    /// Model identifiers met, such as `Mac14,5`.
    identifiers: Vec<String>,
    /// How many unarchived assets are one.
    assets: i64,
    version: i64,
    #[schema(format = DateTime)]
    updated_at: String,
}

/// A new product; references as ids.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProduct {
    /// 1 to 200 characters, one of its manufacturer's.
    #[schema(value_type = String)]
    name: Name,
    #[schema(value_type = Option<String>)]
    manufacturer: Option<ManufacturerId>,
    #[schema(value_type = Option<String>)]
    category: Option<CategoryId>,
    /// The names sources know it by.
    #[schema(value_type = Option<Vec<String>>)]
    models: Option<Vec<Name>>,
    /// Model identifiers, such as `Mac14,5`.
    #[schema(value_type = Option<Vec<String>>)]
    identifiers: Option<Vec<Name>>,
}

/// What may be written to a product.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductChange {
    /// 1 to 200 characters, one of its manufacturer's.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    name: Given<Name>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    manufacturer: Given<ManufacturerId>,
    /// Assets without a category of their own show it. No run changes it back.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    category: Given<CategoryId>,
    /// The names sources know it by; given ones replace those that were.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Vec<String>>)]
    models: Given<Vec<Name>>,
    /// Model identifiers; given ones replace those that were.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Vec<String>>)]
    identifiers: Given<Vec<Name>>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProductListQuery {
    /// 1 to 200, else 50.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
    /// `name`, `manufacturer`, `category`, `identifiers`, `assets` or `updated_at`; a minus before
    /// it turns the order around.
    sort: Option<String>,
    /// Part of the name.
    q: Option<String>,
    /// Those of this manufacturer.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    manufacturer: Option<ManufacturerId>,
    /// Those of this category.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    category: Option<CategoryId>,
    /// Those that changed at that time or later.
    #[param(value_type = Option<String>, format = DateTime)]
    updated_since: Option<Moment>,
}

/// List products.
///
/// Role: viewer. By name, unless `sort` says otherwise.
#[utoipa::path(get, path = "/api/v1/products", tag = "catalog", params(AsFile, ProductListQuery),
    responses((status = 200, content((List<Product> = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    AskedBoth(as_file, asked): AskedBoth<AsFile, ProductListQuery>,
) -> Answer<Response> {
    let limit = asked.limit.unwrap_or_default().0;
    let Order { word, descending } = Order::read(asked.sort.as_deref().unwrap_or("name"));
    let Some(sort) = ProductSort::named(&word) else {
        return Err(no_order(&word, ProductSort::ALL.map(|(name, _)| name)));
    };
    let query = ProductQuery {
        q: asked.q,
        manufacturer: asked.manufacturer,
        category: asked.category,
        updated_since: asked.updated_since.map(|moment| moment.0),
        sort,
        descending,
    };
    let whole = || RegisterList::Products(query.clone());
    if let Some(file) = as_file.of(&web, &caller, whole).await? {
        return Ok(file);
    }
    let total = catalog::count_products(&web.app, &caller, query.clone()).await?;
    let page = catalog::products(&web.app, &caller, query, asked.cursor, limit).await?;
    Ok(Json(List::page(page, total, shape)).into_response())
}

/// One product.
///
/// Role: viewer.
#[utoipa::path(get, path = "/api/v1/products/{id}", tag = "catalog",
    params(("id" = String, Path, description = "`prd_…`")),
    responses((status = 200, body = Product)))]
pub async fn get(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Product>,
) -> Answer<Response> {
    one(&web, &caller, id).await
}

/// Add a product.
///
/// Role: manager.
#[utoipa::path(post, path = "/api/v1/products", tag = "catalog", request_body = NewProduct,
    responses((status = 201, body = Product)))]
pub async fn create(
    State(web): State<Web>,
    Bearer(caller): Manager,
    Body(new): Body<NewProduct>,
) -> Answer<impl IntoResponse> {
    let name = new.name.to_string();
    let made = catalog::create_product(&web.app, &caller, &name, move |product| {
        product.manufacturer = new.manufacturer;
        product.category = new.category;
        product.models = texts(new.models);
        product.identifiers = texts(new.identifiers);
    })
    .await?;
    Ok((StatusCode::CREATED, location("products", made), one(&web, &caller, made).await?))
}

/// Change a product.
///
/// Role: manager. What is left out stays, `null` clears. Give `If-Match` to be sure that nobody changed
/// it in between.
#[utoipa::path(patch, path = "/api/v1/products/{id}", tag = "catalog",
    request_body = ProductChange,
    params(("id" = String, Path, description = "`prd_…`"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` it was read with")),
    responses((status = 200, body = Product), (status = 412, description = "Somebody was quicker.")))]
pub async fn change(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Product>,
    IfMatch(version): IfMatch,
    Body(change): Body<ProductChange>,
) -> Answer<Response> {
    catalog::change_product(&web.app, &caller, id, version, change.edit()?).await?;
    one(&web, &caller, id).await
}

/// Delete a product.
///
/// Role: manager.
#[utoipa::path(delete, path = "/api/v1/products/{id}", tag = "catalog",
    params(("id" = String, Path, description = "`prd_…`")),
    responses((status = 204), (status = 409, description = "Something points at it.")))]
pub async fn delete(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Product>,
) -> Answer<StatusCode> {
    Ok(nouns::delete(&web, &caller, Subject::Product(id)).await?)
}

/// Merge a product into another.
///
/// Role: manager. Its assets, models and identifiers move to the one that stays.
#[utoipa::path(post, path = "/api/v1/products/{id}/merge", tag = "catalog", request_body = Merge,
    params(("id" = String, Path, description = "`prd_…`, the one that goes")),
    responses((status = 200, body = Product)))]
pub async fn merge(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Product>,
    Body(merge): Body<Merge>,
) -> Answer<Response> {
    let into = merge.perform(&web, &caller, id, Subject::Product).await?;
    one(&web, &caller, into).await
}

impl ProductChange {
    fn edit(self) -> Result<impl FnOnce(&mut domain::catalog::Product) + Send + 'static, Problem> {
        let name = never_null("name", self.name)?;
        let (models, identifiers) = (self.models.map(texts), self.identifiers.map(texts));
        Ok(move |product: &mut domain::catalog::Product| {
            put_there(&mut product.name, name.map(Into::into));
            put(&mut product.manufacturer, self.manufacturer);
            put(&mut product.category, self.category);
            put_there(&mut product.models, models);
            put_there(&mut product.identifiers, identifiers);
        })
    }
}

fn texts(given: Option<Vec<Name>>) -> Vec<String> {
    given.unwrap_or_default().into_iter().map(Into::into).collect()
}

async fn one(web: &Web, caller: &app::Caller, id: ProductId) -> Answer<Response> {
    let row = catalog::product(&web.app, caller, id).await?;
    Ok(versioned(row.stamp.version, shape(row)).into_response())
}

fn shape(row: ProductRow) -> Product {
    Product {
        id: row.product.id.to_string(),
        name: row.product.name,
        manufacturer: Named::maybe(row.product.manufacturer, row.manufacturer),
        category: Named::maybe(row.product.category, row.category),
        models: row.product.models,
        identifiers: row.product.identifiers,
        assets: row.assets,
        version: row.stamp.version,
        updated_at: row.stamp.updated_at.to_string(),
    }
}
