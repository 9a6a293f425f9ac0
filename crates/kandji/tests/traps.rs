//! The traps of Kandji's API that concern whoever reads it, one test each.

use kandji::endpoints::{Walk, ade_devices, blueprints, devices, prism, users};
use kandji::sim::{DeviceSpec, Misbehaviour, Running, SimConfig, Trouble, start};
use kandji::wire::{Assigned, DeviceRow};
use kandji::{Fault, PrismCategory};
use serde_json::{Value, json};

async fn tenant(devices: usize) -> Running {
    start(SimConfig { devices, ..SimConfig::default() }).await.unwrap()
}

async fn read(running: &Running) -> Walk<DeviceRow> {
    devices(&running.client(), &|_| ()).await.unwrap()
}

/// The only device of a tenant, after these fields were laid over its row, with the notes on it.
async fn row_with(fields: &[(&str, Value)]) -> (DeviceRow, Vec<String>) {
    let running = tenant(0).await;
    let id = running.tenant.add_device(DeviceSpec::default());
    for (key, value) in fields {
        running.tenant.set_field(&id, key, value.clone()).unwrap();
    }
    let mut walk = read(&running).await;
    let notes = walk.notes.iter().map(|note| note.reason.clone()).collect();
    (walk.rows.remove(0), notes)
}

#[tokio::test]
async fn the_device_list_is_a_bare_array_and_an_envelope_is_not_read_as_nothing() {
    let running = tenant(3).await;
    let body = json!({ "results": [{ "device_id": "d1" }] }).to_string();
    let content_type = "application/json".to_owned();
    let what = Misbehaviour::Body { status: 200, content_type, body };
    running.tenant.misbehave(Trouble::on("/devices", what));
    let fault = devices(&running.client(), &|_| ()).await.unwrap_err();
    assert!(matches!(fault, Fault::Unexpected { .. }), "{fault}");
}

#[tokio::test]
async fn more_than_the_first_three_hundred_devices_are_read() {
    assert_eq!(read(&tenant(301).await).await.rows.len(), 301);
}

#[tokio::test]
async fn a_missing_user_is_an_empty_string_and_reads_as_nobody() {
    for nobody in [json!(""), json!(null), json!({}), json!({ "email": "", "name": null })] {
        let (row, notes) = row_with(&[("user", nobody)]).await;
        assert_eq!((row.user, notes.len()), (Assigned::Nobody, 0));
    }
}

#[tokio::test]
async fn a_user_we_cannot_read_does_not_pass_for_nobody() {
    for odd in [json!(1042), json!("robin"), json!(["robin"]), json!(true)] {
        let (row, notes) = row_with(&[("user", odd)]).await;
        assert_eq!((row.user, notes.len()), (Assigned::Unreadable, 1));
    }
}

#[tokio::test]
async fn a_user_id_may_be_an_integer_as_it_was_before_2025() {
    let user = json!({ "id": 1042, "email": "robin.sample@example.com", "name": "Robin Sample" });
    let (row, notes) = row_with(&[("user", user)]).await;
    let Assigned::To(user) = row.user else { panic!("{:?}", row.user) };
    assert_eq!((user.id.as_str(), user.archived, notes.len()), ("1042", false, 0));
}

#[tokio::test]
async fn unknown_keys_are_ignored_and_kept_in_the_raw_row() {
    let (row, notes) =
        row_with(&[("runs_on_toasters", json!({ "deep": [1, { "er": null }] }))]).await;
    assert!(notes.is_empty());
    assert!(row.raw.unwrap().get().contains("runs_on_toasters"));
}

#[tokio::test]
async fn blank_is_written_in_three_ways_and_never_as_the_word() {
    for blank in [json!(""), json!(null), json!("  ")] {
        let fields = ["serial_number", "asset_tag", "last_check_in", "first_enrollment", "model"];
        let (row, notes) = row_with(&fields.map(|key| (key, blank.clone()))).await;
        assert_eq!((row.serial.as_str(), row.asset_tag.as_str(), row.model.as_str()), ("", "", ""));
        assert_eq!((row.last_check_in, row.first_enrollment, notes.len()), (None, None, 0));
    }
}

#[tokio::test]
async fn booleans_may_be_words_and_odd_ones_are_noted() {
    for yes in [json!(true), json!("True"), json!("Yes"), json!(1)] {
        assert!(row_with(&[("is_removed", yes)]).await.0.removed);
    }
    let (row, notes) = row_with(&[("mdm_enabled", json!("perhaps"))]).await;
    assert_eq!(row.mdm_enabled, None);
    assert_eq!(notes, ["\"mdm_enabled\" is neither true nor false and is left out"]);
}

#[tokio::test]
async fn every_way_to_write_a_time_is_the_same_utc_moment() {
    for text in [
        "2026-02-09T19:08:17Z",
        "2026-02-09T19:08:17.000000Z",
        "2026-02-09T19:08:17.000000+00:00",
        "2026-02-09 19:08:17+00:00",
        "2026-02-09 19:08:17 +0000",
        "2026-02-09T19:08:17",
    ] {
        let (row, notes) = row_with(&[("last_check_in", json!(text))]).await;
        assert_eq!(row.last_check_in.unwrap().to_string(), "2026-02-09T19:08:17Z", "{text}");
        assert!(notes.is_empty());
    }
    let (row, notes) = row_with(&[("last_check_in", json!("yesterday"))]).await;
    assert_eq!(row.last_check_in, None);
    assert_eq!(notes, ["\"last_check_in\" is no point in time and is left out"]);
}

#[tokio::test]
async fn next_points_to_the_web_console_and_its_host_is_never_asked() {
    let running = tenant(700).await;
    let walk = users(&running.client()).await.unwrap();
    assert_eq!(walk.rows.len(), 350);
    // Had the address been followed, the second page would have gone to example.kandji.io.
    assert_eq!(running.tenant.requests().count("GET /users"), 2);
}

#[tokio::test]
async fn a_next_that_leads_in_circles_ends_the_walk_as_partial() {
    let running = tenant(700).await;
    running.tenant.misbehave(Trouble::on("/users", Misbehaviour::Repeat));
    let walk = users(&running.client()).await.unwrap();
    assert!(!walk.is_complete());
    assert_eq!(walk.pages, 2);
}

#[tokio::test]
async fn one_serial_may_stand_under_several_device_ids() {
    let running = tenant(0).await;
    for _ in 0..2 {
        let serial = Some("SYNMAC000001".to_owned());
        running.tenant.add_device(DeviceSpec { serial, ..DeviceSpec::default() });
    }
    let walk = read(&running).await;
    assert_eq!(walk.rows.len(), 2);
    assert!(walk.rows.iter().all(|row| row.serial == "SYNMAC000001"));
}

#[tokio::test]
async fn a_wiped_device_comes_back_with_a_new_id_the_same_serial_and_nobody() {
    let running = tenant(10).await;
    let before = running.tenant.devices()[0].clone();
    let id = running.tenant.wipe_and_reenroll(&before.device_id).unwrap();
    let walk = read(&running).await;
    assert!(walk.rows.iter().all(|row| row.device_id != before.device_id));
    let again = walk.rows.iter().find(|row| row.device_id == id).unwrap();
    assert_eq!((&again.serial, &again.user), (&before.serial, &Assigned::Nobody));
}

#[tokio::test]
async fn a_deleted_device_is_simply_absent() {
    let running = tenant(10).await;
    let id = running.tenant.devices()[0].device_id.clone();
    running.tenant.delete(&id).unwrap();
    let walk = read(&running).await;
    assert!(walk.is_complete() && walk.rows.iter().all(|row| row.device_id != id));
}

#[tokio::test]
async fn an_archived_user_keeps_the_device_and_is_shown_as_archived() {
    let running = tenant(0).await;
    let user = running.tenant.add_user("Casey Former", "casey.former@example.com");
    running.tenant.add_device(DeviceSpec { user: Some(user.clone()), ..DeviceSpec::default() });
    running.tenant.archive_user(&user).unwrap();
    let Assigned::To(seen) = &read(&running).await.rows[0].user else { panic!() };
    assert!(seen.archived);
}

#[tokio::test]
async fn a_mixed_tenant_sends_windows_keys_on_every_row_and_each_is_read() {
    let running = tenant(300).await;
    let walk = read(&running).await;
    let platforms: std::collections::BTreeSet<&str> =
        walk.rows.iter().map(|row| row.platform.as_str()).collect();
    assert_eq!(platforms.len(), 6, "{platforms:?}");
    for row in &walk.rows {
        assert!(row.raw.as_ref().unwrap().get().contains("full_software_version"));
    }
}

#[tokio::test]
async fn a_platform_of_tomorrow_is_a_platform() {
    let (row, notes) =
        row_with(&[("platform", json!("Vision")), ("model", json!("Vision Pro"))]).await;
    assert_eq!((row.platform.as_str(), notes.len()), ("Vision", 0));
}

#[tokio::test]
async fn a_row_without_device_id_is_a_note_and_no_guess() {
    let running = tenant(3).await;
    let id = running.tenant.devices()[1].device_id.clone();
    running.tenant.set_field(&id, "device_id", Value::Null).unwrap();
    let walk = read(&running).await;
    assert_eq!((walk.rows.len(), walk.lost_rows()), (2, 1));
}

#[tokio::test]
async fn tags_are_names_and_a_lone_one_is_a_list() {
    assert_eq!(row_with(&[("tags", json!(["berlin", "", 7]))]).await.0.tags, ["berlin", "7"]);
    assert_eq!(row_with(&[("tags", json!("berlin"))]).await.0.tags, ["berlin"]);
    assert_eq!(row_with(&[("tags", json!(null))]).await.0.tags, [""; 0]);
}

#[tokio::test]
async fn a_row_of_absurd_size_is_read_but_not_kept_as_sent() {
    let (row, notes) = row_with(&[("device_name", json!("x".repeat(300 << 10)))]).await;
    assert_eq!(row.name.len(), 500);
    assert!(row.raw.is_none());
    assert_eq!(notes.len(), 2, "{notes:?}");
}

#[tokio::test]
async fn fields_of_ten_megabytes_are_cut_and_noted_and_lose_no_row() {
    for (odd, requests) in [(1, 2), (7, 6)] {
        let running = tenant(9).await;
        let devices = running.tenant.devices();
        let long = json!("x".repeat(10 << 20));
        for device in &devices[..odd] {
            running.tenant.set_field(&device.device_id, "asset_tag", long.clone()).unwrap();
        }
        let walk = read(&running).await;
        assert_eq!((walk.rows.len(), walk.is_complete(), walk.lost_rows()), (9, true, 0));
        assert_eq!(walk.rows[0].asset_tag.len(), 500);
        assert_eq!(walk.rows[8].device_id, devices[8].device_id);
        // A cut text and a row not kept as sent, of each.
        assert_eq!(walk.notes.len(), 2 * odd, "{:?}", walk.notes);
        let cut = "\"asset_tag\" is longer than 500 characters and is cut";
        assert!(walk.notes[0].to_string().ends_with(cut), "{}", walk.notes[0]);
        // Seven are more than fit into one answer: asked for by 300, 75, 18 and 4, then the rest.
        assert_eq!(running.tenant.requests().count("GET /devices"), requests);
    }
}

#[tokio::test]
async fn the_older_ade_shape_names_blueprint_and_user_differently() {
    let running = tenant(0).await;
    let body = json!({ "count": 1, "next": null, "results": [{
        "id": "add1", "serial_number": "SYNMAC000001", "user": null,
        "blueprint": { "id": "b1", "name": "Staff Macs" },
        "mdm_device": { "id": "d1" }, "dep_account": { "id": "ade1", "server_name": "lab" },
    }] });
    let content_type = "application/json".to_owned();
    let what = Misbehaviour::Body { status: 200, content_type, body: body.to_string() };
    running.tenant.misbehave(Trouble::on("/integrations/apple/ade/devices", what));
    let walk = ade_devices(&running.client()).await.unwrap();
    let row = &walk.rows[0];
    assert_eq!((row.device_id.as_str(), row.blueprint_id.as_str()), ("d1", "b1"));
    assert_eq!((row.integration_id.as_str(), row.user_id.as_str()), ("ade1", ""));
}

#[tokio::test]
async fn a_device_awaiting_enrollment_has_a_serial_and_no_device() {
    let running = tenant(20).await;
    let awaiting: Vec<String> =
        running.tenant.awaiting().iter().map(|waiting| waiting.serial.clone()).collect();
    let walk = ade_devices(&running.client()).await.unwrap();
    let read: Vec<String> = walk
        .rows
        .iter()
        .filter(|row| row.device_id.is_empty())
        .map(|row| row.serial.clone())
        .collect();
    assert_eq!(read, awaiting);
}

#[tokio::test]
async fn a_subscription_without_prism_is_told_apart_from_a_missing_permission() {
    let running = tenant(3).await;
    let client = running.client();
    running.tenant.misbehave(Trouble::on("/prism/*", Misbehaviour::NotFound).times(1));
    let fault = prism(&client, PrismCategory::Filevault).await.unwrap_err();
    assert!(matches!(fault, Fault::NotFound { .. }));
    running.tenant.misbehave(Trouble::on("/prism/*", Misbehaviour::Forbidden).times(1));
    let fault = prism(&client, PrismCategory::Filevault).await.unwrap_err();
    assert!(fault.to_string().contains("\"Prism: FileVault\""));
}

#[tokio::test]
async fn an_enrollment_code_is_a_secret_and_is_not_read() {
    let running = tenant(3).await;
    let read = blueprints(&running.client()).await.unwrap();
    assert!(!format!("{:?}", read.rows).contains("\"000001\""));
}
