//! Imports: a table is brought, mapped and planned; the plan is done, or taken back.

pub mod rows;
mod shape;

use app::imports::{self, Brought};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::fields::AppliesTo;
use domain::id::noun;
use domain::imports::{Mapping, Target};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use self::shape::ImportShape;
use super::bearer::{Bearer, Manager, Viewer};
use super::headers::{At, IfMatch, etag, location};
use super::listing::{List, PagedSince, yes_no};
use super::problem::Answer;
use super::reading::{Asked, Body};
use super::words;
use crate::state::Web;
use crate::table_upload::uploaded;

/// What is brought, and with `match` how it is planned at once.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NewImport {
    /// Without it `assets`.
    #[param(schema_with = words::import_kinds, required = false)]
    what: Option<AppliesTo>,
    /// By what a row is known: `tag`, `serial` or a custom field's key; for employees `email` or
    /// `name`. With it the rows are planned at once, under the guessed mapping.
    #[serde(rename = "match")]
    key: Option<String>,
    /// The file's name, where the body is the file itself.
    name: Option<String>,
    /// Whether rows that nothing is known for become new things; without it `true`.
    #[serde(default, deserialize_with = "yes_no")]
    #[param(value_type = Option<bool>)]
    create: Option<bool>,
    /// Whether categories, products, places and the like are made where a row names one that is
    /// not there; without it `false`.
    #[serde(default, deserialize_with = "yes_no")]
    #[param(value_type = Option<bool>)]
    make_catalog: Option<bool>,
    /// The same for employees who have an asset.
    #[serde(default, deserialize_with = "yes_no")]
    #[param(value_type = Option<bool>)]
    make_employees: Option<bool>,
    /// Whether one faulty row stops all of them; without it `false`.
    #[serde(default, deserialize_with = "yes_no")]
    #[param(value_type = Option<bool>)]
    whole: Option<bool>,
    /// Whether `03/04/2026` is in April; without it as the rows seem to say.
    #[serde(default, deserialize_with = "yes_no")]
    #[param(value_type = Option<bool>)]
    day_first: Option<bool>,
}

/// What the columns mean, and how rows are planned; what is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMapping {
    /// One a column of the file: `tag`, `name`, …, `fields.<key>`; `null` leaves it out.
    #[schema(value_type = Option<Vec<Option<String>>>)]
    columns: Option<Vec<Option<Target>>>,
    /// By what a row is known.
    #[serde(rename = "match")]
    key: Option<String>,
    create: Option<bool>,
    make_catalog: Option<bool>,
    make_employees: Option<bool>,
    whole: Option<bool>,
    day_first: Option<bool>,
}

/// What could and could not be taken back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportUndone)]
pub struct Undone {
    /// How many assets, or employees, stand as before.
    restored: usize,
    /// How many products, places and the like that it made on the way are gone again.
    unmade: usize,
    /// Those that something newer stands on, and what it made that is needed now.
    kept: Vec<Kept>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportKept)]
pub struct Kept {
    #[schema(example = "ast_0HZX4K9Q2M7RA")]
    id: String,
    /// Why it stays as it is.
    detail: String,
}

/// List imports.
///
/// Role: viewer. Newest first.
#[utoipa::path(get, path = "/api/v1/imports", tag = "imports", params(PagedSince),
    responses((status = 200, body = List<ImportShape>)))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Asked(asked): Asked<PagedSince>,
) -> Answer<Json<List<ImportShape>>> {
    let (asked, since) = asked.split();
    let (limit, cursor) = (asked.limit(), asked.cursor()?);
    let found = imports::list(&web.app, &caller, since, cursor, limit.0).await?;
    let total = imports::count(&web.app, &caller, since).await?;
    Ok(Json(List::page(found, total, |import| ImportShape::of(&web.app, import))))
}

/// Bring a table.
///
/// Role: manager. The body is the file itself, or a form with the file in it; CSV with commas,
/// semicolons or tabs, or a workbook, up to 20 MB and 25,000 rows. Columns are guessed by their
/// names. Nothing is changed: with `match` the rows are planned, and `application` does the plan.
#[utoipa::path(post, path = "/api/v1/imports", tag = "imports", params(NewImport),
    request_body(content((String = "text/csv"), (Vec<u8> = "multipart/form-data"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    responses((status = 201, body = ImportShape),
        (status = 413, description = "The file has more than 20 MB.")))]
pub async fn create(
    State(web): State<Web>,
    Bearer(caller): Manager,
    Asked(asked): Asked<NewImport>,
    request: Request,
) -> Answer<impl IntoResponse> {
    let file = uploaded(request).await?;
    let name = asked.name.clone().unwrap_or(file.name);
    let what = asked.what.unwrap_or(AppliesTo::Assets);
    let brought = Brought { what, name, bytes: file.bytes };
    let mut import = imports::bring(&web.app, &caller, brought).await?;
    if let Some(key) = asked.key.as_deref() {
        let mapping = asked.mapping(key, import.mapping.clone());
        let planned = imports::plan(&web.app, &caller, import.id, mapping).await;
        import = match planned {
            Ok(planned) => planned,
            Err(refusal) => {
                // What was refused leaves nothing behind.
                imports::discard(&web.app, &caller, import.id).await?;
                return Err(refusal.into());
            }
        };
    }
    let headers = (location("imports", import.id), etag(import.version));
    Ok((StatusCode::CREATED, headers, Json(ImportShape::of(&web.app, import))))
}

/// One import.
///
/// Role: viewer. `progress` says how far the work on it is, while there is any.
#[utoipa::path(get, path = "/api/v1/imports/{id}", tag = "imports",
    params(("id" = String, Path, description = "`imp_…`")),
    responses((status = 200, body = ImportShape)))]
pub async fn get(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Import>,
) -> Answer<impl IntoResponse> {
    let import = imports::import(&web.app, &caller, id).await?;
    Ok((etag(import.version), Json(ImportShape::of(&web.app, import))))
}

/// Discard a table.
///
/// Role: manager. Only what was not applied; what was is taken back by `undo`.
#[utoipa::path(delete, path = "/api/v1/imports/{id}", tag = "imports",
    params(("id" = String, Path, description = "`imp_…`")),
    responses((status = 204), (status = 409, description = "It was applied.")))]
pub async fn discard(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Import>,
) -> Answer<StatusCode> {
    imports::discard(&web.app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Map the columns and plan the rows.
///
/// Role: manager. Nothing of the register is changed. Every row gets a verdict: create, change,
/// skip or fault.
#[utoipa::path(put, path = "/api/v1/imports/{id}/mapping", tag = "imports",
    request_body = NewMapping, params(("id" = String, Path, description = "`imp_…`")),
    responses((status = 200, body = ImportShape),
        (status = 409, description = "It was applied.")))]
pub async fn map(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Import>,
    Body(new): Body<NewMapping>,
) -> Answer<impl IntoResponse> {
    let import = imports::import(&web.app, &caller, id).await?;
    let mapping = new.over(import.mapping);
    let planned = imports::plan(&web.app, &caller, id, mapping).await?;
    Ok((etag(planned.version), Json(ImportShape::of(&web.app, planned))))
}

/// Apply the plan.
///
/// Role: manager. All of it in one transaction. With `If-Match` only the plan of that version. Rows
/// whose assets changed since it was made are left alone and counted as `stale`.
#[utoipa::path(post, path = "/api/v1/imports/{id}/application", tag = "imports",
    params(("id" = String, Path, description = "`imp_…`"),
        ("If-Match" = Option<String>, Header, description = "The version that was looked at.")),
    responses((status = 200, body = ImportShape),
        (status = 409, description = "It is not planned, there is nothing to do, or the register \
            changed so that the plan was made anew."),
        (status = 412, description = "The plan is not the one that was looked at.")))]
pub async fn apply(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Import>,
    IfMatch(version): IfMatch,
) -> Answer<impl IntoResponse> {
    let applied = imports::apply(&web.app, &caller, id, version).await?;
    Ok((etag(applied.version), Json(ImportShape::of(&web.app, applied))))
}

/// Take an import back.
///
/// Role: manager. As a whole, wherever nothing newer stands on top; the rest is named. Categories,
/// products and the like that it made go too, where nothing points at them any more.
#[utoipa::path(post, path = "/api/v1/imports/{id}/undo", tag = "imports",
    params(("id" = String, Path, description = "`imp_…`")),
    responses((status = 200, body = Undone),
        (status = 409, description = "It was not applied, or is taken back already.")))]
pub async fn undo(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Import>,
) -> Answer<Json<Undone>> {
    let undone = imports::undo(&web.app, &caller, id).await?;
    let kept = undone.kept.into_iter().map(|(id, detail)| Kept { id, detail }).collect();
    Ok(Json(Undone { restored: undone.restored, unmade: undone.unmade, kept }))
}

impl NewImport {
    fn mapping(&self, key: &str, guessed: Mapping) -> Mapping {
        Mapping {
            key: Target::read(key),
            create: self.create.unwrap_or(guessed.create),
            make_catalog: self.make_catalog.unwrap_or(guessed.make_catalog),
            make_employees: self.make_employees.unwrap_or(guessed.make_employees),
            whole: self.whole.unwrap_or(guessed.whole),
            day_first: self.day_first.unwrap_or(guessed.day_first),
            ..guessed
        }
    }
}

impl NewMapping {
    fn over(self, held: Mapping) -> Mapping {
        Mapping {
            columns: self.columns.unwrap_or(held.columns),
            key: self.key.as_deref().map_or(held.key, Target::read),
            create: self.create.unwrap_or(held.create),
            make_catalog: self.make_catalog.unwrap_or(held.make_catalog),
            make_employees: self.make_employees.unwrap_or(held.make_employees),
            whole: self.whole.unwrap_or(held.whole),
            day_first: self.day_first.unwrap_or(held.day_first),
        }
    }
}
