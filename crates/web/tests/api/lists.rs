//! Lists: pages that walk to the end, filters, orders, and parameters that are none.

use serde_json::{Value, json};

use crate::house::{House, Text};

fn tags(body: &Value) -> Vec<String> {
    body["items"].as_array().unwrap().iter().map(|item| item["tag"].text()).collect()
}

#[tokio::test]
async fn a_list_is_walked_page_by_page_and_counted() {
    let house = House::new().await;
    for n in 1..=5 {
        house.asset(&format!("A-{n}")).await;
    }
    let (mut seen, mut path) = (Vec::new(), "/assets?limit=2".to_owned());
    loop {
        let page = house.get(&path).await.expect(200).body;
        assert_eq!(page["total"], 5);
        assert!(page.get("more").is_none());
        seen.extend(tags(&page));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/assets?limit=2&cursor={next}");
    }
    assert_eq!(seen, ["A-1", "A-2", "A-3", "A-4", "A-5"]);
}

#[test]
fn every_list_says_how_many_there_are() {
    let document = serde_json::to_value(web::api::document()).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let lists: Vec<_> =
        schemas.iter().filter(|(_, schema)| schema["properties"]["next"].is_object()).collect();
    assert!(lists.len() > 15, "{}", lists.len());
    let lists = lists.into_iter();
    for (name, list) in
        lists.filter(|(name, _)| !["ReportPage", "WebhookBody"].contains(&name.as_str()))
    {
        let always = list["required"].as_array().unwrap().contains(&json!("total"));
        assert!(always, "{name} may leave it out");
    }
}

#[tokio::test]
async fn an_assets_product_is_told_whole() {
    let house = House::new().await;
    let category = house.post("/categories", json!({"name": "Laptops"})).await.expect(201).body;
    let maker = house.post("/manufacturers", json!({"name": "Apple"})).await.expect(201).body;
    let named = |thing: &Value| json!({"id": thing["id"], "name": thing["name"]});
    let product = json!({"name": "MacBook Pro", "category": category["id"],
        "manufacturer": maker["id"], "identifiers": ["Mac14,5"]});
    let product = house.post("/products", product).await.expect(201).body;
    let bare = house.post("/products", json!({"name": "Dock"})).await.expect(201).body;
    let own = house.post("/categories", json!({"name": "Loaners"})).await.expect(201).body;
    let new = json!({"tag": "A-1", "product": product["id"], "category": own["id"]});
    let asset = house.post("/assets", new).await.expect(201).body;
    let whole = json!({"id": product["id"], "name": "MacBook Pro", "identifiers": ["Mac14,5"],
        "category": named(&category), "manufacturer": named(&maker)});
    assert_eq!(asset["product"], whole);
    assert_eq!(asset["category"], named(&own), "its own");
    assert_eq!(house.get("/assets").await.body["items"][0]["product"], whole);
    let new = json!({"tag": "A-2", "product": bare["id"]});
    let asset = house.post("/assets", new).await.expect(201).body;
    let whole = json!({"id": bare["id"], "name": "Dock", "identifiers": [],
        "category": null, "manufacturer": null});
    assert_eq!(asset["product"], whole);
    let found = house.get("/products?limit=1").await.expect(200).body;
    assert_eq!((&found["items"][0]["name"], &found["total"]), (&json!("Dock"), &json!(2)));
    assert_eq!(house.get("/products?q=macbook").await.expect(200).body["total"], 1);
}

#[tokio::test]
async fn orders_and_filters_are_those_asked_for() {
    let house = House::new().await;
    let repair = house.get("/statuses").await.body["items"][2]["id"].text();
    let lost = house.get("/statuses").await.body["items"][3]["id"].text();
    house.post("/assets", json!({"tag": "A-1", "name": "zebra"})).await.expect(201);
    house.post("/assets", json!({"tag": "A-2", "name": "ape", "status": repair})).await.expect(201);
    house.post("/assets", json!({"tag": "A-3", "name": "bear", "status": lost})).await.expect(201);
    for (asked, expect) in [
        ("sort=-tag".to_owned(), vec!["A-3", "A-2", "A-1"]),
        ("sort=name".to_owned(), vec!["A-2", "A-3", "A-1"]),
        ("q=bea".to_owned(), vec!["A-3"]),
        (format!("status={repair}"), vec!["A-2"]),
        (format!("status={repair},{lost}"), vec!["A-2", "A-3"]),
        (format!("status={repair}&status={lost}"), vec!["A-2", "A-3"]),
        ("held=true".to_owned(), vec![]),
        ("updated_since=2126-01-01T00:00:00Z".to_owned(), vec![]),
        ("q=&limit=&cursor=".to_owned(), vec!["A-1", "A-2", "A-3"]),
        ("held=yes".to_owned(), vec![]),
        ("overdue=no".to_owned(), vec!["A-1", "A-2", "A-3"]),
        ("q=%22zeb%22+bra".to_owned(), vec!["A-1"]),
        ("q=%22bra%20zeb%22".to_owned(), vec![]),
        (format!("status=!{repair}"), vec!["A-1", "A-3"]),
        (format!("status=!{repair},{lost}"), vec!["A-1"]),
        (format!("status=!{repair}&status=!{lost}"), vec!["A-1"]),
        ("name=~e&name=!~ze".to_owned(), vec!["A-2", "A-3"]),
        ("name=APE".to_owned(), vec!["A-2"]),
        ("location=none".to_owned(), vec!["A-1", "A-2", "A-3"]),
        ("location=!none".to_owned(), vec![]),
        ("created_at=today".to_owned(), vec!["A-1", "A-2", "A-3"]),
        ("created_at=!last-7-days".to_owned(), vec![]),
        ("custodian=none&serial=none".to_owned(), vec!["A-1", "A-2", "A-3"]),
    ] {
        let body = house.get(&format!("/assets?{asked}")).await.expect(200).body;
        assert_eq!(tags(&body), expect, "{asked}");
        assert_eq!(body["total"], expect.len(), "{asked}");
    }
}

#[tokio::test]
async fn a_filter_by_one_thing_finds_what_refers_to_it_alone() {
    let house = House::new().await;
    for (noun, name) in [
        ("statuses", "status"),
        ("categories", "category"),
        ("products", "product"),
        ("locations", "location"),
        ("departments", "department"),
        ("suppliers", "supplier"),
        ("employees", "custodian"),
    ] {
        let [one, other] = ["One", "Another"].map(|name| match noun {
            "statuses" => json!({"name": name, "kind": "ready"}),
            _ => json!({"name": name}),
        });
        let one = house.post(&format!("/{noun}"), one).await.expect(201).body["id"].text();
        let other = house.post(&format!("/{noun}"), other).await.expect(201).body["id"].text();
        let tag = format!("{name}-1");
        let asset = match name {
            "custodian" => json!({"tag": tag}),
            "supplier" => json!({"tag": tag, "purchase": {"supplier": one}}),
            _ => json!({"tag": tag, name: one}),
        };
        let asset = house.post("/assets", asset).await.expect(201).body["id"].text();
        if name == "custodian" {
            let to = json!({"to": {"kind": "employee", "id": one}});
            house.post(&format!("/assets/{asset}/checkout"), to).await.expect(200);
        }
        for (asked, expect) in [
            (format!("{name}={one}"), vec![tag.clone()]),
            (format!("{name}={other}"), vec![]),
            (format!("{name}={one},{other}"), vec![tag.clone()]),
            (format!("{name}=!{one}&tag={tag}"), vec![]),
        ] {
            let body = house.get(&format!("/assets?{asked}")).await.expect(200).body;
            assert_eq!(tags(&body), expect, "{asked}");
        }
        if name == "custodian" {
            for (asked, expect) in [(&one, vec![tag]), (&other, vec![])] {
                let both = format!("/assets?employee={one}&custodian={asked}");
                assert_eq!(tags(&house.get(&both).await.expect(200).body), expect);
            }
            // What is done to all that a list finds is done to no more.
            let all = json!({"action": "archive", "query": format!("custodian={other}")});
            house.post("/bulks", all).await.is_problem(422);
        }
    }
}

#[tokio::test]
async fn parameters_that_are_none_are_named() {
    let house = House::new().await;
    for (path, fields) in [
        ("/assets?limit=201", vec!["limit"]),
        ("/assets?limit=0", vec!["limit"]),
        ("/assets?limit=many&sort=size", vec!["limit"]),
        ("/assets?sort=size", vec!["sort"]),
        ("/assets?cursor=none", vec!["cursor"]),
        ("/assets?colour=red&limit=0", vec!["colour", "limit"]),
        ("/assets?status=green&cost=much&fields.none=1", vec!["status", "cost", "fields.none"]),
        ("/assets?warranty_until=soon", vec!["warranty_until"]),
        ("/assets?held=maybe", vec!["held"]),
        ("/assets?custodian=robin", vec!["custodian"]),
        ("/assets?archived=maybe", vec!["archived"]),
        ("/assets?updated_since=yesterday", vec!["updated_since"]),
        ("/employees?limit=1000", vec!["limit"]),
        ("/employees?sort=age", vec!["sort"]),
        ("/products?limit=0", vec!["limit"]),
        ("/conflicts?cursor=x", vec!["cursor"]),
        ("/alerts?mended=never", vec!["mended"]),
        ("/assets?q=%00", vec!["q"]),
        ("/assets?status=", vec!["status"]),
        ("/assets?status=,&name=~", vec!["status", "name"]),
        ("/assets?fields.memory=&held=", vec!["fields.memory", "held"]),
        ("/employees?department=%20", vec!["department"]),
        ("/reports/status?category=", vec!["category"]),
        ("/assets?cost=10..5", vec!["cost"]),
        ("/assets?purchased_on=2026-03-01..2026-01-01", vec!["purchased_on"]),
        ("/reports/value?as_of=3%20March", vec!["as_of"]),
        ("/assets?overdue=perhaps", vec!["overdue"]),
        ("/events?since=yesterday", vec!["since"]),
    ] {
        let said = house.get(path).await;
        assert_eq!(said.bad_fields(), fields, "{path}");
    }
    for (path, told) in [
        ("/assets?status=", "status= names nothing; hint: leave it out, or write none for"),
        ("/reports/value?as_of=3%20March", "is no day; hint: write it like 2026-09-01"),
        ("/assets?overdue=perhaps", "is no answer; hint: yes or no"),
        ("/events?since=yesterday", "is no time; hint: write it like"),
        ("/assets?cost=10..5", "ends before it begins; hint: turn its two ends around"),
    ] {
        let said = house.get(path).await.body["detail"].text();
        assert!(said.contains(told), "{path}: {said}");
    }
    let archive = json!({"action": "archive", "query": "status="});
    assert_eq!(house.post("/bulks", archive).await.bad_fields(), ["status"]);
}

#[tokio::test]
async fn the_registers_nouns_are_listed_with_what_they_hold() {
    let house = House::new().await;
    house.asset("A-1").await;
    let statuses = house.get("/statuses").await.expect(200).body;
    assert_eq!(statuses["items"][0]["kind"], "ready");
    assert_eq!(statuses["items"][0]["assets"], 1);
    assert_eq!(statuses["total"], 5);
    let place = house.post("/locations", json!({"name": "Prague"})).await.expect(201).body;
    let room = json!({"name": "Room 1", "parent": place["id"]});
    let room = house.post("/locations", room).await.expect(201).body;
    assert_eq!(room["parent"], json!({"id": place["id"], "name": "Prague"}));
    let listed = house.get("/locations").await.body;
    assert_eq!(listed["items"][1], room);
    assert_eq!(house.post("/locations", json!({"name": "prague"})).await.bad_fields(), ["name"]);
    let lost = json!({"name": "x", "parent": "loc_0HZX4K9Q2M7RA"});
    assert_eq!(house.post("/locations", lost).await.bad_fields(), ["parent"]);
    assert_eq!(house.post("/locations", json!({})).await.bad_fields(), ["name"]);
    for path in ["/categories", "/manufacturers", "/departments", "/products"] {
        assert_eq!(house.get(path).await.expect(200).body["items"], json!([]), "{path}");
    }
}
