//! Automated enrollment as Kandji has it now: its configurations by name, for people who choose one.

use std::time::Duration;

use domain::Timestamp;
use domain::access::Role;
use kandji::endpoints::{ade_devices, ade_integrations};
use kandji::fetch::Enrollment;
use store::sources::Source;

use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;
use crate::sync::{Trouble, client};

/// People wait for a page no longer than this; what is late is said to be missing.
const PATIENCE: Duration = Duration::from_secs(3);
/// A preview may take a little longer.
const LONGER: Duration = Duration::from_secs(8);

/// One configuration: a token between Apple and Kandji.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Integration {
    pub id: String,
    /// The server's name, as Apple Business Manager shows it.
    pub name: String,
    pub organization: String,
    pub devices: Option<i64>,
    pub expires_at: Option<Timestamp>,
    /// Kandji's own word where it does not work.
    pub broken: Option<String>,
}

/// The configurations; the error is a sentence that says why there is no list.
pub async fn integrations(
    app: &App,
    caller: &Caller,
    source: &Source,
) -> Result<Result<Vec<Integration>, String>, Refusal> {
    caller.need(Role::Administrator)?;
    let client = match client(app, caller.tenant, source) {
        Ok(client) => client,
        Err(trouble) => return Ok(Err(said(trouble))),
    };
    Ok(match tokio::time::timeout(PATIENCE, ade_integrations(&client)).await {
        Err(_) => Err("Kandji takes too long to list them just now".to_owned()),
        Ok(Err(fault)) => Err(fault.to_string()),
        Ok(Ok(walk)) => Ok(walk.rows.into_iter().map(integration).collect()),
    })
}

fn integration(row: kandji::wire::AdeIntegration) -> Integration {
    let works = row.status.is_empty() || row.status == "SUCCESS";
    let why = if row.status_reason.is_empty() { row.status } else { row.status_reason };
    let broken = (!works).then_some(why);
    Integration {
        id: row.id,
        name: row.server_name,
        organization: row.org_name,
        devices: row.devices,
        expires_at: row.access_token_expiry,
        broken,
    }
}

/// Which device belongs to which configuration, for a preview; the error says why nobody knows.
pub(crate) async fn now(
    app: &App,
    caller: &Caller,
    source: &Source,
) -> Result<Result<Enrollment, String>, Refusal> {
    let client = match client(app, caller.tenant, source) {
        Ok(client) => client,
        Err(trouble) => return Ok(Err(said(trouble))),
    };
    let asked = async { tokio::join!(ade_integrations(&client), ade_devices(&client)) };
    Ok(match tokio::time::timeout(LONGER, asked).await {
        Err(_) => Err("Kandji takes too long to list them just now".to_owned()),
        Ok((_, Err(fault))) => Err(fault.to_string()),
        Ok((integrations, Ok(devices))) => {
            Ok(Enrollment { integrations: integrations.ok(), devices: Some(devices) })
        }
    })
}

fn said(trouble: Trouble) -> String {
    trouble.refusal().to_string()
}
