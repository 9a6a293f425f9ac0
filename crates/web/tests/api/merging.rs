//! Assets and custom fields merged over HTTP.

use axum::http::header;
use domain::access::Role;
use serde_json::{Value, json};

use crate::house::{ADMINISTRATOR, House, Text, Who};

async fn asset(house: &House, body: Value) -> String {
    house.post("/assets", body).await.expect(201).body["id"].text()
}

#[tokio::test]
async fn an_asset_is_merged_into_another_with_the_values_that_are_asked_for() {
    let house = House::new().await;
    let purchase = json!({"cost": "10.00", "currency": "EUR"});
    let into = json!({"tag": "IT-1", "name": "desk", "notes": "kept", "purchase": purchase});
    let into = asset(&house, into).await;
    let from = json!({"tag": "SYN1", "name": "mac", "serial": "SYN1", "notes": "lost"});
    let from = asset(&house, from).await;
    let path = format!("/assets/{from}/merge");
    for (body, bad) in [
        (json!({}), "into"),
        (json!({"into": "x"}), "into"),
        (json!({"into": from}), "into"),
        (json!({"into": "ast_0HZX4K9Q2M7RA"}), "into"),
        (json!({"into": into, "take": ["color"]}), "take"),
        (json!({"into": into, "take": ["custodian"]}), "take"),
    ] {
        assert_eq!(house.post(&path, body.clone()).await.bad_fields(), [bad], "{body}");
    }
    let body = json!({"into": into, "take": ["name"]});
    house.ask(Who::Role(Role::Operator), "POST", &path, &body).await.is_problem(403);
    house.ask(Who::Stranger, "POST", &path, &body).await.is_problem(404);
    let stale = house
        .request(ADMINISTRATOR, "POST", &format!("/api/v1{path}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::IF_MATCH, "\"7\"");
    let stale = stale.body(axum::body::Body::from(body.to_string())).unwrap();
    house.send(stale).await.is_problem(412);

    let stays = house.post(&path, body.clone()).await.expect(200);
    assert_eq!(stays.headers[header::ETAG], "\"2\"");
    let stays = stays.body;
    assert_eq!((&stays["id"], &stays["tag"]), (&json!(into), &json!("IT-1")));
    assert_eq!((&stays["name"], &stays["serial"]), (&json!("mac"), &json!("SYN1")));
    assert_eq!((&stays["notes"], &stays["purchase"]["cost"]), (&json!("kept"), &json!("10.00")));
    house.get(&format!("/assets/{from}")).await.is_problem(404);
    house.post(&path, body).await.is_problem(404);

    // The old tag finds it, but nothing is deleted by it.
    let found = house.get("/assets/tag:syn1").await.expect(200).body;
    assert_eq!(found["id"], json!(into));
    house.delete("/assets/tag:SYN1").await.is_problem(404);
    let found = house.get("/assets?q=SYN1").await.expect(200).body;
    assert_eq!(found["items"][0]["id"], json!(into));
    let told = house.get(&format!("/events?subject={from}")).await.expect(200).body;
    assert_eq!(told["items"].as_array().unwrap().len(), 2, "{told}");
    let last = house.get(&format!("/assets/{into}/history")).await.expect(200).body;
    assert_eq!(last["items"][0]["action"], "merged");
    assert_eq!(last["items"][0]["note"], "SYN1 was merged into IT-1");
}

#[tokio::test]
async fn what_is_in_the_way_of_a_merge_is_said_with_what_to_do() {
    let house = House::new().await;
    let [one, other] = [json!({"tag": "A-1"}), json!({"tag": "A-2"})];
    let (one, other) = (asset(&house, one).await, asset(&house, other).await);
    for (id, name) in [(&one, "Robin"), (&other, "Casey")] {
        let employee = house.post("/employees", json!({"name": name})).await.expect(201).body;
        let to = json!({"to": {"kind": "employee", "id": employee["id"]}});
        house.post(&format!("/assets/{id}/checkout"), to).await.expect(200);
    }
    let path = format!("/assets/{one}/merge");
    let refused = house.post(&path, json!({"into": other})).await;
    refused.is_problem(409);
    let detail = refused.body["detail"].text();
    assert!(detail.contains("\"A-1\" is checked out to Robin and \"A-2\" to Casey"), "{detail}");
    house.post(&format!("/assets/{one}/checkin"), json!({})).await.expect(200);
    house.post(&path, json!({"into": other})).await.expect(200);
    let custody = house.get(&format!("/assets/{other}/custody")).await.expect(200).body;
    assert_eq!(custody["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_custom_field_is_merged_into_another_of_its_type() {
    let house = House::new().await;
    for (key, kind) in [("ram", "text"), ("memory", "text"), ("size", "number")] {
        let body = json!({"key": key, "label": key, "type": kind});
        house.post("/fields", body).await.expect(201);
    }
    let id = async |key: &str| house.get(&format!("/fields/{key}")).await.body["id"].text();
    let (memory, size) = (id("memory").await, id("size").await);
    let held = asset(&house, json!({"tag": "A-1", "fields": {"ram": "8"}})).await;
    let path = "/fields/ram/merge";
    let ram = id("ram").await;
    for into in ["x", &size, &ram, "fld_0HZX4K9Q2M7RA"] {
        let refused = house.post(path, json!({"into": into})).await;
        assert_eq!(refused.bad_fields(), ["into"], "{into}");
    }
    let body = json!({"into": memory});
    house.ask(Who::Role(Role::Manager), "POST", path, &body).await.is_problem(403);
    house.ask(Who::Stranger, "POST", &format!("/fields/{ram}/merge"), &body).await.is_problem(404);
    let stays = house.post(path, body.clone()).await.expect(200).body;
    assert_eq!((&stays["id"], &stays["key"]), (&json!(memory), &json!("memory")));
    let asset = house.get(&format!("/assets/{held}")).await.expect(200).body;
    assert_eq!(asset["fields"], json!({"memory": "8"}));
    house.get("/fields/ram").await.is_problem(404);
    house.post(path, body).await.is_problem(404);
}

#[tokio::test]
async fn values_that_would_repeat_keep_two_fields_apart() {
    let house = House::new().await;
    house
        .post("/fields", json!({"key": "card", "label": "Card", "type": "text"}))
        .await
        .expect(201);
    let badge = json!({"key": "badge", "label": "Badge", "type": "text", "unique": true});
    let badge = house.post("/fields", badge).await.expect(201).body["id"].text();
    for (tag, key) in [("A-1", "card"), ("A-2", "badge")] {
        asset(&house, json!({"tag": tag, "fields": {key: "7"}})).await;
    }
    let refused = house.post("/fields/card/merge", json!({"into": badge})).await;
    refused.is_problem(409);
    assert!(refused.body["detail"].text().contains("one value of \"Card\" would repeat"));
    house.get("/fields/card").await.expect(200);
}

#[tokio::test]
async fn what_a_field_got_from_another_is_told_however_many_values_moved() {
    let house = House::new().await;
    for (key, choices) in [("size", ["S", "M"]), ("format", ["M", "XL"])] {
        let body = json!({"key": key, "label": key, "type": "choice", "choices": choices});
        house.post("/fields", body).await.expect(201);
    }
    // More than move in one transaction.
    let rows: Vec<_> = (0..501).map(|n| format!("A-{n},S")).collect();
    let request = house.request(ADMINISTRATOR, "POST", "/api/v1/imports?match=tag");
    let request = request.header(header::CONTENT_TYPE, "text/csv");
    let body = axum::body::Body::from(format!("Asset tag,size\n{}\n", rows.join("\n")));
    let import = house.send(request.body(body).unwrap()).await.expect(201).body;
    let apply = format!("/imports/{}/application", import["id"].text());
    assert_eq!(house.post(&apply, Value::Null).await.expect(200).body["counts"]["create"], 501);
    let into = house.get("/fields/format").await.expect(200).body["id"].text();
    house.post("/fields/size/merge", json!({"into": into})).await.expect(200);
    let events = house.get(&format!("/events?subject={into}")).await.expect(200).body;
    let events = events["items"].as_array().unwrap();
    let moved = |event: &&Value| event["changes"].as_array().is_some_and(|all| !all.is_empty());
    let told: Vec<&Value> =
        events.iter().filter(|event| event["action"] != "created").filter(moved).collect();
    let [told] = told[..] else { panic!("told once: {events:?}") };
    assert_eq!(told["changes"][0]["field"], "fields.choices", "{told}");
    assert_eq!(events.iter().filter(|event| event["action"] == "merged").count(), 1);
}
