//! Two assets that are one thing become one.

use app::assets::merge::{self, Merge};
use app::{Refusal, assets};
use axum::extract::State;
use axum::response::IntoResponse;
use domain::Field;
use domain::id::{AssetId, NoId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{AssetShape, named, shown};
use crate::api::bearer::{Bearer, Manager};
use crate::api::headers::{IfMatch, Which};
use crate::api::problem::{Answer, BadField, Problem};
use crate::api::reading::Body;
use crate::state::Web;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssetMerge {
    /// The id of the one that stays.
    into: String,
    /// Fields in which the value of the one that goes stands, as history names them: `tag`,
    /// `cost`, `fields.memory`. In all others stands that of the one that stays, or where that is
    /// blank the other's.
    #[schema(example = json!(["name", "fields.memory"]))]
    take: Option<Vec<String>>,
}

/// Merge an asset into another.
///
/// Role: manager. The two are one thing: links to devices, files, custody past and present, what is
/// checked out to it and open conflicts move to the one that stays. The other goes; its history
/// stays under its id (`/events?subject=`), and its tag finds the one that stays. Refused while
/// each is checked out to somebody else, one lies in the other, or both are linked to devices of
/// one source that are still there. A field that a source mirrors follows the source.
#[utoipa::path(post, path = "/api/v1/assets/{id}/merge", tag = "assets",
    params(("id" = String, Path, description = "`ast_…` or `tag:` and the asset tag; the one that goes"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` it was read with")),
    request_body = AssetMerge,
    responses((status = 200, body = AssetShape),
        (status = 409, description = "Something is in the way; `detail` says what to do."),
        (status = 412, description = "Somebody was quicker.")))]
pub async fn merge(
    State(web): State<Web>,
    Bearer(caller): Manager,
    Which(which): Which,
    IfMatch(from_version): IfMatch,
    Body(asked): Body<AssetMerge>,
) -> Answer<impl IntoResponse> {
    let from = named(&web, &caller, &which).await?.asset;
    if !assets::Which::read(&which).names(&from) {
        return Err(Refusal::not_found("asset", which).into());
    }
    let into: AssetId =
        asked.into.parse().map_err(|error: NoId| Problem::field("into", error.to_string()))?;
    let chosen =
        taken(&asked.take.unwrap_or_default())?.into_iter().map(|field| (field, true)).collect();
    let wanted = Merge { from_version, into_version: None, chosen };
    let stays = merge::merge(&web.app, &caller, from.id, into, wanted).await?;
    Ok(shown(assets::asset(&web.app, &caller, stays.id).await?))
}

/// Every name that is no field's is told.
fn taken(names: &[String]) -> Result<Vec<Field>, Problem> {
    let (mut fields, mut errors) = (Vec::new(), Vec::new());
    for name in names {
        match name.parse() {
            Ok(field) => fields.push(field),
            Err(error) => {
                let error: domain::field::NoField = error;
                errors.push(BadField { field: "take".into(), detail: error.to_string() });
            }
        }
    }
    if errors.is_empty() { Ok(fields) } else { Err(Problem::fields(errors)) }
}
