//! The verbs of an asset: checked out, checked in, archived, brought back.

use app::custody::{Back, One};
use app::{assets, custody};
use axum::extract::State;
use axum::response::IntoResponse;
use domain::Custodian;
use domain::id::{LocationId, StatusId};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{AssetShape, expected, shown};
use crate::api::bearer::{Bearer, Manager, Operator};
use crate::api::headers::{IfMatch, Which};
use crate::api::inner::custodian;
use crate::api::problem::Answer;
use crate::api::reading::Body;
use crate::api::words;
use crate::api::written::day;
use crate::state::Web;

/// Who gets it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Checkout {
    #[serde(deserialize_with = "custodian")]
    #[schema(schema_with = words::custodian)]
    to: Custodian,
    /// When it should be given back.
    #[serde(default, deserialize_with = "day")]
    #[schema(value_type = Option<String>, format = Date)]
    due_on: Option<Date>,
    /// Why; stands in the history.
    note: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Checkin {
    /// The status it gets; without one it keeps its own.
    #[schema(value_type = Option<String>, example = "sta_0HZX4K9Q2M7RA")]
    status: Option<StatusId>,
    /// Where it lies from now on; without one that stays as it is.
    #[schema(value_type = Option<String>, example = "loc_0HZX4K9Q2M7RA")]
    location: Option<LocationId>,
    /// Why; stands in the history.
    note: Option<String>,
}

/// Check an asset out.
///
/// Role: operator.
#[utoipa::path(post, path = "/api/v1/assets/{id}/checkout", tag = "assets",
    params(("id" = String, Path, description = "`ast_…` or `tag:` and the asset tag"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` it was read with")),
    request_body = Checkout,
    responses((status = 200, body = AssetShape),
        (status = 409, description = "Somebody has it."),
        (status = 412, description = "Somebody was quicker.")))]
pub async fn check_out(
    State(web): State<Web>,
    Bearer(caller): Operator,
    Which(which): Which,
    IfMatch(version): IfMatch,
    Body(new): Body<Checkout>,
) -> Answer<impl IntoResponse> {
    let one = One { which: assets::Which::read(&which), version };
    Ok(shown(custody::check_out(&web.app, &caller, one, new.to, new.due_on, new.note).await?))
}

/// Check an asset in.
///
/// Role: operator.
#[utoipa::path(post, path = "/api/v1/assets/{id}/checkin", tag = "assets",
    params(("id" = String, Path, description = "`ast_…` or `tag:` and the asset tag"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` it was read with")),
    request_body = Checkin,
    responses((status = 200, body = AssetShape),
        (status = 409, description = "Nobody has it."),
        (status = 412, description = "Somebody was quicker.")))]
pub async fn check_in(
    State(web): State<Web>,
    Bearer(caller): Operator,
    Which(which): Which,
    IfMatch(version): IfMatch,
    Body(new): Body<Checkin>,
) -> Answer<impl IntoResponse> {
    let one = One { which: assets::Which::read(&which), version };
    let back = Back { status: new.status, location: new.location };
    Ok(shown(custody::check_in(&web.app, &caller, one, back, new.note).await?))
}

/// Archive an asset.
///
/// Role: manager. Out of sight with its history kept; whoever has it keeps it.
#[utoipa::path(post, path = "/api/v1/assets/{id}/archive", tag = "assets",
    params(("id" = String, Path, description = "`ast_…` or `tag:` and the asset tag"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` it was read with")),
    responses((status = 200, body = AssetShape),
        (status = 409, description = "It is archived."),
        (status = 412, description = "Somebody was quicker.")))]
pub async fn archive(
    State(web): State<Web>,
    Bearer(caller): Manager,
    Which(which): Which,
    version: IfMatch,
) -> Answer<impl IntoResponse> {
    let id = expected(&web, &caller, &which, version).await?.asset.id;
    assets::archive(&web.app, &caller, id, true).await?;
    Ok(shown(assets::asset(&web.app, &caller, id).await?))
}

/// Bring an archived asset back.
///
/// Role: manager.
#[utoipa::path(post, path = "/api/v1/assets/{id}/unarchive", tag = "assets",
    params(("id" = String, Path, description = "`ast_…` or `tag:` and the asset tag"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` it was read with")),
    responses((status = 200, body = AssetShape),
        (status = 409, description = "It is not archived."),
        (status = 412, description = "Somebody was quicker.")))]
pub async fn unarchive(
    State(web): State<Web>,
    Bearer(caller): Manager,
    Which(which): Which,
    version: IfMatch,
) -> Answer<impl IntoResponse> {
    let id = expected(&web, &caller, &which, version).await?.asset.id;
    assets::archive(&web.app, &caller, id, false).await?;
    Ok(shown(assets::asset(&web.app, &caller, id).await?))
}
