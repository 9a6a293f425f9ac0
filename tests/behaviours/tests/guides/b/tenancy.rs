//! One Kandji tenant each for many tenants, and several for one.

use behaviours::{DeviceSpec, Text, World, mac, unguarded};
use kandji::sim::{self, SimConfig};
use serde_json::{Value, json};

#[tokio::test]
async fn b41_each_tenant_is_connected_to_a_kandji_of_its_own() {
    let world = World::new().await;
    world.sim().add_device(mac("SYNMAC1"));
    world.connect("bluetally", Value::Null).await;
    world.synced().await;
    let sub = json!({"name": "Sub Company", "slug": "sub-company"});
    world.post("/tenants", sub).await.expect(201);
    let token = world.token_in("sub-company").await;
    let other =
        sim::start(SimConfig { devices: 0, seed: 2, ..SimConfig::default() }).await.unwrap();
    other.tenant.add_device(DeviceSpec { name: Some("theirs".into()), ..mac("SYNMAC2") });
    let connect = json!({"api_url": other.url(), "token": other.token(), "preset": "bluetally"});
    let there = async |method: &str, path: &str, body: Value| {
        world.api_as(&token, method, path, &body).await
    };
    there("POST", "/sources", connect).await.expect(201);
    let run = there("POST", "/sources/kandji/runs", json!({"mode": "apply"})).await.expect(202);
    let run = run.body["id"].text();
    let ended = async || {
        let run = there("GET", &format!("/runs/{run}"), Value::Null).await.expect(200).body;
        (run["state"] == "applied").then_some(())
    };
    world.until("the other tenant's run is applied", ended).await;
    let theirs = there("GET", "/assets", Value::Null).await.expect(200).body;
    assert_eq!(
        (theirs["total"].as_i64(), &theirs["items"][0]["tag"]),
        (Some(1), &json!("SYNMAC2"))
    );
    assert_eq!(world.tags().await, ["SYNMAC1"], "neither sees the other's");
}

#[tokio::test]
async fn b41_several_kandji_tenants_feed_one_register_and_the_lower_priority_wins() {
    let world = World::new().await;
    let named = |name: &str| DeviceSpec { name: Some(name.into()), ..mac("SYNMAC1") };
    world.sim().add_device(named("first"));
    let rules = json!({"first_run": "apply", "priority": 10});
    world.connect("recommended", rules).await;
    let other =
        sim::start(SimConfig { devices: 0, seed: 2, ..SimConfig::default() }).await.unwrap();
    other.tenant.add_device(named("second"));
    let second = json!({"name": "Second", "api_url": other.url(), "token": other.token()});
    world.post("/sources", second).await.expect(201);
    let settings = |more: Value| async {
        world.patch("/sources/second/settings", more).await.expect(200);
    };
    settings(unguarded()).await;
    settings(json!({"first_run": "apply", "priority": 20, "interval_minutes": 60})).await;
    let run_second = async || {
        world.pass(jiff::SignedDuration::from_mins(1));
        let run = world.post("/sources/second/runs", json!({"mode": "apply"})).await.expect(202);
        world.ended(run.header("location").strip_prefix("/api/v1").unwrap()).await
    };
    world.synced().await;
    let run = run_second().await;
    assert_eq!(run["changes"]["linked"], 1, "one asset, linked from both: {run}");
    assert_eq!(world.tags().await, ["SYNMAC1"]);
    assert_eq!(world.asset("SYNMAC1").await["name"], "first");
    settings(json!({"priority": 5})).await;
    run_second().await;
    assert_eq!(world.asset("SYNMAC1").await["name"], "second", "the better source's word");
    world.synced().await;
    assert_eq!(world.asset("SYNMAC1").await["name"], "second", "they do not take turns");
    let first = world.source().await;
    assert_eq!(
        (&first["settings"]["interval_minutes"], &first["priority"]),
        (&json!(10), &json!(10))
    );
    let said = world.get("/assets/tag:SYNMAC1/sources").await.expect(200).body;
    assert_eq!(said["items"].list().len(), 2);
}
