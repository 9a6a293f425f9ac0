//! Prism's bulk tables: Apple devices only, paged by cursor, a short page not being the last.

use serde_json::{Value, json};

use super::answer::{Answer, Query};
use super::fleet::Device;
use super::lists::{cursor, from_cursor};
use super::row::{agent_version, blueprint_id};
use super::tenant::World;
use super::when;

/// Answers one category; those this tenant has not subscribed to are not found.
pub(super) fn table(world: &World, category: &str, query: &Query) -> Answer {
    let limit = query.number("limit", 25).unwrap_or(25).clamp(1, 300);
    let Some(start) = from_cursor(query) else { return Answer::detail(400, "Invalid cursor") };
    let columns: fn(&Device) -> Value = match category {
        "device_information" => device_information,
        "filevault" => filevault,
        "cellular" => cellular,
        "startup_settings" => startup_settings,
        "application_firewall" => application_firewall,
        "gatekeeper_and_xprotect" => gatekeeper,
        _ => return Answer::not_found(),
    };
    // Every other page is one row short of what was asked for.
    let size = if (start / limit) % 2 == 1 && limit > 1 { limit - 1 } else { limit };
    let all = world.devices.iter().filter(|device| device.is_apple() && reports(device, category));
    let mut page = all.skip(start).peekable();
    let data: Vec<Value> = page
        .by_ref()
        .take(size)
        .map(|device| with_common(world, device, columns(device)))
        .collect();
    let next = page.peek().is_some().then(|| cursor(start + size));
    Answer::json(&json!({
        "offset": if start == 0 { json!(0) } else { Value::Null },
        "limit": limit,
        "total": null,
        "data": data,
        "cursor": next,
    }))
}

fn reports(device: &Device, category: &str) -> bool {
    match category {
        "device_information" => true,
        "cellular" => matches!(device.platform(), "iPhone" | "iPad"),
        _ => device.platform() == "Mac",
    }
}

fn with_common(world: &World, device: &Device, mut row: Value) -> Value {
    let user = device.user.as_deref().and_then(|id| world.user(id));
    let family = if device.platform() == "AppleTV" { "tvOS" } else { device.platform() };
    let common = json!({
        "device_id": device.device_id,
        "device__name": device.name,
        "device__family": family,
        "device__user_id": user.map(|user| (1_000 + user.ordinal).to_string()).unwrap_or_default(),
        "device__user_name": user.map(|user| user.name.as_str()),
        "device__user_email": user.map(|user| user.email.as_str()),
        "blueprint_id": blueprint_id(device.blueprint),
        "blueprint_name": device.blueprint_name(),
        "tags": null,
        "asset_tag": if device.asset_tag.is_empty() { Value::Null } else { json!(device.asset_tag) },
        "serial_number": device.serial,
        "model_id": device.model.identifier,
        "count": null,
        "created_at": when::offset(device.first_enrollment),
        "updated_at": when::offset(world.now),
        "last_changed_at": null,
        "last_collected_at": when::offset(world.now),
    });
    if let (Value::Object(row), Value::Object(common)) = (&mut row, common) {
        row.extend(common);
    }
    row
}

fn device_information(device: &Device) -> Value {
    let mac = device.platform() == "Mac";
    json!({
        "device_capacity": f64::from(device.model.storage_gb) * 0.994,
        "host_name": device.name.replace([' ', '’'], "-"),
        "local_hostname": device.name.replace([' ', '’'], "-"),
        "apple_silicon": if mac { json!(true) } else { Value::Null },
        "model": device.model.generic,
        "model_name": device.model.name,
        "shared_ipad": if device.platform() == "iPad" { json!(false) } else { Value::Null },
        "cellular_technology": if mac { Value::Null } else { json!("None") },
        "data_roaming": null,
        "hotspot": null,
        "first_enrollment_date": when::offset(device.first_enrollment),
        "last_enrollment_date": when::offset(device.last_enrollment),
        "agent_version": agent_version(device),
        "mdm_enabled": device.mdm_enabled,
        "agent_installed": mac,
        "os_version": device.os_version,
        "os_build": device.build,
        "marketing_name": if mac { json!("Sequoia") } else { Value::Null },
        "supplemental_build_version": device.build,
        "supplemental_os_version_extra": null,
        "display_os_version": device.os_version,
        "last_checkin": device.last_check_in.map(when::offset),
        "last_checkin_agent": device.last_check_in.filter(|_| mac).map(when::offset),
        "last_checkin_mdm": device.last_check_in.map(when::offset),
        "battery_health": if mac { json!("normal") } else { Value::Null },
        "lost_mode_status": null,
    })
}

fn filevault(device: &Device) -> Value {
    let on = !device.ordinal.is_multiple_of(7);
    json!({
        "status": on,
        "key_type": if on { "Personal" } else { "" },
        "key_escrowed": on,
        "regeneration_needed": false,
        "scheduled_key_rotation": null,
    })
}

fn cellular(device: &Device) -> Value {
    json!({
        "imei_slot_1": format!("35 000000 {:06} 0", device.ordinal),
        "imei_slot_2": null,
        "meid": "",
        "eid_slot_1": format!("8904900000000000000000000{:07}", device.ordinal),
        "iccid_slot_1": format!("894900000000{:07}", device.ordinal),
        "phone_number_slot_1": "+15550100",
        "current_carrier_network_slot_1": "Example Mobile",
        "cellular_technology": "GSM",
    })
}

fn startup_settings(_: &Device) -> Value {
    json!({ "sip": true, "ssv": true, "secure_boot_level": "full", "external_boot_level": "allowed" })
}

fn application_firewall(device: &Device) -> Value {
    json!({ "status": device.ordinal.is_multiple_of(2), "stealth_mode": false })
}

fn gatekeeper(_: &Device) -> Value {
    json!({ "gatekeeper_status": true, "trusted_developers": true, "xprotect_version": "5300" })
}
