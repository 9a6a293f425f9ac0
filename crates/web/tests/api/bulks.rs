//! Many assets through the API: previewed, applied, taken back.

use domain::access::Role;
use serde_json::{Value, json};

use crate::house::{House, Text, Who};

const OPERATOR: Who = Who::Role(Role::Operator);

#[tokio::test]
async fn a_bulk_is_previewed_applied_and_taken_back() {
    let house = House::new().await;
    let ids = [house.asset("A-1").await, house.asset("A-2").await];
    let place = house.post("/locations", json!({"name": "Store"})).await.body["id"].clone();
    let body = json!({"action": "edit", "assets": [ids[0], "tag:a-2"],
        "fields": {"location": place, "purchase": {"cost": "499.90"}}});
    let made = house.post("/bulks", body).await.expect(201);
    let bulk = made.body;
    assert_eq!((&bulk["state"], &bulk["assets"]["fits"]), (&json!("ready"), &json!(2)));
    let path = format!("/bulks/{}", bulk["id"].text());
    let list = house.get(&format!("{path}/assets?limit=1")).await.expect(200).body;
    assert_eq!((&list["total"], list["items"].as_array().unwrap().len()), (&json!(2), 1));
    let change = &list["items"][0]["changes"][0];
    let expect = json!({"field": "location", "before": null, "after": place});
    assert_eq!(change, &expect);
    let rest = format!("{path}/assets?cursor={}", list["next"].text());
    assert_eq!(house.get(&rest).await.expect(200).body["next"], Value::Null);
    assert_eq!(house.get(&format!("/assets/{}", ids[0])).await.body["location"], Value::Null);

    let applied = house.post(&format!("{path}/application"), json!({"note": "moved"})).await;
    let applied = applied.expect(200).body;
    assert_eq!((&applied["state"], &applied["assets"]["done"]), (&json!("applied"), &json!(2)));
    house.post(&format!("{path}/application"), Value::Null).await.is_problem(409);
    let history = house.get(&format!("/assets/{}/history", ids[0])).await.body;
    assert_eq!(history["items"][0]["note"], "moved");
    assert_eq!(history["items"][0]["cause"], json!({"kind": "bulk", "id": bulk["id"]}));

    house.get(&format!("{path}/undo")).await.is_problem(404);
    let note = json!({"purchase": {"cost": "10.00"}});
    house
        .ask(crate::house::ADMINISTRATOR, "PATCH", &format!("/assets/{}", ids[1]), &note)
        .await
        .expect(200);
    let undone = house.post(&format!("{path}/undo"), Value::Null).await.expect(200).body;
    assert_eq!((&undone["restored"], &undone["kept"][0]["asset"]), (&json!(2), &json!(ids[1])));
    assert_ne!(undone["finished_at"], Value::Null);
    house.post(&format!("{path}/undo"), Value::Null).await.is_problem(409);
    assert_eq!(house.get("/bulks?limit=1").await.expect(200).body["items"][0]["id"], bulk["id"]);
}

#[tokio::test]
async fn everything_a_query_finds_is_taken() {
    let house = House::new().await;
    house.asset("MAC-1").await;
    house.asset("MAC-2").await;
    house.asset("PHONE").await;
    let body = json!({"action": "archive", "query": "q=mac&sort=-tag"});
    let bulk = house.post("/bulks", body).await.expect(201).body;
    assert_eq!(bulk["assets"]["total"], 2);
    let bad = json!({"action": "archive", "query": "status=nope"});
    house.post("/bulks", bad).await.is_problem(422);
    let bad = json!({"action": "archive", "query": "color=red"});
    house.post("/bulks", bad).await.is_problem(422);
}

#[tokio::test]
async fn bad_bulks_are_refused_with_the_field_named() {
    let house = House::new().await;
    let id = house.asset("A-1").await;
    for (body, field) in [
        (json!({}), "action"),
        (json!({"action": "archive"}), "assets"),
        (json!({"action": "archive", "assets": [id], "query": ""}), "assets"),
        (json!({"action": "archive", "assets": []}), "assets"),
        (json!({"action": "archive", "assets": ["tag:GONE"]}), "assets"),
        (json!({"action": "explode", "assets": [id]}), "action"),
        (json!({"action": "edit", "assets": [id]}), "fields"),
        (json!({"action": "edit", "assets": [id], "fields": {"tag": "X"}}), "tag"),
        (json!({"action": "edit", "assets": [id], "fields": {"status": null}}), "status"),
        (json!({"action": "check_out", "assets": [id]}), "to"),
    ] {
        let problem = house.post("/bulks", body.clone()).await;
        problem.is_problem(422);
        assert!(
            problem.body.to_string().contains(&format!("\"{field}\"")),
            "{body}: {}",
            problem.body
        );
    }
}

#[tokio::test]
async fn operators_hand_over_and_may_do_no_more() {
    let house = House::new().await;
    let id = house.asset("A-1").await;
    let robin = house.employee("Robin Sample").await;
    let body = json!({"action": "archive", "assets": [id]});
    house.ask(OPERATOR, "POST", "/bulks", &body).await.is_problem(403);
    let archive = house.post("/bulks", body).await.expect(201).body;
    let apply = format!("/bulks/{}/application", archive["id"].text());
    house.ask(OPERATOR, "POST", &apply, &Value::Null).await.is_problem(403);
    let body = json!({"action": "check_out", "assets": [id], "due_on": "2026-12-24",
        "to": {"kind": "employee", "id": robin}});
    let out = house.ask(OPERATOR, "POST", "/bulks", &body).await.expect(201).body;
    let path = format!("/bulks/{}", out["id"].text());
    house.ask(OPERATOR, "POST", &format!("{path}/application"), &Value::Null).await.expect(200);
    assert_eq!(house.get(&format!("/assets/{id}")).await.body["due_on"], "2026-12-24");
    house.ask(OPERATOR, "POST", &format!("{path}/undo"), &Value::Null).await.expect(200);
    assert_eq!(house.get(&format!("/assets/{id}")).await.body["custodian"], Value::Null);
}
