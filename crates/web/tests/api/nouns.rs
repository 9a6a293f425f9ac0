//! The register's nouns: made, changed, merged, refused while in use. One story for all kinds,
//! then what only one kind has.

use axum::http::header;
use serde_json::{Value, json};

use crate::house::{ADMINISTRATOR, House, Text};

/// Every noun with what a new one needs beside its name.
fn kinds() -> [(&'static str, Value); 7] {
    [
        ("suppliers", json!({})),
        ("categories", json!({})),
        ("manufacturers", json!({})),
        ("departments", json!({})),
        ("locations", json!({})),
        ("products", json!({})),
        ("statuses", json!({"kind": "pending"})),
    ]
}

async fn made(house: &House, kind: &str, more: &Value, name: &str) -> String {
    let mut body = more.clone();
    body["name"] = name.into();
    house.post(&format!("/{kind}"), body).await.expect(201).body["id"].text()
}

#[tokio::test]
async fn every_noun_is_made_found_renamed_and_deleted() {
    let house = House::new().await;
    for (kind, more) in kinds() {
        let mut body = more.clone();
        body["name"] = "  Acme   One ".into();
        let made = house.post(&format!("/{kind}"), body).await.expect(201);
        let id = made.body["id"].text();
        assert_eq!(made.headers[header::LOCATION], format!("/api/v1/{kind}/{id}"));
        assert_eq!(made.body["name"], "Acme One", "{kind}");
        let path = format!("/{kind}/{id}");
        assert_eq!(house.get(&path).await.expect(200).body, made.body);
        let found = house.get(&format!("/{kind}?q=acme+o")).await.expect(200).body;
        assert_eq!(found["items"], json!([made.body]), "{kind}");
        let renamed = house.patch(&path, json!({"name": "Other"})).await.expect(200).body;
        assert_eq!((&renamed["name"], &renamed["id"]), (&json!("Other"), &json!(id)), "{kind}");
        assert_eq!(house.patch(&path, json!({})).await.expect(200).body, renamed);
        house.delete(&path).await.expect(204);
        house.get(&path).await.is_problem(404);
        house.delete(&path).await.is_problem(404);
        house.patch(&path, json!({"name": "Ghost"})).await.is_problem(404);
    }
}

#[tokio::test]
async fn a_name_is_taken_however_it_is_spelled_and_needs_letters() {
    let house = House::new().await;
    for (kind, more) in kinds() {
        made(&house, kind, &more, "Acme One").await;
        let other = made(&house, kind, &more, "Other").await;
        for bad in ["acme  ONE ", " ", "a\u{7}b"] {
            let mut body = more.clone();
            body["name"] = bad.into();
            let refused = house.post(&format!("/{kind}"), body.clone()).await;
            assert_eq!(refused.bad_fields(), ["name"], "{kind} {bad:?}");
            let path = format!("/{kind}/{other}");
            let refused = house.patch(&path, json!({"name": bad})).await;
            assert_eq!(refused.bad_fields(), ["name"], "{kind} {bad:?}");
        }
        let path = format!("/{kind}/{other}");
        assert_eq!(house.patch(&path, json!({"name": null})).await.bad_fields(), ["name"]);
        assert_eq!(house.patch(&path, json!({"nmae": "x"})).await.bad_fields(), ["nmae"]);
    }
}

#[tokio::test]
async fn what_is_in_use_stays_and_says_by_how_many_and_merging_moves_them() {
    let house = House::new().await;
    for (kind, more) in kinds().into_iter().filter(|(kind, _)| *kind != "manufacturers") {
        let (from, into) =
            (made(&house, kind, &more, "From").await, made(&house, kind, &more, "Into").await);
        let field = match kind {
            "suppliers" => "purchase",
            "categories" => "category",
            "statuses" => "status",
            other => other.trim_end_matches('s'),
        };
        let value = if field == "purchase" { json!({"supplier": from}) } else { json!(from) };
        let tag = format!("A-{kind}");
        let asset = json!({"tag": tag, field: value});
        let asset = house.post("/assets", asset).await.expect(201).body["id"].text();
        house.post(&format!("/assets/{asset}/archive"), Value::Null).await.expect(200);
        let kept = house.delete(&format!("/{kind}/{from}")).await;
        kept.is_problem(409);
        assert!(kept.body["detail"].text().contains("1 asset"), "{}", kept.text);

        let path = format!("/{kind}/{from}/merge");
        assert_eq!(house.post(&path, json!({})).await.bad_fields(), ["into"]);
        assert_eq!(house.post(&path, json!({"into": "x"})).await.bad_fields(), ["into"]);
        assert_eq!(house.post(&path, json!({"into": from})).await.bad_fields(), ["into"]);
        let stays = house.post(&path, json!({"into": into})).await.expect(200).body;
        assert_eq!(stays["id"], json!(into), "{kind}");
        house.get(&format!("/{kind}/{from}")).await.is_problem(404);
        let moved = house.get(&format!("/assets/{asset}")).await.expect(200).body;
        let moved =
            if field == "purchase" { &moved["purchase"]["supplier"] } else { &moved[field] };
        assert_eq!(moved["id"], json!(into), "{kind}");
        let history = house.get(&format!("/assets/{asset}/history")).await.body;
        assert_eq!(history["items"][0]["note"], "From was merged into Into", "{kind}");
        assert_eq!(house.post(&path, json!({"into": into})).await.status, 404);
    }
}

#[tokio::test]
async fn manufacturers_are_used_by_products_and_these_move() {
    let house = House::new().await;
    let more = json!({});
    let acme = made(&house, "manufacturers", &more, "Acme Ltd").await;
    let other = made(&house, "manufacturers", &more, "Acme").await;
    let dock = json!({"name": "Dock", "manufacturer": acme, "identifiers": ["D1"]});
    let dock = house.post("/products", dock).await.expect(201).body;
    assert_eq!(dock["manufacturer"]["name"], "Acme Ltd");
    let found = async |id: &str| {
        house.get(&format!("/products?manufacturer={id}")).await.expect(200).body["total"].clone()
    };
    assert_eq!((found(&acme).await, found(&other).await), (json!(1), json!(0)));
    house.get("/products?manufacturer=acme").await.is_problem(422);
    let kept = house.delete(&format!("/manufacturers/{acme}")).await;
    kept.is_problem(409);
    assert!(kept.body["detail"].text().contains("1 product"));
    let twin = house.post("/products", json!({"name": "dock", "manufacturer": other})).await;
    let twin = twin.expect(201).body["id"].text();
    let path = format!("/manufacturers/{acme}/merge");
    let clash = house.post(&path, json!({"into": other})).await;
    clash.is_problem(409);
    assert!(clash.body["detail"].text().contains("merge these products first"));
    house.post(&format!("/products/{twin}/merge"), json!({"into": dock["id"]})).await.expect(200);
    house.post(&path, json!({"into": other})).await.expect(200);
    let dock = house.get(&format!("/products/{}", dock["id"].text())).await.body;
    assert_eq!(dock["manufacturer"]["name"], "Acme");
}

#[tokio::test]
async fn a_place_moves_with_all_that_is_in_it_but_never_into_itself() {
    let house = House::new().await;
    let more = json!({});
    let prague = made(&house, "locations", &more, "Prague").await;
    let room = made(&house, "locations", &json!({"parent": prague}), "Room").await;
    let path = format!("/locations/{prague}");
    for parent in [&room, &prague] {
        assert_eq!(house.patch(&path, json!({"parent": parent})).await.bad_fields(), ["parent"]);
    }
    let lost = json!({"parent": "loc_0HZX4K9Q2M7RA"});
    assert_eq!(house.patch(&path, lost).await.bad_fields(), ["parent"]);
    let kept = house.delete(&path).await;
    assert!(kept.body["detail"].text().contains("1 location"), "{}", kept.text);
    let path = format!("/locations/{room}");
    let top = house.patch(&path, json!({"parent": null})).await.expect(200).body;
    assert_eq!((&top["parent"], &top["name"]), (&Value::Null, &json!("Room")));
}

#[tokio::test]
async fn a_place_that_holds_something_is_in_use() {
    let house = House::new().await;
    let store = made(&house, "locations", &json!({}), "Store").await;
    let asset = house.asset("A-1").await;
    let out = json!({"to": {"kind": "location", "id": store}});
    house.post(&format!("/assets/{asset}/checkout"), out).await.expect(200);
    house.delete(&format!("/locations/{store}")).await.is_problem(409);
}

#[tokio::test]
async fn statuses_have_a_kind_a_color_an_order_and_one_that_is_ready() {
    let house = House::new().await;
    let spare = json!({"name": "Spare", "kind": "ready", "color": "purple", "order": 1});
    let spare = house.post("/statuses", spare).await.expect(201).body;
    assert_eq!((&spare["order"], &spare["color"]), (&json!(1), &json!("purple")));
    assert_eq!(house.get("/statuses").await.body["items"][0], spare);
    house.asset("A-1").await;
    assert_eq!(house.get("/assets/tag:A-1").await.body["status"]["id"], spare["id"]);
    let path = format!("/statuses/{}", spare["id"].text());
    assert_eq!(house.patch(&path, json!({"order": 99})).await.expect(200).body["order"], 6);
    assert_eq!(house.patch(&path, json!({"color": "mauve"})).await.bad_fields(), ["color"]);
    assert_eq!(house.patch(&path, json!({"kind": "odd"})).await.bad_fields(), ["kind"]);
    assert_eq!(house.post("/statuses", json!({"name": "x"})).await.bad_fields(), ["kind"]);
    let first = house.get("/statuses").await.body["items"][0].clone();
    let ready = format!("/statuses/{}", first["id"].text());
    house.patch(&ready, json!({"kind": "pending"})).await.expect(200);
    house.patch(&path, json!({"kind": "unavailable"})).await.is_problem(409);
    let last = house.post(&format!("{path}/merge"), json!({"into": first["id"]})).await;
    last.is_problem(409);
    assert!(last.body["detail"].text().contains("make another first"));
}

#[tokio::test]
async fn lists_of_names_are_walked_page_by_page() {
    let house = House::new().await;
    for n in 1..=5 {
        made(&house, "suppliers", &json!({}), &format!("S{n}")).await;
    }
    let (mut seen, mut path) = (Vec::new(), "/suppliers?limit=2".to_owned());
    loop {
        let page = house.get(&path).await.expect(200).body;
        assert_eq!(page["total"], 5);
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|item| item["name"].text()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/suppliers?limit=2&cursor={next}");
    }
    assert_eq!(seen, ["S1", "S2", "S3", "S4", "S5"]);
    assert_eq!(house.get("/suppliers?cursor=x").await.bad_fields(), ["cursor"]);
}

/// A person's word on a product's category outlives every run, and new devices follow it.
#[tokio::test]
async fn b26_j4_a_category_set_by_hand_is_never_changed_back_and_new_devices_get_it() {
    let house = House::new().await;
    let (_kandji, source) = house.source(6).await;
    let first = house.run(&source, "apply").await;
    let run = first["id"].text();
    house.post(&format!("/runs/{run}/approval"), Value::Null).await.expect(200);
    let products = house.get("/products?limit=200").await.body;
    let product = products["items"].as_array().unwrap().iter().find(|p| p["assets"] != 0).unwrap();
    assert_eq!(product["category"]["name"], "Kandji");
    let laptops = made(&house, "categories", &json!({}), "Laptops").await;
    let path = format!("/products/{}", product["id"].text());
    house.patch(&path, json!({"category": laptops})).await.expect(200);
    let assets = house.get(&format!("/assets?product={}", product["id"].text())).await.body;
    let asset = assets["items"][0].clone();
    assert_eq!(asset["category"]["id"], json!(laptops));
    let own = made(&house, "categories", &json!({}), "Loan pool").await;
    let at = format!("/assets/{}", asset["id"].text());
    house.patch(&at, json!({"category": own})).await.expect(200);
    let maker = product["manufacturer"]["id"].text();
    let renamed = json!({"name": "Apple Inc."});
    house.patch(&format!("/manufacturers/{maker}"), renamed).await.expect(200);

    house.delete(&at).await.expect(204);
    assert_eq!(house.run(&source, "apply").await["state"], "applied");
    let again = house.get(&format!("/assets/tag:{}", asset["tag"].text())).await.expect(200).body;
    assert_eq!(again["category"]["id"], json!(laptops), "a new asset follows its product");
    assert_eq!(again["product"]["id"], product["id"]);
    house
        .patch(&format!("/assets/{}", again["id"].text()), json!({"category": own}))
        .await
        .expect(200);
    assert_eq!(house.run(&source, "apply").await["state"], "applied");
    let kept = house.get(&format!("/assets/tag:{}", asset["tag"].text())).await.body;
    assert_eq!(kept["category"]["id"], json!(own));
    let products = house.get(&path).await.body;
    assert_eq!(products["category"]["id"], json!(laptops));
    assert_eq!(house.get("/manufacturers").await.body["total"], 1, "the old name is still known");
}

#[tokio::test]
async fn a_noun_or_an_employee_that_somebody_else_changed_is_not_overwritten() {
    let house = House::new().await;
    for (kind, more) in kinds().into_iter().chain([("employees", json!({}))]) {
        let id = made(&house, kind, &more, "First").await;
        let path = format!("/{kind}/{id}");
        let read = house.get(&path).await.expect(200);
        let begun = read.headers[header::ETAG].clone();
        assert_eq!(begun.to_str().unwrap(), format!("\"{}\"", read.body["version"]));
        let send = async |tag: &header::HeaderValue, name: &str| {
            let request = house.request(ADMINISTRATOR, "PATCH", &format!("/api/v1{path}"));
            let request = request.header(header::IF_MATCH, tag);
            let request = request.header(header::CONTENT_TYPE, "application/json");
            house.send(request.body(json!({"name": name}).to_string().into()).unwrap()).await
        };
        let second = send(&begun, "Second").await.expect(200);
        assert_ne!(second.headers[header::ETAG], begun, "{kind}");
        send(&begun, "Third").await.is_problem(412);
        assert_eq!(house.get(&path).await.body["name"], "Second", "{kind}");
        send(&second.headers[header::ETAG], "Third").await.expect(200);
        assert!(second.body["updated_at"].text().ends_with('Z'), "{kind}");
    }
}

#[tokio::test]
async fn a_list_is_answered_whole_as_a_file_of_what_it_finds() {
    let house = House::new().await;
    for (kind, more) in kinds().into_iter().chain([("employees", json!({}))]) {
        for name in ["Zebra one", "Zebra two", "=Acme"] {
            made(&house, kind, &more, name).await;
        }
        let csv = house.get(&format!("/{kind}?format=csv&q=zebra&limit=1")).await.expect(200);
        let lines: Vec<&str> = csv.text.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines.len(), 3, "{kind}: {lines:?}");
        assert!(lines[1].contains("Zebra one") && lines[2].contains("Zebra two"), "{lines:?}");
        assert!(csv.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/csv"));
        let file = csv.headers[header::CONTENT_DISPOSITION].to_str().unwrap().to_owned();
        assert!(file.contains(&format!("filename=\"{kind}-")), "{file}");
        let path = format!("/{kind}?format=xlsx");
        let (headers, book) = house.file(ADMINISTRATOR, &path).await;
        assert!(headers[header::CONTENT_TYPE].to_str().unwrap().contains("spreadsheetml"));
        assert!(book.starts_with(b"PK"), "{kind}");
        let later = "2099-01-01T00:00:00Z";
        let none =
            house.get(&format!("/{kind}?format=csv&updated_since={later}")).await.expect(200);
        assert_eq!(none.text.lines().count(), 1, "{kind}");
        assert_eq!(house.get(&format!("/{kind}?format=pdf")).await.bad_fields(), ["format"]);
        assert_eq!(house.get(&format!("/{kind}?formt=csv")).await.bad_fields(), ["formt"]);
    }
}

#[tokio::test]
async fn places_share_a_name_in_different_places_and_are_told_apart_by_their_way() {
    let house = House::new().await;
    let place = async |name: &str, parent: &Value| {
        let body = json!({"name": name, "parent": parent});
        house.post("/locations", body).await.expect(201).body
    };
    let (berlin, oslo) = (place("Berlin", &Value::Null).await, place("Oslo", &Value::Null).await);
    let here = place("Storage", &berlin["id"]).await;
    let there = place("Storage", &oslo["id"]).await;
    assert_eq!(
        (&here["path"], &there["path"]),
        (&"Berlin / Storage".into(), &"Oslo / Storage".into())
    );
    let twin = json!({"name": "storage", "parent": berlin["id"]});
    assert_eq!(house.post("/locations", twin).await.bad_fields(), ["name"]);
    let moved = json!({"parent": berlin["id"]});
    let path = format!("/locations/{}", there["id"].text());
    assert_eq!(house.patch(&path, moved).await.bad_fields(), ["name"]);

    let asset = json!({"tag": "A-1", "location": here["id"]});
    let asset = house.post("/assets", asset).await.expect(201).body;
    assert_eq!(asset["location"]["name"], "Berlin / Storage", "the bare name would say nothing");
    let berlin = house.get(&format!("/locations/{}", berlin["id"].text())).await.body;
    assert_eq!((&berlin["assets"], &berlin["assets_with_inside"]), (&0.into(), &1.into()));
    let counted = format!("/assets?location=in:{}", berlin["id"].text());
    assert_eq!(house.get(&counted).await.expect(200).body["total"], 1);
    let found = house.get("/locations?q=oslo").await.expect(200).body;
    assert_eq!(found["total"], 2, "what is in it is found by the way to it");

    // Both cities become one only when their rooms are.
    let into = json!({"into": oslo["id"]});
    let refused = house.post(&format!("/locations/{}/merge", berlin["id"].text()), into).await;
    refused.is_problem(409);
}
