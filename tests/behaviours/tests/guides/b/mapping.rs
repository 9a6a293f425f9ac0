//! Which value becomes the asset tag, and which the name.

use behaviours::{DeviceSpec, Text, World, mac};
use serde_json::{Value, json};

fn device() -> DeviceSpec {
    DeviceSpec {
        name: Some("Robin’s Mac".into()),
        asset_tag: Some("IT-0042".into()),
        ..mac("SYNMAC1")
    }
}

#[tokio::test]
async fn b8_the_asset_tag_is_the_serial_the_name_or_the_kandji_asset_tag() {
    for (from, tag) in
        [("serial_number", "SYNMAC1"), ("device_name", "Robin’s Mac"), ("asset_tag", "IT-0042")]
    {
        let world = World::new().await;
        world.sim().add_device(device());
        world.connect("bluetally", json!({"tag_from": from})).await;
        world.synced().await;
        assert_eq!(world.tags().await, [tag]);
        assert_eq!(world.asset(tag).await["serial"], "SYNMAC1");
    }
}

#[tokio::test]
async fn b9_an_asset_tag_is_unique_in_the_whole_tenant_however_it_is_spelled() {
    let world = World::new().await;
    world.make(json!({"tag": "IT-0042"})).await;
    let twin = world.post("/assets", json!({"tag": " it-0042 "})).await;
    assert_eq!(twin.bad_fields(), ["tag"]);
    world.make(json!({"tag": "IT-0043"})).await;
    let renamed = world.patch("/assets/tag:IT-0043", json!({"tag": "IT-0042"})).await;
    assert_eq!(renamed.bad_fields(), ["tag"]);

    world.sim().add_device(device());
    world.connect("bluetally", json!({"tag_from": "asset_tag"})).await;
    let run = world.synced().await;
    assert_eq!(run["changes"]["created"], 0, "the tag is somebody else's");
    assert_eq!(world.tags().await, ["IT-0042", "IT-0043"]);
}

#[tokio::test]
async fn b10_the_name_is_the_serial_the_name_the_kandji_asset_tag_or_unmapped() {
    for (from, name) in [
        (json!("serial_number"), json!("SYNMAC1")),
        (json!("device_name"), json!("Robin’s Mac")),
        (json!("asset_tag"), json!("IT-0042")),
        (Value::Null, Value::Null),
    ] {
        let world = World::new().await;
        world.sim().add_device(device());
        world.connect("bluetally", json!({"name_from": from})).await;
        world.synced().await;
        assert_eq!(world.asset("SYNMAC1").await["name"], name, "from {from}");
    }
}

#[tokio::test]
async fn b10_names_need_not_be_unique() {
    let world = World::new().await;
    for serial in ["SYNMAC1", "SYNMAC2"] {
        world.sim().add_device(DeviceSpec { name: Some("Mac".into()), ..mac(serial) });
    }
    world.connect("bluetally", json!({"name_from": "device_name"})).await;
    world.synced().await;
    for serial in ["SYNMAC1", "SYNMAC2"] {
        assert_eq!(world.asset(serial).await["name"], "Mac");
    }
}

#[tokio::test]
async fn b23_of_devices_that_share_the_mapped_value_the_first_is_added_and_the_others_are_shown() {
    let world = World::new().await;
    for serial in ["SYNMAC1", "SYNMAC2", "SYNMAC3"] {
        world.sim().set_now(world.sim().now() + jiff::SignedDuration::from_hours(1));
        world.sim().add_device(DeviceSpec { name: Some("Shared".into()), ..mac(serial) });
    }
    world.connect("bluetally", json!({"tag_from": "device_name"})).await;
    let run = world.synced().await;
    assert_eq!(run["changes"]["created"], 1);
    assert_eq!(world.asset("Shared").await["serial"], "SYNMAC1", "the first to enroll");
    let conflicts = world.conflicts().await;
    assert_eq!(conflicts.len(), 2);
    for serial in ["SYNMAC2", "SYNMAC3"] {
        let asked = conflicts.iter().find(|asked| asked["device"]["serial"] == serial).unwrap();
        assert_eq!(asked["kind"], "tag_taken");
        let first = world.decision(&run, "SYNMAC1").await["device_id"].text();
        assert!(asked["question"].text().contains(&first), "it names the other: {asked}");
        world.page("conflicts").await.expect(200).shows(serial);
    }
}

#[tokio::test]
async fn b37_the_tag_mapping_is_fixed_after_the_first_run_and_changes_by_adding_anew() {
    let world = World::new().await;
    world.sim().add_device(device());
    world.connect("bluetally", Value::Null).await;
    world.settings(json!({"tag_from": "device_name"})).await;
    world.settings(json!({"tag_from": "serial_number"})).await;
    world.synced().await;
    let refused = world.patch("/sources/kandji/settings", json!({"tag_from": "asset_tag"})).await;
    let refused = refused.expect(409);
    assert!(refused.text.contains("fixed after the first applied run"), "{}", refused.text);
    let preset = world.settings(json!({"preset": "reftab"})).await;
    assert_eq!(preset["settings"]["tag_from"], "serial_number", "a preset leaves it alone");

    // The way out: take the source and its assets away, connect with the new mapping.
    world.post("/sources/kandji/disable", Value::Null).await.expect(200);
    world.delete("/sources/kandji").await.expect(204);
    world.delete("/assets/tag:SYNMAC1").await.expect(204);
    world.connect("bluetally", json!({"tag_from": "asset_tag"})).await;
    world.synced().await;
    assert_eq!(world.tags().await, ["IT-0042"]);
}

#[tokio::test]
async fn b37_a_deleted_asset_is_added_again_at_the_next_run() {
    let world = World::new().await;
    world.sim().add_device(device());
    world.connect("bluetally", Value::Null).await;
    world.synced().await;
    world.delete("/assets/tag:SYNMAC1").await.expect(204);
    assert_eq!(world.synced().await["changes"]["created"], 1);
    assert_eq!(world.tags().await, ["SYNMAC1"]);
}
