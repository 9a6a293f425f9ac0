//! What is known of an asset: what it holds, its history, who set each field, what each source last said.

use std::collections::BTreeMap;

use app::assets::{self, Archived, AssetQuery};
use app::details::{self, Shown};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::event::Subject;
use domain::{Custodian, Event, Field};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{AssetShape, EventShape, List, Named, named, page};
use crate::api::bearer::{Bearer, Viewer};
use crate::api::headers::Which;
use crate::api::intervals::{self, IntervalShape};
use crate::api::listing::{Paged, PagedSince};
use crate::api::problem::Answer;
use crate::api::reading::{Asked, AskedBoth};
use crate::api::written::day;
use crate::state::Web;

/// Who set a field, and when.
#[derive(Debug, Serialize, ToSchema)]
pub struct Origin {
    #[schema(example = "location")]
    field: String,
    event: EventShape,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AsOf {
    /// A day, `2026-03-03`.
    #[serde(default, deserialize_with = "day")]
    #[param(value_type = Option<String>, format = Date)]
    as_of: Option<Date>,
}

/// What a source last said of an asset.
#[derive(Debug, Serialize, ToSchema)]
pub struct Said {
    source: Named,
    device_id: String,
    /// Device ids it had before, oldest first.
    past: Vec<String>,
    /// The eleven best-known details first, then all else it sent.
    details: Vec<Detail>,
    /// When it was last seen to differ.
    seen_at: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Detail {
    #[schema(example = "Last Checkin")]
    label: String,
    /// Text, a truth value, or `null` where the source is silent.
    value: Value,
}

/// What an asset holds.
///
/// Role: viewer. What is checked out to it, archived ones too; by tag.
#[utoipa::path(get, path = "/api/v1/assets/{id}/assets", tag = "assets",
    params(("id" = String, Path, description = "`ast_…` or `tag:` and the asset tag"), PagedSince),
    responses((status = 200, body = List<AssetShape>)))]
pub async fn holdings(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Which(which): Which,
    Asked(asked): Asked<PagedSince>,
) -> Answer<Json<List<AssetShape>>> {
    let id = named(&web, &caller, &which).await?.asset.id;
    let (asked, updated_since) = asked.split();
    let query = AssetQuery {
        custodian: Some(Custodian::Asset(id)),
        archived: Archived::Any,
        cursor: asked.cursor()?,
        limit: asked.limit().0,
        updated_since,
        ..AssetQuery::default()
    };
    page(&web, &caller, query).await.map(Json)
}

/// Who had an asset.
///
/// Role: viewer. From when until when, newest first. With `as_of` the one interval of that day of
/// the company's, the last if there were several, or `null`. What ended changed then.
#[utoipa::path(get, path = "/api/v1/assets/{id}/custody", tag = "assets",
    params(("id" = String, Path, description = "`ast_…` or `tag:` and the asset tag"), AsOf,
        PagedSince),
    responses((status = 200, body = List<IntervalShape>)))]
pub async fn custody(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Which(which): Which,
    AskedBoth(at, asked): AskedBoth<AsOf, PagedSince>,
) -> Answer<Response> {
    let asset = named(&web, &caller, &which).await?.asset;
    let tag = asset.tag.to_string();
    let shape = |(interval, name)| IntervalShape::of(interval, tag.clone(), name);
    if let Some(day) = at.as_of {
        let found = assets::custody_on(&web.app, &caller, asset.id, day).await?;
        return Ok(Json(found.map(shape)).into_response());
    }
    let all = assets::custody(&web.app, &caller, asset.id).await?;
    Ok(Json(intervals::page(all, asked, shape)?).into_response())
}

/// An asset's history.
///
/// Role: viewer. Newest first.
#[utoipa::path(get, path = "/api/v1/assets/{id}/history", tag = "assets",
    params(("id" = String, Path, description = "`ast_…` or `tag:` and the asset tag"),
        Paged),
    responses((status = 200, body = List<EventShape>)))]
pub async fn history(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Which(which): Which,
    Asked(asked): Asked<Paged>,
) -> Answer<Json<List<EventShape>>> {
    let id = named(&web, &caller, &which).await?.asset.id;
    let (limit, cursor) = (asked.limit().0, asked.cursor()?);
    let page = assets::history(&web.app, &caller, id, cursor, limit).await?;
    let total = app::nouns::count_events(&web.app, &caller, Subject::Asset(id)).await?;
    Ok(Json(List::page(page, total, EventShape::of)))
}

/// Who set each field of an asset.
///
/// Role: viewer.
#[utoipa::path(get, path = "/api/v1/assets/{id}/origins", tag = "assets",
    params(("id" = String, Path, description = "`ast_…` or `tag:` and the asset tag"), PagedSince),
    responses((status = 200, body = List<Origin>)))]
pub async fn origins(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Which(which): Which,
    Asked(asked): Asked<PagedSince>,
) -> Answer<Json<List<Origin>>> {
    let id = named(&web, &caller, &which).await?.asset.id;
    Origin::page(assets::origins(&web.app, &caller, id).await?, asked)
}

impl Origin {
    /// By field.
    pub fn page(origins: BTreeMap<Field, Event>, asked: PagedSince) -> Answer<Json<List<Origin>>> {
        let origins = origins.into_iter().filter(|(_, event)| asked.takes(event.at)).collect();
        let origin = |(field, event): (Field, Event)| Origin {
            field: field.to_string(),
            event: EventShape::of(event),
        };
        Ok(Json(asked.cut(origins, |(field, _)| field.to_string(), origin)?))
    }
}

/// What each source last said of an asset.
///
/// Role: viewer.
#[utoipa::path(get, path = "/api/v1/assets/{id}/sources", tag = "assets",
    params(("id" = String, Path, description = "`ast_…` or `tag:` and the asset tag"), PagedSince),
    responses((status = 200, body = List<Said>)))]
pub async fn said(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Which(which): Which,
    Asked(asked): Asked<PagedSince>,
) -> Answer<Json<List<Said>>> {
    let id = named(&web, &caller, &which).await?.asset.id;
    let mut found = details::of_asset(&web.app, &caller, id).await?;
    found.retain(|said| said.device.seen_at.is_none_or(|at| asked.takes(at)));
    let id =
        |said: &details::Said| format!("{} {}", said.device.source, said.device.link.device_id);
    Ok(Json(asked.cut(found, id, said_shape)?))
}

fn said_shape(said: details::Said) -> Said {
    let details = said.lines.into_iter().map(|line| Detail {
        label: line.label,
        value: match line.value {
            Shown::Blank => Value::Null,
            Shown::Text(text) => text.into(),
            Shown::YesNo(yes) => yes.into(),
            Shown::Time(at) => at.to_string().into(),
        },
    });
    let device = said.device;
    Said {
        source: Named::of(device.source, device.source_name),
        device_id: device.link.device_id.to_string(),
        past: device.link.past.iter().map(ToString::to_string).collect(),
        details: details.collect(),
        seen_at: device.seen_at.map(|at| at.to_string()),
    }
}
