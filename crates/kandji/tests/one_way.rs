//! Kandji is only read (B34): whatever we do, nothing but GET arrives.

use kandji::endpoints::{
    ade_devices, ade_integrations, blueprints, device_details, devices, licensing, prism, users,
};
use kandji::probe;
use kandji::sim::{Dated, Misbehaviour, SimConfig, Trouble, start};
use kandji::{Permission, PrismCategory};

#[tokio::test]
async fn only_get_requests_arrive_whatever_is_read_and_whatever_goes_wrong() {
    let running = start(SimConfig { devices: 40, ..SimConfig::default() }).await.unwrap();
    let client = running.client();
    running.tenant.misbehave(Trouble::on("*", Misbehaviour::Status { status: 503 }).times(3));
    let walk = devices(&client, &|_| ()).await.unwrap();
    device_details(&client, &walk.rows[0].device_id).await.unwrap();
    ade_integrations(&client).await.unwrap();
    ade_devices(&client).await.unwrap();
    users(&client).await.unwrap();
    blueprints(&client).await.unwrap();
    licensing(&client).await.unwrap();
    for category in PrismCategory::ALL {
        prism(&client, category).await.unwrap();
    }
    probe::test(&client).await;
    let tally = running.tenant.requests();
    assert!(tally.total > 20);
    assert!(tally.latest.iter().all(|seen| seen.method == "GET"));
    assert_eq!(tally.refused, [""; 0]);
}

#[tokio::test]
async fn the_simulated_tenant_refuses_and_remembers_anything_but_get() {
    let running = start(SimConfig { devices: 3, ..SimConfig::default() }).await.unwrap();
    let url = running.url() + "/api/v1/devices";
    let http = http();
    let response = http.delete(url).bearer_auth(running.token()).send().await.unwrap();
    assert_eq!(response.status(), 405);
    assert_eq!(running.tenant.requests().refused, ["DELETE /devices"]);
}

#[tokio::test]
async fn the_test_asks_little_and_names_every_missing_permission() {
    let running = start(SimConfig { devices: 3, ..SimConfig::default() }).await.unwrap();
    let tested = probe::test(&running.client()).await;
    assert!(tested.ok && tested.capabilities.iter().all(|capability| capability.ok));
    assert_eq!(running.tenant.requests().total, 8);
    assert_eq!(tested.told_at, None, "its server does not tell the time");
    running.tenant.tell_time(Dated::ByMachine);
    assert!(probe::test(&running.client()).await.told_at.is_some());

    running
        .tenant
        .misbehave(Trouble::on("/integrations/apple/ade/devices", Misbehaviour::Forbidden));
    running.tenant.misbehave(Trouble::on("/users", Misbehaviour::Unauthorized));
    running.tenant.misbehave(Trouble::on("/prism/*", Misbehaviour::NotFound));
    let tested = probe::test(&running.client()).await;
    assert!(tested.ok);
    assert!(
        tested
            .detail
            .ends_with("not available: List ADE devices, List Users, Prism: Device information"),
        "{}",
        tested.detail
    );
    let users = tested.capabilities.iter().find(|c| c.permission == Permission::ListUsers).unwrap();
    assert!(users.detail.contains("it lacks \"List Users\""));
    assert!(users.needed_for.starts_with("departments"));
}

#[tokio::test]
async fn a_wrong_token_never_passes_for_a_working_connection() {
    let running = start(SimConfig { devices: 3, ..SimConfig::default() }).await.unwrap();
    running.tenant.misbehave(Trouble::on("*", Misbehaviour::Unauthorized));
    let tested = probe::test(&running.client()).await;
    assert!(!tested.ok && tested.detail.contains("refused the API token (401)"));
    assert_eq!(running.tenant.requests().total, 1);
    let [only] = &tested.capabilities[..] else { panic!("{:?}", tested.capabilities) };
    assert!(!only.ok && only.permission == Permission::DeviceList);
}

#[tokio::test]
async fn a_tenant_without_devices_is_still_a_working_connection() {
    let running = start(SimConfig { devices: 0, ..SimConfig::default() }).await.unwrap();
    let tested = probe::test(&running.client()).await;
    assert!(tested.ok && tested.capabilities.iter().all(|capability| capability.ok), "{tested:?}");
}

/// An HTTP client that may do anything, unlike ours.
fn http() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}
