//! The HTTP API: every route on this page, each with its place in the OpenAPI document.

mod alerts;
mod assets;
mod attachments;
mod bearer;
mod bulks;
mod categories;
mod checkouts;
mod company;
mod conflicts;
mod departments;
mod docs;
mod employees;
mod events;
mod export;
mod fields;
mod handover;
mod headers;
mod health;
mod idempotency;
mod imports;
mod inner;
mod intervals;
mod labels;
mod listing;
mod locations;
mod manufacturers;
mod metrics;
mod nouns;
mod preamble;
mod problem;
mod products;
mod prose;
mod reading;
mod reason;
mod reports;
mod runs;
mod saved_reports;
mod shape;
mod sources;
mod statuses;
mod suppliers;
mod tenants;
mod tokens;
mod useful_lives;
mod users;
mod views;
mod webhooks;
mod words;
mod written;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::any;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::problem::Problem;
use crate::state::Web;

/// The API's routes, and those that are open to all: `/healthz`, `/readyz`, `/api/docs`.
pub fn router(web: Web) -> Router {
    let (router, _) = routes().split_for_parts();
    router
        .route("/api", any(nowhere))
        .route("/api/", any(nowhere))
        .route("/api/{*rest}", any(nowhere))
        .method_not_allowed_fallback(not_so)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(web.clone(), idempotency::once))
        .layer(middleware::from_fn(headers))
        .with_state(web)
}

/// The OpenAPI document of every route.
pub fn document() -> OpenApi {
    let (_, document) = routes().split_for_parts();
    preamble::complete(document)
}

fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::with_openapi(preamble::preamble())
        .routes(routes!(assets::list, assets::create))
        .routes(routes!(assets::get, assets::change, assets::delete))
        .routes(routes!(assets::custody::check_out))
        .routes(routes!(assets::custody::check_in))
        .routes(routes!(assets::custody::archive))
        .routes(routes!(assets::custody::unarchive))
        .routes(routes!(assets::merge::merge))
        .routes(routes!(assets::known::holdings))
        .routes(routes!(assets::known::history))
        .routes(routes!(assets::known::origins))
        .routes(routes!(assets::known::said))
        .routes(routes!(employees::list, employees::create))
        .routes(routes!(assets::known::custody))
        .routes(routes!(checkouts::check_out))
        .routes(routes!(checkouts::check_in))
        .routes(routes!(labels::print))
        .routes(routes!(bulks::list, bulks::create))
        .routes(routes!(bulks::get))
        .routes(routes!(bulks::assets))
        .routes(routes!(bulks::apply))
        .routes(routes!(bulks::undo, bulks::undone))
        .routes(routes!(assets::told::see))
        .routes(routes!(assets::told::notes, assets::told::note))
        .routes(routes!(attachments::list, attachments::add))
        .routes(routes!(attachments::of_employee, attachments::add_to_employee))
        .routes(routes!(attachments::of_product, attachments::add_to_product))
        .routes(routes!(attachments::get, attachments::delete))
        .routes(routes!(attachments::content))
        .routes(routes!(handover::of_employee))
        .routes(routes!(handover::of_asset))
        .routes(routes!(employees::get, employees::change, employees::delete))
        .routes(routes!(employees::merge))
        .routes(routes!(employees::holdings))
        .routes(routes!(employees::set_fields))
        .routes(routes!(fields::list, fields::create))
        .routes(routes!(fields::get, fields::change, fields::delete))
        .routes(routes!(fields::used))
        .routes(routes!(fields::merge))
        .routes(routes!(employees::told::held))
        .routes(routes!(employees::told::history))
        .routes(routes!(employees::told::origins))
        .routes(routes!(employees::told::notes, employees::told::note))
        .merge(catalog())
        .routes(routes!(views::list, views::create))
        .routes(routes!(views::get, views::change, views::delete))
        .routes(routes!(sources::list, sources::connect::create))
        .routes(routes!(sources::connect::test))
        .routes(routes!(sources::connect::retest))
        .routes(routes!(sources::connect::make_fields))
        .routes(routes!(sources::get, sources::change, sources::delete))
        .routes(routes!(sources::connect::reconnect))
        .routes(routes!(sources::change_settings))
        .routes(routes!(sources::preview::preview))
        .routes(routes!(sources::enable))
        .routes(routes!(sources::disable))
        .routes(routes!(runs::list, runs::start))
        .routes(routes!(runs::get))
        .routes(routes!(runs::plan::changes))
        .routes(routes!(runs::plan::devices))
        .routes(routes!(runs::plan::notes))
        .routes(routes!(runs::approve, runs::reject))
        .routes(routes!(runs::undo))
        .routes(routes!(imports::list, imports::create))
        .routes(routes!(imports::get, imports::discard))
        .routes(routes!(imports::rows::list))
        .routes(routes!(imports::map))
        .routes(routes!(imports::apply))
        .routes(routes!(imports::undo))
        .routes(routes!(conflicts::list))
        .routes(routes!(conflicts::settle, conflicts::take_back))
        .routes(routes!(conflicts::standing))
        .routes(routes!(alerts::list))
        .routes(routes!(events::list))
        .routes(routes!(events::undo))
        .routes(routes!(reports::list))
        .routes(routes!(reports::assets))
        .routes(routes!(reports::coverage))
        .routes(routes!(reports::one))
        .routes(routes!(saved_reports::list, saved_reports::create))
        .routes(routes!(saved_reports::get, saved_reports::change, saved_reports::delete))
        .routes(routes!(saved_reports::schedule, saved_reports::unschedule))
        .routes(routes!(saved_reports::mail))
        .routes(routes!(export::everything))
        .routes(routes!(company::get, company::change))
        .routes(routes!(useful_lives::get, useful_lives::change))
        .routes(routes!(tokens::list, tokens::create))
        .routes(routes!(tokens::delete))
        .routes(routes!(users::list, users::create))
        .routes(routes!(users::get, users::change, users::delete))
        .routes(routes!(users::reset_password))
        .routes(routes!(users::end_sessions))
        .merge(hooks())
        .routes(routes!(tenants::list, tenants::create))
        .routes(routes!(tenants::get, tenants::change))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(metrics::metrics))
        .routes(routes!(docs::openapi))
        .routes(routes!(docs::page))
}

fn hooks() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(webhooks::list, webhooks::create))
        .routes(routes!(webhooks::get, webhooks::change, webhooks::delete))
        .routes(routes!(webhooks::enable))
        .routes(routes!(webhooks::disable))
        .routes(routes!(webhooks::test))
        .routes(routes!(webhooks::replay))
        .routes(routes!(webhooks::deliveries))
}

/// The register's own nouns.
fn catalog() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(products::list, products::create))
        .routes(routes!(products::get, products::change, products::delete))
        .routes(routes!(products::merge))
        .routes(routes!(categories::list, categories::create))
        .routes(routes!(categories::get, categories::change, categories::delete))
        .routes(routes!(categories::merge))
        .routes(routes!(manufacturers::list, manufacturers::create))
        .routes(routes!(manufacturers::get, manufacturers::change, manufacturers::delete))
        .routes(routes!(manufacturers::merge))
        .routes(routes!(suppliers::list, suppliers::create))
        .routes(routes!(suppliers::get, suppliers::change, suppliers::delete))
        .routes(routes!(suppliers::merge))
        .routes(routes!(statuses::list, statuses::create))
        .routes(routes!(statuses::get, statuses::change, statuses::delete))
        .routes(routes!(statuses::merge))
        .routes(routes!(locations::list, locations::create))
        .routes(routes!(locations::get, locations::change, locations::delete))
        .routes(routes!(locations::merge))
        .routes(routes!(departments::list, departments::create))
        .routes(routes!(departments::get, departments::change, departments::delete))
        .routes(routes!(departments::merge))
        .routes(routes!(locations::holdings))
}

async fn nowhere(request: Request) -> Problem {
    let detail = format!("nothing is at \"{}\"; hint: see /api/docs", request.uri().path());
    Problem::new(StatusCode::NOT_FOUND, detail)
}

async fn not_so(request: Request) -> Problem {
    let (method, path) = (request.method(), request.uri().path());
    let detail = format!("{method} does nothing at \"{path}\"; hint: see /api/docs");
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail)
}

async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over")]
fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    use axum::response::IntoResponse;
    let words = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let words = words.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    tracing::error!(panic = words, "a request broke off");
    let detail = "a bug stopped this; nothing was changed by half; hint: the log says more";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail).into_response()
}
