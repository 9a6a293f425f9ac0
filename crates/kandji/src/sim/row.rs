//! The list row of a simulated device, in the order of keys Kandji sends.

use serde::Serialize;
use serde_json::Value;

use super::catalog;
use super::fleet::{Device, User};
use super::when;

/// The id of blueprint `n`.
pub(super) fn blueprint_id(n: usize) -> String {
    format!("b0000000-0000-4000-8000-{:012}", n + 1)
}

/// `{email, name, id, is_archived}`, or the empty string for nobody.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum UserField<'a> {
    Nobody(&'static str),
    Somebody { email: &'a str, name: &'a str, id: &'a str, is_archived: bool },
}

impl<'a> UserField<'a> {
    pub fn of(user: Option<&'a User>) -> UserField<'a> {
        match user {
            None => UserField::Nobody(""),
            Some(user) => UserField::Somebody {
                email: &user.email,
                name: &user.name,
                id: &user.id,
                is_archived: user.archived,
            },
        }
    }
}

#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the row has these very keys")]
struct Row<'a> {
    device_id: &'a str,
    device_name: &'a str,
    model: &'a str,
    serial_number: &'a str,
    platform: &'a str,
    os_version: &'a str,
    supplemental_build_version: &'a str,
    supplemental_os_version_extra: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_level: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    security_patch_level: Option<&'a str>,
    last_check_in: String,
    user: UserField<'a>,
    asset_tag: &'a str,
    blueprint_id: String,
    mdm_enabled: bool,
    agent_installed: bool,
    is_missing: bool,
    is_removed: bool,
    agent_version: &'a str,
    first_enrollment: String,
    last_enrollment: String,
    blueprint_name: &'a str,
    lost_mode_status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_software_version: Option<&'a str>,
    tags: &'a [String],
}

/// The row as text. `mixed` is a tenant with Windows or Android: then every row, a Mac's too, has
/// their three keys.
pub(super) fn device(device: &Device, user: Option<&User>, mixed: bool) -> String {
    let platform = device.platform();
    let agent = agent_version(device);
    let only_if = |holds: bool, text: &'static str| mixed.then_some(if holds { text } else { "" });
    let row = Row {
        device_id: &device.device_id,
        device_name: &device.name,
        model: device.model(),
        serial_number: &device.serial,
        platform,
        os_version: &device.os_version,
        supplemental_build_version: &device.build,
        supplemental_os_version_extra: "",
        api_level: only_if(false, ""),
        security_patch_level: only_if(platform == "Android", "2026-08-05"),
        last_check_in: when::check_in(device.last_check_in, device.ordinal),
        user: UserField::of(user),
        asset_tag: &device.asset_tag,
        blueprint_id: blueprint_id(device.blueprint),
        mdm_enabled: device.mdm_enabled,
        agent_installed: !agent.is_empty(),
        is_missing: device.missing,
        is_removed: device.removed,
        agent_version: agent,
        first_enrollment: when::spaced(device.first_enrollment),
        last_enrollment: when::spaced(device.last_enrollment),
        blueprint_name: catalog::BLUEPRINTS[device.blueprint],
        lost_mode_status: &device.lost_mode,
        full_software_version: only_if(platform == "Windows", "10.0.26100.6584"),
        tags: &device.tags,
    };
    if device.overlay.is_empty() {
        return serde_json::to_string(&row).expect("a row of texts and booleans is always JSON");
    }
    let mut row = serde_json::to_value(&row).expect("a row of texts and booleans is always JSON");
    for (key, value) in &device.overlay {
        row[key.as_str()] = value.clone();
    }
    Value::to_string(&row)
}

pub(super) fn agent_version(device: &Device) -> &'static str {
    match device.platform() {
        "Mac" => "5.1.22 (5390)",
        "Windows" => "1.0.00002.0002",
        _ => "",
    }
}
