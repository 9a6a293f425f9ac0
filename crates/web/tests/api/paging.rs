//! Every list is walked alike, and the catalog's are put in order by what they show.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::house::{House, Text};
use crate::since::{address, filled, lists};

#[test]
fn every_list_takes_a_limit_and_a_cursor() {
    for (path, asked) in lists() {
        for name in ["limit", "cursor"] {
            assert!(asked.iter().any(|known| known == name), "{path}: no {name}");
        }
    }
}

/// Every page of a list, so many rows each.
async fn walked(house: &House, path: &str, limit: usize) -> Vec<Value> {
    let mark = if path.contains('?') { '&' } else { '?' };
    let (mut seen, mut from) = (Vec::new(), String::new());
    loop {
        let page = house.get(&format!("{path}{mark}limit={limit}{from}")).await.expect(200).body;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit, "{path}: {}", items.len());
        seen.extend(items.iter().cloned());
        match page["next"].as_str() {
            Some(next) => from = format!("&cursor={next}"),
            None => return seen,
        }
    }
}

/// A second one of what is kept, a run that changed something, and somebody who had something twice.
async fn beside(house: &House, ids: &mut Vec<(&'static str, String)>) {
    for n in ["One", "Two"] {
        let email = format!("{n}@example.com");
        let user = json!({"name": n, "email": email, "role": "viewer"});
        house.post("/users", user).await.expect(201);
        let field = json!({"label": n, "type": "text", "applies_to": "employees"});
        house.post("/fields", field).await.expect(201);
        house.post("/views", json!({"name": n, "query": "q=a"})).await.expect(201);
        let saved = json!({"name": n, "report": "warranty"});
        house.post("/reports/saved", saved).await.expect(201);
        let hook = json!({"name": n, "url": "https://hooks.example.com/"});
        house.post("/webhooks", hook).await.expect(201);
    }
    let of = |noun: &str| ids.iter().find(|(known, _)| *known == noun).unwrap().1.clone();
    let (asset, casey) = (of("assets"), of("employees"));
    for _ in 0..2 {
        let to = json!({"to": {"kind": "employee", "id": casey}});
        house.post(&format!("/assets/{asset}/checkout"), to).await.expect(200);
        house.post(&format!("/assets/{asset}/checkin"), json!({})).await.expect(200);
        let note = json!({"note": "seen"});
        house.post(&format!("/assets/{asset}/notes"), note.clone()).await.expect(201);
        house.post(&format!("/employees/{casey}/notes"), note).await.expect(201);
    }
    let runs = house.get(&format!("/sources/{}/runs", of("sources"))).await.expect(200).body;
    ids.push(("runs", runs["items"][0]["id"].text()));
}

#[tokio::test]
async fn a_walk_of_any_list_one_by_one_gives_what_it_gives_at_once() {
    let house = House::new().await;
    let mut ids = filled(&house).await;
    beside(&house, &mut ids).await;
    let mut several = BTreeSet::new();
    for (path, _) in lists() {
        let here = address(&path, &ids);
        if here.contains('{') {
            continue;
        }
        let whole = house.get(&format!("{here}?limit=200")).await.expect(200).body;
        let rows = whole["items"].as_array().unwrap();
        assert_eq!(walked(&house, &here, 1).await, *rows, "{path}");
        assert_eq!(whole["next"], Value::Null, "{path}");
        if rows.len() > 1 {
            several.insert(path.clone());
        }
        // A device's id is whatever a source calls it: there any text is a place.
        if !rows.is_empty() && !path.ends_with("/devices") {
            let made_up = house.get(&format!("{here}?cursor=none")).await;
            assert_eq!(made_up.status, 422, "{path}: {}", made_up.text);
            assert_eq!(made_up.bad_fields(), ["cursor"], "{path}");
        }
    }
    for path in ["users", "tokens", "fields", "views", "reports/saved", "webhooks", "reports"] {
        assert!(several.contains(&format!("/api/v1/{path}")), "{path} has several: {several:?}");
    }
}

#[tokio::test]
async fn a_walk_goes_on_when_the_row_it_stopped_at_is_gone() {
    let house = House::new().await;
    for name in ["A", "B", "C", "D"] {
        house.post("/suppliers", json!({"name": name})).await.expect(201);
    }
    let page = house.get("/suppliers?limit=2").await.expect(200).body;
    let last = page["items"][1]["id"].text();
    house.delete(&format!("/suppliers/{last}")).await.expect(204);
    let rest = format!("/suppliers?limit=2&cursor={}", page["next"].text());
    let rest = house.get(&rest).await.expect(200).body;
    assert_eq!(names(rest["items"].as_array().unwrap()), ["C", "D"]);
}

fn names(rows: &[Value]) -> Vec<String> {
    let name = |row: &Value| row.get("name").or_else(|| row.get("label")).unwrap().text();
    rows.iter().map(name).collect()
}

#[tokio::test]
async fn the_catalog_is_put_in_order_by_what_it_shows_there_and_back_and_in_files() {
    let house = House::new().await;
    let mut made = std::collections::BTreeMap::new();
    for noun in ["categories", "manufacturers", "suppliers", "departments", "locations"] {
        for name in ["beta", "Alpha", "Čep"] {
            let id = house.post(&format!("/{noun}"), json!({"name": name})).await.expect(201);
            made.insert(format!("{noun} {name}"), id.body["id"].clone());
        }
    }
    for (name, maker, category, identifiers) in [
        ("beta", "beta", "Alpha", json!(["Mac2"])),
        ("Alpha", "Čep", "beta", json!(["Mac10"])),
        ("Čep", "Alpha", "Čep", json!([])),
    ] {
        let product = json!({"name": name, "manufacturer": made[&format!("manufacturers {maker}")],
            "category": made[&format!("categories {category}")], "identifiers": identifiers});
        let id = house.post("/products", product).await.expect(201).body["id"].clone();
        made.insert(format!("products {name}"), id);
    }
    for (tag, name) in [("A-1", "beta"), ("A-2", "beta"), ("A-3", "Čep")] {
        let of = |noun: &str| made[&format!("{noun} {name}")].clone();
        let asset = json!({"tag": tag, "product": of("products"), "category": of("categories"),
            "location": of("locations"), "department": of("departments"),
            "purchase": {"supplier": of("suppliers")}});
        house.post("/assets", asset).await.expect(201);
    }
    let by_assets = ["Alpha", "Čep", "beta"];
    for (list, sort, expect) in [
        ("categories", "name", ["Alpha", "beta", "Čep"]),
        ("categories", "assets", by_assets),
        ("suppliers", "assets", by_assets),
        ("departments", "assets", by_assets),
        ("manufacturers", "assets", ["Čep", "Alpha", "beta"]),
        ("locations", "path", ["Alpha", "beta", "Čep"]),
        ("locations", "name", ["Alpha", "beta", "Čep"]),
        ("locations", "assets", by_assets),
        ("locations", "assets_with_inside", by_assets),
        ("products", "name", ["Alpha", "beta", "Čep"]),
        ("products", "assets", by_assets),
        ("products", "manufacturer", ["Čep", "beta", "Alpha"]),
        ("products", "category", ["beta", "Alpha", "Čep"]),
        ("products", "identifiers", ["Čep", "Alpha", "beta"]),
    ] {
        let asked = format!("/{list}?sort={sort}");
        assert_eq!(names(&walked(&house, &asked, 1).await), expect, "{asked}");
        let mut back = expect;
        back.reverse();
        let asked = format!("/{list}?sort=-{sort}");
        assert_eq!(names(&walked(&house, &asked, 2).await), back, "{asked}");
        let file = house.get(&format!("{asked}&format=csv")).await.expect(200).text;
        let rows: Vec<&str> = file.lines().skip(1).collect();
        let first = |(row, name): (&&str, &&str)| row.starts_with(*name);
        assert!(rows.iter().zip(&back).all(first), "{asked}: {file}");
    }
    house.app.clock().advance(jiff::SignedDuration::from_hours(1));
    let statuses = house.get("/statuses").await.expect(200).body;
    let first = &statuses["items"][0]["id"];
    for (list, id) in [
        ("categories", &made["categories beta"]),
        ("suppliers", &made["suppliers beta"]),
        ("locations", &made["locations beta"]),
        ("products", &made["products beta"]),
        ("statuses", first),
    ] {
        let change = json!({"name": "changed"});
        house.patch(&format!("/{list}/{}", id.text()), change).await.expect(200);
        let newest = house.get(&format!("/{list}?sort=-updated_at")).await.expect(200).body;
        assert_eq!(newest["items"][0]["id"], *id, "{list}");
    }
    let kinds = walked(&house, "/statuses?sort=-kind", 2).await;
    let kinds: Vec<_> = kinds.iter().map(|row| row["kind"].text()).collect();
    assert!(kinds.is_sorted_by(|one, next| one >= next), "{kinds:?}");
}

#[tokio::test]
async fn fields_and_users_are_put_in_order_and_found() {
    let house = House::new().await;
    for (label, key, kind) in [("Memory", "zz", "size"), ("Color", "yy", "text")] {
        let new = json!({"label": label, "key": key, "type": kind, "applies_to": "assets"});
        house.post("/fields", new).await.expect(201);
    }
    for (sort, expect) in [
        ("label", ["Color", "Memory"]),
        ("key", ["Color", "Memory"]),
        ("type", ["Memory", "Color"]),
        ("-key", ["Memory", "Color"]),
    ] {
        let rows = walked(&house, &format!("/fields?sort={sort}"), 1).await;
        assert_eq!(names(&rows), expect, "{sort}");
    }
    assert_eq!(house.get("/fields?q=ZZ").await.expect(200).body["total"], 1);
    for (name, email, role) in
        [("Zoe", "a@example.com", "viewer"), ("Abe", "z@example.com", "operator")]
    {
        let new = json!({"name": name, "email": email, "role": role});
        house.post("/users", new).await.expect(201);
    }
    for (sort, first) in [("email", "Zoe"), ("-email", "Abe"), ("-role", "Zoe"), ("name", "Abe")] {
        let rows = walked(&house, &format!("/users?sort={sort}"), 1).await;
        assert_eq!(rows[0]["name"], first, "{sort}");
    }
    assert_eq!(house.get("/users?q=z@example").await.expect(200).body["total"], 1);
    for (path, hint) in [
        ("/users?sort=password", "email, name, role, employee"),
        ("/fields?sort=-values", "label, key, type"),
        ("/categories?sort=color", "name, assets, updated_at"),
        ("/locations?sort=-", "path, name"),
        ("/products?sort=price", "name, manufacturer"),
    ] {
        let refused = house.get(path).await;
        assert_eq!(refused.bad_fields(), ["sort"], "{path}");
        assert!(refused.text.contains(hint), "{path}: {}", refused.text);
    }
    let next = house.get("/products?limit=1&sort=assets").await.expect(200);
    assert_eq!(next.body["next"], Value::Null);
}

#[tokio::test]
async fn who_had_it_changed_when_it_was_given_back() {
    let house = House::new().await;
    let (asset, casey) = (house.asset("A-1").await, house.employee("Casey").await);
    let to = json!({"to": {"kind": "employee", "id": casey}});
    house.post(&format!("/assets/{asset}/checkout"), to.clone()).await.expect(200);
    house.app.clock().advance(jiff::SignedDuration::from_hours(1));
    let then = house.app.now();
    let lists = [format!("/assets/{asset}/custody"), format!("/employees/{casey}/custody")];
    for list in &lists {
        let new = house.get(&format!("{list}?updated_since={then}")).await.expect(200).body;
        assert_eq!(new["items"], json!([]), "{list}");
    }
    house.post(&format!("/assets/{asset}/checkin"), json!({})).await.expect(200);
    for list in &lists {
        let new = house.get(&format!("{list}?updated_since={then}")).await.expect(200).body;
        assert_eq!(new["total"], 1, "{list}: it ended");
    }
    house.app.clock().advance(jiff::SignedDuration::from_hours(1));
    house.post(&format!("/assets/{asset}/checkout"), to).await.expect(200);
    for list in &lists {
        let new = house.get(&format!("{list}?updated_since={}", house.app.now())).await;
        let new = new.expect(200).body;
        assert_eq!((&new["total"], &new["items"][0]["until"]), (&json!(1), &Value::Null));
        assert_eq!(walked(&house, list, 1).await.len(), 2, "{list}");
    }
}
