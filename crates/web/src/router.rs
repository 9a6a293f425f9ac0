//! Every address, in one place.

use app::columns::{AssetColumn, EmployeeColumn};
use axum::Router;
use axum::extract::OriginalUri;
use axum::middleware;
use axum::response::Redirect;
use axum::routing::{get, post};
use domain::id::noun;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

use crate::api;
use crate::error::Refused;
use crate::pages::nouns::{locations, plain, products, statuses};
use crate::pages::{
    account, activity, alerts, asset, assets, bulks, columns, company, conflicts, employees,
    fields, files, handover, home, imports, labels, mine, notes, reports, run, setup, sign_in,
    source, sources, tenants, tokens, users, views, webhooks,
};
use crate::requests::{self, Requests};
use crate::security::guard;
use crate::slow;
use crate::state::Web;

/// The whole web server: pages, files, and the API.
pub fn router(web: Web) -> Router {
    let pages = Router::new().merge(doors()).nest("/t/{tenant}", rooms()).fallback(nothing);
    let pages = guard(pages, &web).with_state(web.clone());
    let requests = middleware::from_fn_with_state(Requests::default(), requests::count);
    let compression = CompressionLayer::new().quality(CompressionLevel::Fastest);
    let whole = pages.merge(api::router(web)).layer(compression.compress_when(worth_it()));
    whole.layer(middleware::map_request(slow::patiently)).layer(requests)
}

/// A workbook is compressed already. What is worth it is compressed quickly: a page is written anew
/// for every reader, and packing it well would take longer than making it.
fn worth_it() -> impl Predicate {
    DefaultPredicate::new().and(NotForContentType::const_new("application/vnd.openxmlformats"))
}

/// What needs no tenant in its address.
fn doors() -> Router<Web> {
    Router::new()
        .route("/", get(sign_in::start))
        .route("/setup", get(setup::form).post(setup::begin))
        .route("/sign-in", get(sign_in::form).post(sign_in::enter))
        .route("/sign-out", post(sign_in::leave))
        .route("/theme", post(sign_in::theme))
        .route("/a/{id}", get(asset::sighting::by_label))
        .route("/t/{tenant}/", get(without_slash))
        .route("/assets/{name}", get(crate::assets::serve))
}

/// A tenant's pages; everything below `/t/{slug}`.
fn rooms() -> Router<Web> {
    Router::new()
        .route("/", get(home::page))
        .route("/welcome", get(setup::welcome))
        .merge(register())
        .merge(catalog())
        .merge(files())
        .merge(endings())
        .merge(many())
        .merge(syncing())
        .merge(importing())
        .route("/reports", get(reports::shelf))
        .route("/reports/useful-lives", get(reports::lives).post(reports::save_lives))
        .merge(saved_reports())
        .route("/reports/{report}", get(reports::one))
        .route("/activity", get(activity::page))
        .route("/activity.csv", get(activity::csv))
        .route("/activity.xlsx", get(activity::xlsx))
        .route("/alerts", get(alerts::page))
        .route("/alerts/{id}/seen", post(alerts::seen))
        .merge(people())
        .route("/settings", get(company::form).post(company::save))
        .route("/settings/everything.json", get(company::everything))
        .route("/settings/fields", get(fields::page).post(fields::create))
        .route("/settings/fields/{id}", get(fields::edit_form).post(fields::save))
        .route("/settings/fields/{id}/merge", get(fields::merge_form).post(fields::merge))
        .route("/settings/fields/{id}/delete", get(fields::confirm).post(fields::delete))
        .route("/settings/tokens", get(tokens::page).post(tokens::create))
        .route("/settings/tokens/{id}/delete", get(tokens::confirm).post(tokens::delete))
        .merge(hooks())
}

fn hooks() -> Router<Web> {
    Router::new()
        .route("/settings/webhooks", get(webhooks::page).post(webhooks::create))
        .route("/settings/webhooks/{id}", get(webhooks::one).post(webhooks::save))
        .route("/settings/webhooks/{id}/test", post(webhooks::test))
        .route("/settings/webhooks/{id}/enable", post(webhooks::enable))
        .route("/settings/webhooks/{id}/disable", post(webhooks::disable))
        .route("/settings/webhooks/{id}/replay", post(webhooks::replay))
        .route("/settings/webhooks/{id}/delete", get(webhooks::confirm).post(webhooks::delete))
}

fn saved_reports() -> Router<Web> {
    use reports::{saved, schedule};
    Router::new()
        .route("/reports/saved/new", get(saved::new_form).post(saved::create))
        .route("/reports/saved/{id}", get(saved::page).post(saved::save))
        .route("/reports/saved/{id}/schedule", get(schedule::form).post(schedule::save))
        .route("/reports/saved/{id}/mail", post(saved::send_now))
        .route("/reports/saved/{id}/delete", get(saved::confirm).post(saved::delete))
}

fn people() -> Router<Web> {
    Router::new()
        .route("/mine", get(mine::page))
        .route("/account", get(account::page))
        .route("/account/password", post(account::change_password))
        .route("/account/sessions", post(account::sign_out_elsewhere))
        .route("/settings/users", get(users::page).post(users::create))
        .route("/settings/users/{id}", get(users::edit).post(users::save))
        .route("/settings/users/{id}/password", get(users::new_password).post(users::set_password))
        .route("/settings/users/{id}/sessions", post(users::end_sessions))
        .route("/settings/users/{id}/delete", get(users::confirm).post(users::delete))
        .route("/settings/tenants", get(tenants::page).post(tenants::create))
        .route("/settings/tenants/{id}", get(tenants::edit).post(tenants::rename))
}

fn register() -> Router<Web> {
    Router::new()
        .route("/assets", get(assets::page))
        .route("/assets.csv", get(assets::csv))
        .route("/assets.xlsx", get(assets::xlsx))
        .route("/labels", get(labels::page))
        .route("/labels.pdf", get(labels::pdf))
        .route("/columns/assets", post(columns::save::<AssetColumn>))
        .route("/columns/employees", post(columns::save::<EmployeeColumn>))
        .route("/views/new", get(views::new_form).post(views::create))
        .route("/views/{id}", get(views::edit_form).post(views::save))
        .route("/views/{id}/query", post(views::save_query))
        .route("/views/{id}/delete", get(views::confirm).post(views::delete))
        .route("/assets/new", get(asset::new_form).post(asset::create))
        .route("/assets/{asset}", get(asset::page))
        .route("/assets/{asset}/edit", get(asset::edit_form).post(asset::save))
        .route("/assets/{asset}/checkout", get(asset::checkout_form).post(asset::check_out))
        .route("/assets/{asset}/checkin", get(asset::checkin_form).post(asset::check_in))
        .route("/assets/{asset}/archive", get(asset::confirm_archive).post(asset::archive))
        .route("/assets/{asset}/sighting", get(asset::sighting::page).post(asset::sighting::see))
        .route("/assets/{asset}/notes", post(notes::to_asset))
        .route("/assets/{asset}/attachments", post(files::to_asset))
        .route("/assets/{asset}/handover.pdf", get(handover::of_asset))
        .route("/attachments/{id}", get(files::show))
        .route("/attachments/{id}/delete", get(files::confirm_delete).post(files::delete))
        .route("/assets/{asset}/unarchive", post(asset::unarchive))
        .route("/assets/{asset}/merge", get(asset::merge_form).post(asset::merge))
        .route("/assets/{asset}/delete", get(asset::confirm_delete).post(asset::delete))
        .route("/employees", get(employees::list))
        .route("/employees/new", get(employees::new_form).post(employees::create))
        .route("/employees/{id}", get(employees::page))
        .route("/employees/{id}/edit", get(employees::edit_form).post(employees::save))
        .route("/employees/{id}/fields", get(employees::fields_form).post(employees::save_fields))
        .route("/employees/{id}/handover", get(handover::page))
        .route("/employees/{id}/handover.pdf", get(handover::pdf))
        .route("/employees/{id}/notes", post(notes::to_employee))
        .route("/employees/{id}/attachments", post(files::to_employee))
}

/// Many assets at once, and what was just done taken back.
fn many() -> Router<Web> {
    Router::new()
        .route("/bulks", get(bulks::list).post(bulks::create))
        .route("/bulks/new", get(bulks::new_form))
        .route("/bulks/{id}", get(bulks::page))
        .route("/bulks/{id}/application", post(bulks::apply))
        .route("/bulks/{id}/undo", post(bulks::undo))
        .route("/events/{id}/undo", post(bulks::undo_event))
}

/// The register's own nouns, one pattern for all.
fn catalog() -> Router<Web> {
    Router::new()
        .route("/products", get(products::list))
        .route("/products/new", get(products::new_form).post(products::create))
        .route("/products/{id}", get(products::page))
        .route("/products/{id}/attachments", post(files::to_product))
        .route("/products/{id}/edit", get(products::edit_form).post(products::save))
        .route("/statuses", get(statuses::list))
        .route("/statuses/new", get(statuses::new_form).post(statuses::create))
        .route("/statuses/{id}", get(statuses::page))
        .route("/statuses/{id}/edit", get(statuses::edit_form).post(statuses::save))
        .route("/locations", get(locations::list))
        .route("/locations/new", get(locations::new_form).post(locations::create))
        .route("/locations/{id}", get(locations::page))
        .route("/locations/{id}/edit", get(locations::edit_form).post(locations::save))
        .route("/categories", get(plain::list::<noun::Category>))
        .route(
            "/categories/new",
            get(plain::new_form::<noun::Category>).post(plain::create::<noun::Category>),
        )
        .route("/categories/{id}", get(plain::page::<noun::Category>))
        .route(
            "/categories/{id}/edit",
            get(plain::edit_form::<noun::Category>).post(plain::save::<noun::Category>),
        )
        .route("/manufacturers", get(plain::list::<noun::Manufacturer>))
        .route(
            "/manufacturers/new",
            get(plain::new_form::<noun::Manufacturer>).post(plain::create::<noun::Manufacturer>),
        )
        .route("/manufacturers/{id}", get(plain::page::<noun::Manufacturer>))
        .route(
            "/manufacturers/{id}/edit",
            get(plain::edit_form::<noun::Manufacturer>).post(plain::save::<noun::Manufacturer>),
        )
        .route("/suppliers", get(plain::list::<noun::Supplier>))
        .route(
            "/suppliers/new",
            get(plain::new_form::<noun::Supplier>).post(plain::create::<noun::Supplier>),
        )
        .route("/suppliers/{id}", get(plain::page::<noun::Supplier>))
        .route(
            "/suppliers/{id}/edit",
            get(plain::edit_form::<noun::Supplier>).post(plain::save::<noun::Supplier>),
        )
        .route("/departments", get(plain::list::<noun::Department>))
        .route(
            "/departments/new",
            get(plain::new_form::<noun::Department>).post(plain::create::<noun::Department>),
        )
        .route("/departments/{id}", get(plain::page::<noun::Department>))
        .route(
            "/departments/{id}/edit",
            get(plain::edit_form::<noun::Department>).post(plain::save::<noun::Department>),
        )
}

/// Every list as a file.
fn files() -> Router<Web> {
    use crate::pages::nouns::{csv, xlsx};
    Router::new()
        .route("/employees.csv", get(employees::csv))
        .route("/employees.xlsx", get(employees::xlsx))
        .route("/products.csv", get(csv::<noun::Product>))
        .route("/products.xlsx", get(xlsx::<noun::Product>))
        .route("/statuses.csv", get(csv::<noun::Status>))
        .route("/statuses.xlsx", get(xlsx::<noun::Status>))
        .route("/locations.csv", get(csv::<noun::Location>))
        .route("/locations.xlsx", get(xlsx::<noun::Location>))
        .route("/categories.csv", get(csv::<noun::Category>))
        .route("/categories.xlsx", get(xlsx::<noun::Category>))
        .route("/manufacturers.csv", get(csv::<noun::Manufacturer>))
        .route("/manufacturers.xlsx", get(xlsx::<noun::Manufacturer>))
        .route("/suppliers.csv", get(csv::<noun::Supplier>))
        .route("/suppliers.xlsx", get(xlsx::<noun::Supplier>))
        .route("/settings/fields.csv", get(fields::csv))
        .route("/settings/fields.xlsx", get(fields::xlsx))
        .route("/settings/users.csv", get(users::csv))
        .route("/settings/users.xlsx", get(users::xlsx))
        .route("/sources/{id}/runs.csv", get(source::csv))
        .route("/sources/{id}/runs.xlsx", get(source::xlsx))
        .route("/runs/{id}/changes.csv", get(run::changes::csv))
        .route("/runs/{id}/changes.xlsx", get(run::changes::xlsx))
        .route("/conflicts.csv", get(conflicts::csv))
        .route("/conflicts.xlsx", get(conflicts::xlsx))
        .route("/alerts.csv", get(alerts::csv))
        .route("/alerts.xlsx", get(alerts::xlsx))
        .route("/departments.csv", get(csv::<noun::Department>))
        .route("/departments.xlsx", get(xlsx::<noun::Department>))
}

/// How any noun ends: merged into another, or deleted.
fn endings() -> Router<Web> {
    use crate::pages::nouns::{confirm_delete, delete, merge, merge_form};
    Router::new()
        .route(
            "/products/{id}/merge",
            get(merge_form::<noun::Product>).post(merge::<noun::Product>),
        )
        .route(
            "/products/{id}/delete",
            get(confirm_delete::<noun::Product>).post(delete::<noun::Product>),
        )
        .route(
            "/categories/{id}/merge",
            get(merge_form::<noun::Category>).post(merge::<noun::Category>),
        )
        .route(
            "/categories/{id}/delete",
            get(confirm_delete::<noun::Category>).post(delete::<noun::Category>),
        )
        .route(
            "/manufacturers/{id}/merge",
            get(merge_form::<noun::Manufacturer>).post(merge::<noun::Manufacturer>),
        )
        .route(
            "/manufacturers/{id}/delete",
            get(confirm_delete::<noun::Manufacturer>).post(delete::<noun::Manufacturer>),
        )
        .route(
            "/suppliers/{id}/merge",
            get(merge_form::<noun::Supplier>).post(merge::<noun::Supplier>),
        )
        .route(
            "/suppliers/{id}/delete",
            get(confirm_delete::<noun::Supplier>).post(delete::<noun::Supplier>),
        )
        .route("/statuses/{id}/merge", get(merge_form::<noun::Status>).post(merge::<noun::Status>))
        .route(
            "/statuses/{id}/delete",
            get(confirm_delete::<noun::Status>).post(delete::<noun::Status>),
        )
        .route(
            "/locations/{id}/merge",
            get(merge_form::<noun::Location>).post(merge::<noun::Location>),
        )
        .route(
            "/locations/{id}/delete",
            get(confirm_delete::<noun::Location>).post(delete::<noun::Location>),
        )
        .route(
            "/departments/{id}/merge",
            get(merge_form::<noun::Department>).post(merge::<noun::Department>),
        )
        .route(
            "/departments/{id}/delete",
            get(confirm_delete::<noun::Department>).post(delete::<noun::Department>),
        )
        .route(
            "/employees/{id}/merge",
            get(merge_form::<noun::Employee>).post(merge::<noun::Employee>),
        )
        .route(
            "/employees/{id}/delete",
            get(confirm_delete::<noun::Employee>).post(delete::<noun::Employee>),
        )
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
        .route("/sources/{id}/fields", post(source::make_fields))
        .route("/sources/{id}/name", post(source::rename))
        .route("/runs/{id}", get(run::page))
        .route("/runs/{id}/approval", post(run::approve))
        .route("/runs/{id}/rejection", post(run::reject))
        .route("/runs/{id}/undo", get(run::confirm_undo).post(run::undo))
        .route("/conflicts", get(conflicts::list))
        .route("/conflicts/{id}", get(conflicts::page))
        .route("/conflicts/{id}/settlement", post(conflicts::settle))
        .route("/conflicts/{id}/settlement/delete", post(conflicts::take_back))
}

fn importing() -> Router<Web> {
    Router::new()
        .route("/imports", get(imports::page).post(imports::bring))
        .route("/imports/{id}", get(imports::one))
        .route("/imports/{id}/mapping", get(imports::mapping_form).post(imports::save_mapping))
        .route("/imports/{id}/application", post(imports::apply))
        .route("/imports/{id}/undo", get(imports::confirm_undo).post(imports::undo))
        .route("/imports/{id}/delete", get(imports::confirm_discard).post(imports::discard))
}

/// A tenant's address as people type it.
async fn without_slash(uri: OriginalUri) -> Redirect {
    Redirect::to(uri.path().trim_end_matches('/'))
}

async fn nothing() -> Refused {
    Refused::no_page()
}
