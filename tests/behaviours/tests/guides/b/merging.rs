//! Existing assets: merged or left alone, and known again later.

use behaviours::{DeviceSpec, Devices, Text, World, mac};
use serde_json::{Value, json};

#[tokio::test]
async fn b19_with_merging_on_an_existing_asset_is_adopted_with_its_history_and_details() {
    let world = World::new().await;
    let casey = world.employee("Casey Cole", "casey@example.com").await;
    world.make(json!({"tag": "SYNMAC1", "name": "Front desk", "notes": "scratched lid"})).await;
    world.hand_to("SYNMAC1", "employee", &casey, "before Kandji").await;
    let before = world.history("SYNMAC1").await;
    world.sim().add_device(mac("SYNMAC1"));
    world.connect("bluetally", json!({"on_match": "adopt"})).await;
    let run = world.synced().await;
    assert_eq!((&run["changes"]["created"], &run["changes"]["linked"]), (&json!(0), &json!(1)));
    let asset = world.asset("SYNMAC1").await;
    assert_eq!((&asset["name"], &asset["notes"]), (&json!("Front desk"), &json!("scratched lid")));
    assert_eq!(asset["custodian"]["name"], "Casey Cole");
    assert_eq!(asset["product"]["name"], "MacBook Pro (14-inch, 2023)", "blanks are filled");
    let after = world.history("SYNMAC1").await;
    assert_eq!(after[..before.len()], before, "history is kept");
    assert!(!world.details("SYNMAC1").await.is_empty(), "it is synced from now on");
}

#[tokio::test]
async fn b20_merging_looks_at_the_asset_tag_alone() {
    let world = World::new().await;
    world.make(json!({"tag": "OLD-1", "serial": "SYNMAC1"})).await;
    world.make(json!({"tag": "mac of synmac2"})).await;
    for serial in ["SYNMAC1", "SYNMAC2"] {
        world.sim().add_device(mac(serial));
    }
    let settings = json!({"on_match": "adopt", "tag_from": "device_name"});
    world.connect("bluetally", settings).await;
    let run = world.synced().await;
    assert_eq!((&run["changes"]["created"], &run["changes"]["linked"]), (&json!(1), &json!(1)));
    assert_eq!(world.tags().await, ["mac of SYNMAC1", "mac of synmac2", "OLD-1"]);
    assert_eq!(world.asset("mac of synmac2").await["serial"], "SYNMAC2", "however it is spelled");
}

#[tokio::test]
async fn b21_with_merging_off_an_existing_asset_is_neither_synced_nor_doubled() {
    let world = World::new().await;
    world.make(json!({"tag": "SYNMAC1", "name": "Front desk"})).await;
    let before = world.asset("SYNMAC1").await;
    world.sim().add_device(mac("SYNMAC1"));
    world.connect("bluetally", Value::Null).await;
    let run = world.synced().await;
    assert_eq!(world.asset("SYNMAC1").await, before);
    assert_eq!(world.tags().await, ["SYNMAC1"]);
    let decision = world.decision(&run, "SYNMAC1").await;
    assert!(
        decision["reason"].text().contains("merging with existing assets is off"),
        "{decision}"
    );

    world.settings(json!({"on_match": "adopt"})).await;
    assert_eq!(world.synced().await["changes"]["linked"], 1, "turned on, it is merged");
}

#[tokio::test]
async fn b22_a_wiped_and_enrolled_again_device_is_the_same_asset_by_its_serial() {
    let world = World::new().await;
    world.sim().add_device(mac("SYNMAC1"));
    world.connect("bluetally", Value::Null).await;
    world.synced().await;
    let (id, old) = (world.asset("SYNMAC1").await["id"].text(), world.sim().id_of("SYNMAC1"));
    let new = world.sim().wipe("SYNMAC1");
    assert_ne!(old, new, "Kandji hands out a new device id");
    let run = world.synced().await;
    assert_eq!(run["changes"]["created"], 0);
    assert_eq!(world.tags().await, ["SYNMAC1"]);
    let said =
        world.get(&format!("/assets/{id}/sources")).await.expect(200).body["items"][0].clone();
    assert_eq!((&said["device_id"], &said["past"]), (&json!(new), &json!([old])));
}

#[tokio::test]
async fn b22_two_rows_of_one_machine_make_one_asset_and_the_newest_stands_for_it() {
    let world = World::new().await;
    world.sim().add_device(mac("SYNMAC1"));
    world.connect("bluetally", Value::Null).await;
    world.synced().await;
    world.advance(1);
    let twin = DeviceSpec { name: Some("enrolled again".into()), ..mac("SYNMAC1") };
    let newest = world.sim().add_device(twin);
    world.synced().await;
    assert_eq!(world.tags().await, ["SYNMAC1"]);
    let said = world.get("/assets/tag:SYNMAC1/sources").await.expect(200).body;
    assert_eq!(said["items"][0]["device_id"], newest);
    let conflicts = world.conflicts().await;
    assert_eq!(conflicts.len(), 1, "the older row is a question: {conflicts:#?}");
    assert_eq!(conflicts[0]["kind"], "duplicate_serial");
}
