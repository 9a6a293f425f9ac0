//! Webhooks through the API: the secret is answered once, what cannot be is named, and what is
//! sent is what `/events` tells.

use app::{Caller, jobs, webhooks};
use kandji::ExtraHosts;
use serde_json::{Value, json};
use testkit::hooks::Hooks;

use crate::house::{BEGUN, House, Text};

fn desk() -> Value {
    json!({"name": "Desk", "url": "https://hooks.example.com/x", "subjects": ["asset"]})
}

#[tokio::test]
async fn a_secret_is_answered_once_and_never_again() {
    let house = House::new().await;
    let made = house.post("/webhooks", desk()).await.expect(201);
    let (id, secret) = (made.body["id"].text(), made.body["secret"].text());
    assert!(
        secret.starts_with("whsec_") && made.headers["location"].to_str().unwrap().ends_with(&id)
    );
    assert_eq!(
        (&made.body["enabled"], &made.body["after"]),
        (&json!(true), &json!(BEGUN.to_string()))
    );
    let path = format!("/webhooks/{id}");
    for said in [
        house.get(&path).await.expect(200),
        house.get("/webhooks").await.expect(200),
        house.patch(&path, json!({"name": "Chat", "actions": ["created"]})).await.expect(200),
        house.post(&format!("{path}/disable"), Value::Null).await.expect(200),
        house.post(&format!("{path}/enable"), Value::Null).await.expect(200),
    ] {
        assert!(!said.text.contains("secret") && !said.text.contains(&secret), "{}", said.text);
    }
    let own = json!({"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"});
    house.patch(&path, own).await.expect(200);
    house.delete(&path).await.expect(204);
    house.get(&path).await.is_problem(404);
}

#[tokio::test]
async fn a_webhook_that_cannot_be_names_what_is_wrong_with_it() {
    let house = House::new().await;
    let id = house.post("/webhooks", desk()).await.expect(201).body["id"].text();
    for (change, field) in [
        (json!({"name": "Desk"}), "name"),
        (json!({"name": ""}), "name"),
        (json!({"url": "https://acme.iru.com/"}), "url"),
        (json!({"url": "https://192.168.0.1/"}), "url"),
        (json!({"secret": "whsec_"}), "secret"),
        (json!({"subjects": ["moon"]}), "subjects"),
        (json!({"actions": ["danced"]}), "actions"),
        (json!({"position": 7}), "position"),
    ] {
        let mut new = json!({"name": "Two", "url": "https://hooks.example.com/"});
        new.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert_eq!(house.post("/webhooks", new).await.bad_fields(), [field], "{change}");
    }
    let replay = format!("/webhooks/{id}/replay");
    for (body, field) in [
        (json!({}), "after"),
        (json!({"after": "x"}), "after"),
        (json!({"after": "7"}), "after"),
        (json!({"after": "0", "since": "2026-01-01T00:00:00Z"}), "after"),
        (json!({"since": "yesterday"}), "since"),
    ] {
        assert_eq!(house.post(&replay, body.clone()).await.bad_fields(), [field], "{body}");
    }
    house.post(&replay, json!({"since": "2026-01-01T00:00:00Z"})).await.expect(200);
}

#[tokio::test]
async fn what_a_webhook_carries_is_what_the_feed_tells() {
    let house = House::new().await;
    let hooks = Hooks::start();
    let open = ExtraHosts::parse(&["http://127.0.0.1:*"]).unwrap();
    let app = house.app.clone().sending_to(open);
    let tenant = app::company::tenant(&app, "example-company").await.unwrap().unwrap();
    let caller = Caller::system(tenant.id);
    let new = webhooks::NewWebhook { name: "Desk".into(), url: hooks.url(), ..Default::default() };
    let (made, _) = webhooks::create(&app, &caller, new).await.unwrap();
    let asset = house.asset("A-1").await;
    house.patch(&format!("/assets/{asset}"), json!({"notes": "x"})).await.expect(200);
    jobs::work_off(&app).await.unwrap();
    // It is not told of itself.
    let feed = house.get(&format!("/events?after={}", BEGUN + 1)).await.expect(200).body;
    let sent = hooks.calls()[0].json();
    assert_eq!((&sent["events"], &sent["next"]), (&feed["items"], &feed["next"]));
    let told = house.get(&format!("/webhooks/{}/deliveries", made.id)).await.expect(200).body;
    let one = &told["items"][0];
    assert_eq!(
        (&one["state"], &one["status"], &one["attempts"]),
        (&json!("taken"), &json!(200), &json!(1))
    );
    assert_eq!(one["events"].as_array().unwrap().len(), 2);
    let tested = house.post(&format!("/webhooks/{}/test", made.id), Value::Null).await.expect(200);
    assert!(
        tested.body["error"].text().contains("not encrypted"),
        "the router's app is not opened"
    );
}
