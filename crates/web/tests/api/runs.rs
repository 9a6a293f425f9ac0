//! Runs: previewed, applied, held, approved, rejected, taken back; and the questions they raise.

use axum::http::header;
use kandji::sim::{DeviceSpec, Misbehaviour, Trouble};
use serde_json::{Value, json};

use crate::house::{House, Text};

/// The first run of this source is not held.
async fn trusting(house: &House, source: &str) {
    let path = format!("/sources/{source}/settings");
    house.patch(&path, json!({"first_run": "apply"})).await.expect(200);
}

#[tokio::test]
async fn a_preview_says_what_would_happen_and_changes_nothing() {
    let house = House::new().await;
    let (_kandji, source) = house.source(3).await;
    let run = house.run(&source, "preview").await;
    assert_eq!(run["state"], "previewed");
    assert_eq!(run["devices"], 3);
    assert!(run["left_this_hour"].as_u64().is_some_and(|left| (9_000..10_000).contains(&left)));
    assert_eq!(run["changes"]["created"], 3);
    assert_eq!(run["source"], source.as_str());
    assert_eq!(house.get("/assets").await.body["total"], 0);

    let id = run["id"].text();
    let page = house.get(&format!("/runs/{id}/changes?limit=2")).await.expect(200).body;
    assert_eq!(page["total"], 3);
    let change = &page["items"][0];
    assert_eq!(change["steps"][0]["step"], "create");
    assert_eq!(change["steps"][0]["reason"]["why"], "new_device");
    assert!(change["steps"][0]["reason"]["sentence"].text().starts_with("New in Kandji"));
    assert_eq!(change["version"], Value::Null);
    let next = format!("/runs/{id}/changes?limit=2&cursor={}", page["next"].text());
    let rest = house.get(&next).await.expect(200).body;
    assert_eq!(rest["items"].as_array().unwrap().len(), 1);
    assert_eq!(rest["next"], Value::Null);
    let linked = house.get(&format!("/runs/{id}/changes?kind=checked_in")).await.expect(200).body;
    assert_eq!((&linked["items"], &linked["total"]), (&json!([]), &json!(0)));
    let said = house.get(&format!("/runs/{id}/changes?kind=broken")).await;
    assert_eq!(said.bad_fields(), ["kind"]);
    let listed = house.get(&format!("/sources/{source}/runs")).await.expect(200).body;
    assert_eq!(listed["items"][0]["id"], id);
    assert_eq!(listed["total"], 1);
}

#[tokio::test]
async fn the_first_run_waits_for_approval_and_is_then_applied() {
    let house = House::new().await;
    let (_kandji, source) = house.source(3).await;
    let run = house.run(&source, "apply").await;
    assert_eq!(run["state"], "needs_review");
    assert!(run["doubts"][0].text().contains("first run"));
    let path = format!("/runs/{}/approval", run["id"].text());
    let approved = house.post(&path, Value::Null).await.expect(200).body;
    assert_eq!(approved["state"], "applied");
    assert_eq!(house.get("/assets").await.body["total"], 3);
    house.post(&path, json!({})).await.is_problem(409);
    house.delete(&path).await.is_problem(409);
}

#[tokio::test]
async fn a_rejected_plan_is_not_done() {
    let house = House::new().await;
    let (_kandji, source) = house.source(3).await;
    let run = house.run(&source, "apply").await;
    let path = format!("/runs/{}/approval", run["id"].text());
    assert_eq!(house.delete(&path).await.expect(200).body["state"], "rejected");
    assert_eq!(house.get("/assets").await.body["total"], 0);
}

#[tokio::test]
async fn an_applied_run_is_taken_back() {
    let house = House::new().await;
    let (_kandji, source) = house.source(3).await;
    trusting(&house, &source).await;
    let run = house.run(&source, "apply").await;
    assert_eq!(run["state"], "applied");
    let asset = house.get("/assets").await.body["items"][0].clone();
    let at = format!("/assets/{}", asset["id"].text());
    let said = house.get(&format!("{at}/sources")).await.expect(200).body;
    assert_eq!(said["items"][0]["details"][0]["label"], "Platform");
    assert_eq!(said["items"][0]["source"]["name"], "Kandji");
    let history = house.get(&format!("{at}/history")).await.body;
    assert_eq!(history["items"][0]["actor"]["kind"], "run");
    assert_eq!(history["total"], history["items"].as_array().unwrap().len());
    house.patch(&at, json!({"notes": "mine now"})).await.expect(200);

    let path = format!("/runs/{}/undo", run["id"].text());
    let undone = house.post(&path, Value::Null).await.expect(200).body;
    assert_eq!(undone["restored"], 2);
    assert_eq!(undone["kept"][0]["asset"], asset["id"]);
    house.post(&path, Value::Null).await.is_problem(409);
    assert_eq!(house.get("/assets").await.body["total"], 1);
}

#[tokio::test]
async fn a_second_run_is_refused_with_the_way_to_the_first() {
    let house = House::new().await;
    let (kandji, source) = house.source(2).await;
    kandji.tenant.misbehave(Trouble::on("/devices", Misbehaviour::Hang));
    let path = format!("/sources/{source}/runs");
    let first = house.post(&path, json!({"mode": "preview"})).await.expect(202);
    assert!(["queued", "running"].contains(&first.body["state"].text().as_str()));
    let second = house.post(&path, json!({"mode": "apply"})).await;
    second.is_problem(409);
    assert_eq!(second.headers[header::LOCATION], first.headers[header::LOCATION]);
    let odd = house.post(&path, json!({"mode": "gently"})).await;
    assert_eq!(odd.bad_fields(), ["mode"]);
    kandji.tenant.behave();
    kandji.shutdown().await;
}

#[tokio::test]
async fn every_device_says_what_became_of_it_and_odd_rows_are_noted() {
    let house = House::new().await;
    let (kandji, source) = house.source(2).await;
    let spec = DeviceSpec { serial: Some(String::new()), ..DeviceSpec::default() };
    let blank = kandji.tenant.add_device(spec);
    kandji.tenant.set_field(&blank, "device_name", Value::Null).unwrap();
    trusting(&house, &source).await;
    let run = house.run(&source, "apply").await;
    let id = run["id"].text();
    let page = house.get(&format!("/runs/{id}/devices?limit=2")).await.expect(200).body;
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    assert_eq!(page["total"], 3);
    let next = format!("/runs/{id}/devices?limit=2&cursor={}", page["next"].text());
    assert_eq!(house.get(&next).await.expect(200).body["items"].as_array().unwrap().len(), 1);
    let left = house.get(&format!("/runs/{id}/devices?changed=false")).await.expect(200).body;
    assert_eq!(left["items"][0]["device_id"], blank.as_str());
    assert_eq!(left["total"], 1);
    assert_eq!(left["items"][0]["verdict"], "unmatched");
    assert!(left["items"][0]["reason"].text().contains("serial"), "{left}");
    let found = house.get(&format!("/runs/{id}/devices?q={blank}")).await.expect(200).body;
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let said = house.get(&format!("/runs/{id}/devices?verdict=odd")).await;
    assert_eq!(said.bad_fields(), ["verdict"]);
    let notes = house.get(&format!("/runs/{id}/notes")).await.expect(200).body;
    assert_eq!(run["notes"], notes["items"].as_array().unwrap().len());
    assert_eq!(run["notes"], notes["total"]);
}

#[tokio::test]
async fn a_question_is_asked_answered_and_acted_on() {
    let house = House::new().await;
    let (kandji, source) = house.source(1).await;
    let serial = kandji.tenant.devices()[0].serial.clone();
    let mut twins = Vec::new();
    for tag in ["A-1", "A-2"] {
        let made = house.post("/assets", json!({"tag": tag, "serial": serial})).await.expect(201);
        twins.push(made.body["id"].text());
    }
    trusting(&house, &source).await;
    house.run(&source, "apply").await;
    let open = house.get("/conflicts").await.expect(200).body;
    assert_eq!(open["total"], 1);
    let question = &open["items"][0];
    assert_eq!(question["kind"], "ambiguous_match");
    assert_eq!(question["source"]["name"], "Kandji");
    assert!(question["question"].text().contains("2 assets"));
    assert_eq!(question["candidates"].as_array().unwrap().len(), 2);

    let path = format!("/conflicts/{}/settlement", question["id"].text());
    for (answer, fields) in [
        (json!({}), vec!["choice"]),
        (json!({"choice": "adopt"}), vec!["asset"]),
        (json!({"choice": "create", "asset": twins[0]}), vec!["asset"]),
        (json!({"choice": "shrug"}), vec!["choice"]),
    ] {
        assert_eq!(house.post(&path, answer.clone()).await.bad_fields(), fields, "{answer}");
    }
    let answer = json!({"choice": "adopt", "asset": twins[1]});
    house.post(&path, answer.clone()).await.expect(204);
    house.post(&path, answer).await.is_problem(412);
    assert_eq!(house.get("/conflicts").await.body["items"], json!([]));
    let run = house.run(&source, "apply").await;
    assert_eq!(run["changes"]["linked"], 1);
    let said = house.get(&format!("/assets/{}/sources", twins[1])).await.body;
    assert_eq!(said["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_run_that_fails_says_why_and_raises_an_alert() {
    let house = House::new().await;
    let (kandji, source) = house.source(2).await;
    kandji.tenant.misbehave(Trouble::on("*", Misbehaviour::Unauthorized));
    let run = house.run(&source, "apply").await;
    assert_eq!(run["state"], "failed");
    assert!(!run["error"].text().is_empty());
    let alerts = house.get("/alerts").await.expect(200).body;
    assert_eq!(alerts["items"][0]["mended_at"], Value::Null);
    assert_eq!(house.get("/alerts?mended=any").await.expect(200).body["items"], alerts["items"]);
    kandji.tenant.behave();
    assert_eq!(alerts["items"][0]["severity"], "danger");
    // Mail is not set up here.
    assert_eq!(alerts["items"][0]["mailed_at"], Value::Null);
    assert_eq!(alerts["items"][0]["mailed_to"], json!([]));
    let held = house.run(&source, "apply").await;
    let open = house.get("/alerts").await.expect(200).body;
    let links: Vec<_> =
        open["items"].as_array().unwrap().iter().map(|a| a["link"].text()).collect();
    assert_eq!(links, [format!("runs/{}", held["id"].text())], "only that a run waits for review");
    let all = house.get("/alerts?mended=any").await.expect(200).body;
    assert!(all["items"][1]["mended_at"].is_string());
}
