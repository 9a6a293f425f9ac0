//! `updated_since`: on every list of what changes, read from the API's document so that none is
//! forgotten; and what it leaves out.

use domain::Timestamp;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::house::{House, Text};
use crate::openapi::operations;

/// Lists of what stands as it was written, or is made anew with each question. Why those of a bulk
/// change's assets are, a test below shows.
const NEVER_CHANGE: [&str; 13] = [
    "/api/v1/assets/{id}/attachments",
    "/api/v1/assets/{id}/history",
    "/api/v1/assets/{id}/notes",
    "/api/v1/bulks/{id}/assets",
    "/api/v1/employees/{id}/attachments",
    "/api/v1/employees/{id}/history",
    "/api/v1/employees/{id}/notes",
    "/api/v1/imports/{id}/rows",
    "/api/v1/products/{id}/attachments",
    "/api/v1/reports",
    "/api/v1/runs/{id}/changes",
    "/api/v1/runs/{id}/devices",
    "/api/v1/runs/{id}/notes",
];

/// Every list, and the names of what it may be asked for.
pub fn lists() -> Vec<(String, Vec<String>)> {
    let list = |described: &Value| {
        let schema = &described["responses"]["200"]["content"]["application/json"]["schema"];
        schema["$ref"].as_str().is_some_and(|name| name.contains("/List_"))
    };
    let all = operations().into_iter();
    let all = all.filter(|operation| operation.method == "GET" && list(&operation.described));
    all.map(|operation| {
        let asked = operation.described["parameters"].as_array().cloned().unwrap_or_default();
        (operation.path, asked.iter().map(|parameter| parameter["name"].text()).collect())
    })
    .collect()
}

#[test]
fn every_list_of_what_changes_can_be_asked_for_what_changed_since() {
    let lists = lists();
    assert!(lists.len() > 25, "{}", lists.len());
    for (path, asked) in lists {
        let known = asked.iter().any(|name| name == "updated_since");
        let never = NEVER_CHANGE.contains(&path.as_str());
        assert!(known != never, "{path}: give it updated_since, or say that it never changes");
    }
}

/// One of everything that can be listed; answers ids by the noun that stands before them.
pub async fn filled(house: &House) -> Vec<(&'static str, String)> {
    let mut ids = vec![("assets", house.asset("A-1").await)];
    ids.push(("employees", house.employee("Casey").await));
    for noun in ["categories", "manufacturers", "suppliers", "departments", "locations", "products"]
    {
        let made = house.post(&format!("/{noun}"), json!({"name": "First"})).await.expect(201);
        ids.push((noun, made.body["id"].text()));
    }
    let field = json!({"label": "Memory", "type": "text", "applies_to": "assets"});
    ids.push(("fields", house.post("/fields", field).await.expect(201).body["id"].text()));
    let hook = json!({"name": "Desk", "url": "https://hooks.example.com/"});
    ids.push(("webhooks", house.post("/webhooks", hook).await.expect(201).body["id"].text()));
    let (_kandji, source) = house.source(2).await;
    house.run(&source, "preview").await;
    ids.push(("sources", source));
    ids
}

/// A list's address with ids in it.
pub fn address(path: &str, ids: &[(&str, String)]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in path.trim_start_matches("/api/v1").split('/') {
        let known = ids.iter().find(|(noun, _)| parts.last().is_some_and(|last| last == noun));
        let id = known.filter(|_| part == "{id}").map(|(_, id)| id.clone());
        parts.push(id.unwrap_or_else(|| part.to_owned()));
    }
    parts.join("/")
}

fn asked(path: &str, since: Timestamp) -> String {
    format!("{path}?updated_since={since}")
}

#[tokio::test]
async fn what_did_not_change_since_is_left_out_of_every_list() {
    let house = House::new().await;
    let ids = filled(&house).await;
    let now = house.app.now();
    let (earlier, later) =
        (now - SignedDuration::from_hours(1), now + SignedDuration::from_hours(1));
    for (path, names) in lists() {
        if !names.iter().any(|name| name == "updated_since") {
            continue;
        }
        let path = address(&path, &ids);
        let whole = house.get(&path).await.expect(200).body;
        let new = house.get(&asked(&path, earlier)).await.expect(200).body;
        assert_eq!(new["items"], whole["items"], "{path}: all of it is new");
        let none = house.get(&asked(&path, later)).await.expect(200).body;
        assert_eq!((&none["items"], &none["total"]), (&json!([]), &json!(0)), "{path}");
        for bad in ["yesterday", "2026-13-01T00:00:00Z", "7"] {
            let said = house.get(&format!("{path}?updated_since={bad}")).await;
            assert_eq!(said.bad_fields(), ["updated_since"], "{path}");
            assert!(said.text.contains("hint: write it like"), "{path}: {}", said.text);
        }
    }
}

#[tokio::test]
async fn a_change_is_new_in_its_list_and_nothing_else_is() {
    let house = House::new().await;
    let ids = filled(&house).await;
    let id = |noun: &str| ids.iter().find(|(known, _)| *known == noun).unwrap().1.clone();
    house.app.clock().advance(SignedDuration::from_hours(1));
    let now = house.app.now();
    let status = house.get("/statuses").await.body["items"][1]["id"].text();
    let user = house.get("/users").await.body["items"][0]["id"].text();
    for (noun, id, change) in [
        ("assets", id("assets"), json!({"name": "mac"})),
        ("employees", id("employees"), json!({"title": "Clerk"})),
        ("categories", id("categories"), json!({"name": "Second"})),
        ("manufacturers", id("manufacturers"), json!({"name": "Second"})),
        ("suppliers", id("suppliers"), json!({"name": "Second"})),
        ("departments", id("departments"), json!({"name": "Second"})),
        ("locations", id("locations"), json!({"name": "Second"})),
        ("products", id("products"), json!({"name": "Second"})),
        ("statuses", status, json!({"name": "Second"})),
        ("fields", id("fields"), json!({"label": "RAM"})),
        ("users", user, json!({"name": "Robin S."})),
        ("webhooks", id("webhooks"), json!({"name": "Second"})),
    ] {
        let list = asked(&format!("/{noun}"), now);
        assert_eq!(house.get(&list).await.expect(200).body["total"], 0, "{noun} before");
        house.patch(&format!("/{noun}/{id}"), change).await.expect(200);
        let new = house.get(&list).await.expect(200).body;
        assert_eq!((&new["total"], &new["items"][0]["id"]), (&json!(1), &json!(id)), "{noun}");
    }
    let runs = format!("/sources/{}/runs", id("sources"));
    assert_eq!(house.get(&asked(&runs, now)).await.expect(200).body["total"], 0);
    let run = house.run(&id("sources"), "preview").await;
    let new = house.get(&asked(&runs, now)).await.expect(200).body;
    assert_eq!((&new["total"], &new["items"][0]["id"]), (&json!(1), &run["id"]));
    let sources = house.get(&asked("/sources", now)).await.expect(200).body;
    assert_eq!(sources["total"], 1, "it was looked at");
}

/// What a bulk decided of an asset is written once, and the row goes when it is done; what it shows
/// follows the asset, whose own lists say when that changed. The bulk says when it was applied.
#[tokio::test]
async fn the_assets_of_a_bulk_are_shown_anew_with_each_question_and_the_bulk_says_when_it_was_applied()
 {
    let house = House::new().await;
    let ids = [house.asset("A-1").await, house.asset("A-2").await];
    let edit = json!({"action": "edit", "assets": ids, "fields": {"notes": "counted"}});
    let bulk = house.post("/bulks", edit).await.expect(201).body["id"].text();
    let fits = async || house.get(&format!("/bulks/{bulk}/assets")).await.expect(200).body;
    let first = fits().await["items"][0].clone();
    house.app.clock().advance(SignedDuration::from_hours(1));
    let now = house.app.now();
    house.patch(&format!("/assets/{}", ids[0]), json!({"name": "mac"})).await.expect(200);
    let again = fits().await["items"][0].clone();
    assert_eq!(
        (&first["asset"], &first["changes"][0]["after"]),
        (&json!(ids[0]), &json!("counted"))
    );
    assert_eq!((&again["asset"], &again["changes"]), (&json!(ids[0]), &json!([])));
    let untouched = house.get(&asked("/bulks", now)).await.expect(200).body;
    assert_eq!(untouched["total"], 0, "nothing of the bulk was written");
    let assets = house.get(&asked("/assets", now)).await.expect(200).body;
    assert_eq!((&assets["total"], &assets["items"][0]["id"]), (&json!(1), &json!(ids[0])));
    house.post(&format!("/bulks/{bulk}/application"), json!({})).await.expect(200);
    assert_eq!(fits().await["total"], 0, "what is done is listed no more, changed or not");
    let applied = house.get(&asked("/bulks", now)).await.expect(200).body;
    assert_eq!((&applied["total"], &applied["items"][0]["id"]), (&json!(1), &json!(bulk)));
    let left = format!("/bulks/{bulk}/assets?state=passed_over");
    assert_eq!(house.get(&left).await.expect(200).body["items"][0]["asset"], json!(ids[0]));
}
