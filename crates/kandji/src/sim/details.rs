//! `GET /devices/{id}/details`: one shape for Apple, others for the rest, and in each of them its
//! own idea of how to write a boolean, a size and a date.

use serde_json::{Value, json};

use super::answer::Answer;
use super::fleet::{Device, User};
use super::foreign;
use super::row::{UserField, agent_version, blueprint_id};
use super::tenant::World;
use super::when;

pub(super) fn of(world: &World, id: &str) -> Answer {
    let Some(at) = world.position(id) else { return Answer::html(404, "Not Found") };
    let device = &world.devices[at];
    let user = device.user.as_deref().and_then(|id| world.user(id));
    Answer::json(&match device.platform() {
        "Windows" => foreign::windows(device, user),
        "Android" => foreign::android(device, user),
        _ => apple(device, user),
    })
}

fn apple(device: &Device, user: Option<&User>) -> Value {
    let mac = device.platform() == "Mac";
    let tv = device.platform() == "AppleTV";
    let mut details = json!({
        "general": general(device, user),
        "mdm": mdm(device),
        "activation_lock": {
            "bypass_code_failed": false,
            "user_activation_lock_enabled": if tv { Value::Null } else { json!(false) },
            "device_activation_lock_enabled": mac,
            "activation_lock_allowed_while_supervised": if tv { Value::Null } else { json!(false) },
            "activation_lock_supported": !tv,
        },
        "filevault": filevault(device),
        "automated_device_enrollment": match device.ade {
            Some(_) => json!({ "auto_enroll_eligible": true, "auto_enrolled": true }),
            None => json!({}),
        },
        "kandji_agent": {
            "agent_installed": if mac { "True" } else { "False" },
            "install_date": if mac { when::spaced(device.last_enrollment) } else { String::new() },
            "last_check_in": device.last_check_in.map(when::zulu).unwrap_or_default(),
            "agent_version": agent_version(device),
        },
        "hardware_overview": hardware(device),
        "volumes": volumes(device),
        "network": network(device),
        "recovery_information": {
            "recovery_lock_enabled": mac,
            "firmware_password_exist": false,
            "firmware_password_pending": false,
            "password_rotation_scheduled": null,
        },
        "users": people(device, user),
        "installed_profiles": profiles(device),
        "apple_business_manager": business_manager(device),
        "security_information": { "remote_desktop_enabled": if mac { json!(false) } else { Value::Null } },
        "tags": device.tags,
    });
    if !tv {
        details["mdm"]["supervised"] = json!("True");
        details["lost_mode"] = lost_mode(device);
        details["cellular"] = if mac {
            json!({})
        } else {
            json!({ "voice_roaming": false, "data_roaming": false, "cellular_technology": 3, "subscriptions": null })
        };
    }
    details
}

fn general(device: &Device, user: Option<&User>) -> Value {
    let mac = device.platform() == "Mac";
    let only_mac = |text: String| if mac { text } else { String::new() };
    json!({
        "device_id": device.device_id,
        "device_name": device.name,
        "last_enrollment": when::spaced(device.last_enrollment),
        "first_enrollment": when::spaced(device.first_enrollment),
        "model": device.model(),
        "platform": device.platform(),
        "os_version": device.os_version,
        "supplemental_build_version": device.build,
        "supplemental_os_version_extra": "",
        "system_version": only_mac(format!("{} ({})", device.os_version, device.build)),
        "boot_volume": only_mac("Macintosh HD".to_owned()),
        "time_since_boot": only_mac("6 days ago".to_owned()),
        "last_user": only_mac(account(user)),
        "asset_tag": device.asset_tag,
        "assigned_user": UserField::of(user),
        "blueprint_name": device.blueprint_name(),
        "blueprint_uuid": blueprint_id(device.blueprint),
    })
}

fn mdm(device: &Device) -> Value {
    json!({
        "mdm_enabled": if device.mdm_enabled { "True" } else { "False" },
        "install_date": when::spaced(device.last_enrollment),
        "last_check_in": device.last_check_in.map(when::spaced).unwrap_or_default(),
        "mdm_enabled_user": [],
    })
}

fn filevault(device: &Device) -> Value {
    let mac = device.platform() == "Mac";
    let on = mac && !device.ordinal.is_multiple_of(7);
    json!({
        "filevault_enabled": if mac { json!(on) } else { Value::Null },
        "filevault_recoverykey_type": if on { "Personal" } else { "" },
        "filevault_prk_escrowed": on,
        "filevault_next_rotation": "",
        "filevault_regen_required": false,
    })
}

fn hardware(device: &Device) -> Value {
    let n = device.ordinal;
    if device.platform() != "Mac" {
        return json!({
            "uuid": format!("00000000-{n:016}"),
            "serial_number": device.serial,
            "model_identifier": device.model.identifier,
        });
    }
    json!({
        "model_name": device.model.generic,
        "model_identifier": device.model.identifier,
        "processor_name": device.model.processor,
        "processor_speed": "",
        "number_of_processors": "1",
        "total_number_of_cores": "12",
        "memory": format!("{} GB LPDDR5", device.model.memory_gb),
        "udid": format!("00000000-0000-5000-8000-{n:012}"),
        "serial_number": device.serial,
        "battery_health": "normal",
    })
}

fn volumes(device: &Device) -> Value {
    let whole = f64::from(device.model.storage_gb);
    let volume = |name: &str, identifier: &str, encrypted: &str| {
        json!({
            "name": name,
            "format": if name.is_empty() { "" } else { "APFS" },
            "percent_used": "41%",
            "identifier": identifier,
            "capacity": format!("{:.2} GB", whole * 0.92),
            "available": format!("{:.2} GB", whole * 0.54),
            "encrypted": encrypted,
        })
    };
    match device.platform() {
        "AppleTV" => json!([]),
        "Mac" => json!([
            volume("Macintosh HD", "disk3s1s1", "No"),
            volume(
                "Macintosh HD - Data",
                "disk3s5",
                if device.ordinal.is_multiple_of(7) { "No" } else { "Yes" }
            ),
        ]),
        _ => json!([volume("", "", "")]),
    }
}

fn network(device: &Device) -> Value {
    let n = device.ordinal;
    let address =
        format!("02:00:5e:{:02x}:{:02x}:{:02x}", (n >> 16) & 255, (n >> 8) & 255, n & 255);
    match device.platform() {
        "AppleTV" => json!({}),
        "Mac" => json!({
            "local_hostname": device.name.replace([' ', '’'], "-"),
            "mac_address": address,
            "ip_address": format!("192.0.2.{}", n % 254 + 1),
            "public_ip": "198.51.100.9",
        }),
        _ => {
            json!({ "local_hostname": "", "mac_address": address, "ip_address": "", "public_ip": "" })
        }
    }
}

fn people(device: &Device, user: Option<&User>) -> Value {
    if device.platform() != "Mac" {
        return json!({ "regular_users": [], "system_users": [] });
    }
    let (name, full) = (account(user), user.map_or("Admin", |user| &user.name));
    json!({
        "regular_users": [{ "username": name, "uid": "501", "path": format!("/Users/{name}"), "admin": "Yes", "name": full }],
        "system_users": [{ "username": "_lp", "uid": "26", "path": "/var/spool/cups", "admin": "No" }],
    })
}

fn profiles(device: &Device) -> Value {
    if device.platform() != "Mac" {
        return json!([]);
    }
    json!([{
        "name": "MDM Profile",
        "uuid": "00000000-0000-4000-8000-0000000000f1",
        "verified": "verified",
        "identifier": "com.kandji.profile.mdmprofile",
        "organization": "Kandji, Inc.",
        "payload_types": ["com.apple.mdm", "com.apple.security.scep"],
        "install_date": when::profile(device.last_enrollment),
    }])
}

fn business_manager(device: &Device) -> Value {
    if device.ade.is_none() {
        return json!({});
    }
    json!({
        "model": device.model.generic,
        "color": "SPACE GRAY",
        "description": device.model.generic.to_uppercase(),
        "serial_number": device.serial,
        "device_family": device.platform(),
        "device_assigned_date": when::spaced(device.first_enrollment),
        "device_assigned_by": "abm-admin@example.com",
    })
}

fn lost_mode(device: &Device) -> Value {
    if device.lost_mode.is_empty() {
        return json!({});
    }
    json!({ "lost_mode_status": device.lost_mode, "last_location": { "latitude": "0.0", "longitude": "0.0" } })
}

/// The short name of somebody's account on a Mac.
fn account(user: Option<&User>) -> String {
    let local = user.and_then(|user| user.email.split(['.', '@']).next());
    local.unwrap_or("admin").to_lowercase()
}
