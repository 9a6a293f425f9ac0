//! The simulated tenant itself: the same for the same seed, alive, and open to other processes.

use kandji::endpoints::devices;
use kandji::sim::{SimConfig, Tenant, start};
use serde_json::{Value, json};

fn drawn(seed: u64) -> Tenant {
    Tenant::new(SimConfig { devices: 60, seed, ..SimConfig::default() })
}

fn rows(tenant: &Tenant) -> Vec<String> {
    tenant.devices().iter().map(|device| device.row().to_owned()).collect()
}

#[test]
fn the_same_seed_draws_and_lives_the_same_tenant() {
    let (one, two, other) = (drawn(7), drawn(7), drawn(8));
    assert_eq!(rows(&one), rows(&two));
    assert_ne!(rows(&one), rows(&other));
    let live = |tenant: &Tenant| (0..200).map(|_| tenant.step()).collect::<Vec<_>>();
    assert_eq!(live(&one), live(&two));
    assert_eq!(rows(&one), rows(&two));
}

#[test]
fn a_fleet_looks_like_a_company() {
    let tenant = Tenant::new(SimConfig { devices: 1_000, ..SimConfig::default() });
    let (devices, users) = (tenant.devices(), tenant.users());
    assert_eq!((devices.len(), users.len()), (1_000, 500));
    let assigned = devices.iter().filter(|device| device.user.is_some()).count();
    assert!((850..950).contains(&assigned), "{assigned}");
    assert!(users.iter().any(|user| user.archived));
    let macs = devices.iter().filter(|device| device.platform() == "Mac").count();
    assert!((450..650).contains(&macs), "{macs}");
    let serials: std::collections::BTreeSet<_> = devices.iter().map(|d| &d.serial).collect();
    assert_eq!(serials.len(), 1_000);
    let emails: std::collections::BTreeSet<_> =
        users.iter().map(|user| user.email.to_lowercase()).collect();
    assert_eq!(emails.len(), 500);
}

#[test]
fn a_year_of_steps_keeps_rows_in_order_and_in_step_with_the_fleet() {
    let tenant = drawn(3);
    for _ in 0..2_000 {
        tenant.step();
    }
    let devices = tenant.devices();
    assert!(devices.windows(2).all(|pair| pair[0].device_id < pair[1].device_id));
    for device in devices {
        let row: Value = serde_json::from_str(device.row()).unwrap();
        assert_eq!(row["device_id"], json!(device.device_id));
        assert_eq!(row["device_name"], json!(device.name));
        assert_eq!(row["user"] == json!(""), device.user.is_none());
    }
}

#[test]
fn a_lever_on_something_absent_says_so() {
    let error = drawn(1).rename("d-nobody", "x").unwrap_err();
    assert!(error.to_string().starts_with("the simulated tenant has no device \"d-nobody\""));
}

#[tokio::test]
async fn another_process_can_step_it_and_make_it_misbehave() {
    let running = start(SimConfig { devices: 5, ..SimConfig::default() }).await.unwrap();
    let http = http();
    let sim = |path: &str| format!("{}/sim/{path}", running.url());
    let events: Value =
        json_of(http.post(sim("step?n=3")).send().await.unwrap().text().await.unwrap());
    assert_eq!(events["events"].as_array().unwrap().len(), 3);
    let trouble = json!({ "path": "/devices", "times": 1, "kind": "status", "status": 401 });
    let request = http.post(sim("misbehave")).header("content-type", "application/json");
    let state: Value =
        json_of(request.body(trouble.to_string()).send().await.unwrap().text().await.unwrap());
    assert_eq!(state["troubles"][0]["kind"], "status");
    assert!(devices(&running.client(), &|_| ()).await.is_err());
    let state = http.get(sim("state")).send().await.unwrap().text().await.unwrap();
    assert_eq!(json_of(state)["requests"]["counts"]["GET /devices"], 1);
}

fn json_of(text: impl AsRef<str>) -> Value {
    let text = text.as_ref();
    serde_json::from_str(text).unwrap_or_else(|_| panic!("{text}"))
}

#[tokio::test]
async fn the_list_carries_the_recorded_headers_and_honors_its_filters() {
    let running = start(SimConfig { devices: 400, ..SimConfig::default() }).await.unwrap();
    let http = http();
    let get = |query: &str| {
        let url = format!("{}/api/v1/devices/?{query}", running.url());
        http.get(url).bearer_auth(running.token()).send()
    };
    let all = get("limit=1000").await.unwrap();
    assert_eq!(all.headers()["x-total-count"], "400");
    assert_eq!(all.headers()["ratelimit-limit"], "50");
    assert_eq!(json_of(all.text().await.unwrap()).as_array().unwrap().len(), 300);
    let partial = get("serial_number=SYNMAC&ordering=-serial_number&limit=2").await.unwrap();
    let found = json_of(partial.text().await.unwrap());
    assert!(found[0]["serial_number"].as_str() > found[1]["serial_number"].as_str());
    assert_eq!(get("limit=many").await.unwrap().status(), 400);
    let nobody = http.get(format!("{}/api/v1/devices", running.url())).bearer_auth("wrong");
    assert_eq!(nobody.send().await.unwrap().status(), 401);
}

/// An HTTP client that may do anything, unlike ours.
fn http() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}
