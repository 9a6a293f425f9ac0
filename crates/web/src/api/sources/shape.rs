//! A source as it is answered; there is no place in it for the token.

use app::sources::{self, Source};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A source.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Source)]
pub struct SourceShape {
    #[schema(example = "src_0HZX4K9Q2M7RA")]
    id: String,
    #[schema(example = "kandji")]
    kind: &'static str,
    name: String,
    #[schema(example = "https://acme.api.kandji.io")]
    api_url: String,
    enabled: bool,
    /// Lower wins where two sources feed one asset's field.
    priority: i32,
    health: HealthShape,
    capabilities: Vec<CapabilityShape>,
    /// The preset, and every setting as it stands.
    #[schema(value_type = Object)]
    settings: Value,
    /// A run was applied: `tag_from` is fixed.
    synced_before: bool,
    #[schema(example = "run_0HZX4K9Q2M7RA")]
    last_run: Option<String>,
    next_run_at: Option<String>,
    created_at: String,
    updated_at: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Health)]
pub struct HealthShape {
    /// `untested`, `ok`, `degraded` or `failing`.
    state: &'static str,
    detail: String,
    checked_at: Option<String>,
}

/// One permission of the token.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Capability)]
pub struct CapabilityShape {
    pub permission: String,
    /// The label beside the tick box in Kandji.
    pub label: String,
    pub ok: bool,
    pub needed_for: String,
    /// Blank where all is well.
    pub detail: String,
}

impl SourceShape {
    pub fn of(source: Source) -> Self {
        let settings = sources::settings_of(&source).as_json();
        let capabilities = source.capabilities.into_iter().map(|capability| CapabilityShape {
            permission: capability.permission,
            label: capability.label,
            ok: capability.ok,
            needed_for: capability.needed_for,
            detail: capability.detail,
        });
        SourceShape {
            id: source.id.to_string(),
            kind: "kandji",
            name: source.name,
            api_url: source.api_url,
            enabled: source.enabled,
            priority: source.rules.priority,
            health: HealthShape {
                state: source.health.state.as_str(),
                detail: source.health.detail,
                checked_at: source.health.checked_at.map(|at| at.to_string()),
            },
            capabilities: capabilities.collect(),
            settings,
            synced_before: source.synced_before,
            last_run: source.last_run.map(|run| run.to_string()),
            next_run_at: source.next_run_at.map(|at| at.to_string()),
            created_at: source.created_at.to_string(),
            updated_at: source.updated_at.to_string(),
        }
    }
}
