//! Location and status by enrollment configuration.

use behaviours::{DeviceSpec, World, mac};
use serde_json::{Value, json};

/// The first of the simulated tenant's two configurations.
const ADE: &str = "ade00000-0000-4000-8000-000000000001";

fn enrolled(serial: &str) -> DeviceSpec {
    DeviceSpec { ade: Some(Some(0)), ..mac(serial) }
}

async fn with_rule(apply: &str) -> (World, String) {
    let world = World::new().await;
    let (place, pending) = (world.location("Lab").await, world.status("pending").await);
    world.sim().add_device(enrolled("SYNMAC1"));
    world.sim().add_device(DeviceSpec { ade: Some(Some(1)), ..mac("SYNMAC2") });
    world.sim().add_device(mac("SYNMAC3"));
    let rule = json!({"ade_id": ADE, "location": place, "status": pending, "apply": apply});
    world.connect("bluetally", json!({"ade_rules": [rule]})).await;
    world.synced().await;
    (world, pending)
}

#[tokio::test]
async fn b28_devices_of_an_enrollment_configuration_get_its_location_and_status() {
    let (world, pending) = with_rule("on_create").await;
    let asset = world.asset("SYNMAC1").await;
    assert_eq!(
        (&asset["location"]["name"], &asset["status"]["id"]),
        (&json!("Lab"), &json!(pending))
    );
    for other in ["SYNMAC2", "SYNMAC3"] {
        let asset = world.asset(other).await;
        assert_eq!((&asset["location"], &asset["status"]["kind"]), (&Value::Null, &json!("ready")));
    }
    world.sim().add_device(enrolled("SYNMAC4"));
    world.synced().await;
    assert_eq!(world.asset("SYNMAC4").await["location"]["name"], "Lab", "whenever one is added");
}

#[tokio::test]
async fn b28_a_persons_word_stays_unless_the_rule_says_always() {
    for (apply, stands_at) in [("on_create", "Desk"), ("always", "Lab")] {
        let (world, pending) = with_rule(apply).await;
        let (desk, ready) = (world.location("Desk").await, world.status("ready").await);
        world.edit("SYNMAC1", json!({"location": desk, "status": ready})).await;
        world.synced().await;
        let asset = world.asset("SYNMAC1").await;
        assert_eq!(asset["location"]["name"], stands_at, "{apply}");
        let status = if apply == "always" { pending } else { ready };
        assert_eq!(asset["status"]["id"], status, "{apply}");
    }
}
