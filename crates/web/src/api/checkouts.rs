//! Many assets handed over or taken back at once: all of them or none, with an event each.

use app::assets::AssetRow;
use app::custody::Back;
use app::{Caller, Refusal, assets, custody};
use axum::Json;
use axum::extract::State;
use domain::Custodian;
use domain::id::{AssetId, LocationId, StatusId};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;

use super::assets::AssetShape;
use super::bearer::{Bearer, Operator};
use super::inner::custodian;
use super::listing::List;
use super::problem::Answer;
use super::reading::Body;
use super::words;
use super::written::day;
use crate::state::Web;

/// Who gets what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Checkouts {
    /// 1 to 500 ids; or `tag:` and the asset tag.
    assets: Vec<String>,
    #[serde(deserialize_with = "custodian")]
    #[schema(schema_with = words::custodian)]
    to: Custodian,
    /// When they should be given back.
    #[serde(default, deserialize_with = "day")]
    #[schema(value_type = Option<String>, format = Date)]
    due_on: Option<Date>,
    /// Why; stands in the history of each.
    note: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Checkins {
    /// 1 to 500 ids; or `tag:` and the asset tag.
    assets: Vec<String>,
    /// The status they get; without one each keeps its own.
    #[schema(value_type = Option<String>, example = "sta_0HZX4K9Q2M7RA")]
    status: Option<StatusId>,
    /// Where they lie from now on; without one that stays as it is.
    #[schema(value_type = Option<String>, example = "loc_0HZX4K9Q2M7RA")]
    location: Option<LocationId>,
    /// Why; stands in the history of each.
    note: Option<String>,
}

/// Check several assets out.
///
/// Role: operator. To one custodian: all of them, or none.
#[utoipa::path(post, path = "/api/v1/checkouts", tag = "assets", request_body = Checkouts,
    responses((status = 200, body = List<AssetShape>),
        (status = 409, description = "Somebody has one of them.")))]
pub async fn check_out(
    State(web): State<Web>,
    Bearer(caller): Operator,
    Body(new): Body<Checkouts>,
) -> Answer<Json<List<AssetShape>>> {
    let ids = named(&web, &caller, &new.assets).await?;
    let done = custody::check_out_all(&web.app, &caller, ids, new.to, new.due_on, new.note).await?;
    Ok(shown(done))
}

/// Check several assets in.
///
/// Role: operator. Whoever has them: all of them, or none.
#[utoipa::path(post, path = "/api/v1/checkins", tag = "assets", request_body = Checkins,
    responses((status = 200, body = List<AssetShape>),
        (status = 409, description = "Nobody has one of them.")))]
pub async fn check_in(
    State(web): State<Web>,
    Bearer(caller): Operator,
    Body(new): Body<Checkins>,
) -> Answer<Json<List<AssetShape>>> {
    let ids = named(&web, &caller, &new.assets).await?;
    let back = Back { status: new.status, location: new.location };
    let done = custody::check_in_all(&web.app, &caller, ids, back, new.note).await?;
    Ok(shown(done))
}

/// Those that name nothing are all named in the answer.
async fn named(web: &Web, caller: &Caller, which: &[String]) -> Result<Vec<AssetId>, Refusal> {
    let wanted = which.iter().map(|one| assets::Which::read(one));
    assets::ids(&web.app, caller, wanted.collect()).await
}

fn shown(done: Vec<AssetRow>) -> Json<List<AssetShape>> {
    Json(List::whole(done.into_iter().map(AssetShape::of).collect()))
}
