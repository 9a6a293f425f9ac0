//! What other settings would lead to, asked before they are saved.

use app::previews::{self, Outlook};
use axum::Json;
use axum::extract::State;
use reconcile::plan::Counts;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::bearer::{Administrator, Bearer};
use crate::api::headers::Which;
use crate::api::problem::Answer;
use crate::api::reading::Patch;
use crate::state::Web;

/// The next run by the settings in force, and by the others.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettingsPreview {
    /// The settings whose value would be another.
    #[schema(example = json!(["assign"]))]
    changed: Vec<String>,
    /// How many devices the last run saw; `null` while the source was never read.
    devices: Option<u64>,
    now: Option<Forecast>,
    then: Option<Forecast>,
    /// Some of what only one of the two would do.
    examples: Vec<ForecastChange>,
    /// What the preview could not know, a sentence each.
    unknown: Vec<String>,
}

/// What a run would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Forecast {
    changes: ForecastCounts,
    conflicts: u64,
    skipped: u64,
    /// Why it would wait for a person, a sentence each.
    held: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ForecastCounts {
    created: u64,
    updated: u64,
    linked: u64,
    checked_out: u64,
    checked_in: u64,
}

/// One asset's part.
#[derive(Debug, Serialize, ToSchema)]
pub struct ForecastChange {
    /// `created`, `updated`, `linked`, `checked_out` or `checked_in`.
    kind: &'static str,
    #[schema(example = "MBP-0042")]
    asset: String,
    device_id: String,
    #[schema(example = "checked in from Robin Sample")]
    deed: String,
    reason: String,
    /// `then` for what only the new settings would do, `now` for what they would no longer do.
    by: &'static str,
}

/// Preview a change of settings.
///
/// Role: administrator. The body is that of a change, and is refused for the same reasons. The next
/// run is planned from what the last one saw, by the settings in force and by the others; nothing
/// is written.
#[utoipa::path(post, path = "/api/v1/sources/{id}/settings/preview", tag = "sources",
    operation_id = "preview_settings",
    params(("id" = String, Path, description = "`src_…` or the source's name")),
    request_body = Object,
    responses((status = 200, body = SettingsPreview),
        (status = 409, description = "`tag_from` is fixed.")))]
pub async fn preview(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    Which(which): Which,
    Patch(patch): Patch,
) -> Answer<Json<SettingsPreview>> {
    let found = super::named(&web, &caller, &which).await?;
    let patch = Value::Object(patch);
    let preview = Box::pin(previews::of_settings(&web.app, &caller, found.id, &patch)).await?;
    let (changed, unknown) = (preview.changed, preview.unknown);
    let Some(expected) = preview.expected else {
        let (devices, now, then, examples) = (None, None, None, Vec::new());
        return Ok(Json(SettingsPreview { changed, devices, now, then, examples, unknown }));
    };
    let examples = expected.examples.into_iter().map(|example| ForecastChange {
        kind: example.kind.as_str(),
        asset: example.asset,
        device_id: example.device_id,
        deed: example.deed,
        reason: example.reason,
        by: if example.new { "then" } else { "now" },
    });
    Ok(Json(SettingsPreview {
        changed,
        devices: Some(expected.devices),
        now: Some(Forecast::of(expected.now)),
        then: Some(Forecast::of(expected.then)),
        examples: examples.collect(),
        unknown,
    }))
}

impl Forecast {
    fn of(outlook: Outlook) -> Self {
        let Counts { created, updated, linked, checked_out, checked_in } = outlook.counts;
        Forecast {
            changes: ForecastCounts { created, updated, linked, checked_out, checked_in },
            conflicts: outlook.conflicts,
            skipped: outlook.skipped,
            held: outlook.held,
        }
    }
}
