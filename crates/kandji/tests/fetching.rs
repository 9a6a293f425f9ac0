//! One run's worth of questions: the list alone is enough, and everything else can fail alone.

use std::collections::BTreeSet;

use kandji::sim::{Misbehaviour, Running, SimConfig, Trouble, start};
use kandji::{Fault, Fetched, Wants, fetch, observe};
use reconcile::survey::{Coverage, Survey};
use serde_json::Value;

async fn tenant(devices: usize) -> Running {
    start(SimConfig { devices, ..SimConfig::default() }).await.unwrap()
}

fn keys(keys: &[&str]) -> BTreeSet<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

async fn fetched(running: &Running, wants: Wants) -> Fetched {
    fetch(&running.client(), wants, &|_| ()).await.unwrap()
}

#[tokio::test]
async fn nothing_but_the_list_is_asked_unless_it_is_wanted() {
    let running = tenant(40).await;
    let properties = keys(&["device_name", "user.email", "manufacturer_of_dreams"]);
    let got = fetched(&running, Wants { properties, ..Wants::default() }).await;
    assert_eq!((got.requests, running.tenant.requests().total), (2, 2));
    assert!(got.ade.is_none() && got.users.is_none() && got.degraded.is_empty());
}

#[tokio::test]
async fn all_that_is_wanted_is_fetched() {
    let running = tenant(40).await;
    let wants = Wants { ade: true, users: true, blueprints: true, count: true, ..Wants::default() };
    let got = fetched(&running, wants).await;
    assert_eq!(got.integrations.unwrap().rows.len(), 2);
    assert_eq!(got.users.unwrap().rows.len(), 20);
    assert_eq!(got.blueprints.unwrap().rows.len(), 7);
    assert!(got.ade.unwrap().is_complete());
    assert_eq!((got.degraded.len(), got.requests), (0, 7));
}

#[tokio::test]
async fn what_is_not_permitted_costs_its_feature_and_never_the_run() {
    let running = tenant(40).await;
    for path in ["/integrations/*", "/users", "/blueprints", "/settings/*", "/prism/*"] {
        running.tenant.misbehave(Trouble::on(path, Misbehaviour::Forbidden));
    }
    running.tenant.misbehave(Trouble::on("/devices/*", Misbehaviour::Unauthorized));
    let properties = keys(&["filevault.filevault_enabled", "hardware_overview.memory"]);
    let (ade, users, blueprints, count) = (true, true, true, true);
    let wants = Wants { ade, users, blueprints, count, properties, ..Wants::default() };
    let got = fetched(&running, wants).await;
    assert_eq!((got.devices.rows.len(), got.devices.is_complete()), (40, true));
    assert_eq!(got.degraded.len(), 7, "{:#?}", got.degraded);
    for label in ["List integrations", "List ADE devices", "List Users", "Prism: FileVault"] {
        let named = |sentence: &String| sentence.starts_with(&format!("\"{label}\" (needed for "));
        assert!(got.degraded.iter().any(named), "{label}: {:#?}", got.degraded);
    }
}

#[tokio::test]
async fn only_the_first_page_of_devices_is_indispensable() {
    let running = tenant(400).await;
    running.tenant.misbehave(Trouble::on("/devices", Misbehaviour::Status { status: 500 }));
    let fault = fetch(&running.client(), Wants::default(), &|_| ()).await.unwrap_err();
    assert_eq!(fault, Fault::Server { status: 500 });
    running.tenant.behave();
    running
        .tenant
        .misbehave(Trouble::on("/devices", Misbehaviour::Status { status: 500 }).after(1));
    let survey = observe(fetched(&running, Wants::default()).await, &keys(&[]), |_| None::<()>).0;
    assert_eq!(survey.observations.len(), 300);
    assert!(
        matches!(survey.coverage, Coverage::Partial(why) if why.starts_with("page 2 could not"))
    );
}

#[tokio::test]
async fn details_are_asked_again_only_of_devices_that_checked_in_since() {
    let running = tenant(30).await;
    let wants = || Wants { properties: keys(&["network.mac_address"]), ..Wants::default() };
    let first = fetched(&running, wants()).await;
    let asked = first.new_details.len();
    assert!(asked > 20 && first.details.len() == asked);

    let moved = first.new_details.first().unwrap();
    running.tenant.set_field(moved, "last_check_in", "2026-09-02T10:00:00Z".into()).unwrap();
    let second = fetched(&running, Wants { known_details: first.details, ..wants() }).await;
    assert_eq!(second.new_details, BTreeSet::from([moved.clone()]));
    assert_eq!(second.details.len(), asked);
}

#[tokio::test]
async fn a_run_asks_for_so_many_details_and_leaves_the_rest_to_the_next() {
    let running = tenant(30).await;
    let properties = keys(&["network.mac_address"]);
    let wants = Wants { properties, details_at_most: Some(4), ..Wants::default() };
    let got = fetched(&running, wants).await;
    assert_eq!(got.new_details.len(), 4);
    assert!(got.degraded[0].contains("devices are left for the next run"), "{:?}", got.degraded);
}

#[tokio::test]
async fn a_count_that_does_not_agree_is_told() {
    let running = tenant(30).await;
    running.tenant.misbehave(Trouble::on("/devices", Misbehaviour::DeleteRow).after(9));
    let body = r#"{"counts": {"computers_count": 31}}"#.to_owned();
    let content_type = "application/json".to_owned();
    let what = Misbehaviour::Body { status: 200, content_type, body };
    running.tenant.misbehave(Trouble::on("/settings/licensing", what));
    let got = fetched(&running, Wants { count: true, ..Wants::default() }).await;
    assert!(got.degraded[0].starts_with("Kandji counts 31 devices, its list held 30"));
}

async fn surveyed(running: &Running, properties: &[&str]) -> Survey {
    let properties = keys(properties);
    let wants =
        Wants { ade: true, users: true, properties: properties.clone(), ..Wants::default() };
    observe(fetched(running, wants).await, &properties, |_| None::<()>).0
}

#[tokio::test]
async fn a_fleet_that_several_threads_read_stays_in_its_order() {
    let got = fetched(&tenant(6_000).await, Wants::default()).await;
    let sent: Vec<_> = got.devices.rows.iter().map(|row| row.device_id.clone()).collect();
    let (survey, kept) = observe(got, &keys(&[]), |row| Some(row.device_id.clone()));
    let seen: Vec<_> = survey.observations.iter().map(|seen| seen.device_id.as_str()).collect();
    assert_eq!((sent.len(), &sent), (6_000, &kept));
    assert_eq!(sent, seen);
}

#[tokio::test]
async fn a_survey_says_what_the_tenant_holds() {
    let running = tenant(200).await;
    let properties = ["hardware_overview.memory", "user.department", "ade.server_name"];
    let survey = surveyed(&running, &properties).await;
    assert_eq!((survey.coverage, survey.notes.len()), (Coverage::Complete, 0));
    assert_eq!(survey.people.len(), 100);
    assert_eq!(survey.awaiting.len(), running.tenant.awaiting().len());
    for (seen, device) in survey.observations.iter().zip(running.tenant.devices()) {
        assert_eq!(seen.device_id.as_str(), device.device_id);
        assert_eq!(seen.serial.as_ref().unwrap().as_str(), device.serial);
        assert_eq!(seen.platform.as_str(), device.platform());
        assert_eq!(seen.user.as_ref().and_then(|user| user.id.as_deref()), device.user.as_deref());
        let ade = device.ade.map(|n| format!("ade00000-0000-4000-8000-{:012}", n + 1));
        assert_eq!(seen.ade.as_deref(), ade.as_deref());
        assert_eq!(
            seen.properties.contains_key("hardware_overview.memory"),
            device.platform() == "Mac" || !seen.platform.is_apple()
        );
        let department = &seen.properties["user.department"];
        assert_eq!(department.is_null(), device.user.is_none());
        if seen.platform.is_apple() {
            assert_eq!(seen.manufacturer.as_deref(), Some("Apple"));
        }
    }
}

#[tokio::test]
async fn what_could_not_be_asked_is_left_out_and_what_is_blank_is_null() {
    let running = tenant(40).await;
    let properties = ["filevault.filevault_enabled", "asset_tag", "user.department"];
    let whole = surveyed(&running, &properties).await;
    let macs = |survey: Survey| {
        survey.observations.into_iter().filter(|seen| seen.platform.as_str() == "Mac")
    };
    assert!(macs(whole).all(|seen| seen.properties["filevault.filevault_enabled"].is_boolean()));
    running.tenant.misbehave(Trouble::on("/prism/*", Misbehaviour::NotFound));
    running.tenant.misbehave(Trouble::on("/devices/*", Misbehaviour::Forbidden));
    running.tenant.misbehave(Trouble::on("/users", Misbehaviour::Forbidden));
    let less = surveyed(&running, &properties).await;
    for seen in macs(less) {
        assert_eq!(seen.properties.get("filevault.filevault_enabled"), None);
        assert_eq!(seen.properties.get("user.department"), None);
        let tag = &seen.properties["asset_tag"];
        assert_eq!(tag.is_null(), seen.asset_tag.is_none());
    }
}

#[tokio::test]
async fn where_a_bulk_table_is_not_permitted_each_devices_details_say_the_same() {
    let running = tenant(40).await;
    let property = "filevault.filevault_enabled";
    let said = async || {
        let mut said = std::collections::BTreeMap::new();
        for seen in surveyed(&running, &[property]).await.observations {
            said.extend(
                seen.properties.get(property).cloned().map(|value| (seen.device_id, value)),
            );
        }
        said
    };
    let before = running.tenant.requests().total;
    let in_bulk = said().await;
    let bulk_requests = running.tenant.requests().total - before;
    running.tenant.misbehave(Trouble::on("/prism/*", Misbehaviour::Forbidden));
    let one_by_one = said().await;
    let requests = running.tenant.requests().total - before - bulk_requests;
    assert!(!in_bulk.is_empty());
    assert_eq!(in_bulk, one_by_one);
    assert!(usize::try_from(requests).unwrap() > in_bulk.len(), "{requests} after {bulk_requests}");
}

#[tokio::test]
async fn a_list_that_is_not_there_is_no_fault_of_the_address_but_the_device_list_may_be() {
    let running = tenant(2).await;
    running.tenant.misbehave(Trouble::on("/integrations/*", Misbehaviour::NotFound));
    let got = fetched(&running, Wants { ade: true, ..Wants::default() }).await;
    assert_eq!((got.devices.rows.len(), got.degraded.len()), (2, 2), "{:?}", got.degraded);
    for sentence in &got.degraded {
        assert!(sentence.contains("(404); hint: where the device list can be read"), "{sentence}");
        assert!(!sentence.contains("check the organization's name"), "{sentence}");
    }
    running.tenant.misbehave(Trouble::on("/devices", Misbehaviour::NotFound));
    let fault = kandji::fetch::fetch(&running.client(), Wants::default(), &|_| ()).await;
    let fault = fault.unwrap_err().to_string();
    assert!(fault.contains("check the organization's name and the region"), "{fault}");
}

#[tokio::test]
async fn a_user_we_cannot_read_is_a_stranger_not_nobody() {
    let running = tenant(3).await;
    let id = running.tenant.devices()[0].device_id.clone();
    running.tenant.set_field(&id, "user", Value::from(1042)).unwrap();
    let survey = surveyed(&running, &[]).await;
    let user = survey.observations[0].user.as_ref().unwrap();
    assert!(user.id.is_none() && user.email.is_none() && user.name.is_none() && user.archived);
    assert_eq!(survey.notes[0].about, id);
}

#[tokio::test]
async fn a_makers_filler_is_no_serial_and_a_bad_address_no_email() {
    let running = tenant(2).await;
    let device = running.tenant.devices()[0].device_id.clone();
    running.tenant.set_field(&device, "serial_number", "To be filled by O.E.M.".into()).unwrap();
    let user = serde_json::json!({ "id": "u1", "email": "not an address", "name": "Robin" });
    running.tenant.set_field(&device, "user", user).unwrap();
    let survey = surveyed(&running, &[]).await;
    let seen = &survey.observations[0];
    assert_eq!((&seen.serial, seen.filler.as_deref()), (&None, Some("To be filled by O.E.M.")));
    assert_eq!(survey.observations[1].filler, None);
    assert_eq!(seen.user.as_ref().unwrap().email, None);
    assert_eq!(survey.notes.len(), 1);
}

#[tokio::test]
async fn a_reenrolled_device_finds_its_ade_configuration_by_serial() {
    let running = tenant(20).await;
    let device = running.tenant.devices().into_iter().find(|d| d.ade == Some(0)).unwrap();
    // Apple's list still names the enrollment before the last.
    let body = format!(
        r#"{{"count": 1, "next": null, "results": [{{"id": "add1", "serial_number": "{}",
            "mdm_device": {{"id": "old"}}, "dep_account": {{"id": "ade-one"}}}}]}}"#,
        device.serial.to_lowercase()
    );
    let content_type = "application/json".to_owned();
    let what = Misbehaviour::Body { status: 200, content_type, body };
    running.tenant.misbehave(Trouble::on("/integrations/apple/ade/devices", what));
    let survey = surveyed(&running, &[]).await;
    let ade: Vec<&str> =
        survey.observations.iter().filter_map(|seen| seen.ade.as_deref()).collect();
    assert_eq!(ade, ["ade-one"]);
}
