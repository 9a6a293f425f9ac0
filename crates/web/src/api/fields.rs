//! Custom fields: their definitions. Values stand on assets and employees under `fields`.

use app::changes::Changeable;
use app::fields::{self, Touched};
use app::reports::lists::RegisterList;
use app::{Refusal, versions};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::fields::{AppliesTo, CustomField, FieldKey, FieldType};
use domain::id::{CategoryId, FieldId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::bearer::{Administrator, Bearer, Viewer};
use super::headers::{IfMatch, Which, location, versioned};
use super::listing::{AsFile, Lately, List, Listed};
use super::nouns::Merge;
use super::problem::Answer;
use super::reading::{AskedBoth, Body};
use crate::state::Web;

/// A custom field.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CustomField)]
pub struct FieldShape {
    #[schema(example = "fld_0HZX4K9Q2M7RA")]
    id: String,
    #[schema(example = "memory")]
    key: String,
    #[schema(example = "Memory")]
    label: String,
    /// `text`, `long_text`, `number`, `size` (whole bytes; `16 GB` is read as well),
    /// `money` (text such as `499.90 EUR`), `date`, `yes_no`, `choice`, `choices` (a list of texts), `link` or `email`.
    #[serde(rename = "type")]
    #[schema(example = "size")]
    kind: &'static str,
    /// `assets` or `employees`.
    applies_to: &'static str,
    /// Assets of these categories alone; empty: all.
    categories: Vec<String>,
    required: bool,
    unique: bool,
    /// Lists filtered by it look values up instead of reading every asset.
    indexed: bool,
    /// What a new thing gets where the field is left out; `null` leaves the field blank, unless it
    /// is required. A form shows it filled in, to be changed or cleared.
    default: Value,
    /// What can be chosen; empty for other types.
    choices: Vec<String>,
}

/// A field's use; what deleting it would touch.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldUse {
    /// Assets, or employees, that have a value.
    values: u64,
    /// Names of the sources whose settings name it.
    sources: Vec<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewField {
    /// Lower-case letters, digits and underscores; made from the label where it is left out.
    key: Option<String>,
    label: String,
    #[serde(rename = "type")]
    #[schema(example = "size")]
    kind: String,
    /// `assets`, unless it says `employees`.
    applies_to: Option<String>,
    #[schema(value_type = Option<Vec<String>>)]
    categories: Option<Vec<CategoryId>>,
    required: Option<bool>,
    unique: Option<bool>,
    indexed: Option<bool>,
    default: Option<Value>,
    choices: Option<Vec<String>>,
}

/// What is left out stays. `key`, `type` and `applies_to` are fixed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldChange {
    label: Option<String>,
    #[schema(value_type = Option<Vec<String>>)]
    categories: Option<Vec<CategoryId>>,
    required: Option<bool>,
    unique: Option<bool>,
    indexed: Option<bool>,
    /// `null` takes it away.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Value>)]
    default: Option<Value>,
    choices: Option<Vec<String>>,
}

/// List the custom fields.
///
/// Role: viewer. By `label`, unless `sort` says `key`, `type`, `applies_to`, `required`, `unique` or
/// `indexed`; `q` is looked for in the label and the key.
#[utoipa::path(get, path = "/api/v1/fields", tag = "fields", params(AsFile, Listed),
    responses((status = 200, content((List<FieldShape> = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    AskedBoth(as_file, asked): AskedBoth<AsFile, Listed>,
) -> Answer<Response> {
    let narrowed = asked.narrowed::<CustomField>()?;
    let whole = || RegisterList::Fields(narrowed.clone());
    if let Some(file) = as_file.of(&web, &caller, whole).await? {
        return Ok(file);
    }
    let lately = Lately::of(&web, &caller, Changeable::Fields, narrowed.updated_since).await?;
    let mut found = fields::list(&web.app, &caller).await?;
    found.retain(|field| lately.has(field.id));
    let (found, id) = (narrowed.of(found), |field: &CustomField| field.id.to_string());
    Ok(Json(List::cut(found, &asked.paged(), id, shape)?).into_response())
}

/// One custom field.
///
/// Role: viewer.
#[utoipa::path(get, path = "/api/v1/fields/{id}", tag = "fields",
    params(("id" = String, Path, description = "`fld_…` or the key")),
    responses((status = 200, body = FieldShape)))]
pub async fn get(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Which(which): Which,
) -> Answer<impl IntoResponse> {
    Ok(answer(fields::named(&web.app, &caller, &which).await?))
}

/// What uses a custom field.
///
/// Role: viewer. What deleting it would touch.
#[utoipa::path(get, path = "/api/v1/fields/{id}/use", tag = "fields",
    params(("id" = String, Path, description = "`fld_…` or the key")),
    responses((status = 200, body = FieldUse)))]
pub async fn used(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Which(which): Which,
) -> Answer<Json<FieldUse>> {
    let field = fields::named(&web.app, &caller, &which).await?;
    let Touched { values, sources } = fields::touched(&web.app, &caller, field.id).await?;
    Ok(Json(FieldUse { values, sources }))
}

/// Add a custom field.
///
/// Role: administrator.
#[utoipa::path(post, path = "/api/v1/fields", tag = "fields", request_body = NewField,
    responses((status = 201, body = FieldShape)))]
pub async fn create(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    Body(new): Body<NewField>,
) -> Answer<impl IntoResponse> {
    let made = fields::create(&web.app, &caller, new.definition()?).await?;
    Ok((StatusCode::CREATED, location("fields", made.id), answer(made)))
}

/// Change a custom field.
///
/// Role: administrator. A choice that is in use cannot go, and a field becomes unique only while
/// no value repeats. Give `If-Match` to be sure that nobody changed it in between.
#[utoipa::path(patch, path = "/api/v1/fields/{id}", tag = "fields", request_body = FieldChange,
    params(("id" = String, Path, description = "`fld_…` or the key"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` it was read with")),
    responses((status = 200, body = FieldShape), (status = 412, description = "Somebody was quicker.")))]
pub async fn change(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    Which(which): Which,
    IfMatch(version): IfMatch,
    Body(change): Body<FieldChange>,
) -> Answer<impl IntoResponse> {
    let id = fields::named(&web.app, &caller, &which).await?.id;
    let edit = |held| change.over(held);
    Ok(answer(fields::change(&web.app, &caller, id, version, edit).await?))
}

/// Delete a custom field.
///
/// Role: administrator. Its values are out of sight from then on; a field of the same key and
/// type brings them back.
#[utoipa::path(delete, path = "/api/v1/fields/{id}", tag = "fields",
    params(("id" = String, Path, description = "`fld_…` or the key")),
    responses((status = 204)))]
pub async fn delete(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    Which(which): Which,
) -> Answer<StatusCode> {
    let field = fields::named(&web.app, &caller, &which).await?;
    fields::delete(&web.app, &caller, field.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Merge a custom field into another.
///
/// Role: administrator. Both are of the same type and of the same things. Values move where the one
/// that stays is blank; where both have one, that of the one that stays stays. Categories and
/// choices are united; settings of sources, views, saved reports and chosen columns name the one
/// that stays.
#[utoipa::path(post, path = "/api/v1/fields/{id}/merge", tag = "fields", request_body = Merge,
    params(("id" = String, Path, description = "`fld_…` or the key; the one that goes")),
    responses((status = 200, body = FieldShape),
        (status = 409, description = "Values would repeat that must not.")))]
pub async fn merge(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    Which(which): Which,
    Body(merge): Body<Merge>,
) -> Answer<impl IntoResponse> {
    let from = fields::named(&web.app, &caller, &which).await?;
    let into = merge.stays()?;
    Ok(answer(fields::merge::merge(&web.app, &caller, from.id, into).await?))
}

impl NewField {
    fn definition(self) -> Result<CustomField, Refusal> {
        let key = match &self.key {
            Some(key) => FieldKey::parse(key),
            None => FieldKey::of_label(&self.label),
        };
        let applies_to = self.applies_to.as_deref().unwrap_or("assets");
        let no = || {
            let detail = format!("\"{applies_to}\" has no fields; hint: assets, employees");
            Refusal::invalid("applies_to", detail)
        };
        Ok(CustomField {
            id: FieldId::new(0),
            key: key.map_err(bad)?,
            label: self.label,
            kind: FieldType::parse(&self.kind, self.choices.unwrap_or_default()).map_err(bad)?,
            applies_to: AppliesTo::parse(applies_to).ok_or_else(no)?,
            categories: self.categories.unwrap_or_default(),
            required: self.required.unwrap_or(false),
            unique: self.unique.unwrap_or(false),
            indexed: self.indexed.unwrap_or(false),
            default: self.default,
        })
    }
}

impl FieldChange {
    fn over(self, held: CustomField) -> Result<CustomField, Refusal> {
        let choices = self.choices.unwrap_or_else(|| held.kind.choices().to_vec());
        Ok(CustomField {
            kind: FieldType::parse(held.kind.as_str(), choices).map_err(bad)?,
            label: self.label.unwrap_or(held.label),
            categories: self.categories.unwrap_or(held.categories),
            required: self.required.unwrap_or(held.required),
            unique: self.unique.unwrap_or(held.unique),
            indexed: self.indexed.unwrap_or(held.indexed),
            default: self
                .default
                .map_or(held.default, |value| Some(value).filter(|v| !v.is_null())),
            ..held
        })
    }
}

fn bad(bad: domain::fields::BadDefinition) -> Refusal {
    Refusal::invalid(bad.part, bad.detail)
}

/// `null` is given too.
fn given<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

fn answer(field: CustomField) -> impl IntoResponse {
    versioned(versions::field(&field), shape(field))
}

fn shape(field: CustomField) -> FieldShape {
    FieldShape {
        id: field.id.to_string(),
        key: field.key.to_string(),
        label: field.label,
        kind: field.kind.as_str(),
        applies_to: field.applies_to.as_str(),
        categories: field.categories.iter().map(ToString::to_string).collect(),
        required: field.required,
        unique: field.unique,
        indexed: field.indexed,
        default: field.default.unwrap_or_default(),
        choices: field.kind.choices().to_vec(),
    }
}
