//! Orders of the asset list by every column it can show, and filters on what Kandji says.

use std::collections::BTreeSet;

use kandji::sim::Running;
use serde_json::{Value, json};

use crate::house::{House, Text};

fn tags(body: &Value) -> Vec<String> {
    body["items"].as_array().unwrap().iter().map(|item| item["tag"].text()).collect()
}

/// Every page of a list, two rows each.
async fn walked(house: &House, asked: &str) -> Vec<String> {
    let (mut seen, mut path) = (Vec::new(), format!("/assets?limit=2&{asked}"));
    loop {
        let page = house.get(&path).await.expect(200).body;
        seen.extend(tags(&page));
        let Some(next) = page["next"].as_str() else { return seen };
        path = format!("/assets?limit=2&{asked}&cursor={next}");
    }
}

/// A source whose first run is applied.
async fn connected(house: &House, devices: usize) -> Running {
    let (kandji, id) = house.source(devices).await;
    let settings = json!({"first_run": "apply"});
    house.patch(&format!("/sources/{id}/settings"), settings).await.expect(200);
    assert_eq!(house.run(&id, "apply").await["state"], "applied");
    kandji
}

const COLUMNS: [&str; 22] = [
    "tag",
    "name",
    "serial",
    "product",
    "manufacturer",
    "category",
    "status",
    "location",
    "department",
    "custodian",
    "custodian_kind",
    "due_on",
    "purchased_on",
    "cost",
    "currency",
    "order_number",
    "supplier",
    "warranty_until",
    "notes",
    "archived_at",
    "created_at",
    "updated_at",
];

#[tokio::test]
async fn a_list_is_put_in_order_by_any_column_there_and_back_and_in_files() {
    let house = House::new().await;
    let field = json!({"key": "memory", "label": "Memory", "type": "size", "applies_to": "assets"});
    house.post("/fields", field).await.expect(201);
    let supplier = house.post("/suppliers", json!({"name": "Bolt"})).await.expect(201).body;
    let purchase = |on: &str, cost: &str, currency: &str| json!({"on": on, "cost": cost, "currency": currency, "supplier": supplier["id"]});
    for new in [
        json!({"tag": "A-1", "purchase": purchase("2026-03-01", "500.00", "EUR"),
            "warranty_until": "2028-01-01", "fields": {"memory": 16_000_000_000_i64}, "notes": "Zebra"}),
        json!({"tag": "A-2", "purchase": purchase("2026-01-01", "4000", "JPY"),
            "fields": {"memory": 8_000_000_000_i64}, "notes": "ape"}),
        json!({"tag": "A-3"}),
        json!({"tag": "A-4", "purchase": {"on": "2026-02-01"}, "fields": {"memory": 128_000_000_000_i64}}),
    ] {
        house.post("/assets", new).await.expect(201);
    }
    for (sort, expect) in [
        ("purchased_on", ["A-3", "A-2", "A-4", "A-1"]),
        ("cost", ["A-3", "A-4", "A-1", "A-2"]),
        ("currency", ["A-3", "A-4", "A-1", "A-2"]),
        ("warranty_until", ["A-2", "A-3", "A-4", "A-1"]),
        ("fields.memory", ["A-3", "A-2", "A-1", "A-4"]),
        ("notes", ["A-3", "A-4", "A-2", "A-1"]),
        ("supplier", ["A-3", "A-4", "A-1", "A-2"]),
    ] {
        assert_eq!(walked(&house, &format!("sort={sort}")).await, expect, "{sort}");
        let mut back = expect;
        back.reverse();
        assert_eq!(walked(&house, &format!("sort=-{sort}")).await, back, "-{sort}");
    }
    let rows = house.get("/reports/assets?sort=-fields.memory").await.expect(200).body;
    assert_eq!(tags(&rows), ["A-4", "A-1", "A-2", "A-3"]);
    let unknown = house.get("/assets?sort=fields.storage").await.expect(422);
    assert_eq!(unknown.body["errors"][0]["field"], "sort");
    house.get("/assets?sort=kandji.storage").await.expect(422);
    let next = house.get("/assets?limit=1&sort=cost").await.body["next"].text();
    let lost = house.get(&format!("/assets?limit=1&sort=tag&cursor={next}")).await.expect(422);
    assert!(lost.body.to_string().contains("another order"), "{}", lost.body);
}

#[tokio::test]
async fn the_key_of_every_column_is_an_order_that_meets_every_asset_once() {
    let house = House::new().await;
    let _kandji = connected(&house, 5).await;
    house.asset("MONITOR-1").await;
    let all: BTreeSet<String> = walked(&house, "").await.into_iter().collect();
    assert_eq!(all.len(), 6);
    let details = kandji::kept::all().iter().map(|kept| format!("kandji.{}", kept.key));
    for key in COLUMNS.map(str::to_owned).into_iter().chain(details) {
        for direction in ["", "-"] {
            let asked = format!("sort={direction}{key}");
            let found = walked(&house, &asked).await;
            assert_eq!(found.len(), all.len(), "{asked}");
            assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), all, "{asked}");
        }
    }
}

#[tokio::test]
async fn whatever_kandji_says_of_a_device_is_a_filter() {
    let house = House::new().await;
    let _kandji = connected(&house, 6).await;
    house.asset("MONITOR-1").await;
    let all = walked(&house, "").await;
    let mut checked = 0;
    for tag in &all {
        let id = house.get(&format!("/assets/tag:{tag}")).await.expect(200).body["id"].text();
        let said = house.get(&format!("/assets/{id}/sources")).await.expect(200).body;
        let Some(raw) = said["items"].get(0) else { continue };
        let details = raw["details"].clone();
        let of = |label: &str| {
            let all = details.as_array().unwrap().iter();
            all.clone().find(|line| line["label"] == label).map(|line| line["value"].clone())
        };
        for (label, key) in [
            ("Blueprint Name", "blueprint_name"),
            ("Agent Version", "agent_version"),
            ("device_name", "device_name"),
            ("user.email", "user.email"),
        ] {
            let Some(text) = of(label).and_then(|value| value.as_str().map(str::to_owned)) else {
                continue;
            };
            let said: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
            let is = walked(&house, &format!("kandji.{key}={said}")).await;
            let is_not = walked(&house, &format!("kandji.{key}=!{said}")).await;
            assert!(is.contains(tag) && !is_not.contains(tag), "{key} is {text}: {is:?}");
            assert_eq!(is.len() + is_not.len(), all.len(), "{key} is {text}");
            checked += 1;
        }
        for (label, key) in [("MDM Enabled", "mdm_enabled"), ("Missing", "is_missing")] {
            let Some(yes) = of(label).and_then(|value| value.as_bool()) else { continue };
            let yes = if yes { "yes" } else { "no" };
            assert!(walked(&house, &format!("kandji.{key}={yes}")).await.contains(tag), "{key}");
            checked += 1;
        }
    }
    assert!(checked > 10, "{checked}");
    assert_eq!(walked(&house, "kandji.first_enrollment=none").await, ["MONITOR-1"]);
    let ever = walked(&house, "kandji.first_enrollment=%3C%3Dtoday").await;
    assert_eq!(ever.len(), all.len() - 1);
    let odd = house.get("/assets?kandji.storage=1&kandji.mdm_enabled=maybe").await.expect(422).body;
    let fields: BTreeSet<String> =
        odd["errors"].as_array().unwrap().iter().map(|error| error["field"].text()).collect();
    let expect = ["kandji.mdm_enabled", "kandji.storage"].map(str::to_owned);
    assert_eq!(fields, BTreeSet::from(expect));
}
