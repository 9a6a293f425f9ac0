//! Employees: added, found, listed.

use axum::http::header;
use serde_json::{Value, json};

use crate::house::{House, Text};

#[tokio::test]
async fn an_employee_is_added_and_found() {
    let house = House::new().await;
    let given = json!({"name": "Robin Sample", "email": "robin@example.com"});
    let made = house.post("/employees", given).await.expect(201);
    let id = made.body["id"].text();
    assert_eq!(made.headers[header::LOCATION], format!("/api/v1/employees/{id}"));
    assert_eq!(made.body["leaver"], false);
    assert_eq!(made.body["department"], Value::Null);
    assert_eq!(house.get(&format!("/employees/{id}")).await.expect(200).body, made.body);
    house.employee("Alex Other").await;
    let listed = house.get("/employees").await.expect(200).body;
    assert_eq!(listed["total"], 2);
    assert_eq!(listed["items"][1], made.body);
    let found = house.get("/employees?q=robin").await.expect(200).body;
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let first = house.get("/employees?limit=1&sort=-name").await.expect(200).body;
    assert_eq!(first["items"][0]["name"], "Robin Sample");
    let next = format!("/employees?limit=1&sort=-name&cursor={}", first["next"].text());
    assert_eq!(house.get(&next).await.expect(200).body["items"][0]["name"], "Alex Other");
}

#[tokio::test]
async fn what_is_no_employee_is_refused_by_field() {
    let house = House::new().await;
    let robin = json!({"name": "Robin Sample", "email": "robin@example.com"});
    house.post("/employees", robin).await.expect(201);
    for (given, fields) in [
        (json!({}), vec!["name"]),
        (json!({"name": "  "}), vec!["name"]),
        (json!({"name": "x", "email": "no address"}), vec!["email"]),
        (json!({"name": "x", "email": "ROBIN@example.com"}), vec!["email"]),
        (json!({"nmae": "x", "email": 7}), vec!["nmae", "name", "email"]),
    ] {
        assert_eq!(house.post("/employees", given.clone()).await.bad_fields(), fields, "{given}");
    }
}
