//! How often, how long, one at a time, and only ever reading.

use behaviours::{Devices, Misbehaviour, Text, Trouble, World, all_on, mac};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

async fn runs(world: &World) -> Vec<Value> {
    world.get("/sources/kandji/runs").await.expect(200).body["items"].list().to_vec()
}

fn at(value: &Value) -> Timestamp {
    value.text().parse().unwrap()
}

#[tokio::test]
async fn b32_a_run_starts_every_ten_minutes() {
    let world = World::with_devices(3).await;
    world.connect("bluetally", Value::Null).await;
    let due = at(&world.source().await["next_run_at"]);
    let waits = due.duration_since(world.clock.now());
    assert_eq!(waits, SignedDuration::from_mins(10));
    world.process().work_in_background();
    for count in 1..=2 {
        world.pass(SignedDuration::from_mins(11));
        let applied = async || {
            let runs = runs(&world).await;
            let done = runs.iter().all(|run| run["state"] == "applied");
            (runs.len() == count && done).then(|| runs[0].clone())
        };
        let run = world.until("a scheduled run", applied).await;
        assert_eq!(run["trigger"], "schedule");
        let next = at(&world.source().await["next_run_at"]).duration_since(world.clock.now());
        let spread = SignedDuration::from_mins(10)..=SignedDuration::from_mins(11);
        assert!(spread.contains(&next), "the next is ten minutes on, a little spread: {next}");
    }
}

#[tokio::test]
async fn b32_runs_of_one_source_never_overlap() {
    let world = World::with_devices(3).await;
    world.connect("bluetally", Value::Null).await;
    world.sim().misbehave(Trouble::on("/devices", Misbehaviour::Hang));
    let first = world.start("apply").await;
    let second = world.post("/sources/kandji/runs", json!({"mode": "apply"})).await.expect(409);
    assert_eq!(second.header("location"), format!("/api/v1{first}"));
    world.sim().behave();
    assert_eq!(world.ended(&first).await["state"], "applied");
    world.synced().await;
}

#[tokio::test]
async fn b33_the_first_sync_is_a_few_requests_not_forty_minutes() {
    let world = World::with_devices(650).await;
    world.connect("bluetally", Value::Null).await;
    world.sim().forget_requests();
    let run = world.synced().await;
    assert_eq!((&run["devices"], &run["changes"]["created"]), (&json!(650), &json!(650)));
    assert_eq!(run["requests"], 4, "three pages and the empty one behind them");
    assert_eq!(world.sim().requests().total, 4);
}

#[tokio::test]
async fn b34_nothing_but_get_requests_ever_reaches_kandji() {
    let world = World::with_devices(10).await;
    let everything = json!({
        "assign": {"on_assign": true, "on_change": true, "on_removed": true},
        "employees": {"create": true, "import_directory": true},
        "name_from": "hardware_overview.memory",
        "absence": {"action": "archive"},
    });
    world.connect("bluetally", everything).await;
    world.synced().await;
    let serial = world.sim().devices()[0].serial.clone();
    world.edit(&serial, json!({"name": "named here", "serial": "SYNOTHER"})).await;
    world.post("/sources/kandji/disable", Value::Null).await.expect(200);
    world.post("/sources/kandji/enable", Value::Null).await.expect(200);
    world.sim().vanish(&serial);
    world.sync().await;
    let asked = world.sim().requests();
    assert!(asked.total > 10);
    assert!(asked.refused.is_empty(), "{:?}", asked.refused);
    assert!(asked.latest.iter().all(|request| request.method == "GET"));
}

#[tokio::test]
async fn b34_what_is_changed_here_stays_here() {
    let world = World::new().await;
    let robin = world.colleague("Robin Reyes", "robin@example.com").await;
    world.sim().add_device(mac("SYNMAC1"));
    world.sim().give("SYNMAC1", Some(&robin));
    world.connect("bluetally", all_on()).await;
    world.synced().await;
    let row = world.sim().device("SYNMAC1").row().to_owned();
    world.edit("SYNMAC1", json!({"name": "named here"})).await;
    world.take_back("SYNMAC1", "here alone").await;
    world.synced().await;
    assert_eq!(world.sim().device("SYNMAC1").row(), row);
}
