//! A reason, for programs and for people at once.

use reconcile::{Reason, explain};
use serde::Serialize;
use utoipa::ToSchema;

/// Why: `why` names the reason, its particulars stand beside it, `sentence` says it to people.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({"why": "known_by", "rule": "serial=serial",
    "sentence": "Known by its serial number."}))]
pub struct Why {
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub reason: Reason,
    pub sentence: String,
}

impl Why {
    pub fn of(reason: Reason) -> Self {
        let sentence = explain::sentence(&reason);
        Why { reason, sentence }
    }
}
