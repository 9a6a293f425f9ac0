//! Views through the API: shared lists, kept under a name.

use serde_json::json;

use crate::house::{House, Text};

#[tokio::test]
async fn views_are_made_listed_changed_and_deleted() {
    let house = House::new().await;
    let new = json!({"name": "Warranty ends", "query": "?warranty_until=next-90-days"});
    let made = house.post("/views", new.clone()).await.expect(201).body;
    assert_eq!(made["query"], "warranty_until=next-90-days");
    assert_eq!((&made["shared"], &made["owner"]), (&json!(true), &json!(null)));
    assert_eq!(house.post("/views", new).await.bad_fields(), ["name"]);
    assert_eq!(house.post("/views", json!({"name": " "})).await.bad_fields(), ["name"]);
    let at = format!("/views/{}", made["id"].text());
    assert_eq!(house.get("/views").await.expect(200).body["items"], json!([made]));
    let changed = house.patch(&at, json!({"name": "Ends soon"})).await.expect(200).body;
    assert_eq!((&changed["name"], &changed["query"]), (&json!("Ends soon"), &made["query"]));
    let of_people = json!({"name": "Ends soon", "list": "employees", "query": "leaver=true"});
    let people = house.post("/views", of_people).await.expect(201).body;
    assert_eq!((&changed["list"], &people["list"]), (&json!("assets"), &json!("employees")));
    let bad = json!({"name": "Other", "list": "products"});
    assert_eq!(house.post("/views", bad).await.bad_fields(), ["list"]);
    house.delete(&at).await.expect(204);
    house.get(&at).await.expect(404);
}
