//! Assets: made, read, changed, archived, deleted.

use axum::http::header;
use serde_json::{Value, json};

use crate::house::{ADMINISTRATOR, House, Text};

#[tokio::test]
async fn only_the_tag_is_required_and_the_status_is_the_first_that_is_ready() {
    let house = House::new().await;
    let made = house.post("/assets", json!({"tag": "MBP-0042"})).await.expect(201);
    assert_eq!(made.body["tag"], "MBP-0042");
    assert_eq!(made.body["status"]["kind"], "ready");
    assert_eq!(made.body["version"], 1);
    let at = made.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert_eq!(at, format!("/api/v1/assets/{}", made.body["id"].text()));
    let read = house.get(at.trim_start_matches("/api/v1")).await.expect(200);
    assert_eq!(read.body, made.body);
    assert_eq!(read.headers[header::ETAG], "\"1\"");
    for spelled in ["/assets/tag:MBP-0042", "/assets/tag:mbp-0042"] {
        assert_eq!(house.get(spelled).await.expect(200).body, made.body);
    }
}

#[tokio::test]
async fn references_are_written_as_ids_and_read_with_their_names() {
    let house = House::new().await;
    house.field("memory", "number", json!({})).await;
    let place = house.post("/locations", json!({"name": "Prague"})).await.expect(201).body;
    let repair = house.get("/statuses").await.body["items"][2].clone();
    let given = json!({
        "tag": "MBP-1", "name": "Robin’s MacBook", "serial": "SYN0001",
        "location": place["id"], "status": repair["id"],
        "purchase": {"on": "2026-01-31", "cost": "499.90", "order": "PO-7"},
        "warranty_until": "2029-01-31", "notes": "two\nlines", "fields": {"memory": 32}
    });
    let made = house.post("/assets", given).await.expect(201).body;
    assert_eq!(made["location"], json!({"id": place["id"], "name": "Prague"}));
    assert_eq!(made["status"]["name"], repair["name"]);
    let purchase = json!({"on": "2026-01-31", "cost": "499.90", "currency": "USD",
        "order": "PO-7", "supplier": null});
    assert_eq!(made["purchase"], purchase);
    assert_eq!(made["fields"], json!({"memory": 32}));
    assert_eq!(made["notes"], "two\nlines");
}

#[tokio::test]
async fn what_cannot_be_taken_is_named_field_by_field() {
    let house = House::new().await;
    let said = house.post("/assets", json!({"name": "x", "colour": "red", "size": 1})).await;
    assert_eq!(said.bad_fields(), ["colour", "size"]);
    assert_eq!(house.post("/assets", json!({"name": "x"})).await.bad_fields(), ["tag"]);
    for (given, field) in [
        (json!({"tag": " "}), "tag"),
        (json!({"tag": "a", "location": "emp_0HZX4K9Q2M7RA"}), "location"),
        (json!({"tag": "a", "warranty_until": "soon"}), "warranty_until"),
        (json!({"tag": "a", "purchase": {"cost": "much"}}), "purchase.cost"),
        (json!({"tag": "a", "purchase": {"price": "1"}}), "purchase.price"),
        (json!({"tag": "a", "purchase": {"on": "2025-02-30"}}), "purchase.on"),
        (json!({"tag": "a", "purchase": {"cost": 12.5}}), "purchase.cost"),
        (json!({"tag": "a", "purchase": {"currency": "EURO"}}), "purchase.currency"),
        (json!({"tag": "a", "purchase": {"order": "x".repeat(201)}}), "purchase.order"),
        (json!({"tag": "a", "name": "x".repeat(201)}), "name"),
        (json!({"tag": "a", "name": "two\nlines"}), "name"),
        (json!({"tag": "a", "name": 7}), "name"),
        (json!({"tag": "a", "name": "\u{0}"}), "name"),
        (json!({"tag": "a", "name": "\u{7}"}), "name"),
        (json!({"tag": "a", "fields": {"memory": ["\u{0}"]}}), "fields"),
        (json!({"tag": "a", "fields": {"memory": {"gb": 32}}}), "fields.memory"),
    ] {
        assert_eq!(house.post("/assets", given.clone()).await.bad_fields(), [field], "{given}");
    }
    for (given, told) in [
        (json!({"warranty_until": "tomorrow"}), "\"tomorrow\" is no day; hint: write it like"),
        (json!({"purchase": {"on": "x"}}), "\"purchase.on\": \"x\" is no day; hint: write it"),
        (json!({"purchase": {"cost": 12.5}}), "12.5 is no text; hint: write it in quotes"),
        (json!({"purchase": {"currency": "EURO"}}), "\"EURO\" is no currency; hint: three"),
    ] {
        let said = house.post("/assets", given.clone()).await.body["detail"].text();
        assert!(said.contains(told), "{given}: {said}");
    }
    assert_eq!(house.get("/assets").await.body["total"], 0);
}

#[tokio::test]
async fn every_reference_to_nothing_is_named_by_its_field() {
    let house = House::new().await;
    house.asset("A-1").await;
    let dangling = json!({"location": "loc_0HZX4K9Q2M7RA", "status": "sta_0HZX4K9Q2M7RA",
        "product": "prd_0HZX4K9Q2M7RA", "category": "cat_0HZX4K9Q2M7RA",
        "department": "dep_0HZX4K9Q2M7RA", "purchase": {"supplier": "sup_0HZX4K9Q2M7RA"}});
    let mut new = dangling.clone();
    new["tag"] = "A-2".into();
    for said in [house.post("/assets", new).await, house.patch("/assets/tag:A-1", dangling).await] {
        said.is_problem(422);
        let mut fields = said.bad_fields();
        fields.sort_unstable();
        let expect =
            ["category", "department", "location", "product", "purchase.supplier", "status"];
        assert_eq!(fields, expect);
        assert!(said.text.contains("no supplier \\\"sup_0HZX4K9Q2M7RA\\\""), "{}", said.text);
    }
    assert_eq!(house.get("/assets").await.body["total"], 1);
}

#[tokio::test]
async fn tags_are_unique_however_they_are_spelled() {
    let house = House::new().await;
    let first = house.asset("MBP-1").await;
    house.asset("MBP-2").await;
    assert_eq!(house.post("/assets", json!({"tag": "mbp-1"})).await.bad_fields(), ["tag"]);
    let said = house.patch("/assets/tag:MBP-2", json!({"tag": "MBP-1"})).await;
    assert_eq!(said.bad_fields(), ["tag"]);
    house.post(&format!("/assets/{first}/archive"), json!({})).await.expect(200);
    assert_eq!(house.post("/assets", json!({"tag": "MBP-1"})).await.bad_fields(), ["tag"]);
}

#[tokio::test]
async fn a_patch_leaves_what_it_leaves_out_and_clears_what_is_null() {
    let house = House::new().await;
    for key in ["a", "b", "c"] {
        house.field(key, "number", json!({})).await;
    }
    let given = json!({"tag": "A-1", "name": "one", "notes": "n", "fields": {"a": 1, "b": 2},
        "purchase": {"cost": "10", "order": "PO-1"}});
    house.post("/assets", given).await.expect(201);
    let patch = json!({"name": null, "fields": {"a": null, "c": 3}, "purchase": {"order": null}});
    let changed = house.patch("/assets/tag:A-1", patch).await.expect(200);
    assert_eq!(changed.body["name"], Value::Null);
    assert_eq!(changed.body["notes"], "n");
    assert_eq!(changed.body["fields"], json!({"b": 2, "c": 3}));
    assert_eq!(changed.body["purchase"]["cost"], "10.00");
    assert_eq!(changed.body["purchase"]["order"], Value::Null);
    assert_eq!(changed.headers[header::ETAG], "\"2\"");
    let cleared = house.patch("/assets/tag:A-1", json!({"fields": null, "purchase": null})).await;
    assert_eq!(cleared.body["fields"], json!({}));
    assert_eq!(cleared.body["purchase"]["cost"], Value::Null);
    assert_eq!(house.patch("/assets/tag:A-1", json!({"tag": null})).await.bad_fields(), ["tag"]);
    let said = house.patch("/assets/tag:A-1", json!({"status": null})).await;
    assert_eq!(said.bad_fields(), ["status"]);
    let said = house.patch("/assets/tag:A-1", json!({"custodian": null, "id": "x"})).await;
    assert_eq!(said.bad_fields(), ["custodian", "id"]);
}

#[tokio::test]
async fn a_patch_that_changes_nothing_writes_no_event() {
    let house = House::new().await;
    house.asset("A-1").await;
    let same = house.patch("/assets/tag:A-1", json!({"tag": "A-1", "name": null})).await;
    assert_eq!(same.expect(200).body["version"], 1);
    let none = house.patch("/assets/tag:A-1", json!({})).await;
    assert_eq!(none.expect(200).body["version"], 1);
}

#[tokio::test]
async fn if_match_guards_against_someone_quicker() {
    let house = House::new().await;
    let id = house.asset("A-1").await;
    let path = format!("/api/v1/assets/{id}");
    let send = async |version: &str, body: &str| {
        let request =
            house.request(ADMINISTRATOR, "PATCH", &path).header(header::IF_MATCH, version);
        house.send(request.body(body.to_owned().into()).unwrap()).await
    };
    send("\"1\"", "{\"name\":\"one\"}").await.expect(200);
    send("\"1\"", "{\"name\":\"two\"}").await.is_problem(412);
    send("\"1\"", "{}").await.is_problem(412);
    send("*", "{\"name\":\"three\"}").await.expect(200);
    assert_eq!(send("\"x\"", "{}").await.bad_fields(), ["If-Match"]);
    assert_eq!(house.get("/assets/tag:A-1").await.body["name"], "three");
}

#[tokio::test]
async fn the_archived_are_out_of_sight_until_they_are_brought_back() {
    let house = House::new().await;
    let id = house.asset("A-1").await;
    house.asset("A-2").await;
    let archived = house.post(&format!("/assets/{id}/archive"), Value::Null).await.expect(200);
    assert!(archived.body["archived_at"].is_string());
    house.post(&format!("/assets/{id}/archive"), json!({})).await.is_problem(409);
    for (asked, tags) in
        [("", vec!["A-2"]), ("?archived=true", vec!["A-1"]), ("?archived=any", vec!["A-1", "A-2"])]
    {
        let body = house.get(&format!("/assets{asked}")).await.expect(200).body;
        let items = body["items"].as_array().unwrap();
        assert_eq!(items.iter().map(|item| item["tag"].text()).collect::<Vec<_>>(), tags);
    }
    let back = house.post(&format!("/assets/{id}/unarchive"), json!({})).await.expect(200);
    assert_eq!(back.body["archived_at"], Value::Null);
    house.post(&format!("/assets/{id}/unarchive"), json!({})).await.is_problem(409);
}

#[tokio::test]
async fn a_deleted_asset_is_gone() {
    let house = House::new().await;
    let id = house.asset("A-1").await;
    house.delete(&format!("/assets/{id}")).await.expect(204);
    house.get(&format!("/assets/{id}")).await.is_problem(404);
    house.delete(&format!("/assets/{id}")).await.is_problem(404);
}

#[tokio::test]
async fn the_history_says_who_did_what_and_origins_who_set_each_field() {
    let house = House::new().await;
    house.asset("A-1").await;
    house.patch("/assets/tag:A-1", json!({"name": "one"})).await.expect(200);
    house.patch("/assets/tag:A-1", json!({"name": "two"})).await.expect(200);
    let page = house.get("/assets/tag:A-1/history?limit=2").await.expect(200).body;
    let newest = &page["items"][0];
    assert_eq!(newest["action"], "updated");
    assert_eq!(newest["actor"]["kind"], "token");
    assert_eq!(newest["actor"]["name"], "administrator");
    let change = json!([{"field": "name", "before": "one", "after": "two"}]);
    assert_eq!(newest["changes"], change);
    let next = format!("/assets/tag:A-1/history?limit=2&cursor={}", page["next"].text());
    let rest = house.get(&next).await.expect(200).body;
    assert_eq!(rest["items"][0]["action"], "created");
    assert_eq!(rest["next"], Value::Null);
    let origins = house.get("/assets/tag:A-1/origins").await.expect(200).body;
    let named =
        origins["items"].as_array().unwrap().iter().find(|origin| origin["field"] == "name");
    assert_eq!(named.unwrap()["event"]["id"], newest["id"]);
    assert_eq!(house.get("/assets/tag:A-1/sources").await.expect(200).body["items"], json!([]));
}

#[tokio::test]
async fn a_serial_that_another_asset_has_is_taken_and_warned_of() {
    let house = House::new().await;
    let make = async |tag: &str, serial: &str| {
        house.post("/assets", json!({"tag": tag, "serial": serial})).await.expect(201).body
    };
    let first = make("A-1", "SYN1").await;
    assert_eq!(first["warnings"], Value::Null);
    let second = make("A-2", " syn1").await;
    let warnings = second["warnings"].as_array().unwrap();
    assert_eq!((warnings.len(), &warnings[0]["field"]), (1, &json!("serial")));
    let detail = warnings[0]["detail"].text();
    assert!(detail.starts_with("\"A-1\" has this serial too; hint: "), "{detail}");
    let read = house.get("/assets/tag:A-2").await.expect(200).body;
    assert_eq!(read["warnings"], Value::Null, "it is told to whoever writes");

    house.post("/assets/tag:A-1/archive", json!({})).await.expect(200);
    let changed = house.patch("/assets/tag:A-2", json!({"name": "x"})).await.expect(200).body;
    assert_eq!(changed["warnings"][0]["detail"], warnings[0]["detail"], "archived ones as well");
    let changed = house.patch("/assets/tag:A-2", json!({"serial": "SYN2"})).await.expect(200).body;
    assert_eq!(changed["warnings"], Value::Null);
    for tag in ["A-3", "A-4"] {
        let filler = make(tag, "To be filled by O.E.M.").await;
        assert_eq!(filler["warnings"], Value::Null);
    }
}
