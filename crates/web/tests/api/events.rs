//! The feed of events: followed to its end, narrowed, begun anywhere.

use domain::access::Role;
use serde_json::{Value, json};

use crate::house::{BEGUN, House, Text, Who};

fn told(body: &Value) -> Vec<String> {
    let items = body["items"].as_array().unwrap().iter();
    items
        .map(|event| format!("{} {}", event["action"].text(), event["subject"]["kind"].text()))
        .collect()
}

#[tokio::test]
async fn the_feed_is_followed_to_its_end_and_goes_on_with_what_happens_next() {
    let house = House::new().await;
    let asset = house.asset("A-1").await;
    house.employee("Casey").await;
    house.patch(&format!("/assets/{asset}"), json!({"name": "mac"})).await.expect(200);
    let begun = format!("/events?limit=1&after={BEGUN}");
    let (mut seen, mut path) = (Vec::new(), begun);
    loop {
        let page = house.get(&path).await.expect(200).body;
        assert_eq!(page["total"], BEGUN + 3);
        seen.extend(told(&page));
        path = format!("/events?limit=1&after={}", page["next"].text());
        if page["more"] == json!(false) {
            break;
        }
    }
    assert_eq!(seen, ["created asset", "created employee", "updated asset"]);
    let idle = house.get(&path).await.expect(200).body;
    let end = json!((BEGUN + 3).to_string());
    assert_eq!((told(&idle).len(), &idle["more"], &idle["next"]), (0, &json!(false), &end));
    house.delete(&format!("/assets/{asset}")).await.expect(204);
    let news = house.get(&path).await.expect(200).body;
    assert_eq!(told(&news), ["deleted asset"]);
    let event = &news["items"][0];
    assert_eq!(event["subject"], json!({"kind": "asset", "id": asset}));
    assert_eq!(
        (&event["actor"]["kind"], &event["actor"]["name"]),
        (&json!("token"), &json!("administrator"))
    );
    assert_eq!(event["changes"][0], json!({"field": "tag", "before": "A-1", "after": null}));
}

#[tokio::test]
async fn the_feed_is_narrowed_and_what_it_leaves_out_is_passed_over() {
    let house = House::new().await;
    let asset = house.asset("A-1").await;
    let employee = house.employee("Casey").await;
    house.patch(&format!("/assets/{asset}"), json!({"notes": "x"})).await.expect(200);
    for (asked, expect) in [
        ("subject=employee", vec!["created employee"]),
        ("subject=employee,asset&action=created", vec!["created asset", "created employee"]),
        ("action=updated,deleted", vec!["updated asset"]),
        ("field=notes", vec!["updated asset"]),
        ("actor=user", vec!["created token"; 4]),
        ("actor=token&subject=employee", vec!["created employee"]),
        ("since=2126-01-01T00:00:00Z", vec![]),
        ("since=2000-01-01T00:00:00Z&action=updated", vec!["updated asset"]),
        ("run=run_0000000000007", vec![]),
        (&format!("subject={employee}"), vec!["created employee"]),
    ] {
        let body = house.get(&format!("/events?{asked}")).await.expect(200).body;
        assert_eq!(told(&body), expect, "{asked}");
        assert_eq!(
            (&body["next"], &body["more"]),
            (&json!((BEGUN + 3).to_string()), &json!(false)),
            "{asked}"
        );
    }
    for (asked, field) in [
        ("after=-1", "after"),
        ("after=x", "after"),
        ("since=yesterday", "since"),
        ("actor=nobody", "actor"),
        ("subject=moon", "subject"),
        ("action=danced", "action"),
        ("field=size", "field"),
        ("run=nonsense", "run"),
        ("run=ast_0000000000007", "run"),
        ("limit=500", "limit"),
        ("order=newest", "order"),
    ] {
        assert_eq!(house.get(&format!("/events?{asked}")).await.bad_fields(), [field], "{asked}");
    }
    let two = format!("/events?subject={asset},{employee}");
    assert_eq!(house.get(&two).await.bad_fields(), ["subject"]);
}

#[tokio::test]
async fn another_tenants_events_are_not_in_the_feed() {
    let house = House::new().await;
    house.asset("A-1").await;
    let theirs = house.ask(Who::Stranger, "GET", "/events", &Value::Null).await.expect(200).body;
    assert_eq!((told(&theirs), &theirs["total"]), (vec!["created token".to_owned()], &json!(1)));
    house.ask(Who::Role(Role::Viewer), "GET", "/events", &Value::Null).await.expect(200);
}

#[tokio::test]
async fn what_is_settled_about_a_tenant_is_told_without_its_secrets() {
    let house = House::new().await;
    let user = json!({"email": "casey@example.com", "name": "Casey", "role": "operator",
        "password": "a long enough password"});
    let user = house.post("/users", user).await.expect(201).body["id"].text();
    house.patch(&format!("/users/{user}"), json!({"role": "manager"})).await.expect(200);
    house.post(&format!("/users/{user}/password"), json!({})).await.expect(200);
    house.delete(&format!("/users/{user}")).await.expect(204);
    let hook = json!({"name": "Desk", "url": "https://hooks.example.com/a-key-of-theirs"});
    let hook = house.post("/webhooks", hook).await.expect(201).body["id"].text();
    house.post(&format!("/webhooks/{hook}/disable"), Value::Null).await.expect(200);
    let field = json!({"label": "Room", "type": "text", "applies_to": "assets"});
    let field = house.post("/fields", field).await.expect(201).body["id"].text();
    house.patch(&format!("/fields/{field}"), json!({"required": true})).await.expect(200);
    house.delete(&format!("/fields/{field}")).await.expect(204);
    house.patch("/company", json!({"currency": "EUR"})).await.expect(200);
    let feed = house.get(&format!("/events?after={BEGUN}&limit=200")).await.expect(200);
    let expect = [
        "created user",
        "updated user",
        "updated user",
        "deleted user",
        "created webhook",
        "updated webhook",
        "created field",
        "updated field",
        "deleted field",
        "updated company",
    ];
    assert_eq!(told(&feed.body), expect);
    let change = |event: usize| feed.body["items"][event]["changes"].clone();
    let role = json!([{"field": "fields.role", "before": "operator", "after": "manager"}]);
    assert_eq!(change(1), role);
    let password = json!([{"field": "fields.password", "before": null, "after": "replaced"}]);
    assert_eq!(change(2), password);
    let off = json!([{"field": "fields.enabled", "before": true, "after": false}]);
    assert_eq!(change(5), off);
    for secret in ["a long enough password", "a-key-of-theirs", "whsec_", "stk_"] {
        assert!(!feed.text.contains(secret), "{secret} is told");
    }
    let one = house.get(&format!("/events?subject={user}")).await.expect(200).body;
    assert_eq!(told(&one).len(), 4);
}

#[tokio::test]
async fn one_event_is_taken_back_where_nothing_newer_stands_on_it() {
    let house = House::new().await;
    let id = house.asset("A-1").await;
    let at = format!("/assets/{id}");
    let newest = async || house.get(&format!("{at}/history")).await.body["items"][0]["id"].text();
    let made = newest().await;
    house.post(&format!("/events/{made}/undo"), json!({})).await.is_problem(409);
    house.patch(&at, json!({"name": "First"})).await.expect(200);
    let first = newest().await;
    let operator = Who::Role(Role::Operator);
    let path = format!("/events/{first}/undo");
    house.ask(operator, "POST", &path, &json!({})).await.is_problem(403);
    house.ask(Who::Stranger, "POST", &path, &json!({})).await.is_problem(404);
    let undone = house.post(&path, json!({})).await.expect(200).body;
    assert_eq!(undone, json!({"restored": [id], "kept": []}));
    assert_eq!(house.get(&at).await.body["name"], json!(null));
    house.patch(&at, json!({"name": "Second"})).await.expect(200);
    let second = newest().await;
    house.patch(&at, json!({"name": "Third"})).await.expect(200);
    let kept = house.post(&format!("/events/{second}/undo"), json!({})).await.expect(200).body;
    assert_eq!((&kept["restored"], &kept["kept"][0]["asset"]), (&json!([]), &json!(id)));
    assert_eq!(house.get(&at).await.body["name"], "Third");
}
