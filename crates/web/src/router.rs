//! Every address, in one place.

use axum::Router;
use axum::extract::OriginalUri;
use axum::response::Redirect;
use axum::routing::{get, post};
use tower_http::compression::CompressionLayer;

use crate::api;
use crate::error::Refused;
use crate::pages::{
    alerts, asset, assets, catalog, company, conflicts, employees, home, run, setup, sign_in,
    source, sources, tokens,
};
use crate::security::guard;
use crate::state::Web;

/// The whole web server: pages, files, and the API.
pub fn router(web: Web) -> Router {
    let pages = Router::new().merge(doors()).nest("/t/{tenant}", rooms()).fallback(nothing);
    let pages = guard(pages, &web).with_state(web.clone());
    pages.merge(api::router(web)).layer(CompressionLayer::new())
}

/// What needs no tenant in its address.
fn doors() -> Router<Web> {
    Router::new()
        .route("/", get(sign_in::start))
        .route("/setup", get(setup::form).post(setup::begin))
        .route("/sign-in", get(sign_in::form).post(sign_in::enter))
        .route("/sign-out", post(sign_in::leave))
        .route("/theme", post(sign_in::theme))
        .route("/a/{id}", get(asset::by_label))
        .route("/t/{tenant}/", get(without_slash))
        .route("/assets/{name}", get(crate::assets::serve))
}

/// A tenant's pages; everything below `/t/{slug}`.
fn rooms() -> Router<Web> {
    Router::new()
        .route("/", get(home::page))
        .route("/welcome", get(setup::welcome))
        .merge(register())
        .merge(syncing())
        .route("/alerts", get(alerts::page))
        .route("/alerts/{id}/seen", post(alerts::seen))
        .route("/settings", get(company::form).post(company::save))
        .route("/settings/tokens", get(tokens::page).post(tokens::create))
        .route("/settings/tokens/{id}/delete", get(tokens::confirm).post(tokens::delete))
}

fn register() -> Router<Web> {
    Router::new()
        .route("/assets", get(assets::page))
        .route("/assets/new", get(asset::new_form).post(asset::create))
        .route("/assets/{asset}", get(asset::page))
        .route("/assets/{asset}/edit", get(asset::edit_form).post(asset::save))
        .route("/assets/{asset}/checkout", get(asset::checkout_form).post(asset::check_out))
        .route("/assets/{asset}/checkin", get(asset::checkin_form).post(asset::check_in))
        .route("/assets/{asset}/archive", get(asset::confirm_archive).post(asset::archive))
        .route("/assets/{asset}/unarchive", post(asset::unarchive))
        .route("/assets/{asset}/delete", get(asset::confirm_delete).post(asset::delete))
        .route("/employees", get(employees::list))
        .route("/employees/new", get(employees::new_form).post(employees::create))
        .route("/employees/{id}", get(employees::page))
        .route("/products", get(catalog::products))
        .route("/categories", get(catalog::categories))
        .route("/manufacturers", get(catalog::manufacturers))
        .route("/locations", get(catalog::locations).post(catalog::create_location))
        .route("/departments", get(catalog::departments))
        .route("/statuses", get(catalog::statuses))
}

fn syncing() -> Router<Web> {
    Router::new()
        .route("/sources", get(sources::list))
        .route("/sources/new", get(sources::guide).post(sources::connect))
        .route("/sources/{id}", get(source::page))
        .route("/sources/{id}/runs", get(source::runs).post(source::start))
        .route("/sources/{id}/devices", get(source::devices))
        .route("/sources/{id}/test", post(source::test))
        .route("/sources/{id}/enable", post(source::enable))
        .route("/sources/{id}/disable", get(source::confirm_disable).post(source::disable))
        .route("/sources/{id}/delete", get(source::confirm_delete).post(source::delete))
        .route("/sources/{id}/connection", get(source::connection).post(source::reconnect))
        .route("/sources/{id}/settings", get(source::settings).post(source::save_settings))
        .route("/runs/{id}", get(run::page))
        .route("/runs/{id}/approval", post(run::approve))
        .route("/runs/{id}/rejection", post(run::reject))
        .route("/runs/{id}/undo", get(run::confirm_undo).post(run::undo))
        .route("/conflicts", get(conflicts::list))
        .route("/conflicts/{id}", get(conflicts::page))
        .route("/conflicts/{id}/settlement", post(conflicts::settle))
}

/// A tenant's address as people type it.
async fn without_slash(uri: OriginalUri) -> Redirect {
    Redirect::to(uri.path().trim_end_matches('/'))
}

async fn nothing() -> Refused {
    Refused::no_page()
}
