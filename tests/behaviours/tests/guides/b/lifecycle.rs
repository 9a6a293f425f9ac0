//! Wiped, deleted, disabled, archived.

use behaviours::{DeviceSpec, Devices, Text, World, all_on, mac};
use serde_json::{Value, json};

/// SYNMAC1 and SYNMAC2, both Robin's, synced; and Casey.
async fn robins_macs() -> (World, String) {
    let world = World::new().await;
    let robin = world.colleague("Robin Reyes", "robin@example.com").await;
    let casey = world.colleague("Casey Cole", "casey@example.com").await;
    for serial in ["SYNMAC1", "SYNMAC2"] {
        world.sim().add_device(DeviceSpec { user: Some(robin.clone()), ..mac(serial) });
    }
    world.connect("bluetally", json!({"assign": {"on_assign": true, "on_change": true}})).await;
    world.synced().await;
    (world, casey)
}

#[tokio::test]
async fn b35_a_wiped_device_stays_with_its_last_user_until_someone_else_has_it() {
    let (world, casey) = robins_macs().await;
    // Wiped, and not back yet: Kandji lists it no more.
    let device = world.sim().device("SYNMAC1");
    world.sim().vanish("SYNMAC1");
    world.synced().await;
    assert_eq!(world.holder("SYNMAC1").await, "Robin Reyes");
    // Enrolled again under a new id, by nobody yet.
    world.advance(2);
    world.sim().add_device(DeviceSpec { name: Some(device.name), ..mac("SYNMAC1") });
    world.synced().await;
    assert_eq!(world.tags().await, ["SYNMAC1", "SYNMAC2"], "no duplicate");
    assert_eq!(world.holder("SYNMAC1").await, "Robin Reyes");
    // Assigned to its new user.
    world.sim().give("SYNMAC1", Some(&casey));
    world.synced().await;
    assert_eq!(world.holder("SYNMAC1").await, "Casey Cole");
    let told = world.custody_of("SYNMAC1").await;
    let why = "Its user in Kandji changed to Casey Cole.";
    assert_eq!(
        told[1..],
        [format!("checked_in (Kandji): {why}"), format!("checked_out (Kandji): {why}")]
    );
}

#[tokio::test]
async fn b36_a_device_deleted_in_kandji_keeps_its_asset_and_its_last_user() {
    let (world, _) = robins_macs().await;
    let before = world.asset("SYNMAC1").await;
    world.sim().vanish("SYNMAC1");
    for _ in 0..4 {
        world.advance(24);
        world.synced().await;
    }
    assert_eq!(world.asset("SYNMAC1").await, before, "days later it stands as it stood");
}

#[tokio::test]
async fn b36_an_archived_asset_is_out_of_sight_with_its_history_kept() {
    let (world, _) = robins_macs().await;
    world.sim().vanish("SYNMAC1");
    world.synced().await;
    let before = world.history("SYNMAC1").await;
    world.post("/assets/tag:SYNMAC1/archive", Value::Null).await.expect(200);
    let daily = world.get("/assets").await.expect(200).body;
    assert_eq!(daily["total"], 1);
    assert_eq!(daily["items"][0]["tag"], "SYNMAC2");
    world.page("assets").await.expect(200).hides("SYNMAC1");
    let kept = world.get("/assets?archived=true").await.expect(200).body;
    assert_eq!(kept["items"][0]["tag"], "SYNMAC1");
    assert_eq!(kept["items"][0]["custodian"]["name"], "Robin Reyes");
    assert_eq!(world.history("SYNMAC1").await[..before.len()], before);
    world.synced().await;
    assert!(world.asset("SYNMAC1").await["archived_at"].is_string(), "syncing leaves it archived");
    world.post("/assets/tag:SYNMAC1/unarchive", Value::Null).await.expect(200);
    assert_eq!(world.get("/assets").await.body["total"], 2);
}

#[tokio::test]
async fn b38_disabling_keeps_the_assets_and_stops_the_schedule() {
    let (world, casey) = robins_macs().await;
    let before = world.asset("SYNMAC1").await;
    let off = world.post("/sources/kandji/disable", Value::Null).await.expect(200).body;
    assert_eq!((&off["enabled"], &off["next_run_at"]), (&json!(false), &Value::Null));
    world.sim().give("SYNMAC1", Some(&casey));
    world.advance(48);
    assert_eq!(world.asset("SYNMAC1").await, before);
    assert_eq!(world.tags().await.len(), 2);
    let id = off["id"].text();
    world.form(&format!("sources/{id}/delete"), &[("confirm", "Kandji")]).await;
    assert_eq!(world.tags().await.len(), 2, "even without the source");
}

#[tokio::test]
async fn b38_enabled_again_it_goes_on_where_it_stopped() {
    let (world, casey) = robins_macs().await;
    world.settings(all_on()).await;
    world.post("/sources/kandji/disable", Value::Null).await.expect(200);
    world.sim().give("SYNMAC1", Some(&casey));
    world.post("/sources/kandji/enable", Value::Null).await.expect(200);
    let run = world.synced().await;
    assert_eq!(run["changes"]["created"], 0);
    assert_eq!(world.holder("SYNMAC1").await, "Casey Cole");
}
