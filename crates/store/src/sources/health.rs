//! How a source's connection is, and what its token may read.

use domain::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    pub state: HealthState,
    /// One sentence for people.
    pub detail: String,
    pub checked_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HealthState {
    Untested,
    Ok,
    /// Devices can be read, something that is wanted cannot.
    Degraded,
    Failing,
}

impl HealthState {
    pub const fn as_str(self) -> &'static str {
        match self {
            HealthState::Untested => "untested",
            HealthState::Ok => "ok",
            HealthState::Degraded => "degraded",
            HealthState::Failing => "failing",
        }
    }
}

/// One permission of the token, as the connection test found it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capability {
    pub permission: String,
    /// The label beside the tick box on the source's own page.
    pub label: String,
    pub ok: bool,
    pub needed_for: String,
    /// Blank where all is well.
    pub detail: String,
}
