//! Connections: tried first, stored only when they work.

use app::settings::Settings;
use app::sources::{self, Connection};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use reconcile::preset::Preset;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::named;
use super::shape::{CapabilityShape, SourceShape};
use crate::api::bearer::{Administrator, Bearer};
use crate::api::headers::{Which, location};
use crate::api::problem::{Answer, Problem};
use crate::api::reading::Body;
use crate::state::Web;

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Kandji,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSource {
    kind: Option<Kind>,
    /// Unique in the tenant; "Kandji" when left out.
    name: Option<String>,
    #[schema(example = "https://acme.api.kandji.io")]
    api_url: String,
    /// Only ever written.
    token: String,
    /// `recommended` when left out; `bluetally`, `reftab` and `amfj` behave as those do.
    #[schema(value_type = Option<String>)]
    preset: Option<Preset>,
    /// Merged over the preset, which may stand among them; as when they are changed.
    #[schema(value_type = Option<Object>)]
    settings: Option<Map<String, Value>>,
}

impl NewSource {
    fn settings(&mut self) -> Answer<Settings> {
        let mut given = self.settings.take().unwrap_or_default();
        if let Some(preset) = self.preset {
            let preset = Value::from(preset.as_str());
            if given.get("preset").is_some_and(|inside| *inside != preset) {
                let detail = "two different presets are given; hint: leave one of them out";
                return Err(Problem::field("preset", detail));
            }
            given.insert("preset".into(), preset);
        }
        Ok(Settings::of(Preset::Recommended).patched(&Value::Object(given), false)?)
    }
}

/// A connection that is tried and forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TriedConnection {
    kind: Option<Kind>,
    api_url: String,
    token: String,
}

/// What takes the place of a source's connection.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConnection {
    api_url: String,
    token: String,
}

/// How a test of a connection ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tested {
    /// Whether devices can be read; the rest only widens what a sync can do.
    ok: bool,
    detail: String,
    capabilities: Vec<CapabilityShape>,
}

/// Custom fields that are there again.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldsMade {
    /// Their keys.
    made: Vec<String>,
}

/// Connect a source.
///
/// Role: administrator. Tests the connection; when that fails, or a setting is wrong, nothing is
/// stored.
#[utoipa::path(post, path = "/api/v1/sources", tag = "sources", request_body = NewSource,
    responses((status = 201, body = SourceShape)))]
pub async fn create(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    Body(mut new): Body<NewSource>,
) -> Answer<impl IntoResponse> {
    let (Some(Kind::Kandji) | None) = new.kind;
    let settings = new.settings()?;
    let connection = Connection { api_url: new.api_url, token: new.token.into() };
    let name = new.name.unwrap_or_default();
    let made = sources::create(&web.app, &caller, &name, &connection, settings).await?;
    let at = location("sources", made.id);
    Ok((StatusCode::CREATED, at, super::answer(made)))
}

/// Try a connection that is not stored.
///
/// Role: administrator. `ok` hangs on the permission *Device list* alone.
#[utoipa::path(post, path = "/api/v1/sources/test", tag = "sources",
    request_body = TriedConnection, responses((status = 200, body = Tested)))]
pub async fn test(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    Body(new): Body<TriedConnection>,
) -> Answer<Json<Tested>> {
    let (Some(Kind::Kandji) | None) = new.kind;
    let connection = Connection { api_url: new.api_url, token: new.token.into() };
    Ok(Json(told(sources::test(&web.app, &caller, &connection).await?)))
}

/// Test a source's connection.
///
/// Role: administrator. Of what is stored; the outcome stands in its `health` and `capabilities` from
/// then on.
#[utoipa::path(post, path = "/api/v1/sources/{id}/test", tag = "sources",
    params(("id" = String, Path, description = "`src_…` or the source's name")),
    responses((status = 200, body = Tested)))]
pub async fn retest(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    Which(which): Which,
) -> Answer<Json<Tested>> {
    let found = named(&web, &caller, &which).await?;
    Ok(Json(told(sources::retest(&web.app, &caller, found.id).await?)))
}

/// Make the custom fields that a source misses.
///
/// Role: administrator. Those its settings name and that are gone, each of the type that holds its
/// property; answers the keys of those that were made.
#[utoipa::path(post, path = "/api/v1/sources/{id}/fields", tag = "sources",
    params(("id" = String, Path, description = "`src_…` or the source's name")),
    responses((status = 200, body = FieldsMade)))]
pub async fn make_fields(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    Which(which): Which,
) -> Answer<Json<FieldsMade>> {
    let found = named(&web, &caller, &which).await?;
    let made = sources::missing_fields(&web.app, &caller, &found).await?;
    sources::make_missing_fields(&web.app, &caller, found.id).await?;
    Ok(Json(FieldsMade { made }))
}

fn told(tested: sources::Tested) -> Tested {
    let capabilities = tested.capabilities.into_iter().map(|capability| CapabilityShape {
        permission: capability.permission.path(),
        label: capability.label.to_owned(),
        ok: capability.ok,
        needed_for: capability.needed_for.to_owned(),
        detail: capability.detail,
    });
    Tested { ok: tested.ok, detail: tested.detail, capabilities: capabilities.collect() }
}

/// Give a source a new connection.
///
/// Role: administrator. It is tested first, and only if it works does it replace the old one.
#[utoipa::path(put, path = "/api/v1/sources/{id}/connection", tag = "sources",
    params(("id" = String, Path, description = "`src_…` or the source's name")),
    request_body = NewConnection, responses((status = 200, body = SourceShape)))]
pub async fn reconnect(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    Which(which): Which,
    Body(new): Body<NewConnection>,
) -> Answer<impl IntoResponse> {
    let found = super::named(&web, &caller, &which).await?;
    let connection = Connection { api_url: new.api_url, token: new.token.into() };
    let saved = sources::reconnect(&web.app, &caller, found.id, &connection).await?;
    Ok(super::answer(saved))
}
