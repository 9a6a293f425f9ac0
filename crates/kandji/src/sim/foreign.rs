//! Details of devices that are not Apple's, in shapes of their own.

use serde_json::{Value, json};

use super::fleet::{Device, User};
use super::row::{UserField, agent_version, blueprint_id};
use super::when;

pub(super) fn windows(device: &Device, user: Option<&User>) -> Value {
    let capacity = u64::from(device.model.storage_gb) * 1_024;
    json!({
        "general": {
            "device_id": device.device_id,
            "device_name": device.name,
            "platform": "Windows",
            "first_enrollment": when::spaced(device.first_enrollment),
            "last_enrollment": when::spaced(device.last_enrollment),
            "assigned_user": UserField::of(user),
            "blueprint_name": device.blueprint_name(),
            "blueprint_uuid": blueprint_id(device.blueprint),
            "asset_tag": device.asset_tag,
            "manufacturer": device.model.manufacturer,
            "device_model": device.model(),
            "device_type": device.model(),
            "os_name": "Windows 11",
            "os_version": "10.0.26100.6584",
            "os_build": "26100.6584",
            "os_edition": "Professional",
            "update_build_revision": "6584",
            "language": "en-US",
        },
        "mdm": { "management_client_revision": "1.3", "windows_device_id": format!("{:032}", device.ordinal) },
        "hardware_overview": {
            "bios_version": "1.0.6",
            "commercialization_operator": "Not Present",
            "free_capacity": (capacity * 8 / 10).to_string(),
            "processor_architecture": "X64",
            "radio_software_version": "Not Present",
            "smbios_serial_number": device.serial,
            "total_ram": (device.model.memory_gb * 1_024).to_string(),
            "total_capacity": capacity.to_string(),
        },
        "network": {
            "dns_computer_name": device.name,
            "iccid": "",
            "volte_service_setting": "False",
            "wifi_dns_suffix": "example.com",
            "wifi_ipv4_address": format!("192.0.2.{}", device.ordinal % 254 + 1),
        },
        "kandji_agent": {
            "is_agent_installed": true,
            "install_date": when::zulu(device.last_enrollment),
            "last_check_in_datetime": device.last_check_in.map(when::zulu).unwrap_or_default(),
            "version": agent_version(device),
        },
        "tags": device.tags,
    })
}

pub(super) fn android(device: &Device, user: Option<&User>) -> Value {
    let assigned = user.map(|user| UserField::of(Some(user)));
    json!({
        "general": {
            "device_id": device.device_id,
            "device_name": device.name,
            "platform": "Android",
            "first_enrollment": when::spaced(device.first_enrollment),
            "last_enrollment": when::spaced(device.last_enrollment),
            "assigned_user": assigned,
            "blueprint_name": device.blueprint_name(),
            "blueprint_uuid": blueprint_id(device.blueprint),
            "asset_tag": device.asset_tag,
            "manufacturer": device.model.manufacturer,
            "model_name": device.model(),
            "serial_number": device.serial,
            "os_version": device.os_version,
            "os_build": "AP4A.250805.001",
            "api_level": "35",
            "security_patch_level": "2026-08-05",
        },
        "hardware": {
            "available_capacity": format!("{:.2}", f64::from(device.model.storage_gb) * 0.9),
            "total_capacity": format!("{:.2}", f64::from(device.model.storage_gb)),
            "total_ram": format!("{:.2}", f64::from(device.model.memory_gb)),
            "wifi_mac_address": format!("02:00:5e:01:{:02x}:{:02x}", (device.ordinal >> 8) & 255, device.ordinal & 255),
        },
        "management": { "management_mode": "PROFILE_OWNER", "ownership": "COMPANY_OWNED" },
        "cellular": { "imei": format!("{:015}", device.ordinal), "meid": "" },
        "security": {
            "android_debug_bridge_enabled": null,
            "device_posture": "SECURE",
            "encryption_status": "ACTIVE_PER_USER",
            "is_encrypted": true,
        },
        "tags": device.tags,
    })
}
