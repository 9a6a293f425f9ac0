//! Who has what: checked out to people, places and things, and back in.

use axum::http::header;
use domain::access::Role;
use serde_json::{Value, json};

use crate::house::{ADMINISTRATOR, House, Text, Who};

const OPERATOR: Who = Who::Role(Role::Operator);

#[tokio::test]
async fn an_operator_checks_out_and_in() {
    let house = House::new().await;
    let asset = house.asset("A-1").await;
    let robin = house.employee("Robin Sample").await;
    let body = json!({"to": {"kind": "employee", "id": robin}, "due_on": "2026-12-24",
        "note": "new starter"});
    let path = format!("/assets/{asset}/checkout");
    let out = house.ask(OPERATOR, "POST", &path, &body).await.expect(200).body;
    let who = json!({"kind": "employee", "id": robin, "name": "Robin Sample"});
    assert_eq!(out["custodian"], who);
    assert_eq!(out["due_on"], "2026-12-24");
    house.ask(OPERATOR, "POST", &path, &body).await.is_problem(409);

    let held = house.get(&format!("/employees/{robin}/assets")).await.expect(200).body;
    assert_eq!(held["items"][0]["tag"], "A-1");
    assert_eq!(house.get(&format!("/employees/{robin}")).await.body["holds"], 1);
    let filtered = house.get(&format!("/assets?employee={robin}")).await.expect(200).body;
    assert_eq!(filtered["total"], 1);

    let history = house.get(&format!("/assets/{asset}/history")).await.body;
    assert_eq!(history["items"][0]["action"], "checked_out");
    assert_eq!(history["items"][0]["note"], "new starter");

    let path = format!("/assets/{asset}/checkin");
    let back = house.ask(OPERATOR, "POST", &path, &Value::Null).await.expect(200).body;
    assert_eq!(back["custodian"], Value::Null);
    assert_eq!(back["due_on"], Value::Null);
    house.ask(OPERATOR, "POST", &path, &json!({"note": "again"})).await.is_problem(409);
}

#[tokio::test]
async fn places_and_other_assets_can_have_it_too() {
    let house = House::new().await;
    let (dock, laptop) = (house.asset("DOCK-1").await, house.asset("MBP-1").await);
    let place = house.post("/locations", json!({"name": "Store"})).await.body["id"].clone();
    let path = format!("/assets/{dock}/checkout");
    let body = json!({"to": {"kind": "asset", "id": laptop}});
    let out = house.post(&path, body).await.expect(200).body;
    assert_eq!(out["custodian"], json!({"kind": "asset", "id": laptop, "name": "MBP-1"}));
    let path = format!("/assets/{laptop}/checkout");
    let body = json!({"to": {"kind": "location", "id": place}});
    let out = house.post(&path, body).await.expect(200).body;
    assert_eq!(out["custodian"]["name"], "Store");
    let path = format!("/locations/{}/assets", place.text());
    let held = house.get(&path).await.expect(200).body;
    assert_eq!((&held["total"], &held["items"][0]["tag"]), (&json!(1), &json!("MBP-1")));
}

#[tokio::test]
async fn a_custodian_that_is_none_is_refused() {
    let house = House::new().await;
    let asset = house.asset("A-1").await;
    let path = format!("/assets/{asset}/checkout");
    for bad in [
        json!({}),
        json!({"to": "emp_0HZX4K9Q2M7RA"}),
        json!({"to": {"kind": "cupboard", "id": "loc_0HZX4K9Q2M7RA"}}),
        json!({"to": {"kind": "employee", "id": "loc_0HZX4K9Q2M7RA"}}),
        json!({"to": {"kind": "asset", "id": asset}}),
    ] {
        assert_eq!(house.post(&path, bad.clone()).await.bad_fields(), ["to"], "{bad}");
    }
    let nobody = json!({"to": {"kind": "employee", "id": "emp_0HZX4K9Q2M7RA"}});
    house.post(&path, nobody).await.is_problem(404);
    assert_eq!(house.get("/assets/tag:A-1").await.body["version"], 1);
}

#[tokio::test]
async fn verbs_heed_the_version_expected() {
    let house = House::new().await;
    let asset = house.asset("A-1").await;
    let robin = house.employee("Robin Sample").await;
    let out = json!({"to": {"kind": "employee", "id": robin}}).to_string();
    for (method, verb, body) in [
        ("POST", "/checkout", out.as_str()),
        ("POST", "/checkin", ""),
        ("POST", "/archive", ""),
        ("POST", "/unarchive", ""),
        ("DELETE", "", ""),
    ] {
        let path = format!("/api/v1/assets/{asset}{verb}");
        let request = house.request(ADMINISTRATOR, method, &path).header(header::IF_MATCH, "\"7\"");
        house.send(request.body(body.to_owned().into()).unwrap()).await.is_problem(412);
    }
    assert_eq!(house.get("/assets/tag:A-1").await.body["version"], 1);
}
