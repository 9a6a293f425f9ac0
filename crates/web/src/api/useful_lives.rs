//! How long things are of use: the company's way, and what categories say of their own.

use app::reports::useful_lives::{self, LifeChange, Lives};
use app::versions;
use axum::extract::State;
use axum::response::IntoResponse;
use domain::depreciation::UsefulLife;
use domain::id::CategoryId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bearer::{Bearer, Manager, Viewer};
use super::headers::{IfMatch, versioned};
use super::problem::Answer;
use super::reading::Body;
use super::written::{Given, given};
use crate::state::Web;

/// What a thing is worth falls evenly from its cost to what is left at the end.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = UsefulLife)]
pub struct LifeShape {
    /// 1 to 1,200.
    #[schema(example = 36)]
    months: u32,
    /// Percent of the cost that is left then.
    #[schema(example = 10)]
    residual_percent: u32,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct UsefulLives {
    /// Of all that no category says otherwise of.
    company: LifeShape,
    /// Every category, by name.
    categories: Vec<CategoryLife>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryLife {
    /// `cat_…`
    #[schema(value_type = String)]
    id: CategoryId,
    name: String,
    /// `null`: as the company says.
    life: Option<LifeShape>,
}

/// What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UsefulLivesPatch {
    company: Option<LifePatch>,
    categories: Option<Vec<CategoryLifePatch>>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryLifePatch {
    /// `cat_…`
    #[schema(value_type = String)]
    id: CategoryId,
    /// `null`: as the company says.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<LifePatch>)]
    life: Given<LifePatch>,
}

/// What is left out stays; for a category without a life of its own it is the company's.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UsefulLifePatch)]
pub struct LifePatch {
    /// 1 to 1,200.
    #[schema(example = 48)]
    months: Option<u32>,
    /// Percent of the cost that is left then.
    residual_percent: Option<u32>,
}

/// How long things are of use.
///
/// Role: viewer. What the report of values computes with.
#[utoipa::path(get, path = "/api/v1/useful-lives", tag = "reports",
    responses((status = 200, body = UsefulLives)))]
pub async fn get(State(web): State<Web>, Bearer(caller): Viewer) -> Answer<impl IntoResponse> {
    Ok(answer(useful_lives::lives(&web.app, &caller).await?))
}

/// Say how long things are of use.
///
/// Role: manager. All of it or, where something is refused, nothing. Give `If-Match` to be sure that
/// nobody changed them in between.
#[utoipa::path(patch, path = "/api/v1/useful-lives", tag = "reports", request_body = UsefulLivesPatch,
    params(("If-Match" = Option<String>, Header, description = "The `ETag` it was read with")),
    responses((status = 200, body = UsefulLives), (status = 412, description = "Somebody was quicker.")))]
pub async fn change(
    State(web): State<Web>,
    Bearer(caller): Manager,
    IfMatch(version): IfMatch,
    Body(patch): Body<UsefulLivesPatch>,
) -> Answer<impl IntoResponse> {
    let categories = patch.categories.unwrap_or_default().into_iter();
    let categories = categories.filter_map(|one| Some((one.id, one.life?.map(read))));
    let company = patch.company.map(read);
    useful_lives::save(&web.app, &caller, version, company, categories.collect()).await?;
    Ok(answer(useful_lives::lives(&web.app, &caller).await?))
}

fn answer(lives: Lives) -> impl IntoResponse {
    versioned(versions::lives(&lives), shape(lives))
}

fn read(life: LifePatch) -> LifeChange {
    LifeChange { months: life.months, residual_percent: life.residual_percent }
}

fn told(life: UsefulLife) -> LifeShape {
    LifeShape { months: life.months, residual_percent: life.residual_percent }
}

fn shape(lives: Lives) -> UsefulLives {
    let categories = lives.categories.into_iter();
    UsefulLives {
        company: told(lives.company),
        categories: categories
            .map(|one| CategoryLife { id: one.id, name: one.name, life: one.life.map(told) })
            .collect(),
    }
}
