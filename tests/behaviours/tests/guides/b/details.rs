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
    world.connect("bluetally", Value::Null).await;
    world.synced().await;
    let details = world.details("SYNMAC1").await;
    let labels: Vec<&str> = details.iter().take(11).map(|(label, _)| label.as_str()).collect();
    assert_eq!(labels, ELEVEN);
    let device = world.sim().device("SYNMAC1");
    let told = |label: &str| details.iter().find(|(found, _)| found == label).unwrap().1.clone();
    assert_eq!(told("Platform"), "Mac");
    assert_eq!(told("OS Version"), device.os_version);
    assert_eq!(told("MDM Enabled"), true);
    assert_eq!(told("Missing"), false);
    assert_eq!(told("Blueprint Name"), device.blueprint_name());

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
