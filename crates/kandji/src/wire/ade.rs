//! Automated Device Enrollment: the tokens ("integrations") and the devices listed under them.

use jiff::Timestamp;

use super::note::{Notes, read_rows};
use super::page::Page;

/// One ADE token. Addresses, phone numbers and the administrator's name stay unread.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdeIntegration {
    pub id: String,
    pub server_name: String,
    pub org_name: String,
    /// `SUCCESS` or `BROKEN`.
    pub status: String,
    pub status_reason: String,
    pub access_token_expiry: Option<Timestamp>,
    pub days_left: Option<i64>,
    pub blueprint_name: String,
    /// Devices that Apple lists for it.
    pub devices: Option<i64>,
}

/// A device that Apple lists for one of the tokens, enrolled or still waiting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdeDevice {
    /// The id of this record; never a `device_id`.
    pub id: String,
    pub serial: String,
    /// The enrolled device; blank while it waits.
    pub device_id: String,
    pub integration_id: String,
    pub server_name: String,
    pub profile_status: String,
    pub assigned_at: Option<Timestamp>,
    pub color: String,
    pub description: String,
    /// Apple's generic name: `MacBook Air`.
    pub model: String,
    pub family: String,
    pub asset_tag: String,
    pub user_id: String,
    pub blueprint_id: String,
}

impl AdeIntegration {
    pub(crate) fn read_page(page: &Page, first: usize, notes: &mut Notes) -> Vec<AdeIntegration> {
        read_rows(page, first, notes, "id", |fields, id, notes| AdeIntegration {
            id,
            server_name: fields.text("server_name", notes),
            org_name: fields.text("org_name", notes),
            status: fields.text("status", notes),
            status_reason: fields.text("status_reason", notes),
            access_token_expiry: fields.instant("access_token_expiry", notes),
            days_left: fields.number("days_left"),
            blueprint_name: fields
                .object("blueprint")
                .map(|blueprint| blueprint.text("name", notes))
                .unwrap_or_default(),
            devices: fields.object("device_counts").and_then(|counts| counts.number("total")),
        })
    }
}

impl AdeDevice {
    pub(crate) fn read_page(page: &Page, first: usize, notes: &mut Notes) -> Vec<AdeDevice> {
        read_rows(page, first, notes, "id", |fields, id, notes| {
            let inner = |key: &str, field: &str, notes: &mut Notes| {
                fields.object(key).map(|object| object.text(field, notes)).unwrap_or_default()
            };
            // Before 2026 `blueprint` was an object or an id, and `user` an id.
            let blueprint_id = match inner("blueprint", "id", notes) {
                id if !id.is_empty() => id,
                _ => fields.text("blueprint_id", notes),
            };
            AdeDevice {
                id,
                serial: fields.text("serial_number", notes),
                device_id: inner("mdm_device", "id", notes),
                integration_id: inner("dep_account", "id", notes),
                server_name: inner("dep_account", "server_name", notes),
                profile_status: fields.text("profile_status", notes),
                assigned_at: fields.instant("device_assigned_date", notes),
                color: fields.text("color", notes),
                description: fields.text("description", notes),
                model: fields.text("model", notes),
                family: fields.text("device_family", notes),
                asset_tag: fields.text("asset_tag", notes),
                user_id: fields.text(if fields.has("user_id") { "user_id" } else { "user" }, notes),
                blueprint_id,
            }
        })
    }
}
