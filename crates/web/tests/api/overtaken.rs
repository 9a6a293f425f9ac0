//! Settings that two change at once: whoever is slower is told, and overwrites nothing.

use axum::http::{HeaderValue, header};
use serde_json::{Value, json};

use crate::house::{ADMINISTRATOR, House, Said, Text};

async fn send(house: &House, method: &str, path: &str, tag: &HeaderValue, body: &Value) -> Said {
    let request = house.request(ADMINISTRATOR, method, &format!("/api/v1{path}"));
    let request = request.header(header::IF_MATCH, tag);
    let request = request.header(header::CONTENT_TYPE, "application/json");
    house.send(request.body(body.to_string().into()).unwrap()).await
}

async fn etag(house: &House, path: &str) -> HeaderValue {
    house.get(path).await.expect(200).headers[header::ETAG].clone()
}

/// Adds one; its address.
async fn made(house: &House, path: &str, new: Value) -> String {
    let made = house.post(path, new).await.expect(201);
    let at = format!("{path}/{}", made.body["id"].text());
    assert_eq!(made.headers[header::ETAG], etag(house, &at).await, "{path}");
    at
}

fn desk() -> Value {
    json!({"name": "Desk", "url": "https://hooks.example.com/x"})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_that_somebody_else_changed_is_not_overwritten() {
    let house = House::new().await;
    let (_kandji, source) = house.source(0).await;
    let field = made(&house, "/fields", json!({"label": "Memory", "type": "size"})).await;
    let kim = json!({"email": "kim@example.com", "role": "viewer"});
    let user = made(&house, "/users", kim).await;
    let view = made(&house, "/views", json!({"name": "Phones"})).await;
    let webhook = made(&house, "/webhooks", desk()).await;
    let report = json!({"name": "Held", "report": "status", "shared": true});
    let report = made(&house, "/reports/saved", report).await;
    let source = format!("/sources/{source}");
    let settings = format!("{source}/settings");
    let life = |months: u32| json!({"company": {"months": months, "residual_percent": 5}});
    for (read, write, one, two) in [
        ("/useful-lives", "/useful-lives", life(24), life(48)),
        ("/company", "/company", json!({"name": "One"}), json!({"currency": "EUR"})),
        (&field, &field, json!({"label": "One"}), json!({"required": true})),
        (&user, &user, json!({"role": "operator"}), json!({"name": "Two"})),
        (&view, &view, json!({"name": "One"}), json!({"query": "q=two"})),
        (&webhook, &webhook, json!({"subjects": ["asset"]}), json!({"name": "Two"})),
        (&report, &report, json!({"query": "q=one"}), json!({"name": "Two"})),
        (&source, &settings, json!({"interval_minutes": 30}), json!({"priority": 2})),
    ] {
        let begun = etag(&house, read).await;
        let first = send(&house, "PATCH", write, &begun, &one).await.expect(200);
        let now = first.headers[header::ETAG].clone();
        assert_ne!(now, begun, "{read}");
        send(&house, "PATCH", write, &begun, &two).await.is_problem(412);
        send(&house, "PATCH", write, &begun, &json!({})).await.is_problem(412);
        let held = house.get(read).await.expect(200);
        assert_eq!((&held.headers[header::ETAG], &held.body), (&now, &first.body), "{read}");
        send(&house, "PATCH", write, &now, &two).await.expect(200);
        let any = HeaderValue::from_static("*");
        send(&house, "PATCH", write, &any, &one).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_a_report_is_mailed_is_not_overwritten_either() {
    let house = House::new().await;
    let report = json!({"name": "Held", "report": "status", "shared": true});
    let report = made(&house, "/reports/saved", report).await;
    let begun = etag(&house, &report).await;
    house.patch(&report, json!({"name": "Kept"})).await.expect(200);
    let schedule = json!({"every": "day", "hour": 8, "format": "csv", "to": ["a@example.com"]});
    let at = format!("{report}/schedule");
    let smtp = testkit::smtp::Smtp::start();
    let house = house.mailing(&smtp);
    send(&house, "PUT", &at, &begun, &schedule).await.is_problem(412);
    let now = etag(&house, &report).await;
    let saved = send(&house, "PUT", &at, &now, &schedule).await.expect(200);
    assert_ne!(saved.headers[header::ETAG], now);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_beside_a_setting_is_in_nobodys_way() {
    let house = House::new().await;
    let (_kandji, source) = house.source(1).await;
    let source = format!("/sources/{source}");
    let before = etag(&house, &source).await;
    house.post(&format!("{source}/test"), Value::Null).await.expect(200);
    house.run(source.trim_start_matches("/sources/"), "apply").await;
    assert_eq!(etag(&house, &source).await, before);

    let webhook = made(&house, "/webhooks", desk()).await;
    let before = etag(&house, &webhook).await;
    house.post(&format!("{webhook}/disable"), Value::Null).await.expect(200);
    assert_eq!(etag(&house, &webhook).await, before);

    let before = etag(&house, "/company").await;
    let lives = json!({"company": {"months": 24, "residual_percent": 5}, "categories": []});
    house.patch("/useful-lives", lives).await.expect(200);
    assert_eq!(etag(&house, "/company").await, before);
}
