//! The Kandji details of an asset.

use behaviours::{Devices, World, mac};
use jiff::SignedDuration;
use serde_json::{Value, json};

const ELEVEN: [&str; 11] = [
    "Platform",
    "OS Version",
    "Last Checkin",
    "MDM Enabled",
    "Agent Installed",
    "Blueprint Name",
    "Missing",
    "Removed",
    "Agent Version",
    "First Enrolled",
    "Last Enrolled",
];

#[tokio::test]
async fn b29_the_eleven_kandji_details_come_first_on_the_assets_page() {
    let world = World::new().await;
    world.sim().add_device(mac("SYNMAC1"));
    let id = world.sim().id_of("SYNMAC1");
    for (key, value) in [
        ("os_version", json!("15.6.1")),
        ("last_check_in", json!("2026-09-01T07:15:42.104233Z")),
        ("mdm_enabled", json!(true)),
        ("agent_installed", json!(false)),
        ("blueprint_name", json!("Engineering Macs")),
        ("is_missing", json!(true)),
        ("is_removed", json!(false)),
        ("agent_version", json!("5.1.22 (5390)")),
        ("first_enrollment", json!("2025-01-26 16:15:36.087016+00:00")),
        ("last_enrollment", json!("2026-02-13 20:09:23+00:00")),
    ] {
        world.sim().set_field(&id, key, value).unwrap();
    }
    world.connect("bluetally", Value::Null).await;
    world.synced().await;
    let details = world.details("SYNMAC1").await;
    let labels: Vec<&str> = details.iter().take(11).map(|(label, _)| label.as_str()).collect();
    assert_eq!(labels, ELEVEN);
    let values: Vec<Value> = details.iter().take(11).map(|(_, value)| value.clone()).collect();
    assert_eq!(
        Value::from(values),
        json!([
            "Mac",
            "15.6.1",
            "2026-09-01T07:15:42.104233Z",
            true,
            false,
            "Engineering Macs",
            true,
            false,
            "5.1.22 (5390)",
            "2025-01-26T16:15:36.087016Z",
            "2026-02-13T20:09:23Z",
        ])
    );

    let page = world.page("assets/SYNMAC1").await.expect(200);
    let mut rest = page.shows("Kandji details").text.split("Kandji details").nth(1).unwrap();
    for label in ELEVEN {
        let term = format!("<dt>{label}</dt>");
        rest = rest.split_once(&term).unwrap_or_else(|| panic!("{label} is out of order")).1;
    }
}

#[tokio::test]
async fn b30_details_are_synced_every_ten_minutes() {
    let world = World::new().await;
    world.sim().add_device(mac("SYNMAC1"));
    world.connect("bluetally", Value::Null).await;
    world.synced().await;
    let os = async || {
        let details = world.details("SYNMAC1").await;
        details.iter().find(|(label, _)| label == "OS Version").unwrap().1.clone()
    };
    let id = world.sim().id_of("SYNMAC1");
    world.sim().set_field(&id, "os_version", json!("99.1")).unwrap();
    assert_ne!(os().await, "99.1");
    world.process().work_in_background();
    world.pass(SignedDuration::from_mins(11));
    let newer = async || (os().await == "99.1").then_some(());
    world.until("the schedule brings the new version", newer).await;
}
