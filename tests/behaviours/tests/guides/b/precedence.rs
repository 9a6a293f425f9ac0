//! Whose word stands for a name.

use behaviours::{Devices, World, mac};
use serde_json::{Value, json};

#[tokio::test]
async fn b39_a_mapped_name_edited_by_hand_is_overridden_at_the_next_run() {
    let world = World::new().await;
    world.sim().add_device(mac("SYNMAC1"));
    world.connect("bluetally", json!({"name_from": "device_name"})).await;
    world.synced().await;
    world.edit("SYNMAC1", json!({"name": "named here"})).await;
    world.synced().await;
    assert_eq!(world.asset("SYNMAC1").await["name"], "mac of SYNMAC1");
    let last = world.history("SYNMAC1").await.pop().unwrap();
    assert_eq!(
        (&last["actor"]["kind"], &last["changes"][0]["before"]),
        (&json!("run"), &json!("named here"))
    );
}

#[tokio::test]
async fn b40_an_unmapped_name_is_never_overridden() {
    let world = World::new().await;
    world.sim().add_device(mac("SYNMAC1"));
    world.connect("bluetally", Value::Null).await;
    world.synced().await;
    world.edit("SYNMAC1", json!({"name": "named here"})).await;
    world.sim().call_it("SYNMAC1", "renamed in Kandji");
    world.synced().await;
    assert_eq!(world.asset("SYNMAC1").await["name"], "named here");
}
