//! Walking the lists of a simulated tenant over real HTTP.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

use kandji::endpoints::{BrokenOff, Progress, ade_devices, ade_integrations, blueprints, devices};
use kandji::endpoints::{device_details, licensing, prism, users};
use kandji::sim::{Misbehaviour, Running, SimConfig, Trouble, start};
use kandji::{Fault, Limits, PrismCategory};

async fn tenant(devices: usize) -> Running {
    start(SimConfig { devices, ..SimConfig::default() }).await.unwrap()
}

fn ids(running: &Running) -> BTreeSet<String> {
    running.tenant.devices().into_iter().map(|device| device.device_id).collect()
}

#[tokio::test]
async fn every_device_is_read_once_with_one_request_a_page_and_one_for_the_end() {
    for (count, requests) in [(0, 1), (1, 2), (299, 2), (300, 2), (301, 3), (700, 4)] {
        let running = tenant(count).await;
        let client = running.client();
        let walk = devices(&client, &|_| ()).await.unwrap();
        let read: BTreeSet<String> = walk.rows.iter().map(|row| row.device_id.clone()).collect();
        assert_eq!(read, ids(&running));
        assert!(walk.is_complete() && walk.notes.is_empty(), "{:?}", walk.notes);
        assert_eq!(running.tenant.requests().count("GET /devices"), requests, "{count} devices");
        assert_eq!(client.requests(), requests);
    }
}

#[tokio::test]
async fn pages_are_asked_for_in_a_stable_order_by_the_rows_received() {
    let running = tenant(601).await;
    devices(&running.client(), &|_| ()).await.unwrap();
    let asked: Vec<String> =
        running.tenant.requests().latest.into_iter().map(|seen| seen.query).collect();
    let offset = |at: u32| format!("limit=300&offset={at}&ordering=device_id");
    assert_eq!(asked, [offset(0), offset(300), offset(600), offset(601)]);
}

#[tokio::test]
async fn progress_is_told_after_every_page() {
    let running = tenant(650).await;
    let told = Mutex::new(Vec::new());
    let tell = |progress: Progress| told.lock().unwrap().push((progress.pages, progress.devices));
    devices(&running.client(), &tell).await.unwrap();
    assert_eq!(*told.lock().unwrap(), [(1, 300), (2, 600), (3, 650)]);
}

#[tokio::test]
async fn a_fault_on_the_first_page_is_a_fault_and_on_a_later_one_a_walk_broken_off() {
    let running = tenant(700).await;
    let client = running.client();
    running.tenant.misbehave(Trouble::on("/devices", Misbehaviour::Forbidden));
    assert!(matches!(devices(&client, &|_| ()).await, Err(Fault::Forbidden { .. })));
    running.tenant.behave();
    running.tenant.misbehave(Trouble::on("/devices", Misbehaviour::Forbidden).after(2));
    let walk = devices(&client, &|_| ()).await.unwrap();
    assert_eq!((walk.rows.len(), walk.pages, walk.is_complete()), (600, 2, false));
    let reason = walk.shortfall().unwrap();
    assert!(reason.starts_with("page 3 could not be read: the API token lacks"), "{reason}");
}

#[tokio::test]
async fn a_device_deleted_while_the_list_is_read_hides_no_error_and_repeats_no_row() {
    let running = tenant(700).await;
    running.tenant.misbehave(Trouble::on("/devices", Misbehaviour::DeleteRow).after(1).times(1));
    let walk = devices(&running.client(), &|_| ()).await.unwrap();
    // The row that moved up across the page's edge is skipped: absence once means nothing.
    assert_eq!(walk.rows.len(), 699);
    assert!(walk.is_complete());
}

#[tokio::test]
async fn a_device_enrolled_while_the_list_is_read_is_not_read_twice() {
    let running = tenant(700).await;
    running.tenant.misbehave(Trouble::on("/devices", Misbehaviour::InsertRow).after(1).times(1));
    let walk = devices(&running.client(), &|_| ()).await.unwrap();
    let read: BTreeSet<&str> = walk.rows.iter().map(|row| row.device_id.as_str()).collect();
    assert_eq!((walk.rows.len(), read.len(), walk.repeated), (700, 700, 1));
}

#[tokio::test]
async fn a_list_that_goes_in_circles_is_left_and_counts_as_partial() {
    let running = tenant(700).await;
    running.tenant.misbehave(Trouble::on("/devices", Misbehaviour::Repeat));
    let walk = devices(&running.client(), &|_| ()).await.unwrap();
    assert_eq!(walk.rows.len(), 300);
    assert_eq!(walk.broken_off, Some(BrokenOff::Repeats { page: 2 }));
}

#[tokio::test]
async fn a_list_without_end_is_left_at_the_cap() {
    let running = tenant(700).await;
    let client = running.client_with(Limits { pages: 2, ..Limits::unpaced() });
    let walk = devices(&client, &|_| ()).await.unwrap();
    assert_eq!(walk.rows.len(), 600);
    assert_eq!(walk.broken_off, Some(BrokenOff::TooLong { pages: 2 }));
    assert_eq!(client.requests(), 2);
}

#[tokio::test]
async fn a_walk_that_takes_too_long_is_left_and_keeps_what_it_read() {
    let running = tenant(700).await;
    let limits = Limits { walk_longest: Duration::ZERO, ..Limits::unpaced() };
    let client = running.client_with(limits);
    let walk = devices(&client, &|_| ()).await.unwrap();
    assert_eq!((walk.rows.len(), walk.is_complete(), client.requests()), (300, false, 1));
    assert_eq!(walk.broken_off, Some(BrokenOff::TooSlow { pages: 1, minutes: 0 }));
    let reason = BrokenOff::TooSlow { pages: 7, minutes: 30 }.to_string();
    assert!(reason.starts_with("it took longer than 30 minutes, 7 pages were read"), "{reason}");
    let people = users(&client).await.unwrap();
    assert_eq!((people.rows.len(), people.pages, people.is_complete()), (300, 1, false));
    assert_eq!(Limits::default().walk_longest, Duration::from_mins(30));
}

#[tokio::test]
async fn a_page_that_never_comes_does_not_outlast_the_walk() {
    let running = tenant(700).await;
    running.tenant.misbehave(Trouble::on("/devices", Misbehaviour::Hang).after(1));
    let limits = Limits { walk_longest: Duration::from_millis(300), ..Limits::unpaced() };
    let walk = devices(&running.client_with(limits), &|_| ()).await.unwrap();
    assert_eq!(walk.broken_off, Some(BrokenOff::TooSlow { pages: 1, minutes: 0 }));
    assert_eq!(walk.rows.len(), 300);
}

#[tokio::test]
async fn a_row_nobody_can_read_leaves_its_neighbours_and_the_walk_complete() {
    let running = tenant(5).await;
    let odd = &running.tenant.devices()[2];
    running.tenant.set_field(&odd.device_id, "device_id", serde_json::json!("")).unwrap();
    let walk = devices(&running.client(), &|_| ()).await.unwrap();
    assert_eq!(walk.rows.len(), 4);
    assert_eq!(walk.notes[0].to_string(), "row 3: the row has no device_id");
    assert_eq!((walk.lost_rows(), walk.shortfall()), (1, None));
}

#[tokio::test]
async fn a_device_id_beyond_all_reason_loses_its_row_and_is_never_cut_into_anothers() {
    let running = tenant(5).await;
    let devices_there = running.tenant.devices();
    for (device, end) in devices_there[1..3].iter().zip(["a", "b"]) {
        let long = format!("{}{end}", "x".repeat(500));
        running.tenant.set_field(&device.device_id, "device_id", long.into()).unwrap();
    }
    let walk = devices(&running.client(), &|_| ()).await.unwrap();
    let read: Vec<_> = walk.rows.iter().map(|row| row.device_id.as_str()).collect();
    let left = [0, 3, 4].map(|at| devices_there[at].device_id.as_str());
    assert_eq!(read, left);
    let told = "row 2: \"device_id\" is longer than 500 characters, so the row is left out";
    assert!(walk.notes[0].to_string().starts_with(told), "{}", walk.notes[0]);
    assert_eq!((walk.lost_rows(), walk.repeated, walk.shortfall()), (2, 0, None));
}

#[tokio::test]
async fn ade_devices_are_read_page_by_page_though_next_points_to_the_web_console() {
    let running = tenant(1_000).await;
    let tenant = &running.tenant;
    let walk = ade_devices(&running.client()).await.unwrap();
    let listed = tenant.devices().iter().filter(|device| device.ade.is_some()).count();
    assert_eq!(walk.rows.len(), listed + tenant.awaiting().len());
    let awaiting = walk.rows.iter().filter(|row| row.device_id.is_empty()).count();
    assert_eq!(awaiting, tenant.awaiting().len());
    assert!(walk.is_complete() && walk.pages > 2);
    let asked = tenant.requests().count("GET /integrations/apple/ade/devices");
    assert_eq!(asked, u64::from(walk.pages));
}

#[tokio::test]
async fn an_ade_page_past_the_end_is_the_end() {
    let running = tenant(500).await;
    let trouble = Trouble::on("/integrations/apple/ade/devices", Misbehaviour::NotFound).after(1);
    running.tenant.misbehave(trouble);
    let walk = ade_devices(&running.client()).await.unwrap();
    assert!(walk.is_complete() && walk.rows.len() == 300);
}

#[tokio::test]
async fn a_broken_ade_integration_is_listed_with_its_reason() {
    let running = tenant(10).await;
    let walk = ade_integrations(&running.client()).await.unwrap();
    let seen: Vec<(&str, &str)> =
        walk.rows.iter().map(|row| (row.status.as_str(), row.status_reason.as_str())).collect();
    assert_eq!(seen, [("SUCCESS", ""), ("BROKEN", "FORBIDDEN")]);
}

#[tokio::test]
async fn users_are_read_by_cursor_on_the_api_host_only() {
    let running = tenant(1_400).await;
    let walk = users(&running.client()).await.unwrap();
    assert_eq!(walk.rows.len(), running.tenant.users().len());
    assert_eq!(walk.pages, 3);
    assert!(walk.is_complete());
}

#[tokio::test]
async fn prism_is_read_by_cursor_past_short_pages() {
    let running = tenant(1_200).await;
    let walk = prism(&running.client(), PrismCategory::DeviceInformation).await.unwrap();
    let apple = |platform: &str| !matches!(platform, "Windows" | "Android");
    let expect = running.tenant.devices().iter().filter(|d| apple(d.platform())).count();
    assert_eq!(walk.rows.len(), expect);
    assert!(walk.is_complete());
}

#[tokio::test]
async fn details_come_in_the_shape_of_their_platform_and_a_deleted_device_is_none() {
    let running = tenant(200).await;
    let client = running.client();
    for device in running.tenant.devices().iter().take(40) {
        let details = device_details(&client, &device.device_id).await.unwrap().unwrap();
        let section = if device.platform() == "Android" { "\"management\"" } else { "\"mdm\"" };
        assert!(details.get().contains(section), "{}", device.platform());
    }
    let gone = running.tenant.devices()[0].device_id.clone();
    running.tenant.delete(&gone).unwrap();
    assert!(device_details(&client, &gone).await.unwrap().is_none());
}

#[tokio::test]
async fn an_id_that_is_a_path_stays_inside_the_api() {
    let running = tenant(3).await;
    let odd = "../../sim/state?x#y";
    assert!(device_details(&running.client(), odd).await.unwrap().is_none());
    let seen = running.tenant.requests().latest.pop().unwrap();
    assert_eq!(seen.path, "/devices/..%2F..%2Fsim%2Fstate%3Fx%23y/details");
}

#[tokio::test]
async fn kandji_counts_the_same_devices_as_we_read() {
    let running = tenant(123).await;
    let client = running.client();
    assert_eq!(licensing(&client).await.unwrap().devices, Some(123));
    assert_eq!(blueprints(&client).await.unwrap().rows.len(), 7);
}
