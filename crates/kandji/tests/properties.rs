//! The properties, read from the documented examples of every platform.

use std::collections::BTreeMap;

use kandji::PrismCategory;
use kandji::properties::{Heard, Sources, all, find, shown};
use kandji::wire::{DeviceRow, Fields, Notes, device_page, envelope};
use serde_json::Value;

const ROWS: &str = include_str!("fixtures/devices-page-polymorphic.json");
const ALL_ROWS: &str = include_str!("fixtures/devices-page1.json");

fn row(page: &str, platform: &str) -> DeviceRow {
    let mut notes = Notes::default();
    let rows = DeviceRow::read_page(device_page(page, "/devices").unwrap(), 0, &mut notes);
    rows.into_iter().find(|row| row.platform == platform).unwrap()
}

/// Every property that has a value on this device, as people read it.
fn values(page: &str, platform: &str, details: &str) -> BTreeMap<&'static str, String> {
    let row = row(page, platform);
    let details: Value = serde_json::from_str(details).unwrap();
    let fields = Fields::parse(row.raw.as_ref().unwrap().get()).unwrap();
    let sources = Sources {
        row: &row,
        list: Some(&fields),
        details: Some(&details),
        prism: BTreeMap::new(),
        ade: Heard::Unknown,
        integration: Heard::Unknown,
        user: Heard::Unknown,
    };
    let read = all().iter().filter_map(|property| {
        let value = property.read(&sources).filter(|value| !value.is_null())?;
        Some((property.key, shown(property.kind, &value)))
    });
    read.collect()
}

fn check(values: &BTreeMap<&str, String>, expect: &[(&str, &str)]) {
    for (key, value) in expect {
        assert_eq!(values.get(key).map(String::as_str), Some(*value), "{key}");
    }
}

#[test]
fn a_mac_has_what_its_list_row_and_details_say() {
    let mac = values(ROWS, "Mac", include_str!("fixtures/device-details-mac.json"));
    check(
        &mac,
        &[
            ("manufacturer", "Apple"),
            ("hardware_overview.memory", "32 GB"),
            ("hardware_overview.model_identifier", "Mac14,5"),
            ("hardware_overview.total_number_of_cores", "12"),
            ("volumes.capacity", "926.35 GB"),
            ("volumes.available", "546.12 GB"),
            ("volumes.percent_used", "41 %"),
            ("security.is_encrypted", "yes"),
            ("mdm.supervised", "yes"),
            ("mdm.install_date", "2025-11-03T10:44:30.87112Z"),
            ("kandji_agent.last_check_in", "2026-09-01T08:15:42.104233Z"),
            ("filevault.filevault_enabled", "yes"),
            ("filevault.filevault_next_rotation", "2026-11-01T10:00:00Z"),
            ("users.admins", "robin"),
            ("general.last_user", "robin"),
            ("network.mac_address", "02:00:5e:00:53:01"),
            ("ade.color", "SPACE GRAY"),
            ("ade.assigned_at", "2024-02-12T15:23:10Z"),
            ("automated_device_enrollment.auto_enrolled", "yes"),
            ("security_information.remote_desktop_enabled", "no"),
            ("os_build", "24G90"),
            ("user.email", "robin.sample@example.com"),
            ("user.is_archived", "no"),
            ("tags", "berlin, engineering"),
            ("first_enrollment", "2024-02-19T09:12:04.551201Z"),
        ],
    );
}

#[test]
fn an_iphone_and_an_apple_tv_have_less_and_say_so_by_silence() {
    let phone = values(ALL_ROWS, "iPhone", include_str!("fixtures/device-details-iphone.json"));
    check(
        &phone,
        &[
            ("volumes.capacity", "128 GB"),
            ("volumes.percent_used", "37 %"),
            ("hardware_overview.udid", "00000000-000000000000001E"),
            ("cellular.data_roaming", "no"),
            ("lost_mode_status", "ENABLED"),
            ("user.is_archived", "yes"),
        ],
    );
    let tv = values(ALL_ROWS, "AppleTV", include_str!("fixtures/device-details-appletv.json"));
    check(&tv, &[("hardware_overview.model_identifier", "AppleTV11,1"), ("asset_tag", "AV-0004")]);
    for silent in ["hardware_overview.memory", "volumes.capacity", "mdm.supervised", "user.email"] {
        assert_eq!(tv.get(silent), None);
    }
}

#[test]
fn windows_and_android_keep_the_same_things_elsewhere_in_other_units() {
    let windows = values(ROWS, "Windows", include_str!("fixtures/device-details-windows.json"));
    check(
        &windows,
        &[
            ("manufacturer", "Example Corporation"),
            ("hardware_overview.memory", "16 GB"),
            ("volumes.capacity", "486.06 GB"),
            ("os_build", "26100.6584"),
            ("general.os_name", "Windows 11"),
            ("full_software_version", "10.0.26100.6584"),
            ("network.ip_address", "192.0.2.60"),
            ("kandji_agent.install_date", "2026-02-09T21:55:29.290841Z"),
        ],
    );
    let android = values(ROWS, "Android", include_str!("fixtures/device-details-android.json"));
    check(
        &android,
        &[
            ("manufacturer", "Google"),
            ("hardware_overview.memory", "11.28 GB"),
            ("volumes.available", "105.93 GB"),
            ("api_level", "35"),
            ("security_patch_level", "2026-08-05"),
            ("security.is_encrypted", "yes"),
            ("cellular.imei", "000000000000007"),
            ("management.ownership", "COMPANY_OWNED"),
        ],
    );
    assert_eq!(android.get("ade.server_name"), None);
}

#[test]
fn prism_answers_before_details_and_a_device_it_forgot_is_blank() {
    let table = include_str!("fixtures/prism-device_information-page.json");
    let table = envelope(table, "/prism/device_information").unwrap();
    let row = row(ROWS, "Mac");
    let mut sources = Sources {
        row: &row,
        list: None,
        details: None,
        prism: BTreeMap::from([(PrismCategory::DeviceInformation, Some(&*table.rows[0]))]),
        ade: Heard::Unknown,
        integration: Heard::Absent,
        user: Heard::Unknown,
    };
    let read = |key: &str, sources: &Sources<'_>| find(key).unwrap().read(sources);
    assert_eq!(read("volumes.capacity", &sources), Some(994_000_000_000_u64.into()));
    assert_eq!(read("device_information.apple_silicon", &sources), Some(true.into()));
    assert_eq!(read("ade.org_name", &sources), Some(Value::Null));
    assert_eq!(read("ade.server_name", &sources), None);
    sources.prism.insert(PrismCategory::DeviceInformation, None);
    assert_eq!(read("device_information.apple_silicon", &sources), Some(Value::Null));
}
