//! A run that this process holds: what it is, how long it is ours, and what may go wrong with it.

use std::sync::Arc;

use domain::id::{RunId, SourceId, TenantId};
use jiff::SignedDuration;
use kandji::Fault;
use store::runs::{OpenError, RunMode};

use crate::refusal::Refusal;
use crate::sync::heart::Progress;

/// How long a run lives without a sign of life from the process that does it.
pub(crate) const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// A run that was opened and waits to be performed by this process.
pub(crate) struct Opened {
    pub tenant: TenantId,
    pub source: SourceId,
    pub run: RunId,
    pub mode: RunMode,
    /// How far it read.
    pub progress: Arc<Progress>,
}

/// Why a run failed: the source's fault, or our own world's.
pub(crate) enum Trouble {
    Source(Fault),
    /// The source cannot even be asked until somebody mends something here.
    Unasked(Refusal),
    Ours(Refusal),
}

impl Trouble {
    /// For a person who asked for something just now.
    pub fn refusal(self) -> Refusal {
        match self {
            Trouble::Source(fault) if fault.is_transient() => Refusal::Failed(fault.to_string()),
            Trouble::Source(fault) => Refusal::invalid("connection", fault),
            Trouble::Unasked(refusal) | Trouble::Ours(refusal) => refusal,
        }
    }
}

impl<E: Into<Refusal>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Trouble::Ours(error.into())
    }
}

/// The lease was lost; whoever holds it now goes on.
pub(crate) fn taken_over() -> Refusal {
    Refusal::conflict("another process took this run over; hint: look at the newest run")
}

/// One source has one open run.
pub(crate) fn under_way(error: OpenError) -> Refusal {
    match error {
        OpenError::AlreadyOpen(run) => Refusal::Conflict {
            detail: "a run of this source is under way; hint: wait until it ends".into(),
            location: Some(run.to_string()),
        },
        OpenError::Store(error) => error.into(),
    }
}
