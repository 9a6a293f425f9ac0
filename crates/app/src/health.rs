//! How a connection is: written after every run and test; what must be mended raises an alert,
//! which mends itself when the connection works again.

use domain::Timestamp;
use domain::id::{AlertId, SourceId};
use store::Tx;
use store::alerts::{self, NewAlert, Severity};
use store::runs::Finish;
use store::sources::{self, Health, HealthState};

use crate::refusal::Refusal;
use crate::sync::Trouble;

/// What a run says about its connection; `None` where it says nothing.
pub(crate) fn after(ended: &Result<Finish, Trouble>) -> Option<(HealthState, String)> {
    match ended {
        Ok(finish) => Some(match &finish.coverage {
            None => (HealthState::Ok, "the last run read everything".into()),
            Some(detail) => (HealthState::Degraded, detail.clone()),
        }),
        Err(Trouble::Source(fault)) if fault.is_transient() => {
            Some((HealthState::Degraded, fault.to_string()))
        }
        Err(Trouble::Source(fault)) => Some((HealthState::Failing, fault.to_string())),
        // Our own trouble says nothing about the connection.
        Err(Trouble::Ours(_)) => None,
    }
}

pub(crate) fn write(
    tx: &mut Tx<'_>,
    source: SourceId,
    health: Option<(HealthState, String)>,
    now: Timestamp,
    alert: AlertId,
) -> Result<(), Refusal> {
    let Some((state, detail)) = health else { return Ok(()) };
    let Some(found) = sources::find(tx, source)? else { return Ok(()) };
    let key = format!("source:{source}");
    if state == HealthState::Failing {
        let raised = NewAlert {
            id: alert,
            key,
            severity: Severity::Danger,
            title: format!("{} cannot be read", found.name),
            detail: detail.clone(),
            link: Some(format!("sources/{source}")),
        };
        alerts::raise(tx, &raised, now)?;
    } else {
        alerts::mend(tx, &key, now)?;
    }
    let moved = found.health.state != state || found.health.detail != detail;
    if moved || state != HealthState::Ok {
        sources::save_health(tx, source, &Health { state, detail, checked_at: Some(now) })?;
    }
    Ok(())
}
