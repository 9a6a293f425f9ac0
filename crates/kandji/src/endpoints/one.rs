//! Answers that are a single document.

use serde_json::value::RawValue;

use crate::client::{Ask, Client};
use crate::fault::Fault;
use crate::permission::Permission;
use crate::wire::Licensing;

/// The details of one device, as sent; `None` when the device is gone by now.
pub async fn device_details(
    client: &Client,
    device_id: &str,
) -> Result<Option<Box<RawValue>>, Fault> {
    let path = ["devices", device_id, "details"];
    let ask = Ask { permission: Permission::DeviceDetails, path: &path, query: &[] };
    let shown = ask.shown();
    match client.get(&ask, |body| document(&body, &shown)).await {
        Ok(details) => Ok(Some(details)),
        Err(Fault::NotFound { .. }) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Kandji's own count of devices.
pub async fn licensing(client: &Client) -> Result<Licensing, Fault> {
    let path = ["settings", "licensing"];
    let ask = Ask { permission: Permission::Licensing, path: &path, query: &[] };
    let shown = ask.shown();
    let body = client.get(&ask, |body| document(&body, &shown)).await?;
    Ok(Licensing::read(body.get()))
}

fn document(body: &str, path: &str) -> Result<Box<RawValue>, Fault> {
    let path = path.to_owned();
    match serde_json::from_str::<Box<RawValue>>(body) {
        Ok(document) if document.get().starts_with('{') => Ok(document),
        Ok(_) => Err(Fault::Unexpected { path, what: "no object".to_owned() }),
        Err(error) if error.is_eof() => Err(Fault::Truncated { path }),
        Err(_) => Err(Fault::Unexpected { path, what: "no JSON we can read".to_owned() }),
    }
}
