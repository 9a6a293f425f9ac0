//! Sources over a simulated tenant: tried, connected, changed, disabled, taken away.

use kandji::sim::{self, Misbehaviour, SimConfig, Trouble};
use serde_json::{Value, json};

use crate::house::{ADMINISTRATOR, House, Text};

#[tokio::test]
async fn a_connection_is_tried_and_forgotten() {
    let house = House::new().await;
    let kandji = sim::start(SimConfig { devices: 2, ..SimConfig::default() }).await.unwrap();
    let good = json!({"kind": "kandji", "api_url": kandji.url(), "token": kandji.token()});
    let tested = house.post("/sources/test", good).await.expect(200).body;
    assert_eq!(tested["ok"], true);
    assert_eq!(tested["capabilities"][0]["label"], "Device list");
    let wrong = json!({"api_url": kandji.url(), "token": "00000000-0000-4000-8000-00000000dead"});
    let tested = house.post("/sources/test", wrong).await.expect(200).body;
    assert_eq!(tested["ok"], false);
    assert!(!tested["detail"].text().is_empty());
    let abroad = json!({"api_url": "https://example.com", "token": "x"});
    assert_eq!(house.post("/sources/test", abroad).await.bad_fields(), ["api_url"]);
    assert_eq!(house.post("/sources/test", json!({})).await.bad_fields(), ["api_url", "token"]);
    assert_eq!(house.get("/sources").await.body["total"], 0);
}

#[tokio::test]
async fn a_source_that_does_not_answer_is_not_stored() {
    let house = House::new().await;
    let kandji = sim::start(SimConfig { devices: 2, ..SimConfig::default() }).await.unwrap();
    kandji.tenant.misbehave(Trouble::on("/devices", Misbehaviour::Forbidden));
    let given = json!({"name": "Kandji", "api_url": kandji.url(), "token": kandji.token()});
    let said = house.post("/sources", given).await;
    assert_eq!(said.bad_fields(), ["connection"]);
    assert!(said.body["detail"].text().contains("Device list"), "{}", said.text);
    assert_eq!(house.get("/sources").await.body["total"], 0);
}

#[tokio::test]
async fn a_source_is_connected_and_never_tells_its_token() {
    let house = House::new().await;
    let (kandji, id) = house.source(2).await;
    let read = house.get(&format!("/sources/{id}")).await.expect(200).body;
    assert_eq!(read["kind"], "kandji");
    assert_eq!(read["health"]["state"], "ok");
    assert_eq!(read["enabled"], true);
    assert_eq!(read["settings"]["preset"], "recommended");
    assert_eq!(read["settings"]["interval_minutes"], 10);
    assert!(read["next_run_at"].is_string());
    assert_eq!(house.get("/sources/kandji").await.expect(200).body, read);
    assert_eq!(house.get("/sources").await.body["items"][0], read);
    let again = json!({"name": "KANDJI", "api_url": kandji.url(), "token": kandji.token()});
    assert_eq!(house.post("/sources", again).await.bad_fields(), ["name"]);
    let odd = json!({"kind": "jamf", "api_url": kandji.url(), "token": "x", "preset": "best"});
    assert_eq!(house.post("/sources", odd).await.bad_fields(), ["kind", "preset"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_settings_is_previewed_and_not_saved() {
    let house = House::new().await;
    let (_kandji, id) = house.source(12).await;
    let path = format!("/sources/{id}/settings/preview");
    let change = json!({"assign": {"on_assign": true}, "employees": {"create": true}});
    let never = house.post(&path, change.clone()).await.expect(200).body;
    assert_eq!((&never["devices"], &never["then"]), (&Value::Null, &Value::Null));
    house.run(&id, "apply").await;
    let told = house.post(&path, change).await.expect(200).body;
    assert_eq!(told["changed"], json!(["assign", "employees"]));
    assert_eq!((&told["devices"], &told["then"]["changes"]["created"]), (&json!(12), &json!(12)));
    assert_eq!(told["now"]["changes"]["checked_out"], 0);
    assert!(told["then"]["changes"]["checked_out"].as_u64().unwrap() > 0);
    assert_eq!(told["examples"][0]["by"], "then");
    let read = house.get(&format!("/sources/{id}")).await.body;
    assert_eq!(read["settings"]["assign"]["on_assign"], false);
    let bad = house.post(&path, json!({"interval_minutes": 1, "colour": 2})).await;
    assert_eq!(bad.bad_fields(), ["colour"]);
}

#[tokio::test]
async fn a_new_connection_replaces_the_old_only_if_it_works() {
    let house = House::new().await;
    let (kandji, id) = house.source(2).await;
    let path = format!("/sources/{id}/connection");
    let wrong = json!({"api_url": kandji.url(), "token": "00000000-0000-4000-8000-00000000dead"});
    let said = house.ask(ADMINISTRATOR, "PUT", &path, &wrong).await;
    assert_eq!(said.bad_fields(), ["connection"]);
    assert_eq!(house.run(&id, "preview").await["state"], "previewed");
    let other = sim::start(SimConfig { devices: 3, ..SimConfig::default() }).await.unwrap();
    let right = json!({"api_url": other.url(), "token": other.token()});
    let saved = house.ask(ADMINISTRATOR, "PUT", &path, &right).await.expect(200).body;
    assert_eq!(saved["api_url"].text().trim_end_matches('/'), other.url());
    assert_eq!(house.run(&id, "preview").await["devices"], 3);
}

#[tokio::test]
async fn settings_are_merged_and_each_wrong_one_is_named() {
    let house = House::new().await;
    let (_kandji, id) = house.source(1).await;
    let path = format!("/sources/{id}/settings");
    let patch =
        json!({"preset": "bluetally", "interval_minutes": 30, "assign": {"on_assign": true}});
    let settings = house.patch(&path, patch).await.expect(200).body["settings"].clone();
    assert_eq!(settings["preset"], "bluetally");
    assert_eq!(settings["on_match"], "skip");
    assert_eq!(settings["interval_minutes"], 30);
    let assign = json!({"on_assign": true, "on_change": false, "on_removed": false});
    assert_eq!(settings["assign"], assign);
    let bad = json!({"interval": 5, "on_match": "maybe"});
    let said = house.patch(&path, bad).await;
    let mut fields = said.bad_fields();
    fields.sort_unstable();
    assert_eq!(fields, ["interval", "on_match"]);
    let said = house.patch(&path, json!({"interval_minutes": 2})).await;
    assert_eq!(said.bad_fields(), ["interval_minutes"]);
    let said = house.patch(&path, json!({"preset": "best"})).await;
    assert_eq!(said.bad_fields(), ["preset"]);
}

#[tokio::test]
async fn a_source_is_connected_with_settings_over_its_preset_or_not_at_all() {
    let house = House::new().await;
    let kandji = sim::start(SimConfig { devices: 1, ..SimConfig::default() }).await.unwrap();
    let new = |name: &str, preset: Value, settings: Value| {
        json!({"name": name, "api_url": kandji.url(), "token": kandji.token(),
            "preset": preset, "settings": settings})
    };
    let nowhere = json!([{"from": "os_version", "to": "os", "authority": "mirror"}]);
    for (preset, settings, fields) in [
        (Value::Null, json!({"interval_minutes": 30, "on_match": "maybe"}), vec!["on_match"]),
        (Value::Null, json!({"interval": 5, "assign": 1}), vec!["assign", "interval"]),
        (Value::Null, json!({"interval_minutes": 2}), vec!["interval_minutes"]),
        (Value::Null, json!({"preset": "best"}), vec!["preset"]),
        (json!("reftab"), json!({"preset": "bluetally"}), vec!["preset"]),
        (Value::Null, json!({"fields": nowhere}), vec!["fields"]),
        (Value::Null, json!("reftab"), vec!["settings"]),
    ] {
        let said = house.post("/sources", new("Kandji", preset, settings)).await;
        let mut named = said.bad_fields();
        named.sort_unstable();
        assert_eq!(named, fields, "{}", said.text);
    }
    assert_eq!(house.get("/sources").await.body["total"], 0, "nothing is stored");
    assert_eq!(house.get("/fields").await.body["total"], 0);

    let over = json!({"interval_minutes": 30, "assign": {"on_assign": true}});
    let made = house.post("/sources", new("Beside", json!("bluetally"), over.clone())).await;
    let beside = made.expect(201).body["settings"].clone();
    assert_eq!((&beside["preset"], &beside["on_match"]), (&json!("bluetally"), &json!("skip")));
    assert_eq!(beside["interval_minutes"], 30);
    let assign = json!({"on_assign": true, "on_change": false, "on_removed": false});
    assert_eq!(beside["assign"], assign);
    let mut inside = over;
    inside["preset"] = json!("bluetally");
    let made = house.post("/sources", new("Inside", Value::Null, inside)).await;
    assert_eq!(made.expect(201).body["settings"], beside);
    let reftab = new("Reftab", json!("reftab"), json!({"preset": "reftab"}));
    let made = house.post("/sources", reftab).await.expect(201).body;
    assert_eq!(made["settings"]["fields"][0]["to"], "kandjiid");
}

#[tokio::test]
async fn a_disabled_source_is_enabled_only_when_it_answers() {
    let house = House::new().await;
    let (kandji, id) = house.source(1).await;
    let off = house.post(&format!("/sources/{id}/disable"), json!({})).await.expect(200).body;
    assert_eq!((&off["enabled"], &off["next_run_at"]), (&json!(false), &Value::Null));
    kandji.tenant.misbehave(Trouble::on("*", Misbehaviour::Unauthorized));
    let said = house.post(&format!("/sources/{id}/enable"), Value::Null).await;
    assert_eq!(said.bad_fields(), ["connection"]);
    kandji.tenant.behave();
    let on = house.post(&format!("/sources/{id}/enable"), json!({})).await.expect(200).body;
    assert_eq!(on["enabled"], true);
    assert!(on["next_run_at"].is_string());
}

#[tokio::test]
async fn what_is_done_with_a_source_is_an_event_and_what_its_runs_do_is_not() {
    let house = House::new().await;
    let (kandji, id) = house.source(2).await;
    house.patch(&format!("/sources/{id}/settings"), json!({"first_run": "apply"})).await;
    assert_eq!(house.run(&id, "apply").await["state"], "applied");
    assert_eq!(house.run(&id, "apply").await["state"], "applied");
    let again = json!({"api_url": kandji.url(), "token": kandji.token()});
    let path = format!("/sources/{id}/connection");
    house.ask(ADMINISTRATOR, "PUT", &path, &again).await.expect(200);
    house.post(&format!("/sources/{id}/disable"), json!({})).await.expect(200);
    house.post(&format!("/sources/{id}/enable"), json!({})).await.expect(200);
    house.delete(&format!("/sources/{id}")).await.expect(204);
    let said = house.get("/events?subject=source").await.expect(200);
    assert!(!said.text.contains(kandji.token()), "{}", said.text);
    let told: Vec<String> = said.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| format!("{} {}", event["action"].text(), event["changes"][0]["field"].text()))
        .collect();
    let expect = [
        "created name",
        "updated fields.settings.first_run",
        "updated fields.token",
        "updated fields.enabled",
        "updated fields.enabled",
        "deleted name",
    ];
    assert_eq!(told, expect);
    let first = &said.body["items"][1];
    assert_eq!(first["subject"], json!({"kind": "source", "id": id}));
    let changes =
        json!([{"field": "fields.settings.first_run", "before": "preview", "after": "apply"}]);
    assert_eq!((&first["changes"], &first["actor"]["kind"]), (&changes, &json!("token")));
    let field = "/events?field=fields.settings.first_run";
    assert_eq!(house.get(field).await.expect(200).body["items"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_source_is_renamed_and_keeps_its_runs_and_settings() {
    let house = House::new().await;
    let (_kandji, id) = house.source(1).await;
    let run = house.run(&id, "preview").await;
    let held = house.get(&format!("/sources/{id}")).await.expect(200).body;
    let by_name = format!("/sources/{}", held["name"].text());
    let saved = house.patch(&by_name, json!({"name": "  Acme-EU "})).await.expect(200).body;
    assert_eq!((&saved["name"], &saved["id"]), (&json!("Acme-EU"), &json!(id)));
    assert_eq!((&saved["settings"], &saved["last_run"]), (&held["settings"], &run["id"]));
    assert!(saved["updated_at"].text() >= held["updated_at"].text());
    house.get(&by_name).await.is_problem(404);
    assert_eq!(house.get("/sources/acme-eu").await.expect(200).body, saved);
    // What is left out stays, and the name it has is no change.
    assert_eq!(house.patch("/sources/acme-eu", json!({})).await.expect(200).body, saved);
    let same = house.patch("/sources/acme-eu", json!({"name": "Acme-EU"})).await.expect(200);
    assert_eq!(same.body, saved);
    for bad in ["", &"x".repeat(101)] {
        let said = house.patch("/sources/acme-eu", json!({"name": bad})).await;
        assert_eq!(said.bad_fields(), ["name"]);
    }
    let odd = house.patch("/sources/acme-eu", json!({"priority": 1})).await;
    assert_eq!(odd.status, 422, "{}", odd.text);
    let told = house.get("/events?subject=source&action=updated").await.expect(200).body;
    let change = json!([{"field": "name", "before": held["name"], "after": "Acme-EU"}]);
    assert_eq!(
        (told["items"].as_array().unwrap().len(), &told["items"][0]["changes"]),
        (1, &change)
    );
}

#[tokio::test]
async fn a_source_taken_away_leaves_its_assets() {
    let house = House::new().await;
    let (_kandji, id) = house.source(2).await;
    house.patch(&format!("/sources/{id}/settings"), json!({"first_run": "apply"})).await;
    assert_eq!(house.run(&id, "apply").await["state"], "applied");
    house.delete(&format!("/sources/{id}")).await.expect(204);
    house.get(&format!("/sources/{id}")).await.is_problem(404);
    assert_eq!(house.get("/assets").await.body["total"], 2);
}

#[tokio::test]
async fn a_stored_connection_is_tested_again_and_missing_fields_are_made() {
    let house = House::new().await;
    let (kandji, id) = house.source(2).await;
    let tested = house.post(&format!("/sources/{id}/test"), json!({})).await.expect(200).body;
    assert_eq!(tested["ok"], true);
    assert_eq!(tested["capabilities"][0]["label"], "Device list");
    kandji.tenant.misbehave(Trouble::on("/devices", Misbehaviour::Forbidden));
    let tested = house.post(&format!("/sources/{id}/test"), json!({})).await.expect(200).body;
    assert_eq!(tested["ok"], false);
    let health = house.get(&format!("/sources/{id}")).await.body["health"].clone();
    assert_eq!(health["detail"], tested["detail"], "what was found is kept");
    let preset = json!({"preset": "reftab"});
    house.patch(&format!("/sources/{id}/settings"), preset).await.expect(200);
    let field = house.get("/fields").await.body["items"][0].clone();
    assert_eq!(field["key"], "kandjiid");
    house.delete("/fields/kandjiid").await.expect(204);
    let made = house.post(&format!("/sources/{id}/fields"), json!({})).await.expect(200).body;
    assert_eq!(made, json!({"made": ["kandjiid"]}));
    house.get("/fields/kandjiid").await.expect(200);
    let again = house.post(&format!("/sources/{id}/fields"), json!({})).await.expect(200).body;
    assert_eq!(again, json!({"made": []}));
}
