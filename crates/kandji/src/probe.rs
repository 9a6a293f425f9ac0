//! The connection test: may we read the device list, and what else may this token read?
//! Each missing permission is named by its label, with what of ours it is needed for.

use jiff::Timestamp;

use crate::client::{Ask, Client};
use crate::fault::Fault;
use crate::permission::Permission;
use crate::wire::{Fields, device_page, envelope};

/// Outcome of a connection test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tested {
    /// Whether devices can be read; the rest only widens what a sync can do.
    pub ok: bool,
    /// It failed, but may work by itself later.
    pub passing: bool,
    /// One sentence for people.
    pub detail: String,
    /// Every permission looked at; only the first one where that failed.
    pub capabilities: Vec<Capability>,
    /// What time it was over there at the last answer, if there was one.
    pub told_at: Option<Timestamp>,
}

/// One permission of the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capability {
    pub permission: Permission,
    pub label: &'static str,
    pub ok: bool,
    pub needed_for: &'static str,
    /// Blank where all is well, else the fault as a sentence.
    pub detail: String,
}

/// Tests the connection. `GET /devices?limit=1` decides; where that fails nothing else is asked,
/// since a wrong address or token would only fail eight times.
pub async fn test(client: &Client) -> Tested {
    let first = match ask_device(client).await {
        Ok(first) => first,
        Err(fault) => return failed(&fault, client.their_time()),
    };
    let mut capabilities = vec![capability(Permission::DeviceList, Ok(()))];
    for permission in Permission::PROBED.into_iter().skip(1) {
        let answer = ask_optional(client, permission, first.as_deref()).await;
        capabilities.push(capability(permission, answer));
    }
    let missing: Vec<&str> = capabilities.iter().filter(|c| !c.ok).map(|c| c.label).collect();
    let detail = match missing.len() {
        0 => format!(
            "connected to \"{}\"; the token may read all that is asked of it",
            client.api().host()
        ),
        _ => format!(
            "connected to \"{}\"; not available: {}",
            client.api().host(),
            missing.join(", ")
        ),
    };
    Tested { ok: true, passing: false, detail, capabilities, told_at: client.their_time() }
}

/// The id of some device, where there is one.
async fn ask_device(client: &Client) -> Result<Option<String>, Fault> {
    let query = [("limit", "1"), ("ordering", "device_id")];
    let ask = Ask { permission: Permission::DeviceList, path: &["devices"], query: &query };
    let shown = ask.shown();
    let page = client.get(&ask, |body| device_page(&body, &shown)).await?;
    let fields = page.first().and_then(|row| Fields::parse(row.get()).ok());
    let id = fields.as_ref().and_then(|fields| serde_json::from_str(fields.raw("device_id")?).ok());
    Ok(id)
}

async fn ask_optional(
    client: &Client,
    permission: Permission,
    device: Option<&str>,
) -> Result<(), Fault> {
    if permission == Permission::DeviceDetails {
        return ask_details(client, device).await;
    }
    let path = permission.path();
    let path: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let query: &[(&str, &str)] = match permission {
        Permission::ListAdeDevices => &[("page", "1")],
        Permission::ListIntegrations | Permission::Licensing => &[],
        _ => &[("limit", "1")],
    };
    let ask = Ask { permission, path: &path, query };
    let shown = ask.shown();
    if permission == Permission::Licensing {
        return client.get(&ask, |_| Ok(())).await;
    }
    client.get(&ask, |body| envelope(&body, &shown).map(drop)).await
}

/// Without any device there is nobody to ask about; an id that no device has is then enough:
/// "not found" is said only to those who may ask.
async fn ask_details(client: &Client, device: Option<&str>) -> Result<(), Fault> {
    let nobody = "00000000-0000-4000-8000-000000000000";
    let path = ["devices", device.unwrap_or(nobody), "details"];
    let ask = Ask { permission: Permission::DeviceDetails, path: &path, query: &[] };
    match client.get(&ask, |_| Ok(())).await {
        Err(Fault::NotFound { .. }) => Ok(()),
        answer => answer,
    }
}

fn capability(permission: Permission, answer: Result<(), Fault>) -> Capability {
    Capability {
        permission,
        label: permission.label(),
        ok: answer.is_ok(),
        needed_for: permission.needed_for(),
        detail: answer.err().map(|fault| fault.to_string()).unwrap_or_default(),
    }
}

fn failed(fault: &Fault, told_at: Option<Timestamp>) -> Tested {
    let refused = fault.missing_permission() == Some(Permission::DeviceList);
    let capabilities = if refused {
        vec![capability(Permission::DeviceList, Err(fault.clone()))]
    } else {
        Vec::new()
    };
    let (passing, detail) = (fault.is_transient(), fault.to_string());
    Tested { ok: false, passing, detail, capabilities, told_at }
}
